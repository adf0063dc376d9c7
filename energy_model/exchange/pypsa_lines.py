"""Lines and transformers of a PyPSA network as corridors under Kirchhoff's voltage law, their impedances from cells or types.

PyPSA decides by network of lines and transformers: reactances where the carrier of its first bus is AC, resistances elsewhere. All are in
per unit of 1 MVA: that of a line is ohm over the square of the voltage of its first bus, that of a transformer its own over its rating.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from energy_model.exchange.importer import Importer
from energy_model.exchange.pypsa_branches import corridor
from energy_model.exchange.pypsa_tables import Component, clean
from energy_model.study.cycles import cycle_basis

PASSIVE = {"lines": "Line", "transformers": "Transformer"}
TYPES = {"lines": "line_types", "transformers": "transformer_types"}
LENGTH_KM, USUAL_OHM_PER_KM = (1.0, 3000.0), 0.3
LEAST_REACTANCE, LEAST_RESISTANCE = 0.05, 0.001
"""Least impedances of our table [ohm/km]: only ratios of impedances matter, so voltage and lengths of imported lines are made to fit."""


@cache
def standard_types(library: str) -> pd.DataFrame:
    """Types that every PyPSA network has, after pandapower (BSD licence) and the sources that it names."""
    with files("energy_model.exchange").joinpath(f"{library}.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, index_col="name")


def lines(i: Importer) -> None:
    """Import lines and transformers as AC or DC corridors with fixed impedances."""
    carrier = i.n.column("buses", "carrier")  # of no effect without lines
    found = [branch for owner in PASSIVE for branch in _branches(i, owner)]
    if not found:
        return
    i.network_lines = True
    table = pd.DataFrame(found, columns=["owner", "name_", "row", "bus0", "bus1", "reactance", "resistance", "shift"])
    table["kind"] = _kinds(i, carrier, table)
    for _, own in table.groupby("kind", sort=False):
        _network(i, own.reset_index(drop=True))


def _branches(i: Importer, owner: str):
    """Branches between known buses with their impedance in per unit of 1 MVA and their phase shift."""
    voltage = i.n.column("buses", "v_nom").to_dict()
    known: dict[str, dict[str, float] | None] = {}
    for name, row in i.n.components(owner):
        if row.bus0 not in i.node or row.bus1 not in i.node:
            row.without_effect()
            continue
        kind = _type(i, owner, str(name), row, known)
        if kind is None:
            row.without_effect()
        elif owner == "lines":
            yield owner, str(name), row, row.bus0, row.bus1, *_line(row, kind, float(voltage[row.bus0])), 0.0
        else:
            yield owner, str(name), row, row.bus0, row.bus1, *_transformer(i, str(name), row, kind)


def _type(i: Importer, owner: str, name: str, row: Component, known: dict) -> dict[str, float] | None:
    """Data of the type of a branch, kept in `known`: empty without one; None, and refused, where the type is unknown."""
    if not row.type:
        return {}
    if row.type not in known:
        known[row.type] = _data_of_type(i, owner, row.type)
    if known[row.type] is None:
        names = [*map(str, i.n.libraries.get(TYPES[owner], pd.DataFrame()).index), *standard_types(TYPES[owner]).index]
        i.refuse(PASSIVE[owner], name, "type", row.type, "unknown_type", ", ".join(names[:3]))
    return known[row.type]


def _data_of_type(i: Importer, owner: str, kind: str) -> dict[str, float] | None:
    """Numbers of a type of the network or of PyPSA; None where one is missing."""
    own, standard = i.n.libraries.get(TYPES[owner], pd.DataFrame()), standard_types(TYPES[owner])
    cells = {c: standard.at[kind, c] for c in standard} if kind in standard.index else {}
    if kind in own.index:
        cells |= {c: own.at[kind, c] for c in standard if c in own}
    numbers = {c: float(pd.to_numeric(clean(v), errors="coerce")) for c, v in cells.items()}
    return numbers if len(numbers) == len(standard.columns) and np.isfinite(list(numbers.values())).all() else None


def _line(row: Component, kind: dict[str, float], voltage_kv: float) -> tuple[float, float]:
    if not kind:
        row.without_effect("length", "num_parallel")
        return row.x / voltage_kv**2, row.r / voltage_kv**2
    row.without_effect("x", "r")
    scale = row.length / row.num_parallel / voltage_kv**2 if row.num_parallel else np.inf
    return kind["x_per_length"] * scale, kind["r_per_length"] * scale


def _transformer(i: Importer, name: str, row: Component, kind: dict[str, float]) -> tuple[float, float, float]:
    """Reactance, resistance and phase shift; a type brings its own rating."""
    x, r, tap, rating = row.x, row.r, row.tap_ratio, row.s_nom
    shift = float(np.abs(i.hourly("transformers", name, "phase_shift", row.phase_shift)).max())
    if kind:
        r = kind["vscr"] / 100 / row.num_parallel
        x = np.sqrt((kind["vsc"] / 100) ** 2 - (kind["vscr"] / 100) ** 2) / row.num_parallel
        tap, rating, shift = 1 + (row.tap_position - kind["tap_neutral"]) * kind["tap_step"] / 100, kind["s_nom"], kind["phase_shift"]
        row.replaced(s_nom=rating)
        row.without_effect("x", "r", "tap_ratio")
    else:
        row.without_effect("num_parallel", "tap_position")
    if row.phase_shift_max > row.phase_shift_min:
        shift = np.inf
    else:
        row.without_effect("phase_shift_min", "phase_shift_max")
    return x * tap / rating if rating else np.inf, r * tap / rating if rating else np.inf, shift


def _kinds(i: Importer, carrier: pd.Series, table: pd.DataFrame) -> list[str]:
    """``ac`` or ``dc`` of the network that each branch belongs to."""
    number = {bus: k for k, bus in enumerate(carrier.index)}
    a, b = (table[end].map(number).to_numpy() for end in ("bus0", "bus1"))
    _, part = connected_components(coo_array((np.ones(len(a)), (a, b)), shape=(len(number), len(number))), directed=False)
    first = pd.Series(carrier.to_numpy()).groupby(part).first()
    alternating = carrier.to_numpy() == "AC"
    for owner, name, k, m in zip(table.owner, table.name_, a, b, strict=True):
        if alternating[k] != alternating[m]:
            i.refuse(PASSIVE[owner], name, "bus0, bus1", f"{carrier.index[k]}, {carrier.index[m]}", "mixed")
    return ["ac" if first[part[k]] == "AC" else "dc" for k in a]


def _network(i: Importer, own: pd.DataFrame) -> None:
    """Write the branches of one kind; only ratios of their impedances matter."""
    kind = own.kind[0]
    impedance = own.reactance if kind == "ac" else own.resistance
    own_z = "x" if kind == "ac" else "r"
    meshed = {e for cycle in cycle_basis(list(zip(own.bus0, own.bus1, strict=True))) for e in cycle}
    positive = impedance[(impedance > 0) & np.isfinite(impedance)]
    usual = float(positive.min()) if len(positive) else 1.0
    for position, (owner, name, row) in enumerate(zip(own.owner, own.name_, own.row, strict=True)):
        who, good = (PASSIVE[owner], name), 0 < impedance[position] < np.inf
        limit = "s_nom_max" if row.s_nom_extendable else "s_nom"
        if position in meshed:
            for attribute, value, wrong, reason in (
                (own_z, row[own_z], not good and bool(row[limit]), "impedance"),
                (limit, 0.0, row[limit] == 0, "no_capacity"),
                ("phase_shift", own["shift"][position], own["shift"][position] != 0, "phase_shift"),
            ):
                if wrong:
                    i.refuse(*who, attribute, value, reason)
        shares = i.hourly(owner, name, "s_max_pu", row.s_max_pu)
        share = float(shares.max()) if (shares >= 0).all() else float(shares.min())
        if not share > 0:
            i.refuse(*who, "s_max_pu", share, "range", "write a number above 0")
            row.without_effect()
            continue
        relative = impedance[position] / usual if good else 1.0
        rating = i.add_series("rating", name, "value", shares / share) if (shares != share).any() else None
        cells = {"kind": kind, "reversible": True, "rating_series": rating} | _electrical(kind, relative)
        corridor(i, who, row, "s_nom", share, **cells)


def _electrical(kind: str, relative: float) -> dict[str, float]:
    """Impedance and length that give a line `relative` times the least impedance of its network."""
    usual, low = (USUAL_OHM_PER_KM, LEAST_REACTANCE) if kind == "ac" else (USUAL_OHM_PER_KM / 10, LEAST_RESISTANCE)
    total = low * relative
    length = float(np.clip(total / usual, *LENGTH_KM))
    name = "reactance_ohm_per_km" if kind == "ac" else "resistance_ohm_per_km"
    return {"length_km": length, name: total / length}
