"""Page, table and workbook of the differences of two results."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import BinaryIO

import pandas as pd
import xlsxwriter

from energy_model.labels import LABELS
from energy_model.report import html
from energy_model.report.source import Result, certificate_words, fingerprint, horizon_words, weather_words
from energy_model.report.tables import PLAIN_TEXT
from energy_model.results.difference import SECTIONS, changed_inputs, check_comparable, differences
from energy_model.results.store import whole_folder, write_table

SMALLEST = 1e-6  # relative difference that is shown


def compare(first: Path, second: Path, target: Path) -> list[Path]:
    """Write the comparison of two result folders.

    Parameters
    ----------
    first, second : Path
        Result folders.
    target : Path
        Folder that is written whole or not at all.

    Returns
    -------
    list of Path
        ``index.html``, ``difference.csv``, ``difference.xlsx``, ``inputs.csv``.

    Raises
    ------
    CannotCompareError
    """
    body, table, inputs = comparison(first, second)
    with whole_folder(target) as folder:
        (folder / "index.html").write_text(html.page(f"{first.name} / {second.name}", body), encoding="utf-8")
        write_table(table, folder / "difference.csv")
        write_table(inputs, folder / "inputs.csv")
        write_workbook(folder / "difference.xlsx", {"difference": table, "inputs": inputs})
    return [target / name for name in ("index.html", "difference.csv", "difference.xlsx", "inputs.csv")]


def comparison(first: Path, second: Path) -> tuple[str, pd.DataFrame, pd.DataFrame]:
    """Body of the page, all differences, and the inputs that differ."""
    a, b = Result.read(first), Result.read(second)
    check_comparable(a.tables, b.tables, (a.manifest, b.manifest))
    table, inputs = differences(a.tables, b.tables), changed_inputs(a.manifest, b.manifest)
    parts = [f"<h1>方案对比 Comparison: {escape(first.name)} → {escape(second.name)}</h1>", _facts(a.manifest, b.manifest)]
    if a.manifest["horizon"] != b.manifest["horizon"] or a.manifest["weather"] != b.manifest["weather"]:
        parts.append('<p class="note">时段或气象年不同，差异含此影响。Horizon or weather differ; the differences contain that too.</p>')
    same = '<p class="note">输入完全相同 All input files are equal.</p>'
    parts.append(f"<h2>输入差异 Inputs that differ</h2>{html.table(inputs) if len(inputs) else same}")
    size = table[["first", "second"]].abs().max(axis=1)
    shown = table[(table.difference.abs() > SMALLEST * size.clip(lower=1e-3)) | table.difference.isna() & (size > 0)]
    heads = {"first": escape(first.name), "second": escape(second.name), "difference": "差 difference"}
    for section in SECTIONS:
        part = shown[shown.section == section]
        parts.append(f"<h2>{escape(_title(section))}</h2>")
        equal = '<p class="note">无差异 No difference.</p>'
        parts.append(html.table(part.drop(columns=["section"]), heads) if len(part) else equal)
    return "".join(parts), table, inputs


def _title(section: str) -> str:
    words = LABELS["sheet"].get(SECTIONS[section][0])
    return str(words) if words else section


def _facts(a: dict, b: dict) -> str:
    rows = [
        ("方案 scenario", a["scenario"], b["scenario"]),
        ("时段 horizon", str(horizon_words(a)), str(horizon_words(b))),
        ("气象 weather", str(weather_words(a)), str(weather_words(b))),
        ("年总费用 cost, MCNY", f"{a['objective_mcny']:,.1f}", f"{b['objective_mcny']:,.1f}"),
        ("校核 certificate", str(certificate_words(a)), str(certificate_words(b))),
        ("输入指纹 fingerprint", fingerprint(a), fingerprint(b)),
        ("计算时间 solved at", a["created"], b["created"]),
    ]
    return html.table(pd.DataFrame(rows, columns=["item", "first", "second"]))


def write_workbook(path: Path | BinaryIO, tables: dict[str, pd.DataFrame]) -> None:
    """Plain workbook of tables as they are, one per sheet; text stays text."""
    with xlsxwriter.Workbook(path, PLAIN_TEXT) as book:
        bold = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1})
        for name, frame in tables.items():
            sheet = book.add_worksheet(name[:31])
            sheet.freeze_panes(1, 1)
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.set_column(0, max(len(frame.columns) - 1, 0), 18)
            for k, column in enumerate(frame.columns):
                sheet.write_string(0, k, str(column), bold)
                number = pd.api.types.is_numeric_dtype(frame[column]) and not pd.api.types.is_bool_dtype(frame[column])
                for row, value in enumerate(frame[column], start=1):
                    if number and not pd.isna(value):
                        sheet.write_number(row, k, float(value))
                    elif not number:
                        sheet.write_string(row, k, "" if pd.isna(value) else str(value))
