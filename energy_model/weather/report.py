"""Agreement of a weather year with the climatology: one table of statistics with verdicts."""

import numpy as np
import pandas as pd
import xarray as xr
from rich.console import Console
from rich.table import Table

from energy_model.labels import LABELS, label
from energy_model.language import say
from energy_model.units import HOURS_PER_WEEK
from energy_model.weather.climatology import Climatology
from energy_model.weather.dataset import check_weather
from energy_model.weather.profiles import availabilities
from energy_model.weather.report_output import ERA5, TABLES, output_rows, wind_output, years_rows
from energy_model.weather.statistics import (
    correlation_at_lags,
    daily_sums,
    monthly_means,
    weibull_shape_of,
)

COLUMNS = ["statistic", "unit", "place", "target", "generated", "tolerance", "source", "verdict"]
# Where targets come from, if not from the tables of the climatology.
SOURCES = {
    "wind lag correlation": ERA5,
    "wind lag correlation, 1 h": ERA5,
    "calmest week, wind_new": ERA5,
    "full-load hours, wind_old": "observed 2017",
    "full-load hours, wind_new": "judgement",
    "full-load hours, wind_low": "judgement",
    "full-load hours, pv_fixed": "judgement",
    "full-load hours, pv_1axis": "judgement",
    "irradiation day-to-day correlation": "stations",
}
# Tolerances: typical years hit monthly means by construction; correlations of one year scatter.
LAG_TOLERANCE = {1: 0.02, 2: 0.03, 3: 0.04, 6: 0.06, 12: 0.08, 24: 0.12, 48: 0.12}
# Full-load hours of the mean of all sites before curtailment (README of the folder): lower and upper end.
FULL_LOAD_BANDS_H = {
    "wind_old": (2185, 2385),  # Jilin and Inner Mongolia, first nine months of 2017, curtailed energy added
    "wind_new": (2600, 3200),
    "wind_low": (2600, 3200),
    "pv_fixed": (1450, 1700),
    "pv_1axis": (1500, 1850),
}
YEARLY_SCATTER = 0.12  # two standard deviations of the wind energy of a year
# ERA5 2020, V112 at 84 m: .087 Inner Mongolia, .058 Jilin; other turbines have no witness.
CALM_WEEK_PROFILE, CALM_WEEK_BAND = "wind_new", (0.03, 0.13)
DAY_TO_DAY_BAND = (0.05, 0.45)  # stations .17 to .40, and the scatter of one year
OBSERVED_LAGS = {48: (0.08, 0.11)}  # ERA5 2020: .078 Liaoning, .109 Jilin; a typical year is to have it, whatever the scatter of one year
COUNTY_LAG_1_BAND = (0.98, 0.992)  # means over a county are as smooth as a province (.984 to .987)


def weather_report(weather: xr.Dataset, climatology: Climatology, profiles: pd.DataFrame | None = None, years: int = 0) -> pd.DataFrame:
    """Compare a weather year with its targets.

    Parameters
    ----------
    weather : xr.Dataset
        A checked weather year whose sites the climatology knows.
    climatology : Climatology
        Targets.
    profiles : pd.DataFrame, optional
        Rows of the table `profiles`; full-load hours, ramps, quantiles, calms and courses of output are left out without them.
    years : int
        Number of generated years of which the spread is reported; 0 leaves it out.

    Returns
    -------
    pd.DataFrame
        Columns statistic, unit, place (site, pair or "all"), target, generated, tolerance (allowed
        absolute departure), source of the target and verdict: "ok", "missed" outside of what is observed and within the tolerance,
        "off" beyond it.
    """
    check_weather(weather, say("weather to be reported", "待对照的气象年"), climatology.names)
    weather = weather.sel(site=climatology.names)
    rows = _levels(weather, climatology) + _memory(weather, climatology) + _space(weather, climatology)
    if profiles is not None:
        rows += _yields(weather, profiles)
    rows = [(*row, SOURCES.get(row[0], TABLES)) for row in rows]
    if profiles is not None and len(output := wind_output(weather, profiles)):
        rows += output_rows(weather, climatology, output, _typical(weather))
        rows += years_rows(climatology, profiles, years) if years else []
    table = pd.DataFrame(rows, columns=COLUMNS[:-1])
    off = (table["generated"] - table["target"]).abs() > table["tolerance"] + 1e-9
    low, high = _observed(table, climatology)
    missed = (table["generated"] < low - 1e-9) | (table["generated"] > high + 1e-9)
    table["verdict"] = np.select([off, missed], ["off", "missed"], "ok")
    return table


