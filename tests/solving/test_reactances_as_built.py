"""Reactances that follow what is built: fixpoints worked out by hand, and the loop that finds them."""

import json
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from energy_model import run
from energy_model.case import Case
from energy_model.report.workbook.result_workbook import write_workbooks
from energy_model.results.certificate import CertificateError
from energy_model.results.power_flow import PowerFlow, circulating
from energy_model.solving.highs import solve_lp
from energy_model.solving.refine import solve_until_consistent
from energy_model.study.cycles import cycle_table
from energy_model.study.horizon import Horizon
from tests.paths import ROOT
from tests.support.every import every_profile, flow_and_losses
from tests.support.tiny import Run, build, renamed, solved, tiny_system

QUIET = Console(quiet=True)
ABC = {"A": {}, "B": {}, "C": {}}


def dc(**network) -> dict:
    return {"network": {"power_flow": "dc"} | network}


def consistent(system, *others, **profiles) -> tuple[Run, PowerFlow]:
    """Solve until flows agree with what is built."""
    flow = PowerFlow(system, QUIET)
    problem_of = partial(build, **profiles)
    problem, (solution,) = solve_until_consistent(
        problem_of(system), problem_of, lambda p: (solve_lp(p.lp, "simplex", threads=1),), [flow, *others]
    )
    assert solution.status == "Optimal"
    return Run(problem, solution), flow


def two_lines(**network):
    """1 GW of a line with impedance 1, beside 0.2 GW of one with 2 per circuit (1 GW), which may be reinforced at 0.5 MCNY/GW."""
    return tiny_system(
        bus={"A": {}, "B": {}},
        thermal={"g": {"existing": 5.0, "fuel": 0.1}},
        options=dc(**network),
        corridor={
            "old": {"existing": 1.0, "impedance_per_gw": 1.0},
            "new": {"existing": 0.2, "max_new": 3.0, "capex": 0.5, "impedance_per_gw": 2.0},
        },
    )


def test_reinforcement_reaches_the_fixpoint_by_hand():
    """Proves: the new line carries f = X/2 per GW on the old, so 1.5 GW of load take X = 1.0 (1 + 0.5), though only 0.5 GW flow on it: 0.8
    GW are built at 0.4 MCNY, and energy costs 3.6. The first solve, with the reactance that stands, sees no use in building (1.1 GW).
    Sensitivity: fixed reactances shed 0.4 GW for ever; transport builds 0.3.
    """
    r, flow = consistent(two_lines(), load={"B": 1.5})
    assert r.value("capacity_corridor", "new") == pytest.approx(1.0, abs=2e-3)
    assert r.value("flow_forward", "new") == pytest.approx(0.5, abs=1e-3)
    assert r.cost == pytest.approx(0.1 * 1.5 * 24 + 0.5 * 0.8, rel=1e-3)
    assert flow.rows[0]["cost_mcny"] == pytest.approx(24 * (0.1 * 1.1 + 10 * 0.4))
    assert flow.summary()["mismatch_mw"] <= 1.0
    assert flow.summary()["iterations"] == len(flow.table()) > 2
    assert not flow.summary()["capacities_held"]


def test_a_candidate_is_free_until_it_is_built():
    """Proves: beside a way over B of 0.5 GW (impedance 0.4) a direct line may be built (0.1 per circuit of 1 GW). Free, 0.4 GW of it would
    do for 0.9 GW; with its impedance it fills first (f = 4 X f_B <= X), so f_B = 0.25 and X = 0.65.
    Sensitivity: fails if the candidate never joins the cycle (0.4), or ties the voltages while nothing of it stands.
    """
    way = {"existing": 0.5, "circuits": 1.0, "impedance_per_gw": 0.2}
    s = tiny_system(
        bus=ABC,
        thermal={"g": {"existing": 5.0, "fuel": 0.1}},
        options=dc(),
        corridor={
            "ab": way,
            "bc": way | {"from_bus": "B", "to_bus": "C"},
            "ac": {"to_bus": "C", "max_new": 2.0, "capex": 0.5, "impedance_per_gw": 0.1},
        },
    )
    assert not len(s.cycle)
    r, flow = consistent(s, load={"C": 0.9})
    assert flow.rows[0]["new_corridor_mw"] == pytest.approx(400.0)
    assert flow.rows[0]["mismatch_mw"] > 50
    assert r.value("capacity_corridor", "ac") == pytest.approx(0.65, abs=2e-3)
    assert r.value("flow_forward", "ab") == pytest.approx(0.25, abs=1e-3)


