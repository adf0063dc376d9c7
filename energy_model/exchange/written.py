"""An imported network or case written as an inputs folder, with a note on what became of it."""

from __future__ import annotations

import json
from pathlib import Path

from energy_model.exchange.genx_case import read_case
from energy_model.exchange.genx_import import import_case
from energy_model.exchange.importer import Imported
from energy_model.exchange.pypsa_import import import_network
from energy_model.exchange.pypsa_read import read_network
from energy_model.exchange.pypsa_tables import PypsaNetwork
from energy_model.exchange.refusals import NetworkRefused, Refusal
from energy_model.exchange.study_tables import SCENARIO, StudyTables
from energy_model.study.errors import InputErrors
from energy_model.study.load import load_study
from energy_model.study.unread import IMPORT_FILE

CONVENTION = (
    "PyPSA counts the capital cost of what can be extended and reports the part of its given capacity apart (objective_constant); "
    "ours is the whole; what cannot be extended costs nothing in either."
)
CONVENTION_ZH = "PyPSA 计可扩建元件的投资，其中既有容量部分另列为 objective_constant；本模型计全部；不可扩建者两边均不计。"


def write_network_study(network: Path, folder: Path) -> tuple[PypsaNetwork, Imported, dict]:
    """Read a network, write it as an inputs folder and check that like any study.

    Parameters
    ----------
    network : Path
        NetCDF file or CSV folder.
    folder : Path
        New folder of inputs.

    Returns
    -------
    found : PypsaNetwork
    imported : Imported
    note : dict
        What is in the folder's note on the import (`write_note`).

    Raises
    ------
    NetworkFileError
        When the network cannot be read.
    NetworkRefused
        With every component that cannot be represented, also where a value lies outside what our tables allow.
    """
    found = read_network(network)
    imported = import_network(found)
    write_study(found, imported, folder)
    note = _note(found, imported)
    write_note(note, folder)
    return found, imported, note


def write_genx_study(case: Path, folder: Path) -> dict:
    """Read a case of GenX, write it as an inputs folder and check that like any study.

    Parameters
    ----------
    case : Path
        Folder with ``settings``, ``system`` and ``resources``.
    folder : Path
        New folder of inputs.

    Returns
    -------
    dict
        What is in the folder's note on the import (`write_note`).

    Raises
    ------
    NetworkFileError
        When a file of the case cannot be read.
    NetworkRefused
        With every cell, setting and file that cannot be represented.
    """
    found = read_case(case)
    tables, settings = import_case(found)
    write_tables(tables, settings, folder, (f"GenX case {found.name}", f"GenX 算例 {found.name}"))
    note = {"case": found.name, "notes": [en for _, en in found.notes], "notes_zh": [zh for zh, _ in found.notes]}
    write_note(note, folder)
    return note


def write_study(found: PypsaNetwork, imported: Imported, folder: Path) -> None:
    """Write the inputs folder of a network, as `write_tables`."""
    write_tables(imported.tables, imported.settings, folder, (f"PyPSA network {found.name}", f"PyPSA 网络 {found.name}"))


def write_tables(tables: StudyTables, settings: str, folder: Path, purpose: tuple[str, str]) -> None:
    """Write the inputs folder, with a purpose in English and Chinese, and check it like any study.

    Raises
    ------
    NetworkRefused
        Where a value lies outside what our tables allow; it names the component that the value is from.
    """
    tables.write(folder, settings, *purpose)
    try:
        load_study(folder, SCENARIO)
    except InputErrors as fault:
        refusals = []
        for e in fault.errors:
            kind, name = tables.origin.get((e.file.removesuffix(".csv"), e.row or 0), ("", purpose[0]))
            hint = f"{e.advice} ({e.file} {e.column})"
            refusals.append(Refusal(kind, name, e.column, e.value or "empty", "range", hint))
        raise NetworkRefused(refusals) from None


def write_note(note: dict, folder: Path) -> None:
    """Write the note on an import into its inputs folder."""
    (folder / IMPORT_FILE).write_text(json.dumps(note, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _note(found: PypsaNetwork, imported: Imported) -> dict:
    return {
        "network": found.name,
        "snapshots": found.snapshots,
        "hours_of_study": "one a snapshot, from 1 January 0:00",
        "components": {name: len(table) for name, table in found.static.items()},
        "convention": CONVENTION,
        "convention_zh": CONVENTION_ZH,
        "notes": [en for _, en in imported.notes],
        "notes_zh": [zh for zh, _ in imported.notes],
        "capital_cost_of_what_cannot_be_extended": imported.sunk_cny,
        "elastic_demand_worth": imported.elastic_cny,
        "pypsa_objective": found.objective,
        "pypsa_objective_constant": found.constant,
    }
