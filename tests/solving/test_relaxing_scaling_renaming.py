"""Laws that hold for any numbers: relaxing, scaling, renaming."""

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from energy_model.study.system import System
from tests.support.every import every_family, every_profile
from tests.support.tiny import Run, build, renamed, solved

HOURS, STEP_H = 24, 6
EXTENSIVE = {
    "existing",
    "max_new",
    "min_new",
    "max",
    "min_gwh_per_year",
    "max_gwh_per_year",
    "rated",
    "tie_limit",
    "tie_limit_gwh_per_year",
    "reserve",
    "reserve_down",
    "capacity_kt_per_year",
    "demand_kt_per_year",
}
RELAXED = [  # table, label, column, more of it
    ("thermal", "chp", "online_share", 1.1),
    ("thermal", "chp", "min_load_share", 0.5),
    ("thermal", "chp", "ramp_share_per_h", 1.5),
    ("thermal", "own", "max_new", 1.5),
    ("thermal", "chp", "heat_share", 1.2),
    ("resource", "new", "max_new", 1.5),
    ("store", "battery", "max_new", 2.0),
    ("boiler", "electric", "max_new", 2.0),
    ("corridor", "tie", "usable", 1.2),
    ("corridor", "hvdc", "min_power_share", 0.5),
    ("contract", "curve", "min_gwh_per_year", 0.5),
    ("contract", "spot", "max_gwh_per_year", 1.5),
    ("smelter", "pots", "modulation_down_share", 1.5),
    ("smelter", "pots", "ramp_share_per_h", 2.0),
    ("microgrid", "park", "tie_limit", 1.5),
    ("microgrid", "park", "self_supply_share", 0.5),
    ("microgrid", "park", "reserve", 0.5),
    ("microgrid", "park", "synchronous_share", 0.5),
    ("mine", "near", "capacity_kt_per_year", 1.5),
    ("coal_user", "chemistry", "demand_kt_per_year", 0.5),
    ("target", "exports", "value", 0.8),
    ("target", "waste", "value", 2.0),
]


def solve(system: System, data: dict | None = None) -> Run:
    r = solved(build(system, step_h=STEP_H, **(data or every_profile(HOURS))))
    assert r.solution.status == "Optimal"
    return r


@pytest.fixture(scope="module")
def base() -> Run:
    return solve(every_family())


def changed(system: System, table: str, label: str, column: str, factor: float) -> System:
    frame = getattr(system, table).copy()
    frame.loc[label, column] *= factor
    return replace(system, **{table: frame})


@pytest.mark.parametrize(("table", "label", "column", "factor"), RELAXED, ids=[".".join(r[:3]) for r in RELAXED])
def test_relaxing_never_costs_more(base, table, label, column, factor):
    """Proves: more of what helps or less of what binds -- plant, land, ramp, tie, mine, clause -- never raises the cost.
    Sensitivity: fails if a limit stands the wrong way round, or a capacity is charged that is only allowed.
    """
    assert solve(changed(every_family(), table, label, column, factor)).cost <= base.cost * (1 + 1e-9)


@settings(max_examples=4)
@given(k=st.floats(0.1, 20.0))
def test_a_study_k_times_as_large_costs_k_times_as_much(base, k):
    """Proves: all loads, capacities and limits times k give k times the cost.
    Sensitivity: fails if a number with a unit of size hides in the equations (a big-M that binds, a fixed 1 GW).
    """
    system = every_family()

    def scaled(frame):
        if not isinstance(frame, pd.DataFrame):
            return frame
        frame = frame.copy()
        for column in EXTENSIVE & set(frame.columns):
            frame[column] *= k
        return frame

    parts = {f.name: scaled(getattr(system, f.name)) for f in fields(System)}
    target = system.target.copy()
    target.loc[~target.quantity.str.endswith("_share"), "value"] *= k
    data = every_profile(HOURS)
    data["load"] = {n: v * k for n, v in data["load"].items()}
    data["heat"] = {n: v * k for n, v in data["heat"].items()}
    large = solve(System(**parts | {"target": target, "potential": system.potential * k}), data)
    assert large.cost == pytest.approx(k * base.cost, rel=1e-7)


@settings(max_examples=4)
@given(seed=st.integers(0, 10**6))
def test_names_and_order_do_not_matter(base, seed):
    """Proves: with every label replaced by another and every table turned upside down, the optimum costs the same.
    Sensitivity: fails if an array is paired by position with labels in another order, or a name has a meaning.
    """
    rng = np.random.default_rng(seed)
    new: dict = {}

    def name(old):
        return new.setdefault(old, f"{rng.integers(10**9):09d}{old[::-1]}")

    system = renamed(every_family(), name)
    system = replace(system, potential=every_family().potential.rename(index=name, level=0))
    assert not set(every_family().bus.index) & set(system.bus.index)
    data = every_profile(HOURS)
    for part in ("load", "availability", "heat"):
        data[part] = {name(label): values for label, values in data[part].items()}
    assert solve(system, data).cost == pytest.approx(base.cost, rel=1e-9)
