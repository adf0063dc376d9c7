"""Answers to questions under way, as tables; command line and Python interface both ask here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from energy_model.analyses import break_even as finder
from energy_model.analyses import morris
from energy_model.analyses import sensitivity as levers
from energy_model.analyses.alternatives import NearOptimal
from energy_model.analyses.bargain import Bargain
from energy_model.analyses.capacity_groups import GROUPINGS, Catalogue, read_condition
from energy_model.analyses.changed_inputs import Outcome, solve_points
from energy_model.analyses.clause_costs import ClauseCosts, moves_of
from energy_model.analyses.exports import ExportProblem, increments
from energy_model.analyses.frontier import AXES, Frontier, trace
from energy_model.analyses.frontier_tables import tables_of
from energy_model.api.asking import Asked, QuestionError
from energy_model.language import say
from energy_model.results.stages import Clock
from energy_model.results.store import read_table
from energy_model.run import prepare_study
from energy_model.study.nearest import likely
from energy_model.study.study import Study
from energy_model.units import GWH_PER_TWH, KT_PER_MT

Tables = dict[str, pd.DataFrame]
AXIS_UNIT = {"export": GWH_PER_TWH, "co2": KT_PER_MT}
"""Values on an axis are given in TWh and Mt; others in GWh or as a share."""
SPREADS = ("random", "away")


def known_one(what: str, what_zh: str, name: str, known: Iterable[str]) -> None:
    """Refuse an unknown name with the likely one and all names.

    Raises
    ------
    QuestionError
    """
    names = list(known)
    if name not in names:
        listed = ", ".join(names)
        told = say(f"There is no {what} '{name}'. ", f"没有名为 '{name}' 的{what_zh}。")
        raise QuestionError(told + likely(name, names) + say(f"Known: {listed}", f"可选：{listed}"))


def frontier(
    asked: Asked, axis: str, values: Iterable[float], points: int, ends: tuple[float | None, float | None], error_share: float
) -> Tables:
    """Least cost along an axis; values and ends in TWh, Mt, GWh or as a share."""
    known_one("axis", "坐标轴", axis, AXES)
    unit = AXIS_UNIT.get(axis, 1.0)
    given = [v * unit for v in values]
    span = (None if ends[0] is None else ends[0] * unit, None if ends[1] is None else ends[1] * unit)
    with asked.runner() as runner:
        job = asked.job
        found = Frontier(axis, job.study, job.horizon, job.weather, Clock(asked.console))
        shared = found.shared(job.exact, job.threads)
        with asked.foreseen(points + 1, runner.journal, found.problem):
            traced = trace(found, shared, runner, given, span, points, error_share, asked.console)
        return _with_about(asked, tables_of(found, traced))


def increment(asked: Asked) -> Tables:
    """Incremental cost of each export contract."""
    job = asked.job
    problem = ExportProblem(job.study, job.horizon, job.weather, Clock(asked.console))
    problem.neighbour = job.neighbour
    journal = asked.journal({})
    with asked.foreseen(1 + len(problem.least_gwh), journal, problem.problem):
        table = increments(problem, job.exact, job.threads, asked.console, journal)
    return {"increments": table.assign(horizon=str(job.horizon))}


def clause_costs(asked: Asked, move: float) -> Tables:
    """Cost of each clause: without it, with it moved by a share, or imposed if it is only reported."""
    job = asked.job
    moves = moves_of(job.study, move)
    if not moves:
        raise QuestionError(say("No clause of this scenario is a constraint of the model.", "该方案没有作为模型约束的条款。"))
    with asked.runner(move=move) as runner:
        costs = ClauseCosts(job.study, moves, job.horizon, job.weather, Clock(asked.console))
        with asked.foreseen(len(moves) + 1, runner.journal, costs.problem):
            table = costs.table(runner, job.exact, job.threads)
        return _with_about(asked, {"clause_costs": table})


def bargain(asked: Asked) -> Tables:
    """Reservation prices, room and proposals for contracts and corridors."""
    job = asked.job
    with asked.runner() as runner:
        deals = Bargain(job.study, job.horizon, job.weather, Clock(asked.console))
        with asked.foreseen(deals.most_solves, runner.journal, deals.problem):
            table = deals.table(runner, job.exact, job.threads)
        return _with_about(asked, {"bargaining": table})


@dataclass(frozen=True)
class Room:
    """What is asked about near-optimal plans.

    Attributes
    ----------
    shares : tuple of float
        Of extra cost.
    families : tuple of str
        Families of groups: ``technology``, ``county``, ``corridor``.
    groups : tuple of str
        Further groups by code.
    held : tuple of str
        Conditions that all plans meet.
    spread : int
        Diverse plans at the largest share.
    method : {"random", "away"}
    seed : int
    error_share : float
        Error of each range that is good enough.
    """

    shares: tuple[float, ...] = (0.01, 0.05)
    families: tuple[str, ...] = GROUPINGS
    groups: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    spread: int = 0
    method: str = "random"
    seed: int = 1
    error_share: float = 1e-3


def alternatives(asked: Asked, room: Room) -> Tables:
    """Least and largest capacity of groups within shares of extra cost, and diverse near-optimal plans."""
    for family in room.families:
        known_one("group", "分组", family, GROUPINGS)
    known_one("method", "方法", room.method, SPREADS)
    job = asked.job
    with asked.runner(held=sorted(room.held)) as runner:
        problem = prepare_study(job.study, job.horizon, job.weather, Clock(asked.console))
        known = Catalogue(job.study, problem.system, problem.lp)
        chosen = [g for name in room.families for g in known.family(name)] + [known.group(code) for code in room.groups]
        conditions = [read_condition(text, known) for text in room.held]
        if not chosen:
            raise QuestionError(say("Nothing can be built in this study, so there is nothing to vary.", "该研究没有可建容量，无可调整。"))
        with asked.foreseen(1 + 2 * len(chosen) + room.spread, runner.journal, problem):  # what one budget takes; others mostly follow
            near = NearOptimal(problem, job.study, conditions, job.exact, job.threads, runner)
            near.check_conditions(min(room.shares))
            tables = {"room_to_move": near.room(chosen, list(room.shares), room.error_share)}
            if room.spread:
                most, seed = max(room.shares), room.seed if room.method == "random" else None
                found = near.spread(chosen, most, room.spread, room.seed, room.method)
                tables["alternatives"] = found.assign(epsilon_share=most, method=room.method, seed=seed)
        return _with_about(asked, tables)


def sensitivity(asked: Asked, picked: Sequence[str]) -> Tables:
    """Cost and export price with one input at its low and high value."""
    found = chosen_levers(asked.job.study, picked)
    journal = asked.journal({})
    with asked.foreseen(1 + 2 * len(found), journal):
        table = levers.sensitivity(asked.job, found, asked.workers, journal, asked.console, asked.scheduler)
    return {"sensitivity": table.assign(horizon=str(asked.job.horizon))}


def screening(asked: Asked, picked: Sequence[str], trajectories: int, grid: int, seed: int) -> Tables:
    """Elementary effects of uncertain inputs on cost, export price and capacities."""
    plan = morris.design(chosen_levers(asked.job.study, picked), trajectories, grid, seed)
    journal = asked.journal(plan.about())
    with asked.foreseen(len(plan.points), journal):
        solved = solve_points(asked.job, plan.changes(), asked.workers, journal, asked.console, asked.scheduler)
    return {"screening": morris.analyse(plan, solved).assign(horizon=str(asked.job.horizon), seed=seed)}


def chosen_levers(study: Study, picked: Sequence[str]) -> list[levers.Lever]:
    """Uncertain inputs that were named, else the default ones.

    Raises
    ------
    QuestionError
        When a name matches none.
    """
    found, unknown = levers.chosen(study, tuple(picked or levers.DEFAULT_INPUTS))
    if picked and unknown:
        names = ", ".join(unknown)
        raise QuestionError(
            say(
                f"No input with low and high values matches {names}. See sensitivity --list.",
                f"没有与 {names} 相符且有低值、高值的输入。见 sensitivity --list。",
            )
        )
    return found


@dataclass(frozen=True)
class Turn:
    """An input that is turned until the plan changes.

    Attributes
    ----------
    name : str
        ``table/key/column``, ``*`` allowed.
    until : str
        Condition, such as ``new_mw/solar > 100``.
    low, high : float, optional
        Range; default: the one of ``sources.csv``.
    relative : bool
        Whether the range is of factors.
    tolerance : float, optional
        Width at which the search ends; default: a hundredth of the range.
    scan : int
        Points between the ends that are looked at first.
    """

    name: str
    until: str
    low: float | None = None
    high: float | None = None
    relative: bool = False
    tolerance: float | None = None
    scan: int = 3


def break_even(asked: Asked, turn: Turn) -> Tables:
    """The value of an input at which a condition begins or ceases to hold; earlier answers to other questions stay in the table."""
    job, out = asked.job, asked.console
    condition = finder.Condition.parse(turn.until, job.study)
    knob = finder.knob(job.study, turn.name, turn.low, turn.high, turn.relative)
    width = (knob.high - knob.low) / 100 if turn.tolerance is None else turn.tolerance
    if width <= 0:
        raise QuestionError(say("--tolerance must be above 0.", "--tolerance 须大于 0。"))
    mark = hashlib.sha256(f"{turn.name} {turn.relative}".encode()).hexdigest()[:8]
    journal = asked.journal({"input": turn.name, "relative": turn.relative}, f"break-even-{mark}")

    def solved(x: float) -> Outcome:
        return solve_points(job, {f"{x!r}": (knob.at(x),)}, 1, journal, out)[f"{x!r}"]

    with asked.foreseen(finder.most_solves(knob, width, turn.scan), journal):
        found = finder.search(solved, condition, knob.low, knob.high, width, turn.scan)
    for p in found.points:
        out.print(f"  {p.at:12.6g}  {condition.quantity} = {p.value:,.4g}", highlight=False)
    out.print(finder.sentence(found, knob, condition, width))
    row = pd.DataFrame([finder.as_row(found, knob, condition, width) | {"horizon": str(job.horizon)}])
    path = asked.folder / "tables" / "break_even.csv"
    if path.is_file():
        kept = read_table(path)
        kept = kept[(kept.input != turn.name) | (kept.condition != str(condition))]
        row = pd.concat([kept, row], ignore_index=True) if len(kept) else row
    return {"break_even": row}


def _with_about(asked: Asked, tables: Tables) -> Tables:
    return {name: table.assign(**asked.about()) for name, table in tables.items()}
