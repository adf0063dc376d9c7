"""Page, table and workbook of the differences of two results."""

from __future__ import annotations

from html import escape
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pandas as pd

from energy_model.report import html
from energy_model.report.columns import LANGUAGES, unit_of
from energy_model.report.comparison.comparison_workbook import CODED, FILES, names_of, own_units, title_of, write_comparison
from energy_model.report.map.map_page import write_map
from energy_model.report.result_folder import Result
from energy_model.report.words import certificate_words, fingerprint, horizon_words, weather_words
from energy_model.results import contract
from energy_model.results.difference import SECTIONS, changed_inputs, check_comparable, differences
from energy_model.results.dust import smallest
from energy_model.results.folders import whole_folder
from energy_model.results.store import write_tables
from energy_model.study.cells import CELLS_FILE, DIFFERENCE, differing_cells, read_cells

SMALLEST = 1e-6  # relative difference that is shown


def compare(first: Path, second: Path, target: Path) -> list[Path]:
    """Write the comparison of two result folders.

    Parameters
    ----------
    first, second : Path
        Result folders.
    target : Path
        Folder that is written completely or not at all.

    Returns
    -------
    list of Path
        ``index.html``, ``comparison.xlsx`` and ``comparison-en.xlsx``, ``difference.csv``, ``inputs.csv``, ``cells.csv``, and where the
        names of the folders differ ``map.html``, which shows the second result, the first, and their difference.

    Raises
    ------
    CannotCompareError
    """
    body, tables = comparison(first, second)
    names = ["index.html", *FILES.values(), "difference.csv", "inputs.csv", "cells.csv"]
    links = zip(FILES.values(), ("工作簿", "Workbook in English"), strict=True)
    body += "<p>" + " · ".join(f'<a href="{name}">{words}</a>' for name, words in links) + "</p>"
    if first.name != second.name:  # the map tells results apart by their names
        view = urlencode({"case": second.name, "minus": first.name})
        body += f'<p><a href="map.html#{escape(view)}">地图：差异 Map of the difference</a></p>'
        names.append("map.html")
    with whole_folder(target) as folder:
        (folder / "index.html").write_text(html.page(f"{first.name} / {second.name}", body), encoding="utf-8")
        write_tables(tables, folder, "")
        write_comparison(folder, Result.read(first), Result.read(second), tables["difference"], tables["inputs"], tables["cells"])
        if "map.html" in names:
            write_map(second, [first], folder / "map.html")
    return [target / name for name in names]


def comparison(first: Path, second: Path) -> tuple[str, dict[str, pd.DataFrame]]:
    """Body of the page; all differences, the input files that differ, and the cells in them."""
    a, b = Result.read(first), Result.read(second)
    for result in (a, b):
        result.require(*(table for table in ("capacity",) if table in result.tables))
    check_comparable(a.tables, b.tables, (a.manifest, b.manifest))
    table, inputs = differences(a.tables, b.tables), changed_inputs(a.manifest, b.manifest)
    parts = [f"<h1>方案对比 Comparison: {escape(first.name)} → {escape(second.name)}</h1>", _facts(a, b)]
    if a.manifest["horizon"] != b.manifest["horizon"] or a.manifest["weather"] != b.manifest["weather"]:
        parts.append('<p class="note">时段或气象年不同，差异含此影响。Horizon or weather differ; the differences contain that too.</p>')
    same = '<p class="note">输入完全相同 All input files are equal.</p>'
    differing = html.table(inputs.replace("", "–"), _words(inputs)) if len(inputs) else same
    parts.append(f"<h2>输入差异 Inputs that differ</h2>{differing}")
    cells = _cells(first, second)
    if cells is None:
        parts.append('<p class="note">至少一个结果未保存输入单元格。One of the results was made before results kept their input cells.</p>')
    elif len(cells):
        heads = _words(cells) | {f"value_{s}": escape(f.name) for s, f in (("a", first), ("b", second))}
        known = {f"source_{s}": cells[f"source_{s}"].where(cells[f"source_{s}"] != "", _place(cells, s)) for s in "ab"}
        shown = cells.assign(**known)[["table", "key", "column", "value_a", "value_b", *known]]
        parts.append(html.table(shown.replace("", "–"), heads))
    size = table[["first", "second"]].abs().max(axis=1)
    least = np.maximum(SMALLEST * size, table.quantity.map(smallest))
    shown = table[(table.difference.abs() > least) | table.difference.isna() & (size > 0)]
    heads = {"first": escape(first.name), "second": escape(second.name), "difference": "差 difference"}
    for section in [s for s in SECTIONS if (table.section == s).any()]:
        part = shown[shown.section == section]
        parts.append(f"<h2>{escape(str(title_of(section)))}</h2>")
        equal = '<p class="note">无差异 No difference.</p>'
        parts.append(html.table(_readable(section, part, a, b), heads) if len(part) else equal)
    none = pd.DataFrame(columns=list(DIFFERENCE), dtype=str)
    return "".join(parts), {"difference": table, "inputs": inputs, "cells": none if cells is None else cells}


