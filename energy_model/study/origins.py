"""The input cell behind a yearly row or a capacity limit: the cell to change when it binds."""

from __future__ import annotations

from dataclasses import dataclass

from energy_model.language import say
from energy_model.study.capacities import LIMITED
from energy_model.study.contract import CASE_TABLES, columns, keys, tables
from energy_model.study.study import Study

AGREED = {
    f"{keys(table)[0]}_{side}": (table, keys(table)[0], c.name)
    for table in tables()
    for c in columns(table)
    for side in ("minimum", "maximum")
    if c.name.startswith(f"{side[:3]}_") and c.name.endswith("_per_year")
}
"""Least and most of a year, ``<key>_minimum`` and ``<key>_maximum``."""
ROWS = (
    AGREED
    | {
        # family of the master: (table, key column, column of the limit)
        "clause_at_least": ("targets", "target", "value"),
        "clause_at_most": ("targets", "target", "value"),
        "exchange_limit": ("microgrids", "microgrid", "tie_limit_gwh_per_year"),
        "self_supply": ("microgrids", "microgrid", "self_supply_share"),
        "mine_limit": ("mines", "mine", "capacity_kt_per_year"),
        "rail_limit": ("rail_lines", "rail_line", "capacity_kt_per_year"),
        "water_limit": ("nodes", "node", "water_right_mm3_per_year"),
        "other_coal_balance": ("coal_users", "user", "demand_kt_per_year"),
        "tie_limit": ("microgrids", "microgrid", "tie_limit_mw"),
        "capacity_contract": ("contracts", "contract", "max_mw"),
    }
    | {c.column: (c.table, keys(c.table)[0], "max_new_mw") for c in LIMITED if not c.is_candidate}
)
"""Rows and limits whose label is the key of one row."""
BY_MONTH = {
    "agreement_least": ("agreements", "agreement", "least_gwh"),
    "agreement_most": ("agreements", "agreement", "most_gwh"),
    "contract_month_least": ("contract_months", "contract", "share"),
    "contract_month_most": ("contract_months", "contract", "share"),
}
"""Rows whose label is the key of one row and a month."""
HOURLY = {
    "reserve_up": ("microgrids", "microgrid", "reserve_mw"),
    "reserve_down": ("microgrids", "microgrid", "reserve_down_mw"),
    "synchronous_share": ("microgrids", "microgrid", "synchronous_share"),
    "corridor_limit": ("corridors", "corridor", "existing_mw"),
    "hvdc_minimum": ("corridors", "corridor", "min_power_share"),
    "electrolyser_minimum": ("electrolysers", "electrolyser", "min_load_share"),
    "schedule_ramp_up": ("corridors", "corridor", "ramp_share_per_h"),
    "schedule_ramp_down": ("corridors", "corridor", "ramp_share_per_h"),
    "smelter_ramp_up": ("smelters", "smelter", "ramp_share_per_h"),
    "smelter_ramp_down": ("smelters", "smelter", "ramp_share_per_h"),
}
"""Hourly rows whose label is the key of one row; they explain what binds, and are never given up when a plan is impossible."""
CANDIDATES = tuple(c.column for c in LIMITED if c.is_candidate)


@dataclass(frozen=True)
class Origin:
    """An input cell.

    Attributes
    ----------
    table, key, column : str
    value : float
        In the unit of the column.
    file : str
    row : int or None
        Sheet row; None where a scenario file sets the cell.
    """

    table: str
    key: str
    column: str
    value: float
    file: str
    row: int | None

    def __str__(self) -> str:
        where = self.file if self.row is None else say(f"{self.file} row {self.row}", f"{self.file} 第 {self.row} 行")
        return f"{where}, {self.column} = {self.value:g}"


def origin(study: Study, family: str, label: tuple) -> Origin | None:
    """Cell behind a row or a column limit; None if there is no single cell.

    Parameters
    ----------
    study : Study
    family : str
        Family of rows, or ``capacity_*`` for the limit of a capacity.
    label : tuple
        Label of the row or column, without time.
    """
    if family == "land_limit":
        return _cell(study, "nodes", {"node": label[0]}, f"{label[1]}_potential_mw")
    if family == "section_limit":
        return _of_section(study, *label)
    if family in BY_MONTH:
        table, key, column = BY_MONTH[family]
        return _cell(study, table, {key: label[0], "month": int(label[1])}, column)
    if family == "planned_generation":
        region, kind = label[0].rsplit("/", 1)
        return _cell(study, "minimum_commitment", {"region": region, "kind": kind, "month": int(label[1])}, "planned_gwh")
    if family in CANDIDATES:
        known = set(study.tables["candidates"].candidate)
        return _cell(study, "candidates", {"candidate": label[0]}, "max_new_mw") if label[0] in known else None
    if family not in ROWS | HOURLY:
        return None
    table, key, column = (ROWS | HOURLY)[family]
    return _cell(study, table, {key: label[0]}, column)


def _of_section(study: Study, section: str, direction: str) -> Origin:
    """The lowest of the monthly limits of a direction, the first to bind."""
    own = study.tables["sections"].set_index("section").loc[section].filter(like=f"{direction}_mw_").astype(float)
    return _cell(study, "sections", {"section": section}, str(own.idxmin()))


def _cell(study: Study, table: str, key: dict[str, str | int], column: str) -> Origin:
    """The cell of a column in the row with a key, of the study's own level."""
    where = key | ({"case": study.settings.study.case} if table in CASE_TABLES else {})
    frame = study.tables[table]
    for c, v in where.items():
        frame = frame[frame[c] == v]
    file, row = study.place(table, column, **where)
    return Origin(table, "/".join(map(str, key.values())), column, float(frame[column].iloc[0]), file, row)
