"""Predicted size of a solve: columns and rows, coefficient range, memory and time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr

from energy_model.formulation.block import dispatch_block
from energy_model.formulation.components import DATA
from energy_model.formulation.master import investment_master
from energy_model.precheck.findings import Finding
from energy_model.solving.build import matched_profiles, yearly_data
from energy_model.solving.capacity_credit import find_adequacy
from energy_model.solving.compile import Compiled, compile_model
from energy_model.solving.memory import Size
from energy_model.solving.periods import plan_blocks
from energy_model.solving.stamp import own_columns
from energy_model.study.build_system import build_system
from energy_model.study.horizon import Horizon
from energy_model.study.study import Study
from energy_model.study.system import System
from energy_model.units import MILLION
from energy_model.weather.profiles import make_profiles
from energy_model.weather.store import ensure_year

SECONDS_PER_MILLION_NONZEROS = 20.0
"""Fitted to runs of 80 thousand to 4.2 million nonzeros on two quiet cores (docs/scaling.md); within a factor of two."""
WIDEST_RANGE = 1e9
"""Ratio of the largest to the smallest coefficient above which solvers lose digits."""


def predicted(study: Study, horizon: Horizon, weather: Path) -> Finding:
    """Predicted size and effort of a solve, within a factor of two: ``memory_gb``, ``minutes``."""
    system = build_system(study)
    year = ensure_year(study.settings.weather.year, weather)
    profiles = make_profiles(study.tables, study.settings.study.case, year, float(system.finance.distribution_loss_share))
    return size_findings(study, system, matched_profiles(system, profiles), horizon)[0]


def predicted_gb(study: Study, horizon: Horizon, weather: Path) -> float:
    """Predicted memory of a solve [GB], within a factor of two."""
    return float(predicted(study, horizon, weather).figures["memory_gb"])


def predicted_minutes(nonzeros: int) -> float:
    """Predicted time of a solve on two cores [min]."""
    return SECONDS_PER_MILLION_NONZEROS * nonzeros / MILLION / 60


def size_findings(study: Study, system: System, profiles: xr.Dataset, horizon: Horizon) -> list[Finding]:
    """Columns, rows, nonzeros, memory, time and the range of coefficients, from the compiled block."""
    time = study.settings.time
    plan = plan_blocks(horizon, profiles, time.block_hours, time.period_h)
    short = plan.hours if plan.hours % time.commitment_step_h == 0 else 24
    block = compile_model(dispatch_block(system, short, time.commitment_step_h, plan.follows_weeks), DATA)
    master = compile_model(investment_master(system, yearly_data(system, profiles, plan, find_adequacy(system, profiles))))
    blocks = len(plan.start)
    columns = len(own_columns(block)) * blocks + len(master.columns)
    rows = len(block.rows) * blocks + len(master.rows)
    nonzeros = len(block.row_of) * blocks + len(master.row_of)
    gb = Size(columns, nonzeros).peak_gb
    minutes = predicted_minutes(nonzeros)
    told = f"{minutes:z.0f}"
    spoken, spoken_zh = f"about {told} {'minute' if told == '1' else 'minutes'}", f"约 {told} 分钟"
    if told == "0":
        spoken, spoken_zh = "less than a minute", "不到 1 分钟"
    low, high = _range(block, master)
    figures: dict[str, float | str] = {"columns": columns, "rows": rows, "nonzeros": nonzeros, "memory_gb": gb, "minutes": minutes}
    return [
        Finding(
            "note",
            "size",
            f"{horizon}：约 {columns:,} 列、{rows:,} 行、{nonzeros:,} 非零元，约 {gb:z.1f} GB，两核{spoken_zh}（误差可达一倍）",
            f"{horizon}: about {columns:,} columns, {rows:,} rows, {nonzeros:,} nonzeros; about {gb:z.1f} GB and {spoken} "
            "on two cores (within a factor of two)",
            figures,
        ),
        Finding(
            "warning" if high / low > WIDEST_RANGE else "note",
            "numbers",
            f"系数范围 {low:.1e} 至 {high:.1e}" + ("，过宽，求解精度可能受损，请检查单位" if high / low > WIDEST_RANGE else ""),
            f"coefficients from {low:.1e} to {high:.1e}" + (": too wide, check units" if high / low > WIDEST_RANGE else ""),
            {"smallest": low, "largest": high},
        ),
    ]


def _range(block: Compiled, master: Compiled) -> tuple[float, float]:
    """Smallest and largest nonzero coefficient of the matrix, without hourly data."""
    values = np.abs(np.concatenate([master.coefficient.constant, block.coefficient.constant]))
    values = values[values > 0]
    return float(values.min()), float(values.max())
