"""Dried lignite in the results: its table, use of electricity, and the recount of balance, raw coal and cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results.component import Placed, Results, Use, largest
from energy_model.results.quantities import carried_kt

if TYPE_CHECKING:
    from energy_model.results.quantities import Quantities


def dryer_mw(data: xr.Dataset) -> xr.DataArray:
    """Power of the dryers, the same in every hour [MW]."""
    return data.dryer_mw_per_kt * data.coal_dried_kt * xr.ones_like(data.weight)


def coal_dryers(data: xr.Dataset) -> pd.DataFrame:
    """Dryers: raw coal and product [kt], mean power [MW], marginal cost of the product, running cost included [CNY/t]."""
    made = data.coal_dried_kt.to_series()
    return (
        pd.DataFrame(
            {
                "raw_mine": data.dryer_raw_mine.to_series(),
                "node": data.dryer_node.to_series(),
                "raw_kt": made * data.dryer_raw_kt_per_kt.to_series(),
                "dried_kt": made,
                "capacity_kt": data.dryer_most_kt.to_series(),
                "dryer_mw": made * data.dryer_mw_per_kt.to_series(),
                "product_cny_per_t": np.abs(data.dual_dryer_output.to_series().reindex(made.index, fill_value=0.0))
                + data.mine_price_cny_per_t.to_series()[made.index],
            }
        )
        .rename_axis("mine")
        .reset_index()
    )


def _made(q: Quantities) -> pd.Series:
    """Product of each dryer [kt]."""
    table = q.problem.system.coal_dryer
    return pd.Series(q.once("capacity_coal_dryer", list(table.index)), index=table.index, dtype=float)


def raw_kt(q: Quantities) -> pd.Series:
    """Raw coal for dryers, by mine [kt]."""
    table = q.problem.system.coal_dryer
    return (_made(q) * table.raw_per_product.astype(float)).groupby(table.raw_mine).sum()


def _net_electricity(q: Quantities) -> Placed:
    table = q.problem.system.coal_dryer
    return table.node, -np.outer(_made(q) * table.power.astype(float), np.ones(q.hours))


def _balances(q: Quantities) -> dict[str, float]:
    y = q.problem.system
    if not len(y.coal_dryer):
        return {}
    sold, made, raw = carried_kt(q), _made(q), raw_kt(q)
    over = sold.reindex(raw.index, fill_value=0.0) + raw - y.mine.capacity_kt_per_year[raw.index]
    return {
        "dried_coal": largest((np.abs(sold.reindex(made.index, fill_value=0.0) - made) / q.amount).to_numpy(float)),
        "raw_coal": largest((over / np.maximum(q.amount, y.mine.capacity_kt_per_year[raw.index])).to_numpy(float)),
    }


def _costs(q: Quantities) -> dict[str, float]:
    table = q.problem.system.coal_dryer
    return {"coal_drying": float((table.cost * _made(q)).sum())} if len(table) else {}


RESULTS = Results(
    uses=(Use("dryer", "dryer", "dryer_node", dryer_mw, always=False),),
    net_electricity=_net_electricity, balances=_balances, costs=_costs,
)  # fmt: skip
