"""From a system and its hourly profiles to the stamped LP, with the time each phase took."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.formulation.adequacy import Adequacy
from energy_model.formulation.block import dispatch_block
from energy_model.formulation.components import DATA, stacked
from energy_model.formulation.master import YearlyData, investment_master
from energy_model.formulation.minimum_commitment import least_output
from energy_model.formulation.security import CONTINGENCY_DATA
from energy_model.language import say
from energy_model.solving.assumptions import assumed_columns
from energy_model.solving.capacity_credit import find_adequacy
from energy_model.solving.compile import Compiled, compile_model
from energy_model.solving.periods import as_solved, plan_blocks
from energy_model.solving.stamp import BlockPlan, StampedLP, stamp
from energy_model.study.horizon import Horizon, HorizonError
from energy_model.study.maintenance import planned_outage_gw, topologies
from energy_model.study.system import MONTHS, System, by_month
from energy_model.units import GW_PER_MW
from energy_model.weather.contract_curves import contract_shares


@dataclass(frozen=True)
class Problem:
    """A study prepared for the solver.

    Attributes
    ----------
    system : System
    profiles : Dataset
        Hourly profiles, reordered to the system's labels.
    plan : BlockPlan
    step_h : int
        Length of a commitment step [h].
    block : Compiled
        The compiled block.
    lp : StampedLP
    seconds : dict
        Time of the phases ``compile`` and ``stamp``.
    adequacy : Adequacy
        Peaks and capacity credits, where a clause asks for a reserve margin.
    """

    system: System
    profiles: xr.Dataset
    plan: BlockPlan
    step_h: int
    block: Compiled
    lp: StampedLP
    seconds: dict[str, float]
    adequacy: Adequacy = field(default_factory=Adequacy)


def build_problem(
    system: System, profiles: xr.Dataset, horizon: Horizon, block_h: int, step_h: int, plan: BlockPlan | None = None
) -> Problem:
    """Compile one block and the master, and stamp them over the horizon.

    Parameters
    ----------
    system : System
    profiles : Dataset
        ``availability`` (resource, time), ``load_mw`` (node, time), ``heat_mw`` (heat_area, time) over a year.
    horizon : Horizon
    block_h, step_h : int
        Block length and commitment step [h].
    plan : BlockPlan, optional
        Blocks to take instead of those of the horizon, so that all years of a pathway have the same typical weeks.

    Raises
    ------
    KeyError
        When a profile that the system needs is missing.
    HorizonError
        When the study does not fit the horizon.
    """
    profiles = matched_profiles(system, profiles)
    if horizon.kind == "weeks" and system.is_open:
        raise HorizonError(
            say(
                "typical weeks close to rings: a study that begins with given levels or is not closed needs consecutive hours",
                "典型周首尾相接：给定初始库容或首尾不相接的研究须用连续小时",
            )
        )
    plan = plan or plan_blocks(horizon, profiles, block_h, system.period_h)
    if plan.hours % 24 and len(plan.start) > 1 and system.counts_by_day:
        hours = plan.hour_index.size
        raise HorizonError(
            say(f"potlines and contracts count by the day: {hours} h are no whole days", f"电解系列与合同按日计：{hours} 小时不是整日")
        )
    adequacy = find_adequacy(system, profiles)
    return _assembled(system, as_solved(profiles, plan, horizon), plan, step_h, adequacy)


def rebuilt(problem: Problem, system: System) -> Problem:
    """The problem of a changed system over the same hours, with the same peaks and capacity credits.

    Typical weeks are neither chosen nor scaled again, which would ask for other energy than the problem it is compared with.
    """
    return _assembled(system, matched_profiles(system, problem.profiles), problem.plan, problem.step_h, problem.adequacy)


def shortened(problem: Problem, horizon: Horizon) -> Problem:
    """The same study over typical weeks of its hours, with the same peaks and capacity credits."""
    plan = plan_blocks(horizon, problem.profiles, problem.plan.hours)
    profiles = as_solved(problem.profiles, plan, horizon)
    return _assembled(problem.system, profiles, plan, problem.step_h, problem.adequacy)


def _assembled(system: System, profiles: xr.Dataset, plan: BlockPlan, step_h: int, adequacy: Adequacy) -> Problem:
    started = time.perf_counter()
    block = compile_model(dispatch_block(system, plan.hours, step_h, plan.follows_weeks), DATA)
    yearly = yearly_data(system, profiles, plan, adequacy)
    master = compile_model(investment_master(system, yearly))
    compiled = time.perf_counter()
    lp = stamp(block, master, plan, hourly_data(system, profiles, plan), month_shares(plan, profiles.indexes["time"]))
    lp = replace(lp, assumed=assumed_columns(lp, system))
    seconds = {"compile": compiled - started, "stamp": time.perf_counter() - compiled}
    return Problem(system, profiles, plan, step_h, block, lp, seconds, yearly.adequacy)


def hourly_data(system: System, profiles: xr.Dataset, plan: BlockPlan) -> np.ndarray:
    """Data of every block in the order of the block's data columns (`formulation.components.DATA`), power in GW."""
    index = plan.hour_index
    reference = system.reference_flow.to_numpy(float).reshape(len(system.reference_flow), *index.shape)
    return stacked(_by_name(profiles, index, reference))