def test_a_line_that_is_not_built_ties_no_voltages():
    """Proves: a candidate that an earlier solution had built, and that is now too dear, is withdrawn: 0.4 GW then flow over B from the
    cheap plant. With the absent line left in the cycle its zero flow would stop the way over B, and the dear plant in C would run.
    Sensitivity: leaving unbuilt lines in the cycles costs 2.88 instead of 0.96.
    """
    way = {"existing": 0.5, "circuits": 1.0, "impedance_per_gw": 0.2}
    s = tiny_system(
        bus=ABC,
        thermal={"cheap": {"existing": 5.0, "fuel": 0.1}, "dear": {"node": "C", "existing": 5.0, "fuel": 0.3}},
        options=dc(),
        corridor={
            "ab": way,
            "bc": way | {"from_bus": "B", "to_bus": "C"},
            "ac": {"to_bus": "C", "max_new": 2.0, "capex": 50.0, "impedance_per_gw": 0.1},
        },
    )
    before = s.corridor.assign(assumed_circuits=[1.0, 1.0, 0.4])
    r, flow = consistent(replace(s, corridor=before, cycle=cycle_table(before)), load={"C": 0.4})
    assert flow.rows[0]["cost_mcny"] == pytest.approx(24 * 0.4 * 0.3)
    assert r.cost == pytest.approx(24 * 0.4 * 0.1)
    assert "kirchhoff" not in r.lp.row_ids


def test_capacities_are_held_when_flows_do_not_settle():
    """Proves: with one iteration allowed, the capacity that the free candidate of the test above had is held, and dispatch alone is solved
    with its reactance: flows agree, the manifest says so, and the plan costs more than that of the fixpoint.
    Sensitivity: fails if the loop stops with flows that no network carries.
    """
    way = {"existing": 0.5, "circuits": 1.0, "impedance_per_gw": 0.2}
    corridor = {
        "ab": way,
        "bc": way | {"from_bus": "B", "to_bus": "C"},
        "ac": {"to_bus": "C", "max_new": 2.0, "capex": 0.5, "impedance_per_gw": 0.1},
    }
    plant = {"g": {"existing": 5.0, "fuel": 0.1}}
    held, flow = consistent(tiny_system(bus=ABC, thermal=plant, corridor=corridor, options=dc(flow_iterations=1)), load={"C": 0.9})
    assert flow.summary() == {"iterations": 2, "mismatch_mw": pytest.approx(0.0, abs=1e-6), "capacities_held": True}
    assert held.value("capacity_corridor", "ac") == pytest.approx(0.4)
    settled, _ = consistent(tiny_system(bus=ABC, thermal=plant, corridor=corridor, options=dc()), load={"C": 0.9})
    assert held.cost > settled.cost + 0.1


def test_a_wrong_solution_is_not_taken_for_a_power_flow():
    """Proves: flows that break the law although capacities are held end the run with an error, not with a result.
    Sensitivity: fails if the loop trusts the solver.
    """
    s = two_lines(flow_iterations=1)
    flow = PowerFlow(s, QUIET)
    problem = build(s, load={"B": 1.0})
    primal = solve_lp(problem.lp, "simplex", threads=1).primal
    flow.unsettled = 1
    labels, ids = problem.lp.column_ids["flow_forward"]
    primal[ids[labels.index(("new",))]] += 0.1
    with pytest.raises(CertificateError, match="Kirchhoff"):
        flow.refine(problem, primal)


@pytest.mark.parametrize("seed", range(4))
def test_what_circulates_is_what_no_injection_explains(seed):
    """Proves: on random meshed networks, flows less their circulating part have voltage angles (they are z^-1 times differences of angles)
    and feed every bus with the same power; a network without cycles has none.
    Sensitivity: fails on a wrong sign or impedance, and against the angles of the node equations, which are another way.
    """
    rng = np.random.default_rng(seed)
    names = [f"n{i}" for i in range(6)]
    ends = [(names[i], names[i + 1]) for i in range(5)] + [tuple(rng.choice(names, 2, replace=False)) for _ in range(5)]
    c = pd.DataFrame(ends, columns=["from_bus", "to_bus"]).assign(kind="ac", impedance_per_gw=rng.uniform(0.1, 1, len(ends)))
    number, flow = pd.Series(rng.uniform(0.5, 3, len(ends))), rng.normal(size=(len(ends), 7))
    right = flow - circulating(c, number, flow)
    incidence = np.array([[(n == a) - (n == b) for a, b in ends] for n in names], float)
    assert incidence @ right == pytest.approx(incidence @ flow)
    z = (c.impedance_per_gw / number).to_numpy()
    angle = np.linalg.lstsq(incidence @ (incidence / z).T, incidence @ flow, rcond=None)[0]
    assert right == pytest.approx((incidence / z).T @ angle)
    assert not circulating(c.iloc[:5], number, flow[:5]).any()


def test_names_and_order_do_not_matter():
    """Proves: with every label replaced by another and every table turned upside down, meshed flows, a reference flow and quadratic losses
    cost the same.
    Sensitivity: fails if the reference flow or the weights of a cycle are paired by position.
    """
    system, profile = flow_and_losses(), every_profile(24)
    again = renamed(system, lambda label: label[::-1] + "_")
    turned = {part: {label[::-1] + "_": v for label, v in profile[part].items()} for part in ("load", "availability", "heat")}
    assert solved(build(again, **profile | turned)).cost == pytest.approx(solved(build(system, **profile)).cost, rel=1e-9)


