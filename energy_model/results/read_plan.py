"""Read a finished result back as a plan for operation; refuse it if its inputs have changed since."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import xarray as xr

from energy_model.errors import EnergyModelError
from energy_model.formulation.components import FIXED_BY_PLAN, STATES
from energy_model.language import say
from energy_model.results.store import read_result
from energy_model.results.variables import CAPACITY, HOURLY
from energy_model.solving.build import matched_profiles
from energy_model.solving.periods import as_solved, plan_blocks
from energy_model.solving.redispatch import Label, Plan
from energy_model.solving.stamp import CAPACITY as CAPACITY_PREFIX
from energy_model.solving.stamp import LEDGER
from energy_model.study.build_system import build_system
from energy_model.study.cycles import cycles_as_built
from energy_model.study.horizon import Horizon
from energy_model.study.load import load_study
from energy_model.study.study import Study
from energy_model.units import CNY_PER_MWH_FROM_MCNY_PER_GWH, MW_PER_GW
from energy_model.weather.profiles import make_profiles
from energy_model.weather.store import ensure_year


class StaleResultError(EnergyModelError):
    """A result does not belong to the present inputs, or lacks data for operation: the message gives the remedy."""


def read_plan(folder: Path, inputs: Path, weather: Path, *, calendar: bool = False) -> tuple[Study, Plan, dict]:
    """Study, plan and manifest of a finished result.

    Parameters
    ----------
    folder : Path
        Result folder of one scenario and horizon.
    inputs, weather : Path
        Folders; the inputs must be those that the result was made from.
    calendar : bool, optional
        Hourly data of the weather year as they are, for questions about any of its dates; default: typical weeks scaled to the energy of
        the year, as the plan was solved.

    Raises
    ------
    StaleResultError
        When an input file has changed since, or the result was made before states and prices were kept.
    InputErrors, WeatherError
    """
    data, manifest, _ = read_result(folder)
    check_inputs(inputs, manifest)
    study = load_study(inputs, manifest["scenario"])
    system, settings = build_system(study), study.settings
    if system.bus.outside.any():
        raise StaleResultError(
            say(
                "A result with neighbours keeps no plan of their plants and cannot be operated day by day: plan without [neighbours].",
                "计入邻网的结果不保存邻网机组的计划，不能逐日运行：请关闭 [neighbours] 后求解。",
            )
        )
    if system.is_open:
        raise StaleResultError(
            say(
                "Day-by-day operation needs a study with a closed (cyclic) horizon: set [time] closed = true, and no start_level_h.",
                "逐日运行需首尾相接的研究：请设 [time] closed = true，且不给 start_level_h。",
            )
        )
    if system.period_h:
        raise StaleResultError(
            say(
                "Representative periods do not follow one another and cannot be operated day by day: plan without [time] period_h.",
                "代表性时段彼此不相接，不能逐日运行：请去掉 [time] period_h 后求解。",
            )
        )
    horizon = Horizon.parse(manifest["horizon"])
    if horizon.kind == "weeks" and system.store.long_duration.any():
        raise StaleResultError(
            say(
                "Typical weeks between which stores carry energy cannot be operated day by day, as they do not "
                "follow one another: plan 'year' or 'hours:N', or set long_duration = false.",
                "跨周储能的典型周彼此不相接，不能逐日运行：请用 year 或 hours:N 求解，或设 long_duration = false。",
            )
        )
    # Flows obey the reactances of what was built, not of what stood before.
    if settings.network.power_flow == "dc" and settings.network.reactance == "as built":
        built = data.corridor_capacity_mw.to_series() / MW_PER_GW
        corridor, cycle = cycles_as_built(system.corridor, built)
        system = replace(system, corridor=corridor, cycle=cycle)
    year = ensure_year(settings.weather.year, weather)
    profiles = matched_profiles(
        system, make_profiles(study.tables, settings.study.case, year, float(system.finance.distribution_loss_share))
    )
    hours = plan_blocks(horizon, profiles, settings.time.block_hours, settings.time.period_h)
    profiles = profiles if calendar else as_solved(profiles, hours, horizon)
    if "ledger_price" not in data or hours.hour_index.size != data.sizes["time"]:
        raise StaleResultError(
            say(f"The result in {folder} was made by an earlier version; solve it again.", f"{folder} 中的结果由旧版本生成，请重新求解。")
        )
    step_h = int(manifest["commitment_step_h"])
    dispatch = _dispatch(data, step_h)
    state = {label: values for label, values in dispatch.items() if label[0] in STATES}
    values, capacity = _values(data), built_capacities(data)
    return study, Plan(system, profiles, hours, step_h, capacity, _price(data), state, values, dispatch), manifest


def check_inputs(inputs: Path, manifest: Mapping) -> None:
    """Stop if an input file of the result has changed.

    Raises
    ------
    StaleResultError
    """
    if not inputs.is_dir():
        raise StaleResultError(
            say(
                f"There is no folder of inputs {inputs}, which this result belongs to: name the one it was made from.",
                f"没有此结果所属的输入目录 {inputs}：请指明其所用的输入目录。",
            )
        )
    changed = [
        name
        for name, told in manifest["sha256"].items()
        if not (inputs / name).is_file() or hashlib.sha256((inputs / name).read_bytes()).hexdigest() != told
    ]
    if changed:
        raise StaleResultError(
            say(
                f"Inputs have changed since this result was made: {', '.join(changed)}. Solve "
                f"'{manifest['scenario']}' again, or restore the files.",
                f"此结果之后输入已变：{', '.join(changed)}。请重新求解 '{manifest['scenario']}'，或恢复文件。",
            )
        )


def built_capacities(data: xr.Dataset) -> dict[Label, float]:
    """Installed capacities of a result [GW, GWh] by family and index of the model's columns."""
    found: dict[Label, float] = {}
    for family, v in CAPACITY.items():
        if family.startswith(CAPACITY_PREFIX) and v.name in data:
            built = zip(data[v.dim].to_numpy(), data[v.name].to_numpy() / v.per_model_unit, strict=True)
            found |= {(family, (str(i),)): float(value) for i, value in built}
    return found


