"""State of the import of a GenX case, shared by the readers of its parts: zones, what was written, and parts of a capacity."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from energy_model.exchange.genx_case import GenxCase, GenxTable
from energy_model.exchange.genx_time import Hours
from energy_model.exchange.pypsa_units import LIFETIME_YEARS, UNLIMITED_MW
from energy_model.exchange.study_tables import StudyTables
from energy_model.units import CNY_PER_KW_FROM_CNY_PER_MW


@dataclass
class GenxStudy:
    """State of an import.

    Attributes
    ----------
    node : dict of int to str
        Code of each zone.
    members : dict of str to list
        Table, code and weight of capacity of what was written of each resource.
    emitting : dict of int to list
        Members of a cap on CO2 by zone: cells of ``limit_members`` whose weight is t per unit of the quantity.
    unserved, stores : dict of int to list
        Converters of demand not served, and technologies of stores, by zone.
    burnt : set of str
        Fuels that a plant burns.
    commits : bool
        Whether a plant is committed.
    """

    case: GenxCase
    t: StudyTables
    hours: Hours
    node: dict[int, str] = field(default_factory=dict)
    members: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    emitting: dict[int, list[dict]] = field(default_factory=dict)
    unserved: dict[int, list[str]] = field(default_factory=dict)
    stores: dict[int, list[str]] = field(default_factory=dict)
    grades: dict[tuple[str, float], str] = field(default_factory=dict)
    burnt: set[str] = field(default_factory=set)
    commits: bool = False

    def figure(self, code: str, column: str, values: np.ndarray) -> dict[str, object]:
        """Cells of a figure: a constant, or a constant of 1 and a series."""
        if (values == values[0]).all():
            return {column: float(values[0])}
        stem = column.rsplit("_share", 1)[0].rsplit("_cny", 1)[0]
        name = f"{code}_{stem}_value"
        self.t.series[name] = pd.Series(values)
        return {column: 1.0, f"{stem}_series": name}

    def limit(self, name: str, sense: str, value: float, members: list[dict], who: tuple[str, str]) -> None:
        """Write a limit; members have the cells of ``limit_members`` without limit and number."""
        code = self.t.code("limit", name)
        for number, cells in enumerate(members):
            self.t.add("limit_members", who, limit=code, member=number, **cells)
        self.t.add("limits", who, limit=code, name_zh=name, name_en=name, sense=sense, value=value)


def zone_of(s: GenxStudy, table: GenxTable, i: int, column: str = "Zone") -> int:
    """Zone of a row; the first, and a refusal, where there is no such zone."""
    zone = int(table.number(i, column, 1, max(len(s.node), 1)))
    return zone if zone in s.node else 1


def overnight(per_mw_year: float) -> float:
    """Overnight cost [CNY/kW] whose annuity at a discount rate of 0 is a yearly cost [CNY/(MW a)]."""
    return per_mw_year * CNY_PER_KW_FROM_CNY_PER_MW * LIFETIME_YEARS


@dataclass(frozen=True)
class Part:
    """What stands, or may be built, of a resource: a candidate with its bounds [MW] and yearly costs [CNY/(MW a)]."""

    name: str
    low: float
    high: float
    capital: float
    fixed: float


def parts(s: GenxStudy, table: GenxTable, i: int) -> list[Part]:
    """Parts of a resource; GenX keeps what stands, unless it may retire it, and pays its fixed cost."""
    name = table.text(i, "Resource")
    standing = table.number(i, "Existing_Cap_MW", 0) if table.kind != "Storage" else 0.0
    least, most = table.number(i, "Min_Cap_MW", -1), table.number(i, "Max_Cap_MW", -1)
    capital, fixed = (table.number(i, f"{of}_Cost_per_MWyr", 0) for of in ("Inv", "Fixed_OM"))
    found = []
    if standing:
        retires = table.number(i, "Can_Retire", 0, 1) == 1
        found.append(
            Part(f"{name} existing" if table.number(i, "New_Build") == 1 else name, 0.0 if retires else standing, standing, 0.0, fixed)
        )
    if table.number(i, "New_Build", -1, 1) == 1:
        high = most if 0 <= most < UNLIMITED_MW else UNLIMITED_MW
        found.append(Part(name, 0.0, high, capital, fixed))
    if not found and least > 0:
        table.refuse(i, "Min_Cap_MW", "genx_value", "0: nothing of it stands or may be built", "0：既无既有也不可新建")
    return found


def bounded(s: GenxStudy, table: GenxTable, i: int) -> None:
    """Limits on the whole capacity of a resource that its parts do not say."""
    name, written = table.text(i, "Resource"), s.members.get(table.text(i, "Resource"), [])
    least, most = table.number(i, "Min_Cap_MW", -1), table.number(i, "Max_Cap_MW", -1)
    members = [{"table": kind, "element": code, "quantity": "capacity", "weight": 1.0} for kind, code in written]
    for sense, value, applies in ((">=", least, least > 0), ("<=", most, most >= 0 and len(written) > 1)):
        if applies and members:
            s.limit(f"{name} {sense}", sense, value, members, table.who(i))
