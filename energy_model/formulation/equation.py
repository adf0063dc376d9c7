"""One equation is one documented function: the registry behind the model, the docs and the duals."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass

import pyomo.environ as pyo

from energy_model.errors import EnergyModelError
from energy_model.language import say

REGISTRY: dict[str, Equation] = {}


class EmptyRow(EnergyModelError):
    """A floor over nothing."""


@dataclass(frozen=True)
class Equation:
    """A constraint family of the model.

    Attributes
    ----------
    name : str
        Name of the function, of the family in the LP and of its dual in the results.
    over : tuple of str
        Index sets of the family.
    unit : str
        Unit of both sides of the row.
    dual : str
        Meaning and unit of the dual value.
    rule : callable
        ``rule(m, *index)`` returning the Pyomo relation.
    part : str
        ``"block"`` (stamped over the year), ``"master"`` (once a year) or ``"pathway"`` (links the years).
    """

    name: str
    over: tuple[str, ...]
    unit: str
    dual: str
    rule: Callable
    part: str

    @property
    def text(self) -> str:
        """Docstring without indentation."""
        return inspect.cleandoc(self.rule.__doc__ or "")

    @property
    def latex(self) -> str:
        """The first displayed equation of the docstring, empty if there is none."""
        found = re.search(r"\.\. math::\n\n(.*?)(?:\n\n|\Z)", self.text, re.S)
        return inspect.cleandoc(found[1]) if found else ""


def equation(over: str, unit: str, dual: str, part: str = "block") -> Callable:
    """Register a constraint family under the name of its function.

    Parameters
    ----------
    over : str
        Names of the index sets, separated by blanks; empty for a single row.
    unit, dual : str
        Unit of the row; meaning and unit of its dual.
    part : {"block", "master", "pathway"}
    """

    def register(rule: Callable) -> Callable:
        if rule.__name__ in REGISTRY:
            raise ValueError(f"equation {rule.__name__} is defined twice")
        REGISTRY[rule.__name__] = Equation(rule.__name__, tuple(over.split()), unit, dual, rule, part)
        return rule

    return register


def add(m: pyo.ConcreteModel, rule: Callable) -> None:
    """Add a registered family to the model under its own name.

    Rows without any column (a mine that nobody uses) say nothing and are left out.

    Raises
    ------
    EmptyRow
        When such a row cannot hold: a floor to which no element of the study can contribute.
    """
    entry = REGISTRY[rule.__name__]

    def relation(m, *index):
        row = rule(m, *index)
        if row is False:
            named = "/".join(map(str, index))
            raise EmptyRow(
                say(
                    f"{entry.name} {named} cannot hold: nothing that stands or may be built contributes to it; "
                    "lower the amount that it asks for, or add what should give it",
                    f"{entry.name} {named} 无法满足：没有任何已建或可建设施计入其中；请降低其要求的数量，或补充应计入的设施",
                )
            )
        return pyo.Constraint.Skip if row is True else row

    over = [getattr(m, s) for s in entry.over]
    if all(map(len, over)):  # a family without rows costs a hundredth of the build of a small study
        m.add_component(entry.name, pyo.Constraint(*over, rule=relation))


def equations_markdown() -> str:
    """All families as a page of the documentation."""
    lines = [
        "# Equations",
        "",
        "Made from the docstrings by `make docs`. Units inside the model: GW, GWh, TJ, kt, MCNY.",
        "",
    ]
    titles = {"block": "Block of consecutive hours", "master": "Investment and yearly rows", "pathway": "Pathway of investment years"}
    for part, title in titles.items():
        lines += [f"## {title}", ""]
        for e in sorted((e for e in REGISTRY.values() if e.part == part), key=lambda e: e.rule.__module__):
            module = e.rule.__module__.rsplit(".", 1)[-1]
            lines += [
                f"### `{e.name}` ({module}.py)",
                "",
                f"Over: {' × '.join(e.over) or 'one row'}. Unit: {e.unit}. Dual: {e.dual}.",
                "",
            ]
            text = re.sub(
                r"\.\. math::\n\n(.*?)(\n\n|\Z)",
                lambda g: "$$\n" + inspect.cleandoc(g[1]) + "\n$$\n\n",
                e.text,
                flags=re.S,
            )
            lines += [text.strip(), ""]
    return "\n".join(lines)
