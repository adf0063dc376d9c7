"""Hourly electricity and heat demand from yearly figures, shapes and temperature."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from energy_model.language import say
from energy_model.study.series import of_year, own_energy_gwh
from energy_model.units import GJ_PER_MWH, HOURS_PER_YEAR, M2_PER_MM2, MWH_PER_GWH, TJ_PER_GWH
from energy_model.weather.calendar import public_holiday, season, spring_festival, weekend
from energy_model.weather.cells import keyed, needed, number, text
from energy_model.weather.errors import weather_error

COMFORT_DEGC = 15.0  # temperature at which the load owes nothing to the weather
MEMORY_H = 24  # buildings answer to about a day of weather

# Hour of the day in district heating, weekdays, after the measured Danish networks in PyPSA-China-PIK
# (heat_load_profile_DK_AdamJensen.csv); hand-set Chinese networks may peak less then (own judgement).
HEAT_HOUR_FACTORS = np.array(
    [0.918, 0.917, 0.927, 0.942, 0.966, 1.022, 1.155, 1.209, 1.147, 1.088, 1.042, 1.006,
     0.984, 0.967, 0.955, 0.951, 0.964, 0.980, 1.005, 1.008, 0.986, 0.971, 0.959, 0.934]
)  # fmt: skip


def smoothed_temperature(temperature: np.ndarray) -> np.ndarray:
    """Mean of the last 24 hours [degC], the year taken as cyclic; shape (time,)."""
    sums = np.cumsum(np.concatenate([temperature[-MEMORY_H + 1 :], temperature]))
    sums = np.concatenate([[0.0], sums])
    return (sums[MEMORY_H:] - sums[:-MEMORY_H]) / MEMORY_H


def shape_factors(shape: pd.Series, time: pd.DatetimeIndex, temperature: np.ndarray) -> np.ndarray:
    """Relative load of one row of `shapes`, shape (time,), any level.

    Hour times month times the day's factor (weekend; on holidays the holiday's factor instead), times
    the temperature term, zero outside the season.
    """
    what = f"shape {shape['shape']}"
    hour = np.array([needed(shape, f"hour_{h:02d}", what) for h in range(24)])
    month = np.array([needed(shape, f"month_{m:02d}", what) for m in range(1, 13)])
    day = np.where(weekend(time), number(shape, "weekend_share", 1.0), 1.0)
    day = np.where(public_holiday(time), number(shape, "holiday_share", 1.0), day)
    day = np.where(spring_festival(time), number(shape, "festival_share", 1.0), day)
    growth = number(shape, "temperature_share_per_k", 0.0)
    weather = np.maximum(1 + growth * np.abs(smoothed_temperature(temperature) - COMFORT_DEGC), 0.0)
    on = season(time, text(shape.get("season_start")), text(shape.get("season_end")))
    return hour[time.hour] * month[time.month - 1] * day * weather * on


def load_mw(
    tables: Mapping[str, pd.DataFrame],
    case: str,
    time: pd.DatetimeIndex,
    temperature: Mapping[str, np.ndarray],
    distribution_loss_share: float,
    weight: np.ndarray | None = None,
) -> tuple[list[str], np.ndarray]:
    """Power drawn from the grid by the loads of `case`.

    Parameters
    ----------
    tables : mapping
        Tables nodes, loads and shapes.
    case : str
        Load level; a case without rows is an error.
    time : pd.DatetimeIndex
        Hours of one year.
    temperature : mapping
        Climate site -> air temperature [degC] (time,).
    distribution_loss_share : float
        Loss of the distribution network [1] of the power drawn.
    weight : np.ndarray, optional
        Hours of the year that each hour represents [h], shape (hours,): the hours that are wanted, which then make up the whole year;
        without it all hours of `time`.

    Returns
    -------
    tuple
        All nodes in table order, and MW, shape (node, hours).  Each row's energy over the year is exact; a given series goes on at its
        mean, so hours after its last have its energy too and are not filled in.
    """
    nodes = keyed(tables["nodes"], "node")
    names = nodes["node"].tolist()
    site_of = {n: text(s) for n, s in zip(names, nodes["climate_site"], strict=True)}
    place = {name: i for i, name in enumerate(names)}
    shapes = keyed(tables["shapes"], "shape").set_index("shape", drop=False)
    loads = keyed(tables["loads"], "load", "node", "case")
    loads = loads[loads["case"] == case]
    if loads.empty:
        raise weather_error(f"loads: no row of case {case!r}", f"loads：没有算例 {case!r} 的行")
    weight = np.ones(len(time)) if weight is None else weight
    total = np.zeros((len(names), len(weight)))
    series = tables.get("series", pd.DataFrame())
    factors: dict[tuple[str, str | None], np.ndarray] = {}
    neutral = np.full(len(time), COMFORT_DEGC)
    for _, row in loads.iterrows():
        what = say(f"load {row['load']}/{row['node']}/{case}", f"负荷 {row['load']}/{row['node']}/{case}")
        if row["node"] not in place:
            raise weather_error(f"{what}: unknown node {row['node']!r}", f"{what}：未知节点 {row['node']!r}")
        energy_mwh = needed(row, "energy_gwh_per_year", what) * MWH_PER_GWH
        if (name := text(row.get("series"))) is not None:
            own = own_energy_gwh(series, name)
            if own <= 0 < energy_mwh:
                raise weather_error(f"{what}: series {name} is zero in every hour", f"{what}：序列 {name} 各小时均为零")
            given = series[name].to_numpy() * (energy_mwh / MWH_PER_GWH / own if own else 1.0)
            total[place[row["node"]], : len(given)] += given
            continue
        if row["shape"] not in shapes.index:
            raise weather_error(f"{what}: unknown shape {row['shape']!r}", f"{what}：未知负荷曲线 {row['shape']!r}")
        shape, site = shapes.loc[row["shape"]], site_of[row["node"]]
        if site is None and number(shape, "temperature_share_per_k", 0.0):
            raise weather_error(
                f"{what}: shape follows the temperature, but node {row['node']} has no climate site",
                f"{what}：负荷曲线随气温变化，但节点 {row['node']} 没有气象站点",
            )
        key = (row["shape"], site)
        if key not in factors:
            relative = shape_factors(shape, time, temperature[site] if site else neutral)[: len(weight)]
            if relative.sum() <= 0:
                raise weather_error(f"shape {row['shape']}: zero in every hour of the year", f"负荷曲线 {row['shape']}：全年各小时均为零")
            factors[key] = relative / of_year(relative, weight)
        total[place[row["node"]]] += energy_mwh * factors[key]
    return names, total / (1.0 - distribution_loss_share)


def heat_mw(
    tables: Mapping[str, pd.DataFrame],
    case: str,
    time: pd.DatetimeIndex,
    temperature: Mapping[str, np.ndarray],
    weight: np.ndarray | None = None,
) -> tuple[list[str], np.ndarray]:
    """Heat demand of the areas of `case` [MW_th], shape (heat_area, hours), and their names; `weight` as `load_mw`.

    Demand follows the lack of temperature below the balance point and the hour of the day within the
    heating season, is limited by the design load, and sums to area times annual heat exactly.
    Industrial steam is added, the same in every hour.
    """
    nodes = keyed(tables["nodes"], "node").set_index("node")
    areas = keyed(tables["heat_areas"], "heat_area", "case")
    areas = areas[areas["case"] == case]
    weight = np.ones(len(time)) if weight is None else weight
    total = np.zeros((len(areas), len(weight)))
    for i, (_, row) in enumerate(areas.iterrows()):
        what = say(f"heat area {row['heat_area']}/{case}", f"供热区 {row['heat_area']}/{case}")
        site = text(nodes["climate_site"].get(row["node"]))
        if site is None:
            raise weather_error(
                f"{what}: node {row['node']!r} is unknown or has no climate site", f"{what}：节点 {row['node']!r} 未知或没有气象站点"
            )
        lack = needed(row, "balance_temperature_degc", what) - smoothed_temperature(temperature[site])
        on = season(time, text(row["season_start"]), text(row["season_end"]))
        relative = (np.maximum(lack, 0.0) * HEAT_HOUR_FACTORS[time.hour] * on)[: len(weight)]
        area = needed(row, "heated_area_mm2", what)
        energy_mwh = area * M2_PER_MM2 * needed(row, "annual_heat_gj_per_m2", what) / GJ_PER_MWH
        total[i] = _limited(relative, energy_mwh, area * needed(row, "design_load_w_per_m2", what), weight, what)
        total[i] += number(row, "industrial_steam_tj_per_year", 0.0) / (TJ_PER_GWH * HOURS_PER_YEAR) * MWH_PER_GWH
    return areas["heat_area"].tolist(), total


def _limited(relative: np.ndarray, energy_mwh: float, limit_mw: float, weight: np.ndarray, what: str) -> np.ndarray:
    """`relative` scaled so that min(scale * relative, limit) has the energy over the year, shape (hours,) [MW]."""
    if energy_mwh <= 0:
        return np.zeros_like(relative)
    order = np.argsort(-relative, kind="stable")
    order = order[relative[order] > 0]
    # Yearly hours of the n largest, and what the others have relative to the scale.
    hours = np.concatenate([[0.0], np.cumsum(weight[order] / weight.sum() * HOURS_PER_YEAR)])
    if hours[-1] * limit_mw < energy_mwh:
        raise weather_error(
            f"{what}: {energy_mwh:.0f} MWh_th do not fit under the design load of {limit_mw:.0f} MW_th in {hours[-1]:.0f} heating hours",
            f"{what}：{energy_mwh:.0f} MWh_th 超出设计负荷 {limit_mw:.0f} MW_th 在 {hours[-1]:.0f} 个供热小时内可供的热量",
        )
    # With the n largest hours at the limit, the rest carry the remaining energy in proportion.
    parts = relative[order] * np.diff(hours)
    rest = parts.sum() - np.concatenate([[0.0], np.cumsum(parts)[:-1]])
    for n, largest in enumerate(relative[order]):
        scale = (energy_mwh - hours[n] * limit_mw) / rest[n]
        if scale * largest <= limit_mw:
            break
    demand = np.minimum(scale * relative, limit_mw)
    return demand * (energy_mwh / float(of_year(demand, weight)))  # rounding only
