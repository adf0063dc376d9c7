"""Faults of a weather year: one sentence in each language, reported once for all sites concerned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

MOST_FIGURES = 3


@dataclass(frozen=True)
class Fault:
    """One fault at one site.

    Attributes
    ----------
    en, zh : str
        The sentence; ``{}`` is replaced by the figure of the site.
    figure : str
        Empty where the sentence has none.
    certain : bool
        Whether no weather of the region is so, else it is a doubt.
    """

    en: str
    zh: str
    figure: str = ""
    certain: bool = True


def told(found: Mapping[str, Sequence[Fault]]) -> list[Fault]:
    """Faults of each site, as one sentence for all sites that share it."""
    shared: dict[Fault, dict[str, str]] = {}
    for site, faults in found.items():
        for fault in faults:
            shared.setdefault(replace(fault, figure=""), {})[site] = fault.figure
    sentences = []
    for fault, seen in shared.items():
        different = list(dict.fromkeys(seen.values()))
        figures = " / ".join(different[:MOST_FIGURES]) + (" …" if len(different) > MOST_FIGURES else "")
        where, where_zh = (", ".join(seen),) * 2 if not len(seen) == len(found) > 1 else ("every site", "各站点")
        sentences.append(replace(fault, en=f"{where}: {fault.en.format(figures)}", zh=f"{where_zh}：{fault.zh.format(figures)}"))
    return sentences
