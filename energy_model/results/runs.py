"""One row for each run of a batch: what was asked, what came out, how sure it is."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from energy_model.results.indicators import curtailed_share
from energy_model.results.store import read_manifest

GROUPS = {
    "thermal_mw": ("thermal", "chp"),
    "wind_mw": ("wind",),
    "solar_mw": ("solar",),
    "storage_mw": ("battery", "pumped_hydro"),
}
"""Kinds of capacity by column."""
FIGURES = (
    "objective_mcny", "export_gwh", *GROUPS, "corridor_new_mw", "curtailed_share", "unserved_gwh", "gap_share", "certified", "seconds",
    "peak_memory_gb",
)  # fmt: skip
COLUMNS = ("run", "scenario", "weather", "horizon", "status", *FIGURES, "reason")


def figures(folder: Path) -> dict[str, float | str]:
    """Figures of a finished result, by `FIGURES`.

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
    tables = {name: pd.read_csv(folder / "tables" / f"{name}.csv", encoding="utf-8-sig") for name in TABLES}
    capacity, cut = tables["capacity"], tables["curtailment"]
    found |= {name: float(capacity.capacity_mw[capacity.kind.isin(kinds)].sum()) for name, kinds in GROUPS.items()}
    return found | {
        "export_gwh": float(tables["contracts"].energy_gwh.sum()) if len(tables["contracts"]) else 0.0,
        "corridor_new_mw": float(tables["corridors"].new_mw.sum()),
        "curtailed_share": curtailed_share(cut),
        "unserved_gwh": float(tables["energy_balance"].unserved_gwh.sum()),
    }


TABLES = ("capacity", "curtailment", "contracts", "corridors", "energy_balance")


def run_table(rows: list[dict]) -> pd.DataFrame:
    """Rows as a table with all columns, in the order they were asked for."""
    table = pd.DataFrame(rows).reindex(columns=list(COLUMNS))
    return table.astype({name: float for name in FIGURES if name != "certified"})
