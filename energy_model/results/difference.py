"""Two results side by side: what differs in inputs, capacity, energy, cost, clauses and prices."""

from __future__ import annotations

import pandas as pd

COLUMNS = ("section", "key", "name_zh", "name_en", "quantity", "first", "second", "difference")
# Section: table, key columns, value columns.
SECTIONS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "capacity": ("capacity", ("element",), ("capacity_mw", "energy_gwh")),
    "corridors": ("corridors", ("corridor",), ("capacity_mw", "sent_gwh", "hours_at_limit_h")),
    "energy": ("energy_account", ("side", "item"), ("energy_gwh",)),
    "curtailment": ("curtailment", ("feed",), ("curtailed_gwh",)),
    "costs": ("costs", ("category",), ("cost_mcny",)),
    "clauses": ("clauses", ("target",), ("reached", "price")),
    "contracts": ("contract_prices", ("contract",), ("energy_gwh", "marginal_cny_per_mwh", "nodal_cny_per_mwh", "room_cny_per_mwh")),
    "prices": ("prices", ("bus",), ("mean_cny_per_mwh",)),
}
# What a code must mean in both results for its figures to be compared: table, key, columns that must agree.
MEANING: dict[str, tuple[str, tuple[str, ...]]] = {
    "places": ("node", ("kind",)),
    "capacity": ("element", ("node", "technology", "kind")),
    "corridors": ("corridor", ("from_node", "to_node", "kind")),
    "contract_prices": ("contract", ("market",)),
    "clauses": ("target", ("quantity", "unit")),
}


class CannotCompareError(Exception):
    """The labels of two results do not mean the same."""


def check_comparable(first: dict[str, pd.DataFrame], second: dict[str, pd.DataFrame], manifests: tuple[dict, dict]) -> None:
    """Refuse results whose figures cannot be set side by side.

    Raises
    ------
    CannotCompareError
        When one of them is a part of the year that does not stand for a year and the other covers other hours, when they have no node in
        common, or when a code means different things in them; all reasons at once.
    """
    reasons = []
    a, b = manifests
    partial = [m["horizon"] for m in manifests if str(m["horizon"]).startswith("hours:")]
    if partial and a["horizon"] != b["horizon"]:
        reasons.append(f"they cover different hours 时段不同: {a['horizon']}, {b['horizon']}")
    if not set(first["places"].node) & set(second["places"].node):
        reasons.append("they have no node in common 没有共同节点")
    for table, (key, columns) in MEANING.items():
        if table not in first or table not in second:
            reasons.append(f"one of them lacks the table {table}: solve it again 缺少表 {table}")
            continue
        both = first[table].merge(second[table], on=key, suffixes=("_a", "_b"))
        for column in columns:
            other = both[both[f"{column}_a"].astype(str) != both[f"{column}_b"].astype(str)]
            reasons += [
                f"{key} {getattr(r, key)}: {column} {getattr(r, f'{column}_a')} / {getattr(r, f'{column}_b')}" for r in other.itertuples()
            ]
    if reasons:
        shown = "; ".join(reasons[:8]) + (f"; and {len(reasons) - 8} more" if len(reasons) > 8 else "")
        raise CannotCompareError(f"These results cannot be compared 两个结果不可比: {shown}.")


def differences(first: dict[str, pd.DataFrame], second: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """All figures of two results that `SECTIONS` names.

    Returns
    -------
    DataFrame
        One row per figure: ``section``, ``key``, names, ``quantity`` (the column, with its unit), ``first``, ``second``, ``difference``
        (second less first). What only one of them has counts as 0 in the other, prices excepted, which are NaN.
    """
    parts = []
    for section, (table, keys, values) in SECTIONS.items():
        if table not in first or table not in second:
            continue
        named = [c for c in ("name_zh", "name_en") if c in first[table]]
        frames = [t[table].drop_duplicates(list(keys)).set_index(list(keys)) for t in (first, second)]
        order = list(dict.fromkeys([*frames[0].index, *frames[1].index]))
        names = pd.concat([f[named] for f in frames])
        names = names[~names.index.duplicated()].reindex(order)
        for column in values:
            a, b = (f[column].reindex(order) for f in frames)
            if "price" not in column and not column.endswith("_cny_per_mwh"):
                a, b = a.fillna(0.0), b.fillna(0.0)
            part = pd.DataFrame({"first": a.to_numpy(float), "second": b.to_numpy(float)})
            part["section"], part["quantity"] = section, column
            part["key"] = [" ".join(map(str, k)) if isinstance(k, tuple) else str(k) for k in order]
            for name in ("name_zh", "name_en"):
                part[name] = names[name].fillna("").astype(str).to_numpy() if name in named else ""
            parts.append(part)
    frame = pd.concat(parts, ignore_index=True)
    frame["difference"] = frame["second"] - frame["first"]
    return frame[list(COLUMNS)]


def changed_inputs(first: dict, second: dict) -> pd.DataFrame:
    """Input files whose content differs, by SHA-256: ``file``, and the first 12 digits of each hash (empty where the file was not read)."""
    a, b = first["sha256"], second["sha256"]
    rows = [
        {"file": f, "first_sha256": a.get(f, "")[:12], "second_sha256": b.get(f, "")[:12]} for f in sorted({*a, *b}) if a.get(f) != b.get(f)
    ]
    return pd.DataFrame(rows, columns=["file", "first_sha256", "second_sha256"])
