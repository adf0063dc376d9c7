"""Checks of a plan before it is solved: its balances, implausible values, and the size of the problem.

The balances give necessary conditions only: a failure here cannot be remedied by any dispatch; a plan that passes may still fail in some
hour.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.precheck.clause_reach import dug_kt
from energy_model.precheck.findings import SEVERITIES, Finding, of_inputs, out_of_reach
from energy_model.precheck.size import size_findings
from energy_model.solving.build import matched_profiles
from energy_model.study.build_system import build_system
from energy_model.study.horizon import Horizon
from energy_model.study.load import load_study
from energy_model.study.neighbours import city_of
from energy_model.study.series import of_year, weight_of
from energy_model.study.system import System
from energy_model.units import GW_PER_MW, GWH_PER_TWH, HOURS_PER_YEAR, KT_PER_MT
from energy_model.weather.climate import climate_doubts
from energy_model.weather.profiles import make_profiles
from energy_model.weather.store import ensure_year


def precheck(inputs: Path, scenario: str, horizon: Horizon, weather: Path) -> list[Finding]:
    """All findings about a scenario, errors first.

    Parameters
    ----------
    inputs, weather : Path
        Folders.
    scenario : str
    horizon : Horizon
        For which size and time are predicted; the arithmetic is that of the year.

    Raises
    ------
    InputErrors, WeatherError
        When the inputs cannot be read; those errors come before any arithmetic.
    """
    study = load_study(inputs, scenario)
    system, city = build_system(study), build_system(city_of(study))
    year = ensure_year(study.settings.weather.year, weather)
    profiles = make_profiles(study.tables, study.settings.study.case, year, float(system.finance.distribution_loss_share))
    of_city, profiles = matched_profiles(city, profiles), matched_profiles(system, profiles)
    found = [*of_inputs(study), *out_of_reach(study, system), *of_weather(year), *_capacity(city, of_city), *_energy(city, of_city)]
    found += [*_microgrids(city, of_city), *_outlets(city), *_coal(city), *_heat(city, of_city)]
    found += size_findings(study, system, profiles, horizon)
    return sorted(found, key=lambda f: SEVERITIES.index(f.severity))


def of_weather(year: xr.Dataset) -> list[Finding]:
    """Unusual features of the weather year."""
    return [Finding("warning", "weather", f.zh, f.en, {}) for f in climate_doubts(year)]


def _most(table: pd.DataFrame) -> pd.Series:
    return table.existing + table.max_new


def _load(system: System, profiles: xr.Dataset, nodes: list[str] | None = None) -> np.ndarray:
    """Load of nodes [GW] by hour, smelters at rated power included."""
    names = profiles.node.to_numpy().tolist() if nodes is None else nodes
    smelters = system.smelter[system.smelter.node.isin(names)].rated.sum()
    return profiles.load_mw.sel(node=names).to_numpy().sum(axis=0) * GW_PER_MW + smelters


def _floor(system: System, quantity: str) -> float | None:
    """Largest hard lower limit on a quantity for the whole region, in the unit of the table; None without one."""
    t = system.target
    rows = t[(t["mode"] == "hard") & (t.sense == ">=") & (t.quantity == quantity) & t.scope.isna()]
    return float(rows.value.max()) if len(rows) else None


def _export_gwh(system: System) -> float:
    promised = float(system.contract.min_gwh_per_year.sum()) if len(system.contract) else 0.0
    return max(promised, _floor(system, "export_gwh") or 0.0)


def _capacity(system: System, profiles: xr.Dataset) -> list[Finding]:
    """Firm capacity against the peak: with all buildable capacity, and with the capacity named by the plan."""
    peak = float(_load(system, profiles).max())
    export = _export_gwh(system) / HOURS_PER_YEAR
    firm = float((system.thermal.online_share * _most(system.thermal)).sum())
    stores = float(_most(system.store[system.store.kind != "heat_store"]).sum())
    figures: dict[str, float | str] = {"peak_load_gw": peak, "mean_export_gw": export, "firm_thermal_gw": firm, "storage_gw": stores}
    short = peak + export - firm - stores
    said = f"peak load {peak:z.2f} GW + mean export {export:z.2f} GW; firm thermal at most {firm:z.2f} GW, storage {stores:z.2f} GW"
    said_zh = f"最大负荷 {peak:z.2f} GW + 平均外送 {export:z.2f} GW；可靠火电至多 {firm:z.2f} GW，储能 {stores:z.2f} GW"
    found = [
        Finding(
            "warning" if short > 0 else "note",
            "capacity",
            said_zh + (f"，缺 {short:z.2f} GW，无风无光时须切负荷或停送" if short > 0 else f"，富余 {-short:z.2f} GW"),
            said + (f": {short:z.2f} GW short in a calm dark peak" if short > 0 else f": {-short:z.2f} GW to spare"),
            figures | {"short_gw": short},
        )
    ]
    if planned := _floor(system, "thermal_capacity_mw"):
        share = float((system.thermal.online_share * _most(system.thermal)).sum() / max(_most(system.thermal).sum(), 1e-9))
        net = planned * GW_PER_MW * share
        gap = peak + export - net
        found.append(
            Finding(
                "note",
                "capacity",
                f"按条款的 {planned * GW_PER_MW:z.1f} GW 火电（可靠 {net:z.2f} GW）计，"
                + (f"高峰缺 {gap:z.2f} GW，须多建或少送" if gap > 0 else f"高峰富余 {-gap:z.2f} GW"),
                f"with the {planned * GW_PER_MW:z.1f} GW of thermal power of the clause ({net:z.2f} GW firm) the plan is "
                + (f"{gap:z.2f} GW short at the peak: more is built, or less sent" if gap > 0 else f"{-gap:z.2f} GW above the peak"),
                {"clause_gw": planned * GW_PER_MW, "firm_gw": net, "short_gw": gap},
            )
        )
    return found


def _energy(system: System, profiles: xr.Dataset) -> list[Finding]:
    """Yearly energy available from the plan's own capacities, against load and export."""
    weight = weight_of(profiles, profiles.sizes["time"])
    hours = of_year(profiles.availability.to_numpy(), weight)
    full_load = system.resource.series.map(pd.Series(hours, index=profiles.resource.to_numpy()))
    load = float(of_year(_load(system, profiles), weight)) / GWH_PER_TWH
    export = _export_gwh(system) / GWH_PER_TWH
    online = float((system.thermal.online_share * _most(system.thermal)).sum() / max(_most(system.thermal).sum(), 1e-9))
    most_thermal = float((system.thermal.online_share * _most(system.thermal)).sum()) * HOURS_PER_YEAR / GWH_PER_TWH
    renewable = float((full_load * _most(system.resource)).sum()) / GWH_PER_TWH
    need = load + export
    found = [
        Finding(
            "warning" if need > most_thermal + renewable else "note",
            "energy",
            f"用电 {load:z.1f} TWh + 外送 {export:z.1f} TWh（未计网损）；全部可建电源至多 "
            f"火电 {most_thermal:z.1f} + 风光 {renewable:z.1f} TWh",
            f"load {load:z.1f} TWh + export {export:z.1f} TWh (losses not counted); everything that may be built gives at most "
            f"{most_thermal:z.1f} TWh thermal + {renewable:z.1f} TWh wind and solar",
            {"load_twh": load, "export_twh": export, "most_thermal_twh": most_thermal, "most_renewable_twh": renewable},
        )
    ]
    coal, wind = _floor(system, "thermal_capacity_mw"), _floor(system, "wind_capacity_mw")
    if coal and wind and len(system.resource):
        is_wind = system.resource.kind == "wind"
        mean_hours = float((full_load * _most(system.resource))[is_wind].sum() / max(_most(system.resource)[is_wind].sum(), 1e-9))
        from_wind = wind * GW_PER_MW * mean_hours / GWH_PER_TWH
        left = need - from_wind
        net_share = float((system.thermal.net_share * _most(system.thermal)).sum() / max(_most(system.thermal).sum(), 1e-9))
        net = coal * GW_PER_MW * net_share
        needed_h = left * GWH_PER_TWH / net
        fits = needed_h <= online * HOURS_PER_YEAR * coal * GW_PER_MW / net
        found.append(
            Finding(
                "note" if fits else "warning",
                "energy",
                f"条款自身：{wind * GW_PER_MW:z.1f} GW 风电给 {from_wind:z.1f} TWh，其余 {left:z.1f} TWh 要求 "
                f"{coal * GW_PER_MW:z.1f} GW 火电净出力利用 {needed_h:z,.0f} 小时" + ("" if fits else "，超过其可用小时"),
                f"the plan's own amounts: {wind * GW_PER_MW:z.1f} GW of wind give {from_wind:z.1f} TWh; the other {left:z.1f} TWh ask "
                f"{needed_h:z,.0f} full-load hours of {coal * GW_PER_MW:z.1f} GW of coal" + ("" if fits else ": more than it is available"),
                {"wind_twh": from_wind, "left_twh": left, "needed_full_load_h": needed_h},
            )
        )
    return found


