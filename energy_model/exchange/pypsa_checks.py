"""Everything in a PyPSA network is read: what is not imported is refused, or named if it has no effect on the optimum."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from energy_model.exchange.pypsa_tables import MULTIPORT, PORT, Attribute, PypsaNetwork, attributes, lists
from energy_model.exchange.refusals import Refusal
from energy_model.language import say
from energy_model.study.nearest import nearest

EMITTERS = ("generators", "storage_units", "stores")
"""Lists whose carriers count in a limit on CO2."""
UNLISTED = ("", "AC")
"""Carriers that need not be listed: none, and the one PyPSA gives to every bus."""
BOUNDED_LATER = ("p_nom", "e_nom", "s_nom", "ramp_limit_up", "ramp_limit_down")
"""Attributes whose infinite values the import itself judges."""
SHOWN = 12
FIRST_PORT = {"links": "efficiency", "processes": "rate1"}
"""Attribute that further ports have under a number."""


def refused_cells(n: PypsaNetwork) -> Iterator[Refusal]:
    """Attributes that are refused unless at their default, and unknown tables and columns that would change the optimum."""
    for a, name, value, hourly in _set(n, "refused"):
        yield Refusal(a.component, name, a.name, "hourly" if hourly else _shown(value), a.reason)
    for owner in MULTIPORT:
        for column in (c for c in n.added(owner) if re.fullmatch(r"delay\d+", c)):
            values = pd.to_numeric(n.static[owner][column], errors="coerce").fillna(0.0)
            for name in values.index[values != 0]:
                yield Refusal(lists()[owner], str(name), column, f"{values[name]:g}", "delay")
    for name in n.unknown:
        piecewise = "pw" in name or "piecewise" in name
        hint = "" if piecewise else "replace it by lines, links, generators or stores"
        yield Refusal("Network", n.name, name, "present", "piecewise" if piecewise else "component", hint)


def unread(n: PypsaNetwork) -> Iterator[Refusal]:
    """Values that differ from PyPSA's default, affect its optimum, and were not read during the import."""
    for a, name, value, hourly in _set(n, "carried"):
        if (a.list, name, a.name, hourly) not in n.read:
            yield Refusal(a.component, name, a.name, "hourly" if hourly else _shown(value), "unread")


def names(n: PypsaNetwork, co2_limited: bool) -> Iterator[Refusal]:
    """Series of components and carriers of plants that do not exist, and series of attributes that have none in PyPSA."""
    for (owner, attribute), values in n.series.items():
        a = attributes()[owner, FIRST_PORT[owner] if owner in MULTIPORT and PORT.fullmatch(attribute) else attribute]
        there = [str(i) for i in n.static.get(owner, pd.DataFrame()).index]
        for name in values.columns[~values.columns.isin(there)]:
            yield Refusal(a.component, str(name), attribute, "series", "unknown_name", _near(str(name), there))
        if not a.hourly:
            yield Refusal(a.component, ", ".join(map(str, values.columns[:SHOWN])), attribute, "hourly", "static")
    known = [str(c) for c in n.static.get("carriers", pd.DataFrame()).index]
    for owner in EMITTERS if known or co2_limited else ():
        for name, carrier in _unlisted(n, owner, known):
            if known and not nearest(carrier, known):
                continue  # PyPSA gives it no emissions, and it is no slip: it is noted
            yield Refusal(lists()[owner], name, "carrier", carrier, "unknown_carrier", _near(carrier, known))


def infinite(n: PypsaNetwork) -> Iterator[Refusal]:
    """Infinite values where PyPSA's default is finite: they cannot be imported."""
    for a, name, value, hourly in _set(n, "carried"):
        finite = a.type in ("float", "int") and not a.default.endswith("inf") and a.name not in BOUNDED_LATER
        if finite and np.isinf(np.asarray(value, dtype=float)).any():
            yield Refusal(a.component, name, a.name, "hourly" if hourly else _shown(value), "infinite")


def notes(n: PypsaNetwork) -> Iterator[tuple[str, str]]:
    """How files were read, and what was ignored because PyPSA's optimum does not depend on it, in Chinese and English."""
    for file, encoding in n.encoded.items():
        yield f"{file} 按 {encoding} 编码读取", f"{file} is read as text in {encoding}"
    for (zh, en), found in n.aside.items():
        yield f"PyPSA 不使用的{zh}未读入：{few(found)}", f"{en} that PyPSA does not use were not read: {few(found)}"
    for owner, kind in lists().items():
        if added := [column for column in n.added(owner) if (owner, column) not in n.used]:
            yield f"{kind} 的附加列未读入：{few(added)}", f"columns of {kind} that PyPSA does not use were not read: {few(added)}"
        if off := n.inactive(owner):
            yield f"停用的 {kind} 未导入：{few(off)}", f"{kind} that are not active were left out: {few(off)}"
    neutral = sorted(n.moot | {f"{a.component} {a.name}" for a, *_ in _set(n, "neutral")})
    if neutral:
        yield f"不影响最优解的属性未读入：{few(neutral)}", f"attributes without effect on the optimum were not read: {few(neutral)}"
    known = [str(c) for c in n.static.get("carriers", pd.DataFrame()).index]
    others = sorted({f"{carrier} ({lists()[owner]})" for owner in lists() for _, carrier in _unlisted(n, owner, known)})
    if others:
        yield f"载体表中没有，按无排放计：{few(others)}", f"carriers that are not listed, which emit nothing: {few(others)}"


def _set(n: PypsaNetwork, role: str) -> Iterator[tuple[Attribute, str, object, bool]]:
    """Attributes of active components that are not at their default: attribute, name, value or series, whether it is a series."""
    for (owner, attribute), a in attributes().items():
        if a.role != role or not n.given(owner, attribute):
            continue
        table = n.table(owner)
        series = n.series.get((owner, attribute), ())
        cells = zip(table.index, table[attribute].tolist(), counts(a, table), strict=True) if len(table) else ()
        for name, value, looked_at in cells:
            hourly = name in series
            given = series[name].to_numpy() if hourly else [value]
            if looked_at and not all(map(a.is_default, given)):
                yield a, str(name), given if hourly else value, hourly


def counts(a: Attribute, table: pd.DataFrame) -> np.ndarray:
    """Components for which PyPSA uses an attribute."""
    if not a.where:
        return np.ones(len(table), bool)
    switch = table[a.where.removeprefix("not ")].to_numpy(bool)
    return ~switch if a.where.startswith("not ") else switch


def _unlisted(n: PypsaNetwork, owner: str, known: list[str]) -> Iterator[tuple[str, str]]:
    table = n.table(owner)
    if "carrier" in table:
        for name, carrier in table.carrier[~table.carrier.isin([*known, *UNLISTED])].items():
            yield str(name), carrier


def _near(name: str, known: list[str]) -> str:
    return ", ".join(nearest(name, known, 2)) or ", ".join(known[:4]) or say("none", "无")


def few(found: Iterable[str]) -> str:
    """The first of some names, and how many there are."""
    found = list(dict.fromkeys(found))
    return ", ".join(found[:SHOWN]) + (f" … ({len(found)})" if len(found) > SHOWN else "")


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
