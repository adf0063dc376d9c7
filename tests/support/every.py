"""Small studies in which together every equation of the model has rows: the base of the tests that look at the LP as a whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from energy_model.study.pathway import Pathway, link_years
from energy_model.study.settings import Options, PathwaySettings
from energy_model.study.system import MONTHS, System
from tests.support.tiny import table, tiny_system

PEAK, FLAT, VALLEY = 1.0, 0.7, 0.4
TARIFF = (VALLEY,) * 8 + (PEAK,) * 4 + (FLAT,) * 6 + (PEAK,) * 3 + (FLAT,) * 3


def every_family() -> System:
    """A town with heat and wind (A), a microgrid with a smelter (B), and a market (M)."""
    return tiny_system(
        bus={"A": {}, "B": {"microgrid": "park"}, "M": {"market": True}},
        thermal={
            "chp": {
                "existing": 1.0,
                "is_chp": True,
                "heat_area": "town",
                "power_loss_per_heat": 0.2,
                "back_pressure_ratio": 0.5,
                "heat_share": 1.2,
                "min_load_share": 0.4,
                "ramp_share_per_h": 0.3,
                "start_cost": 0.05,
                "heat_rate": 9.0,
                "no_load_fuel_share": 0.1,
                "vom": 0.01,
                "online_share": 0.85,
                "fom": 0.2,
            },
            "own": {"node": "B", "existing": 0.6, "max_new": 0.8, "capex": 2.1, "heat_rate": 10.0, "min_load_share": 0.5, "vom": 0.02},
        },
        resource={
            "old": {"existing": 0.4, "fom": 0.1},
            "new": {"max_new": 2.0, "capex": 2.5},
            "sun": {"node": "B", "kind": "solar", "max_new": 1.0, "capex": 1.7},
        },
        store={
            "battery": {
                "node": "B",
                "max_new": 1.0,
                "capex": 0.3,
                "capex_energy": 0.1,
                "charge_efficiency_share": 0.95,
                "discharge_efficiency_share": 0.93,
                "standing_loss_share_per_h": 0.001,
                "duration_h": 4.0,
                "vom": 0.001,
            },
            "tank": {"kind": "heat_store", "heat_area": "town", "existing": 0.2, "max_new": 0.2, "capex_energy": 0.01},
        },
        boiler={
            "coal": {"existing": 0.3, "efficiency_share": 0.85, "vom": 0.01},
            "electric": {"kind": "electric_boiler", "max_new": 0.5, "efficiency_share": 0.98, "capex": 0.4},
        },
        corridor={
            "tie": {"existing": 0.5, "max_new": 0.5, "capex": 0.6, "loss_share": 0.02, "usable": 0.7, "tie_of": "park"},
            "hvdc": {
                "to_bus": "M",
                "kind": "hvdc",
                "existing": 0.6,
                "reversible": False,
                "loss_share": 0.05,
                "usable": 0.9,
                "min_power_share": 0.1,
                "wheeling": 0.03,
            },
            "green": {"to_bus": "M", "existing": 0.4, "reversible": False, "dedicated_to": "wind"},
        },
        contract={
            "curve": {"shape": "tariff", "hours": TARIFF, "max": 0.5, "min_gwh_per_year": 3.0},
            "spot": {"shape": "free", "max": 0.4, "max_gwh_per_year": 20.0},
        },
        smelter={
            "pots": {"node": "B", "rated": 0.4, "modulation_down_share": 0.1, "modulation_up_share": 0.05, "ramp_share_per_h": 0.1},
        },
        microgrid={
            "park": {
                "tie_limit": 0.6,
                "tie_limit_gwh_per_year": 40.0,
                "self_supply_share": 0.5,
                "synchronous_share": 0.3,
                "reserve": 0.15,
                "reserve_down": 0.05,
            }
        },
        heat_area={"town": {}},
        supply={
            ("near", "chp"): {"price": 0.012, "freight": 0.002, "kt_per_tj": 0.08},
            ("near", "coal"): {"price": 0.012, "kt_per_tj": 0.08},
            ("near", "own"): {"price": 0.012, "freight": 0.004, "kt_per_tj": 0.08},
            ("far", "chp"): {"price": 0.03, "kt_per_tj": 0.05},
            ("far", "own"): {"price": 0.03, "kt_per_tj": 0.05},
        },
        mine={"near": {"capacity_kt_per_year": 60.0}, "far": {"capacity_kt_per_year": 100.0}},
        coal_user={"chemistry": {"demand_kt_per_year": 10.0}},
        target={
            "exports": {"quantity": "export_gwh", "value": 16.0},
            "wind": {"quantity": "wind_capacity_mw", "value": 900.0, "mode": "soft", "penalty_cny_per_unit": 3e6},
            "waste": {"quantity": "curtailment_share", "sense": "<=", "value": 0.08},
            "carbon": {"quantity": "co2_kt", "sense": "<=", "value": 55.0, "mode": "soft", "penalty_cny_per_unit": 5e5},
        },
        potential={("A", "wind"): 1.5},
        co2_price=50.0,
        curtailment_cost=20.0,
    )


def every_profile(hours: int = 96) -> dict:
    """Hourly profiles for `every_family`: daily shapes with noise, so that no two hours are alike."""
    t, rng = np.arange(hours), np.random.default_rng(7)
    day = np.sin(2 * np.pi * (t - 9) / 24)
    return {
        "load": {"A": 0.6 + 0.15 * day + 0.05 * rng.random(hours), "B": 0.3 + 0.05 * day + 0.02 * rng.random(hours)},
        "availability": {
            "old": rng.beta(1.5, 3.0, hours),
            "new": rng.beta(2.0, 3.0, hours),
            "sun": np.clip(day, 0, 1) * rng.uniform(0.5, 1, hours),
            "wind": np.random.default_rng(8).beta(2.0, 3.0, hours),
        },
        "heat": {"town": 0.5 - 0.1 * day + 0.05 * rng.random(hours)},
        "hours": hours,
    }


def flow_and_losses() -> System:
    """Two AC paths from A to B, one of them reinforced, a microgrid behind two lines of a DC network, quadratic losses."""
    line = {"impedance_per_gw": 0.3, "resistance_per_gw": 0.04}
    system = tiny_system(
        bus={"A": {}, "B": {}, "C": {}, "D": {"microgrid": "park"}},
        thermal={"g": {"existing": 2.0, "fuel": 0.2}, "h": {"node": "C", "existing": 1.0, "fuel": 0.3}},
        resource={"old": {"existing": 0.8}},
        corridor={
            "ab": line | {"existing": 0.25, "max_new": 0.5, "capex": 0.4, "usable": 0.8},
            "ac": line | {"to_bus": "C", "existing": 0.4},
            "cb": line | {"from_bus": "C", "existing": 0.5, "circuits": 1.0, "reversible": False},
            "dc1": line | {"to_bus": "D", "kind": "dc", "existing": 0.2, "impedance_per_gw": 0.02, "tie_of": "park"},
            "dc2": line | {"to_bus": "D", "kind": "dc", "existing": 0.1, "impedance_per_gw": 0.05},
        },
        microgrid={"park": {"tie_limit": 0.15, "self_supply_share": 0.2}},
        store={"b": {"node": "D", "existing": 0.1, "duration_h": 4.0}},
        options={"network": {"power_flow": "dc", "losses": "tangents", "loss_tangents": 2}},
    )
    return replace(system, reference_flow=pd.DataFrame({t: 0.1 + 0.001 * t for t in range(24)}, index=["ab"]))


def _with(options: dict, **columns: dict) -> System:
    """The base study with options on and some columns of its tables set: ``table={column: value}``."""
    base = every_family()
    tables = {name: getattr(base, name).assign(**values) for name, values in columns.items()}
    return replace(base, options=Options.model_validate(options), **tables)


def every_commitment() -> System:
    """Units with least times, starts by temperature and a retrofit; steps of 12 h or less look back over the borders of days."""
    system = _with(
        {"commitment": {"minimum_times": True, "start_classes": True}},
        thermal={
            "min_up_h": [36.0, 24.0],
            "min_down_h": [24.0, 24.0],
            "hot_start_h": 12.0,
            "warm_start_h": 36.0,
            "start_cost": 0.06,
            "start_cost_hot": 0.03,
            "start_cost_cold": 0.12,
        },
    )
    flexible = (
        system.thermal.loc[["chp"]]
        .assign(existing=0.0, max_new=0.6, min_load_share=0.2, capex=0.02, retrofit_of="chp")
        .set_axis(["flexible"])
    )
    supply = system.supply.loc[[("near", "chp")]].set_axis(pd.MultiIndex.from_tuples([("near", "flexible")]))
    return replace(
        system,
        thermal=pd.concat([system.thermal, flexible]),
        fuel_user=pd.concat([system.fuel_user, system.fuel_user.loc[["chp"]].set_axis(["flexible"])]),
        supply=pd.concat([system.supply, supply]),
    )


def every_whole_unit() -> System:
    """Whole units of 0.2 GW."""
    return _with({}, thermal={"unit_gw": 0.2, "whole": True})


def every_smelter() -> System:
    """Potlines that tire, restart at a cost, and owe tonnes."""
    system = _with(
        {"smelters": {"hours_in_a_row": True, "restarts": True}},
        smelter={"modulation_hours_h": 2.5, "restart_cost": 0.1, "shed_cost": 0.3},
    )
    tonnes = system.target.loc[["exports"]].assign(quantity="aluminium_kt", value=0.65, mode="soft", penalty_cny_per_unit=2e6)
    return replace(system, target=pd.concat([system.target, tonnes.set_axis(["tonnes"])]))


def every_security() -> System:
    """Cheap power in A reaches B and C over a triangle that must withstand trips, and B over an HVDC with a slow schedule, partly out."""
    system = tiny_system(
        bus={"A": {}, "B": {}, "C": {}},
        thermal={
            "cheap": {"existing": 3.0, "fuel": 0.2},
            "near": {"node": "B", "existing": 2.0, "fuel": 0.5},
            "far": {"node": "C", "existing": 2.0, "fuel": 0.6},
        },
        corridor={
            "ab": {"existing": 0.4, "circuits": 2.0, "max_new": 0.5, "circuits_per_gw": 5.0, "new_circuit": 0.2, "capex": 3.1},
            "ac": {"to_bus": "C", "existing": 0.3, "circuits": 1.0},
            "cb": {"from_bus": "C", "existing": 0.3, "circuits": 1.0, "reversible": False},
            "hvdc": {
                "kind": "hvdc",
                "existing": 0.3,
                "circuits": 2.0,
                "reversible": False,
                "min_power_share": 0.1,
                "outage": 0.15,
                "outage_start": "01-01",
                "outage_days": 1,
                "schedule_step_h": 6,
                "ramp_share_per_h": 0.05,
            },
        },
        options={"network": {"security": "n-1", "circuits": "integer"}},
    )
    rows = {
        ("ab", "ab", "forward", 0): (0.0, 1.0, 0.12),
        ("ab", "ac", "forward", 0): (0.3, 1.0, 0.0),
        ("cb", "ab", "reverse", 0): (-0.2, 0.0, 0.0),
    }
    index = pd.MultiIndex.from_tuples(rows, names=system.contingency.index.names)
    return replace(system, contingency=pd.DataFrame(list(rows.values()), index, ["factor", "rating", "lost"]))


def bilateral() -> System:
    """`every_family` with two contracts: the microgrid's plants serve its smelter, those of the town its load."""
    contract = {
        "captive": {"seller_node": "B", "buyer_node": "B", "buyer": "smelter", "energy_gwh_per_year": 6.0},
        "town": {"seller_node": "A", "buyer_node": "A", "buyer": "load", "energy_gwh_per_year": 8.0},
    }
    return replace(every_family(), bilateral=table("bilateral", contract))