def _microgrids(system: System, profiles: xr.Dataset) -> list[Finding]:
    """Own plants and tie-line of each microgrid against its peak."""
    found = []
    for name, grid in system.microgrid.iterrows():
        nodes = [n for n in system.bus.index if system.bus.microgrid[n] == name and not system.bus.market[n]]
        peak = float(_load(system, profiles, nodes).max())
        inside = system.thermal[system.thermal.microgrid == name]
        own = float((inside.online_share * _most(inside)).sum())
        ties = system.corridor[system.corridor.tie_of == name]
        tie = float(min(grid.tie_limit, (_most(ties) * ties.usable).sum()))
        short = peak - own - tie
        found.append(
            Finding(
                "warning" if short > 0 else "note",
                "microgrid",
                f"微网 {name}：最大负荷 {peak:z.2f} GW，自备可靠出力至多 {own:z.2f} GW，联络线 {tie:z.2f} GW"
                + (f"，缺 {short:z.2f} GW" if short > 0 else "" if own >= peak else "；无风光储时孤网不能带最大负荷"),
                f"microgrid {name}: peak {peak:z.2f} GW, own firm plants at most {own:z.2f} GW, tie {tie:z.2f} GW"
                + (f": {short:z.2f} GW short" if short > 0 else "" if own >= peak else "; alone it needs wind or storage at the peak"),
                {"microgrid": str(name), "peak_gw": peak, "own_gw": own, "tie_gw": tie},
            )
        )
    return found


