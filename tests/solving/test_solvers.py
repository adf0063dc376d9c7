"""Solvers by name: the same optimum, prices and reduced costs as HiGHS where pip brings a licence; a recorded exchange for the others."""

import re
import sys
import types
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest
import scipy.sparse as sp
from rich.console import Console
from typer.testing import CliRunner

from energy_model import certified, cli
from energy_model.invocation import installation
from energy_model.solving import ladder
from energy_model.solving.highs import SolverSetupError, solve_lp
from energy_model.solving.limits import LimitReached, Limits
from energy_model.solving.solvers import by_name
from energy_model.solving.solvers.by_name import SOLVERS, UnknownSolver, made_by, require_solver, solve_by_name
from tests.support.every import every_family, every_profile
from tests.support.tiny import build, tiny_system

QUIET = Console(quiet=True)
LICENSED = ["copt", "gurobi", "xpress"]
"""Those whose package brings a licence for small studies."""
runner = CliRunner()


def needs(name):
    if find_spec(SOLVERS[name].imported) is None:
        pytest.skip(f"{SOLVERS[name].package} is not installed: pip install 'energy-model[{name}]'")


def priced_study():
    """Coal and wind to be built, a store and a hard clause; all figures drawn a little apart: one optimum, one price of each row."""
    rng = np.random.default_rng(7)
    system = tiny_system(
        bus={"A": {}, "M": {"market": True}},
        thermal={"coal": {"max_new": 2.0, "capex": 0.5 + rng.random(), "fuel": 0.1 + rng.random()}},
        resource={"w": {"max_new": 2.0, "capex": 0.3 + rng.random()}},
        store={"b": {"max_new": 1.0, "capex": 0.05 * rng.random(), "capex_energy": 0.01, "charge_efficiency_share": 0.9}},
        corridor={"am": {"to_bus": "M", "existing": 0.5, "reversible": False}},
        contract={"x": {"max": 0.5}},
        target={"out": {"quantity": "export_gwh", "value": 6.0}},
    )
    lp = build(system, hours=24, load={"A": 0.2 + rng.random(24)}, availability={"w": rng.random(24)}).lp
    (rows, columns), shift = lp.matrix.shape, 1e-3
    same = lp.row_lower == lp.row_upper
    below = -shift * rng.random(rows)
    return replace(
        lp,
        cost=lp.cost + shift * rng.random(columns),
        upper=lp.upper + shift * rng.random(columns),
        row_lower=lp.row_lower + below,
        row_upper=lp.row_upper + np.where(same, below, shift * rng.random(rows)),
    )


def two_sided(lp):
    """The same LP with a row that has two sides, one that has none, and one of two sides that are the same."""
    extra = sp.csr_array(lp.matrix)[[0, 1]]
    activity = lp.matrix @ solve_lp(lp, "simplex", threads=1).primal
    return replace(
        lp,
        matrix=sp.csc_array(sp.vstack([lp.matrix, extra])),
        row_lower=np.r_[lp.row_lower, activity[0] - 1.0, -np.inf],
        row_upper=np.r_[lp.row_upper, activity[0] + 2.0, np.inf],
        row_block=lp.row_block[:0],
    )


@pytest.mark.parametrize("name", LICENSED)
def test_optimum_prices_and_reduced_costs_are_those_of_highs(name):
    """Proves: cost, columns, row duals with their signs and reduced costs of a study with one optimum are HiGHS's to 1e-6, rows with two
    sides, one side and none included. Sensitivity: fails with a turned sign, a lost unit, or a side of a row that is dropped.
    """
    needs(name)
    lp = two_sided(priced_study())
    exact = solve_lp(lp, "simplex", threads=1)
    found = solve_by_name(lp, name, 1e-7, 1, QUIET, vertex=True, limits=Limits())
    assert found.status == "Optimal"
    assert found.basic
    assert lp.cost @ found.primal == pytest.approx(lp.cost @ exact.primal, rel=1e-6)
    assert found.primal == pytest.approx(exact.primal, abs=1e-6)
    assert found.dual == pytest.approx(exact.dual, abs=1e-6)
    assert lp.cost - lp.matrix.T @ found.dual == pytest.approx(lp.cost - lp.matrix.T @ exact.dual, abs=1e-6)
    assert np.abs(exact.dual).max() > 0.1


