"""Bounds that the tables impose on the quantity of a clause, whatever the plan: targets beyond them are unattainable."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from energy_model.study.clause_quantities import MODELLED, clause_quantity, covers, require_all
from energy_model.study.given import holds
from energy_model.study.system import System
from energy_model.units import HOURS_PER_YEAR, MW_PER_GW, THOUSAND_M3_PER_MM3

Reach = tuple[float, float]
"""Least and most, in the unit of targets.csv."""


def _in_scope(table: pd.DataFrame, system: System, scope: str) -> pd.DataFrame:
    """Rows at the nodes within a scope."""
    own = [covers(scope, node, system.bus.microgrid[node], system.bus.outside[node]) for node in table.node]
    return table[np.array(own, dtype=bool)]


def _capacity(table: pd.DataFrame) -> Reach:
    """Existing and required capacity, and all buildable capacity [MW]; retrofitted capacity leaves the rest."""
    new = table[table.retrofit_of.isna()] if "retrofit_of" in table else table
    least = float((new.existing + new.min_new).sum())
    return least * MW_PER_GW, float((new.existing + new.max_new).sum()) * MW_PER_GW


def _renewable(system: System, scope: str, carrier: str) -> Reach:
    own = _in_scope(system.resource[system.resource.kind == carrier], system, scope)
    least, _ = _capacity(own)
    most = (own.existing + own.max_new).groupby(own.node).sum()
    land = pd.Series([system.potential.get((node, carrier), np.inf) for node in most.index], most.index, dtype=float)
    return least, float(most.clip(upper=land).sum()) * MW_PER_GW


def _new_wind(system: System, scope: str) -> Reach:
    own = _in_scope(system.resource[system.resource.kind == "wind"], system, scope)
    standing = float(own.existing.sum()) * MW_PER_GW
    least, most = _renewable(system, scope, "wind")
    return least - standing, most - standing


def _thermal(system: System, scope: str) -> Reach:
    return _capacity(_in_scope(system.thermal, system, scope))


def _igcc(system: System, scope: str) -> Reach:
    own = _in_scope(system.thermal[system.thermal.technology == "igcc"], system, scope)
    return 0.0, float((own.existing + own.max_new).sum()) * MW_PER_GW


def _condensing(system: System, scope: str) -> Reach:
    """Maximum generation of condensing plants with all buildable capacity, available in every hour of the year [GWh]."""
    own = _in_scope(system.thermal[system.thermal.kind == "thermal"], system, scope)
    return 0.0, float((own.online_share * (own.existing + own.max_new)).sum()) * HOURS_PER_YEAR


def _export(system: System, scope: str) -> Reach:
    """Contracts at full power all year, as far as the corridors of their market can deliver; neighbours take all that arrives [GWh]."""
    x, line = system.contract, system.corridor
    x = x[(x.index == scope) | (x.market == scope)] if scope else x
    reach = _arriving(line)
    most = 0.0
    for market, own in x.groupby("market"):
        energy = (own["max"] * HOURS_PER_YEAR).clip(upper=own.max_gwh_per_year.fillna(np.inf))
        most += min(float(energy.sum()), float(reach.get(market, 0.0)) * HOURS_PER_YEAR)
    border = line[line.to_bus.isin(system.bus.index[system.bus.outside]) & line.from_bus.isin(system.bus.index[~system.bus.outside])]
    beyond = sum(power * HOURS_PER_YEAR for n, power in _arriving(border).items() if scope in ("", n))
    return float(x.min_gwh_per_year.sum()), most + float(beyond)


def _arriving(line: pd.DataFrame) -> pd.Series:
    """What corridors can deliver at each bus [GW]."""
    return ((line.existing + line.max_new) * line.usable * (1 - line.loss_share)).groupby(line.to_bus).sum()


def _coal(system: System, scope: str) -> Reach:
    """Demand of other users from all mines, and the capacity of the mines [kt]."""
    if scope:
        return 0.0, float(system.mine.capacity_kt_per_year.get(scope, 0.0))
    return float(system.coal_user.demand_kt_per_year.sum()), float(dug_kt(system).sum())


def dug_kt(system: System) -> pd.Series:
    """Capacity of the mines [kt]; dried coal is dug as raw coal."""
    return system.mine.capacity_kt_per_year[~system.mine.index.isin(system.coal_dryer.index)]


def _aluminium(system: System, scope: str) -> Reach:
    """Potlines at rated power all year, net of shedding [kt]."""
    k = system.smelter
    own = k[k.index == scope] if scope in k.index else _in_scope(k, system, scope)
    return 0.0, float(own.aluminium_kt_per_year.sum())


def _in_scope_water(system: System, scope: str) -> float:
    """Water of industry, which no plan can lower [Mm3]."""
    own = _in_scope(system.water_node.reset_index(names="node"), system, scope)
    return float(own.industry.sum()) / THOUSAND_M3_PER_MM3


REACH: dict[str, Callable[[System, str], Reach] | None] = {
    "wind_capacity_mw": lambda system, scope: _renewable(system, scope, "wind"),
    "solar_capacity_mw": lambda system, scope: _renewable(system, scope, "solar"),
    "wind_new_mw": _new_wind,
    "thermal_capacity_mw": _thermal,
    "igcc_capacity_mw": _igcc,
    "condensing_gwh": _condensing,
    "export_gwh": _export,
    "coal_kt": _coal,
    "aluminium_kt": _aluminium,
    "co2_kt": None,
    "so2_kt": None,
    "nox_kt": None,
    "dust_kt": None,
    "water_mm3": lambda system, scope: (_in_scope_water(system, scope), np.inf),
}
"""By quantity; no table bounds emissions, shares and margins before dispatch."""
require_all(REACH, [q for q in MODELLED if not q.endswith("_share")], "the reach of a clause")


def unreachable(system: System) -> Iterator[tuple[str, float]]:
    """Clauses with a target beyond what the tables allow: target, and the maximum (for an upper limit the minimum) in its unit."""
    for name, t in system.target.iterrows():
        reach = None if clause_quantity(str(t.quantity)).is_input else REACH.get(str(t.quantity))
        if reach is None:
            continue
        least, most = reach(system, "" if pd.isna(t.scope) else str(t.scope))
        bound = most if t.sense == ">=" else least
        if not holds(bound, t.sense, float(t.value)):
            yield str(name), bound
