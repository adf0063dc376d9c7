"""Where the model represents each clause of the plan, or why it does not: a page generated from ``targets.csv``."""

from __future__ import annotations

import csv
from pathlib import Path

from energy_model.labels import LABELS
from energy_model.language import Language

HEAD: dict[Language, str] = {
    "en": """# The plan's clauses in the model

中文：[seed-coverage.zh.md](seed-coverage.zh.md)

Generated from `inputs/targets.csv` by `make docs`: one line per quotation of the plan. `hard` and `soft` rows are constraints of the model,
`report` rows are evaluated after the solve, `structure` rows are modelled by the tables and equations named, `outside` rows are not
modelled, for the reason given. A scenario may change the mode of any row.
""",
    "zh": """# 规划各条款在模型中的位置

English: [seed-coverage.md](seed-coverage.md)

由 `make docs` 从 `inputs/targets.csv` 生成，规划原文每句一行。硬约束（`hard`）与软约束（`soft`）是模型的约束；
仅报告（`report`）的行在求解后核算；由表与方程体现（`structure`）的行见所列的表与方程；模型之外（`outside`）的行不在模型内，并注明原因。方案可改变任一行的性质。
""",
}
COLUMNS: dict[Language, str] = {
    "en": "| clause | 原文 | row | mode | where in the model, or why it is not |",
    "zh": "| 条 | 原文 | 行 | 性质 | 在模型中的位置，或不计的原因 |",
}
ROW_OF = {">=": "clause_at_least", "<=": "clause_at_most"}


def coverage_rows(inputs: Path) -> list[dict[str, str]]:
    """Rows of ``targets.csv`` that quote the plan, as text."""
    text = (inputs / "targets.csv").read_text(encoding="utf-8-sig")
    return [row for row in csv.DictReader(text.splitlines()) if row["quote_zh"]]


def where(row: dict[str, str], language: Language = "en") -> str:
    """How a row is modelled, in Markdown: the quantity and its equation, tables, equations, and the reason for omissions."""
    equation = "方程" if language == "zh" else "equation"
    parts = []
    if row["quantity"]:
        scope = {"en": f" of `{row['scope']}`", "zh": f"（`{row['scope']}`）"}[language] if row["scope"] else ""
        parts.append(f"`{row['quantity']}`{scope} {row['sense']} {row['value']}")
    if row["mode"] in ("hard", "soft"):
        parts.append(f"{equation} `{ROW_OF[row['sense']]}`")
    for reference in filter(None, row["modelled_by"].split(";")):
        table, _, key = reference.strip().partition("/")
        if not key:
            parts.append(f"{equation} `{table}`")
        else:
            parts.append(f"{table}.csv" if key == "*" else f"{table}.csv `{key}`")
    parts += filter(None, [row[f"reason_{language}"]])
    return ("，" if language == "zh" else ", ").join(parts)


def coverage_markdown(inputs: Path, language: Language = "en") -> str:
    """Write the page.

    Parameters
    ----------
    inputs : Path
        Folder of the input tables.
    language : {"en", "zh"}
    """
    rows = coverage_rows(inputs)
    counts = {mode: sum(r["mode"] == mode for r in rows) for mode in ("hard", "soft", "report", "structure", "outside", "off")}
    if language == "zh":
        modes = {mode: LABELS["mode"][mode].zh for mode in counts}
        told = f"共 {len(rows)} 句：{'，'.join(f'{modes[mode]} {n}' for mode, n in counts.items() if n)}。"
    else:
        modes = {mode: mode for mode in counts}
        told = f"{len(rows)} quotations: {', '.join(f'{n} {mode}' for mode, n in counts.items() if n)}."
    cells = [(r["clause"], r["quote_zh"], f"`{r['target']}` {r[f'name_{language}']}", modes[r["mode"]], where(r, language)) for r in rows]
    return "\n".join([HEAD[language], told, "", COLUMNS[language], "|---|---|---|---|---|", *(f"| {' | '.join(row)} |" for row in cells)])