def _observed(table: pd.DataFrame, climatology: Climatology) -> tuple[pd.Series, pd.Series]:
    """Range of what is observed of each row; NaN where it is not known apart from the band."""
    low, high = (table["statistic"].map(climatology.output_targets[f"observed_{end}"]) for end in ("low", "high"))
    for lag, (least, most) in OBSERVED_LAGS.items():
        own = (table["statistic"] == "wind lag correlation") & (table["place"] == f"all, {lag} h")
        low, high = low.mask(own, least), high.mask(own, most)
    return low, high


def _band(statistic: str, unit: str, place: str, band: tuple[float, float], value: float) -> tuple:
    """Row with the middle of a band as target and half its width as tolerance."""
    return (statistic, unit, place, sum(band) / 2, value, (band[1] - band[0]) / 2)


def _typical(weather: xr.Dataset) -> bool:
    """Whether the year hits the monthly means by construction; others may leave them by what real months usually do."""
    return weather.attrs.get("kind") == "synthetic" and not weather.attrs.get("interannual", 0)


def _levels(weather: xr.Dataset, climatology: Climatology) -> list[tuple]:
    """Monthly and yearly means of each variable, and the Weibull shape."""
    rows = []
    strict = _typical(weather)
    for name, column, statistic, unit, factor, month_share, floor in (
        (
            "wind_speed_100m",
            "wind_speed_100m_m_per_s",
            "wind speed",
            "m/s",
            1.0,
            0.02 if strict else 0.30,
            0.0,
        ),
        ("ghi", "ghi_kwh_per_m2_day", "irradiation", "kWh/(m2 d)", 0.024, 0.02 if strict else 0.20, 0.0),
        ("temperature", "temperature_degc", "temperature", "degC", 1.0, 0.0, 0.2 if strict else 5.0),
        (
            "air_density",
            "air_density_100m_kg_per_m3",
            "air density",
            "kg/m3",
            1.0,
            0.005 if strict else 0.03,
            0.0,
        ),
    ):
        got, want = monthly_means(weather, name) * factor, climatology.monthly(column)
        days = weather.indexes["time"].month.value_counts().sort_index().to_numpy() / 24
        for i, site in enumerate(climatology.names):
            year_want, year_got = (np.average(x[i], weights=days) for x in (want, got))
            tolerance = max(abs(year_want) * month_share / 2, floor / 2)
            rows.append((f"{statistic}, year", unit, site, year_want, year_got, tolerance))
            for month in range(12):
                tolerance = max(abs(want[i, month]) * month_share, floor)
                place = f"{site} {month + 1:02d}"
                rows.append((f"{statistic}, month", unit, place, want[i, month], got[i, month], tolerance))
    shapes = weibull_shape_of(weather["wind_speed_100m"].to_numpy())
    for site, target, shape in zip(climatology.names, climatology.sites["weibull_k"], shapes, strict=True):
        rows.append(("Weibull k, year", "1", site, target, shape, 0.12 if strict else 0.25))
    return rows


def _memory(weather: xr.Dataset, climatology: Climatology) -> list[tuple]:
    """Autocorrelation of wind and the day-to-day correlation of the sun."""
    wind = weather["wind_speed_100m"].to_numpy()
    lags = list(LAG_TOLERANCE)
    region = correlation_at_lags(wind.mean(axis=0), lags)
    target = climatology.wind_autocorrelation["region_correlation"]
    rows = [
        ("wind lag correlation", "1", f"all, {lag} h", target[lag], got, LAG_TOLERANCE[lag]) for lag, got in zip(lags, region, strict=True)
    ]
    sun = daily_sums(weather["ghi"].to_numpy())
    month = weather.indexes["time"].month.to_numpy()[::24]
    for i, site in enumerate(climatology.names):
        rows.append(_band("wind lag correlation, 1 h", "1", site, COUNTY_LAG_1_BAND, correlation_at_lags(wind[i], [1])[0]))
        course = pd.Series(sun[i]).groupby(month).transform("mean").to_numpy()
        day = correlation_at_lags(sun[i] / course, [1])[0]
        rows.append(_band("irradiation day-to-day correlation", "1", site, DAY_TO_DAY_BAND, day))
    return rows


