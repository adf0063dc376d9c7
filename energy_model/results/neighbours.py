"""Neighbours in the results: the dataset is that of the city, as without them; of each neighbour it keeps the hourly balance.

What crosses the border to a neighbour is an export of the city, at the neighbour's end, as deliveries to a market are.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results import series
from energy_model.results.contract import column_names
from energy_model.results.dust import LEAST_GWH, ratio
from energy_model.results.power import energy_gwh
from energy_model.study.system import System
from energy_model.units import MWH_PER_GWH

BALANCE = ("load", "thermal", "chp", "wind", "solar", "curtailed", "unserved")
"""Series of a neighbour that are kept, by their names in `series`; what it receives from the city and its price beside them."""
OWNED = {"thermal": "node", "resource": "node", "store": "node", "boiler": "node", "heat_area": "node", "mine": "node", "feed": "bus"}
"""Tables of what stands somewhere, and the column that says where."""
NIGHT = (22, 23, 0, 1, 2, 3, 4, 5)
"""Hours of the night valley, by their beginning."""


def of_city(data: xr.Dataset, system: System) -> xr.Dataset:
    """The dataset without the equipment of neighbours, with ``neighbour_*_mw`` over (neighbour, time) in its place.

    Parameters
    ----------
    data : Dataset
        Of all buses.
    system : System
    """
    outside = system.bus.index[system.bus.outside]
    if outside.empty:
        return data
    found = _hourly(data, list(outside))
    line = system.corridor
    beyond = line.from_bus.isin(outside) & line.to_bus.isin(outside)
    gone = {*outside, *line.index[beyond]}
    for name, place in OWNED.items():
        table = getattr(system, name)
        gone |= set(table.index[table[place].isin(outside)])
    reached = {*line.to_bus[~beyond], *line.from_bus[~beyond]}
    kept = {}
    for dim in data.dims:
        if dim == "time" or dim not in data.coords or data[dim].dtype.kind not in "UO":
            continue
        labels = data[dim].to_numpy()
        own = np.array([not gone & {label, *str(label).split("/")} or (dim == "bus" and label in reached) for label in labels], dtype=bool)
        if not own.all():
            kept[dim] = own
    return data.isel({dim: np.flatnonzero(own) for dim, own in kept.items()}).assign(found)


def _hourly(data: xr.Dataset, outside: list[str]) -> dict[str, xr.DataArray]:
    """Balance, exchange and price of every neighbour."""
    index = pd.Index(outside)
    balance = series.balances(data, lambda owner: index.get_indexer(data[owner].to_numpy()), len(index))
    inside = ~data.corridor_from_bus.isin(outside) | ~data.corridor_to_bus.isin(outside)
    received = series.exchange(data, outside, inside.to_numpy())
    price = data.dual_nodal_balance.sel(bus=outside).transpose("bus", "time").to_numpy()
    found = {f"neighbour_{name}_mw": balance[name] for name in BALANCE}
    found |= {"neighbour_storage_mw": balance["discharge"] - balance["charge"]}
    found |= {"neighbour_exchange_mw": series.exchange(data, outside, ~inside.to_numpy())}
    found |= {"neighbour_received_mw": received, "neighbour_price_cny_per_mwh": price}
    coords = {"neighbour": np.array(outside, dtype="U"), "time": data.time.to_numpy()}
    place = pd.Index(data.place.to_numpy()).get_indexer(outside)
    names = {f"neighbour_{c}": xr.DataArray(data[f"place_{c}"].to_numpy()[place], dims="neighbour") for c in ("name_zh", "name_en")}
    return names | {name: xr.DataArray(values, coords, ("neighbour", "time")) for name, values in found.items()}


def yearly_gwh(data: xr.Dataset, name: str, neighbour: str = "") -> float:
    """Yearly energy of a series of all neighbours, or of one [GWh]; 0 in a study without them."""
    if f"neighbour_{name}_mw" not in data:
        return 0.0
    energy = energy_gwh(data, f"neighbour_{name}_mw").to_series()
    return float(energy.sum() if not neighbour else energy.get(neighbour, 0.0))


SUPPLY = ("thermal", "chp", "wind", "solar", "storage", "unserved", "received", "exchange")
"""Series that add up to the load of a neighbour."""
ALL = "all"
"""Code of the sum of all neighbours."""


def neighbours(data: xr.Dataset) -> pd.DataFrame:
    """Balance of each neighbour and of all by month and year [GWh], curtailed energy, total and at night, mean price [CNY/MWh].

    Returns
    -------
    DataFrame
        Months of which the horizon has hours; rows without a month are the year. ``received_gwh`` what arrives from the city less what goes
        there, ``exchange_gwh`` the same with the other neighbours: over all of them it is what their ties lose.
    """
    weight = pd.Series(data.weight.to_numpy(), index=data.indexes["time"])
    night = np.isin(data.indexes["time"].hour, NIGHT)
    parts = {name: data[f"neighbour_{name}_mw"].transpose("time", "neighbour").to_pandas() for name in ("load", "curtailed", *SUPPLY)}
    price = data.neighbour_price_cny_per_mwh.transpose("time", "neighbour").to_pandas()
    parts["curtailed_night"] = parts["curtailed"].mul(night, axis=0)
    parts["paid"], parts["residual"] = price * parts["load"], sum(parts[name] for name in SUPPLY) - parts["load"]
    hourly = pd.concat(parts, axis=1).mul(weight, axis=0) / MWH_PER_GWH
    month = hourly.groupby(data.indexes["time"].month).sum()
    month.loc[np.nan] = hourly.sum()
    for name in parts:
        month[name, ALL] = month[name].sum(axis=1)
    frame = month.stack(level=1, future_stack=True).rename_axis(["month", "neighbour"]).reset_index()
    frame = frame.rename(columns={name: f"{name}_gwh" for name in parts})
    frame = frame.rename(columns={"storage_gwh": "storage_net_gwh"}).sort_values(["neighbour", "month"], kind="stable")
    frame["mean_cny_per_mwh"] = ratio(frame.pop("paid_gwh"), frame.load_gwh, LEAST_GWH)
    frame["curtailed_share"] = ratio(frame.curtailed_gwh, frame.wind_gwh + frame.solar_gwh + frame.curtailed_gwh, LEAST_GWH)
    last = {ALL: len(frame)} | dict.fromkeys(data.neighbour.to_numpy(), 0)
    frame = frame.iloc[np.argsort(frame.neighbour.map(last), kind="stable")]
    for name, every in (("name_zh", "全部邻网"), ("name_en", "all neighbours")):
        frame[name] = frame.neighbour.map(
            dict(zip(data.neighbour.to_numpy(), data[f"neighbour_{name}"].to_numpy(), strict=True)) | {ALL: every}
        )
    return frame[column_names("neighbours")].reset_index(drop=True)