def secured() -> System:
    """Two reserve regions with every kind of provider, scheduled maintenance, and a clause on the reserve margin."""
    return tiny_system(
        bus={"A": {"region": "west"}, "B": {"region": "east"}},
        thermal={
            "coal": {
                "existing": 1.2,
                "min_load_share": 0.5,
                "ramp_share_per_h": 0.6,
                "fuel": 0.2,
                "online_share": 0.95,
                "firm_share": 0.95,
                "planned_outage_share": 0.08,
            },
            "chp": {
                "node": "B",
                "existing": 0.6,
                "is_chp": True,
                "heat_area": "town",
                "min_load_share": 0.4,
                "fuel": 0.25,
                "power_loss_per_heat": 0.2,
                "back_pressure_ratio": 0.5,
                "heat_share": 1.2,
            },
            "quick": {"node": "B", "existing": 0.2, "max_new": 0.4, "capex": 1.5, "fuel": 0.6, "start_time_h": 0.5},
        },
        resource={"wind": {"existing": 0.5, "max_new": 0.5, "capex": 1.0}, "sun": {"node": "B", "kind": "solar", "existing": 0.3}},
        store={
            "battery": {"node": "B", "existing": 0.1, "max_new": 0.4, "capex": 2.0, "capex_energy": 0.5, "charge_efficiency_share": 0.9}
        },
        boiler={"electric": {"node": "B", "kind": "electric_boiler", "existing": 0.2}},
        corridor={"line": {"existing": 0.15, "usable": 0.9, "firm_import_share": 0.5}},
        smelter={"pots": {"rated": 0.3, "modulation_down_share": 0.1, "modulation_up_share": 0.05, "ramp_share_per_h": 0.4}},
        heat_area={"town": {"node": "B"}},
        reserve_product={
            "fast": {"response_h": 0.25, "price": 4.0},
            "slow": {"response_h": 1.0, "duration_h": 2.0, "spinning": False, "price": 3.0, "basis": "forecast"},
            "down": {"direction": "down", "response_h": 0.25, "price": 3.5},
        },
        reserve={
            ("fast", "west"): {"load_share": 0.2, "wind_share": 0.2},
            ("fast", "east"): {"load_share": 0.3, "solar_share": 0.2},
            ("slow", "east"): {"fixed": 0.7, "solar_share": 0.3},
            ("down", "west"): {"load_share": 0.3},
            ("down", "east"): {"load_share": 0.2, "fixed": 0.4},
        },
        target={
            "margin": {"quantity": "reserve_margin_share", "value": 0.4},
            "east": {"quantity": "reserve_margin_share", "scope": "east", "value": 1.6, "mode": "soft", "penalty_cny_per_unit": 3e5},
        },
        options={"reserves": {"enabled": True, "renewable_up": True}, "maintenance": {"scheduled": True, "by_month": True}},
    )


