"""The command that explains a plan, on the shipped inputs."""

import shutil

import pytest
from typer.testing import CliRunner

from energy_model import cli
from energy_model.report.columns import named
from energy_model.report.result_folder import Result
from energy_model.results.store import read_result
from energy_model.study.load import load_study
from energy_model.study.origins import origin
from energy_model.study.path_origins import PathRow, origin_in_path
from energy_model.study.pathway import study_of_year
from tests.paths import ROOT

runner = CliRunner()
IMPOSSIBLE = """
purpose_en = "more wind than the land carries"
purpose_zh = "风电目标过高"
[[set]]
table = "targets"
where = { target = "T06_WIND" }
values = { value = 60000 }
"""

TWO_AGREEMENTS = """
purpose_en = "over one line at least what another agreement forbids"
purpose_zh = "两项协议相互矛盾"
[[add]]
table = "agreements"
row = { agreement = "LEAST", month = 1, name_zh = "下限", name_en = "least", least_gwh = 3000 }
[[add]]
table = "agreement_members"
row = { agreement = "LEAST", corridor = "C02" }
[[add]]
table = "agreements"
row = { agreement = "MOST", month = 1, name_zh = "上限", name_en = "most", most_gwh = 2000 }
[[add]]
table = "agreement_members"
row = { agreement = "MOST", corridor = "C02" }
"""

PATH = """
purpose_en = "far more export than two years can build"
purpose_zh = "外送过高"
[study]
fleet_year = 2010
[pathway]
years = [2012, 2015]
cases = { 2010 = "base-2010", 2015 = "plan-2015" }
[[set]]
table = "targets"
where = { target = "T07_EXPORT" }
values = { value = 300000 }
"""


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explain") / "inputs"
    shutil.copytree(ROOT / "inputs", folder)
    (folder / "scenarios" / "too-much.toml").write_text(IMPOSSIBLE, encoding="utf-8")
    (folder / "scenarios" / "two-agreements.toml").write_text(TWO_AGREEMENTS, encoding="utf-8")
    (folder / "scenarios" / "two-years.toml").write_text(PATH, encoding="utf-8")
    return folder


def run(*args):
    return runner.invoke(cli.app, [str(a) for a in args], env={"COLUMNS": "200"})


@pytest.mark.parametrize(
    ("scenario", "told"),
    [
        ("too-much", ("clause_at_least T06_WIND", "scenarios/too-much.toml", "wind_new@KZZ", "candidates.csv")),
        ("two-agreements", ("agreement_least LEAST", "2,000", "scenarios/two-agreements.toml", "least_gwh = 3000")),
    ],
)
def test_an_impossible_plan_is_explained_and_nothing_is_written(inputs, tmp_path, scenario, told):
    """Proves: `optimize` on a wind target beyond all candidates, or two agreements of a month that contradict each other, ends with exit
    code 3, names the clause or the agreement and the cell that sets it, what would be possible, for the target the candidates that limit it
    too, and leaves no result. Sensitivity: "infeasible" alone, "the hours cannot be balanced", or a change of a month's energy told in
    the energy of the horizon.
    """
    results = tmp_path / "results"
    case = ("--inputs", inputs, "--scenario", scenario, "--horizon", "hours:24", "--weather", ROOT / "weather")
    done = run("optimize", *case, "--results", results)
    assert done.exit_code == 3, done.output
    for words in ("infeasible as written", *told):
        assert words in done.output
    assert not results.exists() or not [p for p in results.iterdir() if not p.name.startswith(".")]


@pytest.mark.slow
def test_an_impossible_pathway_names_year_clause_and_cell(inputs, tmp_path):
    """Proves: `pathway` on export out of reach in its second year ends with code 3, names that year's clause, the scenario that sets it
    and the limits of contracts and candidates that hold it back in the sheet row they stand in; the first year, when the clause is not
    due, is not accused; nothing is written.
    Sensitivity: without the year in its label the row could not be looked up; a search within 2012 alone would find nothing.
    """
    results = tmp_path / "results"
    case = ("--inputs", inputs, "--scenario", "two-years", "--horizon", "hours:24", "--weather", ROOT / "weather")
    done = run("pathway", *case, "--results", results)
    assert done.exit_code == 3, done.output
    for words in ("clause_at_least 2015/T07_EXPORT", "scenarios/two-years.toml", "capacity_contract 2015/JL_FLAT", "contracts.csv row"):
        assert words in done.output
    assert "2012/T07_EXPORT" not in done.output
    assert not results.exists() or not [p for p in results.iterdir() if not p.name.startswith(".")]


