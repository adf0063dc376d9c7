"""The largest unit on-line in the results: its size by region and microgrid, what corridors take over, and the rows counted again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results.component import Results, largest
from energy_model.study.largest_unit import areas, helpers_of, home_of, sharing_microgrids, support_lines, unit_on_line
from energy_model.study.system import System
from energy_model.units import MW_PER_GW

if TYPE_CHECKING:
    from energy_model.results.quantities import Quantities

TOO_LOW_MW = 1.0
"""A unit that the rows count smaller by less than this counts as counted in full."""


def _online(q: Quantities) -> pd.DataFrame:
    names = list(q.problem.system.thermal.index)
    return pd.DataFrame(q.of("online", names, q.problem.step_h), index=names)


def largest_unit_arrays(q: Quantities, data: xr.Dataset) -> dict[str, xr.DataArray]:
    """Largest unit on-line in full, and power taken over for it, over ``risk_area``; empty where nothing asks for it."""
    y = q.problem.system
    named = list(dict.fromkeys(areas(y)))
    if not named:
        return {}
    online = _online(q)
    values = np.array([unit_on_line(y, area, online)[1].to_numpy(float) for area in named]) * MW_PER_GW
    head = online.mul(1 - y.thermal.min_load_share, axis=0) - q.of("above_minimum", list(y.thermal.index))
    sharing = set(sharing_microgrids(y))
    taken = np.array([_support(q, a, head)[0] if a in sharing else np.zeros(q.hours) for a in named]) * MW_PER_GW
    coords = {"risk_area": named, "time": data.time.to_numpy()}
    return {name: xr.DataArray(v, coords, ("risk_area", "time")) for name, v in (("unit_in_full_mw", values), ("taken_over_mw", taken))}


def largest_units(data: xr.Dataset) -> pd.DataFrame:
    """Largest unit on-line by region and microgrid [MW]: as counted, by how much too low, and what corridors take over.

    Returns
    -------
    DataFrame
        ``mean_taken_over_mw``: what a microgrid gets, nothing where it has more than it needs. ``unit_too_low_mw`` and ``hours_too_low_h``:
        most, and how long, a unit of a cluster of which part runs is counted too small.
    """
    weight, hours = data.weight.to_numpy(), float(data.weight.sum())
    counted = data.largest_unit_mw.transpose("risk_area", "time")
    full = data.unit_in_full_mw.sel(risk_area=counted.risk_area).transpose("risk_area", "time").to_numpy()
    taken = data.taken_over_mw.sel(risk_area=counted.risk_area).transpose("risk_area", "time").to_numpy().clip(min=0.0)
    low = np.maximum(full - counted.to_numpy(), 0.0)
    return pd.DataFrame(
        {
            "risk_area": counted.risk_area.to_numpy(),
            "mean_unit_mw": counted.to_numpy() @ weight / hours,
            "largest_unit_mw": counted.to_numpy().max(axis=1),
            "unit_too_low_mw": low.max(axis=1),
            "hours_too_low_h": (low > TOO_LOW_MW) @ weight,
            "mean_taken_over_mw": taken @ weight / hours,
        }
    )


def _balances(q: Quantities) -> dict[str, float]:
    """Largest unit counted too small, corridors and helpers beyond their room, and reserve of microgrids short of it [GW]."""
    y = q.problem.system
    named = list(dict.fromkeys(areas(y)))
    if not named:
        return {}
    online, g = _online(q), y.thermal
    counted = dict(zip(named, q.of("largest_unit", named, q.problem.step_h), strict=True))
    head = online.mul(1 - g.min_load_share, axis=0) - q.of("above_minimum", list(g.index))
    worst = max(largest(unit_on_line(y, a, online)[0].to_numpy(float) - counted[a]) for a in named)
    for m in sharing_microgrids(y):
        taken, beyond = _support(q, m, head)
        stores = q.of("store_reserve", _stores_of(y, m)).sum(axis=0)
        held = head[home_of(y, g.node) == m].sum(axis=0).to_numpy(float) + stores + taken + q.of("reserve_short", [m])[0]
        worst = max(worst, beyond, largest(y.microgrid.reserve[m] + counted.get(m, 0.0) - held))
    return {"largest_unit_gw": worst}


def _stores_of(y: System, microgrid: str) -> list:
    return list(y.store.index[(y.store.kind != "heat_store") & (y.store.microgrid == microgrid)])


def _support(q: Quantities, microgrid: str, head: pd.DataFrame) -> tuple[np.ndarray, float]:
    """Help that reaches a microgrid by hour, and by how much corridors and helpers are beyond their room [GW]."""
    y, p, worst = q.problem.system, q.problem.profiles, 0.0
    line = y.corridor.loc[support_lines(y)]
    support = pd.DataFrame(q.of("tie_support", [(microgrid, c) for c in line.index]), index=line.index)
    for c in line.index:
        out = p.corridor_outage_gw.sel(outaged=c).to_numpy()[q.problem.plan.hour_index.ravel()] if c in p.outaged.to_numpy() else 0.0
        room = line.emergency[c] * (q.once("capacity_corridor", [c])[0] - out)
        after = (q.of("flow_forward", [c]) - q.of("flow_backward", [c]))[0] + support.loc[c].to_numpy()
        worst = max(worst, largest(after - room), largest(-after - (room if line.reversible[c] else 0.0)))
    into, out_of = home_of(y, line.to_bus), home_of(y, line.from_bus)
    home, inner = home_of(y, y.thermal.node), ~y.thermal.node.map(y.bus.outside).astype(bool)
    for a in helpers_of(y, microgrid) if len(line) else []:
        sent = support[out_of == a].sum() - support[into == a].sum()
        held = head[(home == a) & inner].sum().to_numpy(float) + q.of("store_reserve", _stores_of(y, a)).sum(axis=0)
        worst = max(worst, largest(sent.to_numpy() - held))
    return (support[into == microgrid].sum() - support[out_of == microgrid].sum()).to_numpy(), worst


RESULTS = Results(balances=_balances)
