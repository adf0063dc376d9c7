"""Placement of pies, corridors and labels without overlap.

Lengths in kilometres on the map.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from energy_model.report.map.shapes import bent_lines, outside

ROUNDS = 8
CELL_KM, MOST_CELLS = 0.25, 1500
"""Cell of the raster on which points are counted in boxes, and most cells of a side: a map has not many more pixels."""
BENDS = np.array(sorted(np.linspace(-0.6, 0.6, 31), key=abs))
ANGLES = np.radians([270, 90, 0, 180, 300, 240, 60, 120, 330, 210, 30, 150, 285, 255, 315, 225])
DIRECTIONS = np.column_stack([np.cos(ANGLES), np.sin(ANGLES)])
EXTRA_KM, EXTRA_COST = np.array([1.5, 6, 12, 20, 30, 42]), np.array([0, 5, 10, 18, 28, 42.0])
"""Directions and distances from its circle in which a label is tried, and the cost of each distance."""
FEW = 12
"""Places of a label, the cheapest of it, that are compared first."""


@dataclass(frozen=True)
class Frame:
    """Part of the plane shown by the map [km]."""

    west: float
    east: float
    south: float
    north: float

    def inset(self, margin: float) -> Frame:
        """Smaller frame, `margin` inside this one."""
        return Frame(self.west + margin, self.east - margin, self.south + margin, self.north - margin)

    def contains(self, points: np.ndarray) -> np.ndarray:
        """Whether points (n, 2) lie inside."""
        x, y = np.atleast_2d(points).T
        return (x >= self.west) & (x <= self.east) & (y >= self.south) & (y <= self.north)

    def edge(self, count: int = 240) -> np.ndarray:
        """Points (count, 2) around the border."""
        corners = np.array(
            [(self.west, self.south), (self.east, self.south), (self.east, self.north), (self.west, self.north), (self.west, self.south)]
        )
        where = np.linspace(0, 4, count, endpoint=False)
        return np.column_stack([np.interp(where, range(5), corners[:, i]) for i in (0, 1)])


def spread_circles(anchors: np.ndarray, radii: np.ndarray, gap: float, rounds: int = 600) -> np.ndarray:
    """Move circles apart until they are `gap` from each other, with the least displacement.

    Parameters
    ----------
    anchors : array, shape (n, 2)
    radii : array, shape (n,)
    gap : float

    Returns
    -------
    array, shape (n, 2)
        Centres.
    """
    centres = anchors.astype(float).copy()
    # Two circles on one place need a direction to part in: a fixed one, so that maps of one study agree.
    turn = 2.399963 * np.arange(len(centres))
    centres += 0.05 * np.column_stack([np.cos(turn), np.sin(turn)])
    widest = 2 * float(radii.max(initial=0.0)) + gap
    for i in range(rounds):
        pull = 0.06 * (1 - i / rounds)  # springs fade, so that the last rounds only part the circles
        centres += pull * (anchors - centres)
        a, b = cKDTree(centres).query_pairs(widest, output_type="ndarray").T
        away = centres[a] - centres[b]
        distance = np.hypot(*away.T)
        push = 0.5 * np.clip(radii[a] + radii[b] + gap - distance, 0, None) / distance
        for k in (0, 1):
            step = push * away[:, k]
            centres[:, k] += np.bincount(a, step, len(centres)) - np.bincount(b, step, len(centres))
    return centres


def edge_place(source: np.ndarray, target: np.ndarray, frame: Frame, taken: np.ndarray, radii: np.ndarray) -> np.ndarray:
    """Point on the border that represents a distant place: near its true direction, with a free path to it."""
    candidates = frame.edge()
    want, have = target - source, candidates - source
    turn = np.arctan2(have[:, 1], have[:, 0]) - np.arctan2(want[1], want[0])
    cost = np.degrees(np.abs((turn + np.pi) % (2 * np.pi) - np.pi))
    for k, candidate in enumerate(candidates):
        way = bent_lines(source, candidate, np.zeros(1), 41)[0, 6:]
        clear = cdist(way, taken) - radii - 8
        own = np.hypot(*(taken - source).T) < 1
        cost[k] += 6 * np.clip(-clear[:, ~own], 0, None).max(initial=0.0)
    return candidates[int(cost.argmin())]


def route(ends: list[tuple[int, int]], centres: np.ndarray, radii: np.ndarray, widths: np.ndarray) -> list[np.ndarray]:
    """Curves between circles that pass beside third circles and each other.

    Parameters
    ----------
    ends : list of (int, int)
        Circle at the start and the end of each corridor.
    centres, radii : arrays, shapes (n, 2) and (n,)
    widths : array, shape (len(ends),)
        Drawn width of each corridor.

    Returns
    -------
    list of array, each of shape (m, 2)
        Curves from centre to centre.
    """
    lines: dict[int, np.ndarray] = {}
    order = np.argsort(-widths, kind="stable")
    drawn: list[np.ndarray] = []  # points on the corridors so far, and their widths
    low, high = np.zeros((2, len(ends), 2))  # boxes about them
    for n, k in enumerate(order):
        a, b = ends[k]
        ways = bent_lines(centres[a], centres[b], BENDS)
        box = ways.min(axis=(0, 1)), ways.max(axis=(0, 1))
        reach = radii + widths[k] / 2 + 3
        others = _near(box, centres, centres, reach)
        others = others[(others != a) & (others != b)]
        depths = reach[others] - cdist(ways.reshape(-1, 2), centres[others]).reshape(*ways.shape[:2], len(others))
        near = _near(box, low[:n], high[:n], (widths[k] + widths[order[:n]]) / 2 + 2)
        beside = np.vstack([np.zeros((0, 3)), *(drawn[j] for j in near)])
        beside = beside[_near(box, beside[:, :2], beside[:, :2], (widths[k] + beside[:, 2]) / 2 + 2)]
        best: tuple[float, np.ndarray] = (np.inf, np.zeros((0, 2)))
        for bend, whole, first, stop, depth in zip(BENDS, ways, *outside(ways, radii[a] + 0.5, radii[b] + 0.5), depths, strict=True):
            if 450 * bend**2 >= best[0]:
                break  # wider bends cost more, however free their way
            inside = depth[first:stop]
            inside = inside[inside > 0]
            cost = 450 * bend**2 + 0.5 * inside.sum() + 4 * np.clip(inside - 2, 0, None).sum()
            if cost >= best[0]:
                continue
            line = whole[first:stop]
            inner = line[len(line) // 5 : -len(line) // 5 or None : 2]
            covered = (widths[k] + beside[:, 2]) / 2 + 2 - cdist(inner, beside[:, :2])
            cost += 0.6 * covered.max(axis=1, initial=0.0).sum()
            if cost < best[0]:
                best, lines[k] = (cost, line), whole
        points = best[1][::3]
        low[n], high[n] = points.min(axis=0), points.max(axis=0)
        drawn.append(np.column_stack([points, np.full(len(points), widths[k])]))
    return [lines[k] for k in range(len(ends))]


def _near(box: tuple[np.ndarray, np.ndarray], low: np.ndarray, high: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """Which of other boxes (n, 2) come within their reach (n,) of a box, each given by lower and upper corners."""
    return np.flatnonzero(((high >= box[0] - reach[:, None]) & (low <= box[1] + reach[:, None])).all(axis=1))


def place_labels(
    anchors: np.ndarray, radii: np.ndarray, sizes: np.ndarray, obstacles: np.ndarray, lines: np.ndarray, blocked: np.ndarray, frame: Frame
) -> np.ndarray:
    """Centres of label boxes near their circles that overlap neither circles nor each other.

    Parameters
    ----------
    anchors, radii : arrays, shapes (n, 2) and (n,)
        Circles that the labels belong to.
    sizes : array, shape (n, 2)
        Width and height of the boxes.
    obstacles : array, shape (m, 3)
        Circles to keep free: x, y, radius.
    lines : array, shape (k, 2)
        Points on corridors: better not covered.
    blocked : array, shape (q, 4)
        Boxes to keep free: centre x, centre y, width, height.
    frame : Frame

    Returns
    -------
    array, shape (n, 2)
    """
    half = sizes[:, None, :] / 2
    # Distance at which a box in that direction just leaves the circle.
    support = (half / np.maximum(np.abs(DIRECTIONS), 1e-9)).min(axis=2)
    away = (radii[:, None] + support)[:, None, :] + EXTRA_KM[:, None]
    spots = (anchors[:, None, None, :] + DIRECTIONS * away[..., None]).reshape(len(anchors), -1, 2)
    cost = np.add.outer(EXTRA_COST, 0.25 * np.arange(len(ANGLES))).ravel() + np.zeros(spots.shape[:2])
    low, high = spots - half, spots + half
    for i, boxes in enumerate(zip(low.min(axis=1), high.max(axis=1), strict=True)):
        about = obstacles[_near(boxes, obstacles[:, :2], obstacles[:, :2], obstacles[:, 2] + 0.8)]
        across, along = (np.clip(np.abs(spots[i, :, None, k] - about[None, :, k]) - half[i, 0, k], 0, None) for k in (0, 1))
        cost[i] += 40 * np.clip(about[:, 2] + 0.8 - np.sqrt(across**2 + along**2), 0, None).sum(axis=1)
    cost += 1.3 * counter(lines, frame)((low - 0.5).reshape(-1, 2), (high + 0.5).reshape(-1, 2)).reshape(cost.shape)
    cost += _overlap(spots, sizes[:, None, None], blocked[:, :2], blocked[:, 2:]).sum(axis=2)
    inside = frame.contains(low.reshape(-1, 2)) & frame.contains(high.reshape(-1, 2))
    return _settled(spots, cost + 1e4 * ~inside.reshape(cost.shape), sizes)


def _settled(spots: np.ndarray, base: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Cheapest place of each label, one after the other, until none moves; a label with unchanged neighbours is skipped.

    Overlaps only add to the cost of a place (`base`), so that places dearer than the best of a label's cheapest `FEW` are left out.
    """
    rows = range(len(base))
    chosen = spots[np.arange(len(base)), base.argmin(axis=1)]
    low, high = spots.min(axis=1) - sizes / 2, spots.max(axis=1) + sizes / 2
    reach = np.full(len(base), 1.6)
    neighbours = [near[near != i] for i in rows for near in [_near((low[i], high[i]), low, high, reach)]]
    cheapest = np.sort(np.argsort(base, axis=1, kind="stable")[:, :FEW], axis=1)

    def costs(i: int, which: np.ndarray, rest: np.ndarray) -> np.ndarray:
        return base[i, which] + _overlap(spots[i, which], sizes[i], chosen[rest], sizes[rest]).sum(axis=1)

    waiting = np.ones(len(base), bool)
    for _ in range(ROUNDS):
        for i in rows:
            if not waiting[i]:
                continue
            rest = neighbours[i]
            rest = rest[_near((low[i], high[i]), chosen[rest] - sizes[rest] / 2, chosen[rest] + sizes[rest] / 2, reach[rest])]
            least = costs(i, cheapest[i], rest).min()
            worth = np.flatnonzero(base[i] <= least)
            spot = spots[i, worth[costs(i, worth, rest).argmin()]]
            waiting[i] = False
            if not np.array_equal(spot, chosen[i]):
                chosen[i] = spot
                waiting[neighbours[i]] = True
    return chosen


