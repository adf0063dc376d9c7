"""Result tables of a traced frontier."""

from __future__ import annotations

import pandas as pd

from energy_model.analyses.frontier import Frontier
from energy_model.results import prices
from energy_model.results.dust import BUILT_MW, LEAST_GWH
from energy_model.units import CNY_PER_MWH_FROM_MCNY_PER_GWH

CURVE = (
    "delivered_gwh", "cost_mcny", "marginal", "segment", "average_cny_per_mwh", "energy_mcny", "capacity_mcny", "corridor_mcny",
    "other_mcny", "loss_gwh", "co2_kt", "curtailed_share", "renewable_share", "changed", "error_mcny", "gap_share", "violation",
    "impossible",
)  # fmt: skip


def tables_of(frontier: Frontier, traced: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Result tables of a traced axis.

    Returns
    -------
    dict of str to DataFrame
        For exports ``supply_curve``, ``supply_curve_contracts``, ``supply_curve_corridors`` and ``average_prices``
        (`results.prices.aumann_shapley`); for other axes ``frontier_<axis>``. Each point has its cost [MCNY], the marginal cost of one more
        unit (of one less, where the axis is a ceiling) by its dual, the incremental cost from the point before, the largest error of a
        straight line to that point, and its certificate; ``changed`` says what bends the curve there, `changes`; a point that is impossible
        says why and has no figures.
    """
    axis, sign = frontier.axis, 1.0 if frontier.axis.floor else -1.0
    to_price = sign * CNY_PER_MWH_FROM_MCNY_PER_GWH / frontier.unit
    curve = traced.rename(columns={"gap": "gap_share"}).drop(columns=[axis.column], errors="ignore")
    curve = curve.assign(marginal=curve.slope * to_price).rename(columns={"at": axis.column})
    good = curve[curve.impossible == ""]
    cost = good.cost_mcny
    curve["changed"] = changes(good)
    curve["segment"] = cost.diff() / good[axis.column].diff() * to_price
    columns = [axis.column, *(c for c in CURVE if c != axis.column)]
    if frontier.name == "export":
        # More may be delivered than is asked for, where it costs nothing: the average is of what is delivered.
        total = good.delivered_gwh - good.delivered_gwh.iloc[0]
        curve["average_cny_per_mwh"] = (cost - cost.iloc[0]) * CNY_PER_MWH_FROM_MCNY_PER_GWH / total.where(total > 0)
    else:
        columns.remove("average_cny_per_mwh")
    curve = curve[columns].rename(columns={"marginal": f"marginal_{axis.price}", "segment": f"segment_{axis.price}"})
    if frontier.name != "export":
        return {f"frontier_{frontier.name.replace('-', '_')}": curve}
    good, reached = curve[curve.impossible == ""].reset_index(drop=True), traced[traced.impossible == ""]
    parts = {
        part: pd.concat(
            [pd.DataFrame(rows).assign(export_gwh=v) for v, rows in zip(good.export_gwh, reached[part], strict=True)],
            ignore_index=True,
        )
        for part in ("contracts", "corridors")
    }
    parts = {part: table[["export_gwh", *(c for c in table if c != "export_gwh")]] for part, table in parts.items()}
    found = {"supply_curve": curve, "supply_curve_corridors": parts["corridors"]}
    delivers = parts["contracts"].energy_gwh >= LEAST_GWH  # nothing delivered has a bound and no price
    found["supply_curve_contracts"] = parts["contracts"].assign(marginal_cny_per_mwh=lambda t: t.marginal_cny_per_mwh.where(delivers))
    if (good.export_gwh - frontier.exports.volume_gwh).abs().min() < 1e-3:
        found["average_prices"] = prices.aumann_shapley(good, parts["contracts"], frontier.exports.volume_gwh)
    return found


def changes(points: pd.DataFrame) -> pd.Series:
    """Causes of a change of slope at each point: limits that start (``X+``) or stop (``X-``) binding, and new outlets."""
    before: set[str] = set()
    found = {}
    for point, limits, corridors in zip(points.index, points.limits, points.corridors, strict=True):
        now = set(limits) | {r["corridor"] for r in corridors if r["new_mw"] > BUILT_MW}
        news = [*(f"{x}+" for x in sorted(now - before)), *(f"{x}-" for x in sorted(before - now))]
        found[point] = "; ".join(news) if point != points.index[0] else ""
        before = now
    return pd.Series(found, dtype=object)
