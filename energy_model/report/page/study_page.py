"""The study page of a result: what is built first, then clauses, and the hours behind them; one file that opens by double click."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.labels import LABELS, Label, label
from energy_model.report.colours import DIFFERENCE, STACK, TECHNOLOGY
from energy_model.report.page.construction import construction
from energy_model.report.page.near_optimum import near_optimum
from energy_model.report.page.packed_series import pack
from energy_model.report.page.tables import (
    capacity_by_year,
    certificate_rows,
    clause_rows,
    cost_rows,
    islanding,
    key_figures,
    listing,
    node_cost_rows,
    plain,
)
from energy_model.report.page.uncertainty import uncertainty
from energy_model.report.result_folder import Result
from energy_model.report.shell.page import about, footer, words, write_page
from energy_model.report.shown_units import residual
from energy_model.report.words import certificate_words
from energy_model.results import contract, equipment_tables, series, summaries, weeks
from energy_model.results.indicators import smelter_used_mw
from energy_model.results.store import read_dataset
from energy_model.units import HOURS_PER_WEEK

SMALL_MW = 0.5
LISTED = (
    "section_limits", "contract_months", "agreements", "rail_lines", "coal_months", "water", "air_emissions", "co2_settlement",
    "investments", "technology_costs", "parties", "contract_prices",
)  # fmt: skip
"""Tables that the page lists as they are, each in the element of its name."""
WORDS = ("kind", "account", "verdict", "mode", "sense", "node", "picture", "study")
"""Groups of words that the scripts of the page ask for; of two with one code the later one."""


def write_study_page(result_dir: Path) -> list[Path]:
    """Write the study page of a finished result.

    Parameters
    ----------
    result_dir : Path
        Folder with ``manifest.json``, ``results.nc`` and ``tables/``, or with a folder for each year of a pathway.

    Returns
    -------
    list of Path
        ``report.html`` of the result, and of each year of a pathway; each is written completely or not at all.

    Raises
    ------
    ResultError
        When the result lacks what the page needs.
    """
    results = Result.read_years(result_dir)
    if len(results) == 1:
        return [_write(results[0], result_dir, result_dir / "report.html", results, "")]
    paths = [_write(r, result_dir / str(r.year), result_dir / str(r.year) / "report.html", results, "../") for r in results]
    return [*paths, _write(results[-1], result_dir / str(results[-1].year), result_dir / "report.html", results, "")]


def _write(result: Result, folder: Path, path: Path, results: list[Result], root: str) -> Path:
    result.require(*contract.needed_by("study"))
    data = read_dataset(folder)
    content, packed = payload(result, data)
    content["islanding"] = islanding(folder)
    content["uncertainty"] = uncertainty(result.tables)
    content["beyond"] = near_optimum(result.tables)
    content["years"] = [{"year": r.year, "here": r is result, "href": f"{root}{r.year}/report.html"} for r in results if len(results) > 1]
    content["capacity_years"] = capacity_by_year(results)
    title = f"{result.manifest['title_zh']} · {result.manifest['scenario']}"
    return write_page(path, "page", title, content, packed)


def payload(result: Result, data: xr.Dataset) -> tuple[dict, str]:
    """Data of the page, in both languages, and the packed series."""
    places = series.places(data)
    city, time = places[series.CITY], data.indexes["time"]
    packed, index = pack(_series(data, places))
    t, m = result.tables, result.manifest
    names, elements = result.place_names(), result.element_names()
    flows = summaries.energy_flows(data, places)
    emissions = summaries.emissions(data)
    contracts = {c.contract: {"zh": c.name_zh, "en": c.name_en} for c in t["contracts"].itertuples()}
    content = {
        "words": {code: words(text) for group in WORDS for code, text in LABELS[group].items()},
        "verdicts": {code: words(text) for code, text in LABELS["verdict"].items()},
        "menu": {code: words(text) for code, text in LABELS["study_menu"].items()},
        "title": {"zh": m["title_zh"], "en": m["title_en"]},
        "scenario": m["scenario"],
        "horizon": m["horizon"],
        "about": about(m),
        "footer": footer(m, {}),
        "colours": STACK | {"difference": DIFFERENCE},
        "kinds": list(TECHNOLOGY),
        "construction": construction(result, data, city),
        "clauses": clause_rows(t["clauses"]),
        "figures": key_figures(t, emissions),
        "hours": len(time),
        "week_hours": min(HOURS_PER_WEEK, len(time)),
        "segments": _segments(time),
        "week_starts": weeks.starts(time).tolist(),
        "weeks": weeks.notable_weeks(time, city),
        "index": index,
        "supply": list(series.SUPPLY),
        "demand": list(series.DEMAND),
        "sums": series.SUMS,
        "places": _places(places, names, t["microgrids"]),
        "corridors": _corridors(data, t["corridors"]),
        "contracts": contracts,
        "flows": [{"source": f.source, "target": f.target, "gwh": round(f.gwh, 2)} for f in flows.itertuples()],
        "lists": {name: listing(name, t.get(name), elements) for name in LISTED},
        "costs": cost_rows(t["costs"]),
        "total_cost_mcny": float(t["costs"].set_index("category").cost_mcny["total"]),
        "node_costs": node_cost_rows(t.get("node_costs"), names),
        "capacity": _capacity(t["capacity"], names),
        "coal": plain(t["coal"], ("name_zh", "name_en", "power_kt", "other_kt", "capacity_kt", "scarcity_cny_per_t")),
        "emissions": plain(emissions, ("kind", "co2_kt", "coal_kt")),
        "microgrids": _microgrids(t["microgrids"], data, places),
        "smelters": plain(equipment_tables.smelters(data)),
        "weather": {
            "name": m["weather"],
            "kind": words(label("weather", m["weather_kind"] or "unknown")),
            "months": plain(summaries.weather_months(data, city)),
        },
        "certificate": [*certificate_rows(m), {"code": "shown_residual", "text": words(residual(_largest_residual(places), "MW"))}],
        "verdict": words(certificate_words(m)),
        "inputs": [{"file": name, "sha256": digest} for name, digest in sorted(m["sha256"].items())],
        "packages": [{"package": name, "version": text} for name, text in sorted(m.get("packages", {}).items())],
    }
    return content, packed


def _largest_residual(places: dict[str, series.Place]) -> float:
    """Largest residual of the balances on the page [MW]."""
    return max(float(np.abs(series.residual(place)).max(initial=0.0)) for place in places.values())


def _series(data: xr.Dataset, places: dict[str, series.Place]) -> dict[str, np.ndarray]:
    """All series of the page by name; all-zero ones are omitted."""
    found = {"weight": data.weight.to_numpy()}
    for key, place in places.items():
        for name, values in place.items():
            if key == series.CITY or name not in ("wind_available", "solar_available"):
                found[f"{key}|{name}"] = values
    found |= {f"microgrid:{grid}|tie": flow for grid, flow in series.tie_flows(data).items()}
    forward, backward = series.corridor_flows(data)
    for i, name in enumerate(data.corridor.to_numpy()):
        if float(data.corridor_capacity_mw[i]) > SMALL_MW:
            found[f"corridor:{name}|flow"] = forward[i] - backward[i]
    if data.sizes.get("smelter", 0):
        for name in data.smelter.to_numpy():
            found[f"smelter:{name}|power"] = smelter_used_mw(data).sel(smelter=name).to_numpy()
    return {name: values for name, values in found.items() if name in ("weight", "city|price", "city|load") or np.abs(values).max() > 0.05}


def _segments(time: pd.DatetimeIndex) -> list[list]:
    """Consecutive hours without a break: first index and its time."""
    first = np.flatnonzero(np.r_[True, np.diff(time.to_numpy()) != np.timedelta64(1, "h")])
    return [[int(i), time[i].strftime("%Y-%m-%dT%H:%M")] for i in first]


def _places(places: dict[str, series.Place], names: dict[str, Label], microgrids: pd.DataFrame) -> list[dict]:
    grids = {m.microgrid: Label(m.name_zh, m.name_en) for m in microgrids.itertuples()}
    rows = []
    for key in places:
        if key == series.CITY:
            text = label("study", "city")
        else:
            group, name = key.split(":", 1)
            text = names[name] if group == "node" else grids[name]
        rows.append({"key": key, "name": words(text)})
    return rows


def _corridors(data: xr.Dataset, corridors: pd.DataFrame) -> list[dict]:
    usable = (data.corridor_capacity_mw * data.corridor_usable).to_series()
    drawn = corridors[corridors.capacity_mw > SMALL_MW]
    forward, backward = series.corridor_flows(data)
    largest = dict(zip(data.corridor.to_numpy(), np.abs(forward - backward).max(axis=1, initial=0.0), strict=True))
    order = drawn.assign(through=drawn.sent_gwh + drawn.returned_gwh).sort_values("through", ascending=False)
    return [
        {
            "id": c.corridor,
            "name": {"zh": c.name_zh, "en": c.name_en},
            "usable_mw": round(float(usable[c.corridor]), 3),
            "largest_mw": round(float(largest[c.corridor]), 3),
        }
        | {
            column: None if math.isnan(value := float(getattr(c, column))) else round(value, 3)
            for column in ("existing_mw", "new_mw", "sent_gwh", "returned_gwh", "hours_at_limit_h", "utilisation_share")
        }
        for c in order.itertuples()
    ]


def _capacity(capacity: pd.DataFrame, names: dict[str, Label]) -> list[dict]:
    power = capacity[capacity.kind.isin(list(TECHNOLOGY))]
    table = power.groupby(["node", "kind"], sort=False)[["existing_mw", "new_mw"]].sum().reset_index()
    table = table[table.existing_mw + table.new_mw > SMALL_MW]
    return [
        {"name": words(names[r.node]), "kind": r.kind, "existing_mw": round(r.existing_mw, 2), "new_mw": round(r.new_mw, 2)}
        for r in table.itertuples()
    ]


def _microgrids(microgrids: pd.DataFrame, data: xr.Dataset, places: dict[str, series.Place]) -> list[dict]:
    """Rows of the table, with the limit of the tie-line [MW] and the yearly energy of each series of the microgrid [GWh]."""
    rows = plain(microgrids)
    limit = data.microgrid_tie_limit_mw.to_series() if data.sizes.get("microgrid", 0) else pd.Series(dtype=float)
    for row in rows:
        most = float(limit.get(row["microgrid"], math.nan))
        row["tie_limit_mw"] = None if math.isnan(most) else most
        energy = summaries.energies_gwh(places[f"microgrid:{row['microgrid']}"], data.weight.to_numpy())
        row["energy_gwh"] = {name: round(energy[name], 2) for name in (*series.SUPPLY, *series.DEMAND)}
    return rows
