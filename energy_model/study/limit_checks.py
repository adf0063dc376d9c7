"""Checks of combined limits: what each member sums is there, and is a quantity of its table."""

from __future__ import annotations

from collections.abc import Iterator

from energy_model.study.checker import Checker
from energy_model.study.errors import InputError
from energy_model.study.nearest import listed

QUANTITIES = {
    "converters": ("capacity", "energy"), "reservoirs": ("capacity", "level"), "corridors": ("capacity",),
    "technologies": ("capacity", "volume", "fuel", "loss"), "nodes": ("unserved",),
}  # fmt: skip
"""Quantities by input table."""
CODE = {"converters": "converter", "reservoirs": "reservoir", "corridors": "corridor", "technologies": "technology", "nodes": "node"}
BY_HOUR = ("energy", "level", "loss", "unserved")
"""Quantities whose weight may vary by the hour."""


def _members(c: Checker) -> Iterator[InputError]:
    member, nodes = c.t["limit_members"], c.t["nodes"]
    known = {table: list(dict.fromkeys(c.t[table][code])) for table, code in CODE.items()}
    known["nodes"] = list(nodes.node[nodes.kind != "receiver"])
    for i in member.index:
        table, quantity = member.table[i], member.quantity[i]
        if quantity not in QUANTITIES[table]:
            fit = ", ".join(QUANTITIES[table])
            yield c.error("not_allowed", "limit_members", i, "quantity", f"of {table}: {fit}", f"{table} 可选：{fit}")
        if member.element[i] not in known[table]:
            hint, hint_zh = listed(member.element[i], known[table])
            yield c.error("dangling_reference", "limit_members", i, "element", f"{table}: {hint}", f"{table}：{hint_zh}")
        if isinstance(member.weight_series[i], str) and quantity not in BY_HOUR:
            hint, hint_zh = "the sum is of the year: give a weight alone", "按年合计，请只填权重"
            yield c.error("not_allowed", "limit_members", i, "weight_series", hint, hint_zh)


LIMIT_CHECKS = (_members,)
