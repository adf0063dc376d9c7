"""A new study: a copy of the inputs and weather that come with the program, or of its small example."""

from __future__ import annotations

import shutil
from pathlib import Path

from energy_model.api.loading import load
from energy_model.api.study import Study
from energy_model.language import say
from energy_model.results.store import StoreError, not_writable
from energy_model.shipped import shipped
from energy_model.study import contract

FULL, EXAMPLE = ("inputs", "plan-2015"), ("examples/three-nodes/inputs", "base")
"""Inputs and first scenario of the whole study and of the example."""
WEATHER = ("README.md", "years/synthetic-1.nc")


def new(folder: str | Path, *, example: bool = False) -> Study:
    """Make a study of your own: inputs and weather in a new folder.

    Parameters
    ----------
    folder : str or Path
        New or empty folder; gets ``inputs`` and ``weather``.
    example : bool
        Three nodes and a day of hours in place of the whole study.

    Returns
    -------
    Study

    Raises
    ------
    StoreError
        When the folder is not empty or cannot be written.
    """
    target = Path(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise StoreError(say(f"{target} is not empty: name a new folder.", f"{target} 非空：请另选目录。"))
    source, scenario = EXAMPLE if example else FULL
    try:
        shutil.copytree(shipped(source), target / "inputs")
        _add_empty_tables(target / "inputs")
        for part in WEATHER:
            place = target / "weather" / part
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(shipped("weather") / part, place)
    except OSError as fault:
        raise not_writable(target, fault) from fault
    return load(target / "inputs", scenario)


def _add_empty_tables(inputs: Path) -> None:
    """Add the tables that a study has none of, with their header alone."""
    for table in contract.tables():
        path = inputs / f"{table}.csv"
        if not path.exists():
            path.write_text(",".join(c.name for c in contract.columns(table)) + "\n", encoding="utf-8-sig")
