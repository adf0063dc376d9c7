"""A batch of runs: its members, which are finished already, and whether concurrent runs fit the machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from rich.console import Console

from energy_model.errors import EnergyModelError
from energy_model.invocation import command
from energy_model.language import say
from energy_model.plans.standing import PAGES
from energy_model.precheck.size import predicted_gb
from energy_model.results.fingerprint import run_fingerprint, weather_digest
from energy_model.results.runs import figures, run_table
from energy_model.results.store import StoreError, read_manifest
from energy_model.solving.memory import BASE_GB, usable_gb
from energy_model.study.combination import AT
from energy_model.study.errors import InputErrors
from energy_model.study.horizon import Horizon
from energy_model.study.load import load_study
from energy_model.study.study import Study
from energy_model.weather.errors import WeatherError
from energy_model.weather.store import ensure_year


class BatchError(EnergyModelError):
    """The batch cannot start; the message gives the reason."""


@dataclass
class Run:
    """One run of a batch.

    Attributes
    ----------
    name : str
        Scenario with overlays and weather year.
    horizon : Horizon
    folder : Path
        Its result folder.
    study : Study or None
        None where its inputs are wrong.
    fingerprint : str
        Fingerprint of a current result.
    pages : bool
        Whether it must have pages to be finished.
    status : {"waiting", "running", "solved", "kept", "failed", "stopped"}
    reason : str
        Why it failed.
    figures : dict
        Figures of the result, read once.
    """

    name: str
    horizon: Horizon
    folder: Path
    study: Study | None = None
    fingerprint: str = ""
    pages: bool = True
    status: str = "waiting"
    reason: str = ""
    figures: dict[str, float | str] = field(default_factory=dict)

    def finished(self) -> bool:
        """Whether the result exists, complete, for the same inputs, weather and program."""
        if not all((self.folder / name).is_file() for name in ("manifest.json", *(PAGES if self.pages else ()))):
            return False
        try:
            return read_manifest(self.folder).get("run_sha256") == self.fingerprint
        except StoreError:
            return False

    def row(self) -> dict:
        """Its row in the table of the batch."""
        scenario, _, weather = self.name.partition(AT)
        own: dict[str, float | str] = {"run": self.folder.name, "scenario": scenario, "weather": weather}
        own |= {"horizon": str(self.horizon), "status": self.status}
        if self.study is not None:
            own["weather"] = self.study.settings.weather.year
        if self.status in ("solved", "kept") and not self.figures:
            self.figures = figures(self.folder)
        return own | self.figures | {"reason": self.reason}


@dataclass(frozen=True)
class Batch:
    """The runs of a batch, and their options.

    Attributes
    ----------
    runs : list of Run
    results : Path
    name : str
        Folder of the table inside `results`.
    workers : int
        Runs at once.
    command : callable
        Command line of a run.
    console : Console
    """

    runs: list[Run]
    results: Path
    name: str
    workers: int
    command: Callable[[Run], list[str]]
    console: Console
    logs: Path = field(init=False)

    def __post_init__(self) -> None:
        """Set the folder for the output of the runs."""
        object.__setattr__(self, "logs", self.results / f".{self.name}-logs")

    @property
    def target(self) -> Path:
        """Folder of the table."""
        return self.results / self.name

    def table(self) -> pd.DataFrame:
        """The table of the runs so far."""
        return run_table([r.row() for r in self.runs])


def plan_runs(
    inputs: Path, names: list[str], horizons: list[Horizon], weather: Path, results: Path, exact: bool, pages: bool = True
) -> list[Run]:
    """Read every study and find existing results; a study with input errors becomes a failed run."""
    runs, studies, digests = [], dict[str, Study | str](), dict[str, str]()
    for name in names:
        studies[name] = _study(inputs, name)
        for horizon in horizons:
            run = Run(name, horizon, results / horizon.folder(name), pages=pages)
            runs.append(run)
            study = studies[name]
            if isinstance(study, str):
                run.status, run.reason = "failed", study
                continue
            run.study = study
            year = study.settings.weather.year
            try:
                if year not in digests:
                    digests[year] = weather_digest(ensure_year(year, weather))
            except WeatherError as fault:
                run.status, run.reason = "failed", str(fault)
                continue
            run.fingerprint = run_fingerprint(study, digests[year], horizon, exact)
            if run.finished():
                run.status = "kept"
    return runs


def _study(inputs: Path, name: str) -> Study | str:
    try:
        study = load_study(inputs, name)
    except InputErrors as fault:
        return str(fault).splitlines()[0] + (
            say(f" (and {len(fault.errors) - 1} more)", f"（另有 {len(fault.errors) - 1} 处）") if len(fault.errors) > 1 else ""
        )
    if study.settings.pathway.years:
        return say(
            f"it is a pathway of several years: {command('pathway', scenario=name)}", f"是多年路径：{command('pathway', scenario=name)}"
        )
    return study


def require_memory(runs: list[Run], workers: int, weather: Path) -> float:
    """Predicted memory of the concurrent runs [GB].

    Raises
    ------
    BatchError
        When the machine has less.
    """
    sizes: dict[tuple[tuple[str, ...], Horizon], float] = {}
    waiting = [r for r in runs if r.status == "waiting" and r.study is not None]
    for r in waiting:
        assert r.study is not None
        key = r.study.scenario.files, r.horizon  # the weather year does not change the size
        if key not in sizes:
            sizes[key] = predicted_gb(r.study, r.horizon, weather)
    each = sorted((sizes[r.study.scenario.files, r.horizon] for r in waiting if r.study is not None), reverse=True)
    need, have = BASE_GB + sum(each[:workers]), usable_gb()  # the batch itself is a program too
    if need > have:
        fit = max((n for n in range(1, workers) if BASE_GB + sum(each[:n]) <= have), default=0)
        advice, zh = (f"take --workers {fit}", f"请用 --workers {fit}") if fit else ("take typical weeks", "请改用典型周")
        raise BatchError(
            say(
                f"{min(workers, len(each))} runs at the same time need about {need:z.1f} GB, and {have:z.1f} GB of "
                f"this machine may be used: {advice}.",
                f"{min(workers, len(each))} 个同时计算约需 {need:z.1f} GB 内存，本机可用 {have:z.1f} GB：{zh}。",
            )
        )
    return need
