"""Levels that nothing reads, and files and rows that are left out: refused or told, never silent."""

from dataclasses import replace

import pytest

from energy_model.language import speaking
from energy_model.study.load import load_study
from energy_model.study.notes import spans
from energy_model.study.unread import unread, unread_lines
from tests.paths import INPUTS

TABLES = {
    "loads": "polysilicon", "smelters": "AL_ZHAHA", "mines": "HLH_REJECT", "coal_users": "EG", "heat_areas": "HUOLINGUOLE",
}  # fmt: skip


def test_a_level_that_no_scenario_reads_is_refused(inputs):
    """Proves: a mistyped level in each table that has levels is an error at its row with the known levels and the likely one, and with no
    error that follows from it, such as a missing source or mine. Sensitivity: 'add to sources.csv', and then a mine that is gone.
    """
    rows = {}
    for table, key in TABLES.items():
        header = inputs.rows(table)[0]
        rows[table] = inputs.find(table, **{header[0]: key, "case": "plan-2015"})
        inputs.put(table, rows[table], "case", "plan-2016")
    errors = inputs.errors()
    assert {(e.file, e.row, e.column, e.value, e.rule) for e in errors} == {
        (f"{t}.csv", r, "case", "plan-2016", "unknown_case") for t, r in rows.items()
    }
    assert all("did you mean plan-2015?" in e.advice and "outlook-2030" in e.advice and "是否应为 plan-2015" in e.advice_zh for e in errors)


def test_levels_come_from_every_scenario(inputs):
    """Proves: a level that another scenario, an overlay or a pathway reads is known; a level mistyped in the scenario itself is one
    error with the likely one, not one for each table. Sensitivity: levels of the running scenario alone would refuse the shipped tables.
    """
    inputs.put("heat_areas", inputs.find("heat_areas", heat_area="HUOLINGUOLE", case="outlook-2030"), "case", "far")
    assert [e.rule for e in inputs.errors()] == ["unknown_case"]
    (inputs.path / "overlays" / "far.toml").write_text('purpose_en = "x"\npurpose_zh = "x"\n[study]\ncase = "far"\n', encoding="utf-8")
    assert load_study(inputs.path)
    inputs.scenario('[study]\ncase = "plan-2051"\n')
    (error,) = inputs.errors("mine")
    assert (error.column, error.value, error.rule) == ("study.case", "plan-2051", "no_case")
    assert "did you mean plan-2015?" in error.advice


def test_a_mistyped_mine_is_named_at_both_ends(inputs):
    """Proves: a mine whose code no route names, though other levels keep the code, is a note at its row with the likely one, and the
    routes that lost it are a note with theirs; a zero-width space behind the code is nothing. Sensitivity: 48 Mt/a gone without a word.
    """
    row = inputs.find("mines", mine="HLH_PIT", case="plan-2015")
    inputs.put("mines", row, "mine", "HLH_PIT\u200b")
    assert not {"mines.csv", "coal_routes.csv"} & {n.file for n in unread(load_study(inputs.path)) if not n.usual}
    inputs.put("mines", row, "mine", "HLH_PITT")
    told = {n.file: n for n in unread(load_study(inputs.path)) if not n.usual}
    assert told["mines.csv"].rows == (row,)
    assert "no route" in told["mines.csv"].en
    assert "did you mean HLH_PIT?" in told["mines.csv"].en
    assert len(told["coal_routes.csv"].rows) == 10
    assert "HLH_PIT" in told["coal_routes.csv"].zh