def _outlets(system: System) -> list[Finding]:
    """Corridors to each market against its agreed energy."""
    found = []
    line, contract = system.corridor, system.contract
    reach = (_most(line) * line.usable * (1 - line.loss_share)).groupby(line.to_bus).sum()
    most = 0.0
    for market, group in contract.groupby("market"):
        capacity = float(reach.get(market, 0.0))
        promised = float(group.min_gwh_per_year.sum())
        most += min(capacity, float(group["max"].sum())) * HOURS_PER_YEAR / GWH_PER_TWH
        if promised > capacity * HOURS_PER_YEAR:
            found.append(
                Finding(
                    "error",
                    "outlets",
                    f"受端 {market}：合同 {promised:z,.0f} GWh，通道全部建成也只有 {capacity:z.2f} GW",
                    f"market {market}: {promised:z,.0f} GWh promised, but all its corridors together carry {capacity:z.2f} GW",
                    {"market": str(market), "promised_gwh": promised, "capacity_gw": capacity},
                )
            )
    clause = (_floor(system, "export_gwh") or 0.0) / GWH_PER_TWH
    found.append(
        Finding(
            "note",  # a clause beyond it is told as one
            "outlets",
            f"外送条款 {clause:z.1f} TWh；合同功率与通道全部用满至多 {most:z.1f} TWh",
            f"export clause {clause:z.1f} TWh; contracts and corridors at their limits all year give at most {most:z.1f} TWh",
            {"clause_twh": clause, "most_twh": most},
        )
    )
    return found


def _coal(system: System) -> list[Finding]:
    """Coal of the mines against the fuel of thermal plants at full use."""
    if not len(system.mine):
        return []
    dug = float(dug_kt(system).sum()) / KT_PER_MT
    t = system.target
    cap = t[(t["mode"] == "hard") & (t.quantity == "coal_kt") & (t.sense == "<=")]
    limit = min(dug, float(cap.value.min()) / KT_PER_MT) if len(cap) else dug
    others = float(system.coal_user.demand_kt_per_year.sum()) / KT_PER_MT
    severity = "error" if others > limit else "note"
    return [
        Finding(
            severity,
            "coal",
            f"煤矿产能与条款合计 {limit:z.1f} Mt/年，其他用户 {others:z.1f} Mt，留给电厂与锅炉 {limit - others:z.1f} Mt",
            f"mines and clause allow {limit:z.1f} Mt a year, other users take {others:z.1f}, plants and boilers have {limit - others:z.1f}",
            {"limit_mt": limit, "others_mt": others},
        )
    ]


def _heat(system: System, profiles: xr.Dataset) -> list[Finding]:
    """Heat sources of each area against its peak."""
    found = []
    for area in system.heat_area.index:
        peak = float(profiles.heat_mw.sel(heat_area=area).max()) * GW_PER_MW
        chp = system.thermal[system.thermal.is_chp & (system.thermal.heat_area == area)]
        boilers = system.boiler[system.boiler.heat_area == area]
        have = float((chp.heat_share * chp.online_share * _most(chp)).sum() + _most(boilers).sum())
        if peak > have:
            found.append(
                Finding(
                    "warning",
                    "heat",
                    f"供热区 {area}：最大热负荷 {peak:z.2f} GW，热源至多 {have:z.2f} GW",
                    f"heat area {area}: peak {peak:z.2f} GW, heat sources at most {have:z.2f} GW",
                    {"heat_area": str(area), "peak_gw": peak, "sources_gw": have},
                )
            )
    return found
