"""Certificate of a plan for many weather years made from typical weeks: its years, hour by hour, and its bound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.results.contract import column_names
from energy_model.results.ensemble import WHOLE, shown_energies, sure_values
from energy_model.results.week_certificate import Bounds


@dataclass(frozen=True)
class CertifiedYear:
    """A plan of typical weeks in all hours of one weather year.

    Attributes
    ----------
    year : str
    planned_for : bool
    weeks_mcny, cost_mcny : float
        In the typical weeks, and in all hours.
    bound_mcny, near_mcny : float or None
        What the year costs at least with capacities of its own at its prices (`analyses.ensemble_certificate`), and about as far as more
        iterations could raise that; None for a year that the plan was not made for.
    least_mcny : float
        What its cost counts as at least (`solving.magnitude`).
    missed : str
        Hard yearly clauses that the plan cannot hold there; empty for a plan.
    values : dict
        Quantities by name.
    """

    year: str
    planned_for: bool
    weeks_mcny: float
    cost_mcny: float
    bound_mcny: float | None
    near_mcny: float | None
    least_mcny: float
    missed: str
    values: Mapping[str, float]


@dataclass(frozen=True)
class EnsembleCertificate:
    """Two bounds on the mean cost of the best plan over all hours of all years, and the operation of the plan there.

    Attributes
    ----------
    weeks, whole : str
        The horizon of the plan, and the one that it is certified against.
    years : tuple of CertifiedYear
    asked : float
        Relative gap to be proven.
    """

    weeks: str
    whole: str
    years: tuple[CertifiedYear, ...]
    asked: float

    @property
    def planned(self) -> list[CertifiedYear]:
        """Years used to make the plan."""
        return [y for y in self.years if y.planned_for]

    @property
    def missed(self) -> str:
        """Hard clauses missed by the plan, by year."""
        return "; ".join(f"{y.year}: {y.missed}" for y in self.planned if y.missed)

    @property
    def upper_mcny(self) -> float:
        """Mean cost of the plan; infinite if a clause is missed."""
        return np.inf if self.missed else float(np.mean([y.cost_mcny for y in self.planned]))

    @property
    def lower_mcny(self) -> float:
        """Lower bound on the mean cost of any common plan."""
        return float(np.mean([-np.inf if y.bound_mcny is None else y.bound_mcny for y in self.planned]))

    @property
    def bounds(self) -> Bounds:
        """Both bounds on the mean."""
        near = float(np.mean([np.inf if y.near_mcny is None else y.near_mcny for y in self.planned]))
        return Bounds(self.upper_mcny, self.lower_mcny, near, float(np.mean([y.least_mcny for y in self.planned])))

    @property
    def gap(self) -> float:
        """Relative distance of the two bounds; infinite if one is missing."""
        return self.bounds.gap

    @property
    def verdict(self) -> str:
        """``suffice``, ``too_few`` or ``loose`` as for one year; ``cannot_hold`` if a clause is missed: larger capacities are not tried."""
        return "cannot_hold" if self.missed else self.bounds.verdict(self.asked)

    def as_dict(self) -> dict:
        """Plain values for the manifest, in the terms of a single year's."""
        found = {"weeks": self.weeks, "whole": self.whole, "verdict": self.verdict, "asked_gap": self.asked}
        found |= {"weeks_mcny": float(np.mean([y.weeks_mcny for y in self.planned])), "step": "held", "missed": self.missed}
        return found | self.bounds.as_dict()

    def table(self) -> pd.DataFrame:
        """One row per year: cost in the weeks, in all hours, and the bound at the year's prices [MCNY]; energies [GWh]; missed clauses."""
        return pd.DataFrame(
            [
                {
                    "weather_year": y.year, "planned_for": y.planned_for, "weeks_mcny": y.weeks_mcny, "whole_mcny": y.cost_mcny,
                    "priced_bound_mcny": np.nan if y.bound_mcny is None else y.bound_mcny,
                }
                | shown_energies(y.values)
                | {"missed": y.missed}
                for y in self.years
            ]
        )  # fmt: skip

    def summary(self) -> pd.DataFrame:
        """Figures over all hours, placed below those of the weeks."""
        rows = [
            ("whole_expected_cost", self.upper_mcny, "MCNY"),
            ("whole_lower_bound", self.lower_mcny, "MCNY"),
            ("whole_gap", self.gap, "1"),
            ("whole_cost_range", float(np.ptp([y.cost_mcny for y in self.planned])), "MCNY"),
            *sure_values([y.values for y in self.years], WHOLE),
            ("whole_unserved", float(np.mean([y.values.get("unserved_gwh", 0.0) for y in self.years])), "GWh"),
        ]
        if unseen := [y.cost_mcny for y in self.years if not y.planned_for]:
            rows.append(("whole_unseen_cost", float(np.mean(unseen)), "MCNY"))
        table = pd.DataFrame(rows, columns=column_names("summary"))
        return table.replace([np.inf, -np.inf], np.nan)
