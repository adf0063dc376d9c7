"""Read a PyPSA network from a NetCDF file or a CSV folder, without PyPSA: tables, series, snapshots.

Input is checked before reading: kind and size of the files, links that point elsewhere, the number of components. Nothing is unpickled.
Blanks around names, headers and cells are ignored.
"""

# Over 300 lines: both kinds of files, and the checks before anything of them is used.

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.exchange.pypsa_copies import by_period, joined
from energy_model.exchange.pypsa_tables import MULTIPORT, PORT, TRUE, PypsaNetwork, attributes, clean, lists
from energy_model.exchange.refusals import NetworkFileError, Refusal
from energy_model.labels import Label
from energy_model.study.cell_text import number_fault
from energy_model.study.errors import InputErrors
from energy_model.study.text_file import table_of

LARGEST_BYTES = 2_000_000_000
LARGEST_LIST = 20_000
SIGNATURES = (b"CDF\x01", b"CDF\x02", b"CDF\x05", b"\x89HDF\r\n\x1a\n")
"""First bytes of NetCDF files, classic and version 4."""
WEIGHTS = ("objective", "stores", "generators")
OLD_WEIGHT = "weightings"
"""The one column of weightings before PyPSA 0.18; PyPSA takes it for all three where none of them is there."""
STAMPS = ("snapshot", "timestep", "period", "name")
LIBRARIES = ("line_types", "transformer_types")
"""Lists of types, which lines and transformers name."""
STANDARD = ("shapes", "sub_networks")
"""Lists that have no part in the optimum by themselves."""
FACTS = ("name", "pypsa_version", "srid", "crs", "now", "objective", "objective_constant", "linearized_uc", "multi_invest")
NEIGHBOURS = ("meta.json", "crs.json")
"""Files of a folder that say nothing about the optimum."""
PIECEWISE = re.compile(r"(-|_)(pw|piecewise)$|^[a-z_]+_pw_")


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
        raise NetworkFileError(f"there is no file or folder {path}", f"没有文件或目录 {path}")
    if path.stat().st_size > LARGEST_BYTES:
        raise NetworkFileError(f"{path.name} has more than {LARGEST_BYTES:,} bytes", f"{path.name} 超过 {LARGEST_BYTES:,} 字节")
    with path.open("rb") as file:
        head = file.read(8)
    if not any(head.startswith(s) for s in SIGNATURES) or path.suffix == ".h5":
        raise NetworkFileError(
            f"{path.name} is not a NetCDF file; save the network with export_to_netcdf or export_to_csv_folder",
            f"{path.name} 不是 NetCDF 文件；请用 export_to_netcdf 或 export_to_csv_folder 保存网络",
        )
    return _from_netcdf(path)


def _from_folder(folder: Path) -> PypsaNetwork:
    there = sorted(p for p in folder.iterdir() if not p.name.startswith("."))
    found = [p for p in there if p.name.lower().endswith(".csv")]
    if not any(p.name == "buses.csv" for p in found):
        raise NetworkFileError(f"{folder} has no buses.csv: it is not a PyPSA network", f"{folder} 中没有 buses.csv，不是 PyPSA 网络")
    if astray := [p.name for p in found if p.is_symlink() or not p.resolve().is_relative_to(folder.resolve())]:
        raise NetworkFileError(f"{', '.join(astray)} points outside the folder", f"{', '.join(astray)} 指向目录之外")
    if odd := [p.name for p in found if not p.is_file() or p.suffix != ".csv"]:
        raise NetworkFileError(
            f"{', '.join(odd)}: a table is a file whose name ends in .csv, in lower case",
            f"{', '.join(odd)}：表应为文件，文件名以小写 .csv 结尾",
        )
    if sum(p.stat().st_size for p in found) > LARGEST_BYTES:
        raise NetworkFileError(
            f"the tables of {folder.name} have more than {LARGEST_BYTES:,} bytes", f"{folder.name} 各表合计超过 {LARGEST_BYTES:,} 字节"
        )
    stems = {clean(p.stem): p for p in found}
    curves = [stem for stem in stems if PIECEWISE.search(stem)]
    read = {stem: _csv(path) for stem, path in stems.items() if stem not in curves}
    tables = {stem: table for stem, (table, _) in read.items()}
    about = tables.pop("network", pd.DataFrame())
    facts = {c: about[c].iloc[0] for c in about} | {"name": about.index[0]} if len(about) else {}
    times = tables.pop("snapshots", pd.DataFrame(index=["now"]))
    n = _network(facts, times)
    periods = tables.pop("investment_periods", pd.DataFrame())
    n.unknown += curves
    n.encoded = {stems[stem].name: encoding for stem, (_, encoding) in read.items() if encoding}
    _aside(n, "文件", "files", [p.name for p in there if p not in found and p.name not in NEIGHBOURS])
    for stem, table in tables.items():
        owner, _, attribute = (part.strip() for part in stem.partition("-"))
        if not attribute:
            _add(n, owner, table)
        else:
            _add_series(n, owner, attribute, table)
    if not len(periods) and "period" not in times:
        return n
    if not {"objective", "years"} <= set(periods) or "period" not in times:
        n.periods = True
        return n
    each = periods[["objective", "years"]].apply(pd.to_numeric, errors="coerce")
    of_snapshot = pd.to_numeric(times["period"], errors="coerce").to_numpy()
    return by_period(n, of_snapshot, each.set_axis([int(p) for p in periods.index]))


