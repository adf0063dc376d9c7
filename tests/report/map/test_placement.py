"""Projection, outlines and placing of the map against known figures."""

import time

import numpy as np
import pytest

from energy_model.report.map import placement
from energy_model.report.map.outlines import read_outlines
from energy_model.report.map.placement import Frame, place_labels, spread_circles
from energy_model.report.map.projection import project_km


def area(ring):
    """Area of a closed ring by the shoelace formula."""
    x, y = ring.T
    return abs(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])) / 2


def test_projection_keeps_distances_from_the_centre_and_areas():
    """Proves: one degree north is 111.19 km near the centre; a far cell of one degree has the area of the sphere.
    Sensitivity: plain degrees times a factor, or Mercator, miss the area by several per cent.
    """
    north = project_km(np.array([121.0]), np.array([45.0]))[0]
    assert north == pytest.approx([0, 111.195], abs=0.01)
    edge = np.linspace(0, 1, 200)
    lon = np.concatenate([125 + edge, np.full(200, 126), 126 - edge, np.full(200, 125)])
    lat = np.concatenate([np.full(200, 46.0), 46 + edge, np.full(200, 47), 47 - edge])
    sphere = 6371.0088**2 * np.radians(1) * (np.sin(np.radians(47)) - np.sin(np.radians(46)))
    assert area(project_km(lon, lat)) == pytest.approx(sphere, rel=2e-4)


def test_counties_have_their_areas():
    """Proves: eight outlines, together about 58,900 km2 (Jarud 16,487, Holingol 584).
    Sensitivity: swapped coordinates or a lost ring fail.
    """
    counties = {c.adcode: sum(area(ring) for ring in c.rings_km) for c in read_outlines("tongliao")}
    assert len(counties) == 8
    assert counties[150526] == pytest.approx(16487, rel=0.01)
    assert counties[150581] == pytest.approx(584, rel=0.02)
    assert sum(counties.values()) == pytest.approx(58879, rel=0.01)


def test_inside_is_told_from_outside():
    """Proves: Lubei lies in Jarud and not in Kailu. Sensitivity: an off-by-one in the edges flips it."""
    lubei = project_km(np.array([120.91]), np.array([44.56]))
    inside = {c.adcode: bool(c.contains(lubei)[0]) for c in read_outlines("tongliao")}
    assert inside == {code: code == 150526 for code in inside}


def test_circles_on_one_place_are_parted_and_lone_ones_stay():
    """Proves: three circles at one point end apart, one far off does not move.
    Sensitivity: springs that outlast the pushing leave them overlapping.
    """
    anchors = np.array([(0.0, 0), (0, 0), (1, 0), (200, 0)])
    radii = np.array([20.0, 15, 10, 10])
    centres = spread_circles(anchors, radii, gap=5)
    for i in range(4):
        for j in range(i):
            assert np.hypot(*(centres[i] - centres[j])) > radii[i] + radii[j] + 4.5
    assert centres[3] == pytest.approx(anchors[3], abs=0.2)


def test_labels_avoid_circles_each_other_and_the_border():
    """Proves: labels of crowded circles are apart. Sensitivity: the same first choice for all overlaps."""
    anchors = np.array([(20.0, 0), (45, 0), (33, 20)])
    radii, sizes = np.full(3, 10.0), np.tile([40.0, 12.0], (3, 1))
    circles = np.column_stack([anchors, radii])
    frame = Frame(-60, 130, -60, 80)
    places = place_labels(anchors, radii, sizes, circles, np.zeros((0, 2)), np.zeros((0, 4)), frame)
    for i in range(3):
        gap = np.clip(np.abs(anchors - places[i]) - sizes[i] / 2, 0, None)
        assert (np.hypot(*gap.T) >= radii).all()
        for j in range(i):
            assert (np.abs(places[i] - places[j]) >= (sizes[i] + sizes[j]) / 2 - 1e-9).any()
    assert frame.contains(places).all()


