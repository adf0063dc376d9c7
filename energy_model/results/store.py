"""Write dataset, tables and manifest of a result, and read them back."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import TextIO

import pandas as pd
import xarray as xr

from energy_model.errors import EnergyModelError
from energy_model.language import say
from energy_model.results.contract import EVERYWHERE, ContractError, checked, column, table_at
from energy_model.results.dust import without_dust
from energy_model.results.variables import DATASET_VERSION, described
from energy_model.weather.files import write_netcdf

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


class StoreError(EnergyModelError):
    """A result folder cannot be written or read: the message says which and why."""


def write_dataset(data: xr.Dataset, folder: Path, name: str = "results.nc") -> Path:
    """Save ``results.nc``, or a dataset under another name, compressed.

    Parameters
    ----------
    data : Dataset
        With ``commitment_step_h`` among its attributes.

    Raises
    ------
    UnknownVariableError
        When it holds what ``variables.csv`` does not know.
    """
    path, data = folder / name, described(data, int(data.attrs["commitment_step_h"]))
    encoding = {
        name: {"zlib": True, "complevel": 1, "shuffle": True} for name, v in data.data_vars.items() if v.dtype.kind == "f" and v.ndim > 1
    }
    write_netcdf(data, path, encoding)
    return path


def write_tables(tables: dict[str, pd.DataFrame], folder: Path, subfolder: str = "tables") -> list[Path]:
    """Save tables as CSV (UTF-8 with BOM, so that Excel shows Chinese).

    Parameters
    ----------
    tables : dict of str to DataFrame
        By the name of the file.
    folder : Path
        Of the result.
    subfolder : str
        Part of it; empty for the folder itself.

    Raises
    ------
    ContractError
        When a table is not as ``contract.csv`` says; nothing is written then.
    """
    whole = require_contract({f"{subfolder}/{name}.csv".lstrip("/"): table for name, table in tables.items()})
    (folder / subfolder).mkdir(exist_ok=True)
    for place, table in whole.items():
        write_table(table, folder / place)
    return [folder / place for place in whole]


def require_contract(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Tables by their path in the result folder, each with its columns even without rows.

    Raises
    ------
    ContractError
        With all by which they differ from ``contract.csv``.
    """
    whole, faults = {}, []
    for place, table in tables.items():
        whole[place], found = checked(place, table)
        faults += found
    if faults:
        raise ContractError("\n".join(faults))
    return whole


REMEMBERED_BYTES = 200_000
"""A table file that is no larger is parsed once in a process, as long as it holds the same bytes; larger ones are read each time."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes text in a CSV file that begins like this for a formula; such text is written behind an apostrophe."""


def write_table(table: pd.DataFrame, path: Path | TextIO) -> None:
    """Save one table as CSV, numerical noise as 0; no text in it becomes a formula when the file is opened."""
    table = without_dust(table)
    text = {c: table[c].map(_as_text) for c in table if not pd.api.types.is_numeric_dtype(table[c])}
    table.assign(**text).to_csv(path, index=False, encoding="utf-8-sig", float_format="%.10g", lineterminator="\n")


def _as_text(value):
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def read_text(value):
    """Text as it was before `write_table`."""
    return value[1:] if isinstance(value, str) and value[:1] == "'" and value[1:].startswith(FORMULA_STARTS) else value


