"""The map of a result: one page that opens by double click, without network, server or WebGL."""

from __future__ import annotations

import html
import json
import re
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from plotly.offline import get_plotlyjs

from energy_model.labels import LABELS, Label, label
from energy_model.report.colours import LOADING, LOADING_LIMITS, TECHNOLOGY
from energy_model.report.map_cards import make_cards, words
from energy_model.report.map_figure import LANGUAGES, Drawing
from energy_model.report.outlines import BOUNDARY_NOTE_EN, BOUNDARY_NOTE_ZH
from energy_model.report.source import Result, certificate_words, fingerprint, horizon_words, weather_words
from energy_model.units import YI_CNY_PER_MCNY
from energy_model.weather.files import replacing


def write_map(result_dir: Path) -> Path:
    """Draw the map of a finished result.

    Parameters
    ----------
    result_dir : Path
        Folder with ``manifest.json`` and ``tables/``.

    Returns
    -------
    Path
        ``result_dir/map.html``, written whole or not at all.
    """
    result = Result.read(result_dir)
    path = result_dir / "map.html"
    with replacing(path) as temporary:
        temporary.write_text(page(result), encoding="utf-8")
    return path


def page(result: Result) -> str:
    """The whole page as text."""
    package = files("energy_model.report")
    title = f"{result.manifest['title_zh']} · {result.manifest['scenario']}"
    parts = {
        "TITLE": html.escape(title),
        "STYLE": (package / "map_page.css").read_text(encoding="utf-8"),
        "PLOTLY": get_plotlyjs(),
        "DATA": as_script_data(payload(result)),
        "SCRIPT": (package / "map_page.js").read_text(encoding="utf-8"),
    }
    text = (package / "map_page.html").read_text(encoding="utf-8")
    # In one pass: replacing one part after the other would also replace inside what was put in.
    return re.sub(r"@([A-Z]+)@", lambda match: parts[match[1]], text)


def as_script_data(data: dict) -> str:
    """JSON that can stand in a script element: no name in it can close the element."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, default=float, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def payload(result: Result) -> dict:
    """Everything the page shows, both languages."""
    drawing = Drawing(result)
    places, corridors = result.tables["places"], result.tables["corridors"]
    return {
        "words": {code: words(text) for code, text in LABELS["map"].items()},
        "about": about(result.manifest),
        "footer": footer(result.manifest),
        "title": {"zh": result.manifest["title_zh"], "en": result.manifest["title_en"]},
        "cards": make_cards(result),
        "order": {
            "nodes": [f"node:{n}" for n in places.node],
            "corridors": [f"corridor:{c}" for c in corridors.corridor],
        },
        "technologies": [
            {"colour": colour, "name": words(label("kind", kind))}
            for kind, colour in TECHNOLOGY.items()
            if drawing.capacity.xs(kind, axis=1, level=1).to_numpy().any()
        ],
        "loading": {"colours": LOADING, "limits": LOADING_LIMITS},
        "scale": {
            "pie_km_per_root_mw": float(drawing.pie_km_per_root_mw),
            "km_per_mw": drawing.km_per_mw,
            "px_per_km": float(drawing.px_per_km),
        },
        "frame": [round(float(v), 2) for v in (drawing.frame.west, drawing.frame.east, drawing.frame.south, drawing.frame.north)],
        "scale_bar": {"x": drawing.scale_bar_box()[0], "y": drawing.scale_bar_box()[1], "text": "50 km"},
        "traces": drawing.traces(),
        "leaders": {language: drawing.leaders(language) for language in LANGUAGES},
        "labels": drawing.labels,
        "targets": drawing.targets(),
    }


def about(manifest: dict) -> list[dict]:
    """Facts of the header: name, text."""
    cost = manifest["objective_mcny"] * YI_CNY_PER_MCNY
    facts = {
        "scenario": Label(manifest["scenario"], manifest["scenario"]),
        "horizon": horizon_words(manifest),
        "weather": weather_words(manifest),
        "objective": Label(f"{cost:,.2f} 亿元", f"{manifest['objective_mcny']:,.0f} MCNY"),
        "certificate": certificate_words(manifest),
    }
    rows: list[dict] = [{"code": code, "name": words(label("about", code)), "text": words(text)} for code, text in facts.items()]
    rows[-1]["passed"] = bool(manifest["certificate"]["passed"])
    return rows


def footer(manifest: dict) -> list[dict]:
    """Facts of the footer: name, text."""
    packages = ", ".join(f"{name} {manifest['packages'][name]}" for name in ("pyomo", "pandas", "xarray", "plotly"))
    solver = f"{manifest['solver']} ({manifest['solver_version']}), {manifest['algorithm']}, {manifest['iterations']:,} iterations"
    facts = {
        "solver": Label(solver, solver),
        "versions": Label(f"energy-model {version('energy-model')}, {packages}", f"energy-model {version('energy-model')}, {packages}"),
        "fingerprint": Label(fingerprint(manifest), fingerprint(manifest)),
        "created": Label(manifest["created"], manifest["created"]),
        "boundary": Label(BOUNDARY_NOTE_ZH, BOUNDARY_NOTE_EN),
    }
    return [{"code": code, "name": words(label("about", code)), "text": words(text)} for code, text in facts.items()]