def data_at(profiles: xr.Dataset, index: np.ndarray) -> np.ndarray:
    """Like `hourly_data`, for any hours of the year, `index` of shape (blocks, hours), in a system with fixed corridors."""
    return stacked(data_by_name(profiles, index))


def data_by_name(profiles: xr.Dataset, index: np.ndarray) -> dict[str, np.ndarray]:
    """The parts of `data_at` by their name in `DATA`: each has a row for every label and hour of a block."""
    return _by_name(profiles, index, np.empty((0, *index.shape)))


def _by_name(profiles: xr.Dataset, index: np.ndarray, reference: np.ndarray) -> dict[str, np.ndarray]:
    def by_block(values: np.ndarray) -> np.ndarray:
        return values[:, index].transpose(0, 2, 1).reshape(-1, len(index))

    return {
        "demand": by_block(profiles.load_mw.to_numpy() * GW_PER_MW),
        "availability": by_block(profiles.availability.to_numpy()),
        "heat_demand": by_block(profiles.heat_mw.to_numpy() * GW_PER_MW),
        "reference_flow": reference.transpose(0, 2, 1).reshape(-1, len(index)),
        "corridor_outage": by_block(profiles.corridor_outage_gw.to_numpy()),
        "contract_share": by_block(profiles.contract_share.to_numpy()),
        "section_rating": by_block(profiles.section_rating_gw.to_numpy()),
        "horizon_start": by_block(profiles.horizon_start.to_numpy()),
        "month_begins": by_block(profiles.month_begins.to_numpy()),
        "least_online": by_block(profiles.least_online_gw.to_numpy()),
        "least_online_share": by_block(profiles.least_online_share.to_numpy()),
        "least_output_share": by_block(profiles.least_output_share.to_numpy()),
    } | {name: by_block(profiles[name].to_numpy()) for name in CONTINGENCY_DATA}


def yearly_data(system: System, profiles: xr.Dataset, plan: BlockPlan, adequacy: Adequacy) -> YearlyData:
    """Weighted sums of the hourly data for yearly rows; peaks and credits are those of the full year, however it is shortened."""
    hours = (profiles.availability.to_numpy()[:, plan.hour_index].sum(axis=2) * plan.weight).sum(axis=1)
    by_series = pd.Series(hours, index=profiles.resource.to_numpy())
    load = (profiles.load_mw.to_numpy()[:, plan.hour_index].sum(axis=2) * plan.weight).sum(axis=1) * GW_PER_MW
    full_load_h, load_gwh = system.resource.series.map(by_series), pd.Series(load, index=profiles.node.to_numpy())
    in_month = plan.hours * plan.weight @ month_shares(plan, profiles.indexes["time"])
    return YearlyData(full_load_h, load_gwh, float(plan.weight.sum() * plan.hours), adequacy, plan.typical, plan.hours, in_month)


