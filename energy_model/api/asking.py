"""A question about a finished plan: its study solved again with something changed, and tables added to the result."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import pandas as pd
from rich.console import Console

from energy_model.analyses.changed_inputs import Job
from energy_model.analyses.exports import study_of
from energy_model.analyses.variant_runner import VariantRunner
from energy_model.api.progress import Progress, told
from energy_model.errors import EnergyModelError
from energy_model.journal import Journal
from energy_model.language import say
from energy_model.precheck.size import predicted
from energy_model.report.page.study_page import write_study_page
from energy_model.report.workbook.result_workbook import write_workbooks
from energy_model.results import folders, store
from energy_model.results.fingerprint import program_digest, run_fingerprint, weather_digest
from energy_model.results.start import neighbour_of
from energy_model.solving.build import Problem
from energy_model.solving.memory import usable_gb
from energy_model.study.horizon import Horizon, solves_named
from energy_model.weather.store import ensure_year
from energy_model.workers import workers


class QuestionError(EnergyModelError):
    """A question that cannot be asked like this: the message says what may be."""


class Solving(TypedDict, total=False):
    """How the plans of a question are solved.

    Attributes
    ----------
    horizon : str
        Of each solve, ``weeks:N`` for a quick look; default: that of the plan.
    exact : bool
    threads : int
        Of each solve; 0 shares the cores among the workers.
    workers : int
        Solves at once.
    scheduler : str
        Address of a Dask cluster whose workers are taken instead.
    progress : callable
        Called with each line of progress.
    """

    horizon: str | None
    exact: bool
    threads: int
    workers: int
    scheduler: str | None
    progress: Progress | None


Foresee = Callable[[Job, int, Journal | None, int], AbstractContextManager[None]]
"""Context around the solves of a question: job, the most solves there may be, journal, nonzeros of the LP if it is built."""


def unforeseen(job: Job, solves: int, journal: Journal | None, nonzeros: int) -> AbstractContextManager[None]:
    """Nothing is told or asked before the solves."""
    return nullcontext()


@dataclass(frozen=True)
class Asked:
    """A question under way.

    Attributes
    ----------
    name : str
        Of its journal.
    folder : Path
        Of the result.
    job : Job
        Study, horizon and options of the solves.
    console : Console
    workers : int
    scheduler : str or None
    foresee : callable
        Context around the solves, given the job, their number, the journal and the nonzeros of the LP.
    pages : bool
        Whether study page and workbooks are written again; otherwise only those that are there.
    """

    name: str
    folder: Path
    job: Job
    console: Console
    workers: int = 1
    scheduler: str | None = None
    foresee: Foresee = unforeseen
    pages: bool = False

    def journal(self, more: dict, name: str = "") -> Journal:
        """Journal of the question, or under another name; begun again when inputs, weather, program or options have changed."""
        return journal_of(self.folder, name or self.name, self.job, more, self.console)

    @contextmanager
    def runner(self, **more: object) -> Iterator[VariantRunner]:
        """Solver of variants of the plan; its journal also depends on `more`."""
        journal = self.journal(more)
        with workers(self.workers, self.scheduler) as pool:
            yield VariantRunner(pool, journal, self.console, self.job.neighbour.trail)

    def foreseen(self, solves: int, journal: Journal | None = None, problem: Problem | None = None) -> AbstractContextManager[None]:
        """Around solves, of which there may be so many."""
        return self.foresee(self.job, solves, journal, int(problem.lp.matrix.nnz) if problem else 0)

    def publish(self, tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
        """Add tables to the result; returns them."""
        add_tables(self.folder, tables, self.pages)
        return tables

    def about(self) -> dict[str, str]:
        """Horizon and weather of the solves, columns of most tables."""
        return {"horizon": str(self.job.horizon), "weather": self.job.study.settings.weather.year}


@contextmanager
def asked(
    name: str,
    folder: Path,
    places: tuple[Path, Path],
    options: Solving,
    console: Console | None = None,
    foresee: Foresee = unforeseen,
) -> Iterator[Asked]:
    """Open a result for a question.

    Parameters
    ----------
    name : str
    folder : Path
        Result folder.
    places : (Path, Path)
        Folders of inputs and weather that it was made from.
    options : Solving
    console : Console, optional
        In place of ``options["progress"]``.
    foresee : callable, optional
        Context around the solves.

    Raises
    ------
    HorizonError, InputErrors, StoreError
    SweepError
        When an input has changed since the result was made.
    QuestionError
        When solves at once would not fit the memory.
    """
    manifest, (inputs, weather) = store.read_manifest(folder), places
    study = study_of(inputs, manifest["scenario"], manifest, folder)
    span = Horizon.parse(options.get("horizon") or manifest["horizon"])
    heard = told(options.get("progress")) if console is None else console
    scheduler = options.get("scheduler")
    count = 1 if scheduler else options.get("workers", 1)
    if foresee is unforeseen and count > 1:
        require_memory(count, float(predicted(study, span, weather).figures["memory_gb"]))
    each = options.get("threads", 0) or max(1, (os.cpu_count() or 1) // count)
    spoken = solves_named(str(span))
    heard.print(say(f"Horizon of each solve: {spoken.en}", f"每次求解的时段：{spoken.zh}"), highlight=False)
    job = Job(study, span, weather, options.get("exact", False), each, neighbour_of(folder))
    yield Asked(name, folder, job, heard, options.get("workers", 1), scheduler, foresee, console is not None)


def require_memory(count: int, each_gb: float) -> None:
    """Refuse so many solves at once if they would not fit.

    Raises
    ------
    QuestionError
    """
    if count > 1 and (need := count * each_gb) > (have := usable_gb()):
        raise QuestionError(
            say(
                f"{count} simultaneous solves need about {need:z.1f} GB, and {have:z.1f} GB are available: use fewer --workers.",
                f"同时求解 {count} 个约需内存 {need:z.1f} GB，可用 {have:z.1f} GB：请减小 --workers。",
            )
        )


def add_tables(folder: Path, tables: dict[str, pd.DataFrame], pages: bool = True) -> list[Path]:
    """Add tables to a result and write its workbooks and study page again, all together or not at all; returns what was written.

    Parameters
    ----------
    folder : Path
    tables : dict of str to DataFrame
    pages : bool
        False: only those of the workbooks and pages that are there.
    """
    with folders.amended_folder(folder) as amended:
        written = store.write_tables(tables, amended)
        if pages or (folder / "tables.xlsx").exists():
            written += write_workbooks(amended)
        if pages or (folder / "report.html").exists():
            written += write_study_page(amended)
    return [folder / path.relative_to(amended) for path in written]


def journal_of(folder: Path, name: str, job: Job, more: dict, console: Console) -> Journal:
    """Journal of an analysis of a result; started again when inputs, weather, program or solve options have changed."""
    weather_year = ensure_year(job.study.settings.weather.year, job.weather)
    made_by = {
        "run": run_fingerprint(job.study, weather_digest(weather_year), job.horizon, job.exact),
        "analyses": program_digest(("analyses",)),
    }
    journal = Journal(folder / f"{name}.jsonl", made_by | more)
    if journal.renewed:
        console.print(
            say(
                f"{journal.path.name} belongs to other inputs or another analysis: starting again",
                f"{journal.path.name} 属于其他输入或其他问题，重新开始",
            ),
            style="yellow",
        )
    return journal
