"""Many solves of one analysis on several workers, kept in a journal."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from energy_model.analyses.variants import Shared, solve_one, why
from energy_model.journal import Journal
from energy_model.language import say
from energy_model.solving.interior_point.start import Trail
from energy_model.solving.variants import Variant
from energy_model.workers import WAIT, Workers

TOLD_EVERY_S = 60.0
Chooser = Callable[[Mapping[str, dict[str, Any]], Collection[str]], tuple[str, Variant] | None]


class VariantRunner:
    """Solves of one analysis: a pool of workers and a journal.

    Parameters
    ----------
    pool : Workers
    journal : Journal
    console : Console
    start : Trail, optional
        Points of the plan, near which the first solve of each worker begins.
    """

    def __init__(self, pool: Workers, journal: Journal, console: Console, start: Trail | None = None) -> None:
        self.pool, self.journal, self.console, self.start = pool, journal, console, start
        for key in [key for key, record in journal.done.items() if record.get("impossible") == "unsolved"]:
            del journal.done[key]  # perhaps solved by another way from another start

    def solve(self, shared: Shared, variants: Mapping[str, Variant]) -> dict[str, dict[str, Any]]:
        """Answers by key, taken from the journal where available; infeasible ones are reported."""
        left = {key: variant for key, variant in variants.items() if key not in self.journal.done}
        _tell_taken(self.console, len(variants), len(left))
        if left:
            deque(self._work(shared, iter(left.items()), len(left)), maxlen=0)
        return {key: self.journal.done[key] for key in variants}

    def explore(self, shared: Shared, choose: Chooser) -> dict[str, dict[str, Any]]:
        """Answers by key of variants chosen one by one, each when a worker is free for it.

        Parameters
        ----------
        shared : Shared
        choose : callable
            Of the answers so far, the last one last, and of the keys that are being solved: the next key and variant, or None when there
            is none before the next answer; the end when nothing is being solved.
        """
        answers: dict[str, dict[str, Any]] = {}
        running: set[str] = set()

        def pairs() -> Iterator[tuple[str, Variant] | None]:
            while True:
                if (pair := choose(answers, running)) is None:
                    if not running:
                        return
                    yield None
                elif pair[0] in self.journal.done:
                    answers[pair[0]] = self.journal.done[pair[0]]
                else:
                    running.add(pair[0])
                    yield pair

        for key, record in self._work(shared, pairs(), None):
            running.remove(key)
            answers[key] = record
        return answers

    def _work(self, shared: Shared, pairs: Iterator[tuple[str, Variant] | None], total: int | None) -> Iterator[tuple[str, dict[str, Any]]]:
        """Solve keys and variants as they come (None if the next cannot be named yet); store and yield the answers as they arrive."""
        if shared.neighbour.trail is None:
            shared.neighbour.trail = self.start
        taken: list[str] = []

        def asks() -> Iterator[Any]:
            for pair in pairs:
                if pair is None:
                    yield WAIT
                else:
                    taken.append(pair[0])
                    yield pair[1]

        with _bar(self.console, total) as advance:
            for place, record in self.pool.map_unordered(solve_one, shared, asks()):
                key = taken[place]
                self.journal.add(key, record)
                advance(key, record)
                yield key, record


def run_items(
    function: Callable[[Any, Any], Any], shared: Any, items: Mapping[str, Any], pool: Workers, journal: Journal, console: Console
) -> dict[str, Any]:
    """Results of a function over items by key; only those missing from the journal are computed, with progress."""
    left = [key for key in items if key not in journal.done]
    _tell_taken(console, len(items), len(left))
    if left:
        with _bar(console, len(left)) as advance:
            for place, result in pool.map_unordered(function, shared, [items[key] for key in left]):
                journal.add(left[place], result)
                advance(left[place], result)
    return {key: journal.done[key] for key in items}


def _tell_taken(console: Console, all_items: int, left: int) -> None:
    if left < all_items and all_items > 1:
        console.print(
            say(f"  {all_items - left} of {all_items} solves were done before", f"  {all_items} 次求解中沿用已完成的 {all_items - left} 次")
        )


@contextmanager
def _bar(console: Console, total: int | None) -> Iterator[Callable[[str, dict], None]]:
    """Progress of solves; infeasible ones stay on the screen. Without a terminal a line tells it, at most every `TOLD_EVERY_S`."""
    reported = TextColumn("{task.description}", markup=False)
    columns = (reported, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(say("solves", "求解"), total=total)
        done, told = 0, time.monotonic()

        def advance(key: str, result: dict) -> None:
            nonlocal done, told
            bar.advance(task)
            done += 1
            if not console.is_terminal and time.monotonic() - told >= TOLD_EVERY_S:
                told = time.monotonic()
                console.print(say(f"  {done} of {total or '?'} solves done", f"  已完成 {done}/{total or '?'} 次求解"), highlight=False)
            if result.get("impossible"):
                console.print(f"{key}: {why(result)}", highlight=False, style="yellow")

        yield advance
