"""A stretch of a plan with whole units, on a small plan."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pyomo.environ as pyo
import pytest
from rich.console import Console

from energy_model.formulation.block import dispatch_block
from energy_model.labels import LABELS
from energy_model.plans import fortnight as fortnight_run
from energy_model.plans.fortnight import Search, commit, first_hour
from energy_model.solving.fortnight import with_whole_units
from energy_model.solving.ladder import SolveError
from energy_model.solving.limits import Limits
from energy_model.solving.stamp import CAPACITY, LEDGER, TOTAL
from energy_model.study.errors import InputErrors
from tests.support.every import STUDIES
from tests.support.tiny import run, tiny_profiles, tiny_system

COAL = {
    "unit_gw": 0.5, "fuel": 0.2, "min_load_share": 0.4, "no_load_fuel_share": 0.1, "hot_start_h": 8.0, "warm_start_h": 24.0,
    "start_cost_hot": 0.1, "start_cost": 0.2, "start_cost_cold": 0.4, "min_up_h": 6.0, "min_down_h": 4.0,
}  # fmt: skip
LOAD = 0.9 + 0.35 * np.sin(2 * np.pi * (np.arange(48) - 9) / 24)


@pytest.fixture(scope="module")
def plan():
    """A plan that builds coal and wind for two days of load: system, profiles, capacities, prices."""
    system = tiny_system(
        thermal={"old": COAL | {"existing": 0.3}, "new": COAL | {"max_new": 3.0, "capex": 2.0, "fuel": 0.15}},
        resource={"w": {"existing": 0.6}}, supply={("pit", "old"): {"price": 0.2}, ("pit", "new"): {"price": 0.15}},
        mine={"pit": {"capacity_kt_per_year": 3.2}},
    )  # fmt: skip
    wind = np.random.default_rng(3).beta(1.2, 2.0, 48)
    r = run(system, 48, block_h=24, step_h=24, load={"A": LOAD}, availability={"w": wind})
    capacity = {
        (family, label): float(r.solution.primal[i])
        for family, (labels, ids) in r.lp.column_ids.items()
        if family.startswith(CAPACITY)
        for label, i in zip(labels, ids, strict=True)
    }
    labels, ids = r.lp.row_ids["yearly_total"]
    price = {(LEDGER + name.removeprefix(TOTAL), tuple(i)): float(r.solution.dual[j]) for (name, *i), j in zip(labels, ids, strict=True)}
    return system, r.problem.profiles, capacity, price


def committed(plan, **changes):
    solved = SimpleNamespace(**dict(zip(("system", "profiles", "capacity", "price"), plan, strict=True)))
    return commit(solved, 0, 2, Search(gap=1e-6, time_limit_s=60, threads=1, **changes), Console(quiet=True))


@pytest.mark.parametrize(("limits", "said"), [(Limits.of(0.0, None), "time limit"), (Limits.of(None, 1e-3), "memory limit")])
def test_a_limit_ends_the_run_with_a_sentence(plan, limits, said):
    """Proves: a limit of time or memory that has come ends the run with the sentence that `optimize` says.
    Sensitivity: a limit that reaches only the search, or none of the solves, gives a result.
    """
    with pytest.raises(SolveError, match=said):
        committed(plan, limits=limits)


def test_a_limit_during_the_search_tells_the_bound(plan, monkeypatch):
    """Proves: a limit that comes after the relaxation stops the search, and the bound told is at least the relaxation's cost.
    Sensitivity: limits that are not passed on to the search give a plan; a lost bound gives no figure.
    """
    relaxed = committed(plan).relaxed_mcny
    solve = fortnight_run.solve_to_gap
    monkeypatch.setattr(fortnight_run, "solve_to_gap", lambda *args: solve(*args[:-1]))  # the relaxation alone is spared
    with pytest.raises(SolveError, match="memory limit") as fault:
        committed(plan, limits=Limits.of(None, 1e-3))
    told = float(str(fault.value).split("less than ")[1].split(" MCNY")[0].replace(",", ""))
    assert told >= relaxed - 0.05 - 1e-6 * abs(relaxed)


def test_units_share_what_was_built():
    """Proves: 1.3 GW of 0.5 GW units are three units of 0.4333 GW (the nearest number), 0.1 GW is one small unit, nothing built is none;
    capacity is neither lost nor won. Sensitivity: rounding down, or keeping the table's size, changes the capacity.
    """
    system = tiny_system(thermal={name: {"unit_gw": 0.5, "max_new": 9.0} for name in ("a", "b", "c")})
    built = dict(zip("abc", (1.3, 0.1, 0.0), strict=True))
    cut, units = with_whole_units(system, {("capacity_thermal", (i,)): v for i, v in built.items()})
    assert units == {"a": 3, "b": 1}
    assert cut.thermal.unit_gw[["a", "b"]].tolist() == pytest.approx([1.3 / 3, 0.1])
    assert cut.thermal.existing.to_dict() == pytest.approx(built)
    assert cut.thermal.whole.tolist() == [True, True, False]
    assert cut.options.commitment.minimum_times
    assert not system.options.commitment.minimum_times


def test_both_ways_are_priced_alike_and_whole_units_cost_more(plan):
    """Proves: fuel is paid at the plan's delivered price: 0.2 MCNY/TJ for one cluster and 0.15 for the other, plus the scarcity of the pit
    for both, though the fortnight has no coal balance; the relaxation costs no more than whole units; tables add up to both costs.
    Sensitivity: fails if a price gets lost or doubled, or the relaxation is cut by a row.
    """
    *_, price = plan
    found = committed(plan)
    scarcity = price["ledger_fuel", ("old",)] - 0.2
    assert scarcity > 0.01
    assert price["ledger_fuel", ("new",)] - 0.15 == pytest.approx(scarcity)
    assert 0 < found.relaxed_mcny < found.whole_mcny
    assert found.bound_mcny <= found.whole_mcny + 1e-6
    assert found.gap <= 1e-6
    assert found.apart_share == pytest.approx(found.apart_mcny / found.relaxed_mcny)  # nothing is exported
    costs = found.tables["commitment_costs"].set_index("category")
    assert costs.loc["total", ["relaxed_mcny", "whole_mcny"]].tolist() == pytest.approx([found.relaxed_mcny, found.whole_mcny])
    dispatch = found.tables["commitment_dispatch"]
    energy = dispatch.groupby("cluster").output_mw.sum() / 1e3
    no_load = (dispatch.online_mw * COAL["no_load_fuel_share"]).groupby(dispatch.cluster).sum() / 1e3
    burnt = 0.9 * energy + no_load
    assert costs.whole_mcny["priced_fuel"] == pytest.approx(sum(price["ledger_fuel", (g,)] * burnt[g] for g in burnt.index))


def test_dispatch_serves_the_load_with_whole_units(plan):
    """Proves: in every hour thermal output and wind used make up the load less what is shed, and capacity on-line is the units times their
    size. Sensitivity: fails if a column is read from another hour, as with those that look back before the stretch.
    """
    _, _, capacity, _ = plan
    tables = committed(plan).tables
    hours, dispatch = tables["commitment_hours"], tables["commitment_dispatch"]
    for way in ("relaxed", "whole"):
        served = hours[f"{way}_thermal_mw"] + hours[f"{way}_renewable_mw"] + hours[f"{way}_unserved_mw"]
        assert served.to_numpy() == pytest.approx(LOAD * 1e3)
        assert (hours[f"{way}_curtailed_mw"] > -1e-6).all()
    size = tables["commitment_clusters"].query("way == 'whole'").set_index("cluster").unit_mw
    assert dispatch.online_mw.to_numpy() == pytest.approx((dispatch.units * dispatch.cluster.map(size)).to_numpy(), abs=1e-3)
    assert size["old"] == pytest.approx(300.0)
    assert size["new"] * dispatch.units[dispatch.cluster == "new"].max() <= capacity["capacity_thermal", ("new",)] * 1e3 + 1e-3


def test_without_a_size_or_a_class_nothing_is_committed(plan):
    """Proves: a missing unit size and a missing cost are both named, once for each technology. Sensitivity: a traceback fails."""
    system, *rest = plan
    broken = [replace(system, thermal=system.thermal.assign(unit_gw=0.0, start_cost_cold=np.nan)), *rest]
    with pytest.raises(InputErrors) as fault:
        committed(broken)
    assert [(e.column, e.value) for e in fault.value.errors] == [("unit_size_mw", "coal"), ("start_cost_cold_cny_per_mw", "coal")]


def test_every_ledger_has_words_when_it_is_priced():
    """Proves: each yearly amount of the studies that use everything has its words in the cost table of a committed stretch.
    Sensitivity: a new ledger without a label would end `energy-model commit` in an error.
    """
    for study in STUDIES.values():
        ledgers = {v.local_name for v in dispatch_block(study(), 24, 24).component_objects(pyo.Var) if v.local_name.startswith(LEDGER)}
        assert {f"priced_{name.removeprefix(LEDGER)}" for name in ledgers} <= set(LABELS["account"])


@pytest.mark.parametrize(
    ("text", "hour"), [("01-02", 24), ("2011-01-01", 0), ("2015-01-02", 24), ("13-01", None), ("03-01", None), ("soon", None)]
)
def test_first_hour_of_a_day(text, hour):
    """Proves: a day is found by month and day, and what is none, or lies outside the hours, is told. Sensitivity: a traceback."""
    assert first_hour(text, tiny_profiles(tiny_system(), hours=48).time.to_numpy()) == hour
