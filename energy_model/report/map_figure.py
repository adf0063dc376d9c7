"""The drawing of the map: what stands where in kilometres, as Plotly traces and text, both languages."""

from __future__ import annotations

import html
import re
import textwrap
import unicodedata

import numpy as np
import pandas as pd

from energy_model.report import shapes
from energy_model.report.colours import TECHNOLOGY, loading_colour
from energy_model.report.map_cards import SMALL_MW, received_gwh
from energy_model.report.outlines import read_outlines
from energy_model.report.placement import Frame, edge_place, free_spot, place_labels, route, spread_circles
from energy_model.report.projection import project_km
from energy_model.report.source import Result

VIEW_PX = (1070, 792)  # plot area of a 1400 x 900 window; text grows and shrinks with the map from there
FAR_KM = 165.0  # receivers farther than this from the counties stand at the edge
PIE_KM, PIE_MW = 27.0, 6000.0  # radius of a node with this capacity, the same on all maps up to it
HUB_KM, EMPTY_KM = 5.0, 4.5
FONT_PX = {"node": 12.5, "hub": 10.5, "receiver": 12.0, "idle": 11.0, "province": 16.0, "prefecture": 11.0}
LANGUAGES = ("zh", "en")


class Drawing:
    """Places, curves and labels of one result, worked out once.

    Parameters
    ----------
    result : Result
    """

    def __init__(self, result: Result) -> None:
        places, corridors = result.tables["places"], result.tables["corridors"]
        self.places = places
        self.capacity = self._capacity(result.tables["capacity"], places.node)
        self.total = self.capacity.sum(axis=1).reindex(places.node).to_numpy()
        self.received = np.array([received_gwh(corridors, node) for node in places.node]).round(6) + 0.0
        self._set_scales(corridors)
        self._set_places()
        self.corridors = corridors[(corridors.capacity_mw > SMALL_MW)].reset_index(drop=True)
        index = {node: i for i, node in enumerate(places.node)}
        ends = [(index[c.from_node], index[c.to_node]) for c in self.corridors.itertuples()]
        widths = self.corridors.capacity_mw.to_numpy() * self.km_per_mw
        self.lines = route(ends, self.centres, self.radii, widths)
        self.labels = {language: self._labels(language) for language in LANGUAGES}

    @staticmethod
    def _capacity(capacity: pd.DataFrame, nodes: pd.Series) -> pd.DataFrame:
        """Electric capacity [MW] by node (rows) and kind, existing and new (columns)."""
        power = capacity[capacity.kind.isin(list(TECHNOLOGY))]
        table = power.groupby(["node", "kind"])[["existing_mw", "new_mw"]].sum().astype(float).unstack("kind", fill_value=0.0)
        columns = pd.MultiIndex.from_product([["existing_mw", "new_mw"], list(TECHNOLOGY)])
        table = table.reindex(columns=columns, fill_value=0.0).reindex(nodes, fill_value=0.0)
        return table.where(table > SMALL_MW, 0.0)

    def _set_scales(self, corridors: pd.DataFrame) -> None:
        self.pie_km_per_root_mw = PIE_KM / np.sqrt(max(PIE_MW, float(self.total.max())))
        self.km_per_mw = min(4.0, 22.0 / max(float(corridors.capacity_mw.max()) / 1e3, 1e-6)) / 1e3

    def _set_places(self) -> None:
        places = self.places
        self.true = project_km(places.longitude_deg.to_numpy(), places.latitude_deg.to_numpy())
        receiver = (places.kind == "receiver").to_numpy()
        small = np.where(places.kind == "county", EMPTY_KM, HUB_KM)
        self.radii = np.maximum(self.pie_km_per_root_mw * np.sqrt(self.total), small)
        inner = self.true[~receiver]
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
        heart = self.true[~receiver].mean(axis=0)
        for i in np.flatnonzero(self.far):
            self.centres[i] = edge_place(heart, self.true[i], self.frame.inset(30), self.centres[solid], self.radii[solid])
            solid = np.append(solid, i)

    # --- text -------------------------------------------------------------------------------------------------

    def _labels(self, language: str) -> list[dict]:
        texts = [self._label_lines(i, language) for i in range(len(self.places))]
        styles = [self._style(i) for i in range(len(self.places))]
        sizes = np.array([text_box_px(lines, FONT_PX[s]) for lines, s in zip(texts, styles, strict=True)]) / self.px_per_km
        obstacles = np.column_stack([self.centres, self.radii + np.where(self.places.microgrid != "", 4.5, 0)])
        dots = np.column_stack([self.true[self._moved()], np.full(int(self._moved().sum()), 1.5)])
        lines = self._corridor_points()
        centres = place_labels(
            self.centres, obstacles[:, 2], sizes, np.vstack([obstacles, dots]), lines, np.array([self.scale_bar_box()]), self.frame.inset(3)
        )
        labels = []
        for i, (text, style) in enumerate(zip(texts, styles, strict=True)):
            markup = "<br>".join(html.escape(t) if t[0].isdigit() or style == "hub" else f"<b>{html.escape(t)}</b>" for t in text)
            labels.append(
                {
                    "x": round(centres[i, 0], 2),
                    "y": round(centres[i, 1], 2),
                    "text": markup,
                    "style": style,
                    "px": FONT_PX[style],
                    "key": f"node:{self.places.node[i]}",
                    "box": sizes[i].round(2).tolist(),
                }
            )
        taken = np.vstack([self.centres, centres, lines] + [centres + sizes * (sx, sy) / 2 for sx in (-1, 1) for sy in (-1, 1)])
        return labels + self._region_names(language, taken)

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

    def _style(self, i: int) -> str:
        if self.places.kind[i] == "receiver":
            return "receiver" if self.received[i] > 0.05 else "idle"
        return "hub" if self.places.kind[i] == "hub" and self.total[i] == 0 else "node"

    def _label_lines(self, i: int, language: str) -> list[str]:
        place = self.places.iloc[i]
        name = place[f"name_{language}"]
        if place.kind == "receiver":
            second = f"{self.received[i] / 1e3:.1f} TWh"
        else:  # what stands in brackets is on the card
            name = re.sub(r"\s*[（(][^（）()]*[)）]$", "", name)
            second = f"{self.total[i] / 1e3:.2f} GW" if self.total[i] > 0 else ""
        lines = textwrap.wrap(name, 20, break_long_words=False) or [name]
        return [*lines, second] if second else lines

    def _region_names(self, language: str, taken: np.ndarray) -> list[dict]:
        """Names of neighbouring provinces and prefectures where there is room for them."""
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
                        "text": html.escape(text),
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
        """Places drawn away from where they are."""
        return ~self.far & (np.hypot(*(self.centres - self.true).T) > 4.0)

    # --- traces -----------------------------------------------------------------------------------------------

    def traces(self) -> list[dict]:
        """Plotly traces without words, from the ground up."""
        rows = [
            _area(_rings("context_provinces"), "#f5f4f0", "#b9b4a6", 1.4),
            _area(_rings("context_prefectures"), None, "#d8d4c9", 0.8),
            _area(_rings("tongliao"), "#e6eee3", "#8fa98a", 1.0),
            self._true_places(),
        ]
        rows += self._corridor_traces() + self._pie_traces() + self._symbol_traces()
        return [*rows, self._scale_bar()]

    def leaders(self, language: str) -> dict:
        """Thin lines from labels that stand apart to their circles."""
        pieces = []
        for text, centre, radius in zip(self.labels[language], self.centres, self.radii, strict=False):
            box, at = np.array(text["box"]) / 2, np.array([text["x"], text["y"]])
            near = np.clip(centre, at - box, at + box)
            distance = np.hypot(*(near - centre))
            if distance - radius > 7:
                pieces.append(np.array([near, centre + (near - centre) * (radius + 0.8) / distance]))
        return _line(pieces, "#6b6b6b", 0.8)

    def _true_places(self) -> dict:
        moved = np.flatnonzero(self._moved())
        trace = _line([np.array([self.true[i], self.centres[i]]) for i in moved], "#777777", 1.0, "dot")
        return trace | {"mode": "lines+markers", "marker": {"size": 4, "color": "#777777"}}

    def _corridor_traces(self) -> list[dict]:
        rows, heads = [], []
        for c, line in zip(self.corridors.itertuples(), self.lines, strict=True):
            width = max(c.capacity_mw * self.km_per_mw, 1.0)
            split = -width / 2 + width * c.existing_mw / c.capacity_mw
            colour = loading_colour(c.utilisation_share)
            if c.existing_mw > SMALL_MW:
                rows.append(_area(shapes.ribbon(line, -width / 2, split), colour, "#4b3d5c", 0.5))
            if c.new_mw > SMALL_MW:
                rows.append(_area(shapes.ribbon(line, split, width / 2, dash_km=6.5), colour, "#4b3d5c", 0.5))
            if c.sent_gwh + c.returned_gwh > 0.05:
                to_receiver = self.places.kind[self.places.node == c.to_node].item() == "receiver"
                heads.append(
                    shapes.arrow_head(
                        line,
                        0.94 if to_receiver else 0.55,
                        min(max(1.7 * width, 6.0), max(10.0, 0.8 * width)),
                        c.sent_gwh >= c.returned_gwh,
                    )
                )
        return [*rows, _area(heads, "#1d1a24", "#ffffff", 1.3)]

    def _pie_traces(self) -> list[dict]:
        wedges: dict[tuple[str, str], list] = {(k, s): [] for k in TECHNOLOGY for s in ("existing_mw", "new_mw")}
        rims = []
        for centre, radius, total, (_, row) in zip(self.centres, self.radii, self.total, self.capacity.iterrows(), strict=True):
            start = 0.0
            for kind in TECHNOLOGY:
                for status in ("existing_mw", "new_mw"):
                    share = row[(status, kind)] / total if total > 0 else 0.0
                    if share > 0:
                        wedges[kind, status].append(shapes.wedge(centre, radius, start, start + share))
                    start += share
            if total > 0:
                rims.append(shapes.circle(centre, radius))
        rows = [_area(rims, "#ffffff", "#ffffff", 3.0)]
        for (kind, status), polygons in wedges.items():
            trace = _area(polygons, TECHNOLOGY[kind], "#ffffff", 0.9)
            if status == "new_mw":
                trace["fillpattern"] = {
                    "shape": "/",
                    "fgcolor": "#ffffff",
                    "bgcolor": TECHNOLOGY[kind],
                    "size": 5,
                    "solidity": 0.28,
                    "fillmode": "replace",
                }
            rows.append(trace)
        return [*rows, _line(rims, "#2b2b2b", 0.9)]

    def _symbol_traces(self) -> list[dict]:
        kind, grid = self.places.kind, self.places.microgrid != ""
        squares, hollow, diamonds = [], [], []
        for centre, radius, total, k in zip(self.centres, self.radii, self.total, kind, strict=True):
            if k == "receiver":
                diamonds.append(centre + 5.0 * np.array([(0, 1), (1, 0), (0, -1), (-1, 0), (0, 1)]))
            elif total == 0 and k == "hub":
                squares.append(centre + 3.6 * np.array([(-1, 1), (1, 1), (1, -1), (-1, -1), (-1, 1)]))
            elif total == 0:
                hollow.append(shapes.circle(centre, radius))
        rings = [shapes.circle(c, r + 3.2) for c, r, g in zip(self.centres, self.radii, grid, strict=True) if g]
        return [
            _area(squares, "#ffffff", "#1d1a24", 1.8),
            _area(hollow, "#ffffff", "#6b6b6b", 1.2),
            _area(diamonds, "#ffffff", "#613391", 2.0),
            _line(rings, "#c4161c", 2.0, "dash"),
        ]

    def targets(self) -> dict[str, list]:
        """Points that answer to the mouse: nodes with their radius [km], and points along the corridors."""
        x, y, radius, key = (
            self.centres[:, 0].tolist(),
            self.centres[:, 1].tolist(),
            self.radii.tolist(),
            [f"node:{n}" for n in self.places.node],
        )
        for c, line in zip(self.corridors.itertuples(), self.lines, strict=True):
            total = float(shapes.lengths(line)[-1])
            points = shapes.at_length(line, np.linspace(0.06, 0.94, max(3, int(total / 6))) * total)
            under = np.hypot(*(points[:, None] - self.centres[None]).transpose(2, 0, 1)) < self.radii
            points = points[~under.any(axis=1)]  # what a pie covers belongs to the pie
            x += points[:, 0].tolist()
            y += points[:, 1].tolist()
            radius += [max(c.capacity_mw * self.km_per_mw / 2, 2.5)] * len(points)
            key += [f"corridor:{c.corridor}"] * len(points)
        return {"x": np.round(x, 2).tolist(), "y": np.round(y, 2).tolist(), "radius_km": np.round(radius, 2).tolist(), "key": key}

    def _scale_bar(self) -> dict:
        x, y, _, _ = self.scale_bar_box()
        bar = np.array([(x - 25, y - 4 + 2), (x - 25, y - 4), (x + 25, y - 4), (x + 25, y - 4 + 2)])
        return _line([bar], "#333333", 1.6)


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


def _line(pieces: list[np.ndarray], colour: str, width: float, dash: str = "solid") -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "hoverinfo": "skip",
        "line": {"color": colour, "width": width, "dash": dash},
    } | shapes.joined(pieces)
