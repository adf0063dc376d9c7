"""Cost and delivery of a plan for many weather years: figures over the years, and the value of planning for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.labels import Label
from energy_model.results.contract import column_names
from energy_model.solving.risk import Risk, conditional_value_at_risk
from energy_model.units import MW_PER_GW

SHOWN = {
    "export_gwh": ("export_gwh",),
    "curtailed_share": ("curtailed_share",),
    "unserved_gwh": ("unserved_gwh",),
    "wind_gwh": ("energy_gwh/wind",),
    "solar_gwh": ("energy_gwh/solar",),
    "thermal_gwh": ("energy_gwh/thermal", "energy_gwh/chp"),
}
"""Columns of a year, and the quantities that each adds up."""
SURE = 0.9
WHOLE = "whole_"
"""Begins the names of figures over all hours."""
SHORT_GW = 1e-4


@dataclass(frozen=True)
class YearOutcome:
    """A plan in one weather year.

    Attributes
    ----------
    year : str
    cost : float
        Of the year, investment and the price of missing capacity included [MCNY].
    missing_gw : float
        Capacity that the year would need in addition, so that hard clauses hold [GW].
    values : dict of str to float
        Quantities by name.
    """

    year: str
    cost: float
    missing_gw: float
    values: Mapping[str, float]


@dataclass(frozen=True)
class OwnPlan:
    """Optimal plan of a single year, shape (capacities,), its cost and proven lower bound [MCNY]."""

    capacity: np.ndarray
    cost: float
    bound: float


@dataclass(frozen=True)
class YearsPlan:
    """Plan for many years.

    Attributes
    ----------
    capacity : ndarray, shape (capacities,)
        [GW, GWh]
    cost, bound, gap : float
        Cost of the plan, proven lower bound of the best plan [MCNY], and their relative difference.
    iterations : int
    """

    capacity: np.ndarray
    cost: float
    bound: float
    gap: float
    iterations: int


def year_table(outcomes: Mapping[tuple[str, str], YearOutcome], years: Sequence[str], alone: Sequence[OwnPlan]) -> pd.DataFrame:
    """One row per weather year: cost and delivery of the plan.

    Columns ``alone_mcny`` is the cost of the plan that the year would make for itself, ``reference_mcny`` the cost of the plan made for the
    first year.
    """
    own = dict(zip(years, (a.cost for a in alone), strict=True))
    rows = []
    for (case, year), o in outcomes.items():
        if case != "plan":
            continue
        reference = outcomes["reference", year]
        rows.append(
            {
                "weather_year": year,
                "planned_for": year in own,
                "cost_mcny": o.cost,
                "alone_mcny": own.get(year, np.nan),
                "reference_mcny": reference.cost,
                "missing_mw": o.missing_gw * MW_PER_GW,
                "reference_missing_mw": reference.missing_gw * MW_PER_GW,
            }
            | shown_energies(o.values)
        )
    return pd.DataFrame(rows)


def shown_energies(values: Mapping[str, float]) -> dict[str, float]:
    """Energies for the tables of years [GWh], from the figures of a plan."""
    return {column: float(sum(values.get(name, 0.0) for name in names)) for column, names in SHOWN.items()}


def sure_values(years: Sequence[Mapping[str, float]], prefix: str = "") -> list[tuple[str, float, str]]:
    """Export and curtailment of the median year, and the values reached or not exceeded in nine of ten years."""
    rows = []
    for name, unit, quantile in (("export_gwh", "GWh", 1 - SURE), ("curtailed_share", "1", SURE)):
        values = [y.get(name, 0.0) for y in years]
        rows += [
            (f"{prefix}{name}_p50", float(np.quantile(values, 0.5)), unit),
            (f"{prefix}{name}_p90", float(np.quantile(values, quantile)), unit),
        ]
    return rows


def value_table(labels: Sequence[tuple[str, tuple]], worth: np.ndarray, years: Sequence[str]) -> pd.DataFrame:
    """Gross saving of one more kW or kWh of each capacity in each weather year.

    Parameters
    ----------
    labels : sequence
    worth : ndarray, shape (years, capacities)
        [MCNY/GW, MCNY/GWh], which is CNY/kW and CNY/kWh.
    years : sequence of str
    """
    return pd.DataFrame(
        [
            {
                "family": family.removeprefix("capacity_"), "element": "/".join(map(str, label)), "weather_year": year,
                "value_cny_per_kw_or_kwh": float(value),
            }
            for year, row in zip(years, worth, strict=True)
            for (family, label), value in zip(labels, row, strict=True)
        ]
    )  # fmt: skip


def capacity_table(
    labels: Sequence[tuple[str, tuple]], names: Mapping[str, Label], plan: np.ndarray, alone: Sequence[np.ndarray]
) -> pd.DataFrame:
    """Capacity of each element in the plan, and the range over the single-year plans [MW, MWh].

    Parameters
    ----------
    labels : sequence
    names : mapping
        Of the elements by their codes; one without is called by its code.
    plan : ndarray, shape (capacities,)
        [GW, GWh]
    alone : sequence of ndarray
        The same of each year.
    """
    each = np.array(alone) * MW_PER_GW
    codes = ["/".join(map(str, label)) for _, label in labels]
    called = [names.get(code, Label(code, code)) for code in codes]
    return pd.DataFrame(
        {
            "family": [family.removeprefix("capacity_") for family, _ in labels],
            "element": codes,
            "item_zh": [words.zh for words in called],
            "item_en": [words.en for words in called],
            "capacity_mw_or_mwh": plan * MW_PER_GW,
            "least_alone": each.min(axis=0),
            "mean_alone": each.mean(axis=0),
            "most_alone": each.max(axis=0),
        }
    )


def summary_table(
    plan: YearsPlan,
    risk: Risk,
    alone: Sequence[OwnPlan],
    outcomes: Mapping[tuple[str, str], YearOutcome],
    years: Sequence[str],
    unseen: Sequence[str],
) -> pd.DataFrame:
    """Figures of the ensemble with their units; years are equally probable.

    Where the reference plan lacks capacity in a year, so that a hard clause cannot hold, it has no cost and no difference to compare.

    ``perfect_information`` is what would be saved if each year could build for itself (expected value of perfect information),
    ``stochastic_solution`` what planning for all years saves over building for the first one alone (value of the stochastic solution;
    Birge and Louveaux, Introduction to Stochastic Programming).
    """
    cost = np.array([outcomes["plan", y].cost for y in years])
    short = [outcomes["reference", y].missing_gw > SHORT_GW for y in years]
    reference = np.nan if any(short) else float(np.mean([outcomes["reference", y].cost for y in years]))
    equal = np.full(len(years), 1 / len(years))
    wait = float(np.mean([a.cost for a in alone]))
    rows: list[tuple[str, float, str]] = [
        ("objective", plan.cost, "MCNY"),
        ("lower_bound", plan.bound, "MCNY"),
        ("gap", plan.gap, "1"),
        ("expected_cost", float(cost.mean()), "MCNY"),
        ("cvar", conditional_value_at_risk(cost, equal, risk.level), "MCNY"),
        ("wait_and_see", wait, "MCNY"),
        ("perfect_information", float(cost.mean()) - wait, "MCNY"),
        ("reference_cost", reference, "MCNY"),
        ("stochastic_solution", reference - float(cost.mean()), "MCNY"),
        ("reference_years_short", float(sum(short)), "1"),
    ]
    rows += sure_values([outcomes["plan", y].values for y in [*years, *unseen]])
    if unseen:
        rows += [
            ("unseen_cost", float(np.mean([outcomes["plan", y].cost for y in unseen])), "MCNY"),
            ("unseen_unserved", float(np.mean([outcomes["plan", y].values.get("unserved_gwh", 0.0) for y in unseen])), "GWh"),
            ("unseen_years_short", float(sum(outcomes["plan", y].missing_gw > SHORT_GW for y in unseen)), "1"),
        ]
    return pd.DataFrame(rows, columns=column_names("summary"))
