"""Some days of a solved plan with whole units: the relaxation, the plan found by branch and bound, and the gap between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console

from energy_model.certified import solve_to_gap
from energy_model.language import say
from energy_model.results import folders, fortnight, store
from energy_model.results.certificate import Certificate, CertificateError, certify
from energy_model.solving.fortnight import committed_stretch
from energy_model.solving.highs import solver_version
from energy_model.solving.integer import IntegerSolution, NoIntegerPlan, solve_integer
from energy_model.solving.ladder import EXACT_GAP, SolveError
from energy_model.solving.limits import NO_LIMITS, LimitReached, Limits, known_bound
from energy_model.solving.magnitude import least_mcny, relative_gap, size_mcny
from energy_model.solving.redispatch import Plan
from energy_model.solving.stamp import StampedLP
from energy_model.study.errors import InputErrors, input_error
from energy_model.study.study import Study
from energy_model.study.system import System

NEEDED = {
    "unit_gw": "unit_size_mw",
    "start_cost_hot": "start_cost_hot_cny_per_mw",
    "start_cost_cold": "start_cost_cold_cny_per_mw",
    "hot_start_h": "hot_start_h",
    "warm_start_h": "warm_start_h",
}
"""Columns of the model and of technologies.csv without which units cannot be committed."""
HELD_GAP = 1e-6
"""Of the LP with the units held: its dispatch is optimal for them."""


@dataclass(frozen=True)
class Fortnight:
    """Cost and operation of some days with whole units.

    Attributes
    ----------
    relaxed_mcny, whole_mcny, bound_mcny : float
        Cost of the relaxation, of the plan with whole units, and the bound that branch and bound has proven.
    least_mcny : float
        What the cost counts as at least (`solving.magnitude`).
    status : str
        Of the search.
    tables : dict of str to DataFrame
    certificates : dict
        Of both, as written to the manifest.
    """

    relaxed_mcny: float
    whole_mcny: float
    bound_mcny: float
    least_mcny: float
    status: str
    tables: dict[str, pd.DataFrame]
    certificates: dict[str, dict]

    @property
    def apart_mcny(self) -> float:
        """Extra cost of whole units over fractions of units [MCNY]."""
        return self.whole_mcny - self.relaxed_mcny

    @property
    def apart_share(self) -> float:
        """The same as a share of the gross cost, before the value of exports."""
        paid = self.tables["commitment_costs"].set_index("category").relaxed_mcny.drop("total").clip(lower=0.0).sum()
        return float(self.apart_mcny / max(1e-9, paid))

    @property
    def gap(self) -> float:
        """Relative distance of the plan from the proven bound."""
        return max(0.0, relative_gap(self.whole_mcny, self.bound_mcny, self.least_mcny))


def first_hour(text: str, time: np.ndarray) -> int | None:
    """Hour of the year of a day written ``mm-dd`` or ``yyyy-mm-dd``; None if the day was not modelled."""
    days = pd.DatetimeIndex(time)
    try:
        day = date.fromisoformat(text if len(text) > 5 else f"{days[0].year}-{text}")
    except ValueError:
        return None
    found = np.flatnonzero((days.month == day.month) & (days.day == day.day) & (days.hour == 0))
    return int(found[0]) if len(found) else None


@dataclass(frozen=True)
class Search:
    """Options of the search for whole units.

    Attributes
    ----------
    gap : float
        Relative gap at which branch and bound stops.
    time_limit_s : float
        When it stops at the latest, with the best plan found.
    threads : int
    limits : Limits
        Of time and memory for the relaxation, the search and the LP after it together.
    """

    gap: float
    time_limit_s: float
    threads: int = 0
    limits: Limits = NO_LIMITS


def commit(plan: Plan, start_h: int, days: int, search: Search, console: Console) -> Fortnight:
    """Solve some days relaxed and with whole units.

    Parameters
    ----------
    plan : Plan
        A solved one.
    start_h : int
        First hour of the year.
    days : int
    search : Search
    console : Console

    Raises
    ------
    InputErrors
        When a technology lacks what commitment needs.
    SolveError
        When the relaxation has no optimum, no plan with whole units was found, or a limit came first.
    CertificateError
        When a solution does not hold its rows, or whole units cost less than the relaxation.
    """
    _check(plan.system)
    console.print(say("commit …", "机组组合 …"))
    stretch = committed_stretch(plan.system, plan.profiles, plan.capacity, plan.price, start_h, 24 * days)
    problem, lp = stretch.problem, stretch.problem.lp
    console.print(
        say(
            f"  {lp.matrix.shape[1]:,} columns, {lp.matrix.shape[0]:,} rows, {int(lp.integer.sum()):,} integers",
            f"  {lp.matrix.shape[1]:,} 列，{lp.matrix.shape[0]:,} 行，{int(lp.integer.sum()):,} 个整数变量",
        )
    )
    relaxed, _, relaxation = solve_to_gap(problem, EXACT_GAP, search.threads, console, search.limits)
    found = _whole_units(lp, relaxation, search, console)
    fractions, whole = (fortnight.Run(problem, s.primal, s.dual) for s in (relaxed, found.solution))
    certificates = {
        "relaxed": certify(lp, relaxed.primal, relaxed.dual, fractions.accounts(), EXACT_GAP),
        "whole": certify(found.held, found.solution.primal, found.solution.dual, whole.accounts(), HELD_GAP),
    }
    for way, certificate in certificates.items():
        certificate.require(say(f"The {way} solution failed its independent check", f"{way} 解未通过独立校核"))
    result = Fortnight(
        relaxed_mcny=certificates["relaxed"].objective_mcny,
        whole_mcny=found.objective,
        bound_mcny=max(found.bound, certificates["relaxed"].lower_bound_mcny),
        least_mcny=least_mcny(lp),
        status=found.status,
        tables={
            "commitment_costs": fortnight.costs(fractions, whole),
            "commitment_clusters": fortnight.clusters(fractions, whole, stretch.units),
            "commitment_dispatch": fortnight.dispatch(fractions, whole, stretch.units),
            "commitment_hours": fortnight.hourly(fractions, whole),
        },
        certificates={way: certificate.as_dict() for way, certificate in certificates.items()},
    )
    if result.apart_mcny < -EXACT_GAP * size_mcny(result.relaxed_mcny, result.least_mcny):
        raise CertificateError(f"Whole units cost {-result.apart_mcny:g} MCNY less than their relaxation: something is wrong.")
    return result


def _whole_units(lp: StampedLP, relaxation: Certificate, search: Search, console: Console) -> IntegerSolution:
    try:
        return solve_integer(
            lp,
            gap=search.gap,
            threads=search.threads,
            time_limit_s=search.time_limit_s,
            log=lambda line: console.print(f"  {line}"),
            limits=search.limits,
        )
    except NoIntegerPlan as fault:
        raise SolveError(str(fault)) from fault
    except LimitReached as fault:
        proven = known_bound(max(fault.bound, relaxation.lower_bound_mcny))
        raise SolveError(
            say(f"Stopped by the {fault}; nothing was written; {proven}.", f"因{fault}中止，未写出结果；{proven}。")
        ) from fault


def commit_plan(study: Study, plan: Plan, start_h: int, days: int, target: Path, search: Search, console: Console) -> Fortnight:
    """Commit days of a plan read back from a result, and write tables and manifest to `target`; see `commit`."""
    found = commit(plan, start_h, days, search, console)
    with folders.whole_folder(target) as folder:
        store.write_tables(found.tables, folder)
        manifest = {
            "scenario": study.name,
            "start": str(plan.profiles.time.to_numpy()[start_h])[:10],
            "days": days,
            "relaxed_mcny": found.relaxed_mcny,
            "whole_mcny": found.whole_mcny,
            "bound_mcny": found.bound_mcny,
            "gap": found.gap,
            "search": found.status,
            "certificate": found.certificates,
            "solver_version": solver_version(),
            "sha256": dict(study.sha256),
        }
        store.write_manifest(manifest, folder)
    return found


def _check(system: System) -> None:
    g = system.thermal
    errors = [
        input_error(
            "missing_value",
            "technologies.csv",
            column=column,
            value=technology,
            hint="commitment of whole units needs it",
            hint_zh="整数机组组合必须填写",
        )
        for name, column in NEEDED.items()
        for technology in sorted(set(g.technology[g[name].isna() | ((name == "unit_gw") & (g[name] == 0))]))
    ]
    if errors:
        raise InputErrors(errors)
