"""Projection, outlines and placing of the map against known figures."""

import numpy as np
import pytest

from energy_model.report.outlines import read_outlines
from energy_model.report.placement import Frame, place_labels, spread_circles
from energy_model.report.projection import project_km


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
