"""What of a PyPSA network is special, as converters: links of several ports, processes, plants and loads with hourly figures or signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.exchange.importer import Importer
from energy_model.exchange.pypsa_tables import Component
from energy_model.exchange.pypsa_units import LIFETIME_YEARS, UNLIMITED_MW
from energy_model.units import CNY_PER_KW_FROM_CNY_PER_MW

FREE_RAMP = 1e6
"""Change per capacity and hour that is no limit, as in the first snapshot."""
Port = tuple[str, np.ndarray]
"""A bus, and the power that it gets per power of the unit in every snapshot."""
Member = tuple[str, str, str, np.ndarray]
"""Class and name of a component, what of it is summed in a limit, and its weight in every snapshot."""


@dataclass(frozen=True)
class Unit:
    """A component of PyPSA whose power and capacity become those of a converter.

    Attributes
    ----------
    who : (class, name)
    row : Component
    owner : str
        Its list, such as ``links``.
    ports : sequence of Port
    """

    who: tuple[str, str]
    row: Component
    owner: str
    ports: Sequence[Port]


def figure(i: Importer, code: str, column: str, values: np.ndarray, series: str = "") -> dict[str, object]:
    """Cells of a figure: a constant, or a constant of 1 and a series."""
    if (values == values[0]).all():
        return {column: float(values[0])}
    name = f"{code}_{series or column}_value"
    i.t.series[name] = pd.Series(values)
    return {column: 1.0, f"{series or column.rsplit('_share', 1)[0].rsplit('_cny', 1)[0].rsplit('_mw', 1)[0]}_series": name}


def capacity(i: Importer, unit: Unit, prefix: str) -> dict[str, object] | None:
    """Cells of the capacity of a component; None where there is none, or it was refused."""
    who, row = unit.who, unit.row
    if row[f"{prefix}_extendable"]:
        low, high = row[f"{prefix}_min"], row[f"{prefix}_max"]
        if low > high or low < 0:
            i.refuse(*who, f"{prefix}_min", low, "contradiction")
            return None
        if high >= UNLIMITED_MW:
            if row.capital_cost < 0:
                i.refuse(*who, "capital_cost", row.capital_cost, "negative", "or give it a finite maximum")
            i.out.unlimited.append(who[1])
            high = max(UNLIMITED_MW, low)
        sizes = {"max_new_mw": high, "min_new_mw": low, "capex_cny_per_kw": row.capital_cost * CNY_PER_KW_FROM_CNY_PER_MW * LIFETIME_YEARS}
    else:
        high = row[prefix]
        i.out.sunk_cny += max(row.capital_cost, 0.0) * max(high, 0.0)
        if high < 0 or not np.isfinite(high):
            i.refuse(*who, prefix, high, "range", "give it a finite capacity of at least 0")
            return None
        sizes = {"existing_mw": high, "capex_cny_per_kw": 0.0}
    return sizes | {"name_zh": who[1], "name_en": who[1], "fom_share_per_year": 0.0, "lifetime_years": LIFETIME_YEARS} if high > 0 else None


def write_converter(i: Importer, unit: Unit) -> str | None:
    """Write a converter with its ports; returns its code, or None where there is nothing to write."""
    who, row, name = unit.who, unit.row, unit.who[1]
    most, least = (i.hourly(unit.owner, name, f"p_{end}_pu", row[f"p_{end}_pu"]) for end in ("max", "min"))
    cost = i.hourly(unit.owner, name, "marginal_cost", row.marginal_cost)
    given = i.hourly(unit.owner, name, "p_set", row.p_set)
    if not np.isnan(given).all():
        size = row.p_nom
        if row.p_nom_extendable or not size > 0:
            i.refuse(*who, "p_set", np.nanmax(given), "fixed", "remove it, or give the component a fixed capacity")
            return None
        held = np.where(np.isnan(given), np.nan, given / size)
        if ((held > most + 1e-9) | (held < least - 1e-9)).any():
            i.refuse(*who, "p_set", np.nanmax(given), "contradiction")
        most, least = np.where(np.isnan(held), most, held), np.where(np.isnan(held), least, held)
    if (least > most).any():
        i.refuse(*who, "p_min_pu", least.max(), "contradiction")
        return None
    sizes = capacity(i, unit, "p_nom")
    known = [(bus, share) for bus, share in unit.ports if bus in i.node]
    if sizes is None or not known or len(known) < len(unit.ports):
        return None
    code = i.t.code("converter", name)
    cells: dict[str, object] = {}
    for column, values in (
        ("most_share", np.maximum(most, 0.0)), ("least_share", np.maximum(least, 0.0)),
        ("reverse_most_share", np.maximum(-least, 0.0)), ("reverse_least_share", np.maximum(-most, 0.0)), ("cost_cny_per_mwh", cost),
    ):  # fmt: skip
        cells |= figure(i, code, column, values)
    for way in ("up", "down"):
        rate = i.hourly(unit.owner, name, f"ramp_limit_{way}", row[f"ramp_limit_{way}"]).copy()
        if not np.isnan(rate).all():
            rate = np.where(np.isnan(rate), 1.0, rate)
            rate[0] = FREE_RAMP
            cells |= figure(i, code, f"ramp_{way}_share", rate)
    i.t.add("converters", who, converter=code, node=i.node[known[0][0]], **sizes, **cells)
    for number, (bus, share) in enumerate(known):
        own = figure(i, f"{code}_{number}", "output_per_power", share, "output")
        i.t.add("converter_ports", who, converter=code, port=number, node=i.node[bus], **own)
    i.converter[who] = code
    return code


def write_limit(i: Importer, who: tuple[str, str], sense: str, value: float, members: list[Member], name: str = "") -> None:
    """Write a limit over the members that were written; without any there is none, as in PyPSA."""
    name = name or who[1]
    code, number = i.t.code("limit", name), 0
    for kind, element, what, weight in members:
        scale = 1.0
        if (kind, element) in i.converter:
            table, own = "converters", i.converter[kind, element]
        elif (kind, element) in i.reservoir:
            table, own = "reservoirs", i.reservoir[kind, element]
        elif (kind, element) in i.corridor:
            table, (own, scale) = "corridors", i.corridor[kind, element]
        else:
            if (kind, element) in i.committed:
                i.refuse(kind, element, "committable", True, "limited_commitment", name)
            continue
        cells = figure(i, f"{code}_{number}", "weight", weight / scale)
        i.t.add("limit_members", who, limit=code, member=number, table=table, element=own, quantity=what, **cells)
        number += 1
    if number:
        i.t.add("limits", who, limit=code, name_zh=name, name_en=name, sense="exact" if sense == "==" else sense, value=value)


def fixed_feed(i: Importer, who: tuple[str, str], bus: str, power: np.ndarray) -> None:
    """A supply that is given hour by hour [MW], such as a load below zero."""
    code, size = i.t.code("converter", who[1]), float(power.max())
    share = power / size
    cells = figure(i, code, "most_share", share) | figure(i, code, "least_share", share)
    names = {"name_zh": who[1], "name_en": who[1], "fom_share_per_year": 0.0, "lifetime_years": LIFETIME_YEARS, "capex_cny_per_kw": 0.0}
    i.t.add("converters", who, converter=code, node=i.node[bus], existing_mw=size, **names, **cells)
    i.t.add("converter_ports", who, converter=code, port=0, node=i.node[bus], output_per_power=1.0)


def special_generator(i: Importer, name: str, row: Component) -> bool:
    """Whether a generator is more than a plant, or a wind or solar resource, can say."""

    def values(attribute: str) -> np.ndarray:
        return i.n.values("generators", name, attribute, row[attribute])

    most, least, cost, given = (values(a) for a in ("p_max_pu", "p_min_pu", "marginal_cost", "p_set"))
    up, down = (np.where(np.isnan(r) | (r >= 1), np.inf, r) for r in (values("ramp_limit_up"), values("ramp_limit_down")))
    varying = (most != most[0]).any() or not most[0]
    elastic = not most.any() and (least < 0).any()
    emits = i.co2_limited and i.emission(row.carrier) != 0
    special = [
        row.sign != 1, not np.isnan(given).all(), (cost < 0).any(), (cost != cost[0]).any(), np.isfinite(row.e_sum_min),
        not elastic and (least < 0).any(), (most < 0).any(), row.capital_cost < 0, row.e_sum_max < 0,
        (up != down).any() or (up != up[0]).any(),
        varying and not elastic and bool((most > least).any()) and (
            bool((least != 0).any()) or bool((up < 1).any()) or np.isfinite(row.e_sum_max) or emits
        ),
        not varying and (least != least[0]).any(),
        elastic and (row.p_nom_extendable or np.isfinite(row.e_sum_max) or emits or (cost != cost[0]).any()),
        (values("efficiency") != values("efficiency")[0]).any(),
        np.isfinite(row.e_sum_max) and i.other_weights,
        row.carrier in i.limited_carriers, bool(i.n.copies) and row.p_nom_extendable,
    ]  # fmt: skip
    return not row.committable and any(special)


def write_generator(i: Importer, name: str, row: Component) -> None:
    """Write a generator as a converter, with limits on its energy."""
    who = "Generator", name
    _ = i.hourly("generators", name, "efficiency", 1.0), row.carrier  # read here; they matter in limits alone
    row.without_effect("start_up_cost", "min_up_time", "min_down_time", "up_time_before", "down_time_before")
    code = write_converter(i, Unit(who, row, "generators", [(row.bus, np.full(i.n.snapshots, row.sign))]))
    share = i.n.weight["generators"].to_numpy() / i.weight
    for attribute, sense in (("e_sum_min", ">="), ("e_sum_max", "<=")):
        if np.isfinite(row[attribute]) and code:
            write_limit(i, who, sense, row[attribute], [(*who, "energy", share)], f"{name} {attribute}")


def ports_of(i: Importer, owner: str, name: str, row: Component) -> list[Port]:
    """Ports of a link or process: bus 0, and every further bus that it names."""
    one = np.ones(i.n.snapshots)
    if owner == "processes":
        ports = [(row[f"bus{k}"], i.hourly(owner, name, f"rate{k}", row[f"rate{k}"])) for k in (0, 1)]
    else:
        ports = [(row.bus0, -one), (row.bus1, i.hourly(owner, name, "efficiency", row.efficiency))]
    for k in i.n.further_ports(owner):
        bus, share = i.n.port(owner, name, k)
        if bus and bus not in i.node:
            i.refuse("Process" if owner == "processes" else "Link", name, f"bus{k}", bus, "unknown_bus")
        if bus:
            ports.append((bus, share))
    return ports


def processes(i: Importer) -> None:
    """Import processes as converters."""
    for name, row in i.n.components("processes"):
        row.without_effect("start_up_cost", "shut_down_cost", "min_up_time", "min_down_time", "up_time_before", "down_time_before")
        if write_converter(i, Unit(("Process", str(name)), row, "processes", ports_of(i, "processes", str(name), row))) is None:
            row.without_effect()
