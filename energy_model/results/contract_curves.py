"""Delivery of the plan under each contract broken down by month, type of day and hour (年度、月度、日分解曲线)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results.city import whole_months
from energy_model.results.contract import column_names
from energy_model.results.dust import LEAST_GWH, ratio
from energy_model.study.contract_calendars import DAY_TYPES
from energy_model.units import HOURS_PER_DAY, MWH_PER_GWH
from energy_model.weather.contract_curves import day_types

HOURS = [f"hour_{h:02d}_mw" for h in range(24)]
"""Columns of mean power in each hour of the day."""


def contract_curves(data: xr.Dataset, holidays: pd.Series) -> pd.DataFrame:
    """Curve of a day for each contract, month and type of day; no rows unless the horizon is a year of whole months.

    Parameters
    ----------
    data : Dataset
    holidays : Series
        ``holiday`` or ``workday`` by ``mm-dd``, of holidays.csv.

    Returns
    -------
    DataFrame
        ``days``, ``energy_gwh`` at the receiving end of these days, ``month_share`` of it in the month and ``energy_share`` in the year,
        and mean power by hour of the day. The energies of a contract add up to that of the year; the curve times the days is the energy.
    """
    names = column_names("contract_curves")
    time, weight = pd.DatetimeIndex(data.time.to_numpy()), data.weight.to_numpy()
    if not data.sizes.get("contract") or not whole_months(time, weight):
        return pd.DataFrame(columns=names)
    kind = np.array(DAY_TYPES, dtype=object)[day_types(time, holidays)]
    power = data.delivered_mw.transpose("contract", "time").to_numpy()
    parts = []
    for contract, own in zip(data.contract.to_numpy(), power, strict=True):
        frame = pd.DataFrame({"month": time.month, "day_type": kind, "hour": time.hour, "hours": weight, "mwh": own * weight})
        sums = frame.groupby(["month", "day_type", "hour"])[["hours", "mwh"]].sum()
        curve = (sums.mwh / sums.hours).unstack("hour").set_axis(HOURS, axis=1)
        total = sums.groupby(["month", "day_type"]).sum()
        energy = total.mwh / MWH_PER_GWH
        rows = curve.assign(
            contract=contract,
            days=total.hours / HOURS_PER_DAY,
            energy_gwh=energy,
            month_share=ratio(energy, energy.groupby("month").transform("sum"), LEAST_GWH),
            energy_share=ratio(energy, pd.Series(energy.sum(), energy.index), LEAST_GWH),
        ).reset_index()
        order = rows.assign(place=rows.day_type.map(DAY_TYPES.index)).sort_values(["month", "place"])
        parts.append(order[names])
    return pd.concat(parts, ignore_index=True)
