"""The contract of ``results.nc``: every variable with its axes, unit, source and meaning, read from ``variables.csv``."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, cast

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.units import MW_PER_GW, MWH_PER_GWH, T_PER_KT, THOUSAND_M3_PER_MM3

DATASET_VERSION = 2
"""Of ``results.nc``, in its attribute ``format_version``; 1 had commitment on an axis of its own, no thermal output, few units."""

Held = Literal["", "step", "first"]
PER_MODEL_UNIT: Mapping[str, float] = {
    "MW": MW_PER_GW, "MW_th": MW_PER_GW, "Mvar": MW_PER_GW, "MWh": MWH_PER_GWH, "t": T_PER_KT, "t/h": T_PER_KT,
    "Mm3": 1 / THOUSAND_M3_PER_MM3,
}  # fmt: skip
"""Of each unit of the dataset, how many are one unit of the model (GW, GWh, kt); 1 of those that are the same there."""
COMMENT: Mapping[str, str] = {
    "step": "decided once in {0} h: the same value in all hours of such a step",
    "first": "decided once in {0} h: stands in the first hour of such a step, 0 in the others",
}
COMMENT_ZH: Mapping[str, str] = {
    "step": "机组组合每 {0} 小时决策一次，该段各小时同值",
    "first": "机组组合每 {0} 小时决策一次，记于该段首小时，其余小时为 0",
}


def held_attributes(held: str, step_h: int) -> dict[str, str]:
    """Attributes of a variable that is decided once in a commitment step of so many hours."""
    return {"held": held, "comment": COMMENT[held].format(step_h), "comment_zh": COMMENT_ZH[held].format(step_h)}


@dataclass(frozen=True)
class Variable:
    """One variable of the dataset.

    Attributes
    ----------
    dims : tuple of str
        Its axes.
    unit : str
        ``1`` of numbers without one, empty of text and axes.
    source : str
        ``column:<family>`` of the model, ``table:<table>.<column>`` of `System`, ``input:<table>.<column>``, ``axis``; or computed.
    held : str
        ``step``: decided once a commitment step and the same in all its hours; ``first``: what stands in the first of its hours.
    option : bool
        Whether only an option of the study brings it.
    """

    name: str
    dims: tuple[str, ...]
    unit: str
    source: str
    held: Held
    option: bool
    zh: str
    en: str

    @property
    def dim(self) -> str:
        """The axis beside time."""
        return self.dims[0]

    @property
    def of(self) -> str:
        """Its source, without the kind of source."""
        return self.source.partition(":")[2]

    @property
    def per_model_unit(self) -> float:
        """Number of its units per unit of the model."""
        return PER_MODEL_UNIT.get(self.unit, 1.0)


@cache
def variables() -> dict[str, Variable]:
    """All variables by name, in the order of the file; ``dual_*`` represents the duals of all equations."""
    text = files("energy_model.results").joinpath("variables.csv").read_text(encoding="utf-8-sig")
    return {
        r["variable"]: Variable(
            r["variable"], tuple(r["dims"].split()), r["unit"], r["source"], cast(Held, r["held"]), r["option"] == "1", r["zh"], r["en"]
        )
        for r in csv.DictReader(text.splitlines())
    }


def _of(kind: str) -> dict[str, Variable]:
    return {v.of: v for v in variables().values() if v.source.startswith(f"{kind}:")}


COLUMNS = _of("column")
"""Variables that are columns of the model, by family."""
HOURLY = {family: v for family, v in COLUMNS.items() if "time" in v.dims}
CAPACITY = {family: v for family, v in COLUMNS.items() if "time" not in v.dims}
"""Capacities and yearly amounts."""
STATIC = _of("table")
"""Coordinates that are columns of the tables of `System`, by ``<table>.<column>``."""
PLACES = _of("input")
"""Coordinates that are columns of inputs."""

SET_DIMENSION = {
    "coal_dryer": "dryer",
    "load_bus": "node",
    "thermal": "cluster",
    "ramping": "ramping_cluster",
    "floored": "floored_cluster",
    "starting": "starting_cluster",
    "tracked": "tracked_cluster",
    "classed": "classed_cluster",
    "whole": "whole_cluster",
    "retrofitted": "retrofitted_cluster",
    "must_running": "must_run_cluster",
    "lossy": "lossy_corridor",
    "tangent": "loss_tangent",
    "sharing": "sharing_region",
    "sharing_tangent": "sharing_tangent",
    "scheduled": "scheduled_hvdc",
    "ramped": "ramped_hvdc",
    "reinforced": "reinforced_corridor",
    "smelter_ramping": "ramping_smelter",
    "enduring": "enduring_smelter",
    "restarting": "restarting_smelter",
    "melting": "melting_smelter",
    "tied": "microgrid",
    "synchronous": "microgrid",
    "reserving": "microgrid",
    "reserving_down": "microgrid",
    "reserving_store": "store",
    "metered": "metered_microgrid",
    "self_supplied": "self_supplied_microgrid",
    "fixed_duration": "fixed_duration_store",
    "least_duration": "least_duration_store",
    "most_duration": "most_duration_store",
    "delivered_bilateral": "bilateral",
}
"""Dimension of the dataset for index sets of the equations that do not call theirs by their own name."""
DUAL_UNIT = {
    "GW": "CNY/MW",
    "GW_th": "CNY/MW",
    "GWh": "CNY/MWh",
    "TJ": "CNY/GJ",
    "kt": "CNY/t",
    "1000 m3": "CNY/m3",
    "MCNY": "1",
    "as the clause": "CNY per MW, MWh or t",
}


WITHOUT_ROOM = "row_without_room"
"""Axis that names floors of which no more is possible, as ``<family>/<element>``; their duals tell what one unit less saves."""


def rows_without_room(data: xr.Dataset) -> set[str]:
    """Floors of which no more is possible, as ``<family>/<element>``."""
    return set(map(str, data[WITHOUT_ROOM].to_numpy())) if WITHOUT_ROOM in data.coords else set()


def dimension_of(index_set: str) -> str:
    """Dimension of the dataset for an index set of the equations."""
    return SET_DIMENSION.get(index_set, index_set)


class UnknownVariableError(Exception):
    """A dataset to be written has a variable unknown to the contract, or different from it: all of them with the reason."""


def over_hours(values: np.ndarray, held: str, step_h: int) -> np.ndarray:
    """Values of commitment steps, shape (element, step), on the axis of hours."""
    if held == "step":
        return values.repeat(step_h, axis=1)
    hours = np.zeros((len(values), values.shape[1] * step_h))
    hours[:, ::step_h] = values
    return hours


def described(data: xr.Dataset, step_h: int) -> xr.Dataset:
    """The dataset with unit, meaning and axes of every variable from the contract.

    Parameters
    ----------
    data : Dataset
        Duals bring their own unit and meaning, those of their equation.
    step_h : int
        Hours of a commitment step.

    Raises
    ------
    UnknownVariableError
        When a variable is not in the contract, or has other axes.
    """
    known, faults = variables(), []
    data.attrs |= {"commitment_step_h": step_h, "format_version": DATASET_VERSION}
    for name, array in data.variables.items():
        v = known.get(str(name))
        if v is None:
            if not str(name).startswith("dual_") or not {"units", "long_name", "long_name_zh"} <= array.attrs.keys():
                faults.append(f"{name} is not in variables.csv")
            continue
        if set(array.dims) != set(v.dims):
            faults.append(f"{name} has the axes {', '.join(map(str, array.dims))} where variables.csv says {', '.join(v.dims)}")
        array.attrs |= {"long_name": v.en, "long_name_zh": v.zh}
        if not np.issubdtype(array.dtype, np.datetime64):  # the file tells the unit of times by itself
            array.attrs |= {"units": v.unit}
        if v.held:
            array.attrs |= held_attributes(v.held, step_h)
    if faults:
        raise UnknownVariableError("; ".join(faults))
    return data


def static_values(values: pd.Series, v: Variable) -> np.ndarray:
    """A column of `System` for the dataset: text, or numbers in the units of the tables."""
    if not pd.api.types.is_numeric_dtype(values):
        return text_array(values)
    return values.to_numpy(float) * v.per_model_unit


def text_array(values) -> np.ndarray:
    """Strings for NetCDF: empty if absent (pandas strings cannot be saved as auxiliary coordinates)."""
    listed = pd.Series(values).tolist()
    return np.array(["" if pd.isna(value) else str(value) for value in listed], dtype="U")