def crowded(count: int):
    """Circles of a random crowd, the widths of a corridor between each and its nearest neighbour, and labels for all."""
    rng = np.random.default_rng(count)
    centres, radii = rng.uniform(0, 40 * np.sqrt(count), (count, 2)), rng.uniform(3, 12, count)
    ends = [(i, int(np.argsort(np.hypot(*(centres - centres[i]).T))[1 + i % 3])) for i in range(count)]
    return centres, radii, ends, rng.uniform(0.5, 4, count), rng.uniform((20, 8), (70, 18), (count, 2))


def test_what_is_far_changes_no_place(monkeypatch):
    """Proves: corridors and labels of a crowd of 50 stand where they stand when every circle, point and label is compared with every other.
    Sensitivity: a reach that is too short leaves an obstacle out.
    """

    def laid_out():
        centres, radii, ends, widths, sizes = crowded(50)
        centres = spread_circles(centres, radii, gap=7)
        lines = np.vstack(placement.route(ends, centres, radii, widths))
        (west, south), (east, north) = centres.min(axis=0) - 60, centres.max(axis=0) + 60
        frame = Frame(west, east, south, north)
        obstacles = np.column_stack([centres, radii])
        return lines, place_labels(centres, radii, sizes, obstacles, lines, np.array([(30.0, 30, 70, 22)]), frame)

    near = laid_out()
    monkeypatch.setattr(placement, "_near", lambda box, low, high, reach: np.arange(len(low)))
    monkeypatch.setattr(placement, "_settled", settled_by_asking_all)
    for found, everything in zip(near, laid_out(), strict=True):
        np.testing.assert_array_equal(found, everything)


def settled_by_asking_all(choices, base, sizes):
    chosen = np.array([c[int(b.argmin())] for c, b in zip(choices, base, strict=True)])
    for _ in range(placement.ROUNDS):
        before = chosen.copy()
        for i, (spots, cost) in enumerate(zip(choices, base, strict=True)):
            rest = np.arange(len(chosen)) != i
            chosen[i] = spots[int((cost + placement._overlap(spots, sizes[i], chosen[rest], sizes[rest]).sum(axis=1)).argmin())]
        if np.array_equal(before, chosen):
            break
    return chosen


def test_points_in_boxes_are_counted():
    """Proves: the raster counts the points in boxes as comparing each does, where no edge cuts a cell; points outside the frame are none.
    Sensitivity: a table of sums that is one cell off.
    """
    rng = np.random.default_rng(7)
    frame, step = Frame(-10, 90, -20, 60), placement.CELL_KM
    points = np.column_stack([rng.integers(-60, 420, 4000), rng.integers(-100, 260, 4000)]) * step + step / 2
    low = np.column_stack([rng.integers(-60, 300, 50), rng.integers(-90, 200, 50)]) * step
    high = low + rng.integers(1, 120, (50, 2)) * step
    inside = points[frame.contains(points)]
    wanted = [int(((inside > a) & (inside < b)).all(axis=1).sum()) for a, b in zip(low, high, strict=True)]
    assert placement.counter(points, frame)(low, high).tolist() == wanted
    assert max(wanted) > 100


def test_a_map_of_many_nodes_is_laid_out_in_seconds():
    """Proves: 300 circles with corridors and labels of two languages take less than ten seconds of processor time: what is near counts.
    Sensitivity: every label at 96 places against every point of every corridor takes minutes.
    """
    started = time.process_time()
    centres, radii, ends, widths, sizes = crowded(300)
    centres = spread_circles(centres, radii, gap=7)
    lines = np.vstack(placement.route(ends, centres, radii, widths))
    obstacles, frame = np.column_stack([centres, radii]), Frame(-100, 900, -100, 900)
    for _ in range(2):
        place_labels(centres, radii, sizes, obstacles, np.vstack([lines] * 3), np.zeros((0, 4)), frame)
    assert time.process_time() - started < 10
