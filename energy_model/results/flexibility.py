"""What the modulation of potlines is worth: the same plan with and without it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results import indicators


def by_case(data: Mapping[str, xr.Dataset], accounts: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    """Cost, curtailment, price and built capacity of each case, and what the first saves against each.

    Parameters
    ----------
    data : Mapping
        Dataset by case.
    accounts : Mapping
        Cost by category [MCNY] by case.
    """
    rows = []
    for case, d in data.items():
        waste, built = indicators.curtailment(d), indicators.capacity(d).groupby("kind").new_mw.sum()
        load, price = d.load_mw, d.dual_nodal_balance.sel(bus=d.node.to_numpy()).rename(bus="node")
        rows.append(
            {
                "case": case,
                "cost_mcny": sum(accounts[case].values()),
                "price_cny_per_mwh": float((price * load * d.weight).sum() / (load * d.weight).sum()),
                "curtailed_gwh": float(waste.curtailed_gwh.sum()),
                "curtailed_share": float(waste.curtailed_gwh.sum() / waste.available_gwh.sum()) if len(waste) else 0.0,
                "unserved_gwh": float(indicators.energy_gwh(d, "shed_mw").sum()),
                "new_thermal_mw": float(built.reindex(["thermal", "chp"]).sum()),
                "new_renewable_mw": float(built.reindex(["wind", "solar"]).sum()),
                "new_storage_mw": float(built.reindex(["battery", "pumped_hydro"]).sum()),
            }
        )
    table = pd.DataFrame(rows)
    table["saved_mcny"] = table.cost_mcny - table.cost_mcny.iloc[0]
    return table


def by_smelter(data: Mapping[str, xr.Dataset]) -> pd.DataFrame:
    """Of each smelter in each case: energy, its mean price and cost, energy shifted, hours below rated power, depth."""
    rows = []
    for case, d in data.items():
        for k in d.smelter.to_numpy():
            one = d.sel(smelter=k)
            used = one.smelter_mw - one.potline_shed_mw
            price = d.dual_nodal_balance.sel(bus=str(one.smelter_node.item()))
            energy, bill = float((used * d.weight).sum()) / 1e3, float((used * price * d.weight).sum()) / 1e6
            down = one.smelter_rated_mw - one.smelter_mw
            rows.append(
                {
                    "case": case,
                    "smelter": k,
                    "name_zh": str(one.smelter_name_zh.item()),
                    "name_en": str(one.smelter_name_en.item()),
                    "energy_gwh": energy,
                    "price_cny_per_mwh": bill / energy * 1e3 if energy else np.nan,
                    "electricity_mcny": bill,
                    "shifted_gwh": float((down.clip(min=0) * d.weight).sum()) / 1e3,
                    "hours_below_rated_h": float(((down > 1e-3) * d.weight).sum()),
                    "deepest_mw": max(0.0, float(down.max())),
                    "shed_gwh": float((one.potline_shed_mw * d.weight).sum()) / 1e3,
                    "aluminium_kt": energy * 1e3 / float(one.smelter_intensity_kwh_per_t),
                }
            )
    return pd.DataFrame(rows)