def _csv(path: Path) -> tuple[pd.DataFrame, str]:
    """A table as text, indexed by its first column, without empty rows and columns, and its encoding if not UTF-8."""
    try:
        sheet = table_of(path.name, path.read_bytes())
    except InputErrors as fault:
        raise NetworkFileError(" ".join(e.en for e in fault.errors), " ".join(e.zh for e in fault.errors)) from fault
    rows = sheet.rows
    if not rows:
        raise NetworkFileError(f"{path.name} cannot be read as a table: it is empty", f"{path.name} 无法作为表读取：文件为空")
    head = rows[0]
    if long := next((k for k, row in enumerate(rows, start=1) if len(row) > len(head)), 0):
        raise NetworkFileError(
            f"{path.name} cannot be read as a table: row {long} has more cells than the header",
            f"{path.name} 无法作为表读取：第 {long} 行的单元格多于表头",
        )
    cells = pd.DataFrame([row + [""] * (len(head) - len(row)) for row in rows], dtype=str)
    body = cells.iloc[1:]
    body.index = body[0]
    blank = [k for k, name in enumerate(head) if not name and k and not (body[k] != "").any()]
    body = body.drop(columns=[0, *blank])
    nameless = np.flatnonzero(body.index == "")
    empty = [k for k in nameless if not (body.iloc[k] != "").any()]
    body = body[~np.isin(np.arange(len(body)), empty)]
    body.columns = _unique(
        [name for k, name in enumerate(head) if k and k not in blank], Label(f"{path.name}：列", f"{path.name}: the column")
    )
    return body, sheet.encoding


def _unique(names: list[str], what: Label) -> list[str]:
    if "" in names:
        raise NetworkFileError(f"{what.en} {names.index('') + 1} has no name", f"{what.zh} {names.index('') + 1} 没有名称")
    if len(set(names)) < len(names):
        twice = next(n for k, n in enumerate(names) if n in names[:k])
        raise NetworkFileError(f"{what.en} {twice} appears twice", f"{what.zh} {twice} 重复")
    return names


def _from_netcdf(path: Path) -> PypsaNetwork:
    try:
        with xr.open_dataset(path, engine="netcdf4", decode_times=False) as data:
            if sum(v.nbytes for v in data.variables.values()) > LARGEST_BYTES:
                raise NetworkFileError(
                    f"{path.name} would fill more than {LARGEST_BYTES:,} bytes", f"{path.name} 读入后超过 {LARGEST_BYTES:,} 字节"
                )
            data = data.load()
    except NetworkFileError:
        raise
    except Exception as fault:  # the NetCDF library reports damage in many ways
        raise NetworkFileError(f"{path.name} is damaged: {fault}", f"{path.name} 已损坏：{fault}") from fault
    if "buses_i" not in data.sizes:
        raise NetworkFileError(f"{path.name} has no buses: it is not a PyPSA network", f"{path.name} 中没有母线，不是 PyPSA 网络")
    if "scenario" in data.sizes and "investment_periods" not in data.sizes:
        weight = dict(zip(map(str, data.scenario.to_numpy()), map(float, data.scenario_weight.to_numpy()), strict=True))
        plain = data.drop_vars(["scenario", "scenario_weight"])
        return joined({name: _parsed(plain.isel(scenario=k)) for k, name in enumerate(weight)}, weight)
    n = _parsed(data)
    if "investment_periods" not in data.sizes:
        return n
    if "scenario" in data.sizes:
        n.periods = n.scenarios = True
        return n
    of_snapshot = data.snapshots_period.to_numpy()
    each = {c: data[f"investment_periods_{c}"].to_numpy() for c in ("objective", "years")}
    return by_period(n, of_snapshot, pd.DataFrame(each, index=[int(p) for p in data.investment_periods.to_numpy()]))


