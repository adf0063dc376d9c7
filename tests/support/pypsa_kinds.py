"""Networks of the kinds that PyPSA's documentation shows, each small: what import-pypsa carries of them, and what it refuses.

``python -m tests.support.pypsa_kinds`` prints the table: PyPSA's optimum, ours, the difference and both times, or the refusals.
"""
# ruff: noqa: E501
# Over 300 lines: one network after the other.

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from energy_model.commands.import_pypsa import comparison
from energy_model.exchange.pypsa_import import import_network
from energy_model.exchange.pypsa_read import read_network
from energy_model.exchange.refusals import NetworkRefused
from energy_model.exchange.written import write_study
from tests.paths import ROOT
from tests.support.pypsa_networks import day, network, solve

KINDS: dict[str, Callable] = {}
OPTIONS: dict[str, dict] = {}
"""Arguments with which PyPSA solves a network, by its name."""
REFUSED: dict[str, str] = {
    "phase_shifter": "Transformer.phase_shift: phase_shift",
    "committed_link": "Link.committable: link_commitment",
    "commitment_with_times": "Generator.min_up_time: minimum_time",
    "commitment_costs": "Generator.stand_by_cost: commitment",
    "commitment_ramps": "Generator.ramp_limit_up: ramp_committed",
    "whole_units_with_times": "Generator.min_up_time: minimum_time",
    "whole_units_with_ramps": "Generator.ramp_limit_up: ramp_committed",
    "leap_year": "Network.snapshots: snapshots",
}
"""Kinds that have no counterpart, with one of the reasons told."""
H = 24


def kind(function: Callable | None = None, **options):
    """Register a network."""

    def register(f: Callable) -> Callable:
        KINDS[f.__name__], OPTIONS[f.__name__] = f, options
        return f

    return register(function) if function else register


def town(hours: int = H, weight: float = 1.0):
    """One bus with a load, a cheap plant and a dear one."""
    n = network(hours, weight)
    n.add("Bus", "a")
    n.add("Load", "load", bus="a", p_set=100 + 30 * day(hours))
    n.add("Generator", "base", bus="a", carrier="coal", p_nom=90.0, marginal_cost=20.0, efficiency=0.4)
    n.add("Generator", "peak", bus="a", carrier="gas", p_nom=200.0, marginal_cost=70.0, efficiency=0.5)
    return n


def sun(hours: int = H) -> np.ndarray:
    return np.clip(day(hours, 6.0), 0, 1)


def wind(hours: int = H) -> np.ndarray:
    return np.clip(0.5 + 0.4 * day(hours, 1.0), 0, 1)


# Lines, types, transformers


@kind
def line_types():
    n = network()
    n.add("Bus", list("abc"), v_nom=220.0)
    for k, (x, y) in enumerate(("ab", "bc", "ca")):
        n.add(
            "Line",
            x + y,
            bus0=x,
            bus1=y,
            type="Al/St 240/40 2-bundle 220.0",
            length=40.0 + 30 * k,
            num_parallel=1 + k % 2,
            s_nom=[30.0, 35.0, 40.0][k],
        )
    n.add("Load", "l", bus="c", p_set=65 + 20 * day(H))
    n.add("Generator", ["g", "h"], bus=["a", "b"], p_nom=120.0, marginal_cost=[10.0, 60.0])
    n.add("Generator", "there", bus="c", p_nom=50.0, marginal_cost=90.0)
    return n


@kind
def transformer_types():
    n = network()
    n.add("Bus", ["h1", "h2"], v_nom=380.0)
    n.add("Bus", ["l1", "l2"], v_nom=110.0)
    n.add("Line", "high", bus0="h1", bus1="h2", type="490-AL1/64-ST1A 380.0", length=120.0, s_nom=300.0)
    n.add("Line", "low", bus0="l1", bus1="l2", type="305-AL1/39-ST1A 110.0", length=80.0, s_nom=20.0)
    n.add("Transformer", ["t1", "t2"], bus0=["h1", "h2"], bus1=["l1", "l2"], type="160 MVA 380/110 kV", tap_position=[0, 3], s_nom=1.0)
    n.add("Load", "l", bus="l2", p_set=200 + 40 * day(H))
    n.add("Generator", ["g", "h"], bus=["h1", "l2"], p_nom=300.0, marginal_cost=[10.0, 60.0])
    return n


@kind
def transformers():
    n = network()
    n.add("Bus", ["h1", "h2"], v_nom=220.0)
    n.add("Bus", ["l1", "l2"], v_nom=110.0)
    n.add("Line", "high", bus0="h1", bus1="h2", x=20.0, s_nom=300.0)
    n.add("Line", "low", bus0="l1", bus1="l2", x=15.0, s_nom=90.0, s_nom_extendable=True, capital_cost=3.0)
    n.add("Transformer", ["t1", "t2"], bus0=["h1", "h2"], bus1=["l1", "l2"], x=[0.1, 0.12], tap_ratio=[1.0, 1.05], s_nom=[100.0, 80.0])
    n.add("Transformer", "t3", bus0="h1", bus1="l1", x=0.2, s_nom=50.0, s_nom_extendable=True, capital_cost=5.0)
    n.add("Load", "l", bus="l2", p_set=150 + 40 * day(H))
    n.add("Generator", ["g", "h"], bus=["h1", "l2"], p_nom=300.0, marginal_cost=[10.0, 60.0])
    return n


