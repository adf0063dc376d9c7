"""Tables of a PyPSA network with the types and defaults of its attributes, and a record of which cells and series were read."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

from energy_model.exchange.refusals import Refusal
from energy_model.study.cell_text import number_fault, stripped

PORT = re.compile(r"(bus|efficiency|rate)([2-9]|[1-9]\d+)")
"""Columns of the ports of links and processes beyond the second."""
MULTIPORT = ("links", "processes")
TRUE, FALSE = ("true", "1", "1.0"), ("false", "0", "0.0", "")


def clean(text: object) -> str:
    """A name or cell without invisible characters around it; empty if nothing remains."""
    return "" if text is None or text != text else stripped(str(text))


@dataclass(frozen=True)
class Attribute:
    """One attribute of a component: type, default, and its treatment by the importer.

    Attributes
    ----------
    hourly : bool
        Whether PyPSA takes a series for it.
    role : {"carried", "neutral", "output", "refused"}
        Carried into our tables; without effect on the optimum; a result; or refused unless it has its default.
    reason : str
        Why it is refused, a key of `REASONS`.
    where : str
        Switch of the component without which PyPSA does not look at it, such as ``committable``; ``not`` in front of it turns it round.
    """

    component: str
    list: str
    name: str
    type: str
    default: str
    hourly: bool
    role: str
    reason: str
    where: str

    def is_default(self, value: object) -> bool:
        """Whether a cell, or a value of a series, is PyPSA's default."""
        if self.type == "str":
            return value == self.default
        if self.type == "bool":
            return value == (self.default.lower() in TRUE)
        number = float(value)  # type: ignore[arg-type]
        return bool(np.isnan(number)) or (self.default != "" and number == float(self.default))


@cache
def attributes() -> dict[tuple[str, str], Attribute]:
    """All attributes by (list, name)."""
    text = files("energy_model.exchange").joinpath("pypsa_attributes.csv").read_text(encoding="utf-8")
    found = {}
    for row in csv.DictReader(io.StringIO(text)):
        name, hourly = row.pop("attribute"), bool(row.pop("hourly"))
        found[row["list"], name] = Attribute(name=name, hourly=hourly, **row)
    return found


@cache
def lists() -> dict[str, str]:
    """Class of component by list, such as ``generators``: ``Generator``."""
    return {a.list: a.component for a in attributes().values()}


