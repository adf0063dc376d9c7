"""Names similar to an unknown one, proposed in errors on codes, columns, tables, settings and scenarios."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from energy_model.language import say


def nearest(name: str, known: Iterable[str], count: int = 1) -> list[str]:
    """The known names most likely meant by `name`, best first; empty if none is similar."""
    folded: dict[str, str] = {}
    for k in map(str, known):
        folded.setdefault(k.casefold(), k)
    return [folded[k] for k in difflib.get_close_matches(str(name).casefold(), folded, count)]


def did_you_mean(name: str, known: Iterable[str]) -> tuple[str, str]:
    """``did you mean X?`` in English and Chinese; two empty texts if nothing is similar to `name`."""
    near = nearest(name, known)
    return (f"did you mean {near[0]}?", f"是否应为 {near[0]}？") if near else ("", "")


def likely(name: str, known: Iterable[str]) -> str:
    """`did_you_mean` as a sentence before others, in the language in use; empty if nothing is similar to `name`."""
    hint, hint_zh = did_you_mean(name, known)
    return say(f"D{hint[1:]} ", hint_zh) if hint else ""


def or_else(name: str, known: Iterable[str], advice: str, advice_zh: str) -> tuple[str, str]:
    """`did_you_mean`, or other advice in English and Chinese if nothing is similar to `name`."""
    hint, hint_zh = did_you_mean(name, known)
    return (hint, hint_zh) if hint else (advice, advice_zh)


def listed(name: str, known: Iterable[str]) -> tuple[str, str]:
    """The known names after the likely one, in English and Chinese: for short lists."""
    names = list(map(str, known))
    hint, hint_zh = did_you_mean(name, names)
    told = ", ".join(names) or "-"
    return (f"{told}; {hint}", f"{told}；{hint_zh}") if hint else (told, told)
