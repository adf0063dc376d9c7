"""Studies in Python: read, changed, checked, solved, refused."""

import shutil

import pytest

import energy_model as em
from energy_model.results.read_plan import StaleResultError
from tests.paths import INPUTS
from tests.support.example import SPAN, three_nodes


def test_input_errors_come_as_records(tmp_path):
    """Proves: all errors of the inputs at once, each with file, row, column, value and advice. Sensitivity: the first error alone."""
    shutil.copytree(three_nodes().inputs, tmp_path / "inputs")
    for name, right, wrong in (("mines", "12000", "many"), ("nodes", "3000", "-5")):
        path = tmp_path / "inputs" / f"{name}.csv"
        text = path.read_text(encoding="utf-8-sig")
        assert right in text
        path.write_text(text.replace(right, wrong, 1), encoding="utf-8-sig")
    with pytest.raises(em.InputErrors) as caught:
        em.load(tmp_path / "inputs", "base")
    found = {(e.file, e.row, e.column, e.value) for e in caught.value.errors}
    assert found >= {("mines.csv", 2, "capacity_kt_per_year", "many"), ("nodes.csv", 2, "wind_potential_mw", "-5")}
    assert all(e.advice for e in caught.value.errors)


def test_the_library_prints_nothing_and_tells_progress_to_who_asks(capsys):
    """Proves: a solve writes nothing to the console; with a function the lines of the command line arrive there, and the log of the result
    has them too. Sensitivity: a print, or a console of its own, anywhere in the run.
    """
    heard = []
    plan = three_nodes().optimize(SPAN, threads=1, progress=heard.append)
    assert capsys.readouterr() == ("", "")
    assert heard[0].startswith("1/6 ")
    assert sum(line.startswith(f"{n}/6 ") for n in range(1, 7) for line in heard) == 6
    assert heard[0] in (plan.folder / "run.log").read_text(encoding="utf-8")


def test_an_overlay_is_the_same_by_name_file_and_content(plan):
    """Proves: a carbon price of 200 CNY/t costs the same however it is given, more than the 70 CNY/t of the tables, and the study itself is
    unchanged. Sensitivity: an overlay that is not applied, or applied to the inputs that it was made from.
    """
    study = three_nodes()
    content = {"set": [{"table": "finance", "where": {"vintage": 2024}, "values": {"co2_price_cny_per_t": 200}}]}
    found = [
        study.with_overlay(overlay, name="dear-carbon").optimize(SPAN, threads=1)
        for overlay in ("carbon-price", study.inputs / "overlays" / "carbon-price.toml", content)
    ]
    assert [p.scenario for p in found] == ["base+carbon-price", "base+carbon-price", "base+dear-carbon"]
    costs = [p.cost_mcny for p in found]
    assert costs[1:] == pytest.approx([costs[0]] * 2, rel=1e-9)
    assert costs[0] > plan.cost_mcny * 1.001
    assert study.scenario == "base"
    assert float(study.tables["finance"].co2_price_cny_per_t.iloc[0]) == 70
    assert not (study.inputs / "overlays" / "dear-carbon.toml").exists()


def test_contents_of_overlays_are_checked_like_files():
    """Proves: a misspelt column and a misspelt kind of entry are refused with the file, and values of every type are written as given.
    Sensitivity: a mapping that is written without being read back.
    """
    study = three_nodes()
    with pytest.raises(em.InputErrors, match=r"overlays/python\.toml.*price_cny_per_tonne"):
        study.with_overlay({"scale": [{"table": "mines", "by": {"price_cny_per_tonne": 2}}]})
    with pytest.raises(em.InputErrors, match="change"):
        study.with_overlay({"change": [{"table": "mines"}]})
    other = study.with_overlay(
        {
            "network": {"power_flow": "dc"},
            "set": [{"table": "corridors", "where": {"corridor": ["N-C", "S-C"]}, "values": {"reversible": False, "name_en": 'of "two"'}}],
        }
    )
    assert other.settings.network.power_flow == "dc"
    assert not other.tables["corridors"].reversible.any()
    assert set(other.tables["corridors"].name_en) == {'of "two"'}


def test_an_impossible_plan_names_the_rows_that_exclude_each_other():
    """Proves: a share of wind and sun of 500 % is refused as infeasible, and the clause and its cell are among the rows that exclude each
    other. Sensitivity: an error without them.
    """
    study = three_nodes().with_overlay({"set": [{"table": "targets", "values": {"value": 5.0}}]}, "too-green")
    with pytest.raises(em.InfeasibleError) as caught:
        study.optimize("hours:24", threads=1)
    rows = caught.value.rows
    clause = rows[(rows.role == "conflict") & (rows.element == "GREEN")]
    assert clause.cell.tolist() == ["overlays/too-green.toml, value = 5"]
    assert issubclass(em.InfeasibleError, em.SolveError)


def test_what_is_asked_wrongly_is_refused_in_words(tmp_path):
    """Proves: an unknown scenario, overlay, horizon and solver, and a folder without a result, are each refused by name.
    Sensitivity: a fault of the program in place of an error.
    """
    study = three_nodes()
    with pytest.raises(em.InputErrors, match="base"):
        em.load(study.inputs, "bass")
    with pytest.raises(em.InputErrors, match="carbon-price"):
        study.with_overlay("carbon-prize")
    with pytest.raises(em.HorizonError, match="hours:25"):
        study.optimize("hours:25")
    with pytest.raises(em.EnergyModelError, match="glpk"):
        study.optimize(SPAN, solver="glpk")
    with pytest.raises(em.StoreError):
        em.open(tmp_path)


def test_check_is_that_of_the_command_line():
    """Proves: the findings of `check` come as a table, errors first, with their figures by names with units. Sensitivity: another order,
    or sentences alone.
    """
    found = three_nodes().check(SPAN)
    assert list(found.columns) == ["severity", "topic", "finding", "figures"]
    rank = found.severity.map({"error": 0, "warning": 1, "note": 2})
    assert rank.is_monotonic_increasing
    capacity = found[found.topic == "capacity"].figures.iloc[0]
    assert capacity["firm_thermal_gw"] > capacity["peak_load_gw"] > 1.0


def test_a_plan_whose_inputs_have_changed_has_no_study(tmp_path, plan):
    """Proves: `Plan.study` is refused when an input was changed after the solve. Sensitivity: answers from two studies in one result."""
    shutil.copytree(three_nodes().inputs, tmp_path / "inputs")
    other = em.open(plan.folder, tmp_path / "inputs")
    assert other.study.scenario == "base"
    with (tmp_path / "inputs" / "mines.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    with pytest.raises(StaleResultError, match=r"mines\.csv"):
        _ = other.study
    with pytest.raises(StaleResultError, match="no folder of inputs"):
        _ = em.open(plan.folder, tmp_path / "elsewhere").study
    with pytest.raises(em.InputErrors, match="folder of inputs"):
        em.load(tmp_path / "elsewhere")


def test_a_new_study_is_whole(tmp_path):
    """Proves: `new` writes inputs and weather that load as they are, and takes no folder with something in it. Sensitivity: a missing
    table, or weather that has to be drawn.
    """
    study = em.new(tmp_path / "mine")
    assert study.scenario == "plan-2015"
    assert (study.weather / "years" / "synthetic-1.nc").is_file()
    assert em.scenarios(study.inputs).name.tolist() == em.scenarios(INPUTS).name.tolist()
    with pytest.raises(em.StoreError, match="mine"):
        em.new(tmp_path / "mine")
    assert em.new(tmp_path / "small", example=True).tables["nodes"].node.tolist() == ["NORTH", "CITY", "SOUTH"]
