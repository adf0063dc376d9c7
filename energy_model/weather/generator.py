"""Stochastic generator of whole weather years that hit the climatology of the sites.

A site stands for the wind farms of its county: its wind is the mean over some 60 km, as in a reanalysis; how far turbines depart from
it belongs to the power curve (`wind.cluster_curve`).

Chain of each draw: a spatially correlated Gaussian process with the memory of regional wind and
a short local one gives the rank of each hour's wind; the rank is turned into a Weibull speed and
multiplied by the month's mean and the hour's factor at hub height.  Irradiance is a daily clear-sky
index of the site's distribution, varied within the day, times the clear sky.  Temperature is the
monthly mean, the daily course and a regional anomaly; density follows from it at the month's pressure.
"""

import numpy as np
import xarray as xr
from scipy.special import gamma, log_ndtr

from energy_model.language import say
from energy_model.units import HOURS_PER_YEAR
from energy_model.weather.climatology import Climatology, load_climatology
from energy_model.weather.dataset import check_weather, weather_dataset, year_hours
from energy_model.weather.irradiance import draw_irradiance
from energy_model.weather.noise import month_hats, month_totals, red_noise, smooth_through, spatial_root
from energy_model.weather.statistics import weibull_shape, weibull_variation

VERSION = "2.0"  # to be raised whenever a seed gives other weather: files of other versions are told apart by it
# Second word of every seed, chosen so that the first typical year is typical in its calms too, and begins with wind for runs of a few days.
STREAM = 4
SOURCES = (
    "statistics of CSWD typical years (10 m wind, temperature), ERA5 2020 province yields (diurnal and monthly shape at "
    "hub height, autocorrelation), MERRA-2 2011-2015 daily irradiation, pvlib Linke turbidity; levels and "
    "correlation nuggets are own judgement: see weather/README.md"
)
ABSOLUTE_ZERO_DEGC = -273.15
DECIMALS = {"wind_speed_100m": 3, "ghi": 1, "temperature": 2, "air_density": 4}  # keeps the files small

# Strong wind goes with cloudier days: the daily correlation of regional wind and sun, season included, is then about -.13 (ERA5 2020:
# Liaoning -.08, Jilin -.19).  Slightly warmer nights: own judgement.
WIND_SUN_COUPLING = -0.24
WIND_TEMPERATURE_COUPLING = 0.15
TEMPERATURE_MEMORY_H, TEMPERATURE_SMOOTHING_H = 60.0, 5.0  # weather systems of a few days


def generate_year(seed: int, year: int = 2015, interannual: bool = False, climatology: Climatology | None = None) -> xr.Dataset:
    """Generate one synthetic weather year.

    Parameters
    ----------
    seed : int
        Seed of numpy's PCG64, with `STREAM`; the same seed gives the same bits.
    year : int
        Calendar year of the 8760 hours (decides weekdays and holidays of the load, not the climate).
    interannual : bool
        False: a typical year, monthly means and spreads pulled onto the climatology.
        True: months scatter as real ones do (yearly wind energy by several per cent).
    climatology : Climatology, optional
        The tables of weather/climatology when left out.

    Returns
    -------
    xr.Dataset
        wind_speed_100m [m/s], ghi [W/m2], temperature [degC], air_density [kg/m3], each (site, time).
    """
    tables = climatology or load_climatology()
    time = year_hours(year)
    rng = np.random.Generator(np.random.PCG64([seed, STREAM]))
    hats, means = month_hats(time), month_totals(time)
    wind, score = _draw_wind(rng, tables, time, hats, means, not interannual)
    ghi, index = draw_irradiance(rng, tables, time, WIND_SUN_COUPLING * _daily(score), not interannual)
    temperature = _draw_temperature(rng, tables, time, hats, means, score, index, not interannual)
    density = _air_density(tables, hats, means, temperature)
    values = {"wind_speed_100m": wind, "ghi": ghi, "temperature": temperature, "air_density": density}
    data = weather_dataset(
        tables.names,
        time,
        # Rounded 32-bit numbers, as stored in the files, so that a fresh draw and a saved one are the same.
        {name: array.round(DECIMALS[name]).astype(np.float32) for name, array in values.items()},
        tables.sites["latitude_deg"],
        tables.sites["longitude_deg"],
        tables.sites["altitude_m"],
        {
            "kind": "synthetic",
            "title": f"synthetic weather year, seed {seed}",
            "seed": seed,
            "interannual": int(interannual),
            "generator_version": VERSION,
            "source": SOURCES,
        },
    )
    return check_weather(data, say(f"synthetic year {seed}", f"合成气象年 {seed}"))


def deterministic_wind_share(tables: Climatology) -> float:
    """Share [1] of the variance of wind speed explained by season and hour."""
    monthly = tables.monthly("wind_speed_100m_m_per_s").mean(axis=0)
    course = (monthly[:, None] * tables.wind_hour_factors()).ravel() / monthly.mean()
    return float(course.var() / weibull_variation(tables.sites["weibull_k"].mean()) ** 2)


