"""Tables as spreadsheets and people save them: read right, or one sentence that says what to write."""

import csv
import io

import openpyxl
import pytest

from energy_model.study import contract
from energy_model.study.cell_text import cell_fault, day_of, typed
from energy_model.study.header import header_of
from energy_model.study.load import load_study
from energy_model.study.read import _read_one
from energy_model.study.series import read_series
from energy_model.study.text_file import table_of
from energy_model.study.toml_file import load_toml
from energy_model.study.unread import unread

MINES = ("mine", "case", "name_zh", "name_en", "node", "grade", "capacity_kt_per_year", "price_cny_per_t")
PIT = ("PIT", "plan", "矿", "pit", "HLGL", "lignite", "48000", "130")


def table_text(rows, mark=","):
    out = io.StringIO()
    csv.writer(out, delimiter=mark, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize(
    ("text", "encoding", "rule", "said"),
    [
        (table_text([MINES, PIT], ";"), "utf-8", "separator", "semicolons"),
        (table_text([MINES, PIT], "\t"), "utf-8", "separator", "tabs"),
        (table_text([MINES, PIT]).replace(",", "，"), "utf-8", "separator", "full-width commas"),
        ("sep=;\r\n" + table_text([MINES, PIT], ";"), "utf-8", "separator", "('sep=;'); save it in Excel as 'CSV UTF-8 (comma delimited)'"),
        ("sep=,\r\n" + table_text([MINES, PIT]), "utf-8", "no_header", "delete this row"),
        (table_text([MINES, PIT]).replace("矿", "Grünau"), "cp1252", "encoding", "save it as UTF-8"),
        (table_text([MINES, PIT], "\t"), "utf-16", "separator", "tabs"),
        ("<html><body><table>", "utf-8", "no_text", "a web page or XML: open it in Excel and save it as CSV UTF-8"),
        ("PK\x03\x04" + table_text([MINES]), "latin-1", "no_text", "a packed archive"),
        (table_text([PIT, PIT]), "utf-8", "no_header", "mine,case,name_zh"),
        (table_text([MINES, PIT]).replace("PIT", '"PIT', 1) + "x" * 200_000, "utf-8", "bad_csv", "field"),
        (table_text([[*MINES, ""], [*PIT, "a remark"]]), "utf-8", "unnamed_column", "name"),
    ],
)
def test_a_file_that_is_no_such_table_is_one_sentence(text, encoding, rule, said):
    """Proves: semicolons, tabs, full-width commas, marks of them, Western text, web pages, archives, no header, a torn quote and a nameless
    column give one error for the file, with what to do.
    Sensitivity: every column unknown and every row short, in hundreds of errors.
    """
    _, errors = _read_one("mines", "mines.csv", text.encode(encoding))
    assert [(e.file, e.rule) for e in errors] == [("mines.csv", rule)]
    assert said in errors[0].en


def test_what_spreadsheets_leave_at_the_end_is_read_right():
    """Proves: a byte order mark, blank rows and blank columns at the end, in some rows only, and CRLF change nothing.
    Sensitivity: a column without name, or rows of another width than the header.
    """
    body = [[*MINES, "", ""], [*PIT, "", ""], [*PIT[:1], "other", *PIT[2:], "", "", ""], PIT, ["", "", ""], []]
    found, errors = _read_one("mines", "mines.csv", ("\ufeff" + table_text(body)).encode())
    assert errors == []
    assert found.cells.case.tolist() == ["plan", "other", "plan"]
    assert found.rows[-1] == ("mines.csv", 4)


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-16"])
def test_what_excel_writes_in_china_is_read_and_told(inputs, encoding):
    """Proves: a table that Excel saved as CSV in GBK, or as Unicode, gives the same cells, and a note names the file and its encoding.
    Sensitivity: read in silence; or rare characters for names.
    """
    wanted = load_study(inputs.path)
    assert not [n for n in unread(wanted) if "is read as text in" in n.en]
    path = inputs.path / "mines.csv"
    path.write_bytes(path.read_bytes().decode("utf-8-sig").encode(encoding))
    found = load_study(inputs.path)
    assert found.tables["mines"].equals(wanted.tables["mines"])
    (note,) = [n for n in unread(found) if "is read as text in" in n.en]
    assert note.en == f"mines.csv is read as text in {'UTF-16' if encoding == 'utf-16' else 'GBK'}"


def test_a_workbook_under_another_name_is_told(tmp_path):
    """Proves: a workbook whose name was changed to .csv is named as one, with the menu to use. Sensitivity: 'an archive: unpack it'."""
    path = tmp_path / "mines.xlsx"
    openpyxl.Workbook().save(path)
    (error,) = _read_one("mines", "mines.csv", path.read_bytes())[1]
    assert (error.rule, error.advice) == ("no_text", "it is an Excel workbook: open it and save the sheet as CSV UTF-8")


def test_headings_in_chinese_name_the_column():
    """Proves: headings that tell the meaning, in either language, with another unit behind, are answered with the column's name and unit; a
    remark may be deleted or renamed to what is missing; nothing is reported missing twice. Sensitivity: 'delete this column'.
    """
    names = ["煤矿代码", "产能水平", "中文名", "Chinese name", "English name", "节点", "年产能（万吨）", "坑口价", "备注说明"]
    _, errors = header_of("mines", "mines.csv", names, [True] * 9)
    told = {e.column: (e.rule, e.advice) for e in errors}
    assert told["煤矿代码"] == ("heading_in_words", "write mine")
    assert told["English name"] == ("heading_in_words", "write name_en")
    assert told["年产能（万吨）"] == ("heading_in_words", "write capacity_kt_per_year, values in kt/a")
    assert told["坑口价"] == ("heading_in_words", "write price_cny_per_t, values in CNY/t")
    assert told["备注说明"][0] == "unknown_column"
    assert "one of grade" in told["备注说明"][1]
    assert [e.column for e in errors if e.rule == "missing_column"] == ["grade"]


@pytest.mark.parametrize(
    ("table", "column", "text", "rule", "said", "said_zh"),
    [
        ("mines", "price_cny_per_t", "330,0", "not_a_number", "write 330.0", "写 330.0"),
        ("mines", "price_cny_per_t", "1.330,5", "not_a_number", "write 1330.5", "写 1330.5"),
        ("mines", "capacity_kt_per_year", "48,000", "not_a_number", "write 48000, or 48.000", "写 48000；若逗号是小数点则写 48.000"),
        ("mines", "capacity_kt_per_year", "1,048,000.5", "not_a_number", "write 1048000.5", "写 1048000.5"),
        ("mines", "capacity_kt_per_year", "48 000", "not_a_number", "write 48000", "写 48000"),
        ("mines", "price_cny_per_t", "8 %", "not_a_number", "write the number in CNY/t", "单位 CNY/t"),
        ("finance", "discount_rate_share", "8 %", "not_a_number", "write the share 0.08", "写成小数 0.08"),
        ("finance", "discount_rate_share", "8％", "excel_damage", "write the share 0.08", "写成小数 0.08"),
        ("mines", "capacity_kt_per_year", "48 Mt/a", "not_a_number", "without 'Mt/a'; this column is in kt/a", "本列单位为 kt/a"),
        ("mines", "price_cny_per_t", "１３０", "excel_damage", "write 130", "请改为 130"),
        ("mines", "price_cny_per_t", "１，３００", "excel_damage", "write 1300", "写 1300"),
        ("mines", "price_cny_per_t", "about", "not_a_number", "write digits", "只写数字"),
        ("mines", "capacity_kt_per_year", "=40000+8000", "excel_damage", "a formula; write the value it gives", "请填写其计算结果"),
        ("mines", "mine", "=A2", "excel_damage", "a formula", "这是公式"),
        ("mines", "capacity_kt_per_year", "(48000)", "not_a_number", "write 48000 without brackets, or -48000", "则写 -48000"),
    ],
)
def test_numbers_as_people_write_them(table, column, text, rule, said, said_zh):
    """Proves: decimal commas, thousands, percentages, units and full-width digits are refused with the number to write; a percentage is a
    share only where the column is one. Sensitivity: '330,0' answered with 'remove the separator', which makes it ten times as much.
    """
    found, hint, hint_zh = cell_fault(text, contract.column(table, column))
    assert found == rule
    assert said in hint
    assert said_zh in hint_zh


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("10-15", "10-15"), ("10月15日", "10-15"), ("15-Oct", "10-15"), ("4月5日", "04-05"), ("5-apr", "04-05"), ("１０月１５日", "10-15"),
        ("02-29", ""), ("02-30", ""), ("13-01", ""), ("00-10", ""), ("Oct-15", ""), ("31-Sep", ""), ("10/15", ""), ("2015-10-15", ""),
    ],
)  # fmt: skip
def test_days_as_excel_rewrites_them(text, day):
    """Proves: a day of the year is read from what Excel makes of 10-15 in Chinese and English; what could be a month and a year, or is no
    day of 365, is refused. Sensitivity: 'Oct-15' read as 15 October, where Excel means October 2015.
    """
    season = contract.column("heat_areas", "season_start")
    assert (cell_fault(text, season)[0] == "") == bool(day)
    assert not day or typed(text, season) == day
    assert day_of("") == ""


