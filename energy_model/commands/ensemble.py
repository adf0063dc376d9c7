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
    done,
    guarded,
    out,
    read_years,
    solver_errors,
    stop,
)
from energy_model.language import language, say
from energy_model.report.shown_units import figure, row_unit, shown_unit

if TYPE_CHECKING:
    import pandas as pd

    from energy_model.case import Case
    from energy_model.plans.ensemble_solve import Ensemble
Years = Annotated[str, typer.Option("--weather-years")]
Unseen = Annotated[str, typer.Option("--unseen")]
Gap = Annotated[float, typer.Option("--gap", min=1e-7, max=0.1)]
CvarWeight = Annotated[float, typer.Option("--cvar-weight", min=0.0, max=1.0)]
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
        from energy_model.case import Case

        case, asked = Case(inputs, scenario, span, results, weather), read_ensemble(years, unseen, gap, cvar_weight, cvar_level)
        solve_and_show(case, asked, count, scheduler, anew, certified_gap if certify else None)


def read_ensemble(years: str, unseen: str, gap: float, cvar_weight: float = 0.0, cvar_level: float = 0.9) -> Ensemble:
    """Weather years of an ensemble, from the options of a command."""
    from energy_model.plans.ensemble_solve import Ensemble
    from energy_model.solving.risk import Risk

    return Ensemble(tuple(read_years(years)), tuple(read_years(unseen)), Risk(cvar_weight, cvar_level), gap)


def solve_and_show(
    case: Case, asked: Ensemble, count: int | None, scheduler: str | None, anew: bool, certified_gap: float | None = None
) -> None:
    """Solve an ensemble, show its figures and, with `certified_gap`, certify its typical weeks."""
    from energy_model.plans.ensemble import EnsembleError, ensemble_folder, solve_ensemble
    from energy_model.solving.shared_capacity import DecompositionError
    from energy_model.solving.yearly_dispatch import DispatchError
    from energy_model.workers import WorkerError

    if certified_gap is not None:
        _require_certifiable(case, asked, count, scheduler)
    with making(ensemble_folder(case)):
        try:
            plan = solve_ensemble(case, asked, out, count, scheduler, again=anew)
        except (EnsembleError, WorkerError, DecompositionError) as fault:
            stop(str(fault), EXIT_INPUT)
        except DispatchError as fault:
            stop(str(fault), EXIT_SOLVE)
    if plan.stands:
        tell_standing(plan.stands)
    _show(plan.summary)
    done(plan.folder)
    if certified_gap is not None:
        _certify(plan.folder, case, certified_gap, count, scheduler)


def _require_certifiable(case: Case, asked: Ensemble, count: int | None, scheduler: str | None) -> None:
    from energy_model.analyses.ensemble_certificate import EnsembleCertificateError, require_certifiable

    here = 1 if scheduler else count or os.cpu_count() or 1  # workers elsewhere are held to their own memory
    try:
        require_certifiable(case, asked, here, out)
    except EnsembleCertificateError as fault:
        stop(str(fault), EXIT_INPUT)


def _certify(folder: Path, case: Case, gap: float, count: int | None, scheduler: str | None) -> None:
    """Certify a finished plan, and set the exit code if its weeks do not suffice."""
    from energy_model.analyses.ensemble_certificate import certify_ensemble
    from energy_model.results.week_certificate import sentence
    from energy_model.workers import WorkerError, workers

    try:
        with solver_errors(), workers(count, scheduler) as pool:
            found = certify_ensemble(folder, case.inputs, case.weather, gap, pool, out)
    except WorkerError as fault:
        stop(str(fault), EXIT_INPUT)
    money = shown_unit("MCNY/a", language()).words
    head = (
        say("weather year", "气象年"),
        f"{say('typical weeks', '典型周')} {money}",
        f"{say('all hours', '逐时')} {money}",
        f"{say('priced lower bound', '按价下界')} {money}",
        f"{say('export', '外送电量')} {shown_unit('GWh', language()).words}",
        say("curtailment, %", "弃风弃光率，%"),
    )
    shown = Table(*head, title=f"{found.weeks} → {found.whole}")
    for r in found.table().itertuples():
        costs = ("–" if v != v else figure(v, "MCNY", language(), 1) for v in (r.weeks_mcny, r.whole_mcny, r.priced_bound_mcny))
        shown.add_row(r.weather_year, *costs, figure(r.export_gwh, "GWh", language(), 0), f"{100 * r.curtailed_share:z.1f}")
    out.print(shown)
    _show(found.summary())
    words = sentence(found.as_dict())
    if found.verdict != "suffice":
        stop(words.shown, EXIT_CERTIFICATE)
    out.print(words.shown, highlight=False, style="green")


def _show(summary: pd.DataFrame) -> None:
    from energy_model.labels import label

    shown = Table(say("figure", "指标"), say("value", "数值"), say("unit", "单位"))
    for code, value, own in summary.itertuples(index=False):
        text = "–" if value != value else figure(value, own, language(), 2) if own in ("MCNY", "GWh") else f"{value:.4g}"
        shown.add_row(label("ensemble", code).shown, text, row_unit(own, False, language()).words)
    out.print(shown)
