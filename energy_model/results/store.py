"""Write a result folder whole or not at all, and read it back."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import xarray as xr

PACKAGES = (
    "highspy",
    "highspy-extras",
    "pyomo",
    "numpy",
    "scipy",
    "pandas",
    "xarray",
    "pvlib",
    "windpowerlib",
    "plotly",
)


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """A temporary folder beside `target` that takes its place when the body ends well; the earlier result stays until then.

    Parameters
    ----------
    target : Path
        Result folder, for example ``results/plan-2015``.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        yield temporary
        temporary.chmod(0o755)
        aside = None
        if target.exists():
            aside = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent)) / "old"
            target.replace(aside)
        try:
            temporary.replace(target)
        except OSError:
            if aside:
                aside.replace(target)
            raise
        if aside:
            shutil.rmtree(aside.parent, ignore_errors=True)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def write_dataset(data: xr.Dataset, folder: Path) -> Path:
    """Save ``results.nc`` with light compression."""
    path = folder / "results.nc"
    encoding = {
        name: {"zlib": True, "complevel": 1, "shuffle": True}
        for name, v in data.data_vars.items()
        if v.dtype.kind == "f" and v.ndim > 1
    }
    data.to_netcdf(path, engine="netcdf4", encoding=encoding)
    return path


def write_tables(tables: dict[str, pd.DataFrame], folder: Path) -> list[Path]:
    """Save tables as CSV (UTF-8 with BOM, so that Excel shows Chinese)."""
    place = folder / "tables"
    place.mkdir(exist_ok=True)
    paths = []
    for name, table in tables.items():
        path = place / f"{name}.csv"
        table.to_csv(path, index=False, encoding="utf-8-sig", float_format="%.10g", lineterminator="\n")
        paths.append(path)
    return paths


def write_manifest(manifest: dict, folder: Path) -> Path:
    """Save ``manifest.json``."""
    path = folder / "manifest.json"
    path.write_text(
        json.dumps(manifest, ensure_ascii=False, indent=2, default=float) + "\n", encoding="utf-8"
    )
    return path


def read_result(folder: Path) -> tuple[xr.Dataset, dict, dict[str, pd.DataFrame]]:
    """Dataset, manifest and tables of a result folder."""
    with xr.open_dataset(folder / "results.nc", engine="netcdf4") as stored:
        data = stored.load()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    tables = {
        p.stem: pd.read_csv(p, encoding="utf-8-sig", keep_default_na=False, na_values=[""])
        for p in sorted((folder / "tables").glob("*.csv"))
    }
    return data, manifest, tables


def package_versions() -> dict[str, str]:
    """Versions of the packages that make the numbers."""
    return {name: version(name) for name in PACKAGES}
