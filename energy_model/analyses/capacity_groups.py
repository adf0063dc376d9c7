"""Groups of capacities for analyses: by technology, county, corridor or by name, and conditions on them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.analyses.variants import VariantError
from energy_model.labels import LABELS, Label
from energy_model.language import say
from energy_model.results.names import element_names
from energy_model.results.points import KINDS, elements
from energy_model.solving.stamp import StampedLP
from energy_model.study.nearest import nearest
from energy_model.study.study import Study
from energy_model.study.system import System
from energy_model.units import GW_PER_MW

GROUPINGS = ("technology", "county", "corridor")
AT_LIMIT_GW = 1e-6
"""A capacity this close to its own limit counts as being at it."""
CONDITION = re.compile(r"^(?P<group>[^<>=]+?)\s*(?P<sense><=|>=)\s*(?P<value>\d+(\.\d+)?)$")


@dataclass(frozen=True)
class Group:
    """Capacities treated as one sum.

    Attributes
    ----------
    code : str
        Such as ``wind``, ``wind@JARUD``, ``C02`` or a sum of such.
    family : str
        ``technology``, ``county``, ``corridor`` or ``group``.
    name : Label
    columns : ndarray of int
        Capacity columns [GW].
    lower, upper : float
        Limits that the inputs set [GW].
    """

    code: str
    family: str
    name: Label
    columns: np.ndarray
    lower: float
    upper: float

    @property
    def room(self) -> float:
        """Span allowed by the inputs [GW]; positive, so that it can be a denominator."""
        return max(AT_LIMIT_GW, self.upper - self.lower)


class Catalogue:
    """All selectable capacities of a study.

    Parameters
    ----------
    study : Study
    system : System
    lp : StampedLP
    """

    def __init__(self, study: Study, system: System, lp: StampedLP) -> None:
        self.table = elements(system, lp)
        nodes = study.tables["nodes"].set_index("node")
        self.places = {str(n): Label(nodes.name_zh[n], nodes.name_en[n]) for n in nodes.index}
        self.names = element_names(study, system)

    def family(self, name: str) -> list[Group]:
        """Groups of a family with a span; those fixed by the inputs are omitted."""
        t = self.table
        if name == "technology":
            codes = [k for k in KINDS if k != "corridor" and (t.kind == k).any()]
        elif name == "county":
            pairs = t[t.node != ""].groupby(["node", "kind"], sort=False).size().index
            codes = [f"{kind}@{node}" for node, kind in pairs]
        else:
            codes = list(t.index[t.kind == "corridor"])
        found = [self.group(code, name) for code in codes]
        return [g for g in found if g.upper - g.lower > AT_LIMIT_GW]

    def group(self, code: str, family: str = "group") -> Group:
        """A group by its code: kinds, places, corridors, elements, ``kind@place``, and sums of them with ``+``.

        Raises
        ------
        VariantError
            When a part is not known, with the nearest names.
        """
        parts = [self._part(part.strip()) for part in code.split("+")]
        rows = pd.concat([rows for rows, _ in parts])
        rows = rows[~rows.index.duplicated()]
        name = Label(" + ".join(n.zh for _, n in parts), " + ".join(n.en for _, n in parts))
        return Group(code, family, name, rows.column.to_numpy(), float(rows.lower.sum()), float(rows.upper.sum()))

    def _part(self, part: str) -> tuple[pd.DataFrame, Label]:
        t = self.table
        kind, _, place = part.partition("@")
        if place and kind in set(t.kind) and place in set(t.node):
            words, at = LABELS["kind"][kind], self.places[place]
            return t[(t.kind == kind) & (t.node == place)], Label(f"{at.zh}{words.zh}", f"{at.en}: {words.en}")
        if not place and part in set(t.kind) - {"corridor"}:
            return t[t.kind == part], LABELS["kind"][part]
        if not place and part in set(t.node) - {""}:
            return t[t.node == part], self.places[part]
        if not place and part in t.index:
            return t.loc[[part]], self.names[part]
        known = [*sorted(set(t.kind) - {"corridor"}), *sorted(set(t.node) - {""}), *t.index]
        known += [f"{k}@{n}" for n, k in t[t.node != ""].groupby(["node", "kind"]).size().index]
        near = nearest(part, known, 4) or sorted(set(t.kind) - {"corridor"})
        raise VariantError(
            say(
                f"There is no technology, place or corridor '{part}'; similar: {', '.join(near)}.",
                f"没有名为 '{part}' 的技术、地点或通道；相近：{', '.join(near)}。",
            )
        )


@dataclass(frozen=True)
class Condition:
    """A limit on every alternative.

    Attributes
    ----------
    text : str
    group : Group
    sense : str
    value : float
        [GW]
    """

    text: str
    group: Group
    sense: str
    value: float


def read_condition(text: str, catalogue: Catalogue) -> Condition:
    """Read a condition such as ``wind@JARUD<=500`` in MW.

    Raises
    ------
    VariantError
        When it is not understood.
    """
    found = CONDITION.match(text.strip())
    if not found:
        raise VariantError(
            say(
                f"'{text}' is not understood; write a group, <= or >=, and MW, such as wind@JARUD<=500.",
                f"'{text}' 无法识别；请写分组、<= 或 >=、MW 数，如 wind@JARUD<=500。",
            )
        )
    return Condition(text, catalogue.group(found["group"]), found["sense"], float(found["value"]) * GW_PER_MW)