def _parsed(data: xr.Dataset) -> PypsaNetwork:
    """A network whose variables are over snapshots and components alone."""
    times = {str(n).removeprefix("snapshots_"): v.to_numpy() for n, v in data.data_vars.items() if v.dims == ("snapshots",)}
    facts = {k.removeprefix("network_"): v for k, v in data.attrs.items() if k.startswith("network_")}
    n = _network(facts, pd.DataFrame(times, index=range(data.sizes.get("snapshots", 1))))
    own = [str(d)[:-2] for d in data.sizes if str(d).endswith("_i") and "_t_" not in str(d) and not PIECEWISE.search(str(d))]
    static: dict[str, dict[str, np.ndarray]] = {owner: {} for owner in own}
    series = []
    for name, values in data.data_vars.items():
        owner = str(values.dims[-1])[:-2] if values.dims else ""
        if values.dims == (f"{owner}_i",) and owner in static:
            static[owner][clean(str(name).removeprefix(f"{owner}_"))] = values.to_numpy()
        elif values.dims == ("snapshots", f"{name}_i") and "_t_" in str(name):
            series.append(str(name))
        elif not str(name).startswith(("snapshots_", "investment_periods_")):
            n.unknown.append(str(name))
    for owner, columns in static.items():
        names = [clean(i) for i in data[f"{owner}_i"].to_numpy()] if f"{owner}_i" in data.coords else []
        _add(n, owner, pd.DataFrame(columns, index=pd.Index(names, dtype=object)))
    for name in series:
        owner, attribute = (part.strip() for part in name.split("_t_", 1))
        labels = [clean(i) for i in data[f"{name}_i"].to_numpy()]
        _add_series(
            n, owner, attribute, pd.DataFrame(data[name].to_numpy(), columns=_unique(labels, Label(f"{name}：名称", f"{name}: the name")))
        )
    return n


def _network(facts: dict, times: pd.DataFrame) -> PypsaNetwork:
    given = [name for name in WEIGHTS if name in times]
    weight = pd.DataFrame(1.0, index=range(len(times)), columns=list(WEIGHTS))
    for name in given or [OLD_WEIGHT] * (OLD_WEIGHT in times):
        values = pd.to_numeric(pd.Series(times[name].to_numpy()), errors="coerce").to_numpy(float)
        weight = weight.assign(**dict.fromkeys([name] if given else WEIGHTS, values))
    facts = {clean(key).removeprefix("_"): value for key, value in facts.items()}

    def number(key: str) -> float | None:
        value = pd.to_numeric(facts.get(key), errors="coerce") if facts.get(key) is not None else np.nan
        return float(value) if pd.notna(value) else None

    relaxed = str(facts.get("linearized_uc", "0")).lower() in TRUE
    n = PypsaNetwork(
        clean(facts.get("name")) or "network", len(times), weight, objective=number("objective"), constant=number("objective_constant"),
        linearized=relaxed,
    )  # fmt: skip
    if given and len(given) < len(WEIGHTS):
        missing = ", ".join(name for name in WEIGHTS if name not in given)
        n.wrong.append(Refusal("Network", n.name, "snapshot_weightings", f"{missing} missing", "weights", "give all three columns"))
    if number("co2_limit") is not None:
        n.wrong.append(Refusal("Network", n.name, "co2_limit", str(facts["co2_limit"]), "limit", "write it as a row of global_constraints"))
    risky = [key for key in facts if "risk" in key.lower()]  # of a later PyPSA: those up to 1.4 do not write it
    n.wrong += [Refusal("Network", n.name, key, str(facts[key]), "risk") for key in risky]
    _near(n, "Network", n.name, times.columns, (*WEIGHTS, OLD_WEIGHT))
    used = given or [OLD_WEIGHT]
    _aside(n, "时段表的列", "columns of snapshots", [str(c) for c in times if c not in (*used, *STAMPS)])
    _aside(n, "网络属性", "facts of the network", [key for key in facts if key and key not in (*FACTS, *risky, "co2_limit")])
    return n


