"""Reservation prices and proposals of deals: bargain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from energy_model.commands.adding import Count, Solves
from energy_model.commands.naming import HorizonOfResult, Which
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

if TYPE_CHECKING:
    pass
from energy_model.commands.adding import asked, kept


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
    """Reservation prices, room and proposals for every contract and corridor, by shape, delay and partial build."""
    with asked(inputs, scenario, horizon, solve, results, weather, exact, threads, count, scheduler, "bargain", {}) as case:
        from energy_model.questions.bargain import Bargain
        from energy_model.results.stages import Clock

        deals = Bargain(case.study, case.span, weather, Clock(out))
        kept(case, {"bargaining": deals.table(case.bench, exact, case.threads)})
