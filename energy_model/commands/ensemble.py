"""Plan for many weather years: ensemble."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from energy_model.commands.naming import read_case
from energy_model.commands.running import Anew, making, tell_standing
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_SCENARIO,
    DEFAULT_WEATHER,
    EXIT_CERTIFICATE,
    EXIT_INPUT,
    EXIT_SOLVE,
    CertifiedGap,
    Inputs,
    Results,
    Scenario,
    Scheduler,
    Weather,
    guarded,
    out,
    read_years,
    solver_errors,
    stop,
)

if TYPE_CHECKING:
    import pandas as pd

    from energy_model.study.horizon import Horizon
Years = Annotated[str, typer.Option("--weather-years")]
Unseen = Annotated[str, typer.Option("--unseen")]
Gap = Annotated[float, typer.Option("--gap", min=1e-7, max=0.1)]
CvarWeight = Annotated[float, typer.Option("--cvar-weight", min=0.0, max=1.0)]
How = Annotated[str, typer.Option("--method")]
Certify = Annotated[bool, typer.Option("--certify")]
CvarLevel = Annotated[float, typer.Option("--cvar-level", min=0.0, max=0.99)]


def ensemble(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Scenario = DEFAULT_SCENARIO,
    horizon: Annotated[str | None, typer.Option("--horizon", show_default="weeks:2")] = None,
    years: Years = "variable-1..5",
    unseen: Unseen = "",
    cvar_weight: CvarWeight = 0.0,
    cvar_level: CvarLevel = 0.9,
    gap: Gap = 1e-4,
    method: How = "auto",
    certify: Certify = False,
    certified_gap: CertifiedGap = 0.01,
    count: Annotated[int | None, typer.Option("--workers", min=1)] = None,
    scheduler: Scheduler = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    anew: Anew = False,
) -> None:
    """One plan for many weather years: expected cost, risk, test on unseen years."""
    with guarded():
        scenario, span = read_case(inputs, scenario, horizon, "weeks:2")
        asked = certified_gap if certify else None
        solve_and_show(
            inputs, scenario, span, years, unseen, cvar_weight, cvar_level, gap, count, scheduler, results, weather, anew, method, asked
        )


def solve_and_show(
    inputs: Path,
    scenario: str,
    span: Horizon,
    years: str,
    unseen: str,
    cvar_weight: float,
    cvar_level: float,
    gap: float,
    count: int | None,
    scheduler: str | None,
    results: Path,
    weather: Path,
    anew: bool,
    method: str = "auto",
    certified_gap: float | None = None,
) -> None:
    """Solve an ensemble, show its figures and, with `certified_gap`, certify its typical weeks."""
    from energy_model.plans.ensemble import METHODS, EnsembleError, ensemble_folder, solve_ensemble
    from energy_model.solving.benders import CutFileError, Risk, StalledError
    from energy_model.solving.shared_capacity import DecompositionError
    from energy_model.solving.yearly_dispatch import DispatchError
    from energy_model.workers import WorkerError

    if method not in METHODS:
        stop(f"There is no method '{method}' 没有该方法. Known 可选: {', '.join(METHODS)}.", EXIT_INPUT)
    if certified_gap is not None:
        _require_certifiable(inputs, scenario, span, weather, method, cvar_weight, count, scheduler)
        method = "joined"
    with making(ensemble_folder(results, scenario, span)):
        try:
            plan = solve_ensemble(
                inputs,
                scenario,
                span,
                read_years(years),
                read_years(unseen),
                results,
                weather,
                out,
                risk=Risk(cvar_weight, cvar_level),
                gap=gap,
                count=count,
                scheduler=scheduler,
                method=method,  # type: ignore[arg-type]
                again=anew,
            )
        except (EnsembleError, WorkerError, CutFileError, DecompositionError) as fault:
            stop(str(fault), EXIT_INPUT)
        except (DispatchError, StalledError) as fault:
            stop(str(fault), EXIT_SOLVE)
    if plan.stands:
        tell_standing(plan.stands)
    _show(plan.summary)
    out.print(f"Done 完成: {plan.folder}", style="green")
    if certified_gap is not None:
        _certify(plan.folder, inputs, weather, certified_gap, count, scheduler)


def _require_certifiable(
    inputs: Path, scenario: str, span: Horizon, weather: Path, method: str, cvar_weight: float, count: int | None, scheduler: str | None
) -> None:
    from energy_model.questions.ensemble_certificate import EnsembleCertificateError, require_certifiable

    here = 1 if scheduler else count or os.cpu_count() or 1  # workers elsewhere are held to their own memory
    try:
        require_certifiable(inputs, scenario, span, weather, method, cvar_weight, here, out)
    except EnsembleCertificateError as fault:
        stop(str(fault), EXIT_INPUT)


def _certify(folder: Path, inputs: Path, weather: Path, gap: float, count: int | None, scheduler: str | None) -> None:
    """Certify a finished plan, and end with an exit code where its weeks do not suffice."""
    from energy_model.questions.ensemble_certificate import certify_ensemble
    from energy_model.results.week_certificate import sentence
    from energy_model.workers import WorkerError, workers

    try:
        with solver_errors(), workers(count, scheduler) as pool:
            found = certify_ensemble(folder, inputs, weather, gap, pool, out)
    except WorkerError as fault:
        stop(str(fault), EXIT_INPUT)
    head = ("year 气象年", "weeks 典型周", "all hours 逐时", "bound at its prices 按价下界 MCNY/a", "export 外送 GWh", "curtailed 弃电 %")
    shown = Table(*head, title=f"{found.weeks} → {found.whole}")
    for r in found.table().itertuples():
        costs = ("–" if v != v else f"{v:z,.1f}" for v in (r.weeks_mcny, r.whole_mcny, r.priced_bound_mcny))
        shown.add_row(r.weather_year, *costs, f"{r.export_gwh:z,.0f}", f"{100 * r.curtailed_share:z.1f}")
    out.print(shown)
    _show(found.summary())
    words = sentence(found.as_dict())
    if found.verdict != "suffice":
        stop(f"{words.en} {words.zh}", EXIT_CERTIFICATE)
    out.print(f"{words.en} {words.zh}", highlight=False, style="green")


def _show(summary: pd.DataFrame) -> None:
    from energy_model.labels import label

    shown = Table("figure 指标", "value 数值", "unit 单位")
    for figure, value, unit in summary.itertuples(index=False):
        text = "–" if value != value else f"{value:z,.2f}" if unit in ("MCNY", "GWh") else f"{value:.4g}"
        shown.add_row(str(label("ensemble", figure)), text, unit)
    out.print(shown)
