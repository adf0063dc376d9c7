"""Polygons of the map: wedges, rings, ribbons and arrow heads, all arrays of shape (n, 2) in kilometres."""

from __future__ import annotations

import numpy as np

Polygon = np.ndarray


def wedge(centre: np.ndarray, radius: float, start: float, end: float) -> Polygon:
    """Sector of a pie, clockwise from north; `start` and `end` are shares of the full turn."""
    angle = 2 * np.pi * np.linspace(start, end, max(2, int(96 * (end - start)) + 2))
    arc = centre + radius * np.column_stack([np.sin(angle), np.cos(angle)])
    return arc if end - start > 0.9999 else np.vstack([centre, arc, centre])


def circle(centre: np.ndarray, radius: float) -> Polygon:
    """Closed circle."""
    return wedge(centre, radius, 0.0, 1.0)


def bent_line(start: np.ndarray, end: np.ndarray, bend: float, points: int = 81) -> np.ndarray:
    """Quadratic curve from `start` to `end` that leaves the chord by half of `bend` times its length."""
    chord = end - start
    middle = (start + end) / 2 + bend * np.array([-chord[1], chord[0]])
    t = np.linspace(0, 1, points)[:, None]
    return (1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t**2 * end


def trim(line: np.ndarray, start_gap: float, end_gap: float) -> np.ndarray:
    """Part of a line outside the circles about its two ends; two points at least."""
    from_start = np.hypot(*(line - line[0]).T)
    from_end = np.hypot(*(line - line[-1]).T)
    keep = np.flatnonzero((from_start >= start_gap) & (from_end >= end_gap))
    if len(keep) >= 2:
        return line[keep[0] : keep[-1] + 1]
    middle = len(line) // 2
    return line[middle - 1 : middle + 1]


def lengths(line: np.ndarray) -> np.ndarray:
    """Arc length [km] from the first point to each point."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])


def at_length(line: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Points of a line at given arc lengths [km]."""
    along = lengths(line)
    return np.column_stack([np.interp(where, along, line[:, 0]), np.interp(where, along, line[:, 1])])


def ribbon(line: np.ndarray, left: float, right: float, dash_km: float = 0.0) -> list[Polygon]:
    """Band along a line between two offsets [km] to its right (negative: left), whole or cut into dashes."""
    total = float(lengths(line)[-1])
    if dash_km <= 0 or total < 2 * dash_km:
        cuts = [(0.0, total)]
    else:
        count = max(2, round(total / (1.7 * dash_km)))
        step = total / (count - 0.4)
        cuts = [(k * step, min(k * step + 0.6 * step, total)) for k in range(count)]
    bands = []
    for low, high in cuts:
        piece = at_length(line, np.linspace(low, high, max(2, int((high - low) / 2.5) + 2)))
        slope = np.gradient(piece, axis=0)
        normal = np.column_stack([slope[:, 1], -slope[:, 0]]) / np.hypot(*slope.T)[:, None]
        band = np.vstack([piece + left * normal, (piece + right * normal)[::-1]])
        bands.append(np.vstack([band, band[:1]]))
    return bands


def arrow_head(line: np.ndarray, share: float, width: float, forward: bool) -> Polygon:
    """Triangle with its centre at a share of the line's length, pointing along it or back."""
    total = float(lengths(line)[-1])
    size = min(width, 0.8 * total)
    middle = min(max(share * total, size / 2), total - size / 2)
    back, tip = at_length(line, np.array([middle - size / 2, middle + size / 2]))
    if not forward:
        back, tip = tip, back
    along = (tip - back) / np.hypot(*(tip - back))
    side = np.array([along[1], -along[0]]) * size * 0.55
    return np.vstack([tip, back + side, back + 0.22 * size * along, back - side, tip])


def joined(polygons: list[Polygon]) -> dict[str, list[float | None]]:
    """Coordinates ``x`` and ``y`` of many polygons for one trace, gaps between them, to 10 m."""
    x: list[float | None] = []
    y: list[float | None] = []
    for polygon in polygons:
        rounded = np.round(polygon, 2) + 0.0
        x += [*rounded[:, 0].tolist(), None]
        y += [*rounded[:, 1].tolist(), None]
    return {"x": x[:-1], "y": y[:-1]}
