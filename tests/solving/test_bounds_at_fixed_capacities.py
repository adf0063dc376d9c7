"""Capacities that something smaller chose, held over a whole horizon: bounds on its optimum."""

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from energy_model.solving import ladder
from energy_model.solving.bounds import safe_lower_bound
from energy_model.solving.fixed_capacity import bound_below, fix_capacities, with_capacities
from energy_model.solving.highs import solve_lp
from energy_model.solving.ladder import InfeasibleError
from energy_model.solving.limits import NO_LIMITS, Limits
from energy_model.solving.stamp import CAPACITY
from tests.support.tiny import build, run, tiny_system

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "8"))
QUIET = Console(quiet=True)
share = st.floats(0.0, 1.0, allow_nan=False).map(lambda v: round(v, 3))


def capacities(lp, primal):
    return {
        (family, label): float(primal[i])
        for family, (labels, ids) in lp.column_ids.items()
        if family.startswith(CAPACITY)
        for label, i in zip(labels, ids, strict=True)
    }


def dispatched(lp, capacity):
    """Cost of the horizon at these capacities, and the hard rows missed."""
    held = fix_capacities(lp, capacity)
    found = solve_lp(held.lp, "simplex")
    assert found.status == "Optimal"
    return float(lp.cost @ found.primal[: held.columns]) + lp.offset, held.missed(found.primal)


@st.composite
def studies(draw):
    """Coal and wind to be built against a random load, a store, and a hard clause on exports."""
    hours, rng = 48, np.random.default_rng(draw(st.integers(0, 10**6)))
    system = tiny_system(
        bus={"A": {}, "M": {"market": True}},
        thermal={
            "coal": {"max_new": 2.0, "capex": 0.5 + 5.0 * draw(share), "min_load_share": 0.4 * draw(share), "start_cost": draw(share)}
        },
        resource={"w": {"max_new": 2.0, "capex": 4.0 * draw(share)}},
        store={"b": {"max_new": 1.0, "capex": draw(share), "capex_energy": 0.2, "charge_efficiency_share": 0.9}},
        corridor={"am": {"to_bus": "M", "existing": 0.5, "reversible": False}},
        contract={"x": {"max": 0.5}},
        supply={("pit", "coal"): {"price": 0.1 + draw(share)}},
        mine={"pit": {"capacity_kt_per_year": 1e4}},
        target={"out": {"quantity": "export_gwh", "value": 20.0 * draw(share)}},
    )
    return system, {"hours": hours, "load": {"A": rng.random(hours)}, "availability": {"w": rng.random(hours)}, "step_h": 4}


@settings(max_examples=EXAMPLES)
@given(studies(), st.floats(0.2, 1.8))
def test_the_optimum_lies_between_the_bounds(study, factor):
    """Proves: in random studies a dispatch at any capacities that misses nothing costs the optimum or more, and any row duals made safe
    prove the optimum or less; at the capacities of the optimum both are the optimum.
    Sensitivity: fails if a hard row is given up, `fix_capacities` misses one, or the bound is taken on the LP with capacities held.
    """
    r = run(study[0], **study[1])
    best, built = r.cost, capacities(r.lp, r.solution.primal)
    near = 1e-6 * (1 + abs(best))
    cost, missed = dispatched(r.lp, built)
    assert not missed
    assert cost == pytest.approx(best, abs=near)
    other, missed = dispatched(r.lp, {name: factor * value for name, value in built.items()})
    assert missed or other >= best - near
    below = bound_below(r.lp, cost, 0.01, 1, QUIET, NO_LIMITS)
    assert below.bound == pytest.approx(best, abs=near)
    rough = safe_lower_bound(r.lp, r.solution.dual * factor)[0]
    assert rough <= best + near


def peak_study():
    """One plant at 1 MCNY/GW, load 1 GW but for one hour of 2 GW; unserved load costs 10 MCNY/GWh; fuel is free."""
    load = np.ones(24)
    load[18] = 2.0
    return tiny_system(thermal={"coal": {"max_new": 5.0, "capex": 1.0}}), {"hours": 24, "load": {"A": load}}


def test_too_little_capacity_costs_what_it_leaves_unserved():
    """Proves: with 2 GW, which the peak asks for, the day costs 2; with 1 GW it costs 1 and 10 for one GWh unserved; with 3 GW it costs 3.
    So a wrong capacity raises the upper bound on either side.
    Sensitivity: fails if capacities may still move, or unserved load has no price.
    """
    system, data = peak_study()
    lp = build(system, **data).lp
    for gw, cost in ((1.0, 11.0), (2.0, 2.0), (3.0, 3.0)):
        assert dispatched(lp, capacities_like(lp, gw)) == (pytest.approx(cost), {})


def capacities_like(lp, gw):
    return {name: gw for name in capacities(lp, np.zeros(len(lp.cost)))}


