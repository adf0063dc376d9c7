"""Positions of all map objects, for all results of a page at once: nothing moves between years and scenarios."""

from __future__ import annotations

import re
import textwrap
import unicodedata

import numpy as np
import pandas as pd

from energy_model.labels import label
from energy_model.report.colours import TECHNOLOGY
from energy_model.report.map import shapes
from energy_model.report.map.cards import SMALL_MW
from energy_model.report.map.outlines import read_outlines
from energy_model.report.map.placement import Frame, edge_place, free_spot, place_labels, route, spread_circles
from energy_model.report.map.projection import project_km
from energy_model.report.result_folder import Result
from energy_model.report.shown_units import amount
from energy_model.units import MW_PER_GW

VIEW_PX = (1070, 792)  # plot area of a 1400 x 900 window; text grows and shrinks with the map from there
FAR_KM = 165.0  # receivers farther than this from the counties stand at the edge
PIE_KM, PIE_MW = 27.0, 6000.0  # radius of a node with this capacity, the same on all maps up to it
HUB_KM, EMPTY_KM = 5.0, 4.5
FONT_PX = {"node": 12.5, "hub": 10.5, "receiver": 12.0, "province": 16.0, "prefecture": 11.0}
LANGUAGES = ("zh", "en")
SCALE_BAR_KM = 50.0
WIDEST_FIGURE = {"receiver": "−88,888 GWh", "node": "−88,888 MW", "hub": ""}
"""Room for the second line of a label, whatever a result or a difference writes there."""


def electric_capacity(result: Result) -> pd.DataFrame:
    """Electric capacity [MW] by node (rows) and kind, existing and new (columns); numerical noise omitted."""
    capacity = result.tables["capacity"]
    power = capacity[capacity.kind.isin(list(TECHNOLOGY))]
    table = power.groupby(["node", "kind"])[["existing_mw", "new_mw"]].sum().astype(float).unstack("kind", fill_value=0.0)
    columns = pd.MultiIndex.from_product([["existing_mw", "new_mw"], list(TECHNOLOGY)])
    table = table.reindex(columns=columns, fill_value=0.0).reindex(result.tables["places"].node, fill_value=0.0)
    return table.where(table > SMALL_MW, 0.0)


