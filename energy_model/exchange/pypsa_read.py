"""Read a PyPSA network from a NetCDF file or a CSV folder, without PyPSA: tables with their defaults, series, snapshots.

What is read is checked before: kind and size of the files, links that lead elsewhere, the number of components.  Nothing is unpickled.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.exchange.refusals import NetworkFileError, Refusal

LARGEST_BYTES = 2_000_000_000
LARGEST_LIST = 20_000
SIGNATURES = (b"CDF\x01", b"CDF\x02", b"CDF\x05", b"\x89HDF\r\n\x1a\n")
"""First bytes of NetCDF files, classic and version 4."""
WEIGHTS = ("objective", "stores", "generators")
STANDARD = ("line_types", "transformer_types", "shapes", "sub_networks")
"""Lists that have no part in the optimum by themselves."""
TRUE, FALSE = ("true", "1", "1.0"), ("false", "0", "0.0", "")


@dataclass(frozen=True)
class Attribute:
    """One attribute of a component: its type, default, and what the importer does with it.

    Attributes
    ----------
    role : {"carried", "neutral", "output", "refused"}
        Carried into our tables; without effect on the optimum; a result; or refused unless it has its default.
    reason : str
        Why it is refused, a key of `REASONS`.
    """

    component: str
    list: str
    name: str
    type: str
    default: str
    role: str
    reason: str


@cache
def attributes() -> dict[tuple[str, str], Attribute]:
    """All attributes by (list, name)."""
    text = files("energy_model.exchange").joinpath("pypsa_attributes.csv").read_text(encoding="utf-8")
    rows = [Attribute(r["component"], r["list"], r["attribute"], r["type"], r["default"], r["role"], r["reason"])
            for r in csv.DictReader(io.StringIO(text))]  # fmt: skip
    return {(a.list, a.name): a for a in rows}


@cache
def lists() -> dict[str, str]:
    """Class of component by list, such as ``generators``: ``Generator``."""
    return {a.list: a.component for a in attributes().values()}


@dataclass
class PypsaNetwork:
    """A network as it stands in its files.

    Attributes
    ----------
    name : str
    snapshots : int
    weight : DataFrame, shape (snapshots, 3)
        Snapshot weightings ``objective``, ``stores``, ``generators`` [h].
    static : dict of str to DataFrame
        By list, indexed by name; cells as read.
    series : dict of (list, attribute) to DataFrame, shape (snapshots, names)
    objective, constant : float or None
        What PyPSA found, if it was solved there: its objective, and the part it left out as `objective_constant`.
    linearized : bool
        Whether that was with relaxed commitment.
    periods, scenarios : bool
    unknown : list of str
        Tables that are no part of a network as known here.
    wrong : list of Refusal
        Cells that are not of the type of their attribute.
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
    wrong: list[Refusal] = field(default_factory=list)

    def table(self, name: str) -> pd.DataFrame:
        """All known attributes of a list with their types, defaults where nothing is written; active components only."""
        raw = self.static.get(name, pd.DataFrame())
        found = {}
        for (owner, attribute), a in attributes().items():
            if owner == name and a.role != "output":
                cells = raw[attribute] if attribute in raw else pd.Series("", index=raw.index, dtype=object)
                found[attribute] = pd.Series([self._typed(a, i, v) for i, v in cells.items()], index=raw.index, dtype=object)
        table = pd.DataFrame(found, index=raw.index)
        return table[table.active.astype(bool)] if "active" in table and len(table) else table

    def _typed(self, a: Attribute, name: str, value: object) -> object:
        text = "" if value is None else str(value).strip()
        if a.type == "str":
            return text or a.default
        if text.lower() in ("", "nan"):
            text = a.default
        if a.type == "bool":
            if text.lower() in (*TRUE, *FALSE):
                return text.lower() in TRUE
        else:
            try:
                return float(text) if text else np.nan
            except ValueError:
                pass
        refusal = Refusal(a.component, str(name), a.name, text, "not_a_number")
        if refusal not in self.wrong:
            self.wrong.append(refusal)
        return False if a.type == "bool" else np.nan

    def added(self, name: str) -> list[str]:
        """Columns of a list that PyPSA does not know: added by whoever made the network."""
        known = {attribute for owner, attribute in attributes() if owner == name}
        return [c for c in self.static.get(name, pd.DataFrame()) if c not in known]


