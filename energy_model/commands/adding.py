"""Shared by commands that solve a finished plan again and add tables to its result."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from energy_model.commands.effort import foreseen
from energy_model.commands.naming import finished_result
from energy_model.commands.question import Question
from energy_model.commands.running import adding
from energy_model.commands.shared import EXIT_INPUT, guarded, out, read_horizon, solver_errors, stop
from energy_model.language import say

if TYPE_CHECKING:
    import pandas as pd

    from energy_model.analyses.changed_inputs import Job
    from energy_model.analyses.variant_runner import VariantRunner
    from energy_model.journal import Journal
    from energy_model.solving.build import Problem
    from energy_model.study.horizon import Horizon
    from energy_model.study.study import Study


@contextmanager
def open_result(question: Question) -> Iterator[tuple[Study, Path, Horizon]]:
    """Study and folder of the result, and the horizon of the solves; reports errors in plain words."""
    with guarded():
        asked = question.solve and read_horizon(question.solve)
        folder, scenario, own = finished_result(question.results, question.scenario, question.horizon, question.inputs)
        span = asked or own
        from energy_model.analyses.exports import SweepError, study_of
        from energy_model.report.outputs import require_shown
        from energy_model.results.store import read_manifest
        from energy_model.study.horizon import solves_named

        require_shown(folder)
        out.print(
            say(f"Horizon of each solve: {solves_named(str(span)).en}", f"每次求解的时段：{solves_named(str(span)).zh}"), highlight=False
        )
        try:
            with adding(folder, question.name), solver_errors():
                yield study_of(question.inputs, scenario, read_manifest(folder), folder), folder, span
        except SweepError as fault:
            stop(str(fault), EXIT_INPUT)


@contextmanager
def question_run(question: Question) -> Iterator[tuple[Job, Path]]:
    """Job of an analysis, and the result folder; reports errors in plain words."""
    import os

    with open_result(question) as (study, folder, span):
        from energy_model.analyses.changed_inputs import Job
        from energy_model.analyses.sensitivity import ImpossibleBaseError
        from energy_model.results.start import neighbour_of
        from energy_model.workers import WorkerError

        count = 1 if question.scheduler else question.workers
        each = question.threads or max(1, (os.cpu_count() or 1) // count)
        try:
            yield Job(study, span, question.weather, question.exact, each, neighbour_of(folder)), folder
        except (ImpossibleBaseError, WorkerError) as fault:
            stop(str(fault), EXIT_INPUT)


@dataclass(frozen=True)
class VariantRun:
    """Variants of the plan of a result: their basis, their solver, and the destination of their tables."""

    question: Question
    job: Job
    folder: Path
    runner: VariantRunner

    def foreseen(self, solves: int, problem: Problem) -> AbstractContextManager[None]:
        """Around the solves, of which there may be so many: `effort.foreseen`."""
        return foreseen(self.question, self.job, solves, self.runner.journal, int(problem.lp.matrix.nnz))

    def publish(self, tables: dict[str, pd.DataFrame]) -> None:
        """Add tables to the result, with horizon and weather of the solves."""
        about = {"horizon": str(self.job.horizon), "weather": self.job.study.settings.weather.year}
        publish_tables(self.folder, {name: table.assign(**about) for name, table in tables.items()})


@contextmanager
def variant_run(question: Question, **more: object) -> Iterator[VariantRun]:
    """Prepare variants of a plan, with workers and journal; the journal also depends on `more`. Reports errors in plain words."""
    with question_run(question) as (job, folder):
        from energy_model.analyses.variant_runner import VariantRunner
        from energy_model.analyses.variants import VariantError
        from energy_model.workers import workers

        journal = journal_of(folder, question.name, job, more)
        try:
            with workers(question.workers, question.scheduler) as pool:
                yield VariantRun(question, job, folder, VariantRunner(pool, journal, out, job.neighbour.trail))
        except VariantError as fault:
            stop(str(fault), EXIT_INPUT)


def publish_tables(folder: Path, tables: dict[str, pd.DataFrame]) -> None:
    """Add tables to a result and write its workbooks and study page again, all together or not at all."""
    from energy_model.report.console.tables import console_table
    from energy_model.report.page.study_page import write_study_page
    from energy_model.report.workbook.result_workbook import write_workbooks
    from energy_model.results import contract, folders, store

    with folders.amended_folder(folder) as amended:
        written = [*store.write_tables(tables, amended), *write_workbooks(amended), *write_study_page(amended)]
    for name, table in tables.items():
        if contract.console_columns(name):
            out.print(console_table(name, table))
    for path in written:
        out.print(f"  {folder / path.relative_to(amended)}")


def journal_of(folder: Path, name: str, job: Job, more: dict) -> Journal:
    """Journal of an analysis of a result; started again when inputs, weather, program or solve options have changed."""
    from energy_model.journal import Journal
    from energy_model.results.fingerprint import program_digest, run_fingerprint, weather_digest
    from energy_model.weather.store import ensure_year

    weather_year = ensure_year(job.study.settings.weather.year, job.weather)
    made_by = {
        "run": run_fingerprint(job.study, weather_digest(weather_year), job.horizon, job.exact),
        "analyses": program_digest(("analyses",)),
    }
    journal = Journal(folder / f"{name}.jsonl", made_by | more)
    if journal.renewed:
        out.print(
            say(
                f"{journal.path.name} belongs to other inputs or another analysis: starting again",
                f"{journal.path.name} 属于其他输入或其他问题，重新开始",
            ),
            style="yellow",
        )
    return journal