def test_a_rewritten_season_is_the_same_study(inputs):
    """Proves: heat areas saved by Excel give the season of the shipped table. Sensitivity: a day that is accepted and kept as it stands."""
    row = inputs.find("heat_areas", heat_area="TONGLIAO_CITY", case="plan-2015")
    inputs.put("heat_areas", row, "season_start", "10月15日")
    inputs.put("heat_areas", row, "season_end", "15-Apr")
    table = load_study(inputs.path).tables["heat_areas"]
    assert (table.season_start[row - 2], table.season_end[row - 2]) == ("10-15", "04-15")


@pytest.mark.parametrize(
    ("rows", "said", "said_zh"),
    [
        (8784, "leave out 29 February, rows 1418–1441", "删去 2 月 29 日"),
        (35040, "4 rows an hour", "每小时有 4 行"),
        (8000, "[time] hours = 8000", "hours = 8000"),
        (9000, "give as many rows", "给足这么多行"),
    ],
)
def test_a_series_of_another_length_says_what_to_do(tmp_path, rows, said, said_zh):
    """Proves: a leap year names the 24 rows to leave out (59 days and the header before them), finer steps ask for means, anything else for
    rows or a setting. Sensitivity: 8,784 rows answered with hours = 8784, which is no year of the model.
    """
    body = "".join(f"{i % 8760 + 1},5\n" for i in range(rows))
    (tmp_path / "series.csv").write_text("hour,steel_mw\n" + body)
    _, errors = read_series(tmp_path, 8760)
    (error,) = [e for e in errors if e.rule == "series_length"]
    assert said in error.advice
    assert said_zh in error.advice_zh


