"""Converters and reservoirs in the results: their tables, power at the nodes, and the recount of limits, levels and costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results.component import Placed, Results, Use, apart, largest
from energy_model.results.dust import LEAST_MW, ratio
from energy_model.results.power import energy_gwh
from energy_model.results.quantities import thermal_fuel_tj
from energy_model.units import MW_PER_GW, MWH_PER_GWH

if TYPE_CHECKING:
    from energy_model.results.quantities import Quantities

RUNNING = ("charge", "discharge", "level", "spill")
"""What of a reservoir may cost by the hour."""
CAPACITY = {"converters": "capacity_converter", "reservoirs": "capacity_reservoir", "corridors": "capacity_corridor"}
FAMILIES = {"capacity_thermal": "thermal", "capacity_renewable": "resource", "capacity_store_power": "store", "capacity_boiler": "boiler"}
"""Capacities of what is limited by its technology, and the table of each."""


def converters(data: xr.Dataset) -> pd.DataFrame:
    """Converters: capacity [MW], power in the year, in reverse below zero [GWh], full-load hours."""
    power = data.converter_power_mw
    if "converter_reverse_mw" in data:
        power = power - data.converter_reverse_mw.reindex(converter=data.converter.to_numpy(), fill_value=0.0)
    return _table(data, "converter", energy_gwh(data, power).to_series())


def reservoirs(data: xr.Dataset) -> pd.DataFrame:
    """Reservoirs: capacity [MW], energy discharged [GWh], full-load hours."""
    return _table(data, "reservoir", energy_gwh(data, data.reservoir_discharge_mw).to_series())


def _table(data: xr.Dataset, dim: str, energy: pd.Series) -> pd.DataFrame:
    index = pd.Index(data[dim].to_numpy(), name=dim)
    names = pd.DataFrame({c: data[f"{dim}_{c}"].to_numpy() for c in ("name_zh", "name_en", "node")}, index=index)
    total, standing = data[f"{dim}_capacity_mw"].to_series(), data[f"{dim}_existing_mw"].to_series()
    return names.assign(
        existing_mw=standing, new_mw=(total - standing).clip(lower=0.0), capacity_mw=total, energy_gwh=energy,
        full_load_h=ratio(energy * MWH_PER_GWH, total, LEAST_MW),
    ).reset_index()  # fmt: skip


def hourly(q: Quantities, table: pd.DataFrame, figure: str) -> np.ndarray:
    """A figure of each row of a table in every hour: its constant times its series, shape (rows, hours)."""
    found = np.repeat(table[figure].to_numpy(float)[:, None], q.hours, axis=1)
    for i, series in enumerate(table[f"{figure}_series"]):
        if isinstance(series, str):
            found[i] *= q.profile("availability", "resource", [series])[0]
    return found


def _power(q: Quantities, names: list) -> np.ndarray:
    """Power of converters forward less that in reverse [GW]."""
    return q.of("converter_power", names) - q.of("converter_reverse", names)


def port_power(q: Quantities) -> np.ndarray:
    """Power that each port delivers [GW], shape (ports, hours)."""
    port = q.problem.system.converter_port
    return hourly(q, port, "output") * _power(q, list(port.converter))


def port_arrays(q: Quantities, data: xr.Dataset) -> dict[str, xr.DataArray]:
    """Hourly power drawn by the ports of converters [MW]; empty without converters."""
    port = q.problem.system.converter_port
    if not len(port):
        return {}
    coords = {"port": list(port.index), "time": data.time.to_numpy()}
    return {"converter_drawn_mw": xr.DataArray(-port_power(q) * MW_PER_GW, coords, ("port", "time"))}


def _net_electricity(q: Quantities) -> Placed:
    y = q.problem.system
    store = list(y.reservoir.index)
    net = q.of("reservoir_discharge", store) - q.of("reservoir_charge", store)
    return pd.concat([y.converter_port.node, y.reservoir.node]), np.concatenate([port_power(q), net])


def _balances(q: Quantities) -> dict[str, float]:
    y = q.problem.system
    return (_converters(q) if len(y.converter) else {}) | (_reservoirs(q) if len(y.reservoir) else {}) | _limits(q) | _running_costs(q)


def _converters(q: Quantities) -> dict[str, float]:
    c, plan = q.problem.system.converter, q.problem.plan
    names = list(c.index)
    built, net = q.once("capacity_converter", names)[:, None], _power(q, names)
    most = np.where(hourly(q, c, "most") > 0, hourly(q, c, "most"), -hourly(q, c, "reverse_least")) * built
    least = np.where(hourly(q, c, "reverse_most") > 0, -hourly(q, c, "reverse_most"), hourly(q, c, "least")) * built
    by_block = net.reshape(len(c), len(plan.start), plan.hours)
    rise = (by_block - np.concatenate([by_block[:, plan.previous, -1:], by_block[:, :, :-1]], axis=2)).reshape(net.shape)
    up, down = (hourly(q, c.assign(**{r: c[r].fillna(np.inf)}), r) * np.maximum(built, 1e-12) for r in ("ramp_up", "ramp_down"))
    return {
        "converter_gw": max(largest(net - most), largest(least - net)),
        "converter_ramp_gw": max(largest(rise - up), largest(-rise - down)),
    }  # fmt: skip


def _reservoirs(q: Quantities) -> dict[str, float]:
    r, plan = q.problem.system.reservoir, q.problem.plan
    names, shape = list(r.index), (len(r), len(plan.start), plan.hours)
    level, charge, discharge = (q.of(f"reservoir_{column}", names) for column in ("level", "charge", "discharge"))
    block = level.reshape(shape)
    before = np.concatenate([block[:, plan.previous, -1:], block[:, :, :-1]], axis=2).reshape(level.shape)
    gained = hourly(q, r, "charge_yield") * charge - hourly(q, r, "discharge_draw") * discharge + hourly(q, r, "inflow")
    gained -= hourly(q, r, "spill_draw") * q.of("reservoir_spill", names)
    built = q.once("capacity_reservoir", names)[:, None]
    volume = r.duration_h.to_numpy(float)[:, None] * built
    power = max(largest(charge - hourly(q, r, "charge_most") * built), largest(discharge - hourly(q, r, "discharge_most") * built))
    band = max(largest(level - hourly(q, r, "most_level") * volume), largest(hourly(q, r, "least_level") * volume - level))
    return {
        "reservoir_gwh": largest(np.abs(level - hourly(q, r, "kept") * before - gained)),
        "reservoir_power_gw": power,
        "reservoir_level_gwh": band,
    }


def _limits(q: Quantities) -> dict[str, float]:
    """Largest excess over a limit, relative to its size."""
    y = q.problem.system
    if not len(y.limit):
        return {}
    member = y.limit_member
    found = pd.Series(0.0, index=member.index)
    for k, row in member.iterrows():
        if row.table in ("technologies", "nodes"):
            found[k] = _of_kind(q, row, hourly(q, member.loc[[k]], "weight"))
        elif row.quantity == "capacity":
            found[k] = row.weight * q.once(CAPACITY[row.table], [row.element])[0]
        else:
            amount = _power(q, [row.element]) if row.table == "converters" else q.of("reservoir_level", [row.element])
            found[k] = q.yearly(hourly(q, member.loc[[k]], "weight") * amount)[0]
    total = found.groupby(member.limit).sum().reindex(y.limit.index, fill_value=0.0)
    size = np.maximum(found.abs().groupby(member.limit).sum().reindex(y.limit.index, fill_value=0.0), np.maximum(y.limit.value.abs(), 1e-6))
    over = np.where(y.limit.sense == ">=", 0.0, total - y.limit.value), np.where(y.limit.sense == "<=", 0.0, y.limit.value - total)
    return {"combined_limits": largest(np.maximum(*over) / size.to_numpy(float))}


def _of_kind(q: Quantities, row: pd.Series, weight: np.ndarray) -> float:
    """Weighted capacity, volume, fuel or losses of all equipment of a technology, or unserved load of a node."""
    y = q.problem.system
    if row.quantity == "unserved":
        return float(q.yearly(weight * q.of("shed", [row.element]))[0])
    own = {name: list(table.index[table.technology == row.element]) for name, table in
           (("thermal", y.thermal), ("resource", y.resource), ("store", y.store), ("boiler", y.boiler))}  # fmt: skip
    if row.quantity == "loss":
        return float(q.yearly(weight * (q.of("charge", own["store"]) - q.of("discharge", own["store"])).sum(axis=0))[0])
    if row.quantity == "fuel":
        return row.weight * float(q.yearly(thermal_fuel_tj(q)[y.thermal.index.get_indexer(own["thermal"])]).sum())
    families = {"capacity_store_energy": "store"} if row.quantity == "volume" else FAMILIES
    return row.weight * sum(float(q.once(family, own[table]).sum()) for family, table in families.items())


def _paid(q: Quantities) -> dict[str, pd.DataFrame]:
    """Converters and reservoirs that have a cost of running."""
    c, r = q.problem.system.converter, q.problem.system.reservoir
    return {"converter": c[c.cost != 0], "reservoir": r[(r[[f"{what}_cost" for what in RUNNING]].astype(float) != 0).any(axis=1)]}


def _stated(q: Quantities, kind: str, paid: pd.DataFrame) -> np.ndarray:
    """Yearly cost of running that the plan states [MCNY], shape (elements,)."""
    return q.once(f"total_{kind}_cost", list(paid.index))


def _costs(q: Quantities) -> dict[str, float]:
    return {f"{kind}_variable": float(_stated(q, kind, paid).sum()) for kind, paid in _paid(q).items() if len(paid)}


def _running_costs(q: Quantities) -> dict[str, float]:
    """Largest difference of a cost of running that the plan states from that of its hours, relative."""
    paid = _paid(q)
    c, r = paid["converter"], paid["reservoir"]
    of_reservoirs = (q.yearly(hourly(q, r, f"{what}_cost") * q.of(f"reservoir_{what}", list(r.index))) for what in RUNNING)
    by_hour = {
        "converter": q.yearly(hourly(q, c, "cost") * _power(q, list(c.index))),
        "reservoir": sum(of_reservoirs, np.zeros(len(r))),
    }
    return {f"{kind}_cost": apart(_stated(q, kind, own), by_hour[kind]) for kind, own in paid.items()}


def net_charge_mw(data: xr.Dataset) -> xr.DataArray:
    """Charging less discharging of reservoirs [MW]."""
    return data.reservoir_charge_mw - data.reservoir_discharge_mw


RESULTS = Results(
    uses=(
        Use("converter", "port", "port_node", lambda data: data.converter_drawn_mw, always=False),
        Use("reservoir", "reservoir", "reservoir_node", net_charge_mw, always=False),
    ),
    tables={"converters": ("converter_power_mw", converters), "reservoirs": ("reservoir_level_mwh", reservoirs)},
    net_electricity=_net_electricity, balances=_balances, costs=_costs,
)  # fmt: skip