def _aside(n: PypsaNetwork, zh: str, en: str, names: list[str]) -> None:
    """Record what PyPSA itself does not use."""
    if names:
        n.aside.setdefault((zh, en), []).extend(names)


def _near(n: PypsaNetwork, component: str, name: str, found, known) -> None:
    """Refuse columns that differ from known ones only in capitals and marks: PyPSA would ignore them silently."""
    plain = {re.sub(r"[^a-z0-9]", "", k.lower()): k for k in known}
    for column in found:
        meant = plain.get(re.sub(r"[^a-z0-9]", "", str(column).lower()))
        if meant and meant != column:
            n.wrong.append(Refusal(component, name, str(column), "a column", "unknown_name", f"{meant}?"))


def _add(n: PypsaNetwork, owner: str, table: pd.DataFrame) -> None:
    if len(table) > LARGEST_LIST:
        raise NetworkFileError(
            f"{owner} has {len(table):,} rows, more than {LARGEST_LIST:,}", f"{owner} 有 {len(table):,} 行，超过 {LARGEST_LIST:,} 行"
        )
    _unique([str(name) for name in table.index], Label(f"{owner}：名称", f"{owner}: the name"))
    if owner in lists():
        n.static[owner] = table
        if "name" in table:
            raise NetworkFileError(f"{owner}: the column name must be the first", f"{owner}：name 应为第一列")
        _near(n, lists()[owner], "all", table.columns, [a for o, a in attributes() if o == owner])
    elif owner in LIBRARIES:
        n.libraries[owner] = table
    elif owner in STANDARD:
        _aside(n, "表", "tables", [owner] if len(table) and owner != "sub_networks" else [])
    elif len(table):
        n.unknown.append(owner)
        n.foreign[owner] = table


def _add_series(n: PypsaNetwork, owner: str, attribute: str, table: pd.DataFrame) -> None:
    """Keep a series of an input attribute; outputs and hourly user data have no effect."""
    known = attributes().get((owner, attribute))
    if owner not in lists():
        if len(table.columns):
            n.unknown.append(f"{owner}-{attribute}")
        return
    if owner in MULTIPORT and PORT.fullmatch(attribute) and not attribute.startswith("bus"):
        if len(table.columns):
            _add_port_series(n, owner, attribute, table)
        return
    if known is None:
        _near(n, lists()[owner], "all", [attribute], [a for o, a in attributes() if o == owner])
        _aside(n, "时间序列", "series", [f"{owner}-{attribute}"])
        return
    if known.role == "output" or not len(table.columns):
        return
    values = _keep_numbers(n, owner, attribute, table)
    if known.role == "neutral":
        return
    for name in values.columns[values.isna().any()]:
        given = [clean(v) for v in table[name].to_numpy()[values[name].isna().to_numpy()]]
        if known.default == "" and all(v.lower() in ("", "nan") for v in given):
            continue  # nothing is set in these snapshots
        text = next((v for v in given if v.lower() not in ("", "nan")), "") if known.default == "" else given[0]
        hint, hint_zh = number_fault(text, attribute, "")[1:] if text else ("fill it in", "请填写")
        n.wrong.append(Refusal(known.component, name, attribute, text or "empty in some snapshots", "not_a_number", hint, hint_zh))


def _add_port_series(n: PypsaNetwork, owner: str, attribute: str, table: pd.DataFrame) -> None:
    """Keep the series of a further port."""
    values = _keep_numbers(n, owner, attribute, table)
    for name in values.columns[values.isna().any()]:
        n.wrong.append(Refusal(lists()[owner], name, attribute, "not a number", "not_a_number", "fill it in", "请填写"))


def _keep_numbers(n: PypsaNetwork, owner: str, attribute: str, table: pd.DataFrame) -> pd.DataFrame:
    """Keep a series as numbers, missing where a cell is none; returns it.

    Raises
    ------
    NetworkFileError
        When it has another length than the network.
    """
    if len(table) != n.snapshots:
        raise NetworkFileError(
            f"{owner}-{attribute} has {len(table)} rows, the network {n.snapshots} snapshots",
            f"{owner}-{attribute} 有 {len(table)} 行，而网络有 {n.snapshots} 个时段",
        )
    values = table.apply(pd.to_numeric, errors="coerce").reset_index(drop=True)
    values.columns = values.columns.astype(str)
    n.series[owner, attribute] = values
    return values
