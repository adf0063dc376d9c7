"""Coal by month: mines, railway lines and yards, and the recount of their balances and limits; the load of railway lines in the year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results.coal_dryers import raw_kt
from energy_model.results.component import Results, largest
from energy_model.results.dust import ratio
from energy_model.results.quantities import carried_kt, coal_pairs, fuel_tj, other_coal_pairs
from energy_model.units import HOURS_PER_DAY

if TYPE_CHECKING:
    from energy_model.results.quantities import Quantities
    from energy_model.study.system import System

LEAST_KT = 1e-3
"""Less coal in a month is solver dust."""
AMOUNTS = ("amount_kt", "least_kt", "most_kt", "burnt_kt", "stock_kt")
ROWS = {
    "mine": ("mine_month_minimum", "mine_month_maximum"),
    "rail_line": ("rail_month_limit",),
    "coal_yard": ("coal_stock_balance",),
}
"""Rows of the model whose dual is the price of a month, by kind of element."""


def month_parts(q: Quantities) -> pd.Series:
    """Share of each month in the horizon, by month."""
    hours = pd.Series(q.problem.plan.weight @ q.in_month(), index=range(1, 13))
    return (hours / hours.sum())[hours > 0]


def _deliveries(q: Quantities, family: str) -> pd.Series:
    """Deliveries by month, of plants [TJ] or other users [kt], by (mine, receiver, month)."""
    names = q.problem.lp.column_ids.get(family, ([], None))[0]
    index = pd.MultiIndex.from_tuples(names, names=["mine", "to", "month"]) if names else pd.MultiIndex.from_arrays([[], [], []])
    return pd.Series(q.once(family, list(names)), index=index.set_names(["mine", "to", "month"]), dtype=float)


def _yards(y: System) -> pd.Series:
    """Yard of each user of coal, ``node/grade``."""
    return y.fuel_user.node.astype(str) + "/" + y.fuel_user.coal_grade.astype(str)


def _routes(q: Quantities) -> pd.DataFrame:
    """Coal per heat and railway line of each mine and yard."""
    y = q.problem.system
    mine, burner = (y.supply.index.get_level_values(k) for k in (0, 1))
    routes = y.supply[["kt_per_tj", "rail_line"]].assign(mine=mine, to=_yards(y).reindex(burner).to_numpy())
    return routes.drop_duplicates(["mine", "to"]).set_index(["mine", "to"])


def _in_kt(q: Quantities) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Deliveries by month [kt] with their railway line: to yards, to other users."""
    yards, others, route = _deliveries(q, "coal_month"), _deliveries(q, "other_coal_month"), _routes(q)
    pairs = yards.index.droplevel("month")
    to_yards = pd.DataFrame({"kt": yards * route.kt_per_tj.reindex(pairs).to_numpy(float)}).assign(
        rail_line=route.rail_line.reindex(pairs).to_numpy()
    )
    line = q.problem.system.coal_user.rail_line.reindex(others.index.get_level_values("to"))
    return to_yards, pd.DataFrame({"kt": others}).assign(rail_line=line.to_numpy())


def months(q: Quantities) -> pd.DataFrame:
    """Amounts by (kind, element, month) [kt]; empty unless the study balances coal by month."""
    y, part = q.problem.system, month_parts(q)
    columns = list(AMOUNTS)
    if not y.options.coal.by_month:
        return pd.DataFrame(columns=columns, index=pd.MultiIndex.from_arrays([[], [], []]), dtype=float)
    to_yards, others = _in_kt(q)
    carried = pd.concat([to_yards, others])
    rows: dict[tuple, tuple] = {}
    dug = carried.kt.groupby(["mine", "month"]).sum().unstack("month", fill_value=0.0).reindex(columns=part.index, fill_value=0.0)
    raw = raw_kt(q)
    dug = dug.add(pd.DataFrame(np.outer(raw, part), raw.index, part.index), fill_value=0.0)  # dryers run evenly
    for i in y.mine.index.intersection(dug.index, sort=False):
        even, off = dug.loc[i].sum() * part, y.mine.month_deviation_share[i]
        limits = ((1 - off) * even, (1 + off) * even) if pd.notna(off) else (0 * even, np.nan * even)
        rows |= {("mine", i, k): (dug.loc[i, k], limits[0][k], limits[1][k], np.nan, np.nan) for k in part.index}
    for r in y.rail_line.index:
        load = carried.kt[(carried.rail_line == r).to_numpy()].groupby("month").sum()
        most = y.rail_line.capacity_kt_per_year[r] * part
        rows |= {("rail_line", r, k): (load.get(k, 0.0), 0.0, most[k], np.nan, np.nan) for k in part.index}
    rows |= _yard_rows(q, to_yards, part)
    return pd.DataFrame(rows.values(), pd.MultiIndex.from_tuples(rows), columns, dtype=float)


