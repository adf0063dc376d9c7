"""Input tables as a workbook and back: nothing lost, every damage named by sheet, row and column, nothing half written."""

import re
import shutil
import zipfile

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import Font
from typer.testing import CliRunner

from energy_model import cli
from energy_model.exchange.csv_change import changed_table
from energy_model.exchange.input_sheets import HEAD_ROWS
from energy_model.exchange.sheet_text import cell_text
from energy_model.exchange.workbook_import import draft_inputs
from energy_model.exchange.workbook_tables import read_book
from energy_model.report.workbook.input_workbook import write_input_workbook
from energy_model.study import contract
from energy_model.study.errors import InputErrors
from energy_model.study.load import load_study
from energy_model.study.read import raw_table
from energy_model.study.text_file import table_of
from tests.paths import INPUTS, ROOT
from tests.support.example import three_nodes

runner = CliRunner()
PAGES = ("docs/inputs-in-excel.md", "docs/inputs-in-excel.zh.md")


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """Workbook of the example; not to be changed."""
    path = tmp_path_factory.mktemp("exported") / "study.xlsx"
    write_input_workbook(three_nodes().inputs, path, "zh")
    return path


@pytest.fixture(scope="module")
def bare(exported):
    """The same without comments and drop-downs, which take longer to read and write than the cells; not to be changed."""
    book = openpyxl.load_workbook(exported)
    for sheet in book.worksheets:
        sheet.data_validations.dataValidation = []
        sheet.legacy_drawing = None
        for cell in sheet[1]:
            cell.comment = None
    book.save(path := exported.with_name("bare.xlsx"))
    return path


@pytest.fixture
def inputs(tmp_path):
    shutil.copytree(three_nodes().inputs, tmp_path / "inputs")
    return tmp_path / "inputs"


class Hand:
    """A person with the workbook open."""

    def __init__(self, path):
        self.path, self.book = path, openpyxl.load_workbook(path)

    def column(self, table, name):
        return [c.name for c in contract.columns(table)].index(name) + 1

    def cell(self, table, row, name):
        return self.book[table].cell(row, self.column(table, name))

    def put(self, table, row, name, value):
        self.cell(table, row, name).value = value

    def add(self, sheet, values):
        row = next(r for r in range(HEAD_ROWS + 1, 9999) if not any(c.value for c in self.book[sheet][r]))
        for name, value in values.items():
            self.put(sheet, row, name, value)

    def save(self, path):
        self.book.save(path)
        return path


