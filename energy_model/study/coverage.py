"""Where the model represents each clause of the plan, or why it does not: a page generated from ``targets.csv``."""

from __future__ import annotations

import csv
from pathlib import Path

HEAD = """# The plan's clauses in the model

Generated from `inputs/targets.csv` by `make docs`: one line per quotation of the plan. `hard` and `soft` rows are constraints of the model,
`report` rows are evaluated after the solve, `structure` rows are modelled by the tables and equations named, `outside` rows are not
modelled, for the reason given. A scenario may change the mode of any row.
"""
ROW_OF = {">=": "clause_at_least", "<=": "clause_at_most"}


def coverage_rows(inputs: Path) -> list[dict[str, str]]:
    """Rows of ``targets.csv`` that quote the plan, as text."""
    text = (inputs / "targets.csv").read_text(encoding="utf-8-sig")
    return [row for row in csv.DictReader(text.splitlines()) if row["quote_zh"]]


def where(row: dict[str, str]) -> str:
    """How a row is modelled, in Markdown: the quantity and its equation, tables, equations, and the reason for omissions."""
    parts = []
    if row["quantity"]:
        scope = f" of `{row['scope']}`" if row["scope"] else ""
        parts.append(f"`{row['quantity']}`{scope} {row['sense']} {row['value']}")
    if row["mode"] in ("hard", "soft"):
        parts.append(f"equation `{ROW_OF[row['sense']]}`")
    for reference in filter(None, row["modelled_by"].split(";")):
        table, _, key = reference.strip().partition("/")
        if not key:
            parts.append(f"equation `{table}`")
        else:
            parts.append(f"{table}.csv" if key == "*" else f"{table}.csv `{key}`")
    if row["reason_zh"]:
        parts.append(f"{row['reason_zh']} ({row['reason_en']})")
    return ", ".join(parts)


def coverage_markdown(inputs: Path) -> str:
    """Write the page.

    Parameters
    ----------
    inputs : Path
        Folder of the input tables.
    """
    rows = coverage_rows(inputs)
    counts = {mode: sum(r["mode"] == mode for r in rows) for mode in ("hard", "soft", "report", "structure", "outside", "off")}
    told = ", ".join(f"{n} {mode}" for mode, n in counts.items() if n)
    head = ["| clause | 原文 | row | mode | where in the model, or why it is not |", "|---|---|---|---|---|"]
    cells = [(r["clause"], r["quote_zh"], f"`{r['target']}` {r['name_zh']} {r['name_en']}", r["mode"], where(r)) for r in rows]
    return "\n".join([HEAD, f"{len(rows)} quotations: {told}.", "", *head, *(f"| {' | '.join(row)} |" for row in cells)])