@kind
def own_line_type():
    n = line_types()
    n.add("LineType", "mine", x_per_length=0.2, r_per_length=0.05, f_nom=50.0, c_per_length=10.0, i_nom=1.0, cross_section=1, mounting="ol")
    n.lines.loc["ab", "type"] = "mine"
    return n


@kind
def ac_dc_meshed():
    n = network()
    n.add("Bus", list("abcd"), v_nom=380.0)
    n.add("Bus", list("xyz"), v_nom=200.0, carrier="DC")
    for k, (p, q) in enumerate(("ab", "bc", "ca", "cd")):
        n.add("Line", p + q, bus0=p, bus1=q, x=10.0 + 5 * k, r=1.0, s_nom=40.0, s_nom_extendable=True, capital_cost=4.0 + k)
    for k, (p, q) in enumerate(("xy", "yz", "zx")):
        n.add("Line", p + q, bus0=p, bus1=q, r=1.0 + k, s_nom=40.0, s_nom_extendable=True, capital_cost=2.0 + k, carrier="DC")
    for p, q in ("ax", "by", "dz"):
        n.add("Link", f"conv {p}", bus0=p, bus1=q, p_nom=300.0, p_min_pu=-1.0)
    for k, bus in enumerate("abcd"):
        n.add("Load", bus, bus=bus, p_set=40 + 15 * day(H, 3.0 * k))
        n.add("Generator", f"gas {bus}", bus=bus, carrier="gas", efficiency=0.4 + k / 50, p_nom_extendable=True, capital_cost=100.0,
              marginal_cost=50.0 + 5 * k)  # fmt: skip
        n.add("Generator", f"wind {bus}", bus=bus, carrier="wind", p_nom_extendable=True, capital_cost=150.0, marginal_cost=0.1,
              p_max_pu=np.roll(wind(), 4 * k))  # fmt: skip
    n.add("GlobalConstraint", "co2", sense="<=", constant=150.0)
    return n


@kind
def other_carrier_of_buses():
    n = line_types()
    n.buses["carrier"] = "elec"
    n.lines["type"] = ""
    n.lines["x"], n.lines["r"] = [1.0, 2.0, 3.0], [3.0, 1.0, 0.5]
    return n


@kind
def dynamic_line_rating():
    n = line_types()
    n.lines_t.s_max_pu["ab"] = 0.6 + 0.3 * wind()
    n.lines_t.s_max_pu["ca"] = 1.2 - 0.4 * sun()
    return n


@kind
def extendable_lines_by_hour():
    n = line_types()
    n.lines["s_nom_extendable"], n.lines["capital_cost"], n.lines["s_nom_min"] = True, [5.0, 6.0, 7.0], 10.0
    n.lines_t.s_max_pu["ca"] = 1.0 - 0.4 * sun()
    return n


@kind
def parts_and_idle_buses():
    n = town()
    n.add("Bus", ["alone", "island"])
    n.add("Load", "far", bus="island", p_set=10.0)
    n.add("Generator", "diesel", bus="island", p_nom=20.0, marginal_cost=200.0)
    return n


@kind
def phase_shifter():
    n = transformers()
    n.transformers.loc["t2", "phase_shift"] = 3.0
    return n


# Links


@kind
def hourly_link():
    n = town()
    n.add("Bus", "b")
    n.add("Generator", "import", bus="b", p_nom=100.0, marginal_cost=10.0)
    n.add(
        "Link", "k", bus0="b", bus1="a", p_nom=60.0, efficiency=0.9 - 0.2 * sun(), p_max_pu=0.4 + 0.6 * wind(), marginal_cost=5 + 5 * sun()
    )
    return n


@kind
def heat_pump():
    n = town()
    n.add("Bus", "heat", carrier="heat")
    n.add("Load", "heat", bus="heat", p_set=40 - 20 * day(H))
    n.add("Link", "pump", bus0="a", bus1="heat", p_nom_extendable=True, capital_cost=10.0, efficiency=2.5 + day(H) * 0.8)
    n.add("Generator", "boiler", bus="heat", carrier="gas", p_nom=100.0, marginal_cost=30.0)
    n.add("Store", "tank", bus="heat", e_nom_extendable=True, e_cyclic=True, standing_loss=0.02, capital_cost=0.5)
    return n


@kind
def chp():
    n = town()
    n.add("Bus", ["gas", "heat", "co2"])
    n.add("Generator", "well", bus="gas", carrier="gas", p_nom=1000.0, marginal_cost=18.0)
    n.add("Load", "heat", bus="heat", p_set=40 - 20 * day(H))
    n.add("Link", "chp", bus0="gas", bus1="a", bus2="heat", bus3="co2", p_nom_extendable=True, efficiency=0.35, efficiency2=0.45,
          efficiency3=0.2, capital_cost=40.0, marginal_cost=1.0)  # fmt: skip
    n.add("Link", "boiler", bus0="gas", bus1="heat", bus3="co2", p_nom=100.0, efficiency=0.9, efficiency3=0.2)
    n.add("Store", "co2", bus="co2", e_nom=1000.0)
    return n


