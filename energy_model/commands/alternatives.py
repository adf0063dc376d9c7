"""Near-optimal plans and ranges of capacity: alternatives."""

from __future__ import annotations

from typing import Annotated

import typer

from energy_model.commands.adding import asking, publish
from energy_model.commands.naming import HorizonOfResult, Which
from energy_model.commands.question import Count, Question, Solves, Yes, require_error_share
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
    stop,
)
from energy_model.language import say

MOST_EPSILON = 1.0
SPREADS = ("random", "away")


def alternatives(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    solve: Solves = None,
    epsilon: Annotated[str, typer.Option("--epsilon")] = "0.01,0.05",
    groups: Annotated[str, typer.Option("--groups")] = "technology,county,corridor",
    picked: Annotated[list[str] | None, typer.Option("--group")] = None,
    held: Annotated[list[str] | None, typer.Option("--hold")] = None,
    spread: Annotated[int, typer.Option("--spread", min=0, max=1000)] = 0,
    method: Annotated[str, typer.Option("--spread-method")] = "random",
    seed: Annotated[int, typer.Option("--seed", min=0)] = 1,
    error: Annotated[float, typer.Option("--error")] = 1e-3,
    count: Count = 1,
    scheduler: Scheduler = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
    yes: Yes = False,
) -> None:
    """Least and largest capacity of any technology, county or corridor in near-optimal plans."""
    wanted = tuple(g.strip() for g in groups.split(",") if g.strip())
    shares = tuple(read_epsilons(epsilon))
    require_error_share(error)
    question = Question("alternatives", inputs, scenario, horizon, solve, results, weather, exact, threads, count, scheduler, yes)
    with asking(question) as asked:
        from energy_model.api import answers

        room = answers.Room(shares, wanted, tuple(picked or ()), tuple(held or ()), spread, method, seed, error)
        publish(asked, answers.alternatives(asked, room))


def read_epsilons(text: str) -> list[float]:
    """Shares of extra cost; stops with a message if one is not a number between 0 and 1."""
    try:
        shares = sorted({float(part) for part in text.split(",") if part.strip()})
    except ValueError:
        shares = []
    if not shares or not all(1e-4 <= share <= MOST_EPSILON for share in shares):
        stop(
            say(
                f"--epsilon {text}: write shares between 0.0001 and 1, such as 0.01,0.05.",
                f"--epsilon {text}：须为 0.0001 至 1 之间的份额，如 0.01,0.05。",
            ),
            EXIT_INPUT,
        )
    return shares
