"""Write a result folder whole or not at all, and read it back."""
# Over 300 lines: writing, keeping and reading a result, whole or not at all, is one protocol.

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TextIO

import pandas as pd
import xarray as xr
from filelock import FileLock, Timeout

from energy_model import runlog
from energy_model.ending import uninterrupted
from energy_model.invocation import command
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
HALF, ASIDE = "~half-", "~old-"
"""Middle of the names of hidden folders beside a result: one that is being written, and the earlier one while it is replaced."""
SOLVED = "solved"
"""File in such a hidden folder from when all is written that had to be solved for."""
KEPT = "-without-pages"
"""End of the name of a folder beside a result: what was solved to replace it, when its pages could not be written."""


Outputs = Callable[[Path], list[Path]]
"""Writes into a result folder what is made of its dataset and tables, and tells the files."""


def no_outputs(folder: Path) -> list[Path]:
    """Dataset and tables are all."""
    return []


class StoreError(Exception):
    """A result folder cannot be written or read: the sentence says which and why."""


@contextmanager
def exclusive(target: Path) -> Iterator[None]:
    """Keep every other run away from a result folder until the body ends; what a killed run left is put right first.

    The lock is the operating system's, so that it goes with the process that holds it, however that ends.

    Parameters
    ----------
    target : Path
        Result folder, for example ``results/plan-2015``; it need not exist.

    Raises
    ------
    StoreError
        When another run holds it, or the folder of results cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(target.parent / f".{target.name}.lock", timeout=0)
        lock.acquire()
    except Timeout:
        raise StoreError(
            say(
                f"Another run is writing {target}: wait for it, or choose another --results folder.",
                f"另一进程正在写 {target}：请稍候，或另选 --results 目录。",
            )
        ) from None
    except OSError as fault:
        raise _not_writable(target.parent, fault) from fault
    try:
        recover(target)
        yield
    finally:
        lock.release()


def recover(target: Path) -> None:
    """Put right what a run that was killed left behind: the earlier result set aside comes back, what was solved is kept, the rest goes.

    To be called by whoever holds the lock of `target`.
    """
    for aside in sorted(target.parent.glob(f".{target.name}{ASIDE}*")):
        if not target.exists() and (aside / "old").is_dir():
            (aside / "old").replace(target)
        shutil.rmtree(aside, ignore_errors=True)
    for half in target.parent.glob(f".{target.name}{HALF}*"):
        if (half / SOLVED).exists():
            _keep(half / target.name, target)
        shutil.rmtree(half, ignore_errors=True)


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """A folder of the same name in a hidden one beside `target` that takes its place when the body ends well.

    Whatever belongs to a result, its pages too, is written in the body: until all of it is there the earlier result stays.

    Parameters
    ----------
    target : Path
        Result folder, for example ``results/plan-2015``.

    Raises
    ------
    StoreError
        When the disk is full or the folder cannot be written; the earlier result is as it was.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        hidden = Path(tempfile.mkdtemp(prefix=f".{target.name}{HALF}", dir=target.parent))
    except OSError as fault:
        raise _not_writable(target.parent, fault) from fault
    try:
        new = hidden / target.name  # pages show the name of their folder
        new.mkdir()
        yield new
        runlog.place(new, target)
        _take_place(new, target)
    except OSError as fault:
        raise StoreError(
            say(
                f"{target} could not be written; the earlier result is unchanged: {fault.strerror or fault}.",
                f"{target} 未能写入，原结果未改动：{fault.strerror or fault}。",
            )
        ) from fault
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def _take_place(new: Path, target: Path) -> None:
    if not target.exists():
        new.replace(target)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}{ASIDE}", dir=target.parent))
    try:
        with uninterrupted():
            target.replace(aside / "old")
            new.replace(target)
    finally:
        if not target.exists():
            (aside / "old").replace(target)
        shutil.rmtree(aside, ignore_errors=True)


def without_pages(target: Path) -> Path:
    """Folder beside a result that keeps what was solved to replace it, when its pages could not be written."""
    return target.with_name(target.name + KEPT)