@kind
def power_to_gas():
    n = network()
    n.add("Bus", ["a", "h2", "ch4", "co2"])
    n.add("Load", "l", bus="a", p_set=50.0)
    n.add("Load", "gas", bus="ch4", p_set=8.0)
    n.add("Generator", "pv", bus="a", carrier="solar", p_nom_extendable=True, capital_cost=30.0, p_max_pu=sun())
    n.add("Generator", "backup", bus="a", carrier="gas", p_nom=100.0, marginal_cost=90.0)
    n.add("Generator", "air", bus="co2", p_nom=100.0, marginal_cost=15.0)
    n.add("Link", "electrolysis", bus0="a", bus1="h2", p_nom_extendable=True, efficiency=0.7, capital_cost=20.0)
    n.add(
        "Link", "methanation", bus0="h2", bus1="ch4", bus2="co2", p_nom_extendable=True, efficiency=0.8, efficiency2=-0.2, capital_cost=9.0
    )
    n.add("Link", "turbine", bus0="h2", bus1="a", p_nom_extendable=True, efficiency=0.5, capital_cost=10.0)
    n.add("Store", "cavern", bus="h2", e_nom_extendable=True, e_cyclic=True, capital_cost=0.2)
    return n


@kind
def hourly_efficiency_of_ports():
    n = chp()
    n.links_t.efficiency2["chp"] = 0.35 + 0.15 * sun()
    n.links_t.efficiency["chp"] = 0.4 - 0.1 * sun()
    return n


@kind
def two_way_link_with_costs():
    n = town()
    n.add("Bus", "b")
    n.add("Load", "lb", bus="b", p_set=60 + 30 * day(H, 20.0))
    n.add("Generator", "gb", bus="b", p_nom=200.0, marginal_cost=40.0)
    n.add("Link", "k", bus0="a", bus1="b", p_nom=50.0, p_min_pu=-0.6, p_max_pu=0.9, marginal_cost=0.5)
    return n


@kind
def link_ramps():
    n = hourly_link()
    n.add("Link", "slow", bus0="b", bus1="a", p_nom=40.0, ramp_limit_up=0.1, ramp_limit_down=0.2, marginal_cost=1.0, p_min_pu=0.1)
    return n


@kind
def committed_link():
    n = hourly_link()
    n.add("Link", "u", bus0="b", bus1="a", p_nom=40.0, committable=True, p_min_pu=0.5, start_up_cost=100.0)
    return n


@kind
def link_most_negative():
    n = town()
    n.add("Bus", "b")
    n.add("Generator", "gb", bus="b", p_nom=200.0, marginal_cost=10.0)
    n.add("Link", "back", bus0="a", bus1="b", p_nom=50.0, p_min_pu=-1.0, p_max_pu=-0.2)
    return n


@kind
def least_power_of_link():
    n = hourly_link()
    n.add("Link", "must", bus0="a", bus1="b", p_nom_extendable=True, p_nom_min=10.0, p_min_pu=0.7, capital_cost=1.0, p_nom_max=30.0)
    return n


@kind
def process():
    n = town()
    n.add("Bus", ["fuel", "heat"])
    n.add("Generator", "well", bus="fuel", p_nom=1000.0, marginal_cost=10.0)
    n.add("Load", "heat", bus="heat", p_set=20.0)
    n.add("Process", "chp", bus0="fuel", bus1="a", bus2="heat", rate0=-2.0, rate1=0.8, rate2=0.9, p_nom=60.0, marginal_cost=2.0)
    n.add("Generator", "boiler", bus="heat", p_nom=100.0, marginal_cost=40.0)
    return n


@kind
def processes():
    n = process()
    n.add("Process", "grown", bus0="fuel", bus1="a", rate0=-2.5, rate1=1.0, p_nom_extendable=True, p_nom_min=5.0, p_nom_max=40.0,
          capital_cost=30.0, p_min_pu=0.2 * wind(), p_max_pu=0.5 + 0.5 * wind(), ramp_limit_up=0.05, ramp_limit_down=0.06)  # fmt: skip
    n.add("Process", "off", bus0="fuel", bus1="a", rate0=-1.0, rate1=1.0, p_nom=500.0, active=False)
    return n


@kind
def given_powers():
    n = process()
    n.add("Bus", "b")
    n.add("Generator", "gb", bus="b", p_nom=100.0, marginal_cost=35.0)
    n.add("Link", "k", bus0="b", bus1="a", p_nom=50.0, efficiency=0.9)
    n.add("Store", "st", bus="a", e_nom=100.0, e_initial=20.0)
    n.links_t.p_set["k"] = 10 + 20 * sun()
    n.components["Process"].dynamic.p_set["chp"] = 10 + 8 * wind()
    n.stores_t.e_set["st"] = np.linspace(25.0, 80.0, H)
    return n


# Generators


@kind
def hourly_costs():
    n = town()
    n.generators_t.marginal_cost["base"] = 20 + 60 * sun()
    return n


@kind
def hourly_efficiency():
    n = town()
    n.generators_t.efficiency["base"] = 0.4 - 0.1 * sun()
    n.generators_t.efficiency["peak"] = 0.5 - 0.1 * wind()
    n.add("GlobalConstraint", "co2", sense="<=", constant=1600.0)
    return n


