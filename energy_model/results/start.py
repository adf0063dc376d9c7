"""The points of a solve from which another can start: ``start.nc`` of a result."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import xarray as xr

from energy_model.language import say
from energy_model.solving.interior_point.start import LEVELS, CentralIterate, Ids, Neighbour, StartError, Trail
from energy_model.solving.stamp import MISSING
from energy_model.weather.files import write_netcdf

START_FILE = "start.nc"
WRITTEN = 2
"""Points of a trail that are written: the first, for large changes, and the middle one."""
DROPPED_BITS = 11
"""Of the 23 of a number's fraction; what is left is exact to 1e-4 and takes half the room."""
COMPRESSED = {"zlib": True, "complevel": 1, "shuffle": True}
ARRAYS = {"columns": ("column",), "row_duals": ("row",), "distances": ("side", "both"), "duals": ("side", "both")}


def write_start(trail: Trail, folder: Path) -> Path:
    """Write the points of a solve, rounded, into its result folder."""
    values: dict[str, tuple[tuple[str, ...], np.ndarray]] = {}
    for k, point in enumerate(trail.points[:WRITTEN]):
        values |= {f"{name}_{k}": (axes, _rounded(getattr(point, name))) for name, axes in ARRAYS.items()}
    names = {}
    for side, ids in (("column", trail.column_ids), ("row", trail.row_ids)):
        places = [np.ravel(at) for _, at in ids.values()]
        values[f"{side}_ids"] = (f"{side}_place",), np.concatenate([*places, np.empty(0)]).astype(np.int32)
        names[f"{side}_names"] = json.dumps({family: [labels, np.shape(at)] for family, (labels, at) in ids.items()})
    path = folder / START_FILE
    gaps = [p.gap for p in trail.points[:WRITTEN]]
    write_netcdf(xr.Dataset(values, attrs=names | {"gaps": gaps}), path, {name: COMPRESSED for name in values})
    return path


def started_from(folder: Path | None) -> Neighbour:
    """What a solve starts from: the points of a result, or nothing.

    Raises
    ------
    StartError
    """
    return Neighbour() if folder is None else Neighbour(read_start(folder), str(folder))


def neighbour_of(folder: Path) -> Neighbour:
    """What solves near the plan of a result start from: its points, or nothing where it has none that can be read."""
    try:
        return Neighbour(read_start(folder), str(folder))
    except StartError:
        return Neighbour()


def read_start(folder: Path) -> Trail:
    """Read the points of a result.

    Raises
    ------
    StartError
        When there are none, or the file is damaged.
    """
    path = folder / START_FILE
    if not path.is_file():
        raise StartError(
            say(
                f"{folder} has no {START_FILE}: give the folder of a result that `optimize` solved by the method on blocks (15,000 columns "
                "or more); one of an earlier version is to be solved again.",
                f"{folder} 中没有 {START_FILE}：请给出由 optimize 以分块内点法（15,000 列以上）求得的结果文件夹；"
                "早期版本的结果需重新求解。",
            )
        )
    try:
        with xr.open_dataset(path, engine="netcdf4") as stored:
            held = stored.load()
        gaps = np.atleast_1d(held.attrs["gaps"])
        points = tuple(CentralIterate(float(gap), *(held[f"{name}_{k}"].values for name in ARRAYS)) for k, gap in enumerate(gaps))
        _require_points(points)
        columns, rows = len(points[0].columns), len(points[0].row_duals)
        return Trail(_ids(held, "column", columns), _ids(held, "row", rows), points)
    except (OSError, RuntimeError, ValueError, LookupError, TypeError, AttributeError, OverflowError) as fault:
        raise StartError(
            say(
                f"{path} is damaged ({fault}): solve that result again, or start without it.",
                f"{path} 已损坏（{fault}）：请重新求解该结果，或不用起始点。",
            )
        ) from fault


def _require_points(points: tuple[CentralIterate, ...]) -> None:
    """Refuse gaps above those at which points are kept, arrays of other lengths, and values that are none or below 0.

    Raises
    ------
    ValueError
    """
    gaps = [p.gap for p in points]
    if not gaps or not all(0 <= gap < max(LEVELS) for gap in gaps):
        raise ValueError(
            say(f"gaps {gaps}, each must be at least 0 and below {max(LEVELS)}", f"间隙 {gaps}，均须不小于 0 且小于 {max(LEVELS)}")
        )
    columns, rows = np.size(points[0].columns), np.size(points[0].row_duals)
    shapes = {"columns": (columns,), "row_duals": (rows,), "distances": (2, columns + rows), "duals": (2, columns + rows)}
    for k, point in enumerate(points):
        for name, shape in shapes.items():
            values = getattr(point, name)
            if values.shape != shape or not values.size:
                raise ValueError(
                    say(f"{name}_{k} has shape {values.shape}, not {shape}", f"{name}_{k} 的形状为 {values.shape}，应为 {shape}")
                )
            if values.dtype.kind != "f":
                raise ValueError(say(f"{name}_{k} is not of floats", f"{name}_{k} 不是浮点数"))
        if not point.usable or (point.distances < 0).any() or (point.duals < 0).any():
            raise ValueError(say(f"point {k} has values out of range", f"第 {k} 点有越界的值"))


def _ids(held: xr.Dataset, side: str, count: int) -> Ids:
    """Labels and places of the families of one side, which stand one after the other.

    Raises
    ------
    ValueError
        When they do not add up, or a place is not one of the `count` columns or rows.
    """
    places, first, found = held[f"{side}_ids"].values, 0, {}
    if places.dtype.kind not in "iu" or (places < MISSING).any() or (places >= count).any():
        raise ValueError(say(f"{side}_ids has places out of range", f"{side}_ids 有越界的位置"))
    for family, (labels, shape) in json.loads(held.attrs[f"{side}_names"]).items():
        end = first + math.prod(shape)
        found[family] = [tuple(label) for label in labels], places[first:end].astype(np.int64).reshape(shape)
        if (
            len(labels) != found[family][1].shape[0]
            or min(shape) < 0
            or any(isinstance(part, (list, dict)) for label in labels for part in label)
        ):
            raise ValueError(say(f"{side}_names does not fit at {family}", f"{side}_names 在 {family} 处不一致"))
        first = end
    if first != len(places):
        raise ValueError(
            say(
                f"{side}_names has {first} places, {side}_ids {len(places)}",
                f"{side}_names 有 {first} 个位置，{side}_ids 有 {len(places)} 个",
            )
        )
    return found


def _rounded(values: np.ndarray) -> np.ndarray:
    """Single precision with fewer digits, which compresses better."""
    whole = np.ascontiguousarray(values, np.float32).view(np.uint32)
    return ((whole + (1 << (DROPPED_BITS - 1))) & ~np.uint32((1 << DROPPED_BITS) - 1)).view(np.float32)