def _price(data: xr.Dataset) -> dict[Label, float]:
    found = {}
    for text, value in zip(data.ledger.to_numpy(), data.ledger_price.to_numpy(), strict=True):
        family, *index = str(text).split("/")
        found[LEDGER + family, tuple(index)] = float(value)
    return found


def _dispatch(data: xr.Dataset, step_h: int) -> dict[Label, np.ndarray]:
    found: dict[Label, np.ndarray] = {}
    for family, v in HOURLY.items():
        if v.name not in data or (v.option and v.held):  # of an option that is off, or starts that nothing looks back at
            continue
        values = data[v.name].to_numpy() / v.per_model_unit
        if v.held == "first":
            values = values[:, ::step_h].repeat(step_h, axis=1)
        found |= {(family, (str(i),)): row for i, row in zip(data[v.dim].to_numpy(), values, strict=True)}
    for family in (name for name in FIXED_BY_PLAN if f"{name}_mw" in data):
        own = data[f"{family}_mw"]
        found |= {(family, (str(i),)): row for i, row in zip(own.maintained.to_numpy(), own.to_numpy() / MW_PER_GW, strict=True)}
    return found


def _values(data: xr.Dataset) -> dict[Label, np.ndarray]:
    found: dict[Label, np.ndarray] = {}
    for family in STATES:
        v = HOURLY[family]
        if v.option and v.name not in data:
            continue
        values = data[f"value_of_{v.name}"].to_numpy() / CNY_PER_MWH_FROM_MCNY_PER_GWH
        found |= {(family, (str(i),)): row for i, row in zip(data[v.dim].to_numpy(), values, strict=True)}
    return found