def test_a_series_saved_abroad_is_told_as_a_table_is(tmp_path):
    """Proves: semicolons, and a decimal comma in a cell, are told for series too. Sensitivity: one rule for tables, another for series."""
    (tmp_path / "series.csv").write_text("hour;steel_mw\n1;5\n")
    assert [e.rule for e in read_series(tmp_path, 1)[1]] == ["separator"]
    (tmp_path / "series.csv").write_text('hour,steel_mw\n1,"5,5"\n')
    (error,) = read_series(tmp_path, 1)[1]
    assert (error.row, error.column, error.rule) == (2, "steel_mw", "not_a_number")
    assert "write 5.5" in error.advice


@pytest.mark.parametrize(
    ("text", "row", "said", "said_zh"),
    [
        ("[study]\nplan_year = 2015\n[weather\n", 3, "line 3: expected ']'", "第 3 行：节名缺少右方括号"),
        ("[study]\ncase = plan-2015\n", 2, "invalid value", "第 2 行：值不能识别"),
        ("[study]\ncase = “plan-2015”\n", 2, 'full-width characters “”, write ""', '含全角字符 “”，请改为 ""'),
        ("[study]\nplan_year ＝ 2015\n", 2, "full-width characters ＝, write =", "请改为 ="),
        ("a = 1\na = 2\n", 2, "overwrite", "写了两次"),
        ("a = [1,\n", 1, "at the end of the file", "文件末尾"),
    ],
)
def test_toml_faults_have_line_and_both_languages(inputs, text, row, said, said_zh):
    """Proves: a fault of syntax is told with its line, what it is in Chinese too, and full-width characters by what to type instead.
    Sensitivity: the parser's English alone.
    """
    (inputs.path / "study.toml").write_text(text, encoding="utf-8")
    error = next(e for e in inputs.errors() if e.file == "study.toml")
    assert (error.row, error.rule) == (row, "bad_toml")
    assert said in error.advice
    assert said_zh in error.advice_zh


def test_toml_in_gbk_is_not_sent_to_excel(tmp_path):
    """Proves: settings saved in GBK are asked for as UTF-8 text. Sensitivity: 'save it in Excel'."""
    (tmp_path / "a.toml").write_bytes('x = "负荷"'.encode("gbk"))
    with pytest.raises(Exception, match="save it as text in UTF-8: GBK"):
        load_toml(tmp_path / "a.toml", "a.toml")


@pytest.mark.parametrize(
    ("text", "column", "said", "said_zh"),
    [
        ('[study]\nfleet_year = "2015"\n', "study.fleet_year", "whole number, without quotes", "请写整数"),
        ("[study]\nfleet_year = 1900\n", "study.fleet_year", "at least 1990", "不得小于 1990"),
        ('[network]\nlosses = "quadratic"\n', "network.losses", "'linear' or 'tangents'", "'linear'、'tangents'"),
        ("[expansion]\nenabled = 1\n", "expansion.enabled", "true or false", "true 或 false"),
        ("[time]\nblock_hours = 100\n", "time.block_hours", "multiple of 24", "24 的倍数"),
    ],
)
def test_settings_are_told_in_both_languages(inputs, text, column, said, said_zh):
    """Proves: a setting of wrong type, range or choice says what to write, in Chinese too. Sensitivity: pydantic's English in both."""
    inputs.scenario(text)
    (error,) = inputs.errors("mine")
    assert error.column == column
    assert said in error.advice
    assert said_zh in error.advice_zh


def test_blank_bytes_are_an_empty_file():
    """Proves: a file of blanks holds no lines and no errors of its own. Sensitivity: an index error on the first line."""
    assert table_of("x.csv", b" \r\n,,\r\n").rows == []
    assert [e.rule for e in _read_one("mines", "mines.csv", b"\r\n" + table_text([MINES, PIT]).encode())[1]] == ["no_header"]
