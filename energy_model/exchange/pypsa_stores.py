"""Storage units and stores of a PyPSA network as stores of this model."""

from __future__ import annotations

import numpy as np

from energy_model.exchange.importer import Importer
from energy_model.exchange.pypsa_assets import Part, build, technology
from energy_model.exchange.pypsa_reservoirs import special_store, special_unit, write_store, write_unit
from energy_model.exchange.pypsa_tables import Component
from energy_model.exchange.pypsa_units import UNLIMITED_MW

STORE_H = 1.0
"""Hours in which a PyPSA store, whose power is free, fills and empties: one snapshot, more it cannot do."""


def storage_units(i: Importer) -> None:
    """Import storage units as stores of fixed duration."""
    for name, row in i.n.components("storage_units"):
        who, key = ("StorageUnit", str(name)), ("StorageUnit", "storage_units", str(name))
        _emissions(i, who, row)
        if row.bus in i.node and special_unit(i, str(name), row):
            write_unit(i, str(name), row)
            continue
        row.without_effect("spill_cost", "state_of_charge_set")
        if row.bus not in i.node or not row.max_hours > 0:
            if not row.max_hours > 0:
                i.refuse(*who, "max_hours", row.max_hours, "range", "write a number above 0, or remove the unit")
            row.without_effect()
            continue
        level = row.state_of_charge_initial / i.elapsed_h
        cost, loss = (i.constant(*key, a, row[a]) for a in ("marginal_cost", "standing_loss"))
        cells = {
            "duration_h": row.max_hours / i.elapsed_h,
            "charge_efficiency_share": i.constant(*key, "efficiency_store", row.efficiency_store),
            "discharge_efficiency_share": i.constant(*key, "efficiency_dispatch", row.efficiency_dispatch),
        }
        part = Part(who, row, "p_nom", 1.0, _useful(row.cyclic_state_of_charge, level))
        _store(i, part, row.cyclic_state_of_charge, level, cost, loss, **cells)


def stores(i: Importer) -> None:
    """Import stores: their power is free, so they become stores that can be filled in one snapshot."""
    for name, row in i.n.components("stores"):
        who = "Store", str(name)
        _emissions(i, who, row)
        if row.bus in i.node and special_store(i, str(name), row):
            write_store(i, str(name), row)
            continue
        row.without_effect("e_set")
        if row.bus not in i.node:
            row.without_effect()
            continue
        scale = 1 / (STORE_H * i.elapsed_h)  # our MW per stored MWh
        loss = i.constant("Store", "stores", who[1], "standing_loss", row.standing_loss)
        level = row.e_initial / i.elapsed_h
        cells = {"duration_h": STORE_H, "charge_efficiency_share": 1.0, "discharge_efficiency_share": 1.0}
        _store(i, Part(who, row, "e_nom", scale, _useful(row.e_cyclic, level)), row.e_cyclic, level, 0.0, loss, **cells)


def _emissions(i: Importer, who: tuple[str, str], row: Component) -> None:
    ring = row.cyclic_state_of_charge if who[0] == "StorageUnit" else row.e_cyclic
    if i.emission(row.carrier) and not ring and not i.limited_carriers:  # in a ring nothing is used up
        i.out.uncounted.append(who[1])


def _useful(cyclic: bool, level: float) -> float:
    """Largest useful size of a store [MW]; one with initial energy must be as given."""
    return UNLIMITED_MW if cyclic or level == 0 else np.inf


def _store(i: Importer, part: Part, cyclic: bool, level: float, vom: float, loss: float, **cells) -> None:
    """Write a store with initial level `level` [MWh] unless it is cyclic; `loss` is its share per snapshot."""
    who, tech = part.who, i.t.code("asset", part.who[1])
    if part.extendable and not cyclic and level != 0:
        i.refuse(*who, "state_of_charge_initial" if part.prefix == "p_nom" else "e_initial", level * i.elapsed_h, "start_level")
    capex = build(i, part, tech)
    if capex is None:
        return
    power = 0.0 if part.extendable else part.row[part.prefix] * part.scale
    start = None if cyclic else level / power if power > 0 else 0.0
    kept = 1 - (1 - loss) ** i.elapsed_h
    technology(i, who, tech, "battery", capex, vom, **cells | {"standing_loss_share_per_h": kept, "start_level_h": start})
