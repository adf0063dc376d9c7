"""Statistics of hourly series, used by the report and the tests."""

import numpy as np
import pandas as pd
import xarray as xr
from scipy.optimize import brentq
from scipy.special import gamma


def weibull_variation(k: float) -> float:
    """Compute standard deviation per mean [1] of a Weibull distribution of shape `k`."""
    return float(np.sqrt(gamma(1 + 2 / k) / gamma(1 + 1 / k) ** 2 - 1))


def weibull_shape(variation: float) -> float:
    """Find the Weibull shape k [1] whose standard deviation per mean is `variation`."""
    return float(brentq(lambda k: weibull_variation(k) - variation, 0.5, 12.0))


def weibull_shape_of(speed: np.ndarray) -> list[float]:
    """Weibull shape k [1] by moments of each row of `speed` (site, time) [m/s]."""
    return [weibull_shape(float(row.std() / row.mean())) for row in speed]


def monthly_means(weather: xr.Dataset, name: str) -> np.ndarray:
    """Monthly means of a variable, shape (site, 12), in its unit."""
    frame = pd.DataFrame(weather[name].to_numpy().T)
    return frame.groupby(weather.indexes["time"].month).mean().to_numpy().T


def daily_sums(hourly: np.ndarray) -> np.ndarray:
    """Sums of each day (site, day) of hourly values (site, time)."""
    return hourly.reshape(len(hourly), -1, 24).sum(axis=2)


def correlation_at_lags(series: np.ndarray, lags: list[int]) -> list[float]:
    """Autocorrelation [1] of a series at each lag [steps]."""
    return [float(np.corrcoef(series[:-lag], series[lag:])[0, 1]) for lag in lags]