def file_digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file in a folder by its path inside; later additions to a result do not count."""
    return {p.relative_to(folder).as_posix(): _sha256(p) for p in sorted(folder.rglob("*")) if p.is_file() and p.name != "manifest.json"}


def undamaged(folder: Path, manifest: dict) -> bool:
    """Whether all files written by the solve are present and unchanged."""
    files = manifest.get("files", {})
    return all((folder / name).is_file() and _sha256(folder / name) == digest for name, digest in files.items())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_manifest(manifest: dict, folder: Path) -> Path:
    """Save ``manifest.json``."""
    path = folder / "manifest.json"
    path.write_text(json.dumps(manifest, ensure_ascii=False, indent=2, default=float) + "\n", encoding="utf-8")
    return path


def read_result(folder: Path) -> tuple[xr.Dataset, dict, dict[str, pd.DataFrame]]:
    """Dataset, manifest and tables of a result folder.

    Raises
    ------
    StoreError
        When a file of the result is missing or damaged.
    """
    data = read_dataset(folder)
    try:
        return data, read_manifest(folder), read_tables(folder)
    except (OSError, ValueError) as fault:
        raise _damaged(folder, fault) from fault


def read_dataset(folder: Path) -> xr.Dataset:
    """The hours of a result.

    Raises
    ------
    StoreError
        When ``results.nc`` is missing or damaged, or of another version of the program.
    """
    path = folder / "results.nc"
    try:
        with xr.open_dataset(path, engine="netcdf4") as stored:
            data = stored.load()
    except FileNotFoundError:
        raise StoreError(say(f"The hourly dataset {path} is missing. Solve it again.", f"缺少逐时结果 {path}。请重新求解。")) from None
    except (OSError, RuntimeError, ValueError) as fault:
        raise _damaged(folder, fault) from fault
    if (found := int(data.attrs.get("format_version", 1))) != DATASET_VERSION:
        advice = (
            say("Solve it again.", "请重新求解。")
            if found < DATASET_VERSION
            else say("Use the newer version that wrote it.", "请用写出它的新版本。")
        )
        raise StoreError(
            say(
                f"The hourly dataset {path} has format {found}, this program reads format {DATASET_VERSION}. {advice}",
                f"逐时结果 {path} 的格式为 {found}，本程序读取格式 {DATASET_VERSION}。{advice}",
            )
        )
    return data


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Tables of a result folder by name."""
    return {path.stem: read_table(path) for path in sorted((folder / "tables").glob("*.csv"))}


def read_table(path: Path) -> pd.DataFrame:
    """Table of a result as its contract has it; empty cells are NaN in number columns and "" in text columns.

    Columns that the contract does not know are of the type that their cells look like.
    """
    place, content = f"{path.parent.name}/{path.name}", path.read_bytes()
    return _parsed(place, content) if len(content) > REMEMBERED_BYTES else _remembered(place, content).copy()


@lru_cache(maxsize=256)
def _remembered(place: str, content: bytes) -> pd.DataFrame:
    """Cache: map, pages and workbooks each read all tables of a result, and a comparison those of two."""
    return _parsed(place, content)


def _parsed(place: str, content: bytes) -> pd.DataFrame:
    known = table_at(place)
    head = pd.read_csv(BytesIO(content), encoding="utf-8-sig", nrows=0).columns
    is_text = {str(c): (own := column(str(c), known.name if known else EVERYWHERE)) is not None and own.is_text for c in head}
    text = {name: str for name, sure in is_text.items() if sure}
    table = pd.read_csv(BytesIO(content), encoding="utf-8-sig", keep_default_na=False, na_values=[""], dtype=text)
    if table.empty:  # no rows, no types: what is not text is a number
        return table.astype({name: float for name in table.columns if name not in text})
    for name in table.columns:
        if pd.api.types.is_bool_dtype(table[name]):
            continue
        if pd.api.types.is_numeric_dtype(table[name]):
            table[name] = table[name] + 0.0 if table[name].dtype.kind == "f" else table[name]  # no minus zero
        else:
            table[name] = table[name].fillna("").astype(str).map(read_text)
    return table


def read_manifest(folder: Path) -> dict:
    """Manifest of a result.

    Raises
    ------
    StoreError
        When the folder holds no finished result, or its manifest is damaged.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StoreError(
            say(f"There is no finished result in {folder}. Solve it first.", f"{folder} 中没有已完成的结果。请先求解。")
        ) from None
    except ValueError as fault:
        raise _damaged(folder, fault) from fault
    if not isinstance(manifest, dict):
        raise _damaged(folder, "manifest.json")
    return manifest


def not_writable(folder: Path, fault: OSError) -> StoreError:
    """Reason why results cannot be written to a folder, as an error to raise."""
    why = fault.strerror or fault
    return StoreError(say(f"Results cannot be written to {folder}: {why}.", f"结果不能写入 {folder}：{why}。"))


def _damaged(folder: Path, fault: object) -> StoreError:
    return StoreError(
        say(f"The result in {folder} is damaged: {fault}. Solve it again.", f"{folder} 中的结果已损坏：{fault}。请重新求解。")
    )


def package_versions() -> dict[str, str]:
    """Versions of the packages that affect the figures."""
    return {name: version(name) for name in PACKAGES}
