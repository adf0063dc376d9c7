"""Put the tables of a workbook into a folder of inputs: checked as a study is, whole or not at all, the earlier folder kept."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from energy_model.ending import uninterrupted
from energy_model.exchange.csv_change import Change, changed_table
from energy_model.exchange.workbook_tables import read_book
from energy_model.labels import Label
from energy_model.study.errors import InputErrors
from energy_model.study.load import load_study

KEPT = "-before-"
"""Middle of the name of the folder that keeps the earlier inputs."""


@dataclass
class Draft:
    """A checked copy of the inputs with the tables of a workbook.

    Attributes
    ----------
    folder : Path
    files : list of str
        Tables whose files change.
    changes : list of Change
    notes : list of Label
        What of the workbook was not read, or is not kept.
    """

    folder: Path
    files: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    notes: list[Label] = field(default_factory=list)


def draft_inputs(workbook: Path, inputs: Path, scenario: str, folder: Path) -> Draft:
    """Copy a folder of inputs, put the tables of a workbook into it and check it.

    Parameters
    ----------
    workbook : Path
        As written by the export, filled in and saved.
    inputs : Path
        Folder that the workbook is to change: gives settings, scenarios and series, and the text of unchanged cells.
    scenario : str
        Scenario that the tables must be sound for.
    folder : Path
        New folder.

    Raises
    ------
    InputErrors
        With every error of workbook, tables and study, by sheet, row and column.
    """
    book = read_book(workbook)
    shutil.copytree(inputs, folder)
    draft, errors = Draft(folder, notes=book.notes), list(book.errors)
    for table, cells in book.raw.items():
        path = inputs / f"{table}.csv"
        data, changes, wrong = changed_table(cells, book.lacking[table], path.read_bytes() if path.is_file() else None)
        errors += wrong
        draft.changes += changes
        if data is not None:
            draft.files.append(path.name)
            (folder / path.name).write_bytes(data)
    try:
        load_study(folder, scenario, lambda _: (book.raw, errors))
    except InputErrors as fault:
        raise InputErrors([book.in_sheets(e) for e in fault.errors]) from None
    return draft


def take_place(draft: Path, inputs: Path) -> Path:
    """Put a checked folder in the place of the inputs.

    Returns
    -------
    Path
        Folder beside it that keeps the earlier inputs.
    """
    kept = next(p for k in count(1) if not (p := inputs.with_name(f"{inputs.name}{KEPT}{k}")).exists())
    with uninterrupted():
        inputs.replace(kept)
        try:
            draft.replace(inputs)
        except OSError:
            kept.replace(inputs)
            raise
    return kept
