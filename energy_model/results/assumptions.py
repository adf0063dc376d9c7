"""The inputs of a result, with unit and source: the boundary conditions of the workbook."""

from __future__ import annotations

import re

import pandas as pd

from energy_model.labels import LABELS, Label
from energy_model.results.names import named, region_names
from energy_model.study import contract
from energy_model.study.cases import switched_off
from energy_model.study.provenance import most_specific, number_columns, rows_for
from energy_model.study.study import Study

SHOWN = {
    "loads": ("energy_gwh_per_year",),
    "smelters": ("aluminium_kt_per_year", "intensity_kwh_per_t", "modulation_down_share", "modulation_hours_h"),
    "contracts": ("max_mw", "min_gwh_per_year", "max_gwh_per_year", "peak_share", "flat_share", "valley_share", "benchmark_cny_per_mwh"),
    "corridors": ("existing_mw", "max_new_mw", "capex_cny_per_kw", "loss_share", "wheeling_cny_per_mwh"),
    "technologies": ("capex_cny_per_kw", "capex_cny_per_kwh", "fom_cny_per_kw_year", "vom_cny_per_mwh", "lifetime_years", "min_load_share"),
    "mines": ("capacity_kt_per_year", "price_cny_per_t"),
    "heat_areas": ("heated_area_mm2", "annual_heat_gj_per_m2"),
    "microgrids": ("tie_limit_mw", "self_supply_share", "reserve_mw"),
    "finance": tuple(c.name for c in contract.columns("finance") if c.is_number and not c.key),
}
"""Columns of the input tables that planners argue about; of tables that are named neither here nor below, all numbers."""
LEFT_OUT = (
    "nodes", "plants", "candidates", "profiles", "shapes", "tariffs", "coal_grades", "coal_routes", "coal_users", "reserve_products",
    "reserves", "contract_shapes", "targets", "bilateral", "pathway", "forecast", "calibration", "sources",
)  # fmt: skip
FIGURES = SHOWN | {t: tuple(number_columns(t)) for t in contract.tables() if t not in SHOWN and t not in LEFT_OUT}


def assumptions(study: Study) -> pd.DataFrame:
    """Figures of the inputs in use, one per row, with their source.

    Returns
    -------
    DataFrame
        ``table``, ``key``, ``name_zh``, ``name_en``, ``item_zh``, ``item_en``, ``value``, ``input_unit``, ``confidence``, ``source``,
        ``low``, ``high``. Rows of other price levels and load levels, tables of options that are off, zeros and empty cells are left out.
    """
    off, sources = switched_off(study.settings), study.tables["sources"].to_dict("index")
    changed = {(t.name, keys[i], c): text for t in study.raw.values() for keys in [t.keys()] for (i, c), text in t.sources.items()}
    rows = []
    for table, columns in ((t, c) for t, c in FIGURES.items() if t not in off):
        frame = in_use(study, table)
        keys = contract.keys(table)
        specs = {name: contract.column(table, name) for name in columns}
        patterns = {name: rows_for(study.tables["sources"], table, name) for name in columns}
        for row, words in zip(frame.itertuples(index=False), row_names(study, table, frame), strict=True):
            key = "/".join(str(getattr(row, k)) for k in keys)
            for name in columns:
                value = getattr(row, name)
                if pd.isna(value) or value == 0:
                    continue
                spec, place = specs[name], most_specific(patterns[name], key)
                found = {} if place is None else with_range(sources[place], float(value))
                own = changed.get((table, key, name), "")  # a scenario's figure does not have the source of the one it replaced
                rows.append(
                    {
                        "table": table,
                        "key": key,
                        "name_zh": words.zh,
                        "name_en": words.en,
                        "item_zh": spec.zh,
                        "item_en": spec.en,
                        "value": float(value),
                        "input_unit": spec.unit,
                        "confidence": "" if own else found.get("confidence", ""),
                        "source": own or found.get("source", ""),
                        "low": found.get("low"),
                        "high": found.get("high"),
                    }
                )
    return pd.DataFrame(rows).astype({"low": float, "high": float})


def row_names(study: Study, table: str, frame: pd.DataFrame) -> list[Label]:
    """Names of the rows of an input table: their own, else those of what their key names, with the price level where there is one."""
    if "name_zh" in frame:
        return [Label(zh, en) for zh, en in zip(frame.name_zh, frame.name_en, strict=True)]
    parts = [_key_names(study, table, key, frame[key].astype(str).tolist()) for key in contract.keys(table)]
    return [Label("，".join(w.zh for w in row), ", ".join(w.en for w in row)) for row in zip(*parts, strict=True)]


def _key_names(study: Study, table: str, key: str, codes: list[str]) -> list[Label]:
    """Names of the codes of a column of a key: of the elements that they name, of their label, else the codes."""
    if key == "vintage":
        return [Label(f"价格水平 {code}", f"price level {code}") for code in codes]
    spec, known = contract.column(table, key), dict[str, Label]()
    if spec.ref and spec.ref[1] == "reserve_region":
        known = region_names(study.tables["nodes"])
    elif spec.ref and "name_zh" in study.tables[spec.ref[0]]:
        known = named(study, spec.ref[0])
    elif key == "water_use":
        known = LABELS["sector"] | named(study, "loads")
    elif key == "kind":
        known = LABELS["kind"] | LABELS["project_kind"]
    return [known.get(code, Label(code, code)) for code in codes]


RANGE = re.compile(r"x ([\d,.]+) \(([\d,.]+)-([\d,.]+)\)")
"""A source of the form ``amount x factor (low-high) unit``."""


def with_range(source: dict, value: float) -> dict:
    """A source with low and high: its own, or those of the factor named in its text, scaled to the figure."""
    if not pd.isna(source.get("low", float("nan"))) or not (named := RANGE.search(str(source.get("source", "")))):
        return source
    factor, low, high = (float(text.replace(",", "")) for text in named.groups())
    return {**source, "low": value * low / factor, "high": value * high / factor}


def in_use(study: Study, table: str) -> pd.DataFrame:
    """Rows of a table read by the study: its price level, its load level, and only technologies that exist or may be built."""
    s, frame = study.settings.study, study.tables[table]
    if "vintage" in frame:
        frame = frame[frame.vintage == s.cost_vintage]
    if "case" in frame:
        frame = frame[frame.case == s.case]
    if table == "technologies":
        frame = frame[frame.technology.isin({*study.tables["plants"].technology, *study.tables["candidates"].technology})]
    return frame