def files(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_shipped_tables_return_byte_by_byte(tmp_path):
    """Proves: every table of the shipped study, written as a workbook and read back, is the same file, figures such as 1.020 included, and
    nothing is left unread. Sensitivity: one column lost, one number written in another form.
    """
    write_input_workbook(INPUTS, tmp_path / "study.xlsx", "en")
    book = read_book(tmp_path / "study.xlsx")
    assert (book.errors, book.notes, set(book.raw)) == ([], [], set(contract.tables()))
    for table, cells in book.raw.items():
        data = (INPUTS / f"{table}.csv").read_bytes()
        assert changed_table(cells, book.lacking[table], data) == (None, [], [])  # the file stays as it is
        written, changes, _ = changed_table(cells, book.lacking[table], None)
        assert len(changes) == len(cells.cells)
        assert raw_table(table, f"{table}.csv", table_of("", written).rows)[0].cells.equals(cells.cells)


def test_one_cell_changes_one_cell(bare, inputs, tmp_path):
    """Proves: of a file with CRLF, quotes that need not be and a number written 180.0, a changed figure changes its own record alone,
    and the row above keeps every byte; a column that the file lacks stays out until it is filled. Sensitivity: the table written anew.
    """
    mines = inputs / "mines.csv"
    head, pit = mines.read_text(encoding="utf-8-sig").splitlines()
    second = pit.replace("PIT", '"PIT2"').replace("12000,180", "12000.0,180.0")
    mines.write_text("\r\n".join([head, second, pit, ""]), encoding="utf-8", newline="")
    hand = Hand(bare)
    for c in contract.columns("mines"):
        hand.put("mines", 5, c.name, hand.cell("mines", 4, c.name).value)
    hand.put("mines", 4, "mine", "PIT2")
    hand.put("mines", 5, "price_cny_per_t", 0.1 + 0.2)
    draft = draft_inputs(hand.save(tmp_path / "study.xlsx"), inputs, "base", tmp_path / "new")
    assert [tuple(c) for c in draft.changes] == [("mines", "PIT/base", "price_cny_per_t", "180", "0.3")]
    wanted = "\r\n".join([head, second, pit.replace("12000,180", "12000,0.3"), ""])
    assert (tmp_path / "new" / "mines.csv").read_bytes() == wanted.encode()
    assert [name for name, data in files(tmp_path / "new").items() if data != files(inputs)[name]] == ["mines.csv"]


def test_every_damage_is_named_at_once(bare, inputs, tmp_path):
    """Proves: sheets missing, renamed and foreign, columns renamed, missing, doubled and without name, heading rows changed and deleted,
    wrong cells and codes of every kind are all told in one go, by sheet, row and column of the workbook; the folder stays. Sensitivity:
    stopping at the first; rows counted as in the CSV; 'see nodes.csv'; a unit changed to GW unseen; data taken for a heading.
    """
    hand = Hand(bare)
    del hand.book["coal_routes"]
    hand.book["candidates"].title = "candidate"
    hand.book.create_sheet("my sums")["A1"] = "=1+1"
    hand.put("plants", 1, "capacity_mw", "capacity_gw")
    hand.put("profiles", 1, "dc_ac_ratio", None)
    hand.put("shapes", 1, "hour_01", "hour_00")
    hand.book["loads"].delete_cols(hand.column("loads", "shape"))
    hand.put("corridors", 3, "existing_mw", "GW")
    hand.book["construction"].delete_rows(2)
    hand.book["technologies"].insert_rows(5)
    hand.book["finance"].merge_cells("D4:E4")
    hand.put("mines", 4, "price_cny_per_t", "１８０")
    hand.put("mines", 4, "capacity_kt_per_year", "=2*6000")
    hand.put("plants", 4, "node", "NORHT")
    hand.put("plants", 5, "node", "NORHT")
    hand.put("targets", 1_000_000, "target", "LOST")
    hand.put("nodes", 4, "latitude_deg", 95)
    hand.put("nodes", 5, "kind", "city")
    hand.put("nodes", 6, "name_en", None)
    hand.put("coal_grades", 4, "sulphur_share", "#REF!")
    path = hand.save(tmp_path / "study.xlsx")
    with pytest.raises(InputErrors) as caught:
        draft_inputs(path, inputs, "base", tmp_path / "new")
    found = {(e.file.removeprefix("[study.xlsx]"), e.row, e.column, e.rule) for e in caught.value.errors}
    assert found >= {
        ("coal_routes", None, "", "missing_sheet"), ("candidates", None, "", "missing_sheet"),
        ("plants", 1, "capacity_gw", "unit_suffix"), ("profiles", 1, "P", "unnamed_column"), ("shapes", 1, "hour_00", "duplicate_column"),
        ("shapes", 1, "hour_01", "lost_column"), ("loads", 1, "shape", "lost_column"), ("corridors", 3, "existing_mw", "heading_changed"),
        ("construction", 2, "", "heading_changed"), ("technologies", 5, "", "blank_row"), ("targets", 5, "", "blank_row"),
            ("finance", 4, "D", "merged"),
        ("mines", 4, "price_cny_per_t", "excel_damage"), ("mines", 4, "capacity_kt_per_year", "no_value"),
        ("nodes", 4, "latitude_deg", "out_of_range"), ("nodes", 5, "kind", "not_in_list"), ("nodes", 6, "name_en", "required"),
        ("coal_grades", 4, "sulphur_share", "excel_damage"),
    }  # fmt: skip
    assert all(e.file.startswith("[study.xlsx]") for e in caught.value.errors)
    assert len(caught.value.errors) < 60
    renamed = next(e for e in caught.value.errors if e.file.endswith("candidates"))
    assert (renamed.advice, renamed.advice_zh) == ("rename 'candidate' to candidates", "请把“candidate”改名为 candidates")
    (code,) = [e for e in caught.value.errors if e.rule == "dangling_reference" and e.value == "NORHT"]
    assert code.en == (
        "[study.xlsx]plants, row 4, column node: the code it refers to does not exist ('NORHT'); see column node of sheet nodes; "
        "did you mean NORTH? It also stands in: sheet plants, row 5."
    )
    assert "另见：工作表 plants 第 5 行" in code.zh
    assert ".csv" not in str(caught.value) + caught.value.zh


def test_what_spreadsheets_do_to_cells_is_read_right(bare, inputs, tmp_path):
    """Proves: text for numbers and truth values, blanks around, a percent format on a share, a moved column, blank formatted rows
    and a stored result of a formula are read as what they are; notes name the formula, the comment and the foreign sheet.
    Sensitivity: 50 % read as 50; 300 blank rows; a formula kept in silence.
    """
    hand = Hand(bare)
    hand.put("mines", 4, "capacity_kt_per_year", " 12000 ")
    hand.put("corridors", 4, "reversible", "true")
    hand.put("corridors", 5, "security_share", 0.7)
    hand.cell("corridors", 5, "security_share").number_format = "0.0%"
    hand.book["loads"].move_range("A1:A5", cols=len(contract.columns("loads")))
    hand.book["loads"].delete_cols(1)
    for row in range(6, 300):
        hand.book["loads"].cell(row, 3).font = Font(bold=True)
        hand.put("nodes", row + 1, "name_en", " ")
    hand.book.create_sheet("my sums")["A1"] = 1
    hand.cell("mines", 4, "mine").comment = openpyxl.comments.Comment("ask again", "me")
    path = hand.save(tmp_path / "study.xlsx")
    draft = draft_inputs(with_formula(path, "mines", "price_cny_per_t", "90*2.5", "225"), inputs, "base", tmp_path / "new")
    assert [tuple(c) for c in draft.changes] == [("mines", "PIT/base", "price_cny_per_t", "180", "225")]
    assert sorted(note.en for note in draft.notes) == [
        "mines: 1 comments were not read",
        "mines: of 1 formulas the results are kept",
        "sheet 'my sums' is no input table and was not read",
    ]


def with_formula(path, table, column, formula, result):
    """Put a formula with its stored result into row 4 of a sheet, as Excel writes it and openpyxl cannot."""
    book = openpyxl.load_workbook(path)
    names = [c.value for c in book[table][1]]
    place = f"{openpyxl.utils.get_column_letter(names.index(column) + 1)}4"
    name = f"xl/worksheets/sheet{book.sheetnames.index(table) + 1}.xml"
    new = path.with_name("formula.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(new, "w") as out:
        for item in old.namelist():
            data = old.read(item)
            if item == name:
                data, count = re.subn(
                    rf'(<c r="{place}"[^>]*?)(?: t="n")?>\s*<v>[^<]*</v>'.encode(), rf"\1><f>{formula}</f><v>{result}</v>".encode(), data
                )
                assert count == 1
            out.writestr(item, data)
    return new


def test_dates_and_percent_of_excel_and_wps(tmp_path):
    """Proves: 15 October is 10-15 under any format that shows a day, those built into Chinese Excel and WPS included, which have no code in
    the file; under one of month and year it is no day; in a number it is a date, which reading refuses. A percentage of what is no share
    keeps its sign, so that it is refused; a literal sign is none. Sensitivity: 1 October for Oct-15; 45580 for a day; 0.08 CNY/t for 8 %.
    """
    season, price = contract.column("heat_areas", "season_start"), contract.column("mines", "price_cny_per_t")
    share, note = contract.column("finance", "discount_rate_share"), contract.column("sources", "note")
    day = 45580  # 15 October 2024
    cases = [
        (day, "d-mmm", season, "10-15"), (day, 'm"月"d"日"', season, "10-15"), (day, 58, season, "10-15"), (day, 31, season, "10-15"),
        (day, "mmm-yy", season, "2024-10"), (day, 57, season, "2024-10"), (day, "yyyy-mm-dd", price, "2024-10-15"),
        (day, 58, price, "2024-10-15"), (day, "yyyy-mm-dd", note, "2024-10-15"), (day, "0", price, "45580"),
        (0.08, "0%", share, "0.08"), (0.08, "0.0%", price, "8%"), (8, '0"%"', price, "8"), (0.1 + 0.2, "General", price, "0.3"),
        (True, "General", price, "TRUE"), (2015.0, "@", note, "2015"), (1e20, "0", price, "1e+20"),
    ]  # fmt: skip
    with xlsxwriter.Workbook(tmp_path / "cells.xlsx") as book:
        sheet = book.add_worksheet()
        for row, (value, form, _, _) in enumerate(cases):
            sheet.write(row, 0, value, book.add_format({"num_format": form}))
    sheet = openpyxl.load_workbook(tmp_path / "cells.xlsx").active
    assert [cell_text(sheet.cell(row, 1), sheet.cell(row, 1).value, c) for row, (_, _, c, _) in enumerate(cases, start=1)] == [
        text for *_, text in cases
    ]


@pytest.mark.parametrize(
    ("data", "said"), [(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password"), (b"node,name\n", "save it as 'Excel workbook (.xlsx)'")]
)
def test_what_is_no_workbook_is_told(data, said, inputs, tmp_path):
    """Proves: an .xls or locked file, and text, are one error with what to do. Sensitivity: a traceback of the library."""
    path = tmp_path / "study.xlsx"
    path.write_bytes(data)
    with pytest.raises(InputErrors) as caught:
        draft_inputs(path, inputs, "base", tmp_path / "new")
    (error,) = caught.value.errors
    assert (error.file, error.rule) == ("study.xlsx", "no_workbook")
    assert said in error.advice


def recipes(page):
    """(sheet, columns and values) of every row in the recipes of a page, and its scenario file."""
    text = (ROOT / page).read_text(encoding="utf-8")
    rows = []
    for sheet, cells in re.findall(r"^([a-z_]+): (\w+=.+)$", text, re.M):
        rows.append((sheet, dict(cell.split("=", 1) for cell in cells.split(", "))))
    (scenario,) = re.findall(r"```toml\n(.*?)```", text, re.S)
    return rows, scenario


@pytest.mark.slow
def test_recipes_of_the_page_work(exported, inputs, tmp_path):
    """Proves: the recipes for a plant, a county, a corridor, a contract and a scenario, the same on both pages, typed into the workbook
    as text, pass the import, which keeps the earlier folder and is refused without --replace; `check` then finds no error, and a day is
    solved. Sensitivity: a column renamed, a step of a recipe left out, an import that writes before it is agreed to.
    """
    rows, scenario = recipes(PAGES[0])
    assert (rows, scenario) == recipes(PAGES[1])
    assert {sheet for sheet, _ in rows} == {"plants", "sources", "nodes", "corridors", "loads", "contracts", "mines"}
    hand = Hand(exported)
    for sheet, values in rows:
        hand.add(sheet, values)
    path = hand.save(tmp_path / "study.xlsx")
    (inputs / "scenarios" / "high-load.toml").write_text(scenario, encoding="utf-8")
    before = files(inputs)
    call = ["inputs", "import", str(path), "--inputs", str(inputs), "--scenario", "high-load"]
    refused = runner.invoke(cli.app, call)
    assert refused.exit_code == 2, refused.output
    assert f"{len(rows)} changes" in refused.output
    assert files(inputs) == before
    done = runner.invoke(cli.app, [*call, "--replace"])
    assert done.exit_code == 0, done.output
    assert files(tmp_path / "inputs-before-1") == before
    assert {p.name for p in tmp_path.iterdir()} == {"inputs", "inputs-before-1", "study.xlsx"}
    again = runner.invoke(cli.app, call)
    assert "changes nothing" in again.output
    study = load_study(inputs, "base")
    assert study.tables["plants"].plant.tolist().count("WF_NORTH") == 1
    weather = three_nodes().weather
    for name in ("base", "high-load"):
        found = runner.invoke(
            cli.app, ["check", "--inputs", str(inputs), "--weather", str(weather), "--scenario", name, "--horizon", "hours:24"]
        )
        assert found.exit_code == 0, found.output
    made = runner.invoke(
        cli.app,
        ["optimize", "--inputs", str(inputs), "--weather", str(weather), "--scenario", "base", "--horizon", "hours:24",
         "--results", str(tmp_path / "results"), "--no-pages"],
    )  # fmt: skip
    assert made.exit_code == 0, made.output


def test_export_keeps_what_is_there(exported, tmp_path):
    """Proves: an existing workbook is replaced on request only, another ending is refused. Sensitivity: a filled workbook overwritten."""
    path = tmp_path / "study.xlsx"
    path.write_bytes(b"mine")
    inputs = str(three_nodes().inputs)
    assert runner.invoke(cli.app, ["inputs", "export", str(path), "--inputs", inputs]).exit_code == 2
    assert path.read_bytes() == b"mine"
    assert runner.invoke(cli.app, ["inputs", "export", str(tmp_path / "study.xls"), "--inputs", inputs]).exit_code == 2
    assert runner.invoke(cli.app, ["inputs", "export", str(path), "--inputs", inputs, "--replace"]).exit_code == 0
    assert zipfile.is_zipfile(path)


def test_workbook_guides_its_reader(exported):
    """Proves: every sheet has name, meaning and unit above the data, a comment on each column, panes that stay, bounds and drop-downs from
    the contract (codes of another sheet, long lists in a hidden sheet), text columns formatted as text, and an index with purpose of every
    table and the files outside. Sensitivity: a column without bounds; 10-15 typed into a general cell, which Excel makes a date.
    """
    book = openpyxl.load_workbook(exported)
    assert book.sheetnames == ["目录", *contract.tables(), "可选值清单"]
    assert book["可选值清单"].sheet_state == "hidden"
    for table in contract.tables():
        sheet = book[table]
        assert [c.value for c in sheet[1]] == [c.name for c in contract.columns(table)]
        assert all(cell.comment for cell in sheet[1])
        assert sheet.freeze_panes.endswith("4")
    nodes, mines = book["nodes"], book["mines"]
    assert (nodes["F2"].value, nodes["F3"].value) == ("纬度", "deg N")
    rules = {str(r.sqref).split(":")[0]: r for r in nodes.data_validations.dataValidation}
    assert rules["D4"].formula1 == '"county,park,hub,receiver,neighbour"'
    assert (rules["F4"].type, rules["F4"].formula1, rules["F4"].formula2) == ("decimal", "30", "55")
    rules = {str(r.sqref).split(":")[0]: r for r in mines.data_validations.dataValidation}
    assert rules["E4"].formula1.startswith("OFFSET(nodes!$A$4,0,0,")
    listed = {str(r.sqref).split(":")[0]: r for r in book["targets"].data_validations.dataValidation}["F4"]
    assert listed.formula1 == f"'可选值清单'!$A$1:$A${len(contract.column('targets', 'quantity').values)}"
    season = openpyxl.utils.get_column_letter([c.name for c in contract.columns("heat_areas")].index("season_start") + 1)
    assert book["heat_areas"].column_dimensions[season].number_format == "@"
    index = [[c.value for c in row] for row in book["目录"].iter_rows()]
    assert sum(row[0] in contract.tables() and bool(row[2]) for row in index) == len(contract.tables())
    assert {"study.toml", "scenarios/base.toml", "overlays/carbon-price.toml"} <= {row[0] for row in index}