def _space(weather: xr.Dataset, climatology: Climatology) -> list[tuple]:
    """Correlation between sites."""
    wind, sun, heat = (weather[name].to_numpy() for name in ("wind_speed_100m", "ghi", "temperature"))
    month = weather.indexes["time"].month.to_numpy()[::24]

    def departures(values: np.ndarray) -> np.ndarray:
        """Daily values minus their monthly mean, so that the season does not count as correlation."""
        daily = pd.DataFrame(daily_sums(values).T)
        return (daily - daily.groupby(month).transform("mean")).to_numpy().T

    rows = []
    for statistic, column, got, tolerance in (
        ("wind correlation, hourly", "wind_hourly_correlation", np.corrcoef(wind), 0.08),
        ("wind correlation, daily", "wind_daily_correlation", np.corrcoef(daily_sums(wind)), 0.12),
        ("irradiation correlation, daily", "ghi_daily_correlation", np.corrcoef(departures(sun)), 0.15),
        (
            "temperature correlation, daily",
            "temperature_daily_correlation",
            np.corrcoef(departures(heat)),
            0.08,
        ),
    ):
        want = climatology.correlation(column)
        for i, a in enumerate(climatology.names):
            for j in range(i + 1, len(want)):
                place = f"{a} - {climatology.names[j]}"
                rows.append((statistic, "1", place, want[i, j], got[i, j], tolerance))
    return rows


def _yields(weather: xr.Dataset, profiles: pd.DataFrame) -> list[tuple]:
    """Full-load hours and the calmest week, means of all sites."""
    labels, availability = availabilities(profiles, weather)
    rows = []
    slack = 0.0 if _typical(weather) else YEARLY_SCATTER
    for profile in profiles["profile"]:
        mine = availability[[label.split("@")[0] == profile for label in labels]].mean(axis=0)
        if profile in FULL_LOAD_BANDS_H:
            low, high = FULL_LOAD_BANDS_H[profile]
            band = (low * (1 - slack), high * (1 + slack))
            rows.append(_band(f"full-load hours, {profile}", "h", "all", band, mine.sum()))
        if profile == CALM_WEEK_PROFILE:
            sums = np.concatenate([[0.0], np.cumsum(mine)])
            worst = (sums[HOURS_PER_WEEK:] - sums[:-HOURS_PER_WEEK]).min() / HOURS_PER_WEEK
            rows.append(_band(f"calmest week, {profile}", "MW/MW", "all", CALM_WEEK_BAND, worst))
    return rows


def print_report(table: pd.DataFrame, console: Console, all_rows: bool = False) -> None:
    """Print the report in the language in use: a line per statistic, and every row out of tolerance (or every row)."""
    summary = Table(title=say("Weather year against the climate statistics", "气象年与气候统计对照"))
    for heading in ("statistic", "unit", "rows", "off", "departure", "allowed"):
        left = heading in ("statistic", "unit")
        words = label("weather_report", heading).shown
        summary.add_column(words, justify="left" if left else "right", no_wrap=heading == "statistic")
    departure = (table["generated"] - table["target"]).abs()
    for name, rows in table.groupby("statistic", sort=False):
        worst = (departure[rows.index] / rows["tolerance"].clip(lower=1e-9)).idxmax()
        off = int((rows["verdict"] == "off").sum())
        values = (f"{departure[worst]:.3g}", f"{table.loc[worst, 'tolerance']:.3g}")
        style = "red" if off else "yellow" if (rows["verdict"] == "missed").any() else None
        summary.add_row(_in_words(str(name)), table.loc[worst, "unit"], str(len(rows)), str(off), *values, style=style)
    console.print(summary)
    listed = table if all_rows else table[table["verdict"] != "ok"]
    if listed.empty:
        return
    detail = Table(title=say("All rows", "全部各行") if all_rows else say("Rows off", "超差各行"))
    for heading in ("statistic", "place", "target", "generated", "tolerance", "source", "verdict"):
        detail.add_column(label("weather_report", heading).shown)
    for row in listed.itertuples():
        numbers = (f"{v:.4g}" for v in (row.target, row.generated, row.tolerance))
        origin, verdict = label("climate_source", row.source).shown, label("weather_verdict", row.verdict).shown
        detail.add_row(_in_words(row.statistic), _in_words(row.place), *numbers, origin, verdict)
    console.print(detail)


def _in_words(statistic: str) -> str:
    """Name of a statistic or place in the language in use, part by part; sites, profiles and lags are unchanged."""
    words = LABELS["climate_statistic"]
    parts = [words[part].shown if part in words else part for part in statistic.split(", ")]
    return say(", ", "，").join(parts)
