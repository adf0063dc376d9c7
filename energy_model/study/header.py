"""Row 1 of a table: positions of columns, and likely meanings of unknown headings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from energy_model.study import contract
from energy_model.study.contract import Column
from energy_model.study.errors import InputError, input_error
from energy_model.study.nearest import did_you_mean, nearest
from energy_model.study.text_file import letters

POWER_AND_ENERGY = "w|kw|mw|gw|kwh|mwh|gwh|twh|mj|gj|pj"
OTHER_UNITS = "t|kt|mt|kg|share|pct|percent|years?|h|m|km|m2|mm2|kv|cny|usd|per|deg|degc|k"
UNIT_SUFFIX = re.compile(rf"_({POWER_AND_ENERGY}|{OTHER_UNITS})(?=_|$)")


def header_of(table: str, file: str, names: Sequence[str], filled: Sequence[bool]) -> tuple[dict[str, int], list[InputError]]:
    """Position of every known column; unknown, missing, repeated and empty headings are errors.

    Parameters
    ----------
    table, file : str
    names : sequence of str
        Headings.
    filled : sequence of bool
        Whether any cell below each heading is filled; a blank column without heading carries nothing.
    """
    known = {c.name: c for c in contract.columns(table)}
    free = [c for c in known if c not in names]
    errors: list[InputError] = []
    position: dict[str, int] = {}
    missing = {c for c in known if c not in names and known[c].required}
    for i, name in enumerate(names):
        if not name:
            if i < len(filled) and filled[i]:
                errors.append(input_error("unnamed_column", file, 1, letters(i)))
        elif name in position:
            errors.append(input_error("duplicate_column", file, 1, name))
        elif name in known:
            position[name] = i
        else:
            error, meant = _unknown(file, name, [known[c] for c in free], missing)
            errors.append(error)
            missing.discard(meant)  # named already as the likely meaning of the unknown column
    if not position and not any(e.rule in ("heading_in_words", "unit_suffix") for e in errors):
        return {}, [input_error("no_header", file, 1, "", ", ".join(names)[:60], ",".join(c for c in known if known[c].required))]
    return position, errors + [input_error("missing_column", file, 1, c) for c in known if c in missing]


def _unknown(file: str, name: str, free: list[Column], missing: set[str]) -> tuple[InputError, str]:
    """Advice on an unknown heading, and the column it probably means (empty if not known)."""
    names = [c.name for c in free]
    if unit := _same_quantity(name, names):
        return input_error("unit_suffix", file, 1, name, hint=unit), unit
    if meant := _in_words(name, free):
        unit = "" if meant.unit in ("", "1") else meant.unit
        hint, hint_zh = f"{meant.name}{unit and ', values in ' + unit}", f"{meant.name}{unit and '，数值单位 ' + unit}"
        return input_error("heading_in_words", file, 1, name, hint=hint, hint_zh=hint_zh), meant.name
    if near := nearest(name, names):
        hint, hint_zh = did_you_mean(name, names)
        return input_error("unknown_column", file, 1, name, "", hint, hint_zh), near[0]
    lacking = ", ".join(sorted(missing, key=names.index))
    hint, hint_zh = "if it is a remark, delete it", "如为备注，请删除该列"
    if lacking:
        hint, hint_zh = f"rename it if it is one of {lacking}; {hint}", f"如为 {lacking} 之一，请改名；{hint_zh}"
    return input_error("unknown_column", file, 1, name, "", hint, hint_zh), ""


def _in_words(name: str, free: list[Column]) -> Column | None:
    """The column whose meaning, in Chinese or English, a heading gives; a unit in brackets or after a slash is ignored."""
    heading = _words(name)
    for c in free:
        if heading and heading in (_words(c.zh), _words(c.en)):
            return c
    if name.isascii():
        return None  # a misspelt name is nearer to a name than to a sentence
    by_words = {_words(c.zh): c for c in free}
    near = nearest(heading, by_words) or [w for w in by_words if len(heading) > 1 and (heading in w or w in heading)]
    return by_words[near[0]] if near else None


def _words(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.split(r"[(\[/（【:,;]", plain)[0].strip()


def _same_quantity(name: str, candidates: list[str]) -> str:
    """Find the column that differs from ``name`` in its unit suffix only."""

    def stem(text: str) -> str:
        while (short := UNIT_SUFFIX.sub("", text)) != text:
            text = short
        return text

    same = [c for c in candidates if stem(c) == stem(name) and stem(c) != c]
    return same[0] if len(same) == 1 else ""
