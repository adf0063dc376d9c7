"""Neighbours: provinces around Tongliao as equivalent nodes, read where a study asks for them and never counted with the city.

A node of kind ``neighbour`` bears the code of the receiving market that it stands for, so that outlets to that market end at it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from energy_model.study import contract
from energy_model.study.notes import Note
from energy_model.study.provenance import matching
from energy_model.study.read import RawTable
from energy_model.study.study import Study

KIND = "neighbour"


def neighbour_rows(tables: Mapping[str, pd.DataFrame], raw: Mapping[str, RawTable]) -> dict[str, np.ndarray]:
    """Rows that belong to neighbours, by table: their nodes, rows that name or accompany these, and their sources.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Typed tables of the contract, range index.
    raw : mapping of str to RawTable
        The same as text, for the keys that sources name.

    Returns
    -------
    dict of str to ndarray of bool, shape (rows,)
        Tables without such a row are left out.
    """
    found = {name: np.zeros(len(tables[name]), dtype=bool) for name in contract.tables()}
    found["nodes"] = np.array(tables["nodes"].kind == KIND)
    references = [(name, c.name, *c.ref) for name in contract.tables() for c in contract.columns(name) if c.ref]
    more = bool(found["nodes"].any())
    while more:
        more = False
        for name, column, owner, named in references:
            cells = tables[owner][named].to_numpy()
            gone = set(cells[found[owner]]) - set(cells[~found[owner]])
            hit = tables[name][column].isin(gone - {np.nan}).to_numpy() & ~found[name]
            found[name] |= hit
            more |= bool(hit.any())
        for name, own in (("sections", _sections(tables, found)), ("agreements", _agreements(tables, found))):
            hit = own & ~found[name]
            found[name] |= hit
            more |= bool(hit.any())
    found["sources"] |= _sources(tables["sources"], raw, found)
    return {name: rows for name, rows in found.items() if rows.any()}


def _sections(tables: Mapping[str, pd.DataFrame], found: Mapping[str, np.ndarray]) -> np.ndarray:
    """Sections whose corridors all belong to neighbours."""
    member, theirs = tables["section_members"].section, found["section_members"]
    return np.array(tables["sections"].section.isin(set(member[theirs]) - set(member[~theirs])))


def _agreements(tables: Mapping[str, pd.DataFrame], found: Mapping[str, np.ndarray]) -> np.ndarray:
    """Agreements with a corridor that belongs to neighbours: without it, the rest would owe all of the energy."""
    return np.array(tables["agreements"].agreement.isin(tables["agreement_members"].agreement[found["agreement_members"]]))


def _sources(sources: pd.DataFrame, raw: Mapping[str, RawTable], found: Mapping[str, np.ndarray]) -> np.ndarray:
    """Sources of rows that belong to neighbours and of no others."""
    hit = np.zeros(len(sources), dtype=bool)
    for name in [n for n, rows in found.items() if rows.any()]:
        keys = raw[name].keys()
        for i in np.flatnonzero(sources.table == name):
            own = matching(sources.key.iloc[i], keys)
            hit[i] = (own & found[name]).any() and not (own & ~found[name]).any()
    return hit


def without_neighbours(
    tables: Mapping[str, pd.DataFrame], raw: Mapping[str, RawTable]
) -> tuple[dict[str, pd.DataFrame], dict[str, RawTable], list[Note]]:
    """The tables of the city alone, and a note on the rows that are left out."""
    rows = neighbour_rows(tables, raw)
    kept = {name: np.flatnonzero(~hit) for name, hit in rows.items()}
    city = {name: table.iloc[kept[name]].reset_index(drop=True) if name in kept else table for name, table in tables.items()}
    text = {name: _kept(table, kept[name]) if name in kept else table for name, table in raw.items()}
    return city, text, _notes(raw, {name: np.flatnonzero(hit) for name, hit in rows.items() if name != "sources"})


def _kept(table: RawTable, positions: np.ndarray) -> RawTable:
    new = {int(old): i for i, old in enumerate(positions)}
    return RawTable(
        table.name,
        table.cells.iloc[positions].reset_index(drop=True),
        [table.rows[i] for i in positions],
        {(new[i], c): file for (i, c), file in table.changed.items() if i in new},
        {(new[i], c): source for (i, c), source in table.sources.items() if i in new},
    )


def _notes(raw: Mapping[str, RawTable], positions: Mapping[str, np.ndarray]) -> list[Note]:
    """One note on all rows of neighbours, at those of nodes.csv."""
    if not positions:
        return []
    files = [f"{name}.csv ({len(rows)})" for name, rows in positions.items()]
    told, told_zh = (
        f"rows of neighbours are not read, as [neighbours] enabled is off: {', '.join(files)}",
        f"[neighbours] enabled 未启用，邻网的行不读取：{'、'.join(files)}",
    )
    return [Note("nodes.csv", told_zh, told, tuple(raw["nodes"].rows[i][1] for i in positions["nodes"]), usual=True)]


def city_of(study: Study) -> Study:
    """The study of the city alone: the basis of its figures, clauses and boundary conditions."""
    if not study.settings.neighbours.enabled:
        return study
    tables, raw, _ = without_neighbours(study.tables, study.raw)
    return replace(study, tables=tables, raw=raw)
