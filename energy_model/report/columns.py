"""Labels of columns of result tables: heading and codes, in one language; units are in `shown_units`."""

from __future__ import annotations

import pandas as pd

from energy_model.labels import LABELS, Label, label
from energy_model.language import Language
from energy_model.report.words import WITHOUT_PLACE
from energy_model.results import contract
from energy_model.study.horizon import horizon_named


def word(words: Label, language: Language) -> str:
    """One language of a label."""
    return words.zh if language == "zh" else words.en


def heading_of(name: str, names: dict[str, Label], language: Language, table: str = contract.EVERYWHERE) -> str:
    """Heading of a column: from the contract, the element or kind it is named after, else its name in the table."""
    stem = contract.stem_of(name)
    for words in (contract.heading(name, table), names.get(stem), *(LABELS[g].get(stem) for g in ("kind", "item", "peak"))):
        if words is not None:
            return word(words, language)
    return name


def code_words(table: str, name: str, values: pd.Series, names: dict[str, Label], language: Language, with_names: bool) -> list[str] | None:
    """Labels of the codes of a column; None for a column of other text. An unknown code is shown unchanged.

    Parameters
    ----------
    with_names : bool
        Whether its own elements are named; where the table has their names in columns of their own, only others are.
    """
    known = contract.column(name, table)
    codes = known.codes if known else ""
    if not with_names and name == own_column(table):
        return None
    if known is not None and known.type == "flag":
        return [word(label(codes, "met" if v else "missed"), language) for v in values] if codes else None
    say = {
        "=nodes": lambda v: named(v, names, language), "=elements": lambda v: named(v, names, language),
        "=places": lambda v: word(WITHOUT_PLACE[v], language) if v in WITHOUT_PLACE else named(v, names, language),
        "=parties": lambda v: _party(v, names, language), "=horizon": lambda v: word(horizon_named(v), language),
        "=technologies": lambda v: word(names[v], language) if v in names else v,
        "=scope": lambda v: word(names.get(v) or LABELS["sector"].get(v) or Label(v, v), language),
        "=clause": lambda v: word(clause_named(v), language),
        "=source": lambda v: source_words(v, language),
    }.get(codes)  # fmt: skip
    if say is not None:
        return [say(str(v)) for v in values]
    return [word(LABELS[codes][v], language) if v in LABELS[codes] else str(v) for v in values] if codes else None


def own_column(table: str) -> str:
    """Column of the elements that a table is about: those it gives names of, else the first; empty if there is none."""
    known = contract.tables().get(table)
    first = next((c.name for c in contract.columns(table) if c.codes == "=elements"), "")
    return known.names if known and known.names not in ("", "node") else "" if known and known.names else first


def named(code: str, names: dict[str, Label], language: Language, with_code: bool = False) -> str:
    """The name of a code, of one in parts, ``section/direction`` or ``node.kind``, that of each part; a code without a name is shown.

    Parameters
    ----------
    with_code : bool
        Whether the code stands before the name, unless the name contains it.
    """
    if code not in names:
        for sign, between in (("/", "/"), (".", " ")):
            if sign in code:
                return between.join(named(part, names, language, with_code) for part in code.split(sign))
        return _part(code, language)
    name = word(names[code], language)
    return f"{code} {name}" if with_code and code not in name.split() else name


def _part(code: str, language: Language) -> str:
    """A kind of plant or a direction, which stand behind a place or section in codes of several parts; others unchanged."""
    words = LABELS["kind"].get(code) or LABELS["flow_direction"].get(code)
    return code if words is None else word(words, language)


def _party(code: str, names: dict[str, Label], language: Language) -> str:
    """Party of a bilateral contract: the grid, or plants, smelters and loads of a node."""
    node, _, role = code.rpartition("/")
    words = LABELS["party"].get(role)
    end = role if words is None else word(words, language)
    return end if not node else f"{word(names[node], language) if node in names else node} {end}"


ROMAN = dict(zip("一二三四五六七八九十", ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"), strict=True))


def clause_named(text: str) -> Label:
    """Number of a clause: the plan numbers its chapters in Chinese, for which English has Roman numerals."""
    return Label(text, "".join(ROMAN.get(sign, sign) for sign in text))


def source_words(text: str, language: Language) -> str:
    """Source of a figure with its fixed phrases in the language of the workbook; titles of works are unchanged."""
    for english, words in LABELS["source"].items():
        text = text.replace(english, word(words, language))
    return text
