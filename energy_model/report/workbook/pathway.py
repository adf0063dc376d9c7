"""A pathway as a workbook: balances with the years side by side, then existing and new capacity year by year, cost, clauses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from energy_model.labels import Label, label
from energy_model.language import Language
from energy_model.report.columns import word
from energy_model.report.result_folder import Result
from energy_model.report.workbook.blocks import BlockWriter
from energy_model.report.workbook.files import new_workbook
from energy_model.report.workbook.result_workbook import SheetWriter, sheet_titles
from energy_model.report.workbook.sheets import BALANCE_ROWS, TROUGH_ROWS, Block, Total, sheets_of
from energy_model.report.workbook.style import Style
from energy_model.results import contract
from energy_model.weather.files import replacing

SHEETS = sheets_of("pathway")
SIDE_BY_SIDE = {
    "capacity_plan": (("capacity_plan", "kind", "capacity_mw"), ("capacity_plan", "kind", "new_mw")),
    "power_balance": tuple(("power_balance", "item", f"{peak}_mw") for peak in ("summer_peak", "winter_peak", "year_peak")),
    "trough_balance": tuple(("trough_balance", "item", f"{at}_mw") for at in ("summer_trough", "winter_trough", "year_trough")),
    "energy_account": (
        ("generation", "kind", "gross_gwh"), ("generation", "kind", "own_use_gwh"), ("energy_account", "side item", "energy_gwh"),
    ),
}  # fmt: skip
"""Sheets whose tables have a column for each year: table, columns of its rows, and the figure."""
ROWS = {"power_balance": BALANCE_ROWS, "trough_balance": TROUGH_ROWS}


def write_pathway_workbook(folder: Path) -> list[Path]:
    """Write ``pathway.xlsx`` and ``pathway-en.xlsx`` of a finished pathway from the CSV files of the pathway and its years.

    Parameters
    ----------
    folder : Path
        Result folder of the pathway.
    """
    result = Result.read(folder)
    years = {int(year): Result.read(folder / str(year)) for year in result.manifest["years"]}
    names = next(iter(years.values())).element_names()
    paths = []
    books: tuple[tuple[Language, Path], ...] = (("zh", folder / "pathway.xlsx"), ("en", folder / "pathway-en.xlsx"))
    for language, path in books:
        titles = sheet_titles(list(SHEETS), language)
        with replacing(path) as temporary, new_workbook(temporary) as book:
            style = Style(book, language)
            book.set_properties({"title": result.manifest[f"title_{language}"], "subject": result.manifest["scenario"]})
            for code in SIDE_BY_SIDE:
                _write_years(book, style, code, result, years)
            for sheet in SHEETS:
                SheetWriter(book, style, result, names, sheet, titles[sheet.code]).write()
        paths.append(path)
    return paths


def side_by_side(years: Mapping[int, Result], table: str, keys: list[str], column: str) -> pd.DataFrame:
    """One figure of a table by its rows, a column ``<year><unit>`` for each year; rows that only some years have are 0 in the others.

    A row that only later years have stands where those have it, behind the same row.
    Shares of reserves stand beside the figures where they are the same in all years.
    """
    suffix = column.removeprefix(contract.stem_of(column))
    parts = {f"{y}{suffix}": r.tables[table].set_index(keys)[column] for y, r in years.items() if column in r.tables[table]}
    order: list = []
    for part in parts.values():
        place = 0
        for row in part.index:
            if row not in order:
                order.insert(place, row)
            place = order.index(row) + 1
    frame = pd.DataFrame(parts).reindex(order).fillna(0.0).rename_axis(keys)
    shares = [r.tables[table].set_index(keys).reserve_share for r in years.values() if "reserve_share" in r.tables[table]]
    if shares and all(s.equals(shares[0]) for s in shares):
        frame.insert(0, "reserve_share", shares[0].reindex(frame.index))
    return frame.reset_index()


def _write_years(book, style: Style, code: str, result: Result, years: Mapping[int, Result]) -> None:
    """One sheet of balances, years side by side; troughs and peaks that no year has are left out."""
    title, names = style.word("sheet", code), {str(y): Label(f"{y}年", str(y)) for y in years}
    sheet = book.add_worksheet(title)
    style.page(sheet)
    style.head_line(sheet, f"{title}  {result.manifest[f'title_{style.language}']}", None)
    sheet.write_string(1, 0, word(label("sheet_note", code), style.language), style.note)
    sheet.freeze_panes(2, 1)
    row, widths = 2, dict[int, float]()
    for table, keys, column in SIDE_BY_SIDE[code]:
        frame = side_by_side(years, table, keys.split(), column)
        figures = tuple(c for c in frame.columns if c not in (*keys.split(), "reserve_share"))
        if not figures:
            continue
        words = f"{word(contract.title(table), style.language)}{style.say('：', ': ')}{style.heading(column)}"
        sheet.write_string(row, 0, words, style.block_title)
        total = None if table in ROWS else Total(figures, by="side" if "side" in frame else None)
        rows = ROWS.get(table, {}) if table != "power_balance" or "reserve_share" in frame else {}
        block = replace(Block(table, total), rows=rows, inputs=("reserve_share",))
        writer = BlockWriter(book, sheet, style, block, frame, names, row + 1)
        row = writer.write()
        for k, c in enumerate(writer.columns):
            widths[k] = max(widths.get(k, 0.0), c.width)
    for k, width in widths.items():
        sheet.set_column(k, k, width)
    sheet.fit_to_pages(1, 1)