def opening() -> System:
    """A study that is no ring: a store begins with a given level, nothing stands before the first hour, one plant must run."""
    return tiny_system(
        thermal={
            "nuclear": {"existing": 0.4, "fuel": 0.1, "min_load_share": 0.5, "must_run_share": 0.8, "ramp_share_per_h": 0.1},
            "gas": {"existing": 0.5, "fuel": 0.5, "start_cost": 0.2, "min_load_share": 0.3, "ramp_share_per_h": 0.2, "open_start": True},
        },
        store={
            "lake": {"existing": 0.3, "duration_h": 8.0, "start_level": 1.5, "standing_loss_share_per_h": 0.01},
            "battery": {"existing": 0.2, "duration_h": 4.0, "charge_efficiency_share": 0.9},
        },
    )


def carrying() -> System:
    """A lake that carries its level between typical weeks beside a battery that does not."""
    return tiny_system(
        thermal={"gas": {"existing": 0.3, "fuel": 0.5}}, resource={"w": {"existing": 1.0}},
        store={
            "lake": {"existing": 0.3, "duration_h": 200.0, "standing_loss_share_per_h": 0.01, "long_duration": True},
            "battery": {"existing": 0.2, "duration_h": 4.0, "charge_efficiency_share": 0.9},
        },
    )  # fmt: skip


