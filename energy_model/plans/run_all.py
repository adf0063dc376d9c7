"""A batch of runs: scenarios times weather years times horizons, each in its own process, resumable, collected in one table.

One process per run releases all memory when the run ends, and a crashed run does not affect the others.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from energy_model.ending import PATIENCE_S
from energy_model.labels import label
from energy_model.language import say
from energy_model.plans.batch import Batch, Run
from energy_model.report.comparison.batch import write_runs
from energy_model.results.folders import exclusive

POLL_S = 0.1
LONGEST_REASON = 400


def run_batch(batch: Batch) -> pd.DataFrame:
    """Carry out the missing runs, and write the table again after every run.

    Raises
    ------
    KeyboardInterrupt
        After the runs at work were ended and the table was written.
    StoreError
        When another batch holds the same table.
    """
    with exclusive(batch.target):
        batch.logs.mkdir(parents=True, exist_ok=True)
        try:
            with _progress(batch) as told:
                _work(batch, told)
        finally:
            write_runs(batch.table(), batch.target)
        if not any(batch.logs.iterdir()):
            shutil.rmtree(batch.logs)
    return batch.table()


def _work(batch: Batch, told: Callable[[Run], None]) -> None:
    waiting = [r for r in batch.runs if r.status == "waiting"]
    running: dict[subprocess.Popen, Run] = {}
    try:
        while waiting or running:
            while waiting and len(running) < batch.workers:
                run = waiting.pop(0)
                running[_start(batch, run)] = run
                run.status = "running"
                told(run)
            ended = [p for p in running if p.poll() is not None]
            for process in ended:
                run = running.pop(process)
                _close(batch, run, process.returncode)
                told(run)
                write_runs(batch.table(), batch.target)
            if not ended:
                time.sleep(POLL_S)
    finally:
        for process, run in running.items():
            process.terminate()
            run.status = "stopped"
        for process in running:
            try:
                process.wait(PATIENCE_S / 2)
            except subprocess.TimeoutExpired:
                process.kill()


def _start(batch: Batch, run: Run) -> subprocess.Popen:
    log, errors = _log(batch, run)
    with log.open("wb") as out, errors.open("wb") as err:
        return subprocess.Popen(batch.command(run), stdout=out, stderr=err, stdin=subprocess.DEVNULL)


def _log(batch: Batch, run: Run) -> tuple[Path, Path]:
    return batch.logs / f"{run.folder.name}.log", batch.logs / f"{run.folder.name}.err"


def _close(batch: Batch, run: Run, code: int) -> None:
    """Status of a finished run; its output is kept if it failed."""
    log, errors = _log(batch, run)
    if code == 0 and run.finished():
        run.status = "solved"
        log.unlink()
        errors.unlink()
        return
    run.status = "failed"
    said = " ".join(errors.read_text(encoding="utf-8", errors="replace").split())[:LONGEST_REASON]
    if code < 0:
        said = say(f"ended by signal {-code}, perhaps out of memory. {said}", f"被信号 {-code} 终止，可能内存不足。{said}")
    elif code == 0:
        said = say("inputs or program changed while it ran", "计算期间输入或程序有变动")
    run.reason = said or say(f"exit code {code}; see {log}", f"退出码 {code}；见 {log}")


@contextmanager
def _progress(batch: Batch) -> Iterator[Callable[[Run], None]]:
    """Progress bar of the batch and a line for each running run; without a terminal, a line for each finished run."""
    console, tasks = batch.console, {}
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        left = sum(r.status == "waiting" for r in batch.runs)
        whole = bar.add_task(say("runs", "计算"), total=left)

        def told(run: Run) -> None:
            if run.status == "running":
                tasks[run.folder] = bar.add_task(run.folder.name, total=1)
                return
            bar.remove_task(tasks.pop(run.folder))
            bar.advance(whole)
            colour = {"solved": "green", "failed": "red"}[run.status]
            console.print(f"{label('run_status', run.status).shown} {run.folder.name} {run.reason}", style=colour, highlight=False)

        yield told


def command_of(
    inputs: Path, results: Path, weather: Path, exact: bool, workers: int, minutes: float | None, pages: bool
) -> Callable[[Run], list[str]]:
    """Command line of a run: `optimize`, with its share of the processor."""
    threads = max(1, (os.cpu_count() or 1) // workers)
    options = ["--inputs", str(inputs), "--results", str(results), "--weather", str(weather), "--threads", str(threads)]
    options += ["--exact"] if exact else []
    options += [] if pages else ["--no-pages"]
    options += [] if minutes is None else ["--time-limit", str(minutes)]
    program = [sys.executable, "-m", "energy_model", "optimize"]
    return lambda run: [*program, "--scenario", run.name, "--horizon", str(run.horizon), *options]
