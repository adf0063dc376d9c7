"""The workbook, read back with another library."""

import re

import openpyxl
import pandas as pd
import pytest

from energy_model.labels import label
from energy_model.report.source import Result
from energy_model.report.tables import write_tables
from energy_model.report.workbook_style import SHEETS, SUMS, unit_of


@pytest.fixture(scope="module")
def books(solved):
    """Formulas, stored values and tables of one workbook."""
    path = write_tables(solved)[0]
    return openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True), Result.read(solved).tables


def column_of(sheet, name):
    """Number of the column of a sheet whose heading is that of `name`."""
    heading = "\n".join(label("column", name))
    return next(c.column for c in sheet[2] if c.value == heading or str(c.value).startswith(heading + "\n"))


def lines_of(name, table):
    """Rows of data on the sheet."""
    replaced = SUMS[name].replaces if name in SUMS else None
    return table if not replaced else table[table[replaced[0]] != replaced[1]]


def test_sheets_and_paths(solved):
    """Proves: a cover, then the sheets in the agreed order and names; the CSV files are returned too.
    Sensitivity: a new table without a sheet raises instead of being left out.
    """
    paths = write_tables(solved)
    assert paths[0].name == "tables.xlsx"
    assert {p.stem for p in paths[1:]} == {*SHEETS, "node_costs"}
    names = openpyxl.load_workbook(paths[0]).sheetnames
    later = ["微网", "电价", "分月", "节点", "电厂", "分地费用"]
    assert names == ["封面", "条款", "装机", "电量平衡", "通道", "外送", "弃电", "煤炭", "成本", *later]


@pytest.mark.parametrize("name", SHEETS)
def test_every_number_is_that_of_the_table_in_the_unit_of_the_heading(books, name):
    """Proves: each number column, times the factor of its unit, is on the sheet row by row.
    Sensitivity: a factor of ten (MW written under 万千瓦) or a shifted row fails.
    """
    _, values, tables = books
    sheet, table = values[label("sheet", name).zh], lines_of(name, tables[name])
    for column in table.columns:
        if not pd.api.types.is_numeric_dtype(table[column]) or pd.api.types.is_bool_dtype(table[column]):
            continue
        k = column_of(sheet, column)
        unit, factor, _ = unit_of(column)
        assert unit in str(sheet.cell(2, k).value)
        for row, expected in enumerate(table[column], start=3):
            shown = sheet.cell(row, k).value
            assert shown is None if pd.isna(expected) else shown == pytest.approx(expected * factor, rel=1e-12, abs=1e-12)


def values_of(sheet, cells):
    """Values of a column of cells such as $B$3:$B$9."""
    found = sheet[cells.replace("$", "")]
    return [row[0].value for row in found] if isinstance(found, tuple) else [found.value]


def evaluate(sheet, formula):
    """Value of a formula of the kinds SUM, SUMIF and ratio, worked out from the cells of the sheet."""
    if found := re.fullmatch(r"=SUM\((.+)\)", formula):
        return sum(value or 0.0 for value in values_of(sheet, found[1]))
    if found := re.fullmatch(r"=SUMIF\((.+),(.+),(.+)\)", formula):
        keys, key, values = values_of(sheet, found[1]), sheet[found[2]].value, values_of(sheet, found[3])
        return sum(v or 0.0 for k, v in zip(keys, values, strict=True) if k == key)
    found = re.fullmatch(r"=IF\((\w+)=0,0,(\w+)/(\w+)\)", formula)
    top, bottom = (evaluate(sheet, sheet[cell].value) for cell in (found[2], found[3]))
    return top / bottom if bottom else 0.0


@pytest.mark.parametrize("name", sorted(SUMS))
def test_sums_are_live_formulas_over_exactly_the_rows(books, name):
    """Proves: every sum is a formula; worked out from the cells it equals the sum over the table, and so does
    the value stored beside it for readers that do not calculate.
    Sensitivity: a range one row short, or a stored value of an earlier run, fails.
    """
    formulas, values, tables = books
    sheet, stored = formulas[label("sheet", name).zh], values[label("sheet", name).zh]
    table, total = lines_of(name, tables[name]), SUMS[name]
    first = len(table) + 3
    groups = [None] if total.by is None else list(dict.fromkeys(table[total.by]))
    assert sheet.max_row == first + len(groups) - 1
    for row, group in enumerate(groups, start=first):
        rows = table if group is None else table[table[total.by] == group]
        for column in total.columns:
            k = column_of(sheet, column)
            expected = rows[column].sum() * unit_of(column)[1]
            assert evaluate(sheet, sheet.cell(row, k).value) == pytest.approx(expected, rel=1e-9, abs=1e-9)
            assert stored.cell(row, k).value == pytest.approx(expected, rel=1e-9, abs=1e-9)
        for column in total.ratios:
            k = column_of(sheet, column)
            assert stored.cell(row, k).value == pytest.approx(evaluate(sheet, sheet.cell(row, k).value))


def test_sum_of_costs_is_the_objective(books, solved):
    """Proves: the formula under the costs gives the certified objective.
    Sensitivity: summing the total line too would double it.
    """
    formulas, _, _ = books
    sheet = formulas["成本"]
    k = column_of(sheet, "cost_mcny")
    assert evaluate(sheet, sheet.cell(sheet.max_row, k).value) * 100 == pytest.approx(
        Result.read(solved).manifest["objective_mcny"], rel=1e-8
    )


def test_sheets_are_set_up_for_reading_and_printing(books):
    """Proves: heading and first column frozen, A4 landscape, short names, no merged cells, words in both languages.
    Sensitivity: losing any of them fails.
    """
    formulas, _, _ = books
    for sheet in formulas.worksheets[1:]:
        assert sheet.freeze_panes == "B3"
        assert sheet.page_setup.paperSize == 9
        assert sheet.page_setup.orientation == "landscape"
        assert len(sheet.title) <= 31
        assert not sheet.merged_cells.ranges
        assert all("\n" in cell.value for cell in sheet[2])


def test_cover_names_weather_certificate_and_units(books):
    """Proves: the cover says that synthetic weather is synthetic, what the gap is, and the units.
    Sensitivity: a cover without them fails.
    """
    text = "\n".join(str(c.value) for row in books[0]["封面"].iter_rows() for c in row if c.value)
    for part in ("合成气象", "synthetic weather", "校核通过", "gap", "亿千瓦时", "plan-2015", "边界仅为示意"):
        assert part in text


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1+2", "@SUM(A1)", '=HYPERLINK("http://x")', "http://x"])
def test_names_never_become_formulas_or_links(result_dir, name):
    """Proves: a name that looks like a formula stays text.
    Sensitivity: xlsxwriter's plain `write` would make a formula or a link of it.
    """
    path = result_dir / "tables" / "coal.csv"
    table = pd.read_csv(path, encoding="utf-8-sig")
    table["name_zh"] = name
    table.to_csv(path, index=False, encoding="utf-8-sig")
    sheet = openpyxl.load_workbook(write_tables(result_dir)[0])["煤炭"]
    cell = sheet.cell(3, column_of(sheet, "name_zh"))
    assert cell.value == name
    assert cell.data_type == "s"
    assert cell.hyperlink is None


def test_a_table_without_a_sheet_is_an_error(result_dir):
    """Proves: tables and sheets must match. Sensitivity: a loop over known sheets would drop the new table."""
    (result_dir / "tables.xlsx").unlink(missing_ok=True)
    (result_dir / "tables" / "new.csv").write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(ValueError, match="new"):
        write_tables(result_dir)
    assert not list(result_dir.glob("*.xlsx"))
