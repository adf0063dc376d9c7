"""A finished result read back as a plan."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from energy_model import run
from energy_model.analyses.redispatch_tables import available_gw
from energy_model.analyses.week_certificate import certify_weeks
from energy_model.case import Case
from energy_model.results.read_plan import StaleResultError, read_plan
from energy_model.results.store import read_result
from energy_model.solving.dispatcher import Dispatcher
from energy_model.solving.windows import operation, window_data
from energy_model.study.horizon import Horizon
from tests.paths import ROOT


def test_a_window_of_a_stored_result_costs_what_the_result_says(solved):
    """Proves: capacities, states, prices and values survive the way through the files: the two days dispatched from the stored states cost
    what the stored dispatch costs at the stored prices, to 1e-6 of the cost.
    Sensitivity: fails if a unit is lost on the way (MW for GW), a label is mixed up, or a price is not stored.
    """
    _, plan, _ = read_plan(solved, ROOT / "inputs", ROOT / "weather")
    data, _, tables = read_result(solved)
    op = operation(plan.system, 48, plan.step_h, plan.capacity, plan.price)
    lp = op.lp(window_data(plan.profiles, np.arange(48)), plan.state_at(plan.before(0)), plan.held_at(np.arange(48)), plan.value_at(47))
    found = Dispatcher(op).solve(lp)
    weight = float(plan.hours.weight[0])
    costs = tables["costs"].set_index("category").cost_mcny
    running = ["thermal_variable", "starts", "renewable_variable", "storage_variable", "boiler_variable", "wheeling", "load_shedding",
               "potline_shedding", "heat_shedding", "reserve_shortfall"]  # fmt: skip
    dispatch = sum(costs.get(name, 0.0) for name in running) / weight
    totals = {"fuel": data.fuel_tj.to_series(), "boiler_fuel": data.boiler_fuel_tj.to_series()}
    per_hour = {"renewable": data.renewable_mw, "export": data.delivered_mw}
    totals |= {name: (v.sum("time") * weight / 1e3).to_series() for name, v in per_hour.items()}
    worth = 0.0
    for (family, (label,)), price in plan.price.items():
        name = family.removeprefix("ledger_")
        if name in totals:
            worth += price * totals[name][label] / weight
    imports = sum(price for (family, _), price in plan.price.items() if family in ("ledger_import", "ledger_exchange"))
    assert imports == pytest.approx(0.0, abs=1e-6)  # no clause on exchange binds in these two days, so its price may be left out
    end = sum(plan.value[k][47] * plan.state[k][47] for k in plan.state)
    assert found.objective == pytest.approx(dispatch + worth + end, rel=1e-6)


def test_typical_weeks_are_read_with_the_weather_they_were_solved_with(tmp_path):
    """Proves: wind and sun used in a plan of a typical week lie below what its profiles offer in every hour, and curtailment of the whole
    is that of the result; read for dates of the year the profiles are those of the weather year.
    Sensitivity: fails if the week is read without the factors that give it the energy of the year (then -680 GWh were curtailed).
    """
    case = Case(ROOT / "inputs", "no-export", Horizon.parse("weeks:1/hours:336"), tmp_path, ROOT / "weather")
    folder = run.optimize(case, Console(quiet=True))
    _, plan, _ = read_plan(folder, ROOT / "inputs", ROOT / "weather")
    data, _, _ = read_result(folder)
    spare = available_gw(plan) - data.renewable_mw.sum("feed").to_numpy() / 1e3
    assert spare.min() > -1e-6
    assert spare == pytest.approx(data.curtailed_mw.sum("feed").to_numpy() / 1e3, abs=1e-6)
    _, dated, _ = read_plan(folder, ROOT / "inputs", ROOT / "weather", calendar=True)
    assert abs(available_gw(dated) - available_gw(plan)).max() > 0.01


@pytest.mark.slow
def test_weeks_that_stores_carry_energy_between_are_certified_and_not_operated(tmp_path):
    """Proves: of the shipped study a fortnight of two typical weeks between which hydro of 60 h carries energy tells its two levels,
    costs what its 336 hours cost to 1 %, which is proven, and is refused for operation with what to do instead.
    Sensitivity: fails if the store is left out of the whole, or a day of a week is begun from the level of another one.
    """
    inputs, results = Path(shutil.copytree(ROOT / "inputs", tmp_path / "inputs")), tmp_path / "results"
    table = pd.read_csv(inputs / "technologies.csv", encoding="utf-8-sig", dtype=str)
    hydro = table.kind == "pumped_hydro"
    table.assign(long_duration=hydro, duration_h=table.duration_h.mask(hydro, "60")).to_csv(inputs / "technologies.csv", index=False)
    candidates = pd.read_csv(inputs / "candidates.csv", encoding="utf-8-sig", dtype=str)
    candidates.loc[candidates.technology == "pumped_hydro", "max_new_mw"] = "1200"
    candidates.to_csv(inputs / "candidates.csv", index=False)
    horizon = Horizon.parse("weeks:2/hours:336")
    folder = run.optimize(Case(inputs, "plan-2015", horizon, results, ROOT / "weather", threads=1), Console(quiet=True))
    data, manifest, tables = read_result(folder)
    assert len(tables["week_levels"]) == 2 * data.sizes["carried_store"] > 0
    assert manifest["certificate"]["passed"]
    assert {"week_start_gwh", "week_level_gwh"} < set(manifest["recount"]["balances"])
    with pytest.raises(StaleResultError, match="plan 'year'"):
        read_plan(folder, inputs, ROOT / "weather")
    found = certify_weeks(folder, inputs, ROOT / "weather", 0.02, 1, Console(quiet=True))
    assert found.verdict == "suffice"
    assert found.upper_mcny == pytest.approx(manifest["objective_mcny"], rel=0.01)
    assert found.lower_mcny <= found.upper_mcny


def test_changed_inputs_are_refused_by_name(solved, tmp_path):
    """Proves: one changed cell in plants.csv makes the result unusable, and the sentence names the file.
    Sensitivity: fails if hashes are not compared, or a changed table would quietly be dispatched.
    """
    inputs = Path(shutil.copytree(ROOT / "inputs", tmp_path / "inputs"))
    (inputs / "plants.csv").write_text((inputs / "plants.csv").read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(StaleResultError, match=r"plants\.csv"):
        read_plan(solved, inputs, ROOT / "weather")
    (inputs / "plants.csv").unlink()
    with pytest.raises(StaleResultError, match=r"plants\.csv"):
        read_plan(solved, inputs, ROOT / "weather")
