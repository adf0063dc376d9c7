"""First sheet of the workbook: the problem solved, its accuracy, units, and contents of the sheets."""

from __future__ import annotations

from energy_model.labels import Label
from energy_model.report.columns import word
from energy_model.report.penalties import penalty_words
from energy_model.report.result_folder import Result
from energy_model.report.shown_units import amount
from energy_model.report.words import (
    BOUNDARY_NOTE,
    beijing_words,
    certificate_words,
    fingerprint,
    horizon_words,
    partial_year_notice,
    solver_words,
    surplus_words,
    weather_words,
)
from energy_model.report.workbook.sheets import Sheet, words_of
from energy_model.report.workbook.style import ROW_HEIGHT, Style, lines_of
from energy_model.results.balance_tables import least_surplus_mw

WIDTH = 110
"""Width of the column of texts [characters]."""


def write_cover(book, style: Style, result: Result, sheets: list[Sheet], titles: dict[str, str], left_out: list[Sheet]) -> None:
    """Write the cover with a list of sheets and links to them, and of those left out as they would be empty."""
    m, language = result.manifest, style.language
    sheet = book.add_worksheet(style.word("sheet", "cover"))
    style.page(sheet)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, WIDTH)
    style.head_line(sheet, m[f"title_{language}"], partial_year_notice(m))
    sheet.write_string(1, 0, m["scenario"], style.note)
    row = 3
    facts = [
        (style.word("about", code), word(fact, language))
        for code, fact in _facts(m, penalty_words(result.tables["costs"]), least_surplus_mw(result.tables["power_balance"]))
    ]
    row = _lines(sheet, style, row, facts) + 1
    colours = style.say("蓝色单元格可改，其余为模型结果或公式", "Blue cells may be changed; all else is a result or a formula")
    sheet.write_string(row, 0, style.say("填写说明", "how to use"), style.head_left)
    sheet.write_string(row, 1, colours, style.input_text)
    sheet.write_string(
        row + 1, 1, style.say("合计、比率与落地电价为公式，可在表内重算", "Sums, ratios and landed prices are formulas"), style.text
    )
    row += 3
    for k, text in enumerate((style.word("about", "sheets"), style.say("内容", "content"))):
        sheet.write_string(row, k, text, style.head_left)
    listed = [(titles[spec.code], word(words_of(spec.code)[1], language)) for spec in sheets]
    after = _lines(sheet, style, row + 1, listed)
    for line, (name, _) in enumerate(listed, start=row + 1):
        sheet.write_url(line, 0, f"internal:'{name.replace(chr(39), chr(39) * 2)}'!A1", style.link, name)
    _lines(sheet, style, after + 1, _left_out(style, left_out, partial_year_notice(m) is not None))
    sheet.fit_to_pages(1, 1)


def _lines(sheet, style: Style, row: int, lines: list[tuple[str, str]]) -> int:
    """Write pairs of heading and text from a row on; return the first free row."""
    for name, text in lines:
        sheet.write_string(row, 0, name, style.head_left)
        sheet.write_string(row, 1, text, style.wrapped)
        sheet.set_row(row, lines_of(text, WIDTH) * ROW_HEIGHT)
        row += 1
    return row


def _left_out(style: Style, sheets: list[Sheet], partial: bool) -> list[tuple[str, str]]:
    """Sheets that the workbook does not have, by the reason; those of options that are off are not among them."""
    reasons = {"not_solved": "", "no_months": "", "none": ""}
    for sheet in (s for s in sheets if not s.optional):
        months = partial and all(block.by_month for block in sheet.blocks)
        reason = "not_solved" if sheet.on_request else "no_months" if months else "none"
        reasons[reason] += f"{style.say('、', ', ') if reasons[reason] else ''}{word(words_of(sheet.code)[0], style.language)}"
    return [(style.word("left_out", reason), names) for reason, names in reasons.items() if names]


def _facts(m: dict, fines: Label | None, surplus_mw: float) -> list[tuple[str, Label]]:
    means, surplus = surplus_words(surplus_mw), amount(surplus_mw, "MW")
    return [
        ("scenario", Label(m["scenario"], m["scenario"])),
        *([("purpose", Label(m["purpose_zh"], m["purpose_en"]))] if "purpose_zh" in m else []),
        ("horizon", horizon_words(m)),
        ("weather", weather_words(m)),
        ("objective", amount(m["objective_mcny"], "MCNY")),
        *([("penalties", fines)] if fines else []),
        ("power_surplus", Label(f"{surplus.zh}（{means.zh}）", f"{surplus.en} ({means.en})")),
        ("certificate", certificate_words(m)),
        ("solver", solver_words(m)),
        ("fingerprint", Label(fingerprint(m), fingerprint(m))),
        ("created", beijing_words(m["created"])),
        (
            "units",
            Label(
                "万千瓦、亿千瓦时、万吨、亿元、元/千瓦时；CSV 文件的单位见列名",
                "MW, GWh, kt, MCNY (million CNY), CNY/MWh, as the CSV files",
            ),
        ),
        ("boundary", BOUNDARY_NOTE),
    ]
