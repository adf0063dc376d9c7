"""One row for each run of a batch: settings, results, accuracy."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from energy_model.results import contract
from energy_model.results.indicators import curtailed_share
from energy_model.results.store import read_manifest, read_tables

GROUPS = {
    "thermal_mw": ("thermal", "chp"),
    "wind_mw": ("wind",),
    "solar_mw": ("solar",),
    "storage_mw": ("battery", "pumped_hydro"),
}
"""Kinds of capacity by column."""
COLUMNS = contract.columns("runs")


def figures(folder: Path) -> dict[str, float | str]:
    """Figures of a finished result, by their column.

    Parameters
    ----------
    folder : Path
        Result folder; of a pathway the yearly figures stay empty.
    """
    manifest = read_manifest(folder)
    certificate = manifest["certificate"]
    found: dict[str, float | str] = {
        "objective_mcny": manifest["objective_mcny"],
        "gap_share": certificate["gap"],
        "certified": "yes" if certificate["passed"] else "no",
        "seconds": sum(manifest["seconds"].values()),
        "peak_memory_gb": manifest["peak_memory_gb"],
    }
    tables = read_tables(folder)
    capacity, cut = tables["capacity"], tables["curtailment"]
    found |= {name: float(capacity.capacity_mw[capacity.kind.isin(kinds)].sum()) for name, kinds in GROUPS.items()}
    return found | {
        "export_gwh": float(tables["contracts"].energy_gwh.sum()) if len(tables["contracts"]) else 0.0,
        "corridor_new_mw": float(tables["corridors"].new_mw.sum()),
        "curtailed_share": curtailed_share(cut),
        "unserved_gwh": float(tables["energy_balance"].unserved_gwh.sum()),
    }


def run_table(rows: list[dict]) -> pd.DataFrame:
    """Rows as a table with all columns, in the given order."""
    table = pd.DataFrame(rows).reindex(columns=[c.name for c in COLUMNS])
    return table.astype({c.name: float for c in COLUMNS if c.type == "number"})
