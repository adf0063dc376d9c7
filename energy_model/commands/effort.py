"""Time and memory of an analysis: told before they are spent, asked where they are long, recorded for the next."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from energy_model.commands.shared import EXIT_INPUT, out, stop
from energy_model.language import say

if TYPE_CHECKING:
    from energy_model.analyses.changed_inputs import Job
    from energy_model.commands.question import Question
    from energy_model.journal import Journal
    from energy_model.results.records import Records, Size

LONG_S = 3600.0
"""What is foreseen to take longer asks first."""


@contextmanager
def foreseen(question: Question, job: Job, solves: int, journal: Journal | None = None, nonzeros: int = 0) -> Iterator[None]:
    """Around the solves of an analysis: tells their number, time and memory, asks where it is long, and records what they took.

    Parameters
    ----------
    question : Question
    job : Job
    solves : int
        The most that there may be.
    journal : Journal, optional
        Those it has are not solved again.
    nonzeros : int
        Of the LP, where it is built already.
    """
    from energy_model.api.asking import require_memory
    from energy_model.precheck.size import predicted, predicted_minutes
    from energy_model.results.records import Records, Size
    from energy_model.results.stages import in_words
    from energy_model.solving.memory import Size as Arrays

    known = len(journal.done) if journal else 0
    left = max(0, solves - known)
    records, size = Records(question.results), Size(job.horizon.hours, exact=job.exact, job=question.name)
    if nonzeros:
        gb, minutes = Arrays(0, nonzeros).peak_gb, predicted_minutes(nonzeros)
    else:
        figures = predicted(job.study, job.horizon, job.weather).figures
        gb, minutes = float(figures["memory_gb"]), float(figures["minutes"])
    count = 1 if question.scheduler else question.workers
    require_memory(count, gb)
    recorded = _seconds_each(records, size)
    each = recorded or 60 * minutes
    total = each * math.ceil(left / count)
    if left:
        by_size = say("by size, within a factor of two", "按规模估算，误差可达一倍")
        source = say("by earlier runs here", "据本机记录") if recorded else by_size
        out.print(
            say(
                f"  up to {left} solves of about {in_words(each)} and {gb:z.1f} GB: at most about {in_words(total)} ({source})",
                f"  最多 {left} 次求解，每次约 {in_words(each)}、{gb:z.1f} GB，共至多约 {in_words(total)}（{source}）",
            ),
            highlight=False,
        )
    if total > LONG_S and not question.yes:
        _ask()
    began = time.perf_counter()
    yield
    solved = len(journal.done) - known if journal else solves
    if solved > 0:
        records.add(size, {"solve": (time.perf_counter() - began) * count / solved})


def _seconds_each(records: Records, size: Size) -> float:
    """Seconds of one solve by the records of this analysis, else by those of plans; 0 without any."""
    for job in (size.job, "optimize"):
        found = records.expected(replace(size, job=job))
        if seconds := sum(found.get(stage, 0.0) for stage in ("compile", "solve")):
            return seconds
    return 0.0


def _ask() -> None:
    """Ask whether to solve; stop where nobody can answer."""
    if sys.stdin.isatty():
        typer.confirm(say("Solve?", "开始求解？"), abort=True)
        return
    stop(
        say(
            "This may take more than an hour: add --yes, or take a quick look with --solve-horizon weeks:4. Finished solves are kept, so "
            "that an interrupted run resumes.",
            "预计超过一小时：请加 --yes，或以 --solve-horizon weeks:4 先作速览。已完成的求解会保留，中断后可续算。",
        ),
        EXIT_INPUT,
    )