@kind
def varying_with_ramps():
    n = town()
    n.add("Generator", "river", bus="a", p_nom=60.0, p_max_pu=0.4 + 0.6 * wind(), p_min_pu=0.2 * wind(), ramp_limit_up=0.1, ramp_limit_down=0.1,
          marginal_cost=1.0)  # fmt: skip
    return n


@kind
def varying_emitter_under_cap():
    n = town()
    n.generators_t.p_max_pu["base"] = 0.6 + 0.4 * wind()
    n.add("GlobalConstraint", "co2", sense="<=", constant=1500.0)
    return n


@kind
def unlike_ramps():
    n = town()
    n.generators.loc["base", ["ramp_limit_up", "ramp_limit_down"]] = [0.05, 0.15]
    return n


@kind
def one_ramp():
    n = town()
    n.generators.loc["base", "ramp_limit_up"] = 0.05
    return n


@kind
def extendable_with_ramps():
    n = town()
    n.add("Generator", "new", bus="a", p_nom_extendable=True, capital_cost=200.0, marginal_cost=15.0, ramp_limit_up=0.05, ramp_limit_down=0.04,
          p_min_pu=0.3)  # fmt: skip
    return n


@kind
def hourly_ramps():
    n = town()
    n.generators_t.ramp_limit_up["base"] = 0.03 + 0.1 * sun()
    return n


@kind
def negative_cost():
    n = town()
    n.add("Generator", "paid", bus="a", p_nom=200.0, p_max_pu=wind(), marginal_cost=-5.0)
    n.add("Generator", "sink", bus="a", p_nom=100.0, p_max_pu=0.0, p_min_pu=-1.0, marginal_cost=-1.0)
    return n


@kind
def negative_generator():
    n = town()
    n.add("Generator", "swing", bus="a", p_nom=20.0, p_min_pu=-1.0, marginal_cost=30.0)
    return n


@kind
def sign_of_generator():
    n = town()
    n.add("Generator", "drawn", bus="a", p_nom=20.0, sign=-1.0, marginal_cost=-45.0)
    return n


@kind
def sign_of_load():
    n = town()
    n.add("Load", "feed", bus="a", p_set=10.0 + 5 * sun(), sign=1.0)
    return n


@kind
def negative_load():
    n = town()
    n.add("Load", "prosumer", bus="a", p_set=10.0 - 40 * sun())
    return n


@kind
def given_dispatch():
    n = town()
    n.generators_t.p_set["base"] = 50 + 30 * sun()
    return n


@kind
def energy_floor():
    n = town()
    n.generators.loc["peak", "e_sum_min"] = 900.0
    return n


@kind
def energy_ceiling_of_wind():
    n = town()
    n.add("Generator", "w", bus="a", p_nom=50.0, p_max_pu=wind(), e_sum_max=300.0)
    return n


@kind
def load_shedding():
    n = town()
    n.generators.loc["peak", "p_nom"] = 20.0
    n.add("Generator", "shed", bus="a", p_nom=1e6, marginal_cost=1e4, sign=0.001 * 1000)
    return n


@kind
def negative_capital_cost():
    n = town()
    n.add("Generator", "paid", bus="a", p_nom_extendable=True, p_nom_max=10.0, capital_cost=-5.0, marginal_cost=90.0)
    return n


@kind
def demand_elasticity():
    n = town()
    for k in range(4):
        n.add("Generator", f"step {k}", bus="a", p_nom=10.0, p_max_pu=0.0, p_min_pu=-1.0, marginal_cost=60.0 - 15 * k)
    return n


@kind
def overnight():
    n = town()
    n.add("Generator", "new", bus="a", p_nom_extendable=True, overnight_cost=1000.0, discount_rate=0.07, lifetime=20.0, fom_cost=3.0,
          marginal_cost=10.0)  # fmt: skip
    n.add("StorageUnit", "bat", bus="a", p_nom_extendable=True, overnight_cost=300.0, discount_rate=0.05, lifetime=15.0, max_hours=4,
          cyclic_state_of_charge=True)  # fmt: skip
    return n


@kind
def overnight_of_all():
    n = transformers()
    n.add("Bus", "h2")
    n.add("Load", "h2", bus="h2", p_set=5.0)
    n.add("Link", "electrolysis", bus0="l1", bus1="h2", p_nom_extendable=True, efficiency=0.7)
    n.add("Process", "turbine", bus0="h2", bus1="l1", rate0=-1.0, rate1=0.5, p_nom_extendable=True)
    n.add("Store", "tank", bus="h2", e_nom_extendable=True, e_cyclic=True)
    n.add("StorageUnit", "bat", bus="l2", p_nom_extendable=True, max_hours=4, cyclic_state_of_charge=True)
    n.generators_t.marginal_cost["g"] = 10.0 + 50 * sun()
    costs = {"overnight_cost": 3000.0, "discount_rate": 0.07, "lifetime": 20.0, "fom_cost": 2.0, "capital_cost": np.nan}
    for k, (owner, name) in enumerate((
        ("lines", "low"), ("transformers", "t3"), ("links", "electrolysis"), ("processes", "turbine"), ("stores", "tank"),
        ("storage_units", "bat"),
    )):  # fmt: skip
        n.components[owner].static.loc[name, list(costs)] = [cost * (1 + k / 10) for cost in costs.values()]
    return n


