"""Checks of stores: what only stores have, and bounds on the hours of those that are sized apart from their power."""

from __future__ import annotations

from collections.abc import Iterator

from energy_model.study.checker import Checker
from energy_model.study.errors import InputError
from energy_model.study.system import STORES


def _store_columns(c: Checker) -> Iterator[InputError]:
    tech = c.t["technologies"]
    bounded = {"min_duration_h": tech.min_duration_h > 0, "max_duration_h": tech.max_duration_h.notna()}
    for column, given in (bounded | {"from_stock": tech.from_stock.astype(bool)}).items():
        for i in tech.index[given & ~tech.kind.isin(STORES)]:
            yield c.error("not_allowed", "technologies", i, column, "only stores have it", "仅储能可填")
    for column, given in bounded.items():
        for i in tech.index[given & tech.duration_h.notna()]:
            hint, hint_zh = "duration_h gives the hours already: leave one of them empty", "已由 duration_h 给定，请只填其一"
            yield c.error("contradiction", "technologies", i, column, hint, hint_zh)
    for i in tech.index[tech.min_duration_h > tech.max_duration_h]:
        most = f"{tech.max_duration_h[i]:g}"
        hint, hint_zh = f"must not exceed max_duration_h, {most}", f"不得超过 max_duration_h（{most}）"
        yield c.error("contradiction", "technologies", i, "min_duration_h", hint, hint_zh)


STORE_CHECKS = (_store_columns,)