def export_study(value):
    system = tiny_system(
        bus={"A": {}, "M": {"market": True}},
        thermal={"coal": {"max_new": 5.0, "capex": 1.0}},
        corridor={"am": {"to_bus": "M", "max_new": 3.0, "capex": 0.1, "reversible": False}},
        contract={"x": {"max": 3.0}},
        target={"out": {"quantity": "export_gwh", "value": value}},
    )
    return build(system, hours=24, load={"A": np.zeros(24)}).lp


def test_a_clause_that_capacities_cannot_hold_is_named_and_growth_mends_it():
    """Proves: 24 GWh of export need 1 GW all day; with 0.75 GW of plant, corridor and contract the clause is missed by 6 GWh and nothing
    else is; allowed to grow, plant and corridor grow to 1 GW and the day costs 1.1.
    Sensitivity: fails if hard rows have no slack, slack is cheaper than delivering, or growth may take capacity away.
    """
    lp = export_study(24.0)
    given_ = capacities_like(lp, 0.75)
    _, missed = dispatched(lp, given_)
    assert missed == {("clause_at_least", ("out",)): pytest.approx(6.0)}
    grown = solve_lp(with_capacities(lp, given_, may_grow=True), "simplex")
    assert lp.cost @ grown.primal + lp.offset == pytest.approx(1.1)
    more = solve_lp(with_capacities(lp, capacities_like(lp, 2.0), may_grow=True), "simplex")
    assert more.primal[lp.column_ids["capacity_corridor"][1]] == pytest.approx(2.0)


def test_a_rule_of_capacities_alone_is_checked_and_named():
    """Proves: a hard floor of 1 GW of wind with 0.4 GW held is named with the 0.6 GW it lacks, and does not make the dispatch impossible.
    Sensitivity: fails if rows of constants stay in the LP (infeasible), or are freed unchecked.
    """
    system = tiny_system(resource={"w": {"max_new": 5.0, "capex": 1.0}}, target={"base": {"quantity": "wind_capacity_mw", "value": 1000.0}})
    lp = build(system, hours=24).lp
    _, missed = dispatched(lp, capacities_like(lp, 0.4))
    assert missed == {("clause_at_least", ("base",)): pytest.approx(0.6)}


def test_the_method_on_blocks_proves_the_optimum(monkeypatch):
    """Proves: where the study is large enough for the method on blocks, the bound lies under the optimum and within the gap asked for.
    Sensitivity: fails if the bound is the method's own objective, which may lie above.
    """
    system, data = peak_study()
    lp = build(system, **data).lp
    monkeypatch.setattr(ladder, "SIMPLEX_COLUMNS", 0)
    below = bound_below(lp, 2.0, 1e-6, 1, QUIET, NO_LIMITS)
    assert 2.0 * (1 - 1e-6) <= below.bound <= 2.0 + 1e-9
    assert below.near == pytest.approx(2.0, rel=1e-6)


def test_columns_that_may_miss_rows_belong_to_the_master(monkeypatch):
    """Proves: a dispatch with capacities held, with its columns of missed rows, has blocks, and the method on them finds the
    simplex's cost.
    Sensitivity: columns without a block would send every certified year to a solver that knows none.
    """
    lp = export_study(24.0)
    held = fix_capacities(lp, capacities_like(lp, 0.75))
    found = ladder.solve_in_blocks(held.lp, 1e-7, 1, QUIET)
    assert found is not None
    assert held.missed(found.primal) == {("clause_at_least", ("out",)): pytest.approx(6.0, rel=1e-5)}
    assert held.lp.cost @ found.primal == pytest.approx(held.lp.cost @ solve_lp(held.lp, "simplex").primal, rel=1e-6)


def test_without_time_nothing_is_proven(monkeypatch):
    """Proves: when the time is up at once, the bound is minus infinity, no number that was not proven.
    Sensitivity: fails if a limit is taken for a proof.
    """
    system, data = peak_study()
    monkeypatch.setattr(ladder, "SIMPLEX_COLUMNS", 0)
    below = bound_below(build(system, **data).lp, 2.0, 0.01, 1, QUIET, Limits(deadline=0.0))
    assert below.bound == -np.inf or below.bound <= 2.0


def test_a_year_without_any_plan_says_so():
    """Proves: a clause that no capacity can hold makes the bound refuse with a sentence. Sensitivity: fails if it is -inf in silence."""
    lp = export_study(96.0)
    with pytest.raises(InfeasibleError):
        bound_below(lp, np.inf, 0.01, 1, QUIET, NO_LIMITS)


def test_every_capacity_must_be_given():
    """Proves: a capacity that the smaller plan does not have is an error. Sensitivity: fails if it is taken as zero or left free."""
    lp = export_study(1.0)
    given_ = capacities_like(lp, 1.0)
    given_.popitem()
    with pytest.raises(KeyError):
        fix_capacities(lp, given_)