class Layout:
    """Places, curves and labels, computed once for the largest pies and widest corridors of all results.

    Parameters
    ----------
    results : list of Result
        One at least.
    """

    def __init__(self, results: list[Result]) -> None:
        self.places = _union([r.tables["places"] for r in results], "node")
        corridors = [r.tables["corridors"][r.tables["corridors"].capacity_mw > SMALL_MW] for r in results]
        nodes = self.places.node
        totals = [electric_capacity(r).sum(axis=1).reindex(nodes, fill_value=0.0).to_numpy() for r in results]
        self.total = np.max(totals, axis=0)
        self._set_scales(corridors)
        self._set_places()
        widest = pd.concat([c.set_index("corridor").capacity_mw for c in corridors]).groupby(level=0).max()
        self.corridors = _union(corridors, "corridor")
        self.corridors["capacity_mw"] = self.corridors.corridor.map(widest).astype(float)
        index = {node: i for i, node in enumerate(nodes)}
        ends = [(index[c.from_node], index[c.to_node]) for c in self.corridors.itertuples()]
        self.curves = route(ends, self.centres, self.radii, self.corridors.capacity_mw.to_numpy() * self.km_per_mw)
        self.lines = [shapes.trim(line, self.radii[a] + 0.5, self.radii[b] + 0.5) for line, (a, b) in zip(self.curves, ends, strict=True)]
        points = self._corridor_points()
        self.label_centres: dict[bytes, np.ndarray] = {}
        self.labels = {language: self._labels(language, points) for language in LANGUAGES}

    def _set_scales(self, corridors: list[pd.DataFrame]) -> None:
        self.pie_km_per_root_mw = PIE_KM / np.sqrt(max(PIE_MW, float(self.total.max())))
        widest = max((float(c.capacity_mw.max()) for c in corridors if len(c)), default=0.0)
        self.km_per_mw = min(4.0, 22.0 / max(widest / MW_PER_GW, 1e-6)) / MW_PER_GW

    def _set_places(self) -> None:
        places = self.places
        self.true = project_km(places.longitude_deg.to_numpy(), places.latitude_deg.to_numpy())
        receiver = (places.kind == "receiver").to_numpy()
        small = np.where(places.kind == "county", EMPTY_KM, HUB_KM)
        self.radii = np.maximum(self.pie_km_per_root_mw * np.sqrt(self.total), small)
        inner = self.true[~receiver] if (~receiver).any() else self.true
        out = np.clip(np.maximum(inner.min(axis=0) - self.true, self.true - inner.max(axis=0)), 0, None)
        self.far = receiver & (np.hypot(*out.T) > FAR_KM)
        self.centres = self.true.copy()
        self.centres[~self.far] = spread_circles(self.true[~self.far], self.radii[~self.far], gap=7.0)
        near, r = self.centres[~self.far], self.radii[~self.far, None]
        low, high = (near - r).min(axis=0) - 34, (near + r).max(axis=0) + np.array([34, 22])
        span = high - low
        scale = max(span[0] / VIEW_PX[0], span[1] / VIEW_PX[1])
        spare = np.array(VIEW_PX) * scale - span
        self.frame = Frame(low[0] - spare[0] / 2, high[0] + spare[0] / 2, low[1] - spare[1] / 2, high[1] + spare[1] / 2)
        self.px_per_km = 1 / scale
        solid = np.flatnonzero(~self.far)
        heart = inner.mean(axis=0)
        for i in np.flatnonzero(self.far):
            self.centres[i] = edge_place(heart, self.true[i], self.frame.inset(30), self.centres[solid], self.radii[solid])
            solid = np.append(solid, i)

    # --- text -------------------------------------------------------------------------------------------------

    def _labels(self, language: str, lines: np.ndarray) -> list[dict]:
        places = list(self.places.itertuples())
        styles = [_style(place, total) for place, total in zip(places, self.total, strict=True)]
        notes = [self._off_map(i, language) for i in range(len(places))]
        names = [_label_lines(place, style, language) for place, style in zip(places, styles, strict=True)]
        texts = [[*lines[:-1], note, lines[-1]] if note else lines for lines, note in zip(names, notes, strict=True)]
        sizes = np.array([text_box_px(lines, FONT_PX[s]) for lines, s in zip(texts, styles, strict=True)]) / self.px_per_km
        if sizes.tobytes() not in self.label_centres:  # names of an imported network are often the same in both languages
            self.label_centres[sizes.tobytes()] = self._label_centres(sizes, lines)
        centres = self.label_centres[sizes.tobytes()]
        labels = []
        for i, (text, style) in enumerate(zip(names, styles, strict=True)):
            labels.append(
                {
                    "x": round(centres[i, 0], 2),
                    "y": round(centres[i, 1], 2),
                    "lines": text[:-1] if WIDEST_FIGURE[style] else text,
                    "note": notes[i],
                    "style": style,
                    "px": FONT_PX[style],
                    "key": f"node:{places[i].node}",
                    "box": sizes[i].round(2).tolist(),
                }
            )
        taken = np.vstack([self.centres, centres, lines] + [centres + sizes * (sx, sy) / 2 for sx in (-1, 1) for sy in (-1, 1)])
        return labels + self._region_names(language, taken)

    def _label_centres(self, sizes: np.ndarray, lines: np.ndarray) -> np.ndarray:
        obstacles = np.column_stack([self.centres, self.radii + np.where(self.places.microgrid != "", 4.5, 0)])
        dots = np.column_stack([self.true[self._moved()], np.full(int(self._moved().sum()), 1.5)])
        blocked = np.array([self.scale_bar_box()])
        return place_labels(self.centres, obstacles[:, 2], sizes, np.vstack([obstacles, dots]), lines, blocked, self.frame.inset(3))

    def _corridor_points(self) -> np.ndarray:
        """Points (n, 2) about 2.5 km apart on the middle and both edges of the drawn corridors."""
        points = [np.zeros((0, 2))]
        for line, capacity in zip(self.lines, self.corridors.capacity_mw, strict=True):
            half = capacity * self.km_per_mw / 2
            total = shapes.lengths(line)[-1]
            middle = shapes.at_length(line, np.linspace(0, total, max(3, int(total / 2.5))))
            slope = np.gradient(middle, axis=0)
            normal = np.column_stack([slope[:, 1], -slope[:, 0]]) / np.hypot(*slope.T)[:, None]
            points += [middle - half * normal, middle, middle + half * normal]
        return np.vstack(points)

    def _off_map(self, i: int, language: str) -> str:
        """Direction and distance of a receiver beyond the map, drawn at its edge."""
        if not self.far[i]:
            return ""
        east, north = self.true[i] - self.centres[i]
        arrow = "→↗↑↖←↙↓↘"[round(np.degrees(np.arctan2(north, east)) / 45) % 8]
        text = label("map", "off_map_by")
        return (text.zh if language == "zh" else text.en).format(arrow=arrow, km=round(float(np.hypot(east, north)), -1))

    def _region_names(self, language: str, taken: np.ndarray) -> list[dict]:
        """Names of neighbouring provinces and prefectures where space permits."""
        grid = np.stack(
            np.meshgrid(np.linspace(self.frame.west, self.frame.east, 44), np.linspace(self.frame.south, self.frame.north, 33)), -1
        )
        points = grid.reshape(-1, 2)
        home = np.zeros(len(points), bool)
        for county in read_outlines("tongliao"):
            home |= county.contains(points)
        labels = []
        for style, name in (("province", "context_provinces"), ("prefecture", "context_prefectures")):
            for region in read_outlines(name):
                text = region.name_zh if language == "zh" else region.name_en
                width, height = text_box_px([text], FONT_PX[style]) / self.px_per_km
                room = self.frame.inset(6)
                room = Frame(room.west + width / 2, room.east - width / 2, room.south + height / 2, room.north - height / 2)
                inside = points[region.contains(points) & ~home & room.contains(points)]
                if not len(inside):
                    continue
                # Wide words need more room east and west than north and south.
                squeeze = np.array([height / max(width, height), 1.0])
                border = np.vstack(region.rings_km)[::2]
                border = border[self.frame.contains(border)] if self.frame.contains(border).any() else border
                spot, distance = free_spot(inside * squeeze, taken * squeeze, border * squeeze)
                if distance < 1.1 * height + 3:
                    continue
                x, y = spot / squeeze
                labels.append(
                    {
                        "x": round(x, 2),
                        "y": round(y, 2),
                        "lines": [text],
                        "style": style,
                        "px": FONT_PX[style],
                        "key": "",
                        "box": [round(float(width), 2), round(float(height), 2)],
                    }
                )
                ends = np.array([x, y]) + np.outer(np.linspace(-0.5, 0.5, 7), [width, 0])
                taken = np.vstack([taken, ends])
        return labels

    def scale_bar_box(self) -> tuple[float, float, float, float]:
        """Place of the scale bar: centre and size."""
        return self.frame.west + 44, self.frame.south + 13, 70.0, 22.0

    def _moved(self) -> np.ndarray:
        """Places drawn away from their true position."""
        return ~self.far & (np.hypot(*(self.centres - self.true).T) > 4.0)

    def as_dict(self) -> dict:
        """Data with which the page draws any of the results."""
        moved = self._moved()
        nodes = [
            {
                "id": place.node,
                "kind": place.kind,
                "x": round(float(self.centres[i, 0]), 2),
                "y": round(float(self.centres[i, 1]), 2),
                "true": [round(float(v), 2) for v in self.true[i]] if moved[i] or self.far[i] else None,
                "off": bool(self.far[i]),
                "grid": bool(place.microgrid),
                "least": HUB_KM if place.kind != "county" else EMPTY_KM,
            }
            for i, place in enumerate(self.places.itertuples())
        ]
        receivers = set(self.places.node[self.places.kind == "receiver"])
        corridors = [
            {
                "id": c.corridor,
                "from": c.from_node,
                "to": c.to_node,
                "out": c.to_node in receivers,
                "x": np.round(curve[:, 0], 2).tolist(),
                "y": np.round(curve[:, 1], 2).tolist(),
            }
            for c, curve in zip(self.corridors.itertuples(), self.curves, strict=True)
        ]
        f, bar = self.frame, self.scale_bar_box()
        return {
            "nodes": nodes,
            "corridors": corridors,
            "labels": self.labels,
            "frame": [round(float(v), 2) for v in (f.west, f.east, f.south, f.north)],
            "scale_bar": {"x": float(bar[0]), "y": float(bar[1]), "text": amount(SCALE_BAR_KM, "km")._asdict()},
            "scale": {
                "pie_km_per_root_mw": float(self.pie_km_per_root_mw),
                "km_per_mw": self.km_per_mw,
                "px_per_km": float(self.px_per_km),
            },
        }


