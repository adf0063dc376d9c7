"""Notes on the inputs that are not errors: unread parts, entries without effect, reinterpreted values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Note:
    """One statement.

    Attributes
    ----------
    file : str
        File inside the inputs folder.
    zh, en : str
        The sentence.
    rows : tuple of int
        Sheet rows concerned; empty if there are none.
    usual : bool
        Whether it is as the tables are meant: rows of other levels and years, options that are off.
    """

    file: str
    zh: str
    en: str
    rows: tuple[int, ...] = ()
    usual: bool = False


def spans(rows: Iterable[int], most: int = 8) -> str:
    """Row numbers with neighbours joined, such as ``4, 7–12``; spans beyond `most` are counted."""
    ends: list[list[int]] = []
    for row in sorted(rows):
        if ends and row == ends[-1][1] + 1:
            ends[-1][1] = row
        else:
            ends.append([row, row])
    told = ", ".join(f"{a}" if a == b else f"{a}–{b}" for a, b in ends[:most])
    return told + (f" … (+{len(ends) - most})" if len(ends) > most else "")
