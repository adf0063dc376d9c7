"""The map of one or several results: one page that opens by double click, without network, server or WebGL."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from energy_model.labels import LABELS, Label, label
from energy_model.report.colours import DIFFERENCE, LOADING, LOADING_LIMITS, TECHNOLOGY, voltage_colour
from energy_model.report.map.cards import make_cards
from energy_model.report.map.layout import Layout, electric_capacity, ground
from energy_model.report.map.projection import project_km
from energy_model.report.result_folder import Result
from energy_model.report.shell.page import about, footer, words, write_page
from energy_model.report.shown_units import amount
from energy_model.report.words import BOUNDARY_NOTE
from energy_model.results import contract

WORDS = ("map", "picture")
"""Groups of words that the scripts of the page ask for."""
APPROVAL = "map_approval"
"""Approval number of the map (审图号) in the manifest of a result."""


def write_map(result_dir: Path, others: Sequence[Path] = (), path: Path | None = None) -> Path:
    """Draw the map of a finished result.

    Parameters
    ----------
    result_dir : Path
        Folder with ``manifest.json`` and ``tables/``, or with a folder for each year of a pathway.
    others : sequence of Path
        Further result folders that the page can show and compare with.
    path : Path, optional
        The page; default ``result_dir/map.html``.

    Returns
    -------
    Path
        The page, written completely or not at all.

    Raises
    ------
    ResultError
        When a result lacks what the map needs.
    """
    results = [r for folder in (result_dir, *others) for r in Result.read_years(folder)]
    manifest = results[0].manifest
    title = f"{manifest['title_zh']} · {manifest['scenario']}"
    return write_page(path or result_dir / "map.html", "map", title, payload(results))


def payload(results: list[Result]) -> dict:
    """Data of the page, in both languages."""
    for result in results:
        result.require(*contract.needed_by("map"))
    layout = Layout(results)
    years: dict[str, list[int]] = {}
    for result in results:
        years.setdefault(result.name, []).append(result.year or 0)
    capacities = [electric_capacity(r) for r in results]
    shown = {kind for capacity in capacities for kind in TECHNOLOGY if capacity.xs(kind, axis=1, level=1).to_numpy().any()}
    return {
        "words": {code: words(text) for group in WORDS for code, text in LABELS[group].items()},
        "cases": [{"name": name, "years": years[name]} for name in years],
        "views": {f"{r.name}/{r.year or 0}": view(r) for r in results},
        "layout": layout.as_dict(),
        "ground": ground(),
        "technologies": [
            {"kind": kind, "colour": colour, "name": words(label("kind", kind)), "shown": kind in shown}
            for kind, colour in TECHNOLOGY.items()
        ],
        "loading": {"colours": LOADING, "limits": LOADING_LIMITS},
        "difference": DIFFERENCE,
    }


def view(result: Result) -> dict:
    """One result in one year: facts, cards, and the figures drawn."""
    manifest, corridors = result.manifest, result.tables["corridors"]
    capacity = electric_capacity(result)
    approval = manifest.get(APPROVAL)
    number = Label(approval, approval) if approval else label("map", "not_approved")
    return {
        "title": {"zh": manifest["title_zh"], "en": manifest["title_en"]},
        "about": about(manifest),
        "footer": footer(manifest, without_site(result) | {"boundary": BOUNDARY_NOTE, "approval": number}),
        "cards": make_cards(result),
        "capacity": {
            node: {
                kind: [round(old, 2), round(new, 2)] for kind, old, new in zip(TECHNOLOGY, existing, added, strict=True) if old + new > 0
            }
            for node, existing, added in zip(
                capacity.index, *(capacity[name].to_numpy().tolist() for name in ("existing_mw", "new_mw")), strict=True
            )
        },
        "corridors": {
            c.corridor: {
                "existing": round(c.existing_mw, 2),
                "new": round(c.new_mw, 2),
                "loading": 0.0 if math.isnan(c.utilisation_share) else round(c.utilisation_share, 4),
                "net_gwh": round(c.sent_gwh - c.returned_gwh, 2),
                "colour": voltage_colour(c.voltage_kv, c.kind == "hvdc"),
                "voltage": words(_voltage(c)),
            }
            for c in corridors.itertuples()
        },
        "sites": sites(result),
    }


def _voltage(corridor) -> Label:
    """Kind of current and voltage of a corridor."""
    current, volts = label("current", corridor.kind), amount(corridor.voltage_kv, "kV")
    return Label(f"{current.zh} {volts.zh}", f"{current.en} {volts.en}")


def without_site(result: Result) -> dict[str, Label]:
    """Plants that cannot be drawn, as no coordinates are known, by name and capacity; nothing where all are drawn."""
    lost = result.tables["sites"]
    lost = (
        lost[lost.latitude_deg.isna() | lost.longitude_deg.isna()].groupby(["plant", "name_zh", "name_en"]).capacity_mw.sum().reset_index()
    )
    found = [(s.name_zh, s.name_en, amount(s.capacity_mw, "MW", 1)) for s in lost.itertuples()]
    zh, en = "、".join(f"{name} {mw.zh}" for name, _, mw in found), ", ".join(f"{name} {mw.en}" for _, name, mw in found)
    return {"without_site": Label(zh, en)} if len(lost) else {}


def sites(result: Result) -> list[dict]:
    """Existing plants at their sites; those without are told in the footer."""
    table = result.tables["sites"].dropna(subset=["latitude_deg", "longitude_deg"])
    at = project_km(table.longitude_deg.to_numpy(), table.latitude_deg.to_numpy())
    return [
        {
            "name": {"zh": s.name_zh, "en": s.name_en},
            "node": s.node,
            "kind": s.kind,
            "mw": round(s.capacity_mw, 2),
            "x": round(float(x), 2),
            "y": round(float(y), 2),
        }
        for s, (x, y) in zip(table.itertuples(), at, strict=True)
    ]