def test_cells_of_a_year_between_levels_and_of_build_rates():
    """Proves: the demand of a coal user in 2012 lies between the levels of 2010 and 2015 and is told with both rows; the build rate of
    wind in 2013 is the row of 2012, the latest that is not after it; a limit of what is built in 2015 is the candidate's.
    Sensitivity: the interpolated rows stand in no file: looking them up as if they did is an error.
    """
    study = load_study(ROOT / "inputs", "plan-path")
    years = {y: study_of_year(study, y) for y in study.settings.pathway.years}
    of_level = study.tables["coal_users"].groupby("case").user.agg(set)
    user = sorted(of_level["base-2010"] & of_level["plan-2015"])[0]
    levels = study.tables["coal_users"].query("user == @user").set_index("case").demand_kt_per_year
    found = origin_in_path(study, years, PathRow.of("other_coal_balance", (2012, user)))
    assert found.value == pytest.approx(0.6 * levels["base-2010"] + 0.4 * levels["plan-2015"])
    assert found.file.count("coal_users.csv row") == 2
    rate = origin_in_path(study, years, PathRow.of("build_rate", ("wind", 2013)))
    table = study.tables["pathway"]
    (at,) = table.index[(table["item"] == "wind") & (table.year == 2012)]
    assert (rate.value, rate.row) == (table.max_build_mw_per_year[at], study.place("pathway", rate.column, item="wind", year=2012)[1])
    candidate = study.tables["candidates"].query("max_new_mw > 0").candidate.iloc[0]
    built = PathRow.of("built", ("renewable", candidate, 2015))
    assert built.element == f"2015/{candidate}"
    assert origin_in_path(study, years, built).column == "max_new_mw"


def test_what_binds_names_cells_and_refuses_changed_inputs(inputs, day_results):
    """Proves: `explain` lists the export clause with its row of targets.csv, and refuses to name cells after an input has changed.
    Sensitivity: without the check it would show rows and values that were never solved.
    """
    case = ("--inputs", inputs, "--horizon", "hours:24", "--results", day_results)
    shown = run("explain", *case, "--rows", 400)
    assert shown.exit_code == 0
    assert "T07_EXPORT" in shown.output
    assert "targets.csv row" in shown.output
    target = inputs / "targets.csv"
    target.write_text(target.read_text(encoding="utf-8-sig") + " ", encoding="utf-8-sig")
    refused = run("explain", *case)
    assert refused.exit_code == 2
    assert "targets.csv" in refused.output


def test_every_limit_of_a_result_is_told_by_name(day_results):
    """Proves: whatever has a dual in the day's result has a name in both languages: a place, a plant with its place, land by carrier,
    coal users; markets are told as Liaoning and 辽宁.
    Sensitivity: ``HORQIN.coal_chp135``, ``EG`` or "market LN" alone.
    """
    folder = day_results / "plan-2015-hours24"
    data, names = read_result(folder)[0], Result.read(folder).element_names()
    rows = {str(e) for n, dual in data.data_vars.items() if str(n).startswith("dual_") for e in dual[dual.dims[0]].to_numpy()}
    feeds = set(map(str, data.feed.to_numpy()))  # wind or solar of a node, told with both
    for language in ("zh", "en"):
        assert not [code for code in rows - feeds if named(code, names, language) == code]
    assert named("HORQIN.coal_chp135", names, "en").endswith("Horqin District: CHP of 135 MW and less (existing)")
    assert named("HORQIN/wind", names, "zh").endswith("科尔沁区/风电")
    assert (names["LN"], names["cement"].zh) == (("辽宁", "Liaoning"), "水泥")


def test_a_limit_by_month_is_told_with_its_lowest_cell():
    """Proves: a section's limit names the cell of its lowest month, in the scenario file that adds it; a month's energy its own row.
    Sensitivity: no cell for a row with twelve limits; the limit of January where another month is lower.
    """
    study = load_study(ROOT / "inputs", "plan-2015+sections+months")
    limit = origin(study, "section_limit", ("TO_LN", "forward"))
    own = study.tables["sections"].set_index("section").loc["TO_LN"].filter(like="forward_mw_").astype(float)
    assert (limit.value, limit.file, own[limit.column]) == (2600, "overlays/sections.toml", own.min())
    month = study.tables["contract_months"].iloc[0]
    assert origin(study, "contract_month_least", (month.contract, str(month.month))).value == month.share