@dataclass
class PypsaNetwork:
    """A network as stored in its files.

    Attributes
    ----------
    name : str
    snapshots : int
    weight : DataFrame, shape (snapshots, 3)
        Snapshot weightings ``objective``, ``stores``, ``generators`` [h].
    static : dict of str to DataFrame
        By list, indexed by name; cells as read.
    series : dict of (list, attribute) to DataFrame, shape (snapshots, names)
        Of attributes that PyPSA knows as input.
    objective, constant : float or None
        What PyPSA found, if it was solved there: its objective, and the part it left out as `objective_constant`.
    linearized : bool
        Whether that was with relaxed commitment.
    periods, scenarios : bool
    unknown : list of str
        Tables that are no part of a network as known here.
    foreign : dict of str to DataFrame
        Those of them that list components, as read.
    libraries : dict of str to DataFrame
        Types of lines and of transformers that the network itself lists, by list.
    aside : dict of (str, str) to list of str
        Data that PyPSA itself does not use, by its name in Chinese and English.
    encoded : dict of str to str
        Files that are not in UTF-8, and their encoding.
    wrong : list of Refusal
        Cells that are not of the type of their attribute, names that nothing has.
    copies : dict of str to float
        Scenarios or investment periods of which every component has a copy, and the years that each counts in limits on energy.
    is_pathway : bool
        Whether they are investment periods.
    read : set of (list, name, attribute, bool)
        Cells, and (True) series, that the import has read.
    used : set of (list, column)
        Columns added by the author of the network that limits have read.
    moot : set of str
        Attributes that are set and have no effect on the optimum for what they are set for.
    """

    name: str
    snapshots: int
    weight: pd.DataFrame
    static: dict[str, pd.DataFrame] = field(default_factory=dict)
    series: dict[tuple[str, str], pd.DataFrame] = field(default_factory=dict)
    objective: float | None = None
    constant: float | None = None
    linearized: bool = False
    periods: bool = False
    scenarios: bool = False
    unknown: list[str] = field(default_factory=list)
    foreign: dict[str, pd.DataFrame] = field(default_factory=dict)
    libraries: dict[str, pd.DataFrame] = field(default_factory=dict)
    aside: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    encoded: dict[str, str] = field(default_factory=dict)
    wrong: list[Refusal] = field(default_factory=list)
    copies: dict[str, float] = field(default_factory=dict)
    is_pathway: bool = False
    read: set[tuple[str, str, str, bool]] = field(default_factory=set)
    used: set[tuple[str, str]] = field(default_factory=set)
    moot: set[str] = field(default_factory=set)
    _tables: dict[str, pd.DataFrame] = field(default_factory=dict)

    def table(self, name: str) -> pd.DataFrame:
        """All known attributes of a list with their types, empty cells at their default; active components only.

        Looking at the table does not count as reading its cells: see `components` and `column`.
        """
        if name not in self._tables:
            self._tables[name] = self._typed_table(name)
        return self._tables[name]

    def components(self, name: str) -> Iterator[tuple[str, Component]]:
        """The active components of a list, by name."""
        table = self.table(name)
        cells = [table[attribute].tolist() for attribute in table]
        for component, *values in zip(table.index, *cells, strict=True):
            yield component, Component(self, name, component, dict(zip(table.columns, values, strict=True)))

    def column(self, name: str, attribute: str) -> pd.Series:
        """One attribute of all active components of a list."""
        table = self.table(name)
        self.read |= {(name, component, attribute, False) for component in table.index}
        return table[attribute]

    def hourly(self, name: str, component: str, attribute: str, static: float) -> np.ndarray:
        """Values of an attribute in every snapshot: its series, else its cell."""
        self.read.add((name, component, attribute, True))
        return self.values(name, component, attribute, static)

    def values(self, name: str, component: str, attribute: str, static: float) -> np.ndarray:
        """The same without recording a read."""
        given = self.series.get((name, attribute))
        return np.full(self.snapshots, float(static)) if given is None or component not in given else given[component].to_numpy(float)

    def set_column(self, name: str, attribute: str, values: pd.Series) -> None:
        """Put values in the place of those in the files."""
        self.table(name)[attribute] = values.astype(object)

    def further_ports(self, name: str) -> list[int]:
        """Numbers of the ports beyond the second that the columns of a list name."""
        return sorted({int(c[3:]) for c in self.static.get(name, ()) if PORT.fullmatch(c) and c.startswith("bus")})

    def port(self, name: str, component: str, number: int) -> tuple[str, np.ndarray]:
        """Bus of a further port, empty without one, and its output per power in every snapshot."""
        raw = self.static[name]
        bus = clean(raw[f"bus{number}"][component])
        if bus.lower() in ("", "nan", "none"):
            return "", np.zeros(self.snapshots)
        attribute, usual = (f"efficiency{number}", 1.0) if name == "links" else (f"rate{number}", 1.0)
        series = self.series.get((name, attribute))
        if series is not None and component in series:
            return bus, series[component].to_numpy(float)
        value = pd.to_numeric(clean(raw[attribute][component]), errors="coerce") if attribute in raw else usual
        return bus, np.full(self.snapshots, usual if pd.isna(value) else float(value))

    def given(self, name: str, attribute: str) -> bool:
        """Whether the files state an attribute."""
        return attribute in self.static.get(name, ()) or (name, attribute) in self.series

    def added(self, name: str) -> list[str]:
        """Columns of a list that PyPSA does not know: added by the author of the network."""
        known = {attribute for owner, attribute in attributes() if owner == name}
        return [c for c in self.static.get(name, pd.DataFrame()) if c not in known and not (name in MULTIPORT and PORT.fullmatch(c))]

    def inactive(self, name: str) -> list[str]:
        """Components of a list that are switched off."""
        return [str(c) for c in self.static.get(name, pd.DataFrame()).index if c not in self.table(name).index]

    def _typed_table(self, name: str) -> pd.DataFrame:
        raw = self.static.get(name, pd.DataFrame())
        found = {}
        for (owner, attribute), a in attributes().items():
            if owner == name and a.role != "output":
                given = raw[attribute].items() if attribute in raw else ()
                found[attribute] = [self._typed(a, i, v) for i, v in given] or [self._typed(a, "", "")] * len(raw)
        table = pd.DataFrame(found, index=raw.index, dtype=object)
        return table[table.active.astype(bool)] if "active" in table and len(table) else table

    def _typed(self, a: Attribute, name: str, value: object) -> object:
        text = clean(value)
        if a.type == "str":
            return text or a.default
        if text.lower() in ("", "nan"):
            text = a.default
        if a.type == "bool":
            if text.lower() in (*TRUE, *FALSE):
                return text.lower() in TRUE
        elif text == "":
            return np.nan
        elif "_" not in text:  # which Python reads as a number and PyPSA does not
            with suppress(ValueError):
                return float(text)
        _, hint, hint_zh = ("", "write true or false", "请填 true 或 false") if a.type == "bool" else number_fault(text, a.name, "")
        refusal = Refusal(a.component, str(name), a.name, text, "not_a_number", hint, hint_zh)
        if refusal not in self.wrong:
            self.wrong.append(refusal)
        return False if a.type == "bool" else np.nan


class Component:
    """One component of a network: its cells by attribute. Reading a cell is recorded (`PypsaNetwork.read`)."""

    def __init__(self, network: PypsaNetwork, owner: str, name: str, cells: dict[str, object]) -> None:
        self._network, self._owner, self._name, self._cells = network, owner, name, cells

    def __getitem__(self, attribute: str):
        value = self._cells[attribute]
        self._network.read.add((self._owner, self._name, attribute, False))
        return value

    def __getattr__(self, attribute: str):
        if attribute.startswith("_"):
            raise AttributeError(attribute)
        return self[attribute]

    def replaced(self, **cells: object) -> None:
        """Set cells to the values that PyPSA itself puts in their place."""
        self._cells |= cells

    def without_effect(self, *names: str) -> None:
        """Record that attributes (or all attributes, for a refused or never-running component) have no effect on the optimum."""
        for name in names or self._cells:
            self._network.read |= {(self._owner, self._name, name, hourly) for hourly in (False, True)}
        for name in names:
            a = attributes()[self._owner, name]
            if not a.is_default(self._cells[name]) or self._name in self._network.series.get((self._owner, name), ()):
                self._network.moot.add(f"{a.component} {name}")
