"""Each clause of the plan: target, reached, met or missed, and what it costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.formulation.policy import MODELLED
from energy_model.results import indicators

UNIT = {
    "wind_capacity_mw": "MW",
    "wind_new_mw": "MW",
    "solar_capacity_mw": "MW",
    "thermal_capacity_mw": "MW",
    "igcc_capacity_mw": "MW",
    "export_gwh": "GWh",
    "coal_kt": "kt",
    "co2_kt": "kt",
    "curtailment_share": "1",
    "renewable_share": "1",
    "microgrid_count": "1",
    "aluminium_kt": "kt",
    "sector_load_gwh": "GWh",
    "heat_pj": "PJ",
    "reserve_margin_share": "1",
}
PRICE_UNIT = {"MW": "CNY/(MW a)", "GWh": "CNY/MWh", "kt": "CNY/t", "1": "CNY/MWh"}
WORTH = {"MW": 1e-6, "GWh": 1e-3, "kt": 1e-3}
"""MCNY in one unit of the target at one unit of its price."""
TOLERANCE = 1e-4
"""Relative slack within which a clause counts as met: the certified gap of a full-size study."""

INPUTS = ("sector_load_gwh", "heat_pj", "microgrid_count")
"""Quantities that the study is given: reaching them proves nothing."""

FACTS = ("clause", "quote_zh", "name_zh", "name_en", "quantity", "scope", "sense", "mode")
FOUND = ("year", "value", "reached", "unit", "verdict", "slack", "price", "price_unit", "worth_at_most_mcny")
"""Columns of the table of clauses: what the plan says, and what came of it."""


def clauses(data: xr.Dataset, loads: pd.DataFrame, heat_pj: float) -> pd.DataFrame:
    """The clause table.

    Parameters
    ----------
    data : Dataset
    loads : DataFrame
        Rows of loads.csv of the study's case (``load``, ``energy_gwh_per_year``).
    heat_pj : float
        Heat demand of the year [PJ].

    Returns
    -------
    DataFrame
        One row per clause; ``verdict`` as `verdict`; ``price`` is the cost of one more unit (saving, for a limit), NaN where
        the clause is no row of the model.
    """
    duals = [data[n].to_series() for n in ("dual_clause_at_least", "dual_clause_at_most") if n in data]
    price = pd.concat(duals) if duals else pd.Series(dtype=float)
    table = cache(lambda made: made(data))  # once for all clauses
    facts = {k: data[f"clause_{k}"].to_numpy().tolist() for k in (*FACTS, "value", "year")}
    rows = []
    for i, c in enumerate(data.clause.to_numpy()):
        info = {k: facts[k][i] for k in FACTS}
        target = float(facts["value"][i])
        if info["quantity"] == "reserve_margin_share":
            reached = float(data.firm_mw.sel(margin_clause=c) / data.peak_mw.sel(margin_clause=c)) - 1
        else:
            reached = _reached(data, table, info["quantity"], info["scope"], loads, heat_pj)
        slack = (reached - target) * (1 if info["sense"] == ">=" else -1)
        unit = UNIT[info["quantity"]]
        rows.append(
            {
                "target": c,
                **info,
                "year": int(facts["year"][i]),
                "value": target,
                "reached": reached,
                "unit": unit,
                "verdict": verdict(info, target, slack >= -TOLERANCE * max(abs(target), 1e-9) - 1e-9),
                "slack": slack,
                "price": abs(price.get(c, np.nan)),
                "price_unit": price_unit(info["quantity"]) if c in price.index else "",
                "worth_at_most_mcny": _worth(price.get(c, np.nan), target, unit) if info["sense"] == ">=" else np.nan,
            }
        )
    return pd.DataFrame(rows, columns=["target", *FACTS, *FOUND])


def verdict(clause: Mapping[str, Any], target: float, held: bool) -> str:
    """What may be said of a clause.

    ``met`` or ``missed`` of a clause that is a row of the model; ``reached`` or ``not_reached`` of one that is only looked at; ``input`` of
    a quantity that the study is given; ``no_amount`` where the plan's text names none, so that nothing can be missed.
    """
    if clause["sense"] == ">=" and target == 0:
        return "no_amount"
    if clause["quantity"] in INPUTS:
        return "input"
    if clause["mode"] in ("hard", "soft") and clause["quantity"] in MODELLED:
        return "met" if held else "missed"
    return "reached" if held else "not_reached"


def price_unit(quantity: str) -> str:
    """Unit of the price: a share is missed in MWh, a margin in MW."""
    return PRICE_UNIT["MW"] if quantity == "reserve_margin_share" else PRICE_UNIT.get(UNIT[quantity], "")


def _worth(price: float, target: float, unit: str) -> float:
    """Saving [MCNY/a] that dropping a floor could bring at most.

    The least cost is convex in the right-hand side, so it falls by no more than the shadow price times the whole target.
    """
    return abs(price) * target * WORTH[unit] if unit in WORTH else np.nan


def _reached(
    data: xr.Dataset, table: Callable[[Callable], pd.DataFrame], quantity: str, scope: str, loads: pd.DataFrame, heat_pj: float
) -> float:
    if quantity.endswith("_mw"):
        capacity = table(indicators.capacity)
        if scope:
            capacity = capacity[capacity.node == scope]
        kind = quantity.split("_")[0]
        chosen = {
            "wind": capacity.kind == "wind",
            "solar": capacity.kind == "solar",
            "thermal": capacity.kind.isin(("thermal", "chp")),
            "igcc": capacity.technology == "igcc",
        }[kind]
        return float(capacity[chosen]["new_mw" if quantity == "wind_new_mw" else "capacity_mw"].sum())
    if quantity == "export_gwh":
        energy = indicators.energy_gwh(data, "delivered_mw").to_series()
        return float(energy.sum() if not scope else energy[scope])
    if quantity == "coal_kt":
        return float(data.coal_kt.sum()) + (
            float(data.other_coal_kt.sum()) if "other_coal_kt" in data else 0.0
        )
    if quantity == "co2_kt":
        return float(data.co2_kt.sum())
    if quantity in ("curtailment_share", "renewable_share"):
        share = table(indicators.curtailment)
        if scope:
            share = share[share.node == scope]
        if quantity == "curtailment_share":
            offered = share.available_gwh.sum()
            return float(share.curtailed_gwh.sum() / offered) if offered else 0.0
        balance = table(indicators.energy_balance)
        return float(share.used_gwh.sum() / (balance.load_gwh.sum() + balance.smelter_gwh.sum()))
    if quantity == "microgrid_count":
        return float(data.sizes.get("microgrid", 0))
    if quantity == "aluminium_kt":
        made = ((data.smelter_mw - data.potline_shed_mw) * data.weight).sum("time") / data.smelter_intensity_kwh_per_t  # MWh / (MWh/kt)
        grid = pd.Series(data.place_microgrid.to_numpy(), index=data.place.to_numpy())
        places = zip(data.smelter.to_numpy(), data.smelter_node.to_numpy(), strict=True)
        counts = [scope in ("", name, node, grid[node]) for name, node in places]
        return float(made.to_numpy()[counts].sum())
    if quantity == "sector_load_gwh":
        chosen = loads if not scope else loads[loads.load == scope]
        return float(chosen.energy_gwh_per_year.sum())
    if quantity == "heat_pj":
        return heat_pj
    raise KeyError(f"no figure is defined for the quantity {quantity}")