def test_files_that_nothing_reads_are_named(inputs):
    """Proves: a workbook beside its table, a scenario in the wrong place or with another ending, and a broken other scenario are
    notes in both languages with the reason; lock files of a spreadsheet and texts are not. Sensitivity: edits in mines.xlsx that do nought.
    """
    for name in ("mines.xlsx", "MINES.CSV", "plan-2016.toml", "scenarios/plan-2016.toml.txt", "~$mines.xlsx", ".DS_Store", "notes.md"):
        (inputs.path / name).write_text("x", encoding="utf-8")
    (inputs.path / "overlays" / "torn.toml").write_text("a = [", encoding="utf-8")
    study = load_study(inputs.path)
    told = {n.file: n for n in unread(study) if not n.usual}
    assert set(told) >= {"mines.xlsx", "MINES.CSV", "plan-2016.toml", "scenarios/plan-2016.toml.txt", "overlays/torn.toml"}
    assert not set(told) & {"~$mines.xlsx", ".DS_Store", "notes.md", "README.md", "study.toml", "sources.csv"}
    assert "the model reads mines.csv" in told["mines.xlsx"].en
    assert "模型读的是 mines.csv" in told["mines.xlsx"].zh
    assert "only .toml" in told["scenarios/plan-2016.toml.txt"].en
    assert "文件末尾" in told["overlays/torn.toml"].zh


def test_rows_that_a_study_leaves_out_are_named(inputs):
    """Proves: plants that start after the fleet's year, lines that do, rows of other levels and price levels, codes that nothing names, a
    contract whose market no line reaches, and a day that Excel rewrote are told with their rows. Sensitivity: silence.
    """
    late = inputs.find("plants", plant="JINLIAN")
    inputs.put("plants", late, "start_year", "2030")
    inputs.put("corridors", inputs.find("corridors", corridor="C01"), "start_year", "2030")
    heat = inputs.find("heat_areas", heat_area="TONGLIAO_CITY", case="plan-2015")
    inputs.put("heat_areas", heat, "season_start", "10月15日")
    study = load_study(inputs.path)
    told = {(n.file, row): n for n in unread(study) for row in n.rows}
    assert "fleet_year 2011" in told["plants.csv", late].en
    assert "JINLIAN" in told["plants.csv", late].en or "(+" in told["plants.csv", late].en
    assert "existing capacity does not count" in told["corridors.csv", inputs.find("corridors", corridor="C01")].en
    assert "'10月15日' is read as 10-15" in told["heat_areas.csv", heat].en
    other = inputs.find("mines", mine="HLH_PIT", case="outlook-2030")
    assert "of the level" in told["mines.csv", other].en
    assert ("mines.csv", inputs.find("mines", mine="HLH_PIT", case="plan-2015")) not in told
    assert "of price level 2024" in told["finance.csv", inputs.find("finance", vintage="2024")].en
    lines = unread_lines(study)
    assert sum("JINLIAN" in line or "plants.csv" in line for line in lines) >= 1
    assert "mines.csv 6–17, 22–25" in lines[-1]
    with speaking("en"):
        assert "不" not in "".join(unread_lines(study))
    with speaking("zh"):
        assert "Rows" not in "".join(unread_lines(study))


MANY = (range(1, 40, 2), "1, 3, 5, 7, 9, 11, 13, 15 … (+12)")


@pytest.mark.parametrize(("rows", "told"), [([4], "4"), ([4, 5, 7], "4–5, 7"), ([], ""), MANY])
def test_rows_are_joined(rows, told):
    """Proves: neighbours are joined, and what is beyond eight spans is counted. Sensitivity: a hundred numbers in a line."""
    assert spans(rows) == told


def test_a_short_circuit_ratio_without_a_converter_is_told():
    """Proves: `plan-2015-secure`, whose HVDC line neither stands nor may be built, is told that its short-circuit ratio holds nothing; the
    same with the line in service, or without the option, is not.
    Sensitivity: a row that is empty without a word, or a note although the line stands.
    """
    study = load_study(INPUTS, "plan-2015-secure")

    def told(study) -> int:
        return sum("least_short_circuit_ratio" in n.en and "least_short_circuit_ratio" in n.zh for n in unread(study))

    assert told(study) == 1
    lines = study.tables["corridors"]
    stands = lines.assign(start_year=lines.start_year.where(lines.corridor != "C04", 2011))
    assert told(replace(study, tables=study.tables | {"corridors": stands})) == 0
    assert told(load_study(INPUTS, "plan-2015")) == 0
