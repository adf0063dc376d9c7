"""Shared by all pages: the shell, the content policy, the facts in header and footer."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from pathlib import Path

from plotly.offline import get_plotlyjs

from energy_model import units
from energy_model.labels import Label, label
from energy_model.report.shell.bundle import bundle
from energy_model.report.shown_units import amount, for_scripts
from energy_model.report.words import certificate_words, fingerprint, horizon_words, partial_year_notice, solver_words, weather_words
from energy_model.version import __version__
from energy_model.weather.files import replacing

REPORT = Path(__file__).parents[1]
FACTORS = ("HOURS_PER_DAY",)
"""Factors of `units` that the scripts convert with beside those of the units that are shown."""


def write_page(path: Path, name: str, title: str, data: dict, extra: str = "") -> Path:
    """Write a page that opens by double click, completely or not at all.

    Parameters
    ----------
    path : Path
    name : str
        ``page`` or ``map``: the package whose ``<name>.html``, ``<name>.css``, ``main.js`` and charts make the page.
    title : str
    data : dict
        What the scripts read.
    extra : str
        Text for the element ``packed``, such as series in base64.
    """
    text = page(name, title, data, extra)
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
    return path


def page(name: str, title: str, data: dict, extra: str = "") -> str:
    """The whole page as text."""
    shell, own = REPORT / "shell", REPORT / name
    scripts = [get_plotlyjs(), bundle(own / "main.js", sorted((own / "charts").glob("*.js")))]
    style = "".join(sheet.read_text(encoding="utf-8") for sheet in (shell / "shell.css", own / f"{name}.css"))
    parts = {
        "POLICY": policy(scripts),
        "TITLE": html.escape(title),
        "STYLE": style,
        "BODY": (own / f"{name}.html").read_text(encoding="utf-8"),
        "DATA": as_script_data(data | {"factors": {name: getattr(units, name) for name in FACTORS}, "units": for_scripts()}),
        "PACKED": extra,
        "SCRIPTS": "\n".join(f"<script>{script}</script>" for script in scripts),
    }
    text = (shell / "shell.html").read_text(encoding="utf-8")
    # In one pass: replacing one part after the other would also replace inside what was put in.
    return re.sub(r"@([A-Z]+)@", lambda match: parts[match[1]], text)


def policy(scripts: list[str]) -> str:
    """Content policy: only these scripts run, nothing is fetched, nothing is sent."""
    digests = (base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'"


def as_script_data(data: dict) -> str:
    """JSON for a script element: no name in it can close the element."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, default=float, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def words(text: Label) -> dict[str, str]:
    """Both languages, for the page."""
    return {"zh": text.zh, "en": text.en}


def _facts(facts: dict[str, Label]) -> list[dict]:
    return [{"code": code, "name": words(label("about", code)), "text": words(text)} for code, text in facts.items()]


def about(manifest: dict) -> list[dict]:
    """Facts of the header: name, text."""
    rows = _facts(
        {
            "scenario": Label(manifest["scenario"], manifest["scenario"]),
            "horizon": horizon_words(manifest),
            "weather": weather_words(manifest),
            "objective": amount(manifest["objective_mcny"], "MCNY"),
            "certificate": certificate_words(manifest),
        }
    )
    next(r for r in rows if r["code"] == "horizon")["sample"] = partial_year_notice(manifest) is not None
    rows[-1]["passed"] = bool(manifest["certificate"]["passed"])
    return rows


def footer(manifest: dict, more: dict[str, Label]) -> list[dict]:
    """Facts of the footer: name, text."""
    known = manifest.get("packages", {})
    packages = ", ".join(f"{name} {known[name]}" for name in ("pyomo", "pandas", "xarray", "plotly") if name in known)
    versions = f"energy-model {__version__}, {packages}"
    same = {"versions": versions, "fingerprint": fingerprint(manifest), "created": manifest["created"]}
    purpose = {"purpose": Label(manifest["purpose_zh"], manifest["purpose_en"])} if "purpose_zh" in manifest else {}
    return _facts(purpose | {"solver": solver_words(manifest)} | {code: Label(text, text) for code, text in same.items()} | more)