# Commitment


@kind(linearized_unit_commitment=True)
def commitment():
    n = town()
    n.add("Generator", "u", bus="a", p_nom=60.0, committable=True, p_min_pu=0.4, start_up_cost=400.0, marginal_cost=25.0)
    return n


@kind(linearized_unit_commitment=True)
def commitment_with_times():
    n = town()
    n.add("Generator", "u", bus="a", p_nom=60.0, committable=True, p_min_pu=0.4, start_up_cost=400.0, min_up_time=6, min_down_time=4,
          marginal_cost=25.0)  # fmt: skip
    return n


@kind(linearized_unit_commitment=True)
def commitment_costs():
    n = town()
    n.add("Generator", "u", bus="a", p_nom=60.0, committable=True, p_min_pu=0.4, start_up_cost=400.0, shut_down_cost=150.0, stand_by_cost=20.0,
          marginal_cost=25.0)  # fmt: skip
    return n


@kind(linearized_unit_commitment=True)
def commitment_ramps():
    n = town()
    n.add("Generator", "u", bus="a", p_nom=60.0, committable=True, p_min_pu=0.4, start_up_cost=400.0, ramp_limit_up=0.3, ramp_limit_down=0.3,
          ramp_limit_start_up=0.5, ramp_limit_shut_down=0.5, marginal_cost=25.0)  # fmt: skip
    return n


@kind
def whole_units():
    n = town()
    n.add(
        "Generator",
        ["u", "v"],
        bus="a",
        p_nom=60.0,
        committable=True,
        p_min_pu=0.4,
        start_up_cost=[400.0, 300.0],
        marginal_cost=[25.0, 26.0],
    )
    return n


@kind
def whole_units_with_times():
    n = town()
    n.add("Generator", ["u", "v"], bus="a", p_nom=60.0, committable=True, p_min_pu=[0.4, 0.6], start_up_cost=[400.0, 300.0],
          min_up_time=[6, 3], min_down_time=[4, 2], up_time_before=[0, 1], marginal_cost=[25.0, 26.0])  # fmt: skip
    return n


@kind
def whole_units_with_ramps():
    n = town()
    n.add("Generator", ["u", "v"], bus="a", p_nom=60.0, committable=True, p_min_pu=[0.4, 0.6], shut_down_cost=[100.0, 0.0],
          ramp_limit_up=[0.2, 0.5], ramp_limit_down=[0.3, 0.5], ramp_limit_start_up=[0.5, 1.0], ramp_limit_shut_down=[0.5, 1.0],
          marginal_cost=[25.0, 26.0])  # fmt: skip
    return n


# Storage


@kind
def hydro():
    n = town()
    n.add("StorageUnit", "dam", bus="a", p_nom=50.0, max_hours=20, inflow=20 + 15 * wind(), p_min_pu=0.0, efficiency_dispatch=0.9,
          cyclic_state_of_charge=True)  # fmt: skip
    return n


@kind
def hydro_spills():
    n = town()
    n.add("StorageUnit", "dam", bus="a", p_nom=30.0, max_hours=2, inflow=40 + 35 * wind(), spill_cost=0.5, state_of_charge_initial=20.0,
          efficiency_store=0.85)  # fmt: skip
    return n


@kind
def level_given():
    n = town()
    level = np.full(H, np.nan)
    level[11], level[23] = 60.0, 30.0
    n.add("StorageUnit", "dam", bus="a", p_nom=30.0, max_hours=4, inflow=10.0, state_of_charge_set=level, state_of_charge_initial=30.0)
    return n


@kind
def level_costs():
    n = town()
    n.add("StorageUnit", "bat", bus="a", p_nom=30.0, max_hours=4, marginal_cost_storage=0.3, marginal_cost=1.0, cyclic_state_of_charge=True)
    n.add("Store", "st", bus="a", e_nom=100.0, marginal_cost=0.7, marginal_cost_storage=0.2, e_cyclic=True)
    return n


@kind
def store_bands():
    n = town()
    n.add("Store", "ev", bus="a", e_nom=100.0, e_min_pu=0.2 + 0.3 * sun(), e_max_pu=0.9, e_cyclic=True)
    n.add("Store", "new", bus="a", e_nom_extendable=True, capital_cost=1.0, e_max_pu=0.5 + 0.4 * wind(), e_cyclic=True)
    return n


@kind
def power_bands():
    n = town()
    n.add("StorageUnit", "bat", bus="a", p_nom=30.0, max_hours=4, p_min_pu=-0.5, p_max_pu=0.3 + 0.7 * sun(), cyclic_state_of_charge=True)
    return n


@kind
def negative_levels():
    n = town()
    n.add("Store", "debt", bus="a", e_nom=100.0, e_min_pu=-1.0, e_initial=10.0)
    return n


