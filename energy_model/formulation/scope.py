"""Scope of a clause: the elements summed on its left side."""

from energy_model.study.clause_quantities import covers


def within(m, c, node) -> bool:
    """Whether the scope of a clause covers a node: every node of the city without a scope, one node, or those of a microgrid."""
    return covers(m.c.scope[c], node, m.microgrid_of[node], m.outside[node])
