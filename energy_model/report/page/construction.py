"""The first screen of the study page: what is built, where, when and for how much, what deserves attention, and a sketch of the places."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.labels import Label, label
from energy_model.report.colours import TECHNOLOGY
from energy_model.report.page.tables import plain
from energy_model.report.result_folder import Result
from energy_model.report.shell.page import words
from energy_model.report.shown_units import amount
from energy_model.results import series
from energy_model.results.balance_tables import least_surplus_mw
from energy_model.results.dust import BUILT_MW, LEAST_MW
from energy_model.results.indicators import weighted_quantile
from energy_model.units import HOURS_PER_YEAR

AMOUNTS = {"new_mw": "MW", "new_storage_mwh": "MWh", "new_t": "t", "new_mvar": "Mvar"}
"""What a project builds, by the columns of ``investments``, and its unit; the first that is there counts."""
MOST_WARNINGS = 3
FULL_SHARE = 0.1
"""A corridor is called full that is at its limit in this share of the year."""
SPIKE, TENTH = 3.0, 0.9
"""A price is a spike above so many times the mean; the net load is high above this quantile."""
MOST_NAMES = 3
SKETCH_MARGIN = 0.12
"""Room about the counties, as share of the sketch; places beyond stand at its edge."""


def construction(result: Result, data: xr.Dataset, city: series.Place) -> dict:
    """Data of the first screen.

    Returns
    -------
    dict
        ``projects`` by kind, ``warnings`` (the most important that apply, at most `MOST_WARNINGS`), ``sketch``, ``year`` of the plan.
    """
    return {
        "projects": _projects(result),
        "warnings": _warnings(result.tables, data, city),
        "sketch": _sketch(result.tables),
        "year": result.year,
    }


def _projects(result: Result) -> list[dict]:
    """New capacity by kind, the dearest first: amount, places from the largest down, investment and annuity [MCNY, MCNY/a]."""
    table, names = result.tables.get("investments"), result.element_names()
    if table is None or table.empty:
        return []
    rows = []
    for kind, own in table.groupby("kind", sort=False):
        column = next((c for c in AMOUNTS if c in own and own[c].fillna(0.0).sum() > 0.0), "new_mw")
        sites = own.assign(site=own.node.where(own.node.fillna("") != "", own.element))
        first = sites.drop_duplicates("site").set_index("site")
        named = {site: names.get(site) or Label(r.name_zh, r.name_en) for site, r in first.iterrows()}
        by_site = sites.groupby("site")[column].sum().sort_values(ascending=False)
        rows.append(
            {
                "kind": words(label("project_kind", str(kind))),
                "amount": float(own[column].sum()),
                "unit": AMOUNTS[column],
                "places": [{"name": words(named[site]), "amount": float(value)} for site, value in by_site.items()],
                "investment_mcny": float(own.static_mcny.sum()),
                "annuity_mcny": float(own.annuity_mcny.sum()),
            }
        )
    return sorted(rows, key=lambda r: -r["investment_mcny"])


def _warnings(t: dict[str, pd.DataFrame], data: xr.Dataset, city: series.Place) -> list[dict]:
    """What deserves attention, the gravest first, each with the section of the page that shows more."""
    short = _shortfall_mw(data, city)
    found = [
        ("summary", _missed(t["clauses"])),
        ("summary", _deficit(least_surplus_mw(t["power_balance"]))),
        ("dispatch", _tight(data, short)),
        ("flows", _full(t["corridors"])),
        ("durations", _spikes(data, city, short)),
    ]
    return [{"section": section, "text": words(text)} for section, text in found if text][:MOST_WARNINGS]


def _named(names: list[Label]) -> Label:
    """The first names of a list, and how many more there are."""
    more = len(names) - MOST_NAMES
    zh, en = "、".join(n.zh for n in names[:MOST_NAMES]), ", ".join(n.en for n in names[:MOST_NAMES])
    return Label(zh + (f"等 {len(names)} 项" if more > 0 else ""), en + (f" and {more} more" if more > 0 else ""))


def _missed(clauses: pd.DataFrame) -> Label | None:
    missed = clauses[clauses.verdict == "missed"]
    if missed.empty:
        return None
    said = _named([Label(r.name_zh, r.name_en) for r in missed.itertuples()])
    return Label(f"条款未达到：{said.zh}", f"Clauses missed: {said.en}")


def _deficit(surplus_mw: float) -> Label | None:
    if math.isnan(surplus_mw) or surplus_mw >= -LEAST_MW:
        return None
    lack = amount(-surplus_mw, "MW")
    return Label(
        f"电力平衡缺额 {lack.zh}：高峰时刻装机扣除受阻、检修与备用后不足",
        f"Power balance short by {lack.en} at the peak, reserves and overhauls included",
    )


def _shortfall_mw(data: xr.Dataset, city: series.Place) -> np.ndarray:
    """Load unserved and reserve missing in every hour, shape (time,) [MW]."""
    missing = np.array(city["unserved"], float)
    for name in ("reserve_short_mw", "reserve_down_short_mw"):
        if name in data:
            missing += data[name].sum([d for d in data[name].dims if d != "time"]).to_numpy()
    return np.where(missing > LEAST_MW, missing, 0.0)


def _tight(data: xr.Dataset, missing: np.ndarray) -> Label | None:
    if not missing.any():
        return None
    hours, worst = float(data.weight.to_numpy()[missing > 0].sum()), int(missing.argmax())
    at, most = f"{data.indexes['time'][worst]:%m-%d %H:%M}", amount(float(missing[worst]), "MW")
    return Label(
        f"紧张时刻：全年 {hours:z,.0f} 小时电力或备用不足，{at} 最多缺 {most.zh}",
        f"Tight hours: load or reserve is short in {hours:z,.0f} h a year, by up to {most.en} at {at}",
    )


def _full(corridors: pd.DataFrame) -> Label | None:
    full = corridors[(corridors.hours_at_limit_h >= FULL_SHARE * HOURS_PER_YEAR) & (corridors.capacity_mw >= BUILT_MW)]
    if full.empty:
        return None
    rent = (full.congestion_rent_cny_per_mw * full.capacity_mw).fillna(0.0)
    order = full.assign(rent=rent, hours=full.hours_at_limit_h.round()).sort_values(["hours", "rent"], ascending=False)
    said = _named([Label(r.name_zh, r.name_en) for r in order.itertuples()])
    hours = f"{order.hours_at_limit_h.iloc[0]:z,.0f}"
    return Label(
        f"通道满载：{said.zh}（首项全年 {hours} 小时达限）", f"Full corridors: {said.en} (the first at its limit in {hours} h a year)"
    )


def _spikes(data: xr.Dataset, city: series.Place, missing: np.ndarray) -> Label | None:
    """Hours of very high prices, and what they coincide with."""
    weight, price = data.weight.to_numpy(), np.asarray(city["price"], float)
    mean = float((weight * price).sum() / weight.sum())
    spike = price > SPIKE * max(mean, 0.0)
    if mean <= 0.0 or not spike.any():
        return None
    hours = float(weight[spike].sum())
    net = series.total(city, "net_load")
    high = net >= float(weighted_quantile(net[None, :], weight, TENTH)[0])
    share = [f"{float(weight[spike & part].sum()) / hours:z.0%}" for part in (high, missing > 0)]
    most = amount(float(price.max()), "CNY/MWh", 1)
    return Label(
        f"电价尖峰：{hours:z,.0f} 小时高于均价 {SPIKE:g} 倍，最高 {most.zh}；"
        f"其中 {share[0]} 净负荷处于最高十分之一，{share[1]} 电力或备用不足",
        f"Price spikes: {hours:z,.0f} h above {SPIKE:g} times the mean, up to {most.en}; in {share[0]} of them the net load is among its "
        f"highest tenth, in {share[1]} load or reserve is short",
    )


def _sketch(t: dict[str, pd.DataFrame]) -> dict:
    """Places and corridors between 0 and 1 from west to east and from north to south; places beyond the counties stand at the edge."""
    places = t["places"].dropna(subset=["latitude_deg", "longitude_deg"]).set_index("node")
    inner = places[places.kind != "receiver"]
    if inner.empty:
        return {"nodes": [], "corridors": []}
    narrow = math.cos(math.radians(float(inner.latitude_deg.mean())))
    at = pd.DataFrame({"x": places.longitude_deg * narrow, "y": -places.latitude_deg})
    low, span = at.loc[inner.index].min(), max(float((at.loc[inner.index].max() - at.loc[inner.index].min()).max()), 1e-3)
    at = ((at - low) / span * (1 - 2 * SKETCH_MARGIN) + SKETCH_MARGIN).clip(0.03, 0.97)
    power = t["capacity"][t["capacity"].kind.isin(list(TECHNOLOGY))].groupby("node")[["existing_mw", "new_mw"]].sum()
    nodes = [
        {"id": node, "x": float(at.x[node]), "y": float(at.y[node]), "receiver": row.kind == "receiver"}
        | {"name": {"zh": row.name_zh, "en": row.name_en}}
        | {column: float(power[column].get(node, 0.0)) for column in power}
        for node, row in places.iterrows()
    ]
    lines = t["corridors"]
    drawn = lines[(lines.capacity_mw > 1.0) & lines.from_node.isin(at.index) & lines.to_node.isin(at.index)]
    return {"nodes": nodes, "corridors": plain(drawn, ("from_node", "to_node", "existing_mw", "new_mw"))}
