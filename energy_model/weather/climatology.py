"""Climatology tables: monthly means, spreads and correlations, the targets of the generator."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from energy_model.shipped import shipped
from energy_model.weather.errors import weather_error

FOLDER = shipped("weather/climatology")
SEASON_OF_MONTH = {12: "DJF", 1: "DJF", 2: "DJF", 3: "MAM", 4: "MAM", 5: "MAM", 6: "JJA", 7: "JJA", 8: "JJA",
                   9: "SON", 10: "SON", 11: "SON"}  # fmt: skip
SEASON_CENTRE = {"DJF": 1, "MAM": 4, "JJA": 7, "SON": 10}
DAYS_OF_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
QUANTILES = (10, 25, 50, 75, 90)


@dataclass(frozen=True)
class Climatology:
    """The tables of one folder, checked and in one site order.

    Attributes
    ----------
    sites : pd.DataFrame
        One row per climate site: latitude_deg, longitude_deg, altitude_m, weibull_k, names.
    months : pd.DataFrame
        (site, month) -> wind_speed_100m_m_per_s, ghi_kwh_per_m2_day, temperature_degc,
        air_density_100m_kg_per_m3, linke_turbidity.
    ghi_quantiles : pd.DataFrame
        (site, month) -> daily irradiation at five quantiles, per monthly mean [1].
    wind_diurnal : pd.DataFrame
        (season, hour) -> wind_speed_per_mean [1] at hub height.
    temperature_diurnal : pd.DataFrame
        (site, hour) -> departure_k [K] from the daily mean.
    temperature_spread : pd.DataFrame
        month -> diurnal_range_per_mean [1], anomaly_standard_deviation_k [K].
    wind_memory : pd.DataFrame
        component -> memory_h, smoothing_h [h].
    wind_autocorrelation : pd.DataFrame
        lag_h -> correlation of province means [1].
    wind_output_months : pd.DataFrame
        month -> capacity factor [1] of province means.
    output_targets : pd.DataFrame
        One row per statistic of output: unit, low and high end of its band and of what is observed (the band where not known), source.
    pairs : pd.DataFrame
        One row per pair of sites: distance_km and four correlations [1].
    """

    sites: pd.DataFrame
    months: pd.DataFrame
    ghi_quantiles: pd.DataFrame
    wind_diurnal: pd.DataFrame
    temperature_diurnal: pd.DataFrame
    temperature_spread: pd.DataFrame
    wind_memory: pd.DataFrame
    wind_autocorrelation: pd.DataFrame
    wind_output_months: pd.DataFrame
    output_targets: pd.DataFrame
    pairs: pd.DataFrame

    @property
    def names(self) -> list[str]:
        """List the site codes in table order."""
        return list(self.sites.index)

    def monthly(self, column: str) -> np.ndarray:
        """Monthly values of `column`, shape (site, 12), in the unit of its name."""
        return self.months[column].unstack("month").loc[self.names].to_numpy(float)

    def quantiles(self) -> np.ndarray:
        """Daily irradiation quantiles per monthly mean [1], shape (site, 12, 5)."""
        return self.ghi_quantiles.to_numpy(float).reshape(len(self.names), 12, len(QUANTILES))

    def correlation(self, column: str) -> np.ndarray:
        """Symmetric correlation matrix (site, site) [1] with ones on the diagonal."""
        place = {name: i for i, name in enumerate(self.names)}
        matrix = np.eye(len(place))
        for pair in self.pairs.itertuples():
            a, b = place[pair.site_a], place[pair.site_b]
            matrix[a, b] = matrix[b, a] = getattr(pair, column)
        return matrix

    def wind_hour_factors(self) -> np.ndarray:
        """Hub-height wind speed per monthly mean [1], shape (12 months, 24 hours), seasons blended."""
        season = self.wind_diurnal["wind_speed_per_mean"].unstack("hour")
        factors = np.empty((12, 24))
        for month in range(1, 13):
            # Distance to a season's centre on the circle of months: 1 at the centre, 0 three months off.
            gap = {s: min((month - c) % 12, (c - month) % 12) for s, c in SEASON_CENTRE.items()}
            factors[month - 1] = sum(max(0, 1 - g / 3) * season.loc[s].to_numpy() for s, g in gap.items())
        return factors / factors.mean(axis=1, keepdims=True)

    def wind_output_factors(self) -> np.ndarray:
        """Output of each month per mean of the year [1], mean of the provinces, shape (12,)."""
        days = pd.Series(DAYS_OF_MONTH, index=range(1, 13))
        yearly = self.wind_output_months.mul(days, axis=0).sum() / days.sum()
        return (self.wind_output_months / yearly).mean(axis=1).to_numpy()

    def temperature_hour_departures(self) -> np.ndarray:
        """Departure from the daily mean [K], shape (site, 12 months, 24 hours)."""
        year = self.temperature_diurnal["departure_k"].unstack("hour").loc[self.names].to_numpy()
        month = self.temperature_spread["diurnal_range_per_mean"].to_numpy()
        return year[:, None, :] * month[None, :, None]


@lru_cache(maxsize=4)
def load_climatology(folder: Path = FOLDER) -> Climatology:
    """Read and check the tables of `folder`; any missing file or label is a `WeatherError`."""

    def table(name: str, keys: list[str]) -> pd.DataFrame:
        path = Path(folder) / f"{name}.csv"
        if not path.is_file():
            raise weather_error(f"climatology table missing: {path}", f"缺少气候统计表：{path}")
        frame = pd.read_csv(path)
        absent = [key for key in keys if key not in frame]
        if absent:
            raise weather_error(f"{path}: columns missing: {absent}", f"{path}：缺列：{absent}")
        if keys and frame.duplicated(keys).any():
            raise weather_error(
                f"{path}: repeated key {frame[frame.duplicated(keys)][keys].values.tolist()[0]}",
                f"{path}：键重复：{frame[frame.duplicated(keys)][keys].values.tolist()[0]}",
            )
        if frame.isna().any(axis=None):
            raise weather_error(
                f"{path}: empty cells in {list(frame.columns[frame.isna().any()])}",
                f"{path}：有空单元格的列：{list(frame.columns[frame.isna().any()])}",
            )
        return frame.set_index(keys) if keys else frame

    sites = table("sites", ["site"])
    months = pd.MultiIndex.from_product([sites.index, range(1, 13)], names=["site", "month"])
    hours = pd.MultiIndex.from_product([sites.index, range(24)], names=["site", "hour"])
    seasons = pd.MultiIndex.from_product([SEASON_CENTRE, range(24)], names=["season", "hour"])
    pairs = table("site_correlations", [])
    given = {frozenset((p.site_a, p.site_b)) for p in pairs.itertuples()}
    wanted = {frozenset((a, b)) for a in sites.index for b in sites.index if a != b}
    if given != wanted or len(pairs) != len(wanted):
        raise weather_error(
            f"site_correlations.csv: every pair of sites once, please; {given ^ wanted}",
            f"site_correlations.csv：每对站点须恰有一行；{given ^ wanted}",
        )
    return Climatology(
        sites=sites,
        months=_exact(table("site_months", ["site", "month"]), months, "site_months.csv"),
        ghi_quantiles=_exact(table("ghi_day_quantiles", ["site", "month"]), months, "ghi_day_quantiles.csv"),
        wind_diurnal=_exact(table("wind_diurnal", ["season", "hour"]), seasons, "wind_diurnal.csv"),
        temperature_diurnal=_exact(table("temperature_diurnal", ["site", "hour"]), hours, "temperature_diurnal.csv"),
        temperature_spread=_exact(table("temperature_spread", ["month"]), pd.RangeIndex(1, 13), "temperature_spread"),
        wind_memory=_exact(table("wind_memory", ["component"]), pd.Index(["regional", "local"]), "wind_memory.csv"),
        wind_autocorrelation=table("wind_autocorrelation", ["lag_h"]),
        wind_output_months=_exact(table("wind_output_months", ["month"]), pd.RangeIndex(1, 13), "wind_output_months.csv"),
        output_targets=table("output_targets", ["statistic"]),
        pairs=pairs,
    )


def _exact(frame: pd.DataFrame, index: pd.Index, name: str) -> pd.DataFrame:
    """Pick the rows of `frame` in the order of `index`; a missing or extra label is an error."""
    odd = set(index) ^ set(frame.index)
    if odd:
        raise weather_error(f"{name}: missing or unknown rows {sorted(odd)[:5]}", f"{name}：缺少或未知的行 {sorted(odd)[:5]}")
    return frame.loc[list(index)]
