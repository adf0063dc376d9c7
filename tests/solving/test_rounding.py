"""Circuits by rounding up the plan with fractions, the bound that proves what it costs, and circuits sought over typical weeks."""

import io

import numpy as np
import pytest
from rich.console import Console

from energy_model.rounds import Solver, refinements_of, solve_rounded
from energy_model.solving import rounding
from energy_model.solving.interior_point.start import Neighbour
from energy_model.solving.ladder import InfeasibleError, SolveError
from energy_model.solving.limits import NO_LIMITS
from energy_model.solving.rounding import relaxation, sought_over
from tests.support.tiny import VOLL, Run, build, run, tiny_system

DAY_H, FORTNIGHT_H = 24, 336


def town(most: float = 5.0, **columns):
    """A town B that buys at 1 MCNY/GWh over a new corridor of circuits of 1 GW (12 MCNY/GW, here a day), or sheds at 10."""
    return tiny_system(
        bus={"A": {}, "B": {}},
        thermal={"coal": {"node": "A", "existing": 10.0, "fuel": 1.0}},
        corridor={"line": {"max_new": most, "capex": 12.0} | columns, "old": {"existing": 0.1}},
    )


def rounded(system, hours=DAY_H, allowed=1.0, **profiles):
    """The plan of whole circuits, what is said of them, and the console."""
    said = io.StringIO()
    console = Console(file=said, width=200)
    solver = Solver(True, 1, console, NO_LIMITS, lambda problem: problem)
    problem = build(system, hours, **profiles)
    refinements = refinements_of(system, console)
    problem, (solution, _, certificate, whole), records = solve_rounded(problem, solver, refinements, Neighbour(), allowed)
    return Run(problem, solution), certificate, whole, records[-1], said.getvalue()


def test_fractions_are_rounded_up_and_the_bound_is_that_of_the_fractions():
    """Proves: 1.3 GW of load beyond 0.1 GW of line get 1.2 circuits at first and 2 in the end: 24 x 1.3 + 14.4 = 45.6, then 55.2 MCNY. The
    first is the bound, the gap (55.2 - 45.6) / 55.2, and a plan that may cost more above the bound than is accepted is refused.
    Sensitivity: rounding to the nearest, of the corridor that stands, or a bound of the rounded plan.
    """
    r, certificate, whole, record, _ = rounded(town(), load={"B": 1.3})
    assert r.cost == pytest.approx(55.2)
    assert r.value("capacity_corridor", "line") == pytest.approx(2.0)
    assert r.value("capacity_corridor", "old") == pytest.approx(0.1)
    assert record.lower_bound == pytest.approx(45.6)
    assert certificate.gap == whole["gap"] == pytest.approx((55.2 - 45.6) / 55.2)
    assert record.table().to_dict("records") == [{"corridor": "line", "fraction_circuits": pytest.approx(1.2), "new_circuits": 2.0}]
    with pytest.raises(SolveError, match=r"accepted_gap = 0\.18"):
        rounded(town(), allowed=0.1, load={"B": 1.3})


def test_no_more_circuits_than_may_be_built():
    """Proves: where 1.5 GW may be built, one circuit is, and 0.2 GW are shed. Sensitivity: rounding beyond the limit of the corridor."""
    r, *_ = rounded(town(most=1.5), load={"B": 1.3})
    assert r.value("capacity_corridor", "line") == pytest.approx(1.0)
    assert r.cost == pytest.approx(12 + 24 * (1.1 + 0.2 * VOLL))


def test_a_clause_that_whole_circuits_cannot_keep_is_told():
    """Proves: a contract of 1.4 GW over a corridor that may grow by one and a half circuits has a plan with fractions; one circuit is all
    that can be rounded to, which is told as such. Sensitivity: "infeasible as written", and a search for what is wrong in the inputs.
    """
    system = tiny_system(
        bus={"A": {}, "M": {"market": True}},
        thermal={"coal": {"existing": 10.0, "fuel": 1.0}},
        corridor={"line": {"to_bus": "M", "max_new": 1.5, "capex": 12.0, "reversible": False}},
        contract={"sale": {"max": 2.0, "min_gwh_per_year": 24 * 1.4}},
    )
    with pytest.raises(SolveError, match="With circuits rounded no plan holds") as told:
        rounded(system)
    assert not isinstance(told.value, InfeasibleError)


