"""Figures of the typical-week certificate: cost of the plan in the whole year, lower bound for all plans, and the differences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.formulation.equation import REGISTRY
from energy_model.labels import Label, label
from energy_model.results import indicators, node_balance
from energy_model.solving.magnitude import relative_gap
from energy_model.study.horizon import horizon_named

CLAUSE_UNIT = {"mw": "GW", "gwh": "GWh", "kt": "kt", "mm3": "1000 m3", "share": "GWh"}
"""Unit of a clause's row by the end of its quantity; shares are held as energies."""
VERDICTS = ("suffice", "too_few", "loose", "no_plan")


@dataclass(frozen=True)
class Bounds:
    """Two bounds on the optimum of a whole horizon [MCNY].

    Attributes
    ----------
    upper, lower : float
        Infinite where there is not a plan, minus infinity where nothing was proven.
    near : float
        About as far as more iterations could raise `lower`.
    least : float
        What a cost counts as at least (`solving.magnitude.least_mcny`).
    """

    upper: float
    lower: float
    near: float
    least: float

    @property
    def gap(self) -> float:
        """Relative distance of the two; infinite when one is missing."""
        return relative_gap(self.upper, self.lower, self.least)

    def verdict(self, asked: float) -> str:
        """One of `VERDICTS`; too few weeks only where a better bound could not mend it."""
        if not np.isfinite(self.upper):
            return "no_plan"
        if self.gap <= asked:
            return "suffice"
        return "too_few" if relative_gap(self.upper, self.near, self.least) > asked else "loose"

    def as_dict(self) -> dict[str, float | None]:
        """Both and their gap for the manifest; None for what was not found."""
        numbers = {"upper_mcny": self.upper, "lower_mcny": self.lower, "gap": self.gap}
        return {name: value if np.isfinite(value) else None for name, value in numbers.items()}


@dataclass(frozen=True)
class Dispatched:
    """A plan over some horizon.

    Attributes
    ----------
    step : str
        ``weeks`` (as planned), ``held`` (the whole horizon with its capacities) or ``grown`` (with as much more as the clauses ask for).
    cost_mcny : float
    accounts : dict
        Cost by category [MCNY].
    figures : dict
        As `figures`.
    missed : dict
        Family and label of hard yearly rows that are missed, and by how much [GW, GWh, TJ, kt]; empty for a plan of the year.
    """

    step: str
    cost_mcny: float
    accounts: Mapping[str, float]
    figures: Mapping[str, float]
    missed: Mapping[tuple[str, tuple], float] = field(default_factory=dict)