def hydrogen() -> System:
    """Two nodes that make hydrogen: a steady electrolyser with a store and a contract that pays, and one that is bound to deliver."""
    return tiny_system(
        bus={"A": {}, "B": {}},
        thermal={"g": {"existing": 1.5, "fuel": 0.3}},
        resource={"wind": {"existing": 1.0}},
        corridor={"ab": {"existing": 0.4, "loss_share": 0.02}},
        electrolyser={
            "steady": {"existing": 0.2, "max_new": 0.6, "capex": 0.5, "fom": 0.1, "min_load_share": 0.3},
            "far": {"node": "B", "max_new": 0.5, "capex": 0.6, "intensity": 55.0},
        },
        hydrogen_store={"tank": {"existing": 0.001, "max_new": 0.05, "capex": 3.0, "fom": 1.0, "loss_share_per_h": 0.001}},
        hydrogen_contract={
            "sold": {"max_kt_per_year": 0.3, "most_kt_per_h": 0.006, "price": 12.0},
            "owed": {"node": "B", "min_kt_per_year": 0.05, "max_kt_per_year": 0.1, "price": 1.0},
        },
    )


def converters() -> System:
    """Converters of several ports, both ways, with ramps and hourly yields; reservoirs with inflow, spill and bands; limits over both."""
    return tiny_system(
        bus={"A": {}, "B": {}},
        thermal={"g": {"existing": 1.5, "fuel": 0.3}},
        resource={"wind": {"existing": 1.0}},
        corridor={"ab": {"existing": 0.4, "max_new": 0.2, "capex": 0.3, "loss_share": 0.02, "rating_series": "wind"}},
        converter={
            "chp": {"existing": 0.2, "max_new": 0.3, "capex": 0.2, "fom": 0.1, "cost": 0.02, "ramp_up": 0.2, "ramp_down": 0.3,
                    "most_series": "wind"},
            "both": {"node": "B", "existing": 0.1, "least": 0.1, "reverse_most": 0.5, "cost": 0.1, "cost_series": "wind"},
            "drain": {"existing": 0.1, "most": 0.0, "reverse_most": 1.0, "reverse_least": 0.2},
        },
        converter_port={
            "chp/0": {"converter": "chp", "output": -1.0},
            "chp/1": {"converter": "chp", "node": "B", "output": 0.9, "output_series": "wind"},
            "both/0": {"converter": "both", "node": "B"}, "drain/0": {"converter": "drain"},
        },
        reservoir={
            "dam": {"existing": 0.2, "duration_h": 5.0, "charge_most": 0.0, "inflow": 0.1, "inflow_series": "wind", "spill_most": 0.2,
                    "spill_cost": 0.001, "discharge_draw": 1.1, "least_level": 0.1},
            "new": {"node": "B", "max_new": 0.5, "capex": 0.1, "duration_h": 4.0, "kept": 0.99, "charge_yield": 0.9, "charge_cost": 0.001,
                    "level_cost": 0.0001, "discharge_cost": 0.002},
        },
        limit={"most": {"value": 0.9}, "least": {"sense": ">=", "value": 0.2}, "just": {"sense": "exact", "value": 0.05}},
        limit_member={
            "1": {"limit": "most", "element": "chp", "weight": 2.0},
            "2": {"limit": "most", "table": "corridors", "element": "ab"},
            "3": {"limit": "least", "element": "both", "quantity": "energy"},
            "4": {"limit": "just", "table": "reservoirs", "element": "dam", "quantity": "level", "weight": 0.01, "weight_series": "wind"},
        },
    )  # fmt: skip