@pytest.mark.parametrize("name", LICENSED)
def test_the_certificate_judges_their_answers(name):
    """Proves: a study with every family, solved by name, passes the certificate of a small study and costs what HiGHS finds; the manifest
    names solver and version. Sensitivity: fails if an answer by name is taken unseen, or told as HiGHS's.
    """
    needs(name)
    problem = build(every_family(), step_h=12, **every_profile(24))
    solution, _, certificate = certified.solve_to_gap(problem, 1e-7, 1, QUIET, Limits(solver=name))
    assert certificate.passed
    assert certificate.objective_mcny == pytest.approx(
        float(problem.lp.cost @ solve_lp(problem.lp, "simplex", threads=1).primal) + problem.lp.offset, rel=1e-7
    )
    title, version = made_by(solution.algorithm)
    assert title == SOLVERS[name].title
    assert any(c.isdigit() for c in version)


@pytest.mark.parametrize("name", LICENSED)
@pytest.mark.parametrize("fault", ["infeasible", "unbounded"])
def test_no_optimum_is_told_in_the_words_of_the_ladder(name, fault):
    """Proves: a study without a plan, and one whose cost has no end, end as they do with HiGHS.
    Sensitivity: a status that is not mapped.
    """
    needs(name)
    lp = priced_study()
    if fault == "infeasible":
        row = lp.row_ids["nodal_balance"][1].ravel()[0]
        demand = np.zeros(len(lp.row_lower))
        demand[row] = 1e3
        lp = replace(lp, row_lower=lp.row_lower + demand, row_upper=lp.row_upper + demand)
    else:
        lp = replace(lp, cost=np.full_like(lp.cost, -1.0), upper=np.full_like(lp.upper, np.inf))
    with pytest.raises(ladder.InfeasibleError, match="infeasible as written"):
        ladder.solve_named(lp, 1e-7, 1, QUIET, limits=Limits(solver=name))


@pytest.mark.parametrize("name", LICENSED)
def test_their_time_is_limited(name):
    """Proves: a deadline that has passed ends the solve by the limit. Sensitivity: fails if limits hold for HiGHS only."""
    needs(name)
    with pytest.raises((LimitReached, ladder.SolveError)):
        ladder.solve_named(priced_study(), 1e-7, 1, QUIET, limits=Limits(deadline=0.0, solver=name))


@pytest.mark.parametrize("name", ["gurobi", "xpress"])
def test_a_licence_for_small_studies_says_so(name):
    """Proves: a study beyond the licence that pip brings is refused in a sentence with the solver's name. Sensitivity: a traceback."""
    needs(name)
    problem = build(every_family(), step_h=1, **every_profile(96))
    assert sum(problem.lp.matrix.shape) > 5_000
    with pytest.raises(SolverSetupError, match=f"{SOLVERS[name].title} refused the study"):
        solve_by_name(problem.lp, name, 1e-7, 1, QUIET, limits=Limits())


