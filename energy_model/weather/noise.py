"""Random building blocks: correlated processes with memory, and curves that keep monthly means."""

import numpy as np
import pandas as pd
from scipy.signal import lfilter

from energy_model.weather.errors import weather_error


def spatial_root(correlation: np.ndarray, what: str) -> np.ndarray:
    """Cholesky root (site, site) of a correlation matrix; not positive definite is an error."""
    try:
        return np.linalg.cholesky(correlation)
    except np.linalg.LinAlgError as error:
        raise weather_error(f"the correlation matrix of {what} is not positive definite", f"{what}的相关矩阵不是正定矩阵") from error


def red_noise(rng: np.random.Generator, root: np.ndarray, steps: int, memory: float, smoothing: float = 0.0) -> np.ndarray:
    r"""Gaussian noise of unit variance, correlated in space and time.

    White noise :math:`w` passes two first-order filters, the second one rounding off the first:

    .. math:: x_t = (a + b) x_{t-1} - a b\, x_{t-2} + w_t, \quad a = e^{-1/\tau_m},\; b = e^{-1/\tau_s}

    Parameters
    ----------
    rng : np.random.Generator
    root : np.ndarray
        Cholesky root (site, site) of the spatial correlation.
    steps : int
        Length of the series.
    memory, smoothing : float
        Time constants :math:`\tau_m, \tau_s` in steps; 0 switches a filter off.

    Returns
    -------
    np.ndarray
        Shape (site, steps), mean 0, variance 1 over many draws.
    """
    a = np.exp(-1 / memory) if memory > 0 else 0.0
    b = np.exp(-1 / smoothing) if smoothing > 0 else 0.0
    start = int(12 * (memory + smoothing)) + 12  # run-in, so that the first hour is as random as the rest
    white = root @ rng.standard_normal((len(root), steps + start))
    variance = (1 + a * b) / ((1 - a * b) * (1 - a * a) * (1 - b * b))
    return lfilter([1 / np.sqrt(variance)], [1, -(a + b), a * b], white, axis=1)[:, start:]


def red_noise_correlation(lag: np.ndarray, memory: float, smoothing: float = 0.0) -> np.ndarray:
    """Autocorrelation [1] of `red_noise` at each lag (same unit as the time constants)."""
    a = np.exp(-1 / memory)
    if smoothing <= 0:
        return a**lag
    b = np.exp(-1 / smoothing)
    return (a * (1 - b * b) * a**lag - b * (1 - a * a) * b**lag) / ((a - b) * (1 + a * b))


def month_hats(time: pd.DatetimeIndex) -> np.ndarray:
    """Hat functions centred on the middle of each month, shape (12, time); they sum to 1 everywhere."""
    days = (time - pd.Timestamp(f"{time[0].year}-01-01")) / pd.Timedelta(days=1)
    month = time.month.to_numpy() - 1
    centre = np.array([days[month == m].to_numpy().mean() for m in range(12)])
    knots = np.concatenate([[centre[-1] - 365.0], centre, [centre[0] + 365.0]])
    position = np.interp(days.to_numpy(), knots, np.arange(14))
    left = position.astype(int)
    share = position - left
    hats = np.zeros((12, len(time)))
    steps = np.arange(len(time))
    np.add.at(hats, ((left - 1) % 12, steps), 1 - share)
    np.add.at(hats, (left % 12, steps), share)
    return hats


def month_totals(time: pd.DatetimeIndex) -> np.ndarray:
    """Averaging matrix (12, time): times a series it gives the mean of each month."""
    member = (np.arange(1, 13)[:, None] == time.month.to_numpy()[None, :]).astype(float)
    return member / member.sum(axis=1, keepdims=True)


def smooth_through(hats: np.ndarray, means: np.ndarray, monthly: np.ndarray, weight: np.ndarray | None = None):
    """Piecewise-linear curves whose weighted monthly means equal `monthly` exactly.

    Parameters
    ----------
    hats, means : np.ndarray
        From `month_hats` and `month_totals`, both (12, time).
    monthly : np.ndarray
        Wanted monthly means (site, 12) of weight times curve.
    weight : np.ndarray, optional
        Weight (site, time); 1 when left out.

    Returns
    -------
    np.ndarray
        Curves (site, time) in the unit of `monthly` per weight.
    """
    if weight is None:
        return np.linalg.solve(means @ hats.T, monthly.T).T @ hats
    system = np.einsum("mt,st,kt->smk", means, weight, hats, optimize=True)
    return np.linalg.solve(system, monthly[:, :, None])[:, :, 0] @ hats
