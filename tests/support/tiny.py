"""Studies small enough to solve by hand: a `System` from plain Python, its profiles, and the solved result.

Units are the model's own: GW, GWh, TJ, kt, MCNY.  A test states only what it needs; everything else has the defaults below, chosen
to be neutral (no losses, no cost, no limits).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cache

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.formulation.components import HISTORY, STATES
from energy_model.solving.build import Problem, build_problem
from energy_model.solving.highs import Solution, solve_lp
from energy_model.solving.stamp import StampedLP
from energy_model.study.build_converters import CONVERTER as CONVERTER_FIGURES
from energy_model.study.build_converters import RESERVOIR as RESERVOIR_FIGURES
from energy_model.study.build_converters import WITH_SERIES
from energy_model.study.cycles import circuits, cycle_table
from energy_model.study.horizon import Horizon
from energy_model.study.settings import Options
from energy_model.study.system import AIR, MONTHS, System
from energy_model.units import GWH_PER_KT_FROM_KWH_PER_T, TJ_PER_GWH

VOLL, LOST_HEAT = 10.0, 3.0  # MCNY/GWh
TIMED = STATES | HISTORY
"""Columns at which a block may look back, with the set that counts their time."""
BUILD = {"existing": 0.0, "max_new": 0.0, "min_new": 0.0, "capex": 0.0, "fom": 0.0, "lifetime_years": 30.0}
DEFAULTS: dict[str, dict] = {
    "bus": {"market": False, "microgrid": None, "region": None, "outside": False},
    # Burns one TJ per GWh, so that `fuel` [MCNY/TJ] is the cost of power [MCNY/GWh].
    "thermal": BUILD
    | {
        "node": "A",
        "technology": "coal",
        "kind": "thermal",
        "coal_grade": "lignite",
        "heat_rate": 1.0,
        "no_load_fuel_share": 0.0,
        "min_load_share": 0.0,
        "short_circuit": 0.0,
        "dry_depth": 0.0,
        "dry_cost": 0.0,
        "oil_depth": 0.0,
        "oil_cost": 0.0,
        "ramp_share_per_h": 1.0,
        "must_run_share": 0.0,
        "open_start": False,
        "start_cost": 0.0,
        "start_fuel": 0.0,
        "fuel_price": 0.0,
        "fuel_price_series": None,
        "start_cost_hot": 0.0,
        "start_cost_cold": 0.0,
        "hot_start_h": 0.0,
        "warm_start_h": 0.0,
        "min_up_h": 0.0,
        "min_down_h": 0.0,
        "whole": False,
        "found_built": False,
        "retrofit_of": None,
        "vom": 0.0,
        "online_share": 1.0,
        "firm_share": 1.0,
        "unit_gw": 0.3,
        "net_share": 1.0,
        "water": 0.0,
        "co2_benchmark": 0.0,
        "co2_benchmark_heat": 0.0,
        "planned_outage_share": 0.0,
        "start_time_h": np.nan,
        "is_chp": False,
        "heat_area": None,
        "microgrid": None,
        "power_loss_per_heat": 0.0,
        "back_pressure_ratio": 0.0,
        "heat_share": 1.0,
        "fuel": 0.0,
    },
    "resource": BUILD | {"node": "A", "technology": "", "kind": "wind", "vom": 0.0, "series": None},
    "store": BUILD
    | {
        "node": "A",
        "technology": "",
        "kind": "battery",
        "heat_area": None,
        "microgrid": None,
        "vom": 0.0,
        "charge_efficiency_share": 1.0,
        "discharge_efficiency_share": 1.0,
        "standing_loss_share_per_h": 0.0,
        "duration_h": np.nan,
        "min_duration_h": 0.0,
        "max_duration_h": np.nan,
        "from_stock": False,
        "start_level": np.nan,
        "long_duration": False,
        "capex_energy": 0.0,
    },
    "boiler": BUILD
    | {
        "node": "A",
        "technology": "",
        "kind": "coal_boiler",
        "heat_area": "town",
        "coal_grade": "lignite",
        "efficiency_share": 1.0,
        "co2_benchmark_heat": 0.0,
        "vom": 0.0,
        "fuel": 0.0,
    },
    "corridor": {"rating_series": None}
    | BUILD
    | {
        "from_bus": "A",
        "to_bus": "B",
        "kind": "ac",
        "reversible": True,
        "loss_share": 0.0,
        "usable": 1.0,
        "wheeling": 0.0,
        "min_power_share": 0.0,
        "dedicated_to": None,
        "tie_of": None,
        "circuits": np.nan,
        "circuits_per_gw": 1.0,
        "new_circuit": 1.0,
        "impedance_per_gw": np.nan,
        "resistance_per_gw": np.nan,
        "reactance": np.nan,
        "contingency": False,
        "emergency": 1.0,
        "outage": 0.0,
        "outage_start": None,
        "outage_days": 0,
        "schedule_step_h": 1,
        "ramp_share_per_h": 2.0,
        "shares_reserve": True,
        "firm_import_share": 0.0,
        "least_short_circuit_ratio": np.nan,
        "grid_short_circuit": 0.0,
        "others_power": 0.0,
    },
    "contract": {
        "market": "M",
        "shape": "free",
        "max": 100.0,
        "hours": (1.0,) * 24,
        "min_gwh_per_year": 0.0,
        "max_gwh_per_year": np.nan,
        "calendar": None,
        "deviation_share": 0.0,
        "deviation_price": np.nan,
    },
    "contract_month": {"share": 0.0},
    "smelter": {
        "node": "A",
        "rated": 1.0,
        "modulation_down_share": 0.0,
        "modulation_up_share": 0.0,
        "modulation_hours_h": 4.0,
        "ramp_share_per_h": 2.0,
        "shed_cost": 2.5,
        "restart_cost": 0.0,
        "intensity_kwh_per_t": 13500.0,
    },
    "bilateral": {"seller_node": "A", "buyer_node": "A", "buyer": "load", "kind": "physical", "energy_gwh_per_year": 0.0},
    "electrolyser": BUILD | {"node": "A", "kind": "electrolyser", "intensity": 50.0, "min_load_share": 0.0},
    "hydrogen_store": BUILD | {"node": "A", "kind": "hydrogen_store", "loss_share_per_h": 0.0},
    "hydrogen_contract": {"node": "A", "min_kt_per_year": 0.0, "max_kt_per_year": 1.0, "most_kt_per_h": 1.0, "price": 0.0},
    "converter": BUILD
    | {"node": "A", "kind": "converter", "most": 1.0, "least": 0.0, "reverse_most": 0.0, "reverse_least": 0.0, "ramp_up": np.nan}
    | {"ramp_down": np.nan, "cost": 0.0}
    | dict.fromkeys(f"{figure}_series" for figure in CONVERTER_FIGURES),
    "converter_port": {"converter": "", "node": "A", "output": 1.0, "output_series": None},
    "reservoir": BUILD
    | {"node": "A", "kind": "reservoir", "duration_h": 1.0, "least_level": 0.0}
    | dict.fromkeys(("most_level", "charge_most", "discharge_most", "charge_yield", "discharge_draw", "kept", "spill_draw"), 1.0)
    | dict.fromkeys(("inflow", "spill_most", "charge_cost", "discharge_cost", "level_cost", "spill_cost"), 0.0)
    | dict.fromkeys(f"{figure}_series" for figure in RESERVOIR_FIGURES),
    "limit": {"name_zh": "", "name_en": "", "sense": "<=", "value": 0.0},
    "limit_member": {"limit": "", "table": "converters", "element": "", "quantity": "capacity", "weight": 1.0, "weight_series": None},
    "microgrid": {
        "tie_limit": 100.0,
        "tie_limit_gwh_per_year": np.nan,
        "self_supply_share": 0.0,
        "synchronous_share": 0.0,
        "reserve": 0.0,
        "reserve_down": 0.0,
        "largest_unit": False,
    },
    "heat_area": {"node": "A"},
    "section": {"name_zh": "", "name_en": ""} | dict.fromkeys(MONTHS, 100.0),
    "section_member": {"weight": 1.0},
    "agreement": {"name_zh": "", "name_en": "", "least": np.nan, "most": np.nan},
    "agreement_member": {"weight": 1.0},
    "condenser": BUILD | {"node": "A", "kind": "condenser", "short_circuit": 5.0},
    "short_circuit": {"share": 1.0},
    "section_unit": {"forward": 0.0, "reverse": 0.0},
    "minimum_commitment": {"region": "west", "kind": "all", "least_gw": (0.0,) * 12, "least_share": (0.0,) * 12}
    | {"least_output_share": (0.0,) * 12, "planned_gwh": (0.0,) * 12},
    "reserve_product": {
        "direction": "up",
        "spinning": True,
        "response_h": 1.0,
        "duration_h": 1.0,
        "basis": "used",
        "price": 5.0,
    },
    "reserve": {"load_share": 0.0, "wind_share": 0.0, "solar_share": 0.0, "largest_unit_share": 0.0, "fixed": 0.0, "most": 100.0},
    "supply": {"grade": "lignite", "kt_per_tj": 0.1, "price": 0.0, "freight": 0.0, "co2_kt_per_tj": 0.1, "rail_line": None}
    | dict.fromkeys(AIR, 0.0),
    "mine": {"node": "A", "grade": "lignite", "capacity_kt_per_year": 1e6, "month_deviation_share": np.nan},
    "coal_user": {"grade": "lignite", "demand_kt_per_year": 0.0, "rail_line": None},
    "coal_dryer": {"raw_mine": "pit", "node": "A", "raw_per_product": 1.5, "power": 0.0, "most": 1e3, "cost": 0.0, "raw_price": 0.0},
    "water_node": {"industry": 0.0, "right": np.nan},
    "rail_line": {"name_zh": "", "name_en": "", "capacity_kt_per_year": 1e6},
    "coal_yard": {"node": "A", "grade": "lignite", "least_h": 0.0, "most_h": 8760.0, "mj_per_kg": 10.0},
    "target": {"quantity": None, "scope": None, "sense": ">=", "value": 0.0, "mode": "hard", "penalty_cny_per_unit": np.nan},
}
OBJECTS = {
    "microgrid",
    "region",
    "heat_area",
    "dedicated_to",
    "tie_of",
    "scope",
    "quantity",
    "hours",
    "calendar",
    "least_gw",
    "least_share",
    "least_output_share",
    "planned_gwh",
    "series",
    "retrofit_of",
    "outage_start",
    "rail_line",
    *(f"{figure}_series" for figures in WITH_SERIES.values() for figure in figures),
}
"""Columns that may be all empty and must not turn into numbers."""


@cache
def _empty(name: str) -> pd.DataFrame:
    return _filled(name, {})


def table(name: str, rows: dict) -> pd.DataFrame:
    """Rows filled with the defaults of a table; an unknown column is an error."""
    return _filled(name, rows) if rows else _empty(name).copy()


def _filled(name: str, rows: dict) -> pd.DataFrame:
    for label, row in rows.items():
        if unknown := set(row) - set(DEFAULTS[name]):
            raise KeyError(f"{name} {label} has no column {sorted(unknown)}")
    full = [DEFAULTS[name] | row for row in rows.values()]
    columns = {
        c: pd.Series([r[c] for r in full], dtype=object if c in OBJECTS or isinstance(v, str) else type(v))
        for c, v in DEFAULTS[name].items()
    }
    multi = rows and isinstance(next(iter(rows)), tuple)
    index = pd.MultiIndex.from_tuples(rows) if multi or (name == "supply" and rows) else pd.Index(list(rows), dtype=object)
    return pd.DataFrame(columns).set_axis(index)


def tiny_system(
    *,
    potential: dict | None = None,
    co2_price: float = 0.0,
    curtailment_cost: float = 0.0,
    options: dict[str, dict] | None = None,
    **parts: dict,
) -> System:
    """A system from ``table={label: {column: value}}``; `options` are sections of study.toml, such as ``{"network": {...}}``.

    Buses default to one named A.  A corridor has one circuit per GW unless `circuits` says how many stand; with ``impedance_per_gw`` of a
    circuit it obeys Kirchhoff's law, with ``resistance_per_gw`` it has quadratic losses.  Unless `supply` is given, one mine without limit
    sells every user coal at its column ``fuel``.  Prices are in the units of finance.csv (CNY/t, CNY/MWh).
    """
    if unknown := set(parts) - set(DEFAULTS):
        raise KeyError(f"no table {sorted(unknown)}")
    t = {name: table(name, parts.get(name, {})) for name in DEFAULTS}
    t["bus"] = table("bus", parts.get("bus", {"A": {}}))
    hydrogen = ("electrolyser", "hydrogen_store", "hydrogen_contract", "converter", "reservoir")
    for named in (t[name] for name in ("thermal", "resource", "store", "boiler", "corridor", "contract", "condenser", *hydrogen)):
        named["name_zh"], named["name_en"] = named.index, named.index
    for named in (t[name] for name in ("resource", "store", "boiler")):
        named["technology"] = named.technology.where(named.technology != "", named.kind)
    inside = t["bus"].microgrid
    for name in ("thermal", "store"):
        t[name]["microgrid"] = t[name].node.map(inside)
    t["boiler"]["heat_rate"] = TJ_PER_GWH / t["boiler"].efficiency_share
    t["smelter"]["intensity"] = t["smelter"].intensity_kwh_per_t * GWH_PER_KT_FROM_KWH_PER_T
    r = t["resource"]
    r["series"] = r.series.where(r.series.notna(), r.index.to_series())
    r["feed"] = r.node + "." + r.kind
    boilers = t["boiler"][t["boiler"].kind == "coal_boiler"]
    user = pd.concat([t["thermal"][["node", "coal_grade", "fuel"]], boilers[["node", "coal_grade", "fuel"]]])
    if "supply" not in parts:
        t["supply"] = table("supply", {("pit", u): {"price": price} for u, price in user.fuel.items()})
        if len(user) and "mine" not in parts:
            t["mine"] = table("mine", {"pit": {}})
    if not len(t["supply"]):
        t["supply"].index = pd.MultiIndex.from_arrays([[], []])
    land = pd.Series(potential or {}, dtype=float)
    c = t["corridor"]
    c["circuits"] = c.circuits.where(c.circuits.notna(), c.existing)
    c["assumed_circuits"] = circuits(c, c.existing)
    for name in ("contract_month", "section", "section_member", "section_unit", "short_circuit"):
        if not len(t[name]):
            t[name].index = pd.MultiIndex.from_arrays([[], []])
    t["contract_month"] = t["contract_month"].share
    return System(
        **t,
        fuel_user=user,
        feed=r.groupby("feed").agg(bus=("node", "first"), carrier=("kind", "first"), vom=("vom", "mean")),
        potential=land if potential else land.set_axis(pd.MultiIndex.from_arrays([[], []])),
        finance=pd.Series(
            {
                "value_of_lost_load_cny_per_mwh": VOLL * 1e3,
                "reserve_shortfall_cny_per_mwh": VOLL * 1e3,
                "value_of_lost_heat_cny_per_mwh": LOST_HEAT * 1e3,
                "curtailment_cost_cny_per_mwh": curtailment_cost,
                "co2_price_cny_per_t": co2_price,
            }
        ),
        expansion=True,
        options=Options.model_validate(options or {}),
        cycle=cycle_table(c),
    )


def tiny_profiles(system: System, load=0.0, availability=1.0, heat=0.0, hours: int = 24) -> xr.Dataset:
    """Hourly profiles [GW, share, GW_th]: a number for all, or a dictionary of numbers or hourly lists by label (the rest is 0)."""
    time = pd.date_range("2011-01-01", periods=hours, freq="h")

    def grid(values, labels, factor):
        rows = [np.broadcast_to(values.get(i, 0.0) if isinstance(values, dict) else values, hours) for i in labels]
        return np.array(rows, dtype=float).reshape(len(labels), hours) * factor

    labels = {
        "node": list(system.bus.index[~system.bus.market]),
        "resource": system.series,
        "heat_area": list(system.heat_area.index),
    }
    return xr.Dataset(
        {
            "load_mw": (("node", "time"), grid(load, labels["node"], 1e3)),
            "availability": (("resource", "time"), grid(availability, labels["resource"], 1.0)),
            "heat_mw": (("heat_area", "time"), grid(heat, labels["heat_area"], 1e3)),
        },
        coords={"time": time, **{dim: np.array(names, dtype=object) for dim, names in labels.items()}},
    )


@dataclass(frozen=True)
class Run:
    """A solved tiny study.

    Attributes
    ----------
    cost : float
        Objective [MCNY].
    """

    problem: Problem
    solution: Solution

    @property
    def lp(self) -> StampedLP:
        return self.problem.lp

    @property
    def cost(self) -> float:
        return float(self.lp.cost @ self.solution.primal) + self.lp.offset

    def ids(self, family: str, *label, rows: bool = False) -> np.ndarray:
        """Ids of one label over the hours (or steps); one id for a family of the master."""
        labels, ids = (self.lp.row_ids if rows else self.lp.column_ids)[family]
        own = ids[labels.index(label)]
        if np.ndim(own) and not rows and family in TIMED:
            period = self.problem.plan.hours // (self.problem.step_h if TIMED[family] == "step" else 1)
            own = own[:, -period:]  # what stands before the block is the end of another
        return np.ravel(own)

    def value(self, family: str, *label) -> np.ndarray:
        """Values of a column family over the hours (or steps)."""
        return self.solution.primal[self.ids(family, *label)]

    def dual(self, family: str, *label) -> np.ndarray:
        """Duals of a row family over the hours (or steps): cost of one more unit of the right-hand side."""
        return self.solution.dual[self.ids(family, *label, rows=True)]

    def account(self, name: str) -> float:
        """One category of the cost [MCNY]."""
        vector, offset = self.lp.accounts[name]
        return float(vector @ self.solution.primal) + offset

    def shifted(self, eps: float, family: str, *label, hour: int = 0) -> float:
        """Cost after one right-hand side is raised by `eps`."""
        row = self.ids(family, *label, rows=True)[hour]
        low, high = self.lp.row_lower.copy(), self.lp.row_upper.copy()
        low[row] += eps
        high[row] += eps
        again = solve_lp(replace(self.lp, row_lower=low, row_upper=high), "simplex", threads=1)
        assert again.status == "Optimal"
        return float(self.lp.cost @ again.primal) + self.lp.offset


def build(system: System, hours: int = 24, *, block_h: int = 24, step_h: int = 1, horizon: Horizon | None = None, **profiles) -> Problem:
    """Stamp a tiny study over the first `hours`; `profiles` as in `tiny_profiles`."""
    data = tiny_profiles(system, hours=hours, **profiles)
    return build_problem(system, data, horizon or Horizon("hours", hours), block_h, step_h)


def run(system: System, hours: int = 24, **options) -> Run:
    """Build and solve a tiny study to a vertex."""
    result = solved(build(system, hours, **options))
    assert result.solution.status == "Optimal", result.solution.status
    return result


def solved(problem: Problem) -> Run:
    """Solve by simplex, whatever the outcome."""
    return Run(problem, solve_lp(problem.lp, "simplex", threads=1))


def renamed(system: System, name) -> System:
    """The same system with every label passed through `name` and every table in reverse order."""
    references = {"node", "bus", "from_bus", "to_bus", "market", "heat_area", "microgrid", "tie_of", "feed", "series", "retrofit_of"}

    def table_of(frame):
        if isinstance(frame, pd.Series):
            return frame
        frame = frame[::-1].copy()
        for column in references & set(frame.columns):
            if frame[column].dtype != bool:
                frame[column] = frame[column].map(name, na_action="ignore")
        if isinstance(frame.index, pd.MultiIndex):
            frame.index = pd.MultiIndex.from_tuples([tuple(map(name, i)) for i in frame.index]) if len(frame) else frame.index
        else:
            frame.index = frame.index.map(name) if len(frame) else frame.index
        return frame

    tables = {f.name: getattr(system, f.name) for f in fields(System)}
    return System(**{k: table_of(v) if isinstance(v, (pd.DataFrame, pd.Series)) else v for k, v in tables.items()})
