"""Statistics of the output of wind farms in a weather year, and over several years, for the report."""

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.units import HOURS_PER_DAY
from energy_model.weather.climatology import SEASON_OF_MONTH, Climatology
from energy_model.weather.generator import generate_year
from energy_model.weather.profiles import availabilities
from energy_model.weather.statistics import correlation_at_lags, daily_sums

PROFILE = "wind_new"
"""Profile with the turbine of the witness, a V112 at 84 m."""
CALM_DAYS = (3, 7, 14)
ERA5, TABLES = "ERA5 2020 provinces", "climatology"
# Departures of months and hours from the one year of observation: typical years, others.
MONTH_TOLERANCE = (0.25, 0.6)
HOUR_TOLERANCE = (0.15, 0.3)


def wind_output(weather: xr.Dataset, profiles: pd.DataFrame) -> np.ndarray:
    """Availability [MW/MW] of `PROFILE` at every site, shape (site, time); no site if the table lacks it."""
    return availabilities(profiles[profiles["profile"] == PROFILE], weather)[1]


def output_rows(weather: xr.Dataset, climatology: Climatology, output: np.ndarray, strict: bool) -> list[tuple]:
    """Rows of the report on ramps, quantiles, calms, months, hours and the link of wind and sun.

    Parameters
    ----------
    weather : xr.Dataset
    climatology : Climatology
    output : np.ndarray
        From `wind_output`.
    strict : bool
        Whether the year is a typical one.

    Returns
    -------
    list of tuple
        Statistic, unit, place, target, value, tolerance, source.
    """
    total, sites = output.mean(axis=0), weather["site"].to_numpy().tolist()
    found: list[tuple[str, str, float]] = []
    for hours in (1, 4):
        for share in (95, 99):
            found.append((f"output change in {hours} h, {share} %", "all", _change(total, hours, share)))
    found += [("output change of a county in 1 h, 99 %", site, _change(row, 1, 99)) for site, row in zip(sites, output, strict=True)]
    found += [(f"output quantile per mean, {q} %", "all", float(np.percentile(total, q) / total.mean())) for q in (10, 50, 90)]
    found += [(f"least output per mean, {days} d", "all", least_mean(total, days)) for days in CALM_DAYS]
    found.append(("daily wind-sun correlation", "all", wind_sun_correlation(weather, total)))
    return [_row(climatology, *each) for each in found] + _courses(weather, climatology, total, strict)


def years_rows(climatology: Climatology, profiles: pd.DataFrame, years: int) -> list[tuple]:
    """Rows of the report on the years `variable-1` to `variable-<years>`: their spread, and means of statistics that scatter widely."""
    found: dict[str, list[float]] = {}
    for seed in range(1, years + 1):
        weather = generate_year(seed, interannual=True, climatology=climatology)
        total = wind_output(weather, profiles).mean(axis=0)
        for name, value in (
            ("spread over years, wind", total.mean()),
            ("spread over years, sun", float(weather["ghi"].mean())),
            ("least output per mean, 7 d, mean of years", least_mean(total, 7)),
            ("least output per mean, 14 d, mean of years", least_mean(total, 14)),
            ("daily wind-sun correlation, mean of years", wind_sun_correlation(weather, total)),
            ("wind lag correlation, 48 h, mean of years", correlation_at_lags(weather["wind_speed_100m"].to_numpy().mean(axis=0), [48])[0]),
        ):
            found.setdefault(name, []).append(float(value))
    spread = {name: float(np.std(values, ddof=1) / np.mean(values)) for name, values in found.items() if name.startswith("spread")}
    return [_row(climatology, name, f"variable-1..{years}", spread.get(name, float(np.mean(values)))) for name, values in found.items()]


def least_mean(output: np.ndarray, days: int) -> float:
    """Least mean of `output` over consecutive hours of so many days, per mean of the year [1]."""
    hours = days * HOURS_PER_DAY
    sums = np.concatenate([[0.0], np.cumsum(output)])
    return float((sums[hours:] - sums[:-hours]).min() / hours / output.mean())


def wind_sun_correlation(weather: xr.Dataset, output: np.ndarray) -> float:
    """Correlation [1] of the daily sums of wind output and irradiation, means of all sites, season included."""
    wind, sun = daily_sums(np.stack([output, weather["ghi"].to_numpy().mean(axis=0)]))
    return float(np.corrcoef(wind, sun)[0, 1])


def _change(output: np.ndarray, hours: int, share: float) -> float:
    """Change of output [MW/MW] within some hours that a share [%] of all changes does not exceed."""
    return float(np.percentile(np.abs(output[hours:] - output[:-hours]), share))


def _row(climatology: Climatology, statistic: str, place: str, value: float) -> tuple:
    """Row of a statistic against its band in `output_targets`."""
    target = climatology.output_targets.loc[statistic]
    middle, half = (target["low"] + target["high"]) / 2, (target["high"] - target["low"]) / 2
    return (statistic, target["unit"], place, middle, value, half, target["source"])


def _courses(weather: xr.Dataset, climatology: Climatology, total: np.ndarray, strict: bool) -> list[tuple]:
    """Output of each month per mean of the year, and of each hour of the day per mean of its season."""
    time = weather.indexes["time"]
    series = pd.Series(total)
    months = series.groupby(time.month.to_numpy()).mean() / total.mean()
    rows: list[tuple] = [
        ("output by month", "1", f"{month:02d}", want, months[month], MONTH_TOLERANCE[not strict], ERA5)
        for month, want in enumerate(climatology.wind_output_factors(), start=1)
    ]
    hours = series.groupby([time.month.map(SEASON_OF_MONTH).to_numpy(), time.hour.to_numpy()]).mean()
    witness = climatology.wind_diurnal["capacity_factor"]
    for season, hour in witness.index:
        want, got = (table[season, hour] / table[season].mean() for table in (witness, hours))
        rows.append((f"output by hour, {season}", "1", f"{hour:02d} h", want, got, HOUR_TOLERANCE[not strict], ERA5))
    return rows
