"""Placement of pies, corridors and labels without overlap.

Lengths in kilometres on the map.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from energy_model.report.map.shapes import bent_line, trim

ROUNDS = 8
CELL_KM, MOST_CELLS = 0.25, 1500
"""Cell of the raster on which points are counted in boxes, and most cells of a side: a map has not many more pixels."""
BENDS = sorted(np.linspace(-0.6, 0.6, 31), key=abs)


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
        way = bent_line(source, candidate, 0.0, 41)[6:]
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
    drawn = np.zeros((0, 3))  # points on the corridors so far, and their widths
    for k in sorted(range(len(ends)), key=lambda k: -widths[k]):
        a, b = ends[k]
        ways = [bent_line(centres[a], centres[b], bend) for bend in BENDS]
        reach = radii + widths[k] / 2 + 3
        others = _near(ways, centres, reach)
        others = others[(others != a) & (others != b)]
        beside = drawn[_near(ways, drawn[:, :2], (widths[k] + drawn[:, 2]) / 2 + 2)]
        best: tuple[float, np.ndarray] = (np.inf, np.zeros((0, 2)))
        for bend, whole in zip(BENDS, ways, strict=True):
            if 450 * bend**2 >= best[0]:
                break  # wider bends cost more, however free their way
            line = trim(whole, radii[a] + 0.5, radii[b] + 0.5)
            inside = reach[others] - cdist(line, centres[others])
            inside = inside[inside > 0]
            cost = 450 * bend**2 + 0.5 * inside.sum() + 4 * np.clip(inside - 2, 0, None).sum()
            if cost >= best[0]:
                continue
            inner = line[len(line) // 5 : -len(line) // 5 or None : 2]
            along = beside[_near([inner], beside[:, :2], (widths[k] + beside[:, 2]) / 2 + 2)]
            depth = (widths[k] + along[:, 2]) / 2 + 2 - cdist(inner, along[:, :2])
            cost += 0.6 * depth.max(axis=1, initial=0.0).sum()
            if cost < best[0]:
                best, lines[k] = (cost, line), whole
        drawn = np.vstack([drawn, np.column_stack([best[1][::3], np.full(len(best[1][::3]), widths[k])])])
    return [lines[k] for k in range(len(ends))]


def _near(ways: list[np.ndarray], points: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """Points (n, 2) that some path may approach within their reach (n,): those near the bounding box of all paths."""
    all_of_them = np.vstack(ways)
    low, high = all_of_them.min(axis=0), all_of_them.max(axis=0)
    return np.flatnonzero(((points >= low - reach[:, None]) & (points <= high + reach[:, None])).all(axis=1))


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
    angles = np.radians([270, 90, 0, 180, 300, 240, 60, 120, 330, 210, 30, 150, 285, 255, 315, 225])
    direction = np.column_stack([np.cos(angles), np.sin(angles)])
    choices, base = [], []
    count = counter(lines, frame)
    for anchor, radius, size in zip(anchors, radii, sizes, strict=True):
        # Distance at which a box in that direction just leaves the circle.
        support = np.minimum(
            size[0] / 2 / np.maximum(np.abs(direction[:, 0]), 1e-9), size[1] / 2 / np.maximum(np.abs(direction[:, 1]), 1e-9)
        )
        places = [anchor + direction * (radius + support + extra)[:, None] for extra in (1.5, 6, 12, 20, 30, 42)]
        spots = np.vstack(places)
        cost = np.add.outer(np.array([0, 5, 10, 18, 28, 42.0]), 0.25 * np.arange(len(angles))).ravel()
        half = size / 2
        about = obstacles[_near([spots - half, spots + half], obstacles[:, :2], obstacles[:, 2] + 0.8)]
        across, along = (np.clip(np.abs(spots[:, None, k] - about[None, :, k]) - half[k], 0, None) for k in (0, 1))
        depth = about[None, :, 2] + 0.8 - np.sqrt(across**2 + along**2)
        cost = cost + 40 * np.clip(depth, 0, None).sum(axis=1)
        cost = cost + 1.3 * count(spots - half - 0.5, spots + half + 0.5)
        cost = cost + _overlap(spots, size, blocked[:, :2], blocked[:, 2:]).sum(axis=1)
        room = Frame(frame.west + half[0], frame.east - half[0], frame.south + half[1], frame.north - half[1])
        choices.append(spots)
        base.append(cost + 1e4 * ~room.contains(spots))
    return _settled(choices, base, sizes)


def _settled(choices: list[np.ndarray], base: list[np.ndarray], sizes: np.ndarray) -> np.ndarray:
    """Cheapest place of each label, one after the other, until none moves; a label with unchanged neighbours is skipped."""
    chosen = np.array([c[int(b.argmin())] for c, b in zip(choices, base, strict=True)]).reshape(-1, 2)
    low = np.array([c.min(axis=0) for c in choices]).reshape(-1, 2) - sizes / 2 - 0.8
    high = np.array([c.max(axis=0) for c in choices]).reshape(-1, 2) + sizes / 2 + 0.8
    neighbours = [np.flatnonzero(((low <= high[i]) & (high >= low[i])).all(axis=1) & (np.arange(len(low)) != i)) for i in range(len(low))]
    waiting = np.ones(len(chosen), bool)
    for _ in range(ROUNDS):
        for i in range(len(chosen)):
            if not waiting[i]:
                continue
            spots, rest = choices[i], neighbours[i]
            spot = spots[int((base[i] + _overlap(spots, sizes[i], chosen[rest], sizes[rest]).sum(axis=1)).argmin())]
            waiting[i] = False
            if not np.array_equal(spot, chosen[i]):
                chosen[i] = spot
                waiting[rest] = True
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
    """Cost (spots, boxes) of overlapping boxes, growing with the depth of the overlap."""
    across, along = ((size[k] + sizes[:, k]) / 2 + 0.8 - np.abs(spots[:, None, k] - centres[None, :, k]) for k in (0, 1))
    depth = np.minimum(across, along)
    return np.where(depth > 0, 200 + 20 * depth, 0.0)


def free_spot(points: np.ndarray, taken: np.ndarray, border: np.ndarray) -> tuple[np.ndarray, float]:
    """Of `points` (n, 2) the one farthest from `taken` (m, 2), off the `border` (k, 2) if possible, and its distance."""
    # Few questions of many points: a tree that is made quickly.
    distance, off = (cKDTree(p, compact_nodes=False, balanced_tree=False).query(points)[0] for p in (taken, border))
    best = int(np.minimum(distance, 3 * off).argmax())
    return points[best], float(distance[best])
