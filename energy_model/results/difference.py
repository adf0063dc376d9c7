"""Comparison of two results: differences in inputs, capacity, energy, cost, clauses and prices."""

from __future__ import annotations

import pandas as pd

from energy_model.errors import EnergyModelError
from energy_model.language import say
from energy_model.results.contract import column_names
from energy_model.results.dust import without_dust

# Section: table, key columns, value columns.
SECTIONS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "capacity": ("capacity", ("element",), ("capacity_mw", "sent_out_gwh")),
    "corridors": ("corridors", ("corridor",), ("capacity_mw", "sent_gwh", "hours_at_limit_h")),
    "energy": ("energy_account", ("side", "item"), ("energy_gwh",)),
    "curtailment": ("curtailment", ("feed",), ("curtailed_gwh",)),
    "costs": ("costs", ("category",), ("cost_mcny",)),
    "clauses": ("clauses", ("target",), ("reached", "price")),
    "contracts": ("contract_prices", ("contract",), ("energy_gwh", "marginal_cny_per_mwh", "nodal_cny_per_mwh", "room_cny_per_mwh")),
    "prices": ("prices", ("bus",), ("mean_cny_per_mwh",)),
    "room": ("room_to_move", ("group", "epsilon_share"), ("lowest_mw", "highest_mw")),
    "clause_costs": ("clause_costs", ("target", "change"), ("change_mcny",)),
    "bargaining": ("bargaining", ("item", "case"), ("ours_cny_per_mwh", "theirs_cny_per_mwh", "room_cny_per_mwh")),
}
QUESTIONS = ("room", "clause_costs", "bargaining")
"""Sections that two results have only after the same question; what one of them lacks was not asked there and is no zero."""
# What a code must mean in both results for its figures to be compared: table, key, columns that must agree.
MEANING: dict[str, tuple[str, tuple[str, ...]]] = {
    "places": ("node", ("kind",)),
    "capacity": ("element", ("node", "technology", "kind")),
    "corridors": ("corridor", ("from_node", "to_node", "kind")),
    "contract_prices": ("contract", ("market",)),
    "clauses": ("target", ("quantity", "unit")),
}


class CannotCompareError(EnergyModelError):
    """The labels of two results differ in meaning."""


def check_comparable(first: dict[str, pd.DataFrame], second: dict[str, pd.DataFrame], manifests: tuple[dict, dict]) -> None:
    """Refuse results whose figures cannot be compared.

    Raises
    ------
    CannotCompareError
        When one of them is a part of the year that does not represent a year and the other covers other hours, when they have no node in
        common, or when a code means different things in them; all reasons at once.
    """
    reasons = []
    a, b = manifests
    partial = [m["horizon"] for m in manifests if str(m["horizon"]).startswith("hours:")]
    if partial and a["horizon"] != b["horizon"]:
        reasons.append(say(f"they cover different hours: {a['horizon']}, {b['horizon']}", f"时段不同：{a['horizon']}、{b['horizon']}"))
    if not set(first["places"].node) & set(second["places"].node):
        reasons.append(say("they have no node in common", "没有共同节点"))
    for table, (key, columns) in MEANING.items():
        if table not in first or table not in second:
            reasons.append(say(f"one of them lacks the table {table}: solve it again", f"其一缺少表 {table}，请重新求解"))
            continue
        both = first[table].merge(second[table], on=key, suffixes=("_a", "_b"))
        for column in columns:
            other = both[both[f"{column}_a"].astype(str) != both[f"{column}_b"].astype(str)]
            reasons += [
                f"{key} {getattr(r, key)}: {column} {getattr(r, f'{column}_a')} / {getattr(r, f'{column}_b')}" for r in other.itertuples()
            ]
    if reasons:
        shown = "; ".join(reasons[:8]) + (
            say(f"; and {len(reasons) - 8} more", f"；另有 {len(reasons) - 8} 项") if len(reasons) > 8 else ""
        )
        raise CannotCompareError(say(f"These results cannot be compared: {shown}.", f"两个结果不可比：{shown}。"))


def differences(first: dict[str, pd.DataFrame], second: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """All figures of two results named in `SECTIONS`.

    Returns
    -------
    DataFrame
        One row per figure: ``section``, ``key``, names, ``quantity`` (the column, with its unit), ``first``, ``second``, ``difference``
        (second less first). What only one of them has counts as 0 in the other, prices excepted, which are NaN; rows of `QUESTIONS` are
        those that both have.
    """
    parts = []
    for section, (table, keys, values) in SECTIONS.items():
        if table not in first or table not in second:
            continue
        words = {name: name if name in first[table] else name.replace("name", "item") for name in ("name_zh", "name_en")}
        named = [c for c in words.values() if c in first[table]]
        frames = [without_dust(t[table]).drop_duplicates(list(keys)).set_index(list(keys)) for t in (first, second)]
        order = list(dict.fromkeys([*frames[0].index, *frames[1].index]))
        if section in QUESTIONS:
            order = [key for key in order if all(key in f.index for f in frames)]
        names = pd.concat([f[named] for f in frames])
        names = names[~names.index.duplicated()].reindex(order)
        for column in values:
            a, b = (f[column].reindex(order) for f in frames)
            if "price" not in column and not column.endswith("_cny_per_mwh") and section not in QUESTIONS:
                a, b = a.fillna(0.0), b.fillna(0.0)
            part = pd.DataFrame({"first": a.to_numpy(float), "second": b.to_numpy(float)})
            part["section"], part["quantity"] = section, column
            part["key"] = [" ".join(map(str, k)) if isinstance(k, tuple) else str(k) for k in order]
            for name, own in words.items():
                part[name] = names[own].fillna("").astype(str).to_numpy() if own in named else ""
            parts.append(part)
    frame = pd.concat(parts, ignore_index=True)
    frame["difference"] = frame["second"] - frame["first"]
    return frame[column_names("difference")]


def changed_inputs(first: dict, second: dict) -> pd.DataFrame:
    """Input files whose content differs, by SHA-256: ``file``, and the first 12 digits of each hash (empty if not read)."""
    a, b = first["sha256"], second["sha256"]
    rows = [
        {"file": f, "first_sha256": a.get(f, "")[:12], "second_sha256": b.get(f, "")[:12]} for f in sorted({*a, *b}) if a.get(f) != b.get(f)
    ]
    return pd.DataFrame(rows, columns=column_names("inputs"))
