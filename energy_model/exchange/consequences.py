"""Refusals that follow from others and disappear with them; they are counted, not listed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from energy_model.exchange.importer import Importer
from energy_model.exchange.refusals import Refusal

BRANCHES = {"Line": "lines", "Link": "links", "Transformer": "transformers"}


def causes(i: Importer, refusals: list[Refusal]) -> list[Refusal]:
    """Refusals without those that follow from others.

    A cell that is not a number makes every rule about it fail, and a branch that is refused leaves the buses behind it unconnected.
    """
    no_numbers = {(r.component, r.name, r.attribute) for r in refusals if r.reason == "not_a_number"}
    apart = _apart(i, refusals) if any(r.reason == "unconnected" for r in refusals) else set()

    def follows(r: Refusal) -> bool:
        if r.reason == "unconnected":
            return r.name not in apart
        return r.reason != "not_a_number" and any((r.component, r.name, a) in no_numbers for a in r.attribute.split(", "))

    return [r for r in refusals if not follows(r)]


def _apart(i: Importer, refusals: list[Refusal]) -> set[str]:
    """Buses that would be disconnected from the largest part even if the refused components were imported."""
    number = {node: k for k, node in enumerate(i.node.values())}
    carried = ((number[r["from_node"]], number[r["to_node"]]) for r in i.t.rows["corridors"])
    a, b = np.array([*carried, *_refused(i, refusals, number)], dtype=int).reshape(-1, 2).T
    _, part = connected_components(coo_array((np.ones(len(a)), (a, b)), shape=(len(number), len(number))), directed=False)
    largest = np.bincount(part).argmax()
    return {bus for k, bus in enumerate(i.node) if part[k] != largest}


def _refused(i: Importer, refusals: list[Refusal], number: dict[str, int]) -> Iterator[tuple[int, int]]:
    """Pairs of buses of refused branches; a branch with an unknown end may lead anywhere and is assigned to the first bus."""
    names = {(BRANCHES[r.component], r.name) for r in refusals if r.component in BRANCHES}
    for owner in BRANCHES.values():
        table = i.n.static.get(owner, i.n.foreign.get(owner))
        if table is None:
            continue
        ports = [c for c in table if c.startswith("bus") and c[3:].isdigit()]
        for name, row in table[ports].iterrows():
            if (owner, str(name)) not in names:
                continue
            named = [str(v).strip() for v in row if str(v).strip() not in ("", "nan", "None")]
            known = [number[i.node[v]] for v in named if v in i.node]
            ends = known if len(known) == len(named) else [0, *known]
            yield from ((ends[0], other) for other in ends[1:])