class Exchange:
    """Module that stands for a solver's: it records what it is told and answers with what was stored."""

    def __init__(self, monkeypatch, name, lp):
        exact = solve_lp(lp, "simplex", threads=1)
        own = by_name.counted(lp)
        self.primal, self.dual = exact.primal / own.column, exact.dual / own.dual
        self.told: dict[str, object] = {}
        monkeypatch.setattr(by_name, "_device", lambda: True)
        monkeypatch.setattr(by_name, "find_spec", lambda name: True)
        monkeypatch.delitem(sys.modules, f"energy_model.solving.solvers.{name}", raising=False)
        for module, content in getattr(self, name)().items():
            made = types.ModuleType(module)
            made.__dict__.update(content)
            monkeypatch.setitem(sys.modules, module, made)

    def keep(self, name):
        return lambda *values, **named: self.told.update({name: (*values, *named.values())})

    def mosek(self):
        told, primal, dual = self.told, self.primal, self.dual

        class Task:
            set_Progress = self.keep("progress")
            inputdata = self.keep("data")
            optimize = self.keep("run")

            def putintparam(self, key, value):
                told[key] = value

            putdouparam = putintparam

            def getsolsta(self, kind):
                return "optimal"

            def getxx(self, kind):
                return primal

            def gety(self, kind):
                return dual

            def getintinf(self, kind):
                return 12

        def names(*keys):
            return types.SimpleNamespace(**dict(zip(keys, keys, strict=True)))

        for name in ("set_Progress", "inputdata", "optimize"):
            setattr(Task, name, staticmethod(getattr(Task, name)))
        return {
            "mosek": {
                "Error": type("Error", (Exception,), {}),
                "Env": lambda: types.SimpleNamespace(Task=Task),
                "solsta": names("optimal", "prim_infeas_cer", "dual_infeas_cer"),
                "iparam": names("optimizer", "intpnt_basis", "num_threads"),
                "dparam": names("intpnt_tol_rel_gap", "optimizer_max_time"),
                "optimizertype": names("intpnt"),
                "basindtype": names("always", "never"),
                "soltype": names("bas", "itr"),
                "iinfitem": names("intpnt_iter"),
                "boundkey": names("fx", "ra", "lo", "up", "fr"),
            }
        }

    def cuopt(self):
        calls = (
            "set_csr_constraint_matrix",
            "set_constraint_lower_bounds",
            "set_constraint_upper_bounds",
            "set_objective_coefficients",
            "set_variable_lower_bounds",
            "set_variable_upper_bounds",
        )
        answer = types.SimpleNamespace(
            get_termination_reason=lambda: "Optimal",
            get_lp_stats=lambda: {"nb_iterations": 12},
            get_primal_solution=lambda: self.primal,
            get_dual_solution=lambda: self.dual,
        )
        settings = types.SimpleNamespace(
            set_optimality_tolerance=self.keep("tolerance"), set_parameter=lambda key, value: self.told.update({key: value})
        )
        linear = {
            "DataModel": lambda: types.SimpleNamespace(**{c: self.keep(c) for c in calls}),
            "SolverSettings": lambda: settings,
            "Solve": lambda model, asked: answer,
        }
        return {"cuopt.linear_programming": linear, "cuopt": {"linear_programming": types.SimpleNamespace(**linear)}}

    def cupdlpx(self):
        def model(*arrays):
            self.told["data"] = arrays
            return types.SimpleNamespace(
                setParam=lambda key, value: self.told.update({key: value}),
                optimize=self.keep("run"),
                Status=0,
                StatusName="OPTIMAL",
                X=self.primal,
                Pi=self.dual,
                IterCount=12,
            )

        codes = types.SimpleNamespace(OPTIMAL=0, PRIMAL_INFEASIBLE=1, DUAL_INFEASIBLE=2, TIME_LIMIT=3, INFEASIBLE_OR_UNBOUNDED=5)
        return {"cupdlpx": {"PDLP": codes, "Model": model}}


def handed_over(name, told, lp):
    """Matrix, cost, row sides and bounds that the exchange recorded."""
    if name == "mosek":
        rows, columns, cost, _, first, last, index, value, *ends = told["data"]
        matrix = sp.csc_array((value, index, np.r_[first, last[-1]]), shape=(rows, columns))
        sides = []
        for kind, low, high in (ends[:3], ends[3:]):
            has = np.array([k in ("fx", "ra", "lo") for k in kind]), np.array([k in ("fx", "ra", "up") for k in kind])
            sides += [np.where(has[0], low, -np.inf), np.where(has[1], high, np.inf)]
        return matrix, cost, *sides
    if name == "cuopt":
        value, index, start = told["set_csr_constraint_matrix"]
        names = "constraint_lower", "constraint_upper", "variable_lower", "variable_upper"
        sides = [told[f"set_{n}_bounds"][0] for n in names]
        return sp.csr_array((value, index, start), shape=lp.matrix.shape), told["set_objective_coefficients"][0], *sides
    cost, matrix, *sides = told["data"]
    return matrix, cost, *sides


