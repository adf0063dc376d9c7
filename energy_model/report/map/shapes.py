"""Curves of the map, all arrays of shape (n, 2) in kilometres; the page draws pies, ribbons and arrows from them."""

from __future__ import annotations

import numpy as np

Polygon = np.ndarray


def bent_lines(start: np.ndarray, end: np.ndarray, bends: np.ndarray, points: int = 81) -> np.ndarray:
    """Quadratic curves (bends, points, 2) from `start` to `end` that leave the chord by half of their bend times its length."""
    chord = end - start
    middle = (start + end) / 2 + np.asarray(bends, float)[:, None, None] * np.array([-chord[1], chord[0]])
    t = np.linspace(0, 1, points)[:, None]
    return (1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t**2 * end


def outside(lines: np.ndarray, start_gap: float, end_gap: float) -> tuple[np.ndarray, np.ndarray]:
    """First point and end of the part of each line (lines, points, 2) outside the circles about its two ends; two points at least."""
    from_start = np.hypot(*np.moveaxis(lines - lines[:, :1], -1, 0))
    from_end = np.hypot(*np.moveaxis(lines - lines[:, -1:], -1, 0))
    keep = (from_start >= start_gap) & (from_end >= end_gap)
    few, middle = keep.sum(axis=1) < 2, lines.shape[1] // 2
    first, stop = keep.argmax(axis=1), lines.shape[1] - keep[:, ::-1].argmax(axis=1)
    return np.where(few, middle - 1, first), np.where(few, middle + 1, stop)


def trim(line: np.ndarray, start_gap: float, end_gap: float) -> np.ndarray:
    """Part of a line outside the circles about its two ends; at least two points."""
    (first,), (stop,) = outside(line[None], start_gap, end_gap)
    return line[first:stop]


def lengths(line: np.ndarray) -> np.ndarray:
    """Arc length [km] from the first point to each point."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])


def at_length(line: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Points of a line at given arc lengths [km]."""
    along = lengths(line)
    return np.column_stack([np.interp(where, along, line[:, 0]), np.interp(where, along, line[:, 1])])


def joined(polygons: list[Polygon]) -> dict[str, list[float | None]]:
    """Coordinates ``x`` and ``y`` of many polygons for one trace, gaps between them, to 10 m."""
    x: list[float | None] = []
    y: list[float | None] = []
    for polygon in polygons:
        rounded = np.round(polygon, 2) + 0.0
        x += [*rounded[:, 0].tolist(), None]
        y += [*rounded[:, 1].tolist(), None]
    return {"x": x[:-1], "y": y[:-1]}
