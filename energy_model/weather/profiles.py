"""All hourly series of a study, made from its tables and one weather year."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.language import say
from energy_model.study.build_converters import label, named_series
from energy_model.study.nearest import listed
from energy_model.study.series import WEIGHT, weight_of
from energy_model.weather.cells import given, keyed, needed, number, text
from energy_model.weather.dataset import check_weather
from energy_model.weather.demand import heat_mw, load_mw
from energy_model.weather.errors import WeatherError, weather_error
from energy_model.weather.solar import SiteSun, solar_availability
from energy_model.weather.wind import WAKE_CURVES, wind_availability

TOGETHER = "+"
"""Between climate sites whose wind and sun are averaged, as in ``KULUN+KZH``: a province is smoother than one site."""
LABELS = {
    "availability": ("MW/MW", "可用出力系数", "available power per installed power"),
    "load_mw": ("MW", "电力负荷（含配网损耗）", "power drawn by the loads, distribution losses included"),
    "heat_mw": ("MW_th", "热负荷", "heat demand"),
}


def make_profiles(tables: Mapping[str, pd.DataFrame], case: str, weather: xr.Dataset, distribution_loss_share: float) -> xr.Dataset:
    """Hourly series of a study.

    Parameters
    ----------
    tables : mapping
        Input tables: nodes, profiles, loads, shapes, heat_areas, series; without series, or with all hours of them, the whole year.
    case : str
        Load level; rows of loads and heat_areas of this case are taken.
    weather : xr.Dataset
        A checked weather year with every climate site the nodes name.
    distribution_loss_share : float
        Loss of the distribution network [1] of the power drawn.

    Returns
    -------
    xr.Dataset
        availability (resource, time) [MW/MW] with resources "profile@site", or "profile" where a series is given,
        load_mw (node, time) [MW], heat_mw (heat_area, time) [MW_th].
    """
    if not 0 <= distribution_loss_share < 1:
        raise weather_error(
            f"distribution_loss_share must be within 0..1, not {distribution_loss_share}",
            f"distribution_loss_share 须在 0 至 1 之间，现为 {distribution_loss_share}",
        )
    nodes = keyed(tables["nodes"], "node")
    series = tables.get("series", pd.DataFrame(index=range(weather.sizes["time"])))
    averaged = dict.fromkeys(str(s) for s in nodes.get("renewable_sites", ()) if given(s))
    sites = list(dict.fromkeys(site for s in (*nodes["climate_site"], *averaged) if given(s) for site in str(s).split(TOGETHER)))
    check_sites(nodes, weather)
    check_weather(weather, weather.attrs.get("title", "weather"), sites)
    weather = weather.sel(site=sites)
    time = weather.indexes["time"]
    temperature = dict(zip(sites, weather["temperature"].to_numpy().astype(float), strict=True))
    profiles = keyed(tables["profiles"], "profile")
    measured = profiles["series"].map(given).to_numpy(bool)
    resources, availability = over_sites(*availabilities(profiles[~measured], weather), list(averaged))
    resources += profiles["profile"][measured].tolist()
    availability = np.vstack([availability[:, : len(series)], *(series[name].to_numpy() for name in profiles["series"][measured])])
    others = named_series(tables)
    resources += [label(name) for name in others]
    availability = np.vstack([availability, *(series[name].to_numpy() for name in others)])
    weight = weight_of(series, len(time))  # weighted hours are the year; without weights the year goes on after the last of them
    names, load = load_mw(tables, case, time, temperature, distribution_loss_share, weight)
    areas, heat = heat_mw(tables, case, time, temperature, weight)
    result = xr.Dataset(
        {
            "availability": (("resource", "time"), availability),
            "load_mw": (("node", "time"), load[:, : len(series)]),
            "heat_mw": (("heat_area", "time"), heat[:, : len(series)]),
        },
        coords={
            "resource": np.asarray(resources, dtype="U"),
            "node": np.asarray(names, dtype="U"),
            "heat_area": np.asarray(areas, dtype="U"),
            "time": time[: len(series)],
        },
        attrs={
            "case": case,
            "weather": weather.attrs.get("title", ""),
            "weather_kind": weather.attrs.get("kind", ""),
            "weather_version": str(weather.attrs.get("generator_version", "")),
        },
    )
    if WEIGHT in series:
        result[WEIGHT] = ("time", weight, {"units": "h", "long_name": "hours of the year that an hour stands for"})
    for name, (units, zh, en) in LABELS.items():
        result[name].attrs = {"units": units, "long_name": en, "long_name_zh": zh}
    return result


def check_sites(nodes: pd.DataFrame, weather: xr.Dataset) -> None:
    """Raise `WeatherError` with every cell of nodes.csv that names a site which the weather has not."""
    known = weather["site"].to_numpy().tolist() if "site" in weather else []
    faults = []
    for column in ("climate_site", "renewable_sites"):
        for node, cell in zip(nodes["node"], nodes[column] if column in nodes else [None] * len(nodes), strict=True):
            for site in str(cell).split(TOGETHER) if given(cell) else []:
                if site not in known:
                    hint, hint_zh = listed(site, known)
                    faults.append(
                        say(
                            f"nodes.csv, row {node}, {column}: the weather has no site '{site}'. Sites: {hint}",
                            f"nodes.csv 第 {node} 行 {column} 列：气象年没有站点 '{site}'。现有站点：{hint_zh}",
                        )
                    )
    if faults:
        raise WeatherError("\n".join(faults))


def over_sites(resources: list[str], availability: np.ndarray, averaged: list[str]) -> tuple[list[str], np.ndarray]:
    """The same with the mean over several sites of every profile, under ``profile@site+site``."""
    place = {name: i for i, name in enumerate(resources)}
    found, rows = list(resources), [availability]
    for profile in dict.fromkeys(name.split("@")[0] for name in resources):
        for together in averaged:
            own = [place[f"{profile}@{site}"] for site in together.split(TOGETHER)]
            found.append(f"{profile}@{together}")
            rows.append(availability[own].mean(axis=0, keepdims=True))
    return found, np.concatenate(rows)


def availabilities(profiles: pd.DataFrame, weather: xr.Dataset) -> tuple[list[str], np.ndarray]:
    """Availability of every profile at every site.

    Parameters
    ----------
    profiles : pd.DataFrame
        Rows of the table `profiles`.
    weather : xr.Dataset
        Checked weather.

    Returns
    -------
    tuple
        Labels "profile@site" (profile by profile) and the array (resource, time) [MW/MW].
    """
    sites = weather["site"].to_numpy().tolist()
    wind, density, temperature, ghi = (
        weather[name].to_numpy().astype(float) for name in ("wind_speed_100m", "air_density", "temperature", "ghi")
    )
    suns: list[SiteSun] = []
    if (profiles["kind"] == "solar").any():
        places = zip(*(weather[c].to_numpy().tolist() for c in ("latitude", "longitude", "altitude")), strict=True)
        suns = [SiteSun(weather.indexes["time"], lat, lon, alt, ghi[i]) for i, (lat, lon, alt) in enumerate(places)]
    blocks = []
    for _, row in profiles.iterrows():
        what = say(f"profile {row['profile']}", f"出力曲线 {row['profile']}")
        if row["kind"] == "wind":
            turbine = text(row["turbine_type"])
            if turbine is None:
                raise weather_error(f"{what}: turbine_type is empty", f"{what}：turbine_type 为空")
            shares = ("speed_spread_share", "wake_loss_share", "other_loss_share", "cold_loss_share")
            block = wind_availability(
                wind,
                density,
                temperature,
                turbine_type=turbine,
                hub_height_m=needed(row, "hub_height_m", what),
                wake_curve=_wake_curve(row, what),
                cold_stop_degc=number(row, "cold_stop_degc"),
                **{name: number(row, name, 0.0) for name in shares},
            )
        elif row["kind"] == "solar":
            options: dict[str, Any] = {
                "tracking_kind": text(row["tracking"]) or "",
                "tilt_deg": number(row, "tilt_deg"),
                "dc_ac_ratio": needed(row, "dc_ac_ratio", what),
                "temperature_coefficient_per_k": needed(row, "temperature_coefficient_per_k", what),
                "other_loss_share": number(row, "other_loss_share", 0.0),
            }
            block = np.stack([solar_availability(sun, temperature[i], wind[i], **options) for i, sun in enumerate(suns)])
        else:
            raise weather_error(
                f"{what}: kind must be wind or solar, not {row['kind']!r}", f"{what}：kind 须为 wind 或 solar，现为 {row['kind']!r}"
            )
        blocks.append(block)
    labels = [f"{profile}@{site}" for profile in profiles["profile"] for site in sites]
    return labels, np.concatenate(blocks) if blocks else np.zeros((0, weather.sizes["time"]))


def _wake_curve(row: pd.Series, what: str) -> str | None:
    """Name of the wake losses by wind speed of a wind profile; a constant loss besides them is an error."""
    name = text(row.get("wake_curve"))
    if name is not None and name not in WAKE_CURVES:
        raise weather_error(
            f"{what}: wake_curve must be one of {', '.join(WAKE_CURVES)}, not {name!r}",
            f"{what}：wake_curve 须为 {'、'.join(WAKE_CURVES)} 之一，现为 {name!r}",
        )
    if name is not None and number(row, "wake_loss_share", 0.0):
        raise weather_error(
            f"{what}: wake_curve and wake_loss_share would count wakes twice; leave one of them empty",
            f"{what}：wake_curve 与 wake_loss_share 会重复计算尾流损失，请只填一项",
        )
    return name
