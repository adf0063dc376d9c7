"""Figures of a microgrid in a result compared with reported figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results import folders, indicators, node_balance, store
from energy_model.results.dust import LEAST_GWH, LEAST_MW, ratio
from energy_model.units import MWH_PER_GWH

FOLDER = "calibration"
UNITS = {
    "thermal_mw": "MW", "wind_mw": "MW", "solar_mw": "MW", "aluminium_kt": "kt", "potline_mw": "MW", "green_gwh": "GWh",
    "green_capacity_share": "1", "green_energy_share": "1", "own_supply_share": "1", "low_grade_coal_kt": "kt",
}  # fmt: skip
GIVEN = ("thermal_mw", "wind_mw", "solar_mw", "aluminium_kt", "potline_mw", "green_capacity_share")
"""Figures that the case puts in: fleet and potlines as reported. That they agree proves nothing."""


def figures(data: xr.Dataset, microgrid: str) -> dict[str, float]:
    """Figures of one microgrid by the names of calibration.csv: MW, kt, GWh, shares."""
    place = pd.Series(data.place_microgrid.to_numpy(), index=data.place.to_numpy())
    inside = set(place.index[place == microgrid])
    capacity = indicators.capacity(data)
    capacity = capacity[capacity.node.isin(inside)].groupby("kind").capacity_mw.sum()
    used = indicators.curtailment(data)
    green = float(used[used.node.isin(inside)].used_gwh.sum())
    balance = node_balance.energy_balance(data)
    balance = balance[balance.node.isin(inside)]
    smelter = [k for k in data.smelter.to_numpy() if str(data.smelter_node.sel(smelter=k).item()) in inside]
    served_mwh = indicators.energy_gwh(data, indicators.smelter_used_mw(data)).sel(smelter=smelter) * MWH_PER_GWH
    thermal = float(capacity.reindex(["thermal", "chp"]).sum())
    wind, solar = (float(capacity.get(kind, 0.0)) for kind in ("wind", "solar"))
    used_gwh = float(balance.load_gwh.sum() + balance.smelter_gwh.sum())
    return {
        "thermal_mw": thermal,
        "wind_mw": wind,
        "solar_mw": solar,
        "aluminium_kt": float(indicators.aluminium_kt(data).sel(smelter=smelter).sum()),
        "potline_mw": float(served_mwh.sum() / data.weight.sum()),
        "green_gwh": green,
        "green_capacity_share": ratio(wind + solar, thermal + wind + solar, LEAST_MW),
        "green_energy_share": ratio(green, used_gwh, LEAST_GWH),
        "own_supply_share": ratio(float(balance.thermal_gwh.sum()) + green, used_gwh, LEAST_GWH),
        "low_grade_coal_kt": _low_grade_coal(data, inside),
    }


def _low_grade_coal(data: xr.Dataset, inside: set[str]) -> float:
    node = pd.Series(data.cluster_node.to_numpy(), index=data.cluster.to_numpy())
    users = [u for u in data.fuel_user.to_numpy() if node.get(u) in inside]
    mines = data.mine.to_numpy()[np.asarray(data.mine_grade == "lignite_low")]
    return float(data.coal_kt.sel(fuel_user=users, mine=mines).sum())


def compare(facts: pd.DataFrame, data: xr.Dataset) -> pd.DataFrame:
    """Rows of calibration.csv with the model's figure, its unit, whether it is an input, its deviation and whether it is within the band.

    Outcomes come first, then what the case puts in.

    The deviation is a share of the reported value.
    """
    model = [figures(data, row.microgrid)[row.item] for row in facts.itertuples()]
    table = facts.reset_index(drop=True).assign(model=model)
    table["deviation_share"] = table.model / table.value - 1
    table["within"] = table.deviation_share.abs() <= table.band_share
    table = table.assign(unit=table.item.map(UNITS), given=table.item.isin(GIVEN))
    return table.sort_values("given", kind="stable", ignore_index=True)


def add_to_result(folder: Path, facts: pd.DataFrame, data: xr.Dataset) -> pd.DataFrame:
    """Write the comparison into a finished result, completely or not at all."""
    table = compare(facts, data)
    with folders.amended_folder(folder) as temporary:
        store.write_tables({"calibration": table}, temporary, FOLDER)
        manifest = store.read_manifest(temporary)
        outcomes = table[~table.given]
        manifest["calibration"] = {
            "tables": [f"{FOLDER}/calibration.csv"], "within": int(outcomes.within.sum()), "rows": len(outcomes)
        }  # fmt: skip
        store.write_manifest(manifest, temporary)
    return table
