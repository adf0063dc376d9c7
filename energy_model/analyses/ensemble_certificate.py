"""Upper and lower bound on the cost of a plan for many weather years over all their hours.

Upper bound: every year is dispatched hour by hour at the plan's capacities, and the mean of the costs is the cost of the plan. Lower
bound: each year may choose capacities of its own, but pays for each the saving in that year minus the mean saving over the years. These
prices add up to zero over the years, so they cancel in every plan that the years share, and the mean of the years' bounds is a bound on
all such plans (Lagrangian relaxation of the common decision; Carøe and Schultz 1999, "Dual decomposition in stochastic integer
programming", Operations Research Letters 24). A worker holds one year at a time, whatever the number of years.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console

from energy_model.analyses.variant_runner import run_items
from energy_model.analyses.week_certificate import operate, operating_gb, quantities_of
from energy_model.case import Case
from energy_model.errors import EnergyModelError
from energy_model.journal import Journal
from energy_model.language import say
from energy_model.plans.ensemble_solve import Ensemble
from energy_model.plans.ensemble_years import Setting
from energy_model.report.comparison.ensemble import write_ensemble
from energy_model.results import folders, store
from energy_model.results.dataset import build_dataset
from energy_model.results.ensemble import WHOLE
from energy_model.results.ensemble_certificate import CertifiedYear, EnsembleCertificate
from energy_model.results.fingerprint import program_digest
from energy_model.results.plan_figures import plan_figures
from energy_model.results.stages import Clock
from energy_model.results.week_certificate import row_words, sentence
from energy_model.screen import plain_console
from energy_model.solving.fixed_capacity import Label, bound_below
from energy_model.solving.limits import NO_LIMITS
from energy_model.solving.magnitude import least_mcny
from energy_model.solving.memory import peak_memory_gb, usable_gb
from energy_model.solving.shared_capacity import shared_part
from energy_model.solving.stamp import CAPACITY
from energy_model.study.horizon import Horizon
from energy_model.study.load import load_study
from energy_model.units import MW_PER_GW
from energy_model.workers import Workers


class EnsembleCertificateError(EnergyModelError):
    """A plan that cannot be certified in this way; the message gives the reason."""


def require_certifiable(case: Case, asked: Ensemble, count: int, console: Console) -> None:
    """Refuse, before solving, what cannot be certified, and print the predicted effort.

    Raises
    ------
    EnsembleCertificateError
    """
    if case.horizon.kind != "weeks":
        raise EnsembleCertificateError(
            say(
                f"--certify checks typical weeks; '{case.horizon}' has none: write --horizon weeks:4",
                f"--certify 校核典型周，而 '{case.horizon}' 没有典型周：请写 --horizon weeks:4",
            )
        )
    if asked.risk.weight > 0:
        raise EnsembleCertificateError(
            say(
                "--certify bounds the mean cost: leave out --cvar-weight.",
                "--certify 只校核期望费用：请去掉 --cvar-weight。",
            )
        )
    if (need := count * operating_gb(load_study(case.inputs, case.scenario), case.horizon, case.weather, console)) > (have := usable_gb()):
        raise EnsembleCertificateError(
            say(
                f"{count} workers would need about {need:z.1f} GB of {have:z.1f} GB: use fewer --workers, or certify "
                "a part of the year, such as --horizon weeks:2/hours:1680.",
                f"{count} 个工作进程约需 {need:z.1f} GB，可用 {have:z.1f} GB：请减小 --workers，或只校核部分时段，如 "
                "--horizon weeks:2/hours:1680。",
            )
        )


@dataclass(frozen=True)
class WholeYears:
    """Data shared by the solves of all years.

    Attributes
    ----------
    setting : Setting
        With the whole horizon.
    capacity : dict
        Of the plan [GW, GWh].
    gap : float
        Relative gap to prove.
    """

    setting: Setting
    capacity: Mapping[Label, float]
    gap: float


@dataclass(frozen=True)
class WholeYear:
    """A year to dispatch, and to bound if it has prices.

    Attributes
    ----------
    year : str
    prices : dict, optional
        What each capacity costs the year beside its cost [MCNY/GW, MCNY/GWh]; None for a year that the plan was not made for.
    """

    year: str
    prices: Mapping[Label, float] | None


def prices_of(worth: np.ndarray) -> np.ndarray:
    """Prices of capacity for each year, with mean zero, from its yearly savings, both of shape (years, capacities) [MCNY/GW]."""
    return worth - worth.mean(axis=0)


def certify_year(shared: WholeYears, asked: WholeYear) -> dict[str, Any]:
    """Dispatch one year at the plan's capacities, and bound its cost with capacities of its own at its prices.

    Returns
    -------
    dict
        ``cost_mcny``, ``bound_mcny`` and ``near_mcny`` (None without prices), ``least_mcny``, ``missed`` (words; empty for a plan),
        ``values`` (as `plan_figures`), ``seconds``, ``peak_gb``.

    Raises
    ------
    SolveError, CertificateError
    """
    started, quiet = time.perf_counter(), plain_console(quiet=True)
    problem = shared.setting.problem(asked.year)
    found = operate(problem.lp, shared.capacity, shared.gap, 1, quiet)
    cost = sum(found.accounts.values())
    data = build_dataset(problem, shared.setting.study, found.primal, found.dual)
    missed = row_words(found.missed, quantities_of(shared.setting.study))
    told: dict[str, Any] = {"cost_mcny": cost, "bound_mcny": None, "near_mcny": None, "missed": missed}
    told["least_mcny"] = least_mcny(problem.lp)
    told["values"] = {name: float(v) for name, v in plan_figures(cost, data).items()}
    if asked.prices is not None:
        once, columns, _ = shared_part(problem.lp)
        price = np.array([asked.prices[label] for label in once.labels])
        own, upper = problem.lp.cost.copy(), problem.lp.upper.copy()
        own[columns] += price
        upper[columns] = once.upper
        at_plan = cost + float(price @ found.primal[columns])
        priced = replace(problem.lp, cost=own, upper=upper, assumed=np.union1d(problem.lp.assumed, columns[once.assumed]))
        below = bound_below(priced, at_plan, shared.gap, 1, quiet, NO_LIMITS)
        told |= {"bound_mcny": below.bound, "near_mcny": below.near}
    return told | {"seconds": time.perf_counter() - started, "peak_gb": peak_memory_gb()}


def certify_ensemble(folder: Path, inputs: Path, weather: Path, gap: float, pool: Workers, console: Console) -> EnsembleCertificate:
    """Certify a finished plan of joined typical weeks, and add the certificate to its folder.

    Finished work is kept in ``certificate.jsonl`` beside the result, so that the same command resumes where it stopped.

    Parameters
    ----------
    folder : Path
    inputs, weather : Path
        Those that the plan was made from.
    gap : float
        Relative gap to prove.
    pool : Workers
    console : Console

    Raises
    ------
    InputErrors, WeatherError, StoreError, WorkerError, SolveError, CertificateError
    """
    manifest, tables = store.read_manifest(folder), store.read_tables(folder)
    study, horizon = load_study(inputs, manifest["scenario"]), Horizon.parse(manifest["horizon"])
    years, unseen = manifest["weather_years"], manifest["unseen_weather_years"]
    labels, capacity, worth = _plan(tables, years)
    shared = WholeYears(Setting(study, horizon.whole, weather), dict(zip(labels, capacity, strict=True)), gap)
    asked = {year: WholeYear(year, dict(zip(labels, price, strict=True))) for year, price in zip(years, prices_of(worth), strict=True)}
    asked |= {year: WholeYear(year, None) for year in unseen}
    about = {"plan": manifest["run_sha256"], "gap": gap, "analyses": program_digest(("analyses",))}
    journal = Journal(folder.parent / f".{folder.name}.certificate.jsonl", about)
    clock = Clock(console)
    with clock.phase("solve"):
        console.print(say(f"  every hour of each year: {len(asked)} × {horizon.whole}", f"  各年逐时校核：{len(asked)} × {horizon.whole}"))
        found = run_items(certify_year, shared, asked, pool, journal, console)
    weeks = tables["years"].set_index("weather_year").cost_mcny
    certificate = EnsembleCertificate(
        str(horizon),
        str(horizon.whole),
        tuple(
            CertifiedYear(
                year,
                year in years,
                float(weeks[year]),
                o["cost_mcny"],
                o["bound_mcny"],
                o["near_mcny"],
                o["least_mcny"],
                o["missed"],
                o["values"],
            )
            for year, o in found.items()
        ),
        gap,
    )
    tables |= {"certified_years": certificate.table()}
    of_weeks = tables["summary"][~tables["summary"].figure.str.startswith(WHOLE)]
    tables["summary"] = pd.concat([of_weeks, certificate.summary()], ignore_index=True)
    seconds = {year: o["seconds"] for year, o in found.items()}
    manifest |= {"certificate_of_weeks": certificate.as_dict() | {"seconds": seconds, "peak_gb": max(o["peak_gb"] for o in found.values())}}
    with folders.amended_folder(folder) as amended:
        store.write_tables(tables, amended)
        manifest["files"] = {name: digest for name, digest in store.file_digests(amended).items() if name in manifest["files"]}
        write_ensemble(tables, manifest["scenario"], amended, sentence(certificate.as_dict()))
        store.write_manifest(manifest, amended)
    journal.path.unlink()
    return certificate


def _plan(tables: Mapping[str, pd.DataFrame], years: Sequence[str]) -> tuple[list[Label], np.ndarray, np.ndarray]:
    """Labels and capacities of a plan [GW, GWh], and their saving in each year, shape (years, capacities) [MCNY/GW, MCNY/GWh]."""
    built, value = tables["capacities"], tables["capacity_values"]
    names = list(zip(built.family, built.element.astype(str), strict=True))
    by_year = value.assign(element=value.element.astype(str)).set_index(["weather_year", "family", "element"]).value_cny_per_kw_or_kwh
    worth = np.array([[by_year[year, family, element] for family, element in names] for year in years])
    labels: list[Label] = [(f"{CAPACITY}{family}", tuple(element.split("/"))) for family, element in names]
    return labels, built.capacity_mw_or_mwh.to_numpy() / MW_PER_GW, worth