def _yard_rows(q: Quantities, to_yards: pd.DataFrame, part: pd.Series) -> dict[tuple, tuple]:
    """Rows of the yards: delivered, bounds of the stock, burnt, stock at the end of the month [kt]."""
    yard = q.problem.system.coal_yard
    kt_per_tj, burnt = _routes(q).kt_per_tj.groupby(level="to").first(), yard_fuel(q)
    received = to_yards.kt.groupby(["to", "month"]).sum()
    rows = {}
    for d in yard.index:
        rate, hour = kt_per_tj[d], burnt.loc[d].sum() * kt_per_tj[d] / float(q.weight.sum())
        for k in part.index:
            stock = q.once("coal_stock", [(d, k)])[0] * rate
            amount = received.get((d, k), 0.0)
            rows["coal_yard", d, k] = (amount, yard.least_h[d] * hour, yard.most_h[d] * hour, burnt.loc[d, k] * rate, stock)
    return rows


def yard_fuel(q: Quantities) -> pd.DataFrame:
    """Fuel burnt by yard and month, from the dispatch [TJ]."""
    y, plan, hourly = q.problem.system, q.problem.plan, fuel_tj(q)
    by_block = hourly.reshape(len(hourly), len(plan.start), plan.hours).sum(axis=2) * plan.weight
    by_month = pd.DataFrame(by_block @ q.in_month(), index=_yards(y).to_numpy(), columns=range(1, 13))
    return by_month.groupby(level=0).sum().reindex(y.coal_yard.index)


def coal_month_arrays(q: Quantities) -> dict[str, xr.DataArray]:
    """`months` over ``coal_element_month``, and the load of railway lines in the year; empty without them."""
    found, line = months(q), q.problem.system.rail_line
    arrays = {}
    if len(line):
        arrays["rail_load_kt"] = xr.DataArray(_rail_kt(q).to_numpy(), {"rail_line": line.index.to_numpy("U")}, ("rail_line",))
    labels = {"coal_element_month": ["/".join(map(str, i)) for i in found.index]}
    if len(found):
        arrays |= {f"coal_month_{a}": xr.DataArray(found[a].to_numpy(), labels, ("coal_element_month",)) for a in AMOUNTS}
    return arrays


def _rail_kt(q: Quantities) -> pd.Series:
    """Coal carried over each railway line in the year [kt]."""
    y = q.problem.system
    burnt = (coal_pairs(q) * y.supply.kt_per_tj).groupby(y.supply.rail_line.to_numpy()).sum()
    others = other_coal_pairs(q)
    line = y.coal_user.rail_line.reindex(others.index.get_level_values(1)).to_numpy()
    return burnt.add(others.groupby(line).sum(), fill_value=0.0).reindex(y.rail_line.index, fill_value=0.0).fillna(0.0)


def rail_lines(data: xr.Dataset) -> pd.DataFrame:
    """Railway lines: coal carried and capacity in the year [kt], value of one more tonne [CNY/t], of the months where they have rows."""
    load, most = data.rail_load_kt.to_series(), data.rail_line_capacity_kt_per_year.to_series()
    value = pd.Series(0.0, index=load.index)
    if "dual_rail_limit" in data:
        value = -data.dual_rail_limit.to_series().reindex(load.index, fill_value=0.0)
    elif "dual_rail_month_limit" in data:
        dual = data.dual_rail_month_limit.to_series()
        value = -dual.groupby(dual.index.str.rpartition("/").get_level_values(0)).min().reindex(load.index, fill_value=0.0)
    names = {c: data[f"rail_line_{c}"].to_series() for c in ("name_zh", "name_en")}
    frame = pd.DataFrame(
        {**names, "amount_kt": load, "capacity_kt": most, "used_share": ratio(load, most, LEAST_KT), "scarcity_cny_per_t": value}
    )
    return frame.rename_axis("rail_line").reset_index()


