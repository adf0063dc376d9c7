"""Random irradiance: a daily clear-sky index per site, spread over the hours of the day."""

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import ndtr

from energy_model.units import W_PER_KW
from energy_model.weather.climatology import QUANTILES, Climatology
from energy_model.weather.noise import red_noise, spatial_root
from energy_model.weather.sun import clear_sky_ghi

# Own judgement, see weather/README.md.
DAY_TO_DAY = 0.25  # lag-1 correlation of the daily index
POINT_SPREAD = 1.10  # a point varies more than the 3-degree cell of the quantiles
DAILY_CAP, HOURLY_CAP = 1.03, 1.10  # largest clear-sky index of a day and of an hour
DARKEST_DAY = 0.06
CLOUD_MEMORY_H = 2.0
CLOUD_SPREAD = 0.6  # scatter of the hourly index of a half-cloudy day
CLOUD_REACH = 0.35  # correlation of hourly clouds between any two sites


def draw_irradiance(
    rng: np.random.Generator,
    tables: Climatology,
    time: pd.DatetimeIndex,
    wind_part: np.ndarray,
    typical: bool,
) -> tuple[np.ndarray, np.ndarray]:
    """Generate hourly irradiance.

    Parameters
    ----------
    rng : np.random.Generator
    tables : Climatology
    time : pd.DatetimeIndex
        8760 hours.
    wind_part : np.ndarray
        Part of the Gaussian score [1] that the day's wind contributes, (site, day).
    typical : bool
        Pull every month onto its mean irradiation.

    Returns
    -------
    tuple of np.ndarray
        Irradiance [W/m2] (site, time) and daily clear-sky index [1] (site, day).
    """
    month = time.month.to_numpy()
    clear = np.stack(
        [
            clear_sky_ghi(time, site.latitude_deg, site.longitude_deg, site.altitude_m, linke[month - 1])
            for site, linke in zip(tables.sites.itertuples(), tables.monthly("linke_turbidity"), strict=True)
        ]
    )
    days = len(time) // 24
    root = spatial_root(tables.correlation("ghi_daily_correlation"), "daily irradiation")
    own = red_noise(rng, root, days, -1 / np.log(DAY_TO_DAY))
    coupling = wind_part.std()
    rank = ndtr(wind_part + np.sqrt(1 - coupling**2) * own)
    clear_day = clear.reshape(len(clear), days, 24).sum(axis=2) / W_PER_KW
    index = _daily_index(rank, clear_day, month[::24], tables, typical)
    return _spread_over_hours(rng, clear, index), index


def _daily_index(rank, clear_day, month, tables: Climatology, typical: bool) -> np.ndarray:
    """Daily clear-sky index [1] (site, day) of the ranks, so that monthly irradiation meets its target."""
    quantiles, target = tables.quantiles(), tables.monthly("ghi_kwh_per_m2_day")
    probability = np.array([0, *QUANTILES, 100]) / 100
    even = np.arange(1000) + 0.5
    even /= len(even)
    index = np.empty_like(rank)
    for site in range(len(rank)):
        for m in range(12):
            inner = 1 + POINT_SPREAD * (quantiles[site, m] - 1)
            ends = [0.25 * inner[0], inner[-1] + 0.8 * (inner[-1] - inner[-2])]
            values = np.array([ends[0], *inner, ends[1]])
            day = month == m + 1
            clear = clear_day[site, day]
            # A typical year meets the target with the days drawn, any other on average over all draws.
            drawn = np.interp(rank[site, day] if typical else even, probability, values)
            weight = clear / clear.mean() if typical else 1.0
            mean = target[site, m] / clear.mean()
            factor = brentq(lambda f: np.mean(_capped(f * drawn) * weight) - mean, 0.1, 3.0)  # noqa: B023
            index[site, day] = _capped(factor * np.interp(rank[site, day], probability, values))
    return index


def _capped(index: np.ndarray) -> np.ndarray:
    return np.clip(index, DARKEST_DAY, DAILY_CAP)


def _spread_over_hours(rng, clear: np.ndarray, index: np.ndarray) -> np.ndarray:
    """Irradiance (site, time) [W/m2] whose daily sums are index times clear sky, with varying clouds."""
    sites, hours = clear.shape
    reach = np.full((sites, sites), CLOUD_REACH)
    np.fill_diagonal(reach, 1.0)
    cloud = red_noise(rng, spatial_root(reach, "clouds"), hours, CLOUD_MEMORY_H)
    daily = np.repeat(index, 24, axis=1)
    hourly = daily * (1 + CLOUD_SPREAD * np.sqrt(np.clip(1.05 - daily, 0, None)) * cloud)
    hourly = np.clip(hourly, 0.03, HOURLY_CAP)
    by_day = clear.reshape(sites, -1, 24)
    wanted = by_day.sum(axis=2) * index
    for _ in range(8):  # the cap takes a little away each time; it converges within a few rounds
        got = (hourly.reshape(by_day.shape) * by_day).sum(axis=2)
        hourly = np.minimum(hourly * np.repeat(wanted / got, 24, axis=1), HOURLY_CAP)
    return hourly * clear
