"""Storage units and stores of a PyPSA network that are more than a store here can say, as reservoirs."""

from __future__ import annotations

import numpy as np

from energy_model.exchange.importer import Importer
from energy_model.exchange.pypsa_converters import Unit, capacity, figure
from energy_model.exchange.pypsa_tables import Component


def special_unit(i: Importer, name: str, row: Component) -> bool:
    """Whether a storage unit has inflow, bands, given levels, hourly figures, or costs beside that of its output."""

    def values(attribute: str) -> np.ndarray:
        return i.n.values("storage_units", name, attribute, row[attribute])

    usual = {"p_min_pu": -1.0, "p_max_pu": 1.0, "inflow": 0.0, "marginal_cost_storage": 0.0}
    hourly = [values(a) for a in ("marginal_cost", "standing_loss", "efficiency_store", "efficiency_dispatch")]
    return (
        any((values(a) != v).any() for a, v in usual.items())
        or any((v != v[0]).any() for v in hourly)
        or not np.isnan(values("state_of_charge_set")).all()
        or min(row.marginal_cost, row.capital_cost) < 0
        or not 0 < row.efficiency_store <= 1
        or (row.p_nom_extendable and not row.cyclic_state_of_charge and row.state_of_charge_initial != 0)
        or i.uneven
        or i.may_waste
        or row.carrier in i.limited_carriers
        or (bool(i.n.copies) and row.p_nom_extendable)
    )


def special_store(i: Importer, name: str, row: Component) -> bool:
    """Whether a store has bands, given levels, costs or hourly figures."""

    def values(attribute: str) -> np.ndarray:
        return i.n.values("stores", name, attribute, row[attribute])

    usual = {"e_min_pu": 0.0, "e_max_pu": 1.0, "marginal_cost": 0.0, "marginal_cost_storage": 0.0}
    loss = values("standing_loss")
    return (
        any((values(a) != v).any() for a, v in usual.items())
        or (loss != loss[0]).any()
        or not np.isnan(values("e_set")).all()
        or row.capital_cost < 0
        or (row.e_nom_extendable and not row.e_cyclic and row.e_initial != 0)
        or i.uneven
        or row.carrier in i.limited_carriers
        or (bool(i.n.copies) and row.e_nom_extendable)
    )


def write_unit(i: Importer, name: str, row: Component) -> None:
    """Write a storage unit as a reservoir; its capacity is its power."""
    who, hours = ("StorageUnit", name), i.n.weight["stores"].to_numpy()
    least, most, store, dispatch, loss, inflow, power_cost, level_cost, spill_cost, given = (
        i.hourly("storage_units", name, a, row[a])
        for a in ("p_min_pu", "p_max_pu", "efficiency_store", "efficiency_dispatch", "standing_loss", "inflow", "marginal_cost",
                  "marginal_cost_storage", "spill_cost", "state_of_charge_set")
    )  # fmt: skip
    for attribute, value, bad in (
        ("p_min_pu", least.max(), (least > 0).any()), ("p_max_pu", most.min(), (most < 0).any()),
        ("efficiency_dispatch", dispatch.min(), (dispatch <= 0).any()), ("inflow", inflow.min(), (inflow < 0).any()),
        ("max_hours", row.max_hours, not row.max_hours > 0),
    ):  # fmt: skip
        if bad:
            i.refuse(*who, attribute, value, "power_band" if attribute.startswith("p_") else "range", "write a number above 0")
            return
    volume = row.max_hours * row.p_nom
    low, high = _levels(i, who, "state_of_charge_set", given, volume, bool(row.p_nom_extendable), np.zeros(len(given)), np.ones(len(given)))
    if (spill_cost < 0).any():
        i.refuse(*who, "spill_cost", spill_cost.min(), "negative")
    figures = {
        "charge_most_share": -least, "discharge_most_share": most, "charge_yield": store * hours, "discharge_draw": hours / dispatch,
        "spill_most_mw": inflow, "spill_draw": hours, "discharge_cost_cny_per_mwh": power_cost, "level_cost_cny_per_mwh": level_cost,
        "spill_cost_cny_per_mwh": spill_cost,
    }  # fmt: skip
    start = None if row.cyclic_state_of_charge else row.state_of_charge_initial
    _write(
        i,
        Unit(who, row, "storage_units", []),
        "p_nom",
        row.max_hours,
        figures | _ring(loss, hours, inflow * hours, start) | _band(low, high),
    )