def _readable(section: str, part: pd.DataFrame, first: Result, second: Result) -> pd.DataFrame:
    """Differences of a section as text: item and quantity with unit, in both languages; a missing value is a dash."""
    zh, en = (names_of(section, part, first, second, language) for language in LANGUAGES)
    code = [] if section in CODED or section in ("curtailment", "prices") else [("代码 code", part.key)]
    units = {q: own_units(section, q, first, second) for q in SECTIONS[section][2]} if section == "clauses" else {}
    quantity = []
    for row in part.itertuples():
        unit = str(units[row.quantity][row.key]) if units else unit_of(row.quantity, "en").words
        words = contract.words(row.quantity)
        quantity.append(f"{words} [{unit}]" if unit not in ("", "1") else str(words))
    columns = [*code, ("名称 name", part.key.map(lambda key: f"{zh[key]}  {en[key]}".strip() or key)), ("量 quantity", quantity)]
    values = part[["first", "second", "difference"]].astype(object)
    return pd.DataFrame(dict(columns), index=part.index).join(values.where(values.notna(), "–"))


def _cells(first: Path, second: Path) -> pd.DataFrame | None:
    """Input cells that differ between two results; None if one of them did not keep them."""
    kept = [folder / CELLS_FILE for folder in (first, second)]
    if not all(path.is_file() for path in kept):
        return None
    return differing_cells(*(read_cells(path) for path in kept))


def _place(cells: pd.DataFrame, side: str) -> pd.Series:
    """File and sheet row of cells, for those without a source of their own."""
    row = cells[f"row_{side}"]
    return cells[f"file_{side}"] + (" 第 " + row + " 行 row").where(row != "", "")


def _words(frame: pd.DataFrame) -> dict[str, str]:
    """Headings of columns in words alone."""
    return {str(c): escape(str(words)) for c in frame.columns if (words := contract.heading(str(c)))}


def _facts(first: Result, second: Result) -> str:
    a, b = first.manifest, second.manifest
    rows = [
        ("方案 scenario", a["scenario"], b["scenario"]),
        ("时段 horizon", str(horizon_words(a)), str(horizon_words(b))),
        ("气象 weather", str(weather_words(a)), str(weather_words(b))),
        ("年总费用 cost, MCNY", f"{a['objective_mcny']:z,.1f}", f"{b['objective_mcny']:z,.1f}"),
        ("校核 certificate", str(certificate_words(a)), str(certificate_words(b))),
        ("输入指纹 fingerprint", fingerprint(a), fingerprint(b)),
        ("计算时间 solved at", a["created"], b["created"]),
    ]
    heads = {"item": "项目 item", "first": escape(first.name), "second": escape(second.name)}
    return html.table(pd.DataFrame(rows, columns=["item", "first", "second"]), heads)