def counter(points: np.ndarray, frame: Frame) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Function that counts points (k, 2) of the frame in boxes with lower and upper corners (n, 2), to a cell of the raster.

    A table of sums holds how many points lie west and south of every cell, so that a box costs four look-ups however many points there are.
    """
    corner = np.array([frame.west, frame.south])
    span = np.array([frame.east, frame.north]) - corner
    cell = max(CELL_KM, float(span.max()) / MOST_CELLS)
    cells = np.ceil(span / cell).astype(int) + 1
    at = np.floor((points[frame.contains(points)] - corner) / cell).astype(int)
    sums = np.zeros(cells + 1, np.int64)
    np.add.at(sums, tuple(at.T + 1), 1)
    sums = sums.cumsum(axis=0).cumsum(axis=1)

    def count(low: np.ndarray, high: np.ndarray) -> np.ndarray:
        (x0, y0), (x1, y1) = (np.clip(np.round((p - corner) / cell).astype(int), 0, cells).T for p in (low, high))
        return sums[x1, y1] - sums[x0, y1] - sums[x1, y0] + sums[x0, y0]

    return count


def _overlap(spots: np.ndarray, size: np.ndarray, centres: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Cost (…, spots, boxes) of overlapping boxes, growing with the depth of the overlap; spots (…, spots, 2), their size (…, 2)."""
    across, along = ((size[..., k] + sizes[:, k]) / 2 + 0.8 - np.abs(spots[..., None, k] - centres[:, k]) for k in (0, 1))
    depth = np.minimum(across, along)
    return np.where(depth > 0, 200 + 20 * depth, 0.0)


def free_spot(points: np.ndarray, taken: np.ndarray, border: np.ndarray) -> tuple[np.ndarray, float]:
    """Of `points` (n, 2) the one farthest from `taken` (m, 2), off the `border` (k, 2) if possible, and its distance."""
    # Few questions of many points: a tree that is made quickly.
    distance, off = (cKDTree(p, compact_nodes=False, balanced_tree=False).query(points)[0] for p in (taken, border))
    best = int(np.minimum(distance, 3 * off).argmax())
    return points[best], float(distance[best])