def green_exports() -> System:
    """Two contracts behind lossy outlets, each with a least share of wind and sun, one of them at a price."""
    return tiny_system(
        bus={"A": {}, "M": {"market": True}, "N": {"market": True}},
        thermal={"g": {"existing": 2.0, "fuel": 0.3}}, resource={"wind": {"existing": 0.8}},
        corridor={
            "m": {"to_bus": "M", "existing": 1.0, "loss_share": 0.02, "reversible": False},
            "n": {"to_bus": "N", "existing": 1.0, "loss_share": 0.05, "reversible": False},
        },
        contract={
            "flat": {"shape": "flat", "max": 0.3, "min_gwh_per_year": 4.0},
            "free": {"market": "N", "max": 0.4, "min_gwh_per_year": 5.0},
        },
        target={
            "green": {"quantity": "export_renewable_share", "scope": "flat", "value": 0.3},
            "hope": {"quantity": "export_renewable_share", "scope": "N", "value": 0.9, "mode": "soft", "penalty_cny_per_unit": 100.0},
        },
    )  # fmt: skip


def sections() -> System:
    """Two lines between A and B under one limit each way, of which the one towards B rises with what is on-line in A."""
    return tiny_system(
        bus={"A": {}, "B": {}},
        thermal={
            "a": {"existing": 2.0, "fuel": 0.2, "min_load_share": 0.4, "no_load_fuel_share": 0.1},
            "b": {"node": "B", "existing": 1.5, "fuel": 0.5},
        },
        corridor={"x": {"existing": 1.0}, "y": {"from_bus": "B", "to_bus": "A", "existing": 1.0, "loss_share": 0.02}},
        section={("cut", "forward"): dict.fromkeys(MONTHS, 0.2), ("cut", "reverse"): dict.fromkeys(MONTHS, 0.1)},
        section_member={("cut", "x"): {}, ("cut", "y"): {"weight": -1.0}},
        section_unit={("cut", "A"): {"forward": 0.1}},
        agreement={("owed", 0): {"least": 1.0, "most": 4.0}, ("owed", 1): {"least": 20.0}},
        agreement_member={("owed", "x"): {}, ("owed", "y"): {"weight": -1.0}},
    )


def contract_months() -> System:
    """A free contract with a share of its energy in each month, charged for deviations, under a curve of its own, beside an agreed one."""
    curve = np.tile(np.r_[np.full(8, 0.5), np.full(16, 1.0)], (12, 3, 1))
    return tiny_system(
        bus={"A": {}, "M": {"market": True}},
        thermal={"g": {"existing": 2.0, "fuel": 0.3}},
        resource={"wind": {"existing": 0.8}},
        corridor={"m": {"to_bus": "M", "existing": 1.5, "reversible": False}},
        contract={
            "free": {"max": 0.6, "min_gwh_per_year": 5.0, "calendar": curve, "deviation_share": 0.1, "deviation_price": 0.05},
            "owed": {"max": 0.4, "shape": "flat", "min_gwh_per_year": 4.0},
        },
        contract_month={(x, month): {"share": 1 / 12} for x in ("free", "owed") for month in range(1, 13)},
    )


