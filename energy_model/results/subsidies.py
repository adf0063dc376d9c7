"""Subsidies on power prices: what the budget pays to eligible consumers; a transfer that changes no plan."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from energy_model.results.power import energy_gwh, smelter_used_mw
from energy_model.study.environment_checks import SMELTERS
from energy_model.study.study import Study
from energy_model.units import MCNY_PER_GWH_FROM_CNY_PER_MWH


def subsidies(data: xr.Dataset, study: Study) -> pd.DataFrame:
    """Subsidies with the electricity of eligible loads (of the inputs) or smelters (used in the plan) [GWh] and the amount [MCNY]."""
    table, loads = study.tables["subsidies"], study.tables["loads"]
    loads = loads[loads.case == study.settings.study.case]
    rows = []
    for s in table.itertuples():
        energy = _smelters(data) if s.load == SMELTERS else loads[loads.load == s.load].set_index("node").energy_gwh_per_year
        own = energy if pd.isna(s.node) else energy[energy.index == s.node]
        rows.append(float(own.sum()))
    return table.assign(
        beneficiary=table.load.map({SMELTERS: "smelter"}).fillna("load"), energy_gwh=rows,
        amount_mcny=[e * MCNY_PER_GWH_FROM_CNY_PER_MWH * price for e, price in zip(rows, table.subsidy_cny_per_mwh, strict=True)],
    )  # fmt: skip


def _smelters(data: xr.Dataset) -> pd.Series:
    """Electricity of smelters by node [GWh]."""
    if not data.sizes.get("smelter", 0):
        return pd.Series(dtype=float)
    return pd.Series(energy_gwh(data, smelter_used_mw(data)).to_numpy(), index=data.smelter_node.to_numpy())
