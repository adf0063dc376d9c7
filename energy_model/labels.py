"""Chinese and English words for everything a reader meets, in one table, ``labels.csv``.

Map, page, workbook and console take their words from here. They are grouped, because one code may mean
two things: a ``flat`` delivery is 直线送电, a ``flat`` hour is 平段. A code without a label is an
error, never an empty cell.
"""

from __future__ import annotations

import csv
import difflib
import io
from importlib.resources import files
from itertools import islice
from typing import NamedTuple

from energy_model.language import language


class Label(NamedTuple):
    """Words in both languages."""

    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.zh} {self.en}"

    @property
    def shown(self) -> str:
        """Words in the language of console and messages."""
        return self.zh if language() == "zh" else self.en


class UnknownLabelError(KeyError):
    """No label is defined for a group or code."""

    def __str__(self) -> str:
        return str(self.args[0])


FILE = "labels.csv"
"""One row for each thing: ``group``, ``key`` (its code), ``zh``, ``en``; ``note`` is for whoever edits the words."""


def _read() -> dict[str, dict[str, Label]]:
    text = files("energy_model").joinpath(FILE).read_text(encoding="utf-8-sig")
    found: dict[str, dict[str, Label]] = {}
    for group, key, zh, en, _ in islice(csv.reader(io.StringIO(text)), 1, None):
        found.setdefault(group, {})[key] = Label(zh, en)
    return found


LABELS = _read()
"""Words by group and code."""


def label(group: str, code: str) -> Label:
    """Words for a code.

    Parameters
    ----------
    group : str
        Key of `LABELS`, such as ``"kind"``.
    code : str
        Key inside the group, such as ``"battery"``.

    Raises
    ------
    UnknownLabelError
        With the nearest known codes.
    """
    if group not in LABELS:
        raise UnknownLabelError(f"no label group '{group}'; known: {', '.join(LABELS)}")
    words = LABELS[group].get(code)
    if words is None:
        near = difflib.get_close_matches(code, LABELS[group], n=3) or sorted(LABELS[group])
        raise UnknownLabelError(f"no label '{code}' in group '{group}'; near: {', '.join(near)}")
    return words