@kind
def hourly_losses():
    n = town()
    n.add("StorageUnit", "bat", bus="a", p_nom=30.0, max_hours=4, standing_loss=0.01 + 0.01 * sun(), efficiency_store=0.9 - 0.1 * wind(),
          marginal_cost=1 + sun(), cyclic_state_of_charge=True)  # fmt: skip
    return n


@kind
def extendable_begun():
    n = town()
    n.add("StorageUnit", "bat", bus="a", p_nom_extendable=True, capital_cost=20.0, max_hours=4, state_of_charge_initial=30.0)
    return n


@kind
def replenished_pumped_hydro():
    n = town()
    n.add("Bus", ["upper", "lower"])
    n.add("Store", ["upper", "lower"], bus=["upper", "lower"], e_nom=400.0, e_cyclic=True)
    n.add("Generator", "inflow", bus="upper", p_nom=20.0, p_max_pu=wind())
    n.add("Generator", "spill", bus="lower", p_nom=100.0, p_max_pu=0.0, p_min_pu=-1.0)
    n.add("Link", "turbine", bus0="upper", bus1="a", bus2="lower", p_nom=40.0, efficiency=0.9, efficiency2=1.0)
    n.add("Link", "pump", bus0="a", bus1="upper", bus2="lower", p_nom=40.0, efficiency=0.85, efficiency2=-0.85)
    return n


@kind
def unlike_lengths_with_store():
    n = town(12)
    lengths = np.tile([1.0, 2.0, 3.0], 4)
    n.snapshot_weightings = n.snapshot_weightings.assign(objective=lengths, generators=lengths, stores=lengths)
    n.add("StorageUnit", "bat", bus="a", p_nom=30.0, max_hours=4, standing_loss=0.01, efficiency_store=0.9, cyclic_state_of_charge=True)
    n.add("Store", "st", bus="a", e_nom=30.0, standing_loss=0.02, e_initial=10.0)
    return n


# Limits of the whole network


@kind
def co2_equal():
    n = town()
    n.add("GlobalConstraint", "co2", sense="==", constant=1600.0)
    return n


@kind
def co2_with_generator_weights():
    n = town()
    n.snapshot_weightings = n.snapshot_weightings.assign(objective=2.0, generators=3.0)
    n.add("GlobalConstraint", "co2", sense="<=", constant=4800.0)
    return n


@kind
def co2_of_stores():
    n = town()
    n.add("Bus", "gas", carrier="gas")
    n.add("Store", "tank", bus="gas", carrier="gas", e_nom=4000.0, e_initial=4000.0)
    n.add("Link", "ocgt", bus0="gas", bus1="a", p_nom=150.0, efficiency=0.4, marginal_cost=10.0)
    n.add("GlobalConstraint", "co2", sense="<=", constant=1500.0)
    return n


@kind
def two_attributes():
    n = town()
    n.carriers["nox"] = [0.0, 0.0, 0.4, 1.0, 0.0, 0.0]
    n.add("GlobalConstraint", "co2", sense="<=", constant=1700.0)
    n.add("GlobalConstraint", "nox", sense="<=", carrier_attribute="nox", constant=4500.0)
    return n


def grown():
    n = line_types()
    n.lines["s_nom_extendable"], n.lines["capital_cost"], n.lines["carrier"] = True, [5.0, 6.0, 7.0], "AC"
    n.add("Link", "dc", bus0="a", bus1="c", p_nom_extendable=True, capital_cost=8.0, p_min_pu=-1.0, carrier="DC", length=60.0)
    return n


@kind
def transmission_volume():
    n = grown()
    n.add("GlobalConstraint", "v", type="transmission_volume_expansion_limit", carrier_attribute="AC,DC", sense="<=", constant=5000.0)
    return n


@kind
def transmission_cost():
    n = grown()
    n.add("GlobalConstraint", "v", type="transmission_expansion_cost_limit", carrier_attribute="AC, DC", sense="<=", constant=500.0)
    return n


@kind
def technology_capacity():
    n = town()
    n.add("Generator", ["pv", "pv2"], bus="a", carrier="solar", p_nom_extendable=True, capital_cost=[30.0, 40.0])
    n.generators_t.p_max_pu[["pv", "pv2"]] = np.c_[sun(), sun()]
    n.add("GlobalConstraint", "t", type="tech_capacity_expansion_limit", carrier_attribute="solar", sense="<=", constant=60.0)
    return n


@kind
def capacity_at_bus():
    n = town()
    n.add("Generator", ["pv", "pv2"], bus="a", carrier="solar", p_nom_extendable=True, capital_cost=[30.0, 40.0])
    n.generators_t.p_max_pu[["pv", "pv2"]] = np.c_[sun(), sun()]
    n.buses.loc["a", "nom_max_solar"] = 55.0
    return n


@kind
def technology_at_one_bus():
    n = technology_capacity()
    n.add("Bus", "b")
    n.add("Load", "lb", bus="b", p_set=40.0)
    n.add("Link", "k", bus0="a", bus1="b", p_nom=40.0)
    n.add("Generator", "pv3", bus="b", carrier="solar", p_nom_extendable=True, capital_cost=30.0, p_max_pu=sun())
    n.add("GlobalConstraint", "at b", type="tech_capacity_expansion_limit", carrier_attribute="solar", bus="b", sense="<=", constant=20.0)
    return n


