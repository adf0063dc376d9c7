"""A result folder is written completely or not at all, by one run at a time, and a solved plan is never lost."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from energy_model import runlog
from energy_model.ending import uninterrupted
from energy_model.invocation import command
from energy_model.language import say
from energy_model.results.store import StoreError, not_writable

HALF, ASIDE = "~half-", "~old-"
"""Middle of the names of hidden folders beside a result: one that is being written, and the earlier one while it is replaced."""
SOLVED = "solved"
"""File in such a hidden folder from when all is written that had to be solved for."""
KEPT = "-without-pages"
"""End of the name of a folder beside a result: what was solved to replace it, when its pages could not be written."""

Outputs = Callable[[Path], list[Path]]
"""Writes the outputs made from dataset and tables into a result folder, and returns the files."""


def no_outputs(folder: Path) -> list[Path]:
    """No outputs beside dataset and tables."""
    return []


@contextmanager
def exclusive(target: Path) -> Iterator[None]:
    """Lock a result folder against other runs until the body ends; first repair what a killed run left.

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
        raise not_writable(target.parent, fault) from fault
    try:
        recover(target)
        yield
    finally:
        lock.release()


def recover(target: Path) -> None:
    """Repair the remains of a killed run: restore the earlier result, keep a solved plan, remove the rest.

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
    """A folder of the same name in a hidden one beside `target` that replaces it if the body succeeds.

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
        raise not_writable(target.parent, fault) from fault
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
    """Folder beside a result that keeps its solved successor, if the pages could not be written."""
    return target.with_name(target.name + KEPT)


@contextmanager
def kept_without_pages(
    folder: Path,
    target: Path,
    tell: Callable[[str], object],
    resumes: bool = False,
    commands: Sequence[str] = ("map", "report", "tables"),
) -> Iterator[None]:
    """Around the writing of pages and workbooks: whatever happens, the solved result is kept.

    Parameters
    ----------
    folder : Path
        Of `whole_folder`, with all that had to be solved for.
    target : Path
        The result that it is to replace; until its own pages are there, it stays beside that one (`without_pages`).
    tell : callable
        Says where it is kept and how its pages are written.
    resumes : bool
        Whether the same command finds the kept result and completes it.
    commands : sequence of str
        Those that write pages and workbooks of such a result.
    """
    (folder.parent / SOLVED).touch()
    try:
        yield
    except BaseException:
        kept = _keep(folder, target)
        shown = "; ".join(command(name, scenario=f"{kept.parent}/{kept.name}") for name in commands)
        ways = [say(f" Write them, without solving, by: {shown}.", f"补写（不再求解）：{shown}。")] if commands else []
        if resumes:
            ways.append(
                say(
                    " The same command again writes them, without solving, and puts the result in place.",
                    "重复同一命令即补写（不再求解），并将结果归位。",
                )
            )
        tell(
            say(
                f"Solved, but its pages and workbooks could not be written. The result is kept without them in {kept}.",
                f"已求解，但网页与工作簿未能写出。结果保存于 {kept}。",
            )
            + "".join(ways)
        )
        raise


def _keep(folder: Path, target: Path) -> Path:
    """Move a solved folder beside the result that it does not yet replace."""
    kept = without_pages(target)
    forget_without_pages(target)
    folder.replace(kept)
    return kept


def forget_without_pages(target: Path) -> None:
    """Remove a folder kept beside a result that has been replaced since."""
    shutil.rmtree(without_pages(target), ignore_errors=True)


@contextmanager
def amended_folder(target: Path, source: Path | None = None) -> Iterator[Path]:
    """A copy of a finished result that replaces it if the body succeeds: files are added completely or not at all.

    The dataset is never changed by an addition, so it is linked, not copied, where the file system can.

    Parameters
    ----------
    target : Path
    source : Path, optional
        What was kept without pages, to be copied in place of `target` itself; it goes when the body ends well.
    """
    with exclusive(target), copied_folder(target, source or target) as temporary:
        yield temporary


@contextmanager
def copied_folder(target: Path, source: Path) -> Iterator[Path]:
    """Like `amended_folder`, for whoever holds the lock of `target`."""
    with whole_folder(target) as temporary:
        shutil.copytree(source, temporary, dirs_exist_ok=True, copy_function=_link_result)
        yield temporary
    if source == without_pages(target):
        forget_without_pages(target)


def _link_result(source: str, target: str) -> str:
    if Path(source).name in ("results.nc", "start.nc"):
        try:
            os.link(source, target)
            return target
        except OSError:
            pass  # another file system, or one without links
    return shutil.copy2(source, target)
