"""The part of a study that PyPSA can carry without code of its own: what is left out is named, never silently lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from energy_model.study.cycles import NO_CYCLE
from energy_model.study.system import System, no_contingency

CARRIED_CLAUSES = ("wind_capacity_mw", "solar_capacity_mw", "thermal_capacity_mw", "export_gwh", "coal_kt", "co2_kt")
"""Quantities that a global constraint of PyPSA can hold for the whole region."""


class NotCarriedError(Exception):
    """The study has something that neither PyPSA can hold nor may be left out; the sentence names it."""


def pypsa_subset(system: System) -> tuple[System, list[str]]:
    """A study without what a PyPSA network cannot say, and the list of what was left out.

    Parameters
    ----------
    system : System

    Returns
    -------
    System
        Of the same formulation: solving it gives the optimum that PyPSA must find.
    list of str
        One sentence for each thing left out.

    Raises
    ------
    NotCarriedError
        Where leaving something out would make another study of it.
    """
    out = []
    thermal = system.thermal.copy()
    if ((thermal.min_load_share > 0) | (thermal.start_cost > 0) | (thermal.no_load_fuel_share > 0)).any():
        out.append("commitment of thermal clusters: minimum load, starts, no-load fuel, ramps (PyPSA commits hour by hour)")
    thermal[["min_load_share", "start_cost", "no_load_fuel_share"]] = 0.0
    thermal["ramp_share_per_h"] = 1.0
    if (thermal.must_run_share > 0).any():
        out.append("plants that must run")
    thermal["must_run_share"] = 0.0
    if thermal.is_chp.any():
        out.append("heat from extraction CHP: heat areas are supplied by boilers and heat stores")
    thermal["is_chp"] = False
    grid = system.microgrid.copy()
    for column, words in (
        ("reserve", "upward reserve of microgrids"),
        ("reserve_down", "downward reserve of microgrids"),
        ("synchronous_share", "synchronous share of microgrids"),
        ("self_supply_share", "self-supply share of microgrids"),
    ):
        if len(grid) and (grid[column] > 0).any():
            out.append(words)
        grid[column] = 0.0
    if len(grid) and grid.tie_limit_gwh_per_year.notna().any():
        out.append("yearly exchange limit of microgrids")
    grid["tie_limit_gwh_per_year"] = np.nan
    smelter = system.smelter.copy()
    if len(smelter) and (smelter.ramp_share_per_h < smelter.modulation_down_share + smelter.modulation_up_share).any():
        out.append("ramp limit of potlines")
    smelter["ramp_share_per_h"] = 10.0
    target = system.target
    held = target["mode"].isin(("hard", "soft"))
    kept = (target["mode"] == "hard") & target.quantity.isin(CARRIED_CLAUSES) & target.scope.isna()
    out += [f"clause {name} ({target.quantity[name]}, {target['mode'][name]})" for name in target.index[held & ~kept]]
    line = system.corridor
    ties = line[line.tie_of.notna()].groupby("tie_of").size()
    if (ties > 1).any():
        raise NotCarriedError(f"microgrid {ties.idxmax()} has more than one tie: PyPSA has no common limit for several links")
    dedicated = line[line.dedicated_to.notna()]
    if dedicated.groupby("from_bus").dedicated_to.nunique().gt(1).any() or dedicated.dedicated_to.isin(("thermal",)).any():
        raise NotCarriedError("corridors dedicated to thermal power, or to several carriers at one node, have no counterpart in PyPSA")
    if line.resistance_per_gw.notna().any():
        raise NotCarriedError("quadratic losses have no counterpart on a link: choose losses = \"linear\" in [network]")
    for used, words in (
        ((line.schedule_step_h > 1) | (line.ramp_share_per_h < 2), "schedules of HVDC links"),
        (line.outage > 0, "planned outages of corridors"),
    ):
        if used.any():
            out.append(words)
    line = line.assign(schedule_step_h=1, ramp_share_per_h=2.0, outage=0.0)
    finance = system.finance.copy()
    if finance.curtailment_cost_cny_per_mwh > 0:
        out.append("cost of curtailment")
    finance["curtailment_cost_cny_per_mwh"] = 0.0
    plain = type(system.options)()
    chosen, usual = system.options.model_dump(), plain.model_dump()
    if changed := [section for section in usual if chosen[section] != usual[section]]:
        out.append(f"options of the sections {', '.join(changed)}: the network has the default equations")
    target = target[~held | kept]
    parts = {"thermal": thermal, "microgrid": grid, "smelter": smelter, "target": target, "finance": finance, "corridor": line}
    return replace(system, **parts, options=plain, cycle=NO_CYCLE, contingency=no_contingency()), out
