"""Recount of the plan's clauses from tables, profiles and quantities of the plan."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from energy_model.results.coal_dryers import raw_kt
from energy_model.results.quantities import Quantities, available, carried_kt, coal_pairs
from energy_model.study.clause_quantities import MODELLED, covers, require_all
from energy_model.units import GW_PER_MW, GWH_PER_KT_FROM_KWH_PER_T, THOUSAND_M3_PER_MM3

MARGIN = "reserve_margin_share"
Amounts = tuple[float, float]
"""What is reached and what is asked, in model units."""
Count = Callable[[Quantities, str | None, float], Amounts]
"""From the quantities of a plan, the scope of a clause (None: the whole study) and its value in the unit of the table."""


def clauses(q: Quantities) -> dict[str, float]:
    """Largest shortfall of a clause, relative to its size."""
    y = q.problem.system
    c = y.target.loc[y.clause.index]  # the table's own figures, not those that were converted for the model
    missed = q.once("missed", list(c.index))
    worst = 0.0
    for (_, row), slack in zip(c.iterrows(), missed, strict=True):
        if row.quantity == MARGIN:
            continue
        scope = None if pd.isna(row.scope) else row.scope
        reached, asked = COUNTS[row.quantity](q, scope, float(row.value))
        short = (asked - reached if row.sense == ">=" else reached - asked) - slack
        worst = max(worst, short / max(q.power_gw if row.quantity.endswith("_mw") else q.amount, abs(asked)))
    return {"clauses": worst}


def _capacity_of(family: str, names: pd.Index, q: Quantities, less: pd.Series | None = None) -> float:
    built = q.once(family, list(names))
    return float(built.sum() - (0.0 if less is None else less[names].sum()))


def _covered(q: Quantities, scope: str | None, places: pd.Series) -> np.ndarray:
    """Places within a scope."""
    bus = q.problem.system.bus
    return np.array([covers(scope, n, bus.microgrid[n], bus.outside[n]) for n in places], dtype=bool)


def _renewable(carrier: str, new: bool = False) -> Count:
    def count(q: Quantities, scope: str | None, value: float) -> Amounts:
        r = q.problem.system.resource
        own = r.index[(r.kind == carrier).to_numpy() & _covered(q, scope, r.node)]
        return _capacity_of("capacity_renewable", own, q, r.existing if new else None), value * GW_PER_MW

    return count


def _thermal(technology: str = "") -> Count:
    def count(q: Quantities, scope: str | None, value: float) -> Amounts:
        g = q.problem.system.thermal
        own = _covered(q, scope, g.node) & ((g.technology == technology) | (technology == "")).to_numpy()
        return _capacity_of("capacity_thermal", g.index[own], q), value * GW_PER_MW

    return count


def _condensing(q: Quantities, scope: str | None, value: float) -> Amounts:
    g = q.problem.system.thermal
    own = _covered(q, scope, g.node) & (g.kind == "thermal").to_numpy()
    return float(q.yearly(q.thermal_power()[own]).sum()), value


def _export(q: Quantities, scope: str | None, value: float) -> Amounts:
    x = q.problem.system.contract
    own = [i for i in x.index if scope in (None, i, x.market[i])]
    return float(q.yearly(q.of("delivered", own)).sum()), value


def _coal(q: Quantities, scope: str | None, value: float) -> Amounts:
    dug = carried_kt(q).add(raw_kt(q), fill_value=0.0)
    products = q.problem.system.coal_dryer.index  # dried coal was dug as raw coal
    return float(dug[~dug.index.isin(products) if scope is None else dug.index == scope].sum()), value


def _co2(q: Quantities, scope: str | None, value: float) -> Amounts:
    return float((coal_pairs(q) * q.problem.system.supply.co2_kt_per_tj).sum()), value


def _air(per_tj: str) -> Count:
    def count(q: Quantities, scope: str | None, value: float) -> Amounts:
        y, coal = q.problem.system, coal_pairs(q)
        own = _covered(q, scope, y.fuel_user.node.reindex(coal.index.get_level_values(1)))
        return float((coal * y.supply[per_tj])[own].sum()), value

    return count


def _water(q: Quantities, scope: str | None, value: float) -> Amounts:
    y = q.problem.system
    plants = float((y.thermal.water.to_numpy(float) * q.yearly(q.thermal_power()))[_covered(q, scope, y.thermal.node)].sum())
    return plants + float(y.water_node.industry[_covered(q, scope, y.water_node.index.to_series())].sum()), value * THOUSAND_M3_PER_MM3


def _aluminium(q: Quantities, scope: str | None, value: float) -> Amounts:
    k = q.problem.system.smelter
    own = k.index[_covered(q, scope, k.node) | (k.index == scope)]
    used = q.yearly(q.of("smelter_power", list(own)) - q.of("potline_shed", list(own)))
    return float((used / (k.intensity_kwh_per_t[own].to_numpy(float) * GWH_PER_KT_FROM_KWH_PER_T)).sum()), value


def _taken(q: Quantities, scope: str | None) -> tuple[float, np.ndarray]:
    """Wind and solar energy fed in within a scope, and the feeds there."""
    feed = q.problem.system.feed
    own = _covered(q, scope, feed.bus)
    return float(q.yearly(q.of("renewable_power", list(feed.index)))[own].sum()), own


def _curtailed(q: Quantities, scope: str | None, value: float) -> Amounts:
    taken, own = _taken(q, scope)
    offered = float(q.yearly(available(q))[own].sum())
    return offered - taken, value * offered


def _green(q: Quantities, scope: str | None, value: float) -> Amounts:
    """Share of the required load: potlines at rated power, shed load included."""
    y = q.problem.system
    inside = pd.Series(y.bus.index[~y.bus.market])
    nodes = list(inside[_covered(q, scope, inside)])
    rated = float(y.smelter.rated[_covered(q, scope, y.smelter.node)].sum()) * float(q.weight.sum())
    return _taken(q, scope)[0], value * (float(q.yearly(q.profile("load_mw", "node", nodes)).sum()) * GW_PER_MW + rated)


def _green_export(q: Quantities, scope: str | None, value: float) -> Amounts:
    """Wind and solar energy within the delivery of each hour; credits of all contracts beyond the feed-in do not count."""
    x, line = q.problem.system.contract, q.problem.system.corridor
    lost = x.market.map(line.loss_share.groupby(line.to_bus).max()).fillna(0.0).to_numpy(float)
    delivered = q.of("delivered", list(x.index))
    green = np.minimum(q.of("green_delivered", list(x.index)), delivered)
    fed_in = q.of("renewable_power", list(q.problem.system.feed.index)).sum(axis=0)
    beyond = np.maximum((green / (1 - lost)[:, None]).sum(axis=0) - fed_in, 0.0)
    own = np.array([scope in (None, i, x.market[i]) for i in x.index], dtype=bool)
    return float(q.yearly(green[own]).sum() - q.yearly(beyond)), value * float(q.yearly(delivered[own]).sum())


COUNTS: dict[str, Count] = {
    "wind_capacity_mw": _renewable("wind"),
    "solar_capacity_mw": _renewable("solar"),
    "wind_new_mw": _renewable("wind", new=True),
    "thermal_capacity_mw": _thermal(),
    "igcc_capacity_mw": _thermal("igcc"),
    "condensing_gwh": _condensing,
    "export_gwh": _export,
    "coal_kt": _coal,
    "co2_kt": _co2,
    "so2_kt": _air("so2_kt_per_tj"),
    "nox_kt": _air("nox_kt_per_tj"),
    "dust_kt": _air("dust_kt_per_tj"),
    "water_mm3": _water,
    "aluminium_kt": _aluminium,
    "curtailment_share": _curtailed,
    "renewable_share": _green,
    "export_renewable_share": _green_export,
}
"""How each quantity of a clause is counted; the margin is not: capacity credits are found by dispatch, not read from a table."""
require_all(COUNTS, set(MODELLED) - {MARGIN}, "the count of a clause")