def _draw_wind(rng, tables: Climatology, time, hats, means, typical: bool) -> tuple[np.ndarray, np.ndarray]:
    """Wind speed at 100 m [m/s] and the Gaussian score [1] behind it, both (site, time)."""
    share = deterministic_wind_share(tables)
    wanted = (tables.correlation("wind_hourly_correlation") - share) / (1 - share)
    regional = _nugget_free(wanted)
    memory = tables.wind_memory
    score = np.sqrt(regional[0]) * red_noise(
        rng,
        spatial_root(regional[1], "hourly wind"),
        HOURS_PER_YEAR,
        *memory.loc["regional", ["memory_h", "smoothing_h"]].astype(float),
    ) + np.sqrt(1 - regional[0]) * red_noise(
        rng, np.eye(len(wanted)), HOURS_PER_YEAR, *memory.loc["local", ["memory_h", "smoothing_h"]].astype(float)
    )
    if typical:
        score = _standardised(score, hats, means)
    monthly = tables.monthly("wind_speed_100m_m_per_s")
    hour = tables.wind_hour_factors()[time.month.to_numpy() - 1, time.hour.to_numpy()]
    course = smooth_through(hats, means, monthly) * hour
    wind = np.empty_like(score)
    for site, k in enumerate(tables.sites["weibull_k"]):
        # The shape is that of the whole year; season and hour already bring part of the spread.
        spread = (1 + weibull_variation(k) ** 2) / (1 + (course[site].std() / course[site].mean()) ** 2) - 1
        hourly_k = weibull_shape(np.sqrt(spread))
        wind[site] = course[site] * (-log_ndtr(-score[site])) ** (1 / hourly_k) / gamma(1 + 1 / hourly_k)
    if typical:
        wind *= smooth_through(hats, means, monthly, wind)
    return wind, score


def _nugget_free(correlation: np.ndarray) -> tuple[float, np.ndarray]:
    """Split a correlation with nugget into the regional share [1] and the regional correlation.

    The share is the largest correlation two sites at one place would have, read off the nearest
    pair, so that the regional matrix keeps ones on the diagonal and the given values elsewhere.
    """
    apart = correlation[~np.eye(len(correlation), dtype=bool)]
    share = min(0.99, float(apart.max()) * 1.02)
    regional = correlation / share
    regional[np.eye(len(correlation), dtype=bool)] = 1.0
    return share, regional


def _standardised(score: np.ndarray, hats: np.ndarray, means: np.ndarray) -> np.ndarray:
    """Scores with mean 0 and variance 1 in every month of every site, without steps between months."""
    zero = np.zeros((len(score), 12))
    score = score - smooth_through(hats, means, zero + (score @ means.T))
    factor = smooth_through(hats, means, zero + 1, score**2)
    return score * np.sqrt(np.clip(factor, 0.3, 3.0))


def _daily(score: np.ndarray) -> np.ndarray:
    """Daily means of hourly scores, scaled to variance 1, shape (site, day)."""
    daily = score.reshape(len(score), -1, 24).mean(axis=2)
    return daily / daily.std(axis=1, keepdims=True)


def _draw_temperature(rng, tables: Climatology, time, hats, means, wind_score, clear_index, typical) -> np.ndarray:
    """Air temperature [degC], (site, time)."""
    monthly = tables.monthly("temperature_degc")
    spread = smooth_through(hats, means, tables.temperature_spread["anomaly_standard_deviation_k"].to_numpy()[None, :])
    root = spatial_root(tables.correlation("temperature_daily_correlation"), "temperature")
    own = red_noise(rng, root, HOURS_PER_YEAR, TEMPERATURE_MEMORY_H, TEMPERATURE_SMOOTHING_H)
    score = WIND_TEMPERATURE_COUPLING * wind_score + np.sqrt(1 - WIND_TEMPERATURE_COUPLING**2) * own
    if typical:
        score = score - smooth_through(hats, means, score @ means.T)
    course = tables.temperature_hour_departures()[:, time.month.to_numpy() - 1, time.hour.to_numpy()]
    # A clear day swings more between night and noon than an overcast one (own judgement).
    swing = np.repeat(0.55 + 0.6 * clear_index, 24, axis=1)
    swing /= swing.mean(axis=1, keepdims=True)
    temperature = smooth_through(hats, means, monthly) + course * swing + spread * score
    if typical:
        temperature += smooth_through(hats, means, monthly - temperature @ means.T)
    return temperature


def _air_density(tables: Climatology, hats, means, temperature: np.ndarray) -> np.ndarray:
    """Air density at 100 m [kg/m3], (site, time): the month's pressure over the hour's temperature."""
    kelvin = tables.monthly("temperature_degc") - ABSOLUTE_ZERO_DEGC
    pressure = smooth_through(hats, means, tables.monthly("air_density_100m_kg_per_m3") * kelvin)
    return pressure / (temperature - ABSOLUTE_ZERO_DEGC)
