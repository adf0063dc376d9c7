"""Page, table and workbook of the differences of two results."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pandas as pd

from energy_model.labels import Label, label
from energy_model.language import language, say
from energy_model.report import html
from energy_model.report.columns import source_words
from energy_model.report.comparison.comparison_workbook import CODED, FILES, facts_of, names_of, own_units, title_of, write_comparison
from energy_model.report.map.map_page import write_map
from energy_model.report.result_folder import Result
from energy_model.report.shown_units import unit_of
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
    found = comparison(first, second)
    names = ["index.html", *FILES.values(), "difference.csv", "inputs.csv", "cells.csv"]
    with_map = first.name != second.name  # the map tells results apart by their names

    def body() -> str:
        links = f'<p><a href="{FILES[language()]}">{say("Workbook", "工作簿")}</a></p>'
        if with_map:
            view = urlencode({"lang": language(), "case": second.name, "minus": first.name})
            links += f'<p><a href="map.html#{escape(view)}">{say("Map of the difference", "地图：差异")}</a></p>'
        return found.body() + links

    tables = {"difference": found.table, "inputs": found.inputs, "cells": _none_of(DIFFERENCE) if found.cells is None else found.cells}
    with whole_folder(target) as folder:
        title = f"{first.name} / {second.name}"
        (folder / "index.html").write_text(html.page_in_both(Label(title, title), body), encoding="utf-8")
        write_tables(tables, folder, "")
        write_comparison(folder, found.first, found.second, found.table, found.inputs, tables["cells"])
        if with_map:
            names.append("map.html")
            write_map(second, [first], folder / "map.html")
    return [target / name for name in names]


@dataclass(frozen=True)
class Comparison:
    """Two results side by side.

    Attributes
    ----------
    first, second : Result
    table : DataFrame
        All differences.
    inputs : DataFrame
        Input files that differ.
    cells : DataFrame or None
        Input cells that differ; None where a result has not kept its own.
    """

    first: Result
    second: Result
    table: pd.DataFrame
    inputs: pd.DataFrame
    cells: pd.DataFrame | None

    def body(self) -> str:
        """Body of the page in the language in use."""
        a, b = self.first, self.second
        parts = [f"<h1>{say('Comparison', '方案对比')}: {escape(a.name)} → {escape(b.name)}</h1>", _facts(a, b)]
        if any(a.manifest[k] != b.manifest[k] for k in ("horizon", "weather")):
            parts.append(_note("Horizon or weather differ; the differences contain that too.", "时段或气象年不同，差异含此影响。"))
        parts.append(f"<h2>{say('Inputs that differ', '输入差异')}</h2>")
        shown = html.table(self.inputs.replace("", "–"), _words(self.inputs), verbatim=self.inputs.columns)
        parts.append(shown if len(self.inputs) else _note("All input files are equal.", "输入完全相同。"))
        if self.cells is None:
            parts.append(_note("One of the results was made before results kept their input cells.", "至少一个结果未保存输入单元格。"))
        elif len(self.cells):
            parts.append(self._cells(self.cells))
        size = self.table[["first", "second"]].abs().max(axis=1)
        least = np.maximum(SMALLEST * size, self.table.quantity.map(smallest))
        seen = self.table[(self.table.difference.abs() > least) | self.table.difference.isna() & (size > 0)]
        heads = {"first": escape(a.name), "second": escape(b.name), "difference": say("difference", "差")}
        for section in [s for s in SECTIONS if (self.table.section == s).any()]:
            part = seen[seen.section == section]
            parts.append(f"<h2>{escape(title_of(section).shown)}</h2>")
            shown = html.table(_readable(section, part, a, b), heads, verbatim=(say("code", "代码"),))
            parts.append(shown if len(part) else _note("No difference.", "无差异。"))
        return "".join(parts)

    def _cells(self, cells: pd.DataFrame) -> str:
        """Table of the input cells that differ, with their sources or places."""
        heads = _words(cells) | {f"value_{s}": escape(r.name) for s, r in (("a", self.first), ("b", self.second))}
        known = {}
        for side in "ab":
            source = cells[f"source_{side}"].map(lambda text: source_words(text, language()))
            known[f"source_{side}"] = source.where(source != "", _place(cells, side))
        names = ["table", "key", "column", "value_a", "value_b"]
        shown = cells.assign(**known)[[*names, *known]].replace("", "–")
        return html.table(shown, heads, verbatim=names)


def comparison(first: Path, second: Path) -> Comparison:
    """Compare two result folders.

    Raises
    ------
    CannotCompareError
    """
    a, b = Result.read(first), Result.read(second)
    for result in (a, b):
        result.require(*(table for table in ("capacity",) if table in result.tables))
    check_comparable(a.tables, b.tables, (a.manifest, b.manifest))
    table, inputs = differences(a.tables, b.tables), changed_inputs(a.manifest, b.manifest)
    return Comparison(a, b, table, inputs, _cells(first, second))


def _note(en: str, zh: str) -> str:
    return f'<p class="note">{escape(say(en, zh))}</p>'


def _none_of(columns: Collection[str]) -> pd.DataFrame:
    return pd.DataFrame(columns=list(columns), dtype=str)


def _readable(section: str, part: pd.DataFrame, first: Result, second: Result) -> pd.DataFrame:
    """Differences of a section in words: what each row speaks of, its quantity with unit, its figures; what one lacks is a dash."""
    names = names_of(section, part, first, second, language())
    own = {q: own_units(section, q, first, second, language()) for q in SECTIONS[section][2]} if section == "clauses" else {}
    units = [own[row.quantity][row.key] if own else unit_of(row.quantity, language()) for row in part.itertuples()]
    quantity = [
        f"{contract.words(row.quantity).shown} [{unit.words}]" if unit.words else contract.words(row.quantity).shown
        for row, unit in zip(part.itertuples(), units, strict=True)
    ]
    found = pd.DataFrame(index=part.index)
    if section not in CODED and section not in ("curtailment", "prices"):
        found[say("code", "代码")] = part.key
    found[say("name", "名称")] = part.key.map(lambda key: names[key] or key)
    found[say("quantity", "量")] = quantity
    factors = [100.0 if unit.words == "%" else unit.factor for unit in units]
    values = part[["first", "second", "difference"]].mul(factors, axis=0).astype(object)
    return found.join(values.where(values.notna(), "–"))


def _cells(first: Path, second: Path) -> pd.DataFrame | None:
    """Input cells that differ between two results; None if one of them did not keep them."""
    kept = [folder / CELLS_FILE for folder in (first, second)]
    if not all(path.is_file() for path in kept):
        return None
    return differing_cells(*(read_cells(path) for path in kept))


def _place(cells: pd.DataFrame, side: str) -> pd.Series:
    """File and sheet row of cells, for those without a source of their own."""
    row = cells[f"row_{side}"]
    return cells[f"file_{side}"] + (say(" row ", " 第 ") + row + say("", " 行")).where(row != "", "")


def _words(frame: pd.DataFrame) -> dict[str, str]:
    """Headings of columns in words alone."""
    return {str(c): escape(words.shown) for c in frame.columns if (words := contract.heading(str(c)))}


def _facts(first: Result, second: Result) -> str:
    one, other = facts_of(first.manifest), facts_of(second.manifest)
    rows = [(label("about", code).shown, one[code].shown, other[code].shown) for code in one]
    heads = {"item": say("item", "项目"), "first": escape(first.name), "second": escape(second.name)}
    return html.table(pd.DataFrame(rows, columns=["item", "first", "second"]), heads)