@kind
def operational_limit():
    n = town()
    n.add("GlobalConstraint", "o", type="operational_limit", carrier_attribute="coal", sense="<=", constant=1500.0)
    return n


@kind
def least_generation():
    n = town()
    n.add("GlobalConstraint", "o", type="operational_limit", carrier_attribute="gas", sense=">=", constant=1500.0)
    return n


# Time


@kind
def leap_year():
    n = town(8784)
    n.set_snapshots(pd.date_range("2024-01-01", periods=8784, freq="h"))
    n.loads_t.p_set = pd.DataFrame({"load": 100 + 30 * day(8784)}, index=n.snapshots)
    return n


@kind
def wide_ranges():
    n = town()
    n.add("Generator", "shed", bus="a", p_nom=1e5, marginal_cost=1e5)
    n.add("Generator", "tiny", bus="a", p_nom=0.02, marginal_cost=1e-3)
    return n


@kind
def scenarios():
    n = town()
    n.add("Generator", ["pv", "turbine"], bus="a", carrier=["solar", "gas"], p_nom_extendable=True, capital_cost=[60.0, 80.0],
          marginal_cost=[0.0, 40.0])  # fmt: skip
    n.generators_t.p_max_pu["pv"] = sun()
    n.set_scenarios({"low": 0.4, "med": 0.4, "high": 0.2})
    n.generators.loc[("high", "turbine"), "marginal_cost"] = 80.0
    n.generators.loc[("low", "peak"), "marginal_cost"] = 45.0
    n.loads_t.p_set[("high", "load")] *= 1.3
    return n


@kind
def scenarios_with_storage():
    n = scenarios()
    n.add("StorageUnit", "bat", bus="a", p_nom_extendable=True, capital_cost=10.0, max_hours=4, cyclic_state_of_charge=True)
    return n


@kind(multi_investment_periods=True)
def periods():
    n = town()
    one = n.snapshots
    n.set_snapshots(pd.MultiIndex.from_product([[2030, 2040], one]))
    n.investment_periods = [2030, 2040]
    n.investment_period_weightings["years"] = [10, 10]
    n.investment_period_weightings["objective"] = [9.0, 6.0]
    n.loads_t.p_set = pd.DataFrame({"load": np.r_[100 + 30 * day(H), 120 + 40 * day(H)]}, index=n.snapshots)
    n.generators["build_year"], n.generators["lifetime"] = [2020, 2000], [15.0, 100.0]
    for year in (2030, 2040):
        n.add("Generator", f"wind {year}", bus="a", carrier="wind", build_year=year, lifetime=30.0, p_nom_extendable=True,
              capital_cost=100.0 - (year - 2030) * 3, p_max_pu=np.tile(wind(), 2), marginal_cost=0.5)  # fmt: skip
    return n


@kind(multi_investment_periods=True)
def limit_of_a_period():
    n = periods()
    n.add("GlobalConstraint", "co2", sense="<=", constant=9000.0, investment_period=2040)
    return n


# Small wholes after PyPSA's examples


@kind
def model_energy():
    n = network(48, 8760 / 48)
    n.add("Bus", ["electricity", "hydrogen"])
    n.add("Load", "demand", bus="electricity", p_set=100.0)
    n.add("Generator", "shed", bus="electricity", p_nom=1e5, marginal_cost=2000.0)
    n.add(
        "Generator",
        "wind",
        bus="electricity",
        carrier="wind",
        p_nom_extendable=True,
        capital_cost=1e5,
        marginal_cost=0.02,
        p_max_pu=wind(48),
    )
    n.add(
        "Generator", "pv", bus="electricity", carrier="solar", p_nom_extendable=True, capital_cost=4e4, marginal_cost=0.01, p_max_pu=sun(48)
    )
    n.add("StorageUnit", "battery", bus="electricity", p_nom_extendable=True, capital_cost=5e4, max_hours=6, cyclic_state_of_charge=True,
          efficiency_store=0.95, efficiency_dispatch=0.95)  # fmt: skip
    n.add("Link", "electrolysis", bus0="electricity", bus1="hydrogen", p_nom_extendable=True, capital_cost=6e4, efficiency=0.62)
    n.add("Link", "turbine", bus0="hydrogen", bus1="electricity", p_nom_extendable=True, capital_cost=5e4, efficiency=0.58)
    n.add("Store", "tank", bus="hydrogen", e_nom_extendable=True, e_cyclic=True, capital_cost=300.0)
    return n


