"""What commands share that solve a finished plan again and add tables to its result."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from energy_model.commands.naming import finished_result
from energy_model.commands.running import adding
from energy_model.commands.shared import EXIT_INPUT, guarded, out, read_horizon, solver_errors, stop

if TYPE_CHECKING:
    import pandas as pd

    from energy_model.journal import Journal
    from energy_model.questions.changed_inputs import Job
    from energy_model.questions.variants import Bench
    from energy_model.study.horizon import Horizon
    from energy_model.study.study import Study


Count = Annotated[int, typer.Option("--workers", min=1)]
Solves = Annotated[str, typer.Option("--solve-horizon")]


@contextmanager
def sweeping(
    name: str, inputs: Path, scenario: str, horizon: str | None, solve: str, results: Path
) -> Iterator[tuple[Study, Path, Horizon]]:
    """Study, result folder and horizon of the solves of the question `name`; faults in plain words."""
    with guarded():
        span = read_horizon(solve)
        folder, scenario, _ = finished_result(results, scenario, horizon, inputs)
        from energy_model.questions.exports import SweepError, study_of
        from energy_model.report.outputs import require_shown
        from energy_model.results.store import read_manifest

        require_shown(folder)
        try:
            with adding(folder, name), solver_errors():
                yield study_of(inputs, scenario, read_manifest(folder), folder), folder, span
        except SweepError as fault:
            stop(str(fault), EXIT_INPUT)


def keep(folder: Path, tables: dict[str, pd.DataFrame]) -> None:
    """Add tables to a result and write its workbooks and study page again, all of it or nothing."""
    from energy_model.report.console.tables import console_table
    from energy_model.report.page.study_page import write_study_page
    from energy_model.report.workbook.result_workbook import write_workbooks
    from energy_model.results import contract, store

    with store.amended_folder(folder) as amended:
        written = [*store.write_tables(tables, amended), *write_workbooks(amended), *write_study_page(amended)]
    for name, table in tables.items():
        if contract.console_columns(name):
            out.print(console_table(name, table))
    for path in written:
        out.print(f"  {folder / path.relative_to(amended)}")


@contextmanager
def asking(
    name: str, inputs: Path, scenario: str, horizon: str | None, solve: str, results: Path, weather: Path, exact: bool, threads: int,
    count: int,
) -> Iterator[tuple[Job, Path]]:  # fmt: skip
    """What is to be solved for the question `name`, and the result folder; faults in plain words."""
    import os

    with sweeping(name, inputs, scenario, horizon, solve, results) as (study, folder, span):
        from energy_model.precheck.precheck import predicted_gb
        from energy_model.questions.changed_inputs import Job
        from energy_model.questions.sensitivity import ImpossibleBaseError
        from energy_model.solving.memory import usable_gb
        from energy_model.workers import WorkerError

        if count > 1 and (need := count * predicted_gb(study, span, weather)) > (have := usable_gb()):
            stop(f"{count} solves at once need about {need:z.1f} GB, and {have:z.1f} are there 内存不足: fewer --workers.", EXIT_INPUT)
        each = threads or max(1, (os.cpu_count() or 1) // count)
        try:
            yield Job(study, span, weather, exact, each), folder
        except (ImpossibleBaseError, WorkerError) as fault:
            stop(str(fault), EXIT_INPUT)


def journal_of(folder: Path, name: str, job: Job, more: dict) -> Journal:
    """Journal of a study of a result; begun anew when inputs, weather, program or the way of solving have changed."""
    from energy_model.journal import Journal
    from energy_model.results.fingerprint import program_digest, run_fingerprint, weather_digest
    from energy_model.weather.store import ensure_year

    air = weather_digest(ensure_year(job.study.settings.weather.year, job.weather))
    made_by = {"run": run_fingerprint(job.study, air, job.horizon, job.exact), "questions": program_digest(("questions",))}
    journal = Journal(folder / f"{name}.jsonl", made_by | more)
    if journal.renewed:
        out.print(f"{journal.path.name} was of other inputs or another question: begun anew 输入或问题已变，重新开始", style="yellow")
    return journal


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