def dispatch_rules() -> System:
    """A region that keeps plants on-line by month, and condensing plants with a generation quota."""
    return tiny_system(
        bus={"A": {"region": "west"}, "B": {"region": "west"}},
        thermal={
            "old": {"existing": 1.0, "fuel": 0.4, "min_load_share": 0.5, "online_share": 0.8},
            "new": {"node": "B", "existing": 0.5, "max_new": 0.5, "capex": 1.0, "fuel": 0.3, "min_load_share": 0.4},
            "heat": {"node": "B", "kind": "chp", "existing": 0.6, "fuel": 0.3, "min_load_share": 0.5}
            | {"is_chp": True, "heat_area": "town", "power_loss_per_heat": 0.2, "back_pressure_ratio": 0.5},
        },
        heat_area={"town": {"node": "B"}},
        resource={"wind": {"existing": 1.5}},
        corridor={"ab": {"existing": 0.5}},
        minimum_commitment={
            "west/all": {"least_gw": (0.7,) + (0.0,) * 11},
            "west/thermal": {"kind": "thermal", "least_gw": (0.1,) * 12, "least_share": (0.2,) * 12},
            "west/chp": {"kind": "chp", "least_output_share": (0.6,) + (0.0,) * 11, "planned_gwh": (150.0,) * 12},
        },
        target={"quota": {"quantity": "condensing_gwh", "scope": "A", "value": 9.0}},
    )


def largest_unit() -> System:
    """Two microgrids that hold reserve for their largest unit, with help from each other and the public grid, and a region that does."""
    return tiny_system(
        bus={"A": {"region": "west"}, "B": {"microgrid": "park"}, "C": {"microgrid": "works"}},
        thermal={
            "big": {"existing": 1.2, "unit_gw": 0.6, "fuel": 0.3, "min_load_share": 0.5},
            "own": {
                "node": "B",
                "existing": 0.6,
                "unit_gw": 0.3,
                "fuel": 0.2,
                "min_load_share": 0.5,
                "net_share": 0.9,
                "online_share": 0.8,
            },
            "small": {"node": "C", "existing": 0.3, "max_new": 0.3, "capex": 0.5, "unit_gw": 0.15, "fuel": 0.25, "min_load_share": 0.4},
        },
        store={"battery": {"node": "B", "existing": 0.05, "duration_h": 2.0}},
        corridor={
            "tie": {"existing": 0.3, "usable": 0.9, "tie_of": "park"},
            "between": {"from_bus": "B", "to_bus": "C", "existing": 0.2, "outage": 0.05, "outage_start": "01-01", "outage_days": 1},
        },
        microgrid={"park": {"reserve": 0.02, "largest_unit": True}, "works": {"largest_unit": True}},
        reserve_product={"spare": {"response_h": 1.0}},
        reserve={("spare", "west"): {"largest_unit_share": 1.0}},
        options={"reserves": {"enabled": True}},
    )


def coal_months() -> System:
    """Two mines of one grade, one of them uneven within bounds, that serve a plant by rail and a boiler at the pit, month by month."""
    return tiny_system(
        bus={"A": {}, "B": {}},
        thermal={"g": {"node": "B", "existing": 1.0, "heat_rate": 9.0}},
        boiler={"b": {"existing": 0.5, "efficiency_share": 0.8}},
        heat_area={"town": {}},
        corridor={"ab": {"existing": 0.4}},
        supply={
            ("pit", "g"): {"price": 0.01, "freight": 0.004, "kt_per_tj": 0.08, "rail_line": "rail"},
            ("pit", "b"): {"price": 0.01, "kt_per_tj": 0.08},
            ("far", "g"): {"price": 0.02, "kt_per_tj": 0.06, "rail_line": "rail"},
        },
        mine={"pit": {"capacity_kt_per_year": 200.0, "month_deviation_share": 0.2}, "far": {}},
        coal_user={"chemistry": {"demand_kt_per_year": 10.0, "rail_line": "rail"}},
        rail_line={"rail": {"capacity_kt_per_year": 150.0}},
        coal_yard={
            "A/lignite": {"least_h": 24.0, "most_h": 120.0},
            "B/lignite": {"node": "B", "least_h": 48.0, "most_h": 240.0},
        },
        options={"coal": {"by_month": True}},
    )


