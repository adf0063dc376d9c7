"""The first sheet: the plan on one page, with the figures of the tables that follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from energy_model.labels import LABELS
from energy_model.report.columns import named, word
from energy_model.report.penalties import penalty_words
from energy_model.report.result_folder import Result
from energy_model.report.shown_units import amount, unit_of
from energy_model.report.words import certificate_words, horizon_words, partial_year_notice, surplus_words, weather_words
from energy_model.report.workbook.style import Style
from energy_model.results.balance_tables import least_surplus_mw
from energy_model.results.dust import BUILT_MW
from energy_model.results.indicators import curtailed_share

FULLEST = 8
"""Corridors listed, those with the most hours at their limit."""
Figure = tuple[float, str]
"""A figure as the tables have it, and a column of its unit."""
Row = tuple[str | Figure | None, ...]


@dataclass(frozen=True)
class Part:
    """A small table: headings, and rows of text or figures; None is empty."""

    title: str
    heads: tuple[str, ...]
    rows: list[Row]
    summed: bool = False
    """Whether the last row is a sum."""


def write_summary(book, style: Style, result: Result) -> None:
    """Write the sheet."""
    sheet = book.add_worksheet(style.word("sheet", "plan_summary"))
    style.page(sheet)
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 9, 15)
    sheet.freeze_panes(2, 1)
    style.head_line(sheet, result.manifest[f"title_{style.language}"], partial_year_notice(result.manifest))
    sheet.write_string(1, 0, word(LABELS["sheet_note"]["plan_summary"], style.language), style.note)
    row = 2
    for part in _parts(style, result):
        row = _write(sheet, style, part, row) + 1
    sheet.fit_to_pages(1, 1)


def _write(sheet, style: Style, part: Part, row: int) -> int:
    """Write a part; return the first free row."""
    sheet.write_string(row, 0, part.title, style.block_title)
    if part.heads:
        row += 1
        sheet.set_row(row, 30)
        for k, head in enumerate(part.heads):
            sheet.write_string(row, k, head, style.head)
    for number, cells in enumerate(part.rows):
        row += 1
        last = part.summed and number == len(part.rows) - 1
        for k, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(row, k, cell, style.sum_text if last else style.text if part.heads or not k else style.note)
            elif cell is None or pd.isna(cell[0]):
                sheet.write_blank(row, k, None, style.sum_text if last else style.text)
            else:
                unit = unit_of(cell[1], style.language)
                form = style.sum_number(unit.format) if last else style.number(unit.format)
                sheet.write_number(row, k, float(cell[0]) * unit.factor + 0.0, form)
    return row + 1


def _parts(style: Style, result: Result) -> Iterator[Part]:
    t = result.tables
    yield Part(style.word("summary", "findings"), (), _findings(style, result))
    yield _capacity(style, t)
    yield _energy(style, t)
    if len(t["investments"]):
        yield _investment(style, t)
    if len(t["contract_prices"]):
        yield _contracts(style, t)
    yield _corridors(style, t, result)


def _findings(style: Style, result: Result) -> list[Row]:
    """Cost, surplus, clauses, curtailment, accuracy: in words, as the cover and the console give them."""
    m, t, language = result.manifest, result.tables, style.language
    surplus = least_surplus_mw(t["power_balance"])
    fines, verdicts = penalty_words(t["costs"]), t["clauses"].verdict.value_counts()
    met, missed = int(verdicts.get("met", 0)), int(verdicts.get("missed", 0))
    lines = [
        *([("purpose", m[f"purpose_{language}"])] if "purpose_zh" in m else []),
        ("horizon", word(horizon_words(m), language)),
        ("weather", word(weather_words(m), language)),
        ("objective", word(amount(m["objective_mcny"], "MCNY"), language)),
        *([("penalties", word(fines, language))] if fines else []),
        ("power_surplus", f"{word(amount(surplus, 'MW'), language)}{style.say('（', ' (')}{word(surplus_words(surplus), language)}"
         f"{style.say('）', ')')}"),
        ("clauses", style.say(f"{met} 条达到，{missed} 条未达到", f"{met} met, {missed} missed")),
        ("certificate", word(certificate_words(m), language)),
    ]  # fmt: skip
    return [(style.word("about", code), text) for code, text in lines]


def _heads(style: Style, *columns: str) -> tuple[str, ...]:
    """Headings of columns with their units."""
    units = [unit_of(c, style.language).words for c in columns]
    return tuple(f"{style.heading(c)}{style.say(f'（{u}）', f' ({u})') if u else ''}" for c, u in zip(columns, units, strict=True))


def _summed(style: Style, frame: pd.DataFrame, columns: tuple[str, ...], names: list[str]) -> list[Row]:
    """A row for each line of a table, and their sum."""
    rows: list[Row] = [(name, *((float(r[c]), c) for c in columns)) for name, (_, r) in zip(names, frame.iterrows(), strict=True)]
    return [*rows, (style.say("合计", "total"), *((float(frame[c].sum()), c) for c in columns))]


def _capacity(style: Style, t: dict[str, pd.DataFrame]) -> Part:
    columns = ("existing_mw", "new_mw", "capacity_mw")
    frame = t["capacity_plan"]
    rows = _summed(style, frame, columns, [style.word("kind", k) for k in frame.kind])
    return Part(style.word("summary", "installed"), _heads(style, "kind", *columns), rows, summed=True)


def _energy(style: Style, t: dict[str, pd.DataFrame]) -> Part:
    account = t["energy_account"].groupby(["side", "item"]).energy_gwh.sum()
    made, cut = t["generation"], t["curtailment"]
    sold = [name for side, name in account.index if side == "demand" and name not in ("charge", "loss", "export")]
    figures = [
        ("gross", float(made.gross_gwh.sum())),
        ("own_use", float(made.own_use_gwh.sum())),
        ("sent_out", float(made.sent_out_gwh.sum())),
        ("used", float(sum(account["demand", name] for name in sold))),
        ("exported", float(account["demand", "export"])),
        ("lost", float(account["demand", "loss"])),
        ("unserved", float(account["supply", "unserved"])),
        ("curtailed", float(cut.curtailed_gwh.sum())),
    ]
    rows: list[Row] = [(style.word("summary", code), (value, "x_gwh")) for code, value in figures]
    rows.append((style.word("summary", "curtailed_share"), (curtailed_share(cut), "curtailed_share")))
    return Part(style.word("summary", "energy"), _heads(style, "item", "energy_gwh"), rows)


def _investment(style: Style, t: dict[str, pd.DataFrame]) -> Part:
    columns = ("static_mcny", "interest_mcny", "dynamic_mcny", "annuity_mcny")
    frame = t["investments"].groupby("kind", sort=False)[list(columns)].sum()
    rows = _summed(style, frame, columns, [style.word("project_kind", str(k)) for k in frame.index])
    return Part(style.word("summary", "investment"), _heads(style, "kind", *columns), rows, summed=True)


def _contracts(style: Style, t: dict[str, pd.DataFrame]) -> Part:
    """Contracts with their prices."""
    power = t["contracts"].set_index("contract").power_mw
    columns = ("power_mw", "energy_gwh", "marginal_cny_per_mwh", "floor_cny_per_mwh", "ceiling_cny_per_mwh", "room_cny_per_mwh")
    rows: list[Row] = [
        (str(r[f"name_{style.language}"]), (float(power[r.contract]), "power_mw"), *((float(r[c]), c) for c in columns[1:]))
        for _, r in t["contract_prices"].iterrows()
    ]
    return Part(style.word("summary", "contracts"), (style.heading("contract"), *_heads(style, *columns)), rows)


def _corridors(style: Style, t: dict[str, pd.DataFrame], result: Result) -> Part:
    """Corridors with the most hours at their limit."""
    columns = ("existing_mw", "new_mw", "capacity_mw", "hours_at_limit_h", "utilisation_share", "congestion_rent_cny_per_mw")
    table = t["corridors"][t["corridors"].capacity_mw >= BUILT_MW].nlargest(FULLEST, "hours_at_limit_h")
    names = result.element_names()
    rows: list[Row] = [
        (named(str(r["corridor"]), names, style.language), *((float(r[c]), c) for c in columns)) for _, r in table.iterrows()
    ]
    return Part(style.word("summary", "corridors"), _heads(style, "corridor", *columns), rows)