def month_shares(plan: BlockPlan, time: pd.DatetimeIndex) -> np.ndarray:
    """Share of each block's hours in each month, shape (blocks, 12)."""
    month = time.month.to_numpy()[plan.hour_index]
    return (month[:, :, None] == np.arange(1, 13)).mean(axis=1)


def matched_profiles(system: System, profiles: xr.Dataset) -> xr.Dataset:
    """Profiles in the order of the system's labels; a missing label is an error."""
    wanted = {
        "resource": system.series,
        "node": list(system.bus.index[~system.bus.market]),
        "heat_area": list(system.heat_area.index),
    }
    for dim, labels in wanted.items():
        missing = sorted(set(labels) - set(profiles[dim].to_numpy().tolist()))
        if missing:
            raise KeyError(f"no hourly profile for {dim}: {', '.join(missing)}")
    sets = ("outaged", "contingency", "open_start", "month_start", "section_side", "scheduled_contract", "commitment_group", "floored")
    known, time = set(sets) & set(profiles.dims), profiles.indexes["time"]
    return profiles.drop_dims(known).sel(wanted).assign(_calendar_data(system, time)).assign(_commitment_data(system, time))


def _commitment_data(system: System, time: pd.DatetimeIndex) -> dict[str, xr.DataArray]:
    """Minimum online capacity of each group of plants [GW, share], and minimum output of clusters, by the month of the hour."""
    table, month = system.minimum_commitment, time.month.to_numpy() - 1
    coords = {"commitment_group": list(table.index), "time": time}
    found = {
        name: xr.DataArray(np.reshape([*table[column]], (len(table), 12))[:, month].astype(float), coords, ("commitment_group", "time"))
        for name, column in (("least_online_gw", "least_gw"), ("least_online_share", "least_share"))
    }
    least = least_output(system)
    found["least_output_share"] = xr.DataArray(
        least.to_numpy()[:, month], {"floored": list(least.index), "time": time}, ("floored", "time")
    )
    return found


def _calendar_data(system: System, time: pd.DatetimeIndex) -> dict[str, xr.DataArray]:
    """Planned outages, section limits, contract curves, and the data of the contingencies of each hour's topology."""
    outage = planned_outage_gw(system.corridor, time)
    _, of_hour = topologies(outage.to_numpy())
    found = {"corridor_outage_gw": xr.DataArray(outage.to_numpy(), {"outaged": list(outage.index), "time": time}, ("outaged", "time"))}
    names = {"scheduled_contract": list(system.scheduled_contract), "time": time}
    found["contract_share"] = xr.DataArray(contract_shares(system, time), names, ("scheduled_contract", "time"))
    rating = by_month(system.section[list(MONTHS)], time)
    sides = ["/".join(side) for side in system.section.index]
    found["section_rating_gw"] = xr.DataArray(rating, {"section_side": sides, "time": time}, ("section_side", "time"))
    first = np.zeros((1 if system.is_open else 0, len(time)))
    first[:, :1] = 1.0
    found["horizon_start"] = xr.DataArray(first, {"open_start": ["first"] * len(first), "time": time}, ("open_start", "time"))
    begins = np.array([(time.day == 1) & (time.hour == 0)] if system.options.maintenance.scheduled else np.empty((0, len(time))), float)
    found["month_begins"] = xr.DataArray(begins, {"month_start": ["first"] * len(begins), "time": time}, ("month_start", "time"))
    table = system.contingency
    labels = table.index.droplevel("topology").unique()
    names = {"contingency": ["/".join(label) for label in labels], "time": time}
    for name in CONTINGENCY_DATA:
        values = np.empty((0, len(time)))
        if len(labels):
            values = table[name.removeprefix("contingency_")].unstack("topology").reindex(labels).to_numpy()[:, of_hour]
        found[name] = xr.DataArray(values, names, ("contingency", "time"))
    return found