@contextmanager
def kept_without_pages(folder: Path, target: Path, tell: Callable[[str], object], resumes: bool = False) -> Iterator[None]:
    """Around the writing of pages and workbooks: however that ends, what was solved is not lost.

    Parameters
    ----------
    folder : Path
        Of `whole_folder`, with all that had to be solved for.
    target : Path
        The result that it is to replace; until its own pages are there, it stays beside that one (`without_pages`).
    tell : callable
        Says where it is kept and how its pages are written.
    resumes : bool
        Whether the same command finds what is kept and completes it.
    """
    (folder.parent / SOLVED).touch()
    try:
        yield
    except BaseException:
        kept = _keep(folder, target)
        shown = "; ".join(command(name, scenario=f"{kept.parent}/{kept.name}") for name in ("map", "report", "tables"))
        again = say(" The same command again does that too and puts it in place.", "重复同一命令亦可，并将其归位。") if resumes else ""
        tell(
            say(
                "Solved, but its pages and workbooks could not be written. The result is kept without them in "
                f"{kept}. Write them, without solving, by: {shown}.{again}",
                f"已求解，但网页与工作簿未能写出。结果保存于 {kept}。补写（不再求解）：{shown}。{again}",
            )
        )
        raise


def _keep(folder: Path, target: Path) -> Path:
    """Move a solved folder beside the result that it does not replace yet."""
    kept = without_pages(target)
    forget_without_pages(target)
    folder.replace(kept)
    return kept


def forget_without_pages(target: Path) -> None:
    """Remove what was kept beside a result that has been replaced since."""
    shutil.rmtree(without_pages(target), ignore_errors=True)


@contextmanager
def amended_folder(target: Path, source: Path | None = None) -> Iterator[Path]:
    """A copy of a finished result that takes its place when the body ends well: files are added whole or not at all.

    The dataset is never changed by an addition, so it is linked, not copied, where the file system can.

    Parameters
    ----------
    target : Path
    source : Path, optional
        What was kept without pages, to be copied in place of `target` itself; it goes when the body ends well.
    """
    with exclusive(target):
        with whole_folder(target) as temporary:
            shutil.copytree(source or target, temporary, dirs_exist_ok=True, copy_function=_link_result)
            yield temporary
        if source == without_pages(target):
            forget_without_pages(target)


def _link_result(source: str, target: str) -> str:
    if Path(source).name == "results.nc":
        try:
            os.link(source, target)
            return target
        except OSError:
            pass  # another file system, or one without links
    return shutil.copy2(source, target)


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
    """Tables by their place in the result folder, each with its columns also where it has no rows.

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


FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes text in a CSV file that begins like this for a formula; such text is written behind an apostrophe."""


def write_table(table: pd.DataFrame, path: Path | TextIO) -> None:
    """Save one table as CSV, dust of the solver as 0; no text in it becomes a formula where the file is opened."""
    table = without_dust(table)
    text = {c: table[c].map(_as_text) for c in table if not pd.api.types.is_numeric_dtype(table[c])}
    table.assign(**text).to_csv(path, index=False, encoding="utf-8-sig", float_format="%.10g", lineterminator="\n")


def _as_text(value):
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def read_text(value):
    """Text as it was before `write_table`."""
    return value[1:] if isinstance(value, str) and value[:1] == "'" and value[1:].startswith(FORMULA_STARTS) else value


def file_digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file in a folder by its path inside; what is added to a result later does not count."""
    return {p.relative_to(folder).as_posix(): _sha256(p) for p in sorted(folder.rglob("*")) if p.is_file() and p.name != "manifest.json"}


def undamaged(folder: Path, manifest: dict) -> bool:
    """Whether all files that the solve has written are in a result, as they were."""
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
    known = table_at(f"{path.parent.name}/{path.name}")
    head = pd.read_csv(path, encoding="utf-8-sig", nrows=0).columns
    is_text = {str(c): (own := column(str(c), known.name if known else EVERYWHERE)) is not None and own.is_text for c in head}
    text = {name: str for name, sure in is_text.items() if sure}
    table = pd.read_csv(path, encoding="utf-8-sig", keep_default_na=False, na_values=[""], dtype=text)
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
    """What a result says about itself.

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


def _not_writable(folder: Path, fault: OSError) -> StoreError:
    why = fault.strerror or fault
    return StoreError(say(f"Results cannot be written to {folder}: {why}.", f"结果不能写入 {folder}：{why}。"))


def _damaged(folder: Path, fault: object) -> StoreError:
    return StoreError(
        say(f"The result in {folder} is damaged: {fault}. Solve it again.", f"{folder} 中的结果已损坏：{fault}。请重新求解。")
    )


def package_versions() -> dict[str, str]:
    """Versions of the packages that make the numbers."""
    return {name: version(name) for name in PACKAGES}
