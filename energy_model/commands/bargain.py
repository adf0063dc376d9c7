"""Reservation prices and proposals for contracts: bargain."""

from __future__ import annotations

from energy_model.commands.adding import variant_run
from energy_model.commands.naming import HorizonOfResult, Which
from energy_model.commands.question import Count, Question, Solves, Yes
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_SCENARIO,
    DEFAULT_WEATHER,
    Exact,
    Inputs,
    Results,
    Scheduler,
    Threads,
    Weather,
    out,
)


def bargain(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    solve: Solves = None,
    count: Count = 1,
    scheduler: Scheduler = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
    yes: Yes = False,
) -> None:
    """Reservation prices, room and proposals for every contract and corridor, by delivery profile, delay and partial construction."""
    question = Question("bargain", inputs, scenario, horizon, solve, results, weather, exact, threads, count, scheduler, yes)
    with variant_run(question) as run:
        from energy_model.analyses.bargain import Bargain
        from energy_model.results.stages import Clock

        deals = Bargain(run.job.study, run.job.horizon, weather, Clock(out))
        with run.foreseen(deals.most_solves, deals.problem):
            table = deals.table(run.runner, exact, run.job.threads)
        run.publish({"bargaining": table})