@kind
def storage_hvdc():
    n = network(12)
    n.add("Bus", list("abcdef"), v_nom=380.0)
    for k, (p, q) in enumerate(("ab", "bc", "ca", "de", "ef", "fd")):
        n.add("Line", p + q, bus0=p, bus1=q, x=0.0001 * 380**2 * (1 + k / 5), s_nom=100.0, s_nom_extendable=True, capital_cost=0.2)
    n.add("Link", "ad", bus0="a", bus1="d", p_nom=100.0, p_nom_extendable=True, p_min_pu=-1.0, capital_cost=0.1)
    for k, bus in enumerate("abcdef"):
        n.add("Load", bus, bus=bus, p_set=80 + 60 * day(12, 2.0 * k))
        n.add("Generator", f"gas {bus}", bus=bus, carrier="gas", p_nom_extendable=True, p_nom_min=0.0, capital_cost=100.0, marginal_cost=40.0 + k,
              efficiency=0.35 + 0.01 * k)  # fmt: skip
        n.add("Generator", f"wind {bus}", bus=bus, carrier="wind", p_nom_extendable=True, p_nom_max=150.0, capital_cost=200.0,
              p_max_pu=np.roll(wind(12), k))  # fmt: skip
        n.add("StorageUnit", f"store {bus}", bus=bus, p_nom_extendable=True, capital_cost=50.0, max_hours=6, efficiency_store=0.9,
              state_of_charge_initial=0.0, standing_loss=0.01)  # fmt: skip
    n.add("GlobalConstraint", "co2", sense="<=", constant=600.0)
    return n


@kind
def european():
    """A PyPSA-Eur grid in small: line types, transformer, hydro with inflow, river, pumped hydro, link, CO2."""
    n = network(24, 365.0)
    n.add("Bus", ["n1", "n2", "n3"], v_nom=380.0)
    n.add("Bus", "n4", v_nom=220.0)
    for k, (p, q) in enumerate((("n1", "n2"), ("n2", "n3"), ("n1", "n3"))):
        n.add("Line", str(k), bus0=p, bus1=q, type="Al/St 240/40 4-bundle 380.0", length=100.0 + 50 * k, s_nom=170.0, s_max_pu=0.7,
              s_nom_extendable=True, s_nom_min=170.0, capital_cost=9000.0)  # fmt: skip
    n.add("Transformer", "t", bus0="n3", bus1="n4", x=0.1, s_nom=200.0)
    n.add("Link", "dc", bus0="n1", bus1="n4", p_nom=50.0, p_min_pu=-1.0, carrier="DC")
    for k in range(1, 5):
        n.add("Load", f"l{k}", bus=f"n{k}", p_set=80 + 25 * day(24, 2.0 * k))
        n.add(
            "Generator",
            f"gas{k}",
            bus=f"n{k}",
            carrier="gas",
            p_nom_extendable=True,
            capital_cost=5e4,
            marginal_cost=60.0 + k,
            efficiency=0.5,
        )
        n.add("Generator", f"pv{k}", bus=f"n{k}", carrier="solar", p_nom_extendable=True, p_nom_max=200.0, capital_cost=5e4, p_max_pu=sun())
    n.add("Generator", "ror", bus="n2", p_nom=30.0, p_max_pu=0.3 + 0.4 * wind(), marginal_cost=0.01)
    n.add(
        "StorageUnit",
        "phs",
        bus="n1",
        p_nom=40.0,
        max_hours=6,
        efficiency_store=0.87,
        efficiency_dispatch=0.87,
        cyclic_state_of_charge=True,
    )
    n.add("StorageUnit", "hydro", bus="n2", p_nom=50.0, max_hours=100, p_min_pu=0.0, p_max_pu=1.0, efficiency_store=0.0, efficiency_dispatch=0.9,
          inflow=20 + 10 * wind(), cyclic_state_of_charge=True)  # fmt: skip
    n.add("StorageUnit", "bat", bus="n3", p_nom_extendable=True, capital_cost=3e4, max_hours=6, cyclic_state_of_charge=True)
    n.add("GlobalConstraint", "CO2Limit", sense="<=", constant=4e5)
    return n


def outcome(name: str, folder: Path) -> dict:
    """PyPSA's optimum and ours for one network."""
    n = KINDS[name]()
    begun = time.process_time()
    cost = solve(n, **OPTIONS[name])
    theirs = time.process_time() - begun
    n.export_to_netcdf(folder / f"{name}.nc")
    found = read_network(folder / f"{name}.nc")
    begun = time.process_time()
    try:
        imported = import_network(found)
        write_study(found, imported, folder / name)
        note = comparison(found, imported, folder / name, ROOT / "weather", 1)
    except NetworkRefused as fault:
        return {"pypsa": cost, "refused": sorted({f"{r.component}.{r.attribute}: {r.reason}" for r in fault.refusals})}
    off = abs(note["objective"] - cost) / abs(cost)
    return {"pypsa": cost, "ours": note["objective"], "off": off, "why": note["not_comparable"], "s": (theirs, time.process_time() - begun)}


def main() -> None:
    """Print the table."""
    count = {"equal": 0, "refused": 0, "differs": 0, "failed": 0}
    for name in sys.argv[1:] or KINDS:
        with tempfile.TemporaryDirectory() as folder:
            try:
                found = outcome(name, Path(folder))
            except Exception as fault:  # the table goes on
                found = {"pypsa": np.nan, "failed": f"{type(fault).__name__}: {str(fault)[:300]}"}
        state = "failed" if "failed" in found else "refused" if "refused" in found else "equal" if found["off"] <= 1e-6 else "differs"
        count[state] += 1
        told = found.get("failed") or found.get("refused") or f"{found['ours']:.8g} {found['off']:.1e} {found['why'] or ''} {found['s']}"
        print(f"{state:8}{name:28}{found['pypsa']:.8g}  {told}", flush=True)
    print(count)


if __name__ == "__main__":
    main()