PLANTS = {"far": {"existing": 10.0, "fuel": 0.2}, "near": {"node": "B", "existing": 10.0, "fuel": 1.0}}


def parallel(**columns):
    """Two lines in parallel under Kirchhoff's law, the second of twice the reactance, half the capacity, and as it is."""
    line = {"capex": 1.0, "impedance_per_gw": 0.2}
    return tiny_system(
        bus={"A": {}, "B": {}},
        thermal=PLANTS,
        corridor={
            "short": line | {"existing": 1.0, "max_new": 3.0} | columns,
            "long": line | {"existing": 0.5, "circuits": 1.0, "impedance_per_gw": 0.4},
        },
        options={"network": {"power_flow": "dc", "circuits": "rounded"}},
    )


def test_flows_obey_the_reactances_of_whole_circuits():
    """Proves: 2 GW need half a short circuit more, which becomes one: of short lines of 2 and a long line of half the susceptance of one
    circuit, the long one carries 0.5 / 2.5 of 2 GW. The first solve with whole circuits has the right reactances.
    Sensitivity: fails if the reactances of the fractions stay (0.5 / 2 of 2 GW), or are found by another solve.
    """
    r, _, _, record, said = rounded(parallel(), load={"B": 2.0})
    assert record.fraction["short"] == pytest.approx(0.5)
    assert r.value("flow_forward", "long") == pytest.approx(np.full(DAY_H, 0.4))
    assert said.partition("whole circuits")[2].count("power flow") == 1


def test_the_bound_holds_for_any_reactance():
    """Proves: of parallel lines one of which may grow, the relaxation has no row of Kirchhoff's law: 2 GW arrive for half a circuit more,
    24 x 2 x 0.2 + 0.5 = 10.1 MCNY. Where none may grow, the law holds: short 0.8 GW and long 0.5 GW carry 0.8 / (2/3) = 1.2 GW.
    Sensitivity: fails if reactances of what may still grow are taken for given, or those of what stays are left out.
    """
    assert not len(relaxation(parallel()).cycle)
    assert run(relaxation(parallel()), load={"B": 2.0}).cost == pytest.approx(10.1)
    stays = relaxation(parallel(existing=0.8, circuits=1.0, max_new=0.0))
    assert len(stays.cycle)
    assert run(stays, load={"B": 2.0}).cost == pytest.approx(24 * (1.2 * 0.2 + 0.8 * 1.0))


def test_a_long_horizon_seeks_its_circuits_over_typical_weeks(monkeypatch):
    """Proves: a fortnight needs 1 GW, then 2.5 GW, over a double line of 1 GW circuits of which one may trip. Its typical week is scaled
    to the energy of both, 1.75 GW, and asks for three quarters of a circuit more; all hours, with the trip found there, ask for one and a
    half, so two are built: 2 + 0.2 x 168 x 3.5 = 119.6 MCNY. The bound leaves the trip out: half a circuit, 118.1.
    Sensitivity: fails if circuits of the weeks are taken for those of all hours (one), trips are forgotten, or are part of the bound.
    """
    monkeypatch.setattr(rounding, "LONG_H", 200)
    monkeypatch.setattr(rounding, "SOUGHT_WEEKS", 1)
    corridor = {"line": {"existing": 2.0, "circuits": 2.0, "max_new": 5.0, "capex": 1.0, "reactance": 1.0, "contingency": True}}
    options = {"network": {"security": "n-1", "circuits": "rounded"}}
    system = tiny_system(bus={"A": {}, "B": {}}, thermal=PLANTS, corridor=corridor, options=options)
    r, _, _, record, said = rounded(system, FORTNIGHT_H, load={"B": [1.0] * 168 + [2.5] * 168})
    assert record.sought_h == 168
    assert record.fraction["line"] == pytest.approx(1.5)
    assert r.value("capacity_corridor", "line") == pytest.approx(4.0)
    assert r.cost == pytest.approx(119.6)
    assert record.lower_bound == pytest.approx(118.1)
    assert said.count("bound: fractions") == said.count("sought over") == 1


def test_few_hours_weeks_and_open_studies_are_their_own_search():
    """Proves: circuits are sought over the horizon itself where it is short or made of typical weeks. Sensitivity: a search without end."""
    problem = build(town(), FORTNIGHT_H, load={"B": 1.3})
    assert sought_over(problem) is problem
