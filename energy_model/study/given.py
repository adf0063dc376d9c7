"""Clause amounts given by the inputs: no plan changes them, so they are compared with the clause before any solve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from energy_model.study.clause_quantities import QUANTITIES, clause_quantity, require_all
from energy_model.study.neighbours import KIND as NEIGHBOUR
from energy_model.study.study import Study

NEAR = 1e-4
"""Relative slack within which a clause counts as met: the certified gap of a full-size study."""


def _rows(study: Study, table: str) -> pd.DataFrame:
    """Rows of the city at the level of the study."""
    frame, nodes = study.tables[table], study.tables["nodes"]
    outside = nodes.node[nodes.kind == NEIGHBOUR]
    return frame[(frame.case == study.settings.study.case) & ~frame.node.isin(outside)]


def _sector_load_gwh(study: Study, scope: object) -> float:
    loads = _rows(study, "loads")
    return float(loads[loads.load == scope].energy_gwh_per_year.sum())


def _heat_pj(study: Study, scope: object) -> float:
    areas = _rows(study, "heat_areas")
    own = areas if pd.isna(scope) or not scope else areas[(areas.node == scope) | (areas.heat_area == scope)]
    return float((own.heated_area_mm2 * own.annual_heat_gj_per_m2).sum())  # 10^6 m2 x GJ/m2 = PJ


def _mine_capacity_kt(study: Study, scope: object) -> float:
    mines = _rows(study, "mines")
    mines = mines[~mines.mine.isin(study.tables["coal_dryers"].mine)]  # dried coal is dug as raw coal
    own = mines if pd.isna(scope) or not scope else mines[mines.mine == scope]
    return float(own.capacity_kt_per_year.sum())


def _microgrid_count(study: Study, scope: object) -> float:
    return float(len(study.tables["microgrids"]))


GIVEN: dict[str, Callable[[Study, object], float]] = {
    "sector_load_gwh": _sector_load_gwh,
    "heat_pj": _heat_pj,
    "mine_capacity_kt": _mine_capacity_kt,
    "microgrid_count": _microgrid_count,
}
require_all(GIVEN, (q.name for q in QUANTITIES.values() if q.is_input), "what the study is given")


def given(study: Study, quantity: str, scope: object) -> float:
    """Amount of an input quantity over a year, in the unit of targets.csv; an empty scope is the whole study."""
    return GIVEN[quantity](study, scope)


def holds(reached: float, sense: str, target: float) -> bool:
    """Whether a clause is met, within `NEAR` of its value."""
    slack = (reached - target) * (1 if sense == ">=" else -1)
    return slack >= -NEAR * max(abs(target), 1e-9) - 1e-9


@dataclass(frozen=True)
class GivenClause:
    """A clause on an amount given by the inputs.

    Attributes
    ----------
    target, mode, quantity, scope, sense, unit : str
    value, reached : float
        What the clause asks, and what the inputs give.
    """

    target: str
    mode: str
    quantity: str
    scope: str
    sense: str
    unit: str
    value: float
    reached: float

    @property
    def holds(self) -> bool:
        """Whether the inputs meet it."""
        return holds(self.reached, self.sense, self.value)


def given_clauses(study: Study) -> list[GivenClause]:
    """All clauses on quantities given by the inputs."""
    found = []
    for t in study.tables["targets"].itertuples():
        if t.mode not in ("hard", "soft", "report") or not clause_quantity(str(t.quantity)).is_input:
            continue
        scope = "" if pd.isna(t.scope) else str(t.scope)
        reached, unit = given(study, t.quantity, scope), QUANTITIES[t.quantity].unit
        found.append(GivenClause(t.target, t.mode, t.quantity, scope, t.sense, unit, float(t.value), reached))
    return found