@pytest.mark.parametrize("name", ["cuopt", "cupdlpx", "mosek"])
def test_a_recorded_exchange(monkeypatch, name):
    """Proves: the arrays that a solver without a free licence, or without a device here, is handed are those of the study in the units that
    solvers count in, with time limit and tolerance, and its stored answer comes back in the study's units.
    Sensitivity: fails if a side of a row, a bound, a unit or the sign of the duals is lost on either way.
    """
    lp = two_sided(priced_study())
    exact = solve_lp(lp, "simplex", threads=1)
    exchange = Exchange(monkeypatch, name, lp)
    found = solve_by_name(lp, name, 1e-4, 1, QUIET, limits=Limits.of(10.0, None, name))
    own = by_name.counted(lp).lp
    matrix, *given = handed_over(name, exchange.told, lp)
    assert abs(sp.csc_array(matrix) - own.matrix).max() == 0
    for told, true in zip(given, (own.cost, own.row_lower, own.row_upper, own.lower, own.upper), strict=True):
        assert np.array_equal(told, true)
    assert found.primal == pytest.approx(exact.primal)
    assert found.dual == pytest.approx(exact.dual)
    assert (found.algorithm, found.iterations, found.basic) == (name, 12, False)
    limit = {"mosek": "optimizer_max_time", "cuopt": "time_limit", "cupdlpx": "TimeLimit"}[name]
    assert 0 < exchange.told[limit] <= 600


def test_unknown_names_and_missing_packages_are_sentences(monkeypatch):
    """Proves: an unknown name is told with the known ones, a package or a device that is missing with what to do.
    Sensitivity: fails with a traceback, or after minutes of reading.
    """
    with pytest.raises(UnknownSolver, match="gurobi, copt, xpress, mosek, cuopt, cupdlpx"):
        require_solver("cplex")
    monkeypatch.setattr(by_name, "find_spec", lambda name: None)
    with pytest.raises(SolverSetupError, match=re.escape(installation("energy-model[mosek]"))):
        require_solver("mosek")
    monkeypatch.setattr(by_name.shutil, "which", lambda name: None)
    with pytest.raises(SolverSetupError, match="needs an NVIDIA device"):
        require_solver("cuopt")
    require_solver("highs")
    require_solver("blocks")


@pytest.mark.parametrize("command", ["optimize", "pathway"])
def test_the_commands_refuse_before_they_read(command, monkeypatch):
    """Proves: `--solver` with an unknown name or a missing package exits 2, before inputs are looked at.
    Sensitivity: fails if the folder that is not there is told first.
    """
    monkeypatch.setattr(by_name, "find_spec", lambda name: None)
    for name, code, said in (("cplex", 2, "Known"), ("higs", 2, "Did you mean highs?"), ("mosek", 2, "pip install")):
        done = runner.invoke(cli.app, [command, "--inputs", "nowhere", "--solver", name])
        assert done.exit_code == code
        assert said in done.output.replace("\n", " ")


def test_whole_numbers_stay_with_highs():
    """Proves: a study with whole columns is refused to a solver by name. Sensitivity: fails if its relaxation is told as the plan."""
    problem = build(every_family(), step_h=12, **every_profile(24))
    whole = replace(problem, lp=replace(problem.lp, integer=np.ones(len(problem.lp.cost), bool)))
    with pytest.raises(ladder.SolveError, match="leave --solver gurobi out"):
        certified.solve_certified(whole, False, 1, QUIET, Limits(solver="gurobi"))


def test_highs_alone_takes_no_blocks(monkeypatch):
    """Proves: asked by name, HiGHS solves what the method on blocks would. Sensitivity: fails if the name is not heard."""
    problem = build(every_family(), step_h=12, **every_profile(24))
    monkeypatch.setattr(ladder, "SIMPLEX_COLUMNS", 0)
    told = [ladder.first_answer(problem.lp, 1e-7, 1, QUIET, Limits(solver=name)).algorithm for name in ("blocks", "highs")]
    assert told == ["blocks", "hipo"]