def environment() -> System:
    """Two nodes with plants that use water and emit, one under a water right, with clauses on water and on the air."""
    return tiny_system(
        bus={"A": {}, "B": {}},
        thermal={"dry": {"existing": 1.0, "water": 0.6}, "wet": {"node": "B", "existing": 1.0, "water": 3.0}},
        corridor={"ab": {"existing": 0.5}},
        supply={
            ("pit", "dry"): {"price": 0.2, "so2_kt_per_tj": 4e-5, "nox_kt_per_tj": 3e-5, "dust_kt_per_tj": 1e-5},
            ("pit", "wet"): {"price": 0.1, "so2_kt_per_tj": 1e-4, "nox_kt_per_tj": 2e-4, "dust_kt_per_tj": 5e-5},
        },
        mine={"pit": {}},
        water_node={"A": {"industry": 10.0}, "B": {"industry": 20.0, "right": 50.0}},
        target={
            "air": {"quantity": "so2_kt", "sense": "<=", "value": 0.01},
            "near": {"quantity": "nox_kt", "scope": "B", "sense": "<=", "value": 0.01},
            "soot": {"quantity": "dust_kt", "sense": "<=", "value": 0.01, "mode": "soft", "penalty_cny_per_unit": 1e6},
            "river": {"quantity": "water_mm3", "sense": "<=", "value": 0.1},
        },
    )  # fmt: skip


def dried() -> System:
    """A plant that burns dried coal, which a dryer beside the pit makes with power of the same node, beside users of raw coal."""
    return tiny_system(
        thermal={"raw": {"existing": 0.5}, "far": {"existing": 1.0, "coal_grade": "dry"}},
        supply={("pit", "raw"): {"price": 0.3}, ("dry", "far"): {"grade": "dry", "kt_per_tj": 0.06, "freight": 0.01}},
        mine={"pit": {"capacity_kt_per_year": 50.0}, "dry": {"grade": "dry", "capacity_kt_per_year": 20.0}},
        coal_dryer={"dry": {"power": 1e-4, "most": 20.0, "cost": 0.5, "raw_price": 1.0}},
        coal_user={"chemistry": {"demand_kt_per_year": 0.1}},
    )


def rail() -> System:
    """A plant and another user of coal that share a railway line."""
    return tiny_system(
        thermal={"g": {"existing": 1.0}},
        supply={("pit", "g"): {"price": 0.1, "rail_line": "rail"}},
        mine={"pit": {}},
        coal_user={"chemistry": {"demand_kt_per_year": 10.0, "rail_line": "rail"}},
        rail_line={"rail": {"capacity_kt_per_year": 100.0}},
    )


def equal_shares() -> System:
    """A city with two feeds and a neighbour, which share curtailment."""
    return tiny_system(
        bus={"A": {}, "B": {}, "N": {"outside": True}},
        resource={"old": {"existing": 1.0}, "sun": {"node": "B", "kind": "solar", "existing": 0.5}, "wind": {"node": "N", "existing": 2.0}},
        corridor={"ab": {"existing": 1.0}, "an": {"to_bus": "N", "existing": 1.0}},
        options={"neighbours": {"equal_curtailment_cny_per_mwh": 2.0}},
    )


def deep_shaving() -> System:
    """Two clusters that fall below minimum load in tiers for a windy night, one of them with oil support, and one that does not."""
    return tiny_system(
        thermal={
            "deep": {
                "existing": 1.0, "fuel": 0.2, "min_load_share": 0.5, "no_load_fuel_share": 0.1, "must_run_share": 1.0,
                "dry_depth": 0.1, "dry_cost": 0.05, "oil_depth": 0.15, "oil_cost": 0.3,
            },
            "dry": {"existing": 0.5, "fuel": 0.25, "min_load_share": 0.4, "dry_depth": 0.1, "dry_cost": 0.04},
            "stiff": {"existing": 0.3, "fuel": 0.3, "min_load_share": 0.5},
        },
        resource={"w": {"existing": 0.8}},
        curtailment_cost=400.0,
        options={"commitment": {"deep_shaving": True}},
    )  # fmt: skip


