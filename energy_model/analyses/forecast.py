"""Forecasts of weather and load: the actual profile with an error that grows with lead time.

The error of a forecast is an AR(1) process over its hours, with correlation between sites. Its standard deviation follows a power law
through the values at 1 h and 24 h of lead. Each forecast uses its own random generator, seeded by the study's seed and the day, so the
forecast of a day does not depend on the days simulated before.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from energy_model.formulation.components import stacked
from energy_model.solving.build import data_by_name
from energy_model.solving.redispatch import Plan
from energy_model.solving.windows import window_data

CARRIERS = ("wind", "solar", "load", "heat")
CERTAIN = ""
"""Carrier of data that are known beforehand: planned outages, ratings."""


def carriers_without_errors(errors: pd.DataFrame) -> list[str]:
    """Carriers missing from the rows of forecast.csv."""
    return [carrier for carrier in CARRIERS if carrier not in errors.index]


@dataclass(frozen=True)
class Forecaster:
    """Forecasts for any window of a plan.

    Attributes
    ----------
    plan : Plan
    errors : DataFrame
        Rows of forecast.csv by carrier: ``error_1h_share``, ``error_24h_share`` (of capacity for wind, else of the real value),
        ``hour_correlation``, ``site_correlation``.
    issue_lead_h : int
        Hours between the forecast and its first hour.
    seed : int
    scale : float
        Factor on all errors; 0 is perfect foresight.
    """

    plan: Plan
    errors: pd.DataFrame
    issue_lead_h: int
    seed: int
    scale: float = 1.0

    def window(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Actual and forecast data of a window, each of shape (data columns, hours)."""
        real = window_data(self.plan.profiles, self.plan.year_hour(positions)).reshape(-1, len(positions))
        deviation = self.deviation(positions)
        wind = self._carrier == "wind"
        guess = np.where(wind[:, None], real + deviation, real * (1 + deviation))
        return real, self._possible(guess)

    def cautious(self, guess: np.ndarray, margin: float) -> np.ndarray:
        """A forecast with lower wind and solar and higher load, by a number of standard deviations of the common part of the error."""
        spread = self.deviation_share(guess.shape[1]) * np.sqrt(self._of("site_correlation"))[:, None] * margin
        sign = np.where(np.isin(self._carrier, ("wind", "solar")), -1.0, 1.0)[:, None]
        wind = (self._carrier == "wind")[:, None]
        return self._possible(np.where(wind, guess + sign * spread, guess * (1 + sign * spread)))

    def deviation(self, positions: np.ndarray) -> np.ndarray:
        """Error of one forecast, shape (data columns, hours)."""
        hours = len(positions)
        rng = np.random.default_rng([self.seed, int(positions[0])])
        shared = {carrier: self._process(rng, 1, hours, self.errors.hour_correlation[carrier])[0] for carrier in CARRIERS}
        z = np.zeros((len(self._carrier), hours))
        for carrier in CARRIERS:
            mine, r = np.flatnonzero(self._carrier == carrier), self.errors.site_correlation[carrier]
            own = self._process(rng, len(mine), hours, self.errors.hour_correlation[carrier])
            z[mine] = np.sqrt(r) * shared[carrier] + np.sqrt(1 - r) * own
        return self.deviation_share(hours) * z

    def deviation_share(self, hours: int) -> np.ndarray:
        """Standard deviation by hour, shape (data columns, hours)."""
        lead = self.issue_lead_h + 1.0 + np.arange(hours)
        first, day = self._of("error_1h_share"), self._of("error_24h_share")
        growth = np.where(first > 0, np.log(np.maximum(day, 1e-12) / np.maximum(first, 1e-12)) / np.log(24.0), 0.0)
        return self.scale * first[:, None] * lead ** growth[:, None]

    @cached_property
    def _carrier(self) -> np.ndarray:
        p, resource = self.plan.profiles, self.plan.system.resource
        kind = dict(zip(resource.series, resource.kind, strict=True))
        series = [kind[name] for name in p.resource.to_numpy()]
        known = {"demand": ["load"] * p.sizes["node"], "availability": series, "heat_demand": ["heat"] * p.sizes["heat_area"]}
        one_hour = data_by_name(p, self.plan.year_hour(np.arange(1))[None, :])
        return stacked({name: np.array(known.get(name, [CERTAIN] * len(rows)), dtype=str) for name, rows in one_hour.items()})

    def _of(self, column: str) -> np.ndarray:
        return self.errors[column].reindex(self._carrier, fill_value=0.0).to_numpy(float)

    def _possible(self, guess: np.ndarray) -> np.ndarray:
        share = np.isin(self._carrier, ("wind", "solar"))[:, None]
        return np.clip(guess, 0.0, np.where(share, 1.0, np.inf))

    @staticmethod
    def _process(rng: np.random.Generator, count: int, hours: int, correlation: float) -> np.ndarray:
        """Standard normal AR(1) processes, shape (count, hours)."""
        z = rng.standard_normal((count, hours))
        for t in range(1, hours):
            z[:, t] = correlation * z[:, t - 1] + np.sqrt(1 - correlation**2) * z[:, t]
        return z
