"""Reservation prices and proposals for contracts: bargain."""

from __future__ import annotations

from energy_model.commands.adding import asking, publish
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
    with asking(question) as asked:
        from energy_model.api import answers

        publish(asked, answers.bargain(asked))