def coal_months(data: xr.Dataset) -> pd.DataFrame:
    """Coal by month of mines (output), railway lines (load) and yards (deliveries, consumption, stock) [kt], with the price of the month.

    ``shadow_cny_per_t``: value of one more tonne of output or of railway capacity in the month; at yards the price of coal in the month
    less its mean over the year.
    """
    parts = [str(label).split("/") for label in data.coal_element_month.to_numpy()]
    kinds, elements, number = [p[0] for p in parts], ["/".join(p[1:-1]) for p in parts], [int(p[-1]) for p in parts]
    table = pd.DataFrame({"coal_element": kinds, "element": elements, "month": number})
    for name in AMOUNTS:
        table[name] = data[f"coal_month_{name}"].to_numpy()
    table["stock_days"] = _stock_days(data, table)
    table["shadow_cny_per_t"] = _shadow(data, table)
    return table


def _stock_days(data: xr.Dataset, table: pd.DataFrame) -> pd.Series:
    """Stocks in days of the mean consumption of the year."""
    mean = table.burnt_kt.groupby(table.element).transform("sum") / float(data.weight.sum()) * HOURS_PER_DAY
    return ratio(table.stock_kt, mean, LEAST_KT).where(table.stock_kt.notna())


def _shadow(data: xr.Dataset, table: pd.DataFrame) -> pd.Series:
    """Price of one more tonne in the month [CNY/t]."""
    label, found = table.element + "/" + table.month.astype(str), pd.Series(0.0, index=table.index)
    for kind, rows in ROWS.items():
        own = table.coal_element == kind
        for row in [f"dual_{name}" for name in rows if f"dual_{name}" in data]:
            found[own] -= data[row].to_series().reindex(label[own]).fillna(0.0).to_numpy()
    found = found.abs().where(table.coal_element == "mine", found)  # a floor of output has a price of the other sign
    yard = table.coal_element == "coal_yard"
    if not yard.any():
        return found
    burnt, by_yard = table.burnt_kt[yard], table.element[yard]
    mean = ratio((found[yard] * burnt).groupby(by_yard).transform("sum"), burnt.groupby(by_yard).transform("sum"), LEAST_KT)
    heat = data.coal_yard_mj_per_kg.to_series().reindex(by_yard).to_numpy(float)
    found[yard] = (found[yard] - mean).fillna(0.0) * heat  # CNY/GJ x MJ/kg = CNY/t; the level of the year is in other rows
    return found


def _balances(q: Quantities) -> dict[str, float]:
    """Residuals of the months' sums and stocks, and excess over limits, relative to the year's amounts."""
    y, found = q.problem.system, months(q)
    if found.empty:
        return {}
    part, size = month_parts(q), np.maximum(q.amount, found.amount_kt.groupby(level=[0, 1]).transform("sum"))
    yards = found.loc[["coal_yard"]] if len(y.coal_yard) else found.iloc[:0]
    stock = yards.stock_kt.to_numpy().reshape(len(y.coal_yard), len(part))
    left = (yards.amount_kt - yards.burnt_kt).to_numpy().reshape(stock.shape) - (stock - np.roll(stock, 1, axis=1))
    bounded = found.stock_kt.where(found.stock_kt.notna(), found.amount_kt)
    excess = np.fmax(found.least_kt - bounded, np.nan_to_num((bounded - found.most_kt).to_numpy(), nan=-1.0))
    to_yards, others = _in_kt(q)
    dug = pd.concat([to_yards.kt, others.kt]).groupby(level="mine").sum()
    yearly = carried_kt(q)
    even = np.outer(y.coal_user.demand_kt_per_year, part)
    got = others.kt.groupby(["to", "month"]).sum().unstack(fill_value=0.0).reindex(y.coal_user.index, fill_value=0.0)
    return {
        "coal_stock": largest(np.abs(left) / q.amount),
        "coal_months": largest((excess / size).to_numpy()),
        "coal_month_sums": largest((np.abs(dug - yearly.reindex(dug.index, fill_value=0.0)) / np.maximum(q.amount, dug)).to_numpy()),
        "other_coal_months": largest(np.abs(got.to_numpy() - even) / np.maximum(q.amount, even.sum())) if len(got.columns) else 0.0,
    }


def _rail_balance(q: Quantities) -> dict[str, float]:
    line = q.problem.system.rail_line
    over = (_rail_kt(q) - line.capacity_kt_per_year) / np.maximum(q.amount, line.capacity_kt_per_year)
    return (_balances(q) | {"rail_lines": largest(over.to_numpy(float))}) if len(line) else _balances(q)


RESULTS = Results(balances=_rail_balance)
