"""Solve a finished result again from its manifest and report differences: the test of reproducibility."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console

from energy_model.case import Case
from energy_model.results import contract, store
from energy_model.run import optimize
from energy_model.study.horizon import Horizon
from energy_model.study.load import load_study

PRICES = ("_cny_per_mwh", "_cny_per_mw", "_cny_per_t", "price")
"""Endings of columns that hold duals: degenerate optima have many, so their differences are notes."""


def rerun(folder: Path, inputs: Path, weather: Path, threads: int, console: Console) -> pd.DataFrame:
    """Solve again and compare.

    Parameters
    ----------
    folder : Path
        Finished result.
    inputs, weather : Path
        Folders as of today.
    threads : int
    console : Console

    Returns
    -------
    DataFrame
        One row per difference: ``kind`` (``input``, ``package``, ``objective``, ``table``, ``price``), ``what``, ``before``, ``now``,
        ``difference`` (relative).  Empty when nothing differs.  Figures within the certified gap of both runs count as equal;
        tables that other commands have added to the result (`results.contract.on_request`) are left out.

    Raises
    ------
    InputErrors, WeatherError, SolveError, CertificateError, StoreError
    """
    _, before, old = store.read_result(folder)
    horizon = Horizon.parse(before["horizon"])
    study = load_study(inputs, before["scenario"])
    rows = [("input", file, digest[:12], study.sha256.get(file, "")[:12], np.nan) for file, digest in before["sha256"].items()]
    rows += [("package", name, v, store.package_versions().get(name, ""), np.nan) for name, v in before["packages"].items()]
    rows = [r for r in rows if r[2] != r[3]]
    with tempfile.TemporaryDirectory(prefix="rerun-") as place:
        again = optimize(Case(inputs, before["scenario"], horizon, Path(place), weather, before["exact"], threads), console)
        _, now, new = store.read_result(again)
    tolerance = max(1e-9, before["certificate"]["gap"] + now["certificate"]["gap"])
    a, b = before["objective_mcny"], now["objective_mcny"]
    if abs(a - b) > tolerance * abs(a):
        rows.append(("objective", "objective_mcny", f"{a:z.6f}", f"{b:z.6f}", b / a - 1))
    for name in sorted((set(old) | set(new)) - contract.on_request()):
        rows += _table(name, old.get(name), new.get(name))
    return pd.DataFrame(rows, columns=["kind", "what", "before", "now", "difference"])


def _table(name: str, old: pd.DataFrame | None, new: pd.DataFrame | None) -> list[tuple]:
    if old is None or new is None or list(old.columns) != list(new.columns) or len(old) != len(new):
        shape = ["absent" if t is None else f"{len(t)} x {len(t.columns)}" for t in (old, new)]
        return [("table", name, *shape, np.nan)]
    rows = []
    for column in old.columns:
        a, b = old[column], new[column]
        if pd.api.types.is_float_dtype(a) and pd.api.types.is_float_dtype(b):
            scale = np.maximum(a.abs().max(), 1e-6)
            off = (a - b).abs().fillna(0.0) / scale
            if off.max() > 1e-6 or (a.isna() != b.isna()).any():
                i = int(off.to_numpy().argmax())
                kind = "price" if str(column).endswith(PRICES) else "table"
                rows.append((kind, f"{name}.{column}", f"{a[i]:.8g}", f"{b[i]:.8g}", float(off.max())))
        elif not a.astype(str).equals(b.astype(str)):
            i = int((a.astype(str) != b.astype(str)).to_numpy().argmax())
            rows.append(("table", f"{name}.{column}", str(a[i]), str(b[i]), np.nan))
    return rows
