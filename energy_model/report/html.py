"""Plain pages without script: tables as HTML, every text escaped."""

from __future__ import annotations

import math
from html import escape

import pandas as pd

from energy_model.results import contract

STYLE = """
body{font:14px/1.5 "Noto Sans CJK SC","Microsoft YaHei","PingFang SC",sans-serif;
color:#1d2430;background:#fff;max-width:1200px;margin:1.5rem auto;
padding:0 1rem}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}a{color:#0b5394}
table{border-collapse:collapse;width:100%;font-size:13px}th,td{border:1px solid #d0d4da;padding:.25rem .5rem;text-align:left}
th{background:#dce6f1;position:sticky;top:0}td.n{text-align:right;font-variant-numeric:tabular-nums}td.minus{color:#b00020}
.scroll{overflow:auto;max-height:75vh}.note{color:#5b6270}form{margin:.75rem 0}input,select,button{font:inherit;padding:.2rem .4rem}
@media print{.scroll{max-height:none;overflow:visible}form,nav{display:none}}
"""


def page(title: str, body: str, style_attributes: str = "") -> str:
    """A whole page; `style_attributes` carries a nonce where the page is served with a content security policy."""
    return (
        '<!doctype html><html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style{style_attributes}>{STYLE}</style></head><body>{body}</body></html>\n"
    )


def heading(column: str) -> str:
    """Heading of a column in both languages with its code, which contains the unit."""
    words = contract.heading(column)
    return f"{escape(str(words))}<br><small>{escape(column)}</small>" if words else escape(column)


def table(frame: pd.DataFrame, heads: dict[str, str] | None = None) -> str:
    """A table; numbers to the right and with few digits, negative ones marked; empty cells stay empty."""
    head = "".join(f"<th>{(heads or {}).get(c) or heading(str(c))}</th>" for c in frame.columns)
    rows = []
    for values in frame.itertuples(index=False):
        rows.append("<tr>" + "".join(_cell(v) for v in values) + "</tr>")
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def _cell(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return f"<td>{'' if value is None else escape(str(value))}</td>"
    if math.isnan(value):
        return "<td></td>"
    text = f"{value:z,.0f}" if float(value).is_integer() or abs(value) >= 1e5 else f"{value:,.4g}" if abs(value) < 100 else f"{value:z,.1f}"
    return f'<td class="n{" minus" if value < 0 else ""}">{text}</td>'
