"""Certificate of typical weeks: their plan dispatched over the whole year, compared with a lower bound on any plan of the year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rich.console import Console

from energy_model.errors import EnergyModelError
from energy_model.language import say
from energy_model.precheck.size import predicted
from energy_model.results.certificate import certify
from energy_model.results.dataset import build_dataset
from energy_model.results.read_plan import built_capacities, check_inputs
from energy_model.results.stages import Clock
from energy_model.results.store import read_result
from energy_model.results.week_certificate import Dispatched, WeekCertificate, figures
from energy_model.run import prepare_study
from energy_model.solving.build import Problem
from energy_model.solving.fixed_capacity import Label, bound_below, fix_capacities, with_capacities
from energy_model.solving.highs import Solution
from energy_model.solving.ladder import InfeasibleError, SolveError, first_answer
from energy_model.solving.limits import NO_LIMITS, LimitReached, Limits
from energy_model.solving.magnitude import least_mcny
from energy_model.solving.memory import usable_gb
from energy_model.solving.stamp import StampedLP
from energy_model.study.horizon import Horizon
from energy_model.study.load import load_study
from energy_model.study.settings import SEVERAL_SOLVES
from energy_model.study.study import Study

HELD_GAP = 1e-5
"""Gap asked of a dispatch at given capacities at most: away from the optimum every limit is missed by a little."""
PART_OF_GAP = 0.3
"""The dispatch is solved to this share of the gap to be proven: what it leaves adds to the gap."""


class WeekCertificateError(EnergyModelError):
    """A horizon or study that cannot be certified in this way; the message gives the reason."""


def require_certifiable(study: Study, horizon: Horizon, weather: Path, console: Console) -> None:
    """Refuse, before solving, what cannot be certified, and print the predicted effort.

    Raises
    ------
    WeekCertificateError
    """
    if horizon.kind != "weeks":
        raise WeekCertificateError(
            say(
                f"--certify checks typical weeks; '{horizon}' has none: write --horizon weeks:8",
                f"--certify 校核典型周，而 '{horizon}' 没有典型周：请写 --horizon weeks:8",
            )
        )
    for section, option, value in SEVERAL_SOLVES:
        if getattr(getattr(study.settings, section), option) == value:
            raise WeekCertificateError(
                say(
                    f'--certify does not support {option} = "{value}": solve the year itself.',
                    f'--certify 不支持 {option} = "{value}"：请直接优化全年。',
                )
            )
    if (need := operating_gb(study, horizon, weather, console)) > (have := usable_gb()):
        raise WeekCertificateError(
            say(
                f"The whole horizon would need about {need:z.1f} GB of {have:z.1f} GB: certify a part of the year, "
                "such as --horizon weeks:2/hours:1680.",
                f"完整时段约需 {need:z.1f} GB，可用 {have:z.1f} GB：请只校核部分时段，如 --horizon weeks:2/hours:1680。",
            )
        )


def operating_gb(study: Study, horizon: Horizon, weather: Path, console: Console) -> float:
    """Predicted memory of all hours at given capacities [GB]; prints their size."""
    size = predicted(study, horizon.whole, weather)
    gb = float(size.figures["memory_gb"])
    console.print(say(f"Certified against {size.en}", f"校核对照 {size.zh}"))
    console.print(
        say(f"Memory for every hour at given capacities: {gb:z.1f} GB", f"给定容量逐时运行约需内存：{gb:z.1f} GB"), highlight=False
    )
    return gb


def certify_weeks(
    folder: Path, inputs: Path, weather: Path, gap: float, threads: int, console: Console, limits: Limits = NO_LIMITS
) -> WeekCertificate:
    """Dispatch a finished plan of typical weeks over all hours that they represent, and prove a bound on the optimum there.

    Parameters
    ----------
    folder : Path
        Result of a horizon of typical weeks.
    inputs, weather : Path
        Folders; the inputs must be those that the result was made from.
    gap : float
        Relative gap to prove.
    threads : int
    console : Console
    limits : Limits
        Of time and memory, for the solver.

    Raises
    ------
    StaleResultError, StoreError, InputErrors, WeatherError
        Before anything is solved.
    SolveError, CertificateError
        When the whole horizon has no plan at all, or a dispatch fails its independent check.
    """
    data, manifest, tables = read_result(folder)
    check_inputs(inputs, manifest)
    study, horizon = load_study(inputs, manifest["scenario"]), Horizon.parse(manifest["horizon"])
    capacity = built_capacities(data)
    costs = tables["costs"].set_index("category").cost_mcny.drop("total")
    weeks = Dispatched("weeks", float(manifest["objective_mcny"]), costs.to_dict(), figures(data))
    problem = prepare_study(study, horizon.whole, weather, Clock(console))
    if problem.lp.integer.any():
        raise SolveError(
            say(
                "Whole units or circuits depend on what is built: solve the year itself.",
                "整台机组与整回线路取决于所建容量：请直接优化全年。",
            )
        )
    plans = [weeks, _held(problem, study, capacity, gap, threads, console, limits)]
    if plans[-1].missed and (grown := _grown(problem, study, capacity, gap, threads, console, limits)) is not None:
        plans.append(grown)
    upper = plans[-1].cost_mcny if not plans[-1].missed else np.inf
    console.print(say("Lower bound …", "下界 …"), style="bold")
    below = bound_below(problem.lp, upper, gap, threads, console, limits)
    return WeekCertificate(
        str(horizon), str(horizon.whole), tuple(plans), below.bound, gap, below.near, least_mcny(problem.lp), quantities_of(study)
    )


def quantities_of(study: Study) -> dict[str, str]:
    """Quantity of each clause by its code."""
    targets = study.tables["targets"]
    return dict(zip(targets.target.astype(str), targets.quantity.astype(str), strict=True))


def _held(
    problem: Problem, study: Study, capacity: dict[Label, float], gap: float, threads: int, console: Console, limits: Limits
) -> Dispatched:
    """All hours with the capacities of the weeks; hard yearly rows may be missed at a price that prevents avoidable violations."""
    console.print(say("All hours with these capacities …", "以该容量逐时运行 …"), style="bold")
    found = operate(problem.lp, capacity, gap, threads, console, limits)
    data = build_dataset(problem, study, found.primal, found.dual)
    return Dispatched("held", sum(found.accounts.values()), found.accounts, figures(data), found.missed)


@dataclass(frozen=True)
class Operated:
    """A whole horizon at given capacities, checked.

    Attributes
    ----------
    primal, dual : ndarray
        Of its columns and rows.
    accounts : dict
        Cost by category [MCNY], without what missed rows are priced at.
    missed : dict
        As `Held.missed`; empty for a plan of the horizon.
    """

    primal: np.ndarray
    dual: np.ndarray
    accounts: dict[str, float]
    missed: dict[Label, float]


def operate(
    lp: StampedLP, capacity: Mapping[Label, float], gap: float, threads: int, console: Console, limits: Limits = NO_LIMITS
) -> Operated:
    """Dispatch a horizon at given capacities [GW, GWh]; `gap` is the gap required of its cost.

    Raises
    ------
    SolveError, CertificateError
        When there is no dispatch, or it fails its independent check.
    """
    held = fix_capacities(lp, capacity)
    solution = _checked(held.lp, min(gap, HELD_GAP), threads, console, limits)
    primal, dual, missed = solution.primal[: held.columns], solution.dual, held.missed(solution.primal)
    accounts = lp.costs(primal)
    if not missed:  # now without anything that may be missed
        plain = with_capacities(lp, capacity)
        alone = replace(plain, row_lower=held.lp.row_lower, row_upper=held.lp.row_upper)
        certify(alone, primal, dual, accounts, gap).require(say("The dispatch failed its independent check", "运行方案未通过独立校核"))
    return Operated(primal, dual, accounts, missed)


def _grown(
    problem: Problem, study: Study, capacity: dict[Label, float], gap: float, threads: int, console: Console, limits: Limits
) -> Dispatched | None:
    """All hours with at least the capacities of the weeks; None if clauses cannot be satisfied even then."""
    console.print(say("Clauses are missed: capacities may grow …", "条款未达到，允许增加容量 …"), style="bold")
    lp = with_capacities(problem.lp, capacity, may_grow=True)
    try:
        solution = _checked(lp, gap, threads, console, limits)
    except InfeasibleError:
        return None
    accounts = lp.costs(solution.primal)
    return Dispatched("grown", sum(accounts.values()), accounts, figures(build_dataset(problem, study, solution.primal, solution.dual)))


def _checked(lp: StampedLP, gap: float, threads: int, console: Console, limits: Limits) -> Solution:
    """A checked plan near the optimum."""
    try:
        solution = first_answer(lp, PART_OF_GAP * gap, threads, console, limits)
    except LimitReached as fault:
        raise SolveError(say(f"Stopped by the {fault}: the weeks are not certified.", f"因{fault}中止，典型周未完成校核。")) from fault
    checked = certify(lp, solution.primal, solution.dual, lp.costs(solution.primal), gap)
    checked.require(say("The plan of all hours failed its independent check", "逐时方案未通过独立校核"))
    return solution
