"""Commands past the optimum of a finished plan: frontier, curve, alternatives, clause-costs, bargain. Their tables join the result."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from energy_model.commands.adding import Count, Solves, asking, journal_of, keep
from energy_model.commands.naming import HorizonOfResult, Which
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_SCENARIO,
    DEFAULT_WEATHER,
    EXIT_INPUT,
    Exact,
    Inputs,
    Results,
    Scheduler,
    Threads,
    Weather,
    out,
    stop,
)
from energy_model.units import GWH_PER_TWH, KT_PER_MT

if TYPE_CHECKING:
    import pandas as pd

    from energy_model.questions.variants import Bench
    from energy_model.study.horizon import Horizon
    from energy_model.study.study import Study

MOST_EPSILON = 1.0
SPREADS = ("random", "away")
Volumes = Annotated[
    list[float] | None, typer.Option("--volume", help="A point in any case, of exports in TWh, repeatable 必算点（外送单位为十亿千瓦时）")
]


def frontier(
    axis: Annotated[str, typer.Option("--axis", help="export, co2, curtailment or renewable-share 坐标轴")] = "export",
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    solve: Solves = "weeks:4",
    low: Annotated[float | None, typer.Option("--from", min=0, help="Least value: TWh, Mt, GWh or share 起点")] = None,
    high: Annotated[float | None, typer.Option("--to", min=0, help="Largest value 终点")] = None,
    volumes: Volumes = None,
    points: Annotated[int, typer.Option("--points", min=2, max=200, help="Points at most 点数上限")] = 20,
    error: Annotated[float, typer.Option("--error", help="Error that will do, share of what is measured 允许误差")] = 1e-3,
    count: Count = 1,
    scheduler: Scheduler = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
) -> None:
    """Cost against exports, CO2, curtailment or renewable share, with the error between points 成本前沿与外送供电成本曲线."""
    from energy_model.questions.frontier import AXES

    if axis not in AXES:
        stop(f"There is no axis '{axis}' 没有该坐标轴. Known 可选: {', '.join(AXES)}.", EXIT_INPUT)
    unit = {"export": GWH_PER_TWH, "co2": KT_PER_MT}.get(axis, 1.0)
    given = [v * unit for v in volumes or ()]
    if min(given, default=0.0) < 0:
        stop("A volume must not be negative 外送电量不能为负.", EXIT_INPUT)
    if low is not None and high is not None and low >= high:
        stop(f"--from {low:g} must lie below --to {high:g} 起点须小于终点.", EXIT_INPUT)
    if not 0 <= error <= 1:
        stop("--error is a share between 0 and 1 误差须在 0 与 1 之间.", EXIT_INPUT)
    with asked(inputs, scenario, horizon, solve, results, weather, exact, threads, count, scheduler, f"frontier-{axis}", {}) as case:
        from energy_model.questions.frontier import Frontier, tables_of, trace
        from energy_model.results.stages import Clock

        found = Frontier(axis, case.study, case.span, weather, Clock(out))
        span = tuple(None if v is None else v * unit for v in (low, high))
        traced = trace(found, found.shared(exact, case.threads), case.bench, given, span, points, error, out)  # type: ignore[arg-type]
        kept(case, tables_of(found, traced))


def curve(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    solve: Solves = "weeks:4",
    volumes: Volumes = None,
    points: Annotated[int, typer.Option("--points", min=2, max=200, help="Points at most 点数上限")] = 10,
    count: Count = 1,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
) -> None:
    """Export supply curve of a finished plan: marginal, incremental and average cost from nothing to 40 TWh 外送供电成本曲线."""
    frontier("export", inputs, scenario, horizon, solve, None, None, volumes, points, 1e-3, count, None, results, weather, exact, threads)


def alternatives(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    solve: Solves = "weeks:4",
    epsilon: Annotated[str, typer.Option("--epsilon", help="Extra cost allowed, shares parted by commas 允许多花的费用份额")] = "0.01,0.05",
    groups: Annotated[str, typer.Option("--groups", help="technology, county, corridor, by commas 分组")] = "technology,county,corridor",
    picked: Annotated[
        list[str] | None, typer.Option("--group", help="A group of its own: wind, JARUD, C02, wind@JARUD, sums with +, repeatable 自定分组")
    ] = None,
    held: Annotated[
        list[str] | None, typer.Option("--hold", help="What every alternative holds, such as wind@JARUD<=500 in MW 各方案须满足的条件")
    ] = None,
    spread: Annotated[int, typer.Option("--spread", min=0, max=1000, help="Plans unlike the cheapest and each other 差异化方案数")] = 0,
    method: Annotated[
        str, typer.Option("--spread-method", help="random directions, or away from what earlier plans built 随机方向或避开已建")
    ] = "random",
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the directions 随机种子")] = 1,
    error: Annotated[float, typer.Option("--error", help="Error that will do, share of what is measured 允许误差")] = 1e-3,
    count: Count = 1,
    scheduler: Scheduler = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
) -> None:
    """Least and most of any technology, county or corridor in plans that cost a little more 近优方案与可调整空间."""
    wanted = [g.strip() for g in groups.split(",") if g.strip()]
    shares = read_epsilons(epsilon)
    if not 0 <= error <= 1:
        stop("--error is a share between 0 and 1 误差须在 0 与 1 之间.", EXIT_INPUT)
    if method not in SPREADS:
        stop(f"--spread-method {method}: choose 可选 {', '.join(SPREADS)}.", EXIT_INPUT)
    more = {"held": sorted(held or ())}
    with asked(inputs, scenario, horizon, solve, results, weather, exact, threads, count, scheduler, "alternatives", more) as case:
        from energy_model.questions.alternatives import NearOptimal
        from energy_model.questions.capacity_groups import FAMILIES, Catalogue, read_condition
        from energy_model.results.stages import Clock
        from energy_model.run import prepare_study

        if unknown := sorted(set(wanted) - set(FAMILIES)):
            stop(f"There are no groups {', '.join(unknown)} 没有该分组. Known 可选: {', '.join(FAMILIES)}.", EXIT_INPUT)
        problem = prepare_study(case.study, case.span, weather, Clock(out))
        known = Catalogue(case.study, problem.system, problem.lp)
        chosen = [g for name in wanted for g in known.family(name)] + [known.group(code) for code in picked or ()]
        conditions = [read_condition(text, known) for text in held or ()]
        if not chosen:
            stop("Nothing can be built here, so there is nothing to vary 没有可调整的容量.", EXIT_INPUT)
        near = NearOptimal(problem, case.study, conditions, exact, case.threads, case.bench)
        near.check_conditions(min(shares))
        tables = {"room_to_move": near.room(chosen, shares, error)}
        if spread:
            spreading = near.spread(chosen, max(shares), spread, seed, method)
            tables["alternatives"] = spreading.assign(epsilon_share=max(shares), method=method, seed=seed if method == "random" else None)
        kept(case, tables)


def clause_costs(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    solve: Solves = "weeks:4",
    move: Annotated[float, typer.Option("--move", help="Move of clauses without low and high in sources.csv, share 变动幅度")] = 0.1,
    count: Count = 1,
    scheduler: Scheduler = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
) -> None:
    """What each clause of the plan costs: without it, moved, or held where it is only reported 各条款的代价."""
    if not 0 < move < 1:
        stop("--move is a share between 0 and 1 变动幅度须在 0 与 1 之间.", EXIT_INPUT)
    with asked(inputs, scenario, horizon, solve, results, weather, exact, threads, count, scheduler, "clauses", {"move": move}) as case:
        from energy_model.questions.clause_costs import ClauseCosts, moves_of
        from energy_model.results.stages import Clock

        moves = moves_of(case.study, move)
        if not moves:
            stop("The scenario has no clause that is a row of the model 该方案没有模型条款.", EXIT_INPUT)
        costs = ClauseCosts(case.study, moves, case.span, weather, Clock(out))
        kept(case, {"clause_costs": costs.table(case.bench, exact, case.threads)})


def bargain(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    solve: Solves = "weeks:4",
    count: Count = 1,
    scheduler: Scheduler = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
) -> None:
    """Reservation prices, room and proposals for every contract and corridor, by shape, delay and partial build 议价区间与分配建议."""
    with asked(inputs, scenario, horizon, solve, results, weather, exact, threads, count, scheduler, "bargain", {}) as case:
        from energy_model.questions.bargain import Bargain
        from energy_model.results.stages import Clock

        deals = Bargain(case.study, case.span, weather, Clock(out))
        kept(case, {"bargaining": deals.table(case.bench, exact, case.threads)})


def read_epsilons(text: str) -> list[float]:
    """Shares of extra cost; stops with a sentence when one is no number between 0 and 1."""
    try:
        shares = sorted({float(part) for part in text.split(",") if part.strip()})
    except ValueError:
        shares = []
    if not shares or not all(1e-4 <= share <= MOST_EPSILON for share in shares):
        stop(f"--epsilon {text}: write shares between 0.0001 and 1, such as 0.01,0.05 须为 0.0001 至 1 之间的份额.", EXIT_INPUT)
    return shares


class Case(NamedTuple):
    """What a command works on."""

    study: Study
    folder: Path
    span: Horizon
    threads: int
    bench: Bench


@contextmanager
def asked(
    inputs: Path, scenario: str, horizon: str | None, solve: str, results: Path, weather: Path, exact: bool, threads: int, count: int,
    scheduler: str | None, name: str, more: dict,
) -> Iterator[Case]:  # fmt: skip
    """Study, result folder, workers and journal; faults in plain words."""
    with asking(name, inputs, scenario, horizon, solve, results, weather, exact, threads, 1 if scheduler else count) as (job, folder):
        from energy_model.questions.variants import Bench, VariantError
        from energy_model.workers import workers

        journal = journal_of(folder, name, job, more)
        try:
            with workers(count, scheduler) as pool:
                yield Case(job.study, folder, job.horizon, job.threads, Bench(pool, journal, out))
        except VariantError as fault:
            stop(str(fault), EXIT_INPUT)


def kept(case: Case, tables: dict[str, pd.DataFrame]) -> None:
    """Add tables to the result with horizon and weather of the solves."""
    about = {"horizon": str(case.span), "weather": case.study.settings.weather.year}
    keep(case.folder, {name: table.assign(**about) for name, table in tables.items()})
