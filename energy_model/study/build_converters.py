"""Converters, reservoirs and combined limits in model units."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from energy_model.units import GW_PER_MW, MCNY_PER_GWH_FROM_CNY_PER_MWH, annuity

COST = MCNY_PER_GWH_FROM_CNY_PER_MWH
CONVERTER = {
    "most": ("most_share", 1.0), "least": ("least_share", 1.0), "reverse_most": ("reverse_most_share", 1.0),
    "reverse_least": ("reverse_least_share", 1.0), "ramp_up": ("ramp_up_share", 1.0), "ramp_down": ("ramp_down_share", 1.0),
    "cost": ("cost_cny_per_mwh", COST),
}  # fmt: skip
"""Figures of a converter that may have a series: their column and the model unit of one of it."""
PORT = {"output": ("output_per_power", 1.0)}
RESERVOIR = {
    "most_level": ("most_level_share", 1.0), "least_level": ("least_level_share", 1.0), "charge_most": ("charge_most_share", 1.0),
    "discharge_most": ("discharge_most_share", 1.0), "charge_yield": ("charge_yield", 1.0), "discharge_draw": ("discharge_draw", 1.0),
    "kept": ("kept_share", 1.0), "inflow": ("inflow_mw", GW_PER_MW), "spill_most": ("spill_most_mw", GW_PER_MW),
    "spill_draw": ("spill_draw", 1.0), "charge_cost": ("charge_cost_cny_per_mwh", COST),
    "discharge_cost": ("discharge_cost_cny_per_mwh", COST), "level_cost": ("level_cost_cny_per_mwh", COST),
    "spill_cost": ("spill_cost_cny_per_mwh", COST),
}  # fmt: skip
MEMBER = {"weight": ("weight", 1.0)}
WITH_SERIES: dict[str, dict[str, tuple[str, float]]] = {
    "technologies": {"fuel_price": ("", 1.0)}, "corridors": {"rating": ("", 1.0)},
    "converters": CONVERTER, "converter_ports": PORT, "reservoirs": RESERVOIR, "limit_members": MEMBER,
}  # fmt: skip
"""Figures by input table."""


def named_series(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """Columns of ``series.csv`` that these tables name."""
    found = [tables[t][f"{figure}_series"].dropna() for t, figures in WITH_SERIES.items() if t in tables for figure in figures]
    return sorted({name for names in found for name in names})


def label(series: str) -> str:
    """Name of a series among those of availability, which it cannot share with a profile."""
    return f"series:{series}"


def build_converters(t: Mapping[str, pd.DataFrame], corridor: pd.DataFrame, finance: pd.Series, expansion: bool) -> dict[str, pd.DataFrame]:
    """Converters and their ports, reservoirs, limits and their members; only what stands or may be built, as in `corridor`.

    A ceiling over nothing that stands or may be built limits nothing and is left out.
    """
    converter = _built(t["converters"].set_index("converter"), "converter", CONVERTER, finance, expansion)
    reservoir = _built(t["reservoirs"].set_index("reservoir"), "reservoir", RESERVOIR, finance, expansion)
    port, member = t["converter_ports"], t["limit_members"]
    port = _figures(port.set_index(port.converter + "/" + port.port.astype(str)), PORT)
    names = member[["limit", "table", "element", "quantity"]].astype(str).agg("/".join, axis=1) if len(member) else member.limit
    member = _figures(member.set_index(names + "/" + member.member.astype(str)), MEMBER)
    there = {"converters": set(converter.index), "reservoirs": set(reservoir.index), "corridors": set(corridor.index)}
    there |= {"technologies": set(t["technologies"].technology), "nodes": set(t["nodes"].node)}
    held = [e in there[table] for table, e in zip(member.table, member.element, strict=True)]
    member = member[np.array(held, dtype=bool)]
    limit = t["limits"].set_index("limit").assign(value=lambda x: x.value * GW_PER_MW)
    idle = ~limit.index.isin(member["limit"]) & (limit.sense == "<=") & (limit.value >= 0)
    return {
        "converter": converter, "converter_port": port[port.converter.isin(converter.index)], "reservoir": reservoir,
        "limit": limit[~idle], "limit_member": member,
    }  # fmt: skip


def _built(table: pd.DataFrame, kind: str, figures: dict, finance: pd.Series, expansion: bool) -> pd.DataFrame:
    new = GW_PER_MW * float(expansion)
    return _figures(
        table.assign(
            existing=table.existing_mw * GW_PER_MW, max_new=table.max_new_mw * new, min_new=table.min_new_mw * new,
            capex=table.capex_cny_per_kw * annuity(finance.discount_rate_share, table.lifetime_years),
            fom=table.capex_cny_per_kw * table.fom_share_per_year, kind=kind,
        ).query("existing + max_new > 0"),
        figures,
    )  # fmt: skip


def series_of(table: pd.DataFrame, figure: str) -> pd.Series:
    """Labels of the series of a figure; None where it has none."""
    return pd.Series([label(s) if isinstance(s, str) else None for s in table[f"{figure}_series"]], table.index, dtype=object)


def _figures(table: pd.DataFrame, figures: Mapping[str, tuple[str, float]]) -> pd.DataFrame:
    """The table with its figures in model units, and the labels of their series."""
    found = {figure: table[column].astype(float) * unit for figure, (column, unit) in figures.items()}
    return table.assign(**found, **{f"{figure}_series": series_of(table, figure) for figure in figures})