@dataclass(frozen=True)
class WeekCertificate:
    """Two bounds on the optimum of the whole horizon, and the plans behind them.

    Attributes
    ----------
    weeks, whole : str
        The horizon of the plan, and the one that it is certified against.
    plans : tuple of Dispatched
        The weeks themselves first.
    lower_mcny : float
        No plan of the whole horizon costs less; minus infinity when nothing was proven.
    asked : float
        Relative gap to be proven.
    near_mcny : float
        Bound that is reached by more iterations at most: cost of the approximate plan of the method that proves the bound.
    least_mcny : float
        What a cost counts as at least (`solving.magnitude`).
    quantities : dict
        Quantity of each clause by its code.
    """

    weeks: str
    whole: str
    plans: tuple[Dispatched, ...]
    lower_mcny: float
    asked: float
    near_mcny: float
    least_mcny: float
    quantities: Mapping[str, str] = field(default_factory=dict)

    @property
    def upper_mcny(self) -> float:
        """Cost of a plan of the whole horizon with the capacities of the weeks; infinite if there is none."""
        last = self.plans[-1]
        return last.cost_mcny if last.step != "weeks" and not last.missed else np.inf

    @property
    def bounds(self) -> Bounds:
        """Both bounds."""
        return Bounds(self.upper_mcny, self.lower_mcny, self.near_mcny, self.least_mcny)

    @property
    def gap(self) -> float:
        """Relative distance of the two bounds; infinite when one is missing."""
        return self.bounds.gap

    @property
    def verdict(self) -> str:
        """One of `VERDICTS`."""
        return self.bounds.verdict(self.asked)

    @property
    def missed(self) -> Mapping[tuple[str, tuple], float]:
        """Constraints that the weeks' capacities cannot satisfy in the whole horizon."""
        return self.plans[1].missed if len(self.plans) > 1 else {}

    def as_dict(self) -> dict:
        """Plain values for the manifest."""
        found = {"weeks": self.weeks, "whole": self.whole, "verdict": self.verdict, "asked_gap": self.asked}
        found |= {"weeks_mcny": self.plans[0].cost_mcny, "step": self.plans[-1].step, "missed": row_words(self.missed, self.quantities)}
        return found | self.bounds.as_dict()

    def table(self) -> pd.DataFrame:
        """One row per plan and one for the bound: cost [MCNY], distance to the bound, delivered, unserved and curtailed energy [GWh]."""
        rows = [
            {"week_step": p.step, "horizon": self.weeks if p.step == "weeks" else self.whole, "cost_mcny": p.cost_mcny}
            | {"above_bound_share": self._above(p)} | dict(p.figures) | {"missed": row_words(p.missed, self.quantities)}
            for p in self.plans
        ]  # fmt: skip
        bound = {"week_step": "bound", "horizon": self.whole, "cost_mcny": self.lower_mcny if np.isfinite(self.lower_mcny) else np.nan}
        return pd.DataFrame([*rows, bound | {"missed": ""}])

    def _above(self, plan: Dispatched) -> float:
        """Relative distance of a plan of the whole horizon from the bound; a plan of weeks is not one."""
        real = plan.step != "weeks" and not plan.missed and np.isfinite(self.lower_mcny)
        return relative_gap(plan.cost_mcny, self.lower_mcny, self.least_mcny) if real else np.nan

    def cost_table(self) -> pd.DataFrame:
        """Cost categories that differ between the whole horizon and the weeks [MCNY]."""
        first, last = self.plans[0].accounts, self.plans[-1].accounts
        names = list(dict.fromkeys([*first, *last]))
        table = pd.DataFrame(
            {"category": names, "weeks_mcny": [first.get(n, 0.0) for n in names], "whole_mcny": [last.get(n, 0.0) for n in names]}
        )
        table.loc[len(table)] = ["total", table.weeks_mcny.sum(), table.whole_mcny.sum()]
        return table.assign(difference_mcny=table.whole_mcny - table.weeks_mcny)


def figures(data: xr.Dataset) -> dict[str, float]:
    """Figures that show the quality of the chosen weeks: delivered, unserved and curtailed energy [GWh]."""
    cut, offers = indicators.curtailment(data), indicators.contracts(data)
    return {
        "export_gwh": float(offers.energy_gwh.sum()) if len(offers) else 0.0,
        "unserved_gwh": float(node_balance.energy_balance(data).unserved_gwh.sum()),
        "curtailed_gwh": float(cut.curtailed_gwh.sum()) if len(cut) else 0.0,
    }


def row_words(missed: Mapping[tuple[str, tuple], float], quantities: Mapping[str, str]) -> str:
    """Rows with their violation and its unit; `quantities` are those of the clauses by code."""
    told = []
    for (family, index), value in missed.items():
        unit = REGISTRY[family].unit if family in REGISTRY else ""
        if family.startswith("clause_"):
            unit = CLAUSE_UNIT.get(quantities.get(str(index[0]), "").rpartition("_")[2], "")
        told.append(f"{family}[{','.join(map(str, index))}] {value:,.4g} {unit}".strip())
    return "; ".join(told)


def sentence(found: Mapping) -> Label:
    """The verdict in words, from the record in the manifest."""
    words = label("week_verdict", found["verdict"])
    zh, en = str(words.zh), str(words.en)
    for name in ("weeks", "whole"):
        zh, en = zh.replace("{" + name + "}", horizon_named(str(found[name])).zh), en.replace("{" + name + "}", str(found[name]))
    zh, en = (text.replace("{missed}", str(found["missed"])) for text in (zh, en))
    for name in ("gap", "asked_gap"):
        share = "–" if found[name] is None else f"{100 * found[name]:.2f} %"
        zh, en = (text.replace("{" + name + "}", share) for text in (zh, en))
    if found["step"] == "grown":
        more = label("week_verdict", "grown")
        zh, en = f"{zh}{more.zh.replace('{missed}', found['missed'])}", f"{en}{more.en.replace('{missed}', found['missed'])}"
    return Label(zh, en)