def read_network(path: Path) -> PypsaNetwork:
    """Read a NetCDF file or CSV folder.

    Raises
    ------
    NetworkFileError
        When it is neither, too large, damaged, or leads out of its folder.
    """
    path = Path(path)
    if path.is_dir():
        return _from_folder(path)
    if not path.is_file():
        raise NetworkFileError(f"there is no file or folder {path}")
    if path.stat().st_size > LARGEST_BYTES:
        raise NetworkFileError(f"{path.name} has more than {LARGEST_BYTES:,} bytes")
    with path.open("rb") as file:
        head = file.read(8)
    if not any(head.startswith(s) for s in SIGNATURES) or path.suffix == ".h5":
        raise NetworkFileError(f"{path.name} is no NetCDF file; save the network with export_to_netcdf or export_to_csv_folder")
    return _from_netcdf(path)


def _from_folder(folder: Path) -> PypsaNetwork:
    found = sorted(folder.glob("*.csv"))
    if not any(p.name == "buses.csv" for p in found):
        raise NetworkFileError(f"{folder} holds no buses.csv: it is no PyPSA network")
    if astray := [p.name for p in found if p.is_symlink() or not p.resolve().is_relative_to(folder.resolve())]:
        raise NetworkFileError(f"{', '.join(astray)} leads out of the folder")
    if sum(p.stat().st_size for p in found) > LARGEST_BYTES:
        raise NetworkFileError(f"the tables of {folder.name} have more than {LARGEST_BYTES:,} bytes")
    tables = {p.stem: _csv(p) for p in found}
    about = tables.pop("network", pd.DataFrame())
    facts = {c: about[c].iloc[0] for c in about} | {"name": about.index[0]} if len(about) else {}
    times = tables.pop("snapshots", pd.DataFrame(index=["now"]))
    n = _network(facts, times)
    n.periods = bool(len(tables.pop("investment_periods", ()))) or "period" in times
    for stem, table in tables.items():
        owner, _, attribute = stem.partition("-")
        if not attribute:
            _add(n, owner, table)
        else:
            _add_series(n, owner, attribute, table)
    return n