class Once:
    """A refinement that asks once for less capacity on a line."""

    name = "once"

    def __init__(self) -> None:
        self.asked = self.reopened = 0

    def refine(self, problem, primal):
        self.asked += 1
        if self.asked > 1:
            return None
        corridor = problem.system.corridor
        return replace(problem.system, corridor=corridor.assign(usable=corridor.usable.where(corridor.index != "old", 0.5)))

    def reopen(self, system):
        self.reopened += 1
        return system


def test_refinements_nest():
    """Proves: a second refinement is asked only once flows agree, its change holds, and capacities move freely again after it: with half
    of the old line usable, 0.5 GW on it draw X/2 x 0.5 on the new: 1.25 GW take X = 3.0, within the limit of 3.2, far beyond the last step.
    Sensitivity: fails if the trust region of the inner loop stays shut, or the outer change is lost.
    """
    other = Once()
    r, flow = consistent(two_lines(), other, load={"B": 1.25})
    assert other.asked == 2
    assert other.reopened == 0
    assert r.value("flow_forward", "old") == pytest.approx(0.5, abs=1e-3)
    assert r.value("capacity_corridor", "new") == pytest.approx(3.0, abs=5e-3)
    assert flow.rows[-1]["mismatch_mw"] <= 1.0


class Holding(Once):
    """A second refinement that holds the new line at what was built, as N-1 does at last."""

    def refine(self, problem, primal):
        self.asked += 1
        if self.asked > 1:
            return None
        corridor = problem.system.corridor.copy()
        corridor.loc["new", ["min_new", "max_new"]] = 1.0
        return replace(problem.system, corridor=corridor)


def test_what_an_outer_refinement_holds_stays_held():
    """Proves: capacities that a second refinement holds stay so through the further steps of power flow; others move freely again.
    Sensitivity: fails if power flow, asked again, opens all limits: N-1 and power flow would then go to and fro between two plans.
    """
    r, _ = consistent(two_lines(), Holding(), load={"B": 1.25})
    assert r.value("capacity_corridor", "new") == pytest.approx(0.2 + 1.0, abs=1e-6)  # what stands and what is held


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    """Result folder of the shipped plan under power flow over one day."""
    folder = tmp_path_factory.mktemp("results")
    return run.optimize(Case(ROOT / "inputs", "plan-2015-dc", Horizon.parse("hours:24"), folder, ROOT / "weather", threads=1), QUIET)


@pytest.mark.slow
def test_the_shipped_plan_tells_iterations_mismatch_and_losses(shipped):
    """Proves: a run of the shipped scenario ends with flows that agree to 1 MW; manifest and tables say how many solves it took and how far
    tangents and parabola are apart; node balances with losses add up to zero; the workbook has both sheets.
    Sensitivity: fails if losses are forgotten in the balance, or a table has no sheet or no words.
    """
    manifest = json.loads((shipped / "manifest.json").read_text(encoding="utf-8"))
    table = {name: pd.read_csv(shipped / "tables" / f"{name}.csv") for name in ("power_flow", "losses", "energy_balance", "corridors")}
    assert manifest["power_flow"]["mismatch_mw"] <= 1.0
    assert manifest["power_flow"]["iterations"] == len(table["power_flow"]) > 1
    assert manifest["certificate"]["passed"]
    assert table["energy_balance"].residual_gwh.abs().max() < 1e-6
    loss = table["losses"].set_index("corridor")
    assert manifest["losses"]["too_low_mw"] == pytest.approx(loss.too_low_mw.max())
    assert table["corridors"].set_index("corridor").loss_gwh[loss.index].to_numpy() == pytest.approx(loss.loss_gwh.to_numpy())
    full = loss.exact_loss_gwh.sum()
    assert 0.9 * full < loss.loss_gwh.sum()
    assert write_workbooks(shipped)[0].exists()


@pytest.mark.parametrize(("may", "least", "most"), [("change", 0.0, 3.0), ("grow", 0.4, 3.0), ("stay", 0.4, 0.4)])
def test_limits_of_another_refinement_hold_where_they_equal_a_step(may, least, most):
    """Proves: where N-1 lets corridors only grow, or stay, its limits outlast the search for reactances even if a step of that search gave
    the same ones; else those of the study return.
    Sensitivity: limits that are recognised by their value alone: corridors that should stay moved, and the rounds ran in a circle.
    """
    system = two_lines()
    step = system.corridor.assign(min_new=[0.0, 0.4], max_new=[0.0, 0.4])
    flow = PowerFlow(system, QUIET)
    flow.given = step[["min_new", "max_new"]]
    again = flow.reopen(replace(system, corridor=step.assign(may=may))).corridor.loc["new"]
    assert (again.min_new, again.max_new) == (least, most)