def ground() -> list[dict]:
    """Outlines under the map as traces."""
    return [
        _area(_rings("context_provinces"), "#f5f4f0", "#b9b4a6", 1.4),
        _area(_rings("context_prefectures"), None, "#d8d4c9", 0.8),
        _area(_rings("tongliao"), "#e6eee3", "#8fa98a", 1.0),
    ]


def _style(place, total_mw: float) -> str:
    if place.kind == "receiver":
        return "receiver"
    return "hub" if place.kind == "hub" and total_mw == 0 else "node"


def _label_lines(place, style: str, language: str) -> list[str]:
    name, figure = getattr(place, f"name_{language}"), WIDEST_FIGURE[style]
    if place.kind != "receiver":  # what stands in brackets is on the card
        name = re.sub(r"\s*[（(][^（）()]*[)）]$", "", name)
    lines = textwrap.wrap(name, 20, break_long_words=True) or [place.node]
    return [*lines, figure] if figure else lines


def _union(tables: list[pd.DataFrame], key: str) -> pd.DataFrame:
    """Rows of all tables, each key once, from the first table that has it."""
    return pd.concat(tables, ignore_index=True).drop_duplicates(key).reset_index(drop=True)


def text_box_px(lines: list[str], font_px: float) -> np.ndarray:
    """Width and height [px] of a text, a little generous: fonts differ between machines."""

    def em(text: str) -> float:
        return sum(1.0 if unicodedata.east_asian_width(c) in "WF" else 0.63 if c.isupper() or c.isdigit() else 0.57 for c in text)

    return np.array([max(em(line) for line in lines) * font_px + 8, len(lines) * font_px * 1.3 + 6])


def _rings(name: str) -> list[np.ndarray]:
    return [ring for outline in read_outlines(name) for ring in outline.rings_km]


def _area(polygons: list[np.ndarray], fill: str | None, line: str, width: float) -> dict:
    filling = {"fill": "toself", "fillcolor": fill} if fill else {}
    return (
        {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "line": {"color": line, "width": width}}
        | filling
        | shapes.joined(polygons)
    )