def short_circuit() -> System:
    """An HVDC link whose converter needs units on-line at two nodes, or condensers, beside wind that would be sent alone."""
    return tiny_system(
        bus={"A": {}, "B": {}, "M": {"market": True}},
        thermal={
            "a": {"existing": 0.4, "fuel": 0.3, "min_load_share": 0.4, "short_circuit": 3.0},
            "b": {"node": "B", "existing": 0.5, "fuel": 0.25, "min_load_share": 0.4, "short_circuit": 3.5},
        },
        resource={"w": {"existing": 1.0}},
        corridor={
            "ab": {"existing": 0.5},
            "dc": {
                "to_bus": "M", "kind": "hvdc", "existing": 1.0, "reversible": False, "loss_share": 0.03,
                "least_short_circuit_ratio": 2.5, "grid_short_circuit": 0.3, "others_power": 0.05,
            },
        },
        contract={"free": {"max": 1.0, "min_gwh_per_year": 8.0}},
        condenser={"new": {"max_new": 0.5, "capex": 0.6, "fom": 0.1}, "old": {"node": "B", "existing": 0.05}},
        short_circuit={("dc", "A"): {"share": 0.8}, ("dc", "B"): {"share": 0.5}},
    )  # fmt: skip


def weak_converter() -> System:
    """An HVDC link that sends 0.5 GW all day and needs 1.25 GVA: 0.25 Gvar of condensers, of which 0.05 stand."""
    return tiny_system(
        bus={"A": {}, "M": {"market": True}},
        thermal={"g": {"existing": 2.0, "fuel": 0.2}},
        corridor={"dc": {"to_bus": "M", "kind": "hvdc", "existing": 1.0, "reversible": False, "least_short_circuit_ratio": 2.5}},
        contract={"flat": {"max": 0.5, "min_gwh_per_year": 12.0}},
        condenser={"new": {"max_new": 0.5, "capex": 0.6, "fom": 0.1}, "old": {"existing": 0.05, "fom": 0.2}},
        short_circuit={("dc", "A"): {"share": 1.0}},
    )


def expansion_rules() -> System:
    """Rules of other models: hours of stores, fuel of starts and by the hour, ramps of starts, limits by technology."""
    return tiny_system(
        thermal={
            "g": {"existing": 1.5, "fuel": 0.3, "min_load_share": 0.4, "ramp_share_per_h": 0.7, "start_fuel": 2.0, "start_cost": 0.01,
                  "fuel_price": 0.1, "fuel_price_series": "wind"},
        },
        resource={"wind": {"existing": 1.0}},
        store={"b": {"max_new": 0.5, "capex": 0.02, "capex_energy": 0.01, "min_duration_h": 2.0, "max_duration_h": 3.0,
                     "charge_efficiency_share": 0.9, "discharge_efficiency_share": 0.9, "from_stock": True}},
        limit={"most": {"value": 40.0}, "least": {"sense": ">=", "value": 0.4}},
        limit_member={
            "1": {"limit": "most", "table": "technologies", "element": "coal", "quantity": "fuel", "weight": 0.9},
            "2": {"limit": "most", "table": "nodes", "element": "A", "quantity": "unserved", "weight": 0.5},
            "3": {"limit": "most", "table": "technologies", "element": "battery", "quantity": "loss", "weight": -0.5},
            "4": {"limit": "least", "table": "technologies", "element": "battery", "weight": 1.0},
            "5": {"limit": "least", "table": "technologies", "element": "battery", "quantity": "volume", "weight": 0.1},
        },
        options={"commitment": {"start_ramps": True}},
    )  # fmt: skip


STUDIES = {
    "base": every_family,
    "flow": flow_and_losses,
    "security": every_security,
    "commitment": every_commitment,
    "whole_units": every_whole_unit,
    "smelters": every_smelter,
    "bilateral": bilateral,
    "reserves": secured,
    "opening": opening,
    "equal_shares": equal_shares,
    "carrying": carrying,
    "hydrogen": hydrogen,
    "converters": converters,
    "expansion_rules": expansion_rules,
    "green_exports": green_exports,
    "sections": sections,
    "contract_months": contract_months,
    "dispatch_rules": dispatch_rules,
    "largest_unit": largest_unit,
    "coal_months": coal_months,
    "rail": rail,
    "dried": dried,
    "environment": environment,
    "deep_shaving": deep_shaving,
    "short_circuit": short_circuit,
}
"""The study of the default settings, then one for each option that has equations of its own; a family is read from the first with rows."""


def every_pathway(**settings) -> tuple[dict[int, System], Pathway]:
    """Two years of `every_family` with rows of every family of the pathway: the CHP may retire, wind is limited in both years."""
    path = PathwaySettings(years=[2011, 2013], early_retirement=True, **settings)
    rates = {("wind", 2011): 0.25, ("wind", 2013): 0.2, ("thermal", 2013): 0.3}
    return {y: every_family() for y in path.years}, link_years(path, 2010, 0.08, rates)
