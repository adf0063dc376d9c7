"""Plain pages: tables as HTML, every text escaped; a page in both languages shows one of them at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from html import escape
from pathlib import Path

import pandas as pd

from energy_model.labels import Label, label
from energy_model.language import LANGUAGES, language, speaking
from energy_model.report.columns import code_words
from energy_model.report.shown_units import in_row_units, unit_of
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
nav.languages{float:right}nav.languages button{border:1px solid #1f4e79;background:#fff;color:#1f4e79;cursor:pointer}
nav.languages button[aria-pressed="true"]{background:#1f4e79;color:#fff}
"""
BUTTONS = (
    '<nav class="languages"><button type="button" data-lang="zh" lang="zh">中文</button>'
    '<button type="button" data-lang="en" lang="en">English</button></nav>'
)
SWITCH = Path(__file__).with_name("languages.js").read_text(encoding="utf-8")
"""Script of a page in both languages."""


def page(title: str, body: str, style_attributes: str = "") -> str:
    """A whole page in the language in use; `style_attributes` carries a nonce where it is served with a content security policy."""
    return (
        f'<!doctype html><html lang="{language()}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style{style_attributes}>{STYLE}</style></head><body>{body}</body></html>\n"
    )


def page_in_both(title: Label, body: Callable[[], str], script: str = "") -> str:
    """A whole page that shows one language at a time, chosen by its buttons and kept in its address.

    Parameters
    ----------
    title : Label
    body : callable
        Body in the language in use; called once for each.
    script : str
        What charts of the body need.
    """
    parts: list[str] = []
    for lang, words in zip(LANGUAGES, title, strict=True):
        with speaking(lang):
            parts.append(f'<main lang="{lang}" data-title="{escape(words)}"{" hidden" * bool(parts)}>{body()}</main>')
    needed = f"<script>{script}</script>" if script else ""
    with speaking(LANGUAGES[0]):
        return page(title[0], f"{BUTTONS}{needed}{''.join(parts)}<script>{SWITCH}</script>")


def heading(column: str, of: str = contract.EVERYWHERE) -> str:
    """Words of a column in the language in use with its code, which carries the unit."""
    words = contract.heading(column[:-3] if column in ("name_zh", "name_en", "item_zh", "item_en") else column, of)
    return f"{escape(words.shown)}<br><small>{escape(column)}</small>" if words else escape(column)


def heading_with_unit(column: str, of: str) -> str:
    """Words of a column in the language in use with the unit in which it is shown."""
    unit = unit_of(column, language()).words
    words = contract.heading(column[:-3] if column in ("name_zh", "name_en", "item_zh", "item_en") else column, of)
    return escape(words.shown if words else column) + (f"<br><small>{escape(unit)}</small>" if unit else "")


def table(
    frame: pd.DataFrame, heads: Mapping[str, str] | None = None, name: str = "", verbatim: Collection[str] = (), as_file: bool = False
) -> str:
    """A table in the language in use: numbers to the right and with few digits, negative ones marked; empty cells stay empty.

    Parameters
    ----------
    frame : DataFrame
        Of columns in both languages that of the other is left out.
    heads : mapping of str to str, optional
        Headings as HTML by column, where they are not those of the contract.
    name : str
        Of the result table, whose codes are told in words.
    verbatim : collection of str
        Columns of file names and input codes, which are of no language.
    as_file : bool
        Figures as the file of the table has them, under its column names; else in the units of the language.
    """
    if name and not as_file:
        frame, heads = _in_units(name, frame), {c: heading_with_unit(str(c), name) for c in frame.columns} | dict(heads or {})
    own, other = ("_zh", "_en") if language() == "zh" else ("_en", "_zh")
    frame = frame[[c for c in frame.columns if not (str(c).endswith(other) and str(c).removesuffix(other) + own in frame)]]
    head = "".join(f"<th>{(heads or {}).get(c) or heading(str(c), name or contract.EVERYWHERE)}</th>" for c in frame.columns)
    columns = [code_words(name, str(c), frame[c], {}, language(), True) if name else None for c in frame.columns]
    shown = [frame[c].tolist() if words is None else words for c, words in zip(frame.columns, columns, strict=True)]
    tags = ["code" if c in verbatim else "" for c in frame.columns]
    rows = ("<tr>" + "".join(map(_cell, values, tags)) + "</tr>" for values in zip(*shown, strict=True))
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def _in_units(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Figures of a result table in the units of the language in use."""
    frame = in_row_units(name, frame, language())
    numbers = [c for c in frame.columns if pd.api.types.is_numeric_dtype(frame[c]) and not pd.api.types.is_bool_dtype(frame[c])]
    factors = {c: 100.0 if (unit := unit_of(str(c), language())).words == "%" else unit.factor for c in numbers}
    return frame.assign(**{c: frame[c] * factor for c, factor in factors.items() if factor != 1.0})


def _cell(value: object, tag: str = "") -> str:
    if isinstance(value, bool):
        return f"<td>{label('certified', 'yes' if value else 'no').shown}</td>"
    if not isinstance(value, (int, float)):
        text = "" if value is None else escape(str(value))
        return f"<td><{tag}>{text}</{tag}></td>" if tag and text else f"<td>{text}</td>"
    if math.isnan(value):
        return "<td></td>"
    text = f"{value:z,.0f}" if float(value).is_integer() or abs(value) >= 1e5 else f"{value:,.4g}" if abs(value) < 100 else f"{value:z,.1f}"
    return f'<td class="n{" minus" if value < 0 else ""}">{text}</td>'