def _csv(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, index_col=0, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (ValueError, UnicodeDecodeError) as fault:  # pandas' parser and empty-data errors are ValueErrors
        raise NetworkFileError(f"{path.name} cannot be read as a table: {fault}") from fault


def _from_netcdf(path: Path) -> PypsaNetwork:
    try:
        with xr.open_dataset(path, engine="netcdf4", decode_times=False) as data:
            if sum(v.nbytes for v in data.variables.values()) > LARGEST_BYTES:
                raise NetworkFileError(f"{path.name} would fill more than {LARGEST_BYTES:,} bytes")
            data = data.load()
    except NetworkFileError:
        raise
    except Exception as fault:  # the NetCDF library reports damage in many ways
        raise NetworkFileError(f"{path.name} is damaged: {fault}") from fault
    if "buses_i" not in data.sizes:
        raise NetworkFileError(f"{path.name} has no buses: it is no PyPSA network")
    times = {str(n).removeprefix("snapshots_"): v.to_numpy() for n, v in data.data_vars.items() if v.dims == ("snapshots",)}
    facts = {k.removeprefix("network_"): v for k, v in data.attrs.items() if k.startswith("network_")}
    n = _network(facts, pd.DataFrame(times, index=range(data.sizes.get("snapshots", 1))))
    n.periods, n.scenarios = "investment_periods" in data.sizes, "scenario" in data.sizes
    if n.periods or n.scenarios:
        return n
    static: dict[str, dict[str, np.ndarray]] = {str(d)[:-2]: {} for d in data.sizes if str(d).endswith("_i") and "_t_" not in str(d)}
    for name, values in data.data_vars.items():
        owner = str(values.dims[-1])[:-2] if values.dims else ""
        if values.dims == (f"{owner}_i",) and "_t_" not in owner:
            static[owner][str(name).removeprefix(f"{owner}_")] = values.to_numpy()
        elif values.dims == ("snapshots", f"{name}_i") and "_t_" in str(name):
            owner, attribute = str(name).split("_t_", 1)
            labels = data[f"{name}_i"].to_numpy().astype(str)
            _add_series(n, owner, attribute, pd.DataFrame(values.to_numpy(), columns=labels))
        elif not str(name).startswith(("snapshots_", "investment_periods_")):
            n.unknown.append(str(name))
    for owner, columns in static.items():
        names = data[f"{owner}_i"].to_numpy().astype(str).tolist() if f"{owner}_i" in data.coords else []
        _add(n, owner, pd.DataFrame(columns, index=pd.Index(names, dtype=object)))
    return n


def _network(facts: dict, times: pd.DataFrame) -> PypsaNetwork:
    weight = pd.DataFrame(1.0, index=range(len(times)), columns=list(WEIGHTS))
    for name in WEIGHTS:
        if name in times:
            weight[name] = pd.to_numeric(pd.Series(times[name].to_numpy()), errors="coerce").to_numpy(float)

    def number(key: str) -> float | None:
        value = pd.to_numeric(facts.get(key), errors="coerce") if facts.get(key) is not None else np.nan
        return float(value) if pd.notna(value) else None

    relaxed = str(facts.get("_linearized_uc", "0")).lower() in TRUE
    return PypsaNetwork(
        str(facts.get("name", "network")), len(times), weight, objective=number("_objective"), constant=number("_objective_constant"),
        linearized=relaxed,
    )  # fmt: skip


def _add(n: PypsaNetwork, owner: str, table: pd.DataFrame) -> None:
    if len(table) > LARGEST_LIST:
        raise NetworkFileError(f"{owner} has {len(table):,} rows, more than {LARGEST_LIST:,}")
    table.index = table.index.astype(str)
    if table.index.has_duplicates:
        raise NetworkFileError(f"{owner}: the name {table.index[table.index.duplicated()][0]} appears twice")
    if owner in lists():
        n.static[owner] = table
    elif owner not in STANDARD and len(table):
        n.unknown.append(owner)


def _add_series(n: PypsaNetwork, owner: str, attribute: str, table: pd.DataFrame) -> None:
    """Keep a series of an input attribute; outputs and what users added by the hour have no effect."""
    if attribute.endswith("_pw") or "piecewise" in attribute:
        n.unknown.append(f"{owner}-{attribute}")
        return
    known = attributes().get((owner, attribute))
    if known is None or known.role in ("output", "neutral") or not len(table.columns):
        return
    if len(table) != n.snapshots:
        raise NetworkFileError(f"{owner}-{attribute} has {len(table)} rows, the network {n.snapshots} snapshots")
    values = table.apply(pd.to_numeric, errors="coerce").reset_index(drop=True)
    values.columns = values.columns.astype(str)
    for name in values.columns[values.isna().any()]:
        if known.default == "" and values[name].isna().all():
            continue  # nothing is set
        n.wrong.append(Refusal(known.component, name, attribute, "empty or no number in some snapshots", "not_a_number"))
    n.series[owner, attribute] = values


def refused_cells(n: PypsaNetwork) -> Iterator[Refusal]:
    """Attributes that are refused unless they have their default, tables and columns that change the optimum in ways unknown here."""
    for owner in lists():
        table = n.table(owner)
        for (of, attribute), a in attributes().items():
            if of != owner or a.role != "refused" or not len(table):
                continue
            for name, value in table[attribute].items():
                if not _is_default(a, value):
                    yield Refusal(a.component, str(name), attribute, f"{value:g}" if isinstance(value, float) else str(value), a.reason)
            for name, values in n.series.get((owner, attribute), pd.DataFrame()).items():
                if name in table.index and not all(_is_default(a, v) for v in values):
                    yield Refusal(a.component, str(name), attribute, "hourly", a.reason)
    for column in n.added("buses"):
        if column.startswith(("nom_max_", "nom_min_")):
            values = pd.to_numeric(n.static["buses"][column], errors="coerce")
            for name, value in values[np.isfinite(values)].items():
                yield Refusal("Bus", str(name), column, f"{value:g}", "limit", "remove the column, or limit p_nom_max of the components")
    for name in n.unknown:
        piecewise = "_pw" in name or "piecewise" in name
        hint = "" if piecewise else "replace it by lines, links, generators or stores"
        yield Refusal("Network", n.name, name, "present", "piecewise" if piecewise else "component", hint)


def _is_default(a: Attribute, value: object) -> bool:
    if a.type == "str":
        return value == a.default
    if a.type == "bool":
        return value == (a.default.lower() in TRUE)
    number = float(value)  # type: ignore[arg-type]
    return np.isnan(number) or (a.default != "" and number == float(a.default))
