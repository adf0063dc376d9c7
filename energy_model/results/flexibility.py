"""Value of potline modulation: the same plan with and without it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import xarray as xr

from energy_model.results import equipment_tables, indicators
from energy_model.results.dust import LEAST_GWH, ratio
from energy_model.units import CNY_PER_MCNY


def by_case(data: Mapping[str, xr.Dataset], accounts: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    """Cost, curtailment, price and new capacity of each case, and the saving of the first against each.

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
        energy = float(indicators.energy_gwh(d, load).sum())
        rows.append(
            {
                "case": case,
                "cost_mcny": sum(accounts[case].values()),
                "price_cny_per_mwh": ratio(float(indicators.energy_gwh(d, price * load).sum()), energy, LEAST_GWH),
                "curtailed_gwh": float(waste.curtailed_gwh.sum()),
                "curtailed_share": indicators.curtailed_share(waste),
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
        table = equipment_tables.smelters(d).set_index("smelter")
        for k, known in table.iterrows():
            one = d.sel(smelter=k)
            price = d.dual_nodal_balance.sel(bus=str(one.smelter_node.item()))
            down = one.smelter_rated_mw - one.smelter_mw
            rows.append(
                {
                    "case": case,
                    "smelter": k,
                    "name_zh": known.name_zh,
                    "name_en": known.name_en,
                    "energy_gwh": known.energy_gwh,
                    "price_cny_per_mwh": known.paid_price_cny_per_mwh,
                    "electricity_mcny": float((indicators.smelter_used_mw(one) * price * d.weight).sum()) / CNY_PER_MCNY,
                    "shifted_gwh": known.shifted_gwh,
                    "hours_below_rated_h": float(((down > 1e-3) * d.weight).sum()),
                    "deepest_mw": max(0.0, float(down.max())),
                    "shed_gwh": known.unserved_gwh,
                    "aluminium_kt": known.aluminium_kt,
                }
            )
    return pd.DataFrame(rows)
