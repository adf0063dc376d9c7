"""Generators of a PyPSA network, and capacity of any component, as technologies, plants and candidates."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from energy_model.exchange.importer import Importer
from energy_model.exchange.pypsa_converters import special_generator, write_generator
from energy_model.exchange.pypsa_tables import Component
from energy_model.exchange.pypsa_units import LIFETIME_YEARS, UNLIMITED_MW
from energy_model.exchange.pypsa_usable import least_above_0, usable_mw
from energy_model.exchange.study_tables import CASE, YEAR
from energy_model.units import CNY_PER_KW_FROM_CNY_PER_MW, GJ_PER_MWH, GWH_PER_MWH, KG_PER_T

LARGEST_UNIT_MW = 5000.0
MOST_UNITS = 20
"""A larger plant is one row of candidates that cost nothing."""
HEAT_RATE = 10.0
"""Heat rate [GJ/MWh] where that of the efficiency lies outside the table; the emission factor of the fuel makes up for it."""
HEAT_RATES = (6.0, 20.0)
LHV_MJ_PER_KG = 30.0
MINE_KT = 1e9
SUNNY = re.compile(r"solar|\bpv\b|photovoltaic|csp", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """A component whose capacity becomes plants (existing) or a candidate (buildable).

    Attributes
    ----------
    who : (class, name)
    row : Component
    prefix : str
        ``p_nom`` or ``e_nom``.
    scale : float
        Our capacity [MW] per its capacity.
    most : float
        Of a given capacity more than this [MW] is of no use, and less does no harm; infinite where the capacity must be as given.
    grade : str or None
        Of the coal it burns.
    """

    who: tuple[str, str]
    row: Component
    prefix: str
    scale: float
    most: float
    grade: str | None = None

    @property
    def extendable(self) -> bool:
        """Whether it may be built."""
        return bool(self.row[f"{self.prefix}_extendable"])

    @property
    def cost(self) -> float:
        """Capital cost [CNY/MW of our capacity]."""
        return self.row.capital_cost / self.scale


def build(i: Importer, part: Part, tech: str) -> float | None:
    """Write the capacity of a part; `tech` is the code of its technology, whose row the caller writes.

    Returns
    -------
    float or None
        Capital cost as overnight cost of the technology [CNY/kW]; None when there is nothing to write.
    """
    who, row = part.who, part.row
    cells = {"node": i.node[row.bus], "technology": tech, "coal_grade": part.grade, "name_zh": who[1], "name_en": who[1]}
    if not part.extendable:
        return 0.0 if _standing(i, part, tech, cells) else None
    low, high = row[f"{part.prefix}_min"] * part.scale, row[f"{part.prefix}_max"] * part.scale
    if part.cost < 0:
        i.refuse(*who, "capital_cost", row.capital_cost, "negative")
    if low > high or low < 0:
        i.refuse(*who, f"{part.prefix}_min", row[f"{part.prefix}_min"], "contradiction")
        return None
    if high >= UNLIMITED_MW:
        i.out.unlimited.append(who[1])
        high = max(UNLIMITED_MW, low)
    if high == 0:
        return None
    i.t.add("candidates", who, candidate=tech, min_new_mw=low, max_new_mw=high, **cells)
    return part.cost * CNY_PER_KW_FROM_CNY_PER_MW * LIFETIME_YEARS


def _standing(i: Importer, part: Part, tech: str, cells: dict[str, str | None]) -> bool:
    """Write a given capacity as units of one plant, or as a candidate without cost if it is large; False if there is none."""
    who, row = part.who, part.row
    capacity = row[part.prefix] * part.scale
    if capacity < 0 or not np.isfinite(capacity):
        i.refuse(*who, part.prefix, row[part.prefix], "negative" if capacity < 0 else "range", "give it a finite capacity")
        return False
    i.out.sunk_cny += max(row.capital_cost, 0.0) * row[part.prefix]
    if capacity > LARGEST_UNIT_MW * MOST_UNITS and capacity > part.most:
        capacity = part.most
        i.out.cut.append(who[1])
    units = int(np.ceil(capacity / LARGEST_UNIT_MW))
    if units > MOST_UNITS:
        least = capacity if np.isinf(part.most) else 0.0
        i.t.add("candidates", who, candidate=tech, min_new_mw=least, max_new_mw=capacity, **cells)
        return True
    for k in range(units):
        i.t.add("plants", who, plant=tech, unit=str(k + 1), capacity_mw=capacity / units, start_year=1950, **cells)
    return units > 0


def technology(i: Importer, who: tuple[str, str], tech: str, kind: str, capex: float, vom: float, **cells) -> None:
    """Write the technology of one component."""
    if vom < 0:
        i.refuse(*who, "marginal_cost", vom, "negative")
    i.t.add("technologies", who, technology=tech, vintage=YEAR, name_zh=who[1], name_en=who[1], kind=kind, capex_cny_per_kw=max(capex, 0.0),
            fom_cny_per_kw_year=0.0, vom_cny_per_mwh=max(vom, 0.0), lifetime_years=LIFETIME_YEARS, **cells)  # fmt: skip


def generators(i: Importer) -> None:
    """Import generators: constant ones as thermal plants, those with hourly availability as wind or solar."""
    i.n.read |= {("carriers", str(c), "co2_emissions", False) for c in i.n.table("carriers").index}
    for name, row in i.n.components("generators"):
        who = "Generator", str(name)
        if row.bus not in i.node:
            row.without_effect()
            continue
        if special_generator(i, who[1], row):
            write_generator(i, who[1], row)
            continue
        if row.committable:
            i.committed.add(who)
        row.without_effect("p_set")
        most, least = (i.hourly("generators", who[1], f"p_{end}_pu", row[f"p_{end}_pu"]) for end in ("max", "min"))
        cost = i.constant(*(who[0], "generators", who[1]), "marginal_cost", row.marginal_cost)
        emitted = i.emission(row.carrier)
        if not most.any() and (least < 0).any():
            most, least = _elastic(i, who, row, least, cost, emitted)
            emitted = 0.0
        if (most < 0).any():
            i.refuse(*who, "p_max_pu", most.min(), "negative")
        if (least > most).any():
            i.refuse(*who, "p_min_pu", least.max(), "contradiction")
        if (most < 0).any() or (least > most).any():
            row.without_effect()
        elif not most.any() and not row.p_nom_extendable:
            _idle(i, who, row)
        elif (most != most[0]).any() or not most[0]:
            _varying(i, who, row, most, least, cost, emitted)
        else:
            _steady(i, who, row, float(most[0]), least, cost, emitted)


def _elastic(
    i: Importer, who: tuple[str, str], row: Component, least: np.ndarray, cost: float, emission: float
) -> tuple[np.ndarray, np.ndarray]:
    """Elastic demand: a load of its maximum size, and a plant that supplies at its marginal cost what it does not take.

    Returns
    -------
    tuple of ndarray
        Largest and least output of that plant per capacity.
    """
    for attribute, bad in (
        ("p_nom_extendable", row.p_nom_extendable),
        ("p_nom", not np.isfinite(row.p_nom) or row.p_nom < 0),
        ("e_sum_max", np.isfinite(row.e_sum_max)),
        ("carrier", bool(emission) and i.co2_limited),
        ("committable", row.committable),
        ("p_min_pu", (least > 0).any()),
    ):
        if bad:
            i.refuse(*who, attribute, row[attribute], "elastic")
    taken = np.maximum(-least, 0.0) * (row.p_nom if np.isfinite(row.p_nom) else 0.0)
    if row.p_nom > 0:
        series = i.add_series("load", who[1], "mw", taken)
        i.t.add("loads", who, load=i.t.code("load", who[1]), node=i.node[row.bus], case=CASE, name_zh=who[1], name_en=who[1],
                sector="industry", series=series)  # fmt: skip
    i.out.elastic_cny += cost * float(taken @ i.weight)
    return np.maximum(-least, 0.0), np.zeros(len(least))


def _idle(i: Importer, who: tuple[str, str], row: Component) -> None:
    """Capacity that never runs: only its capital cost is reported."""
    if row.e_sum_max < 0:
        i.refuse(*who, "e_sum_max", row.e_sum_max, "negative")
    i.out.sunk_cny += max(row.capital_cost, 0.0) * max(row.p_nom, 0.0)
    row.without_effect()


def _varying(i: Importer, who: tuple[str, str], row: Component, most: np.ndarray, least: np.ndarray, cost: float, emission: float) -> None:
    ramps = [i.hourly("generators", who[1], f"ramp_limit_{way}", row[f"ramp_limit_{way}"]) for way in ("up", "down")]
    for attribute, value, bad in (
        ("p_min_pu", least.max(), (least != 0).any()),
        ("committable", row.committable, row.committable),
        ("ramp_limit_up", ramps[0].min(), (ramps[0] < 1).any()),
        ("ramp_limit_down", ramps[1].min(), (ramps[1] < 1).any()),
        ("e_sum_max", row.e_sum_max, np.isfinite(row.e_sum_max)),
    ):
        if bad and (most.any() or row.e_sum_max < 0):  # what gives nothing in any hour needs no limit
            i.refuse(*who, attribute, value, "varying", f"make p_max_pu one number, or set {attribute} to its default")
    if emission and i.co2_limited and most.any():
        i.refuse(*who, "carrier", row.carrier, "emissions", "make p_max_pu one number, or use a carrier without emissions")
    elif emission and most.any():
        i.out.uncounted.append(who[1])
    row.without_effect("efficiency", "start_up_cost", "min_up_time", "min_down_time", "up_time_before", "down_time_before")
    top = max(1.0, most.max())
    kind = "solar" if SUNNY.search(f"{row.carrier} {who[1]}") else "wind"
    tech = i.t.code("asset", who[1])
    useful = min(usable_mw(i)[row.bus] * top / least_above_0(most), UNLIMITED_MW)
    capex = build(i, Part(who, row, "p_nom", top, useful), tech)
    if capex is not None:
        series = i.add_series("gen", who[1], "share", most / top)
        i.t.add("profiles", who, profile=tech, name_zh=who[1], name_en=who[1], kind=kind, series=series)
        technology(i, who, tech, kind, capex, cost, profile=tech)


def _steady(i: Importer, who: tuple[str, str], row: Component, most: float, bounds: np.ndarray, cost: float, emission: float) -> None:
    least = i.one_value(*who, "p_min_pu", bounds)
    if least < 0:
        i.refuse(*who, "p_min_pu", least, "negative")
    start = i.constant("Generator", "generators", who[1], "start_up_cost", row.start_up_cost)
    ramp = _ramp(i, who, row)
    if row.committable:
        _refuse_commitment(i, who, row, ramp, start)
    must_run = not row.committable and (least > 0 or ramp < most - least)
    capacity = row.p_nom * most
    i.first_hour_matters |= ramp < most - least or (row.committable and start > 0)
    efficiency = i.constant("Generator", "generators", who[1], "efficiency", row.efficiency)
    if efficiency <= 0:
        i.refuse(*who, "efficiency", efficiency, "range", "write a number above 0")
        row.without_effect()
        return
    tech = i.t.code("asset", who[1])
    grade, heat_rate = _fuel(i, who, row, efficiency, emission, tech)
    useful = np.inf if least > 0 or np.isfinite(ramp) or row.committable else min(usable_mw(i)[row.bus], UNLIMITED_MW)
    capex = build(i, Part(who, row, "p_nom", most, useful, grade), tech)
    if capex is None:
        return
    paid = start / (capacity * float(i.weight[0])) if row.committable and capacity > 0 else 0.0
    cells = {
        "unit_size_mw": 100.0, "heat_rate_gj_per_mwh": heat_rate, "no_load_fuel_share": 0.0, "min_load_share": max(least, 0.0) / most,
        "ramp_share_per_h": min(ramp / most, 60.0), "start_cost_cny_per_mw": paid, "must_run_share": float(must_run),
    }  # fmt: skip
    technology(i, who, tech, "thermal", capex, cost, **cells)


def _ramp(i: Importer, who: tuple[str, str], row: Component) -> float:
    """Ramp rate in both directions, per capacity and snapshot; infinite without one."""
    pair = [i.constant("Generator", "generators", who[1], f"ramp_limit_{way}", row[f"ramp_limit_{way}"]) for way in ("up", "down")]
    up, down = (np.inf if np.isnan(r) or r >= 1 else r for r in pair)
    if up != down:
        i.refuse(*who, "ramp_limit_up, ramp_limit_down", f"{up:g}, {down:g}", "ramp_pair")
    return up


def _refuse_commitment(i: Importer, who: tuple[str, str], row: Component, ramp: float, start: float) -> None:
    if row.p_nom_extendable:
        i.refuse(*who, "committable, p_nom_extendable", "True, True", "extendable_committable")
    if np.isfinite(ramp):
        i.refuse(*who, "ramp_limit_up", ramp, "ramp_committed")
    for attribute in ("min_up_time", "min_down_time"):
        if row[attribute] > 1:
            i.refuse(*who, attribute, row[attribute], "minimum_time")
    if start < 0:
        i.refuse(*who, "start_up_cost", start, "negative")
    before = row.up_time_before, row.down_time_before
    if start and (before[0] == 0 or before[1] > 0):
        i.refuse(*who, "up_time_before, down_time_before", f"{before[0]:g}, {before[1]:g}", "off_before")
    if start and len(set(i.weight)) > 1:
        i.refuse(*who, "start_up_cost", start, "weights", "starts have no weight in PyPSA: make all weightings equal")


def _fuel(i: Importer, who: tuple[str, str], row: Component, efficiency: float, emission: float, tech: str) -> tuple[str, float]:
    """Grade and heat rate: the fuel is free, its price is part of the marginal cost; it carries emissions and yearly energy."""
    heat_rate = GJ_PER_MWH / efficiency
    if not HEAT_RATES[0] <= heat_rate <= HEAT_RATES[1]:
        heat_rate = HEAT_RATE
    if emission < 0 and i.co2_limited:
        i.refuse(*who, "carrier", row.carrier, "emissions", "use a carrier whose emissions are at least 0")
    factor = round(max(emission, 0.0) * KG_PER_T / efficiency / heat_rate, 12)  # t/MWh of fuel -> kg/GJ of our heat
    limited = np.isfinite(row.e_sum_max)
    if limited and row.e_sum_max < 0:
        i.refuse(*who, "e_sum_max", row.e_sum_max, "negative")
    if limited and (i.n.weight.generators != i.n.weight.objective).any():
        i.refuse(*who, "e_sum_max", row.e_sum_max, "weights", "make the weightings for generators those of the objective")
    label = f"{who[1]} only" if limited else f"{row.carrier or 'fuel'} {factor:g}"
    mine_kt = max(row.e_sum_max, 0.0) * GWH_PER_MWH * heat_rate / LHV_MJ_PER_KG if limited else MINE_KT
    node = i.node[row.bus]
    grade = i.grades.get((label, factor))
    if grade is None:
        grade = i.grades[label, factor] = i.t.code("grade", row.carrier or tech)
        both = {"name_zh": label, "name_en": label}
        i.t.add("coal_grades", who, grade=grade, lhv_mj_per_kg=LHV_MJ_PER_KG, co2_kg_per_gj=factor, **both)
        i.t.add("mines", who, mine=grade, case=CASE, node=node, grade=grade, capacity_kt_per_year=mine_kt, price_cny_per_t=0.0, **both)
    if (grade, node) not in i.routes:
        i.routes.add((grade, node))
        i.t.add("coal_routes", who, mine=grade, node=node, freight_cny_per_t=0.0)
    return grade, heat_rate
