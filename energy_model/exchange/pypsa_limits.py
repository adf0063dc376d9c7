"""Global constraints of a PyPSA network: a limit on CO2 of plants as a clause, all others as limits on weighted sums."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from energy_model.exchange.importer import Importer
from energy_model.exchange.pypsa_converters import Member, special_generator, write_limit
from energy_model.exchange.pypsa_copies import base_of, label_of
from energy_model.exchange.pypsa_tables import Component
from energy_model.exchange.study_tables import YEAR
from energy_model.units import GWH_PER_MWH

ENERGY = ("primary_energy", "operational_limit")
NETWORK = {"transmission_volume_expansion_limit": "length", "transmission_expansion_cost_limit": "capital_cost"}
CAPACITY = "tech_capacity_expansion_limit"
AT_BUS = re.compile(r"nom_(min|max)_(.+)")
SIZES = {"generators": "p_nom", "storage_units": "p_nom", "stores": "e_nom", "links": "p_nom", "lines": "s_nom", "processes": "p_nom"}
CLASSES = {"generators": "Generator", "storage_units": "StorageUnit", "stores": "Store", "links": "Link", "lines": "Line",
           "processes": "Process"}  # fmt: skip


def plan_limits(i: Importer) -> None:
    """Choose between clauses and limits, and mark what limits must be able to name."""
    rows = list(i.n.components("global_constraints"))
    at_bus = list(_at_bus(i))
    carbon = [row for _, row in rows if row.type == "primary_energy" and row.carrier_attribute == "co2_emissions"]
    plain = len(carbon) == len(rows) and not at_bus and not i.other_weights and not i.n.copies
    i.limited_lines = bool(i.n.copies)
    plain &= all(row.sense in ("<=", ">=") and row.constant >= 0 for row in carbon)
    i.co2_limited = bool(carbon) and plain and not _special_emitters(i)
    if i.co2_limited:
        return
    for _, row in rows:
        if row.type == "primary_energy":
            i.limited_carriers |= {str(c) for c in i.n.table("carriers").index if i.emission(str(c), row.carrier_attribute) != 0}
        else:
            i.limited_carriers |= _carriers(row)
        i.limited_lines |= row.type in (*NETWORK, CAPACITY)
    i.limited_carriers |= {carrier for _, _, carrier, _ in at_bus}


def _special_emitters(i: Importer) -> bool:
    """Whether something other than plain plants emits CO2."""
    for name, row in i.n.components("generators"):
        most = i.n.values("generators", str(name), "p_max_pu", row.p_max_pu)
        if i.emission(row.carrier) and (special_generator(i, str(name), row) or (most != most[0]).any() or i.emission(row.carrier) < 0):
            return True
    cyclic = {"storage_units": "cyclic_state_of_charge", "stores": "e_cyclic"}
    return any(i.emission(row.carrier) and not row[flag] for owner, flag in cyclic.items() for _, row in i.n.components(owner))


def _carriers(row: Component) -> set[str]:
    if row.type in NETWORK:
        return {s.strip() for s in re.sub(r"[\[\]()]", "", row.carrier_attribute).split(",")}
    return {row.carrier_attribute}


def write_limits(i: Importer) -> None:
    """Write the global constraints; components must have been written before."""
    for name, row in i.n.components("global_constraints"):
        who = "GlobalConstraint", str(name)
        if row.type != CAPACITY:
            row.without_effect("bus")
        if pd.notna(row.investment_period) and not i.n.is_pathway:
            i.refuse(*who, "investment_period", row.investment_period, "periods")
        elif i.co2_limited:
            i.t.add("targets", who, target=i.t.code("target", str(name)), clause="PyPSA", name_zh=name, name_en=name, quantity="co2_kt",
                    sense=row.sense, value=row.constant * GWH_PER_MWH, year=YEAR, mode="hard")  # fmt: skip
        elif row.type not in (*ENERGY, *NETWORK, CAPACITY):
            i.refuse(*who, "type", row.type, "limit", "remove it; capacity limits go to p_nom_max or s_nom_max of the components")
            row.without_effect()
        elif row.sense not in ("<=", ">=", "=="):
            i.refuse(*who, "sense", row.sense, "limit", "use <=, >= or ==")
        else:
            given, copies = 0.0, _copies(i, who[1], row)
            members = list(_capacities(i, row, copies)) if row.type not in ENERGY else []
            if row.type in ENERGY:
                members, given = _energies(i, row, copies)
            elif i.n.is_pathway:
                if row.type == "transmission_expansion_cost_limit":
                    i.refuse(*who, "type", row.type, "limit", "its costs would be weighted by period")
                members = list({(kind, base_of(name)): (kind, name, what, w) for kind, name, what, w in reversed(members)}.values())
            write_limit(i, who, row.sense, row.constant - given, members)
    for bus, bound, carrier, value in _at_bus(i):
        if i.n.is_pathway:
            i.refuse("Bus", bus, f"nom_{bound}_{carrier}", value, "limit", "write a tech_capacity_expansion_limit")
        one_port = [m for m in _of_carrier(i, {carrier}, ("generators", "storage_units", "stores"), bus)]
        write_limit(i, ("Bus", bus), "<=" if bound == "max" else ">=", value, one_port, f"{bus} nom_{bound}_{carrier}")


def _copies(i: Importer, name: str, row: Component) -> set[str]:
    """Scenarios or periods that a global constraint is about; empty in a network without any."""
    if not i.n.is_pathway:
        return {label_of(name)} if i.n.copies else set()
    return {str(int(row.investment_period))} if pd.notna(row.investment_period) else set(i.n.copies)


def write_shared(i: Importer) -> None:
    """Hold the capacities of the copies of a component equal: they are built once."""
    for owner, size in SIZES.items():
        found: dict[str, list[str]] = {}
        for name, row in i.n.components(owner) if i.n.copies else ():
            if row[f"{size}_extendable"]:
                found.setdefault(base_of(str(name)), []).append(str(name))
        for base, (first, *others) in found.items():
            for other in others:
                one = np.ones(i.n.snapshots)
                pair = [(CLASSES[owner], first, "capacity", one), (CLASSES[owner], other, "capacity", -one)]
                write_limit(i, (CLASSES[owner], other), "==", 0.0, pair, f"{base} {label_of(other)}")


def _at_bus(i: Importer) -> Iterator[tuple[str, str, str, float]]:
    """Limits that columns of buses put on the capacity of a carrier: bus, ``min`` or ``max``, carrier, value."""
    known = {str(c) for c in i.n.table("carriers").index}
    for column in i.n.added("buses"):
        found = AT_BUS.fullmatch(column)
        if found and i.n.is_pathway and found[2].rpartition("_")[0] in known and found[2].rpartition("_")[2] in i.n.copies:
            i.refuse("Bus", "all", column, "a column", "limit", "write a tech_capacity_expansion_limit")
        if found and found[2] in known:
            i.n.used.add(("buses", column))
            values = pd.to_numeric(i.n.static["buses"][column], errors="coerce")
            for bus, value in values[np.isfinite(values)].items():
                yield str(bus), found[1], found[2], float(value)


def _energies(i: Importer, row: Component, copies: set[str]) -> tuple[list[Member], float]:
    """Members of a limit on energy, and what stores without a ring hold at the start."""
    members: list[Member] = []
    share, given = i.n.weight["generators"].to_numpy() / i.weight, 0.0
    years = i.n.copies if i.n.is_pathway else {}
    operational = row.type == "operational_limit"

    def rate_of(name: str, carrier: str) -> float:
        """What the limit counts per MWh of a component; 0 in a scenario or period that it is not about."""
        rate = float(carrier == row.carrier_attribute) if operational else i.emission(carrier, row.carrier_attribute)
        return rate * years.get(label_of(name), 1.0) if not copies or label_of(name) in copies else 0.0

    for name, unit in i.n.components("generators"):
        if rate := rate_of(str(name), unit.carrier):
            efficiency = i.hourly("generators", str(name), "efficiency", unit.efficiency)
            members.append(("Generator", str(name), "energy", rate * share / (1.0 if operational else efficiency)))
    last = np.zeros(i.n.snapshots)
    last[-1] = 1 / i.weight[-1]
    for owner, kind, ring, start in (
        ("storage_units", "StorageUnit", "cyclic_state_of_charge", "state_of_charge_initial"), ("stores", "Store", "e_cyclic", "e_initial"),
    ):  # fmt: skip
        for name, unit in i.n.components(owner):
            rate = rate_of(str(name), unit.carrier)
            if rate and not unit[ring]:
                members.append((kind, str(name), "level", -rate * last))
                given += rate * unit[start]
    return members, given


def _capacities(i: Importer, row: Component, copies: set[str]) -> Iterator[Member]:
    """Members of a limit on what is built."""
    if row.type == CAPACITY:
        yield from (m for m in _of_carrier(i, _carriers(row), tuple(SIZES), row.bus) if not copies or label_of(m[1]) in copies)
        return
    for kind, name, what, _ in _of_carrier(i, _carriers(row), ("lines", "links"), ""):
        if copies and label_of(name) not in copies:
            continue
        owner = "lines" if kind == "Line" else "links"
        i.n.column(owner, NETWORK[row.type])
        yield kind, name, what, np.full(i.n.snapshots, float(i.n.table(owner).at[name, NETWORK[row.type]]))


def _of_carrier(i: Importer, carriers: set[str], owners: tuple[str, ...], bus: str) -> Iterator[Member]:
    """Capacities that may be built of a carrier, at one bus or anywhere."""
    for owner in owners:
        for name, row in i.n.components(owner):
            carrier = row.carrier or (i.n.table("buses").carrier.get(row.bus0, "") if owner == "lines" else "")
            where = row.bus0 if owner in ("links", "lines", "processes") else row.bus
            if row[f"{SIZES[owner]}_extendable"] and carrier in carriers and bus in ("", where, base_of(where)):
                yield CLASSES[owner], str(name), "capacity", np.ones(i.n.snapshots)