def write_store(i: Importer, name: str, row: Component) -> None:
    """Write a store as a reservoir; its capacity is its volume, and no power limits it."""
    who, hours = ("Store", name), i.n.weight["stores"].to_numpy()
    low, high, loss, cost, level_cost, given = (
        i.hourly("stores", name, a, row[a])
        for a in ("e_min_pu", "e_max_pu", "standing_loss", "marginal_cost", "marginal_cost_storage", "e_set")
    )
    low, high = _levels(i, who, "e_set", given, row.e_nom, bool(row.e_nom_extendable), low, high)
    if (low > high).any():
        i.refuse(*who, "e_min_pu", low.max(), "contradiction")
        return
    start = None if row.e_cyclic else row.e_initial
    size = row.e_nom_min if row.e_nom_extendable else row.e_nom
    whole = np.abs(high).max() + np.abs(low).max() + (abs(start or 0.0) / size if size > 0 else 1e3 if start else 0.0)
    power = np.full(len(low), whole / hours.min())  # more than a snapshot can fill or empty
    figures = {
        "charge_most_share": power, "discharge_most_share": power, "charge_yield": hours, "discharge_draw": hours,
        "charge_cost_cny_per_mwh": -cost, "discharge_cost_cny_per_mwh": cost, "level_cost_cny_per_mwh": level_cost,
    }  # fmt: skip
    _write(i, Unit(who, row, "stores", []), "e_nom", 1.0, figures | _ring(loss, hours, 0.0 * hours, start) | _band(low, high))


def _levels(
    i: Importer, who: tuple[str, str], attribute: str, given: np.ndarray, volume: float, open_size: bool, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Bands of the level, in which given levels leave no room."""
    if np.isnan(given).all():
        return low, high
    if open_size or not volume > 0:
        i.refuse(who[0], who[1], attribute, float(np.nanmax(given)), "fixed")
        return low, high
    held = given / volume
    return np.where(np.isnan(held), low, held), np.where(np.isnan(held), high, held)


def _ring(loss: np.ndarray, hours: np.ndarray, inflow: np.ndarray, start: float | None) -> dict[str, np.ndarray]:
    """Share kept and inflow; a level at the start is an inflow of the first snapshot, which then keeps nothing of the last one."""
    kept, inflow = (1 - loss) ** hours, inflow.copy()
    if start is not None:
        kept[0] = 0.0
        inflow[0] += start
    return {"kept_share": kept, "inflow_mw": inflow}


def _band(low: np.ndarray, high: np.ndarray) -> dict[str, np.ndarray]:
    return {"least_level_share": low, "most_level_share": high}


def _write(i: Importer, unit: Unit, prefix: str, hours: float, figures: dict[str, np.ndarray]) -> None:
    sizes = capacity(i, unit, prefix)
    if sizes is None or unit.row.bus not in i.node:
        return
    code = i.t.code("reservoir", unit.who[1])
    cells: dict[str, object] = {}
    for column, values in figures.items():
        series = column.removesuffix("_mw").removesuffix("_share").removesuffix("_cny_per_mwh")
        cells |= figure(i, code, column, values, series)
    i.t.add("reservoirs", unit.who, reservoir=code, node=i.node[unit.row.bus], duration_h=hours, **sizes, **cells)
    i.reservoir[unit.who] = code
