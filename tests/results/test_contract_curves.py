"""Delivery broken down by month, type of day and hour, by hand."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from energy_model.results import contract
from energy_model.results.contract_curves import contract_curves


def delivery(hours: int = 8760, weight: float = 1.0) -> xr.Dataset:
    """One contract of 2015: 100 MW from 8:00 to 20:00, else 50 MW; 30 MW all day on Saturday and Sunday; nothing in July."""
    time = pd.date_range("2015-01-01", periods=hours, freq="h")
    power = np.where((time.hour >= 8) & (time.hour < 20), 100.0, 50.0)
    power = np.where(time.day_of_week >= 5, 30.0, power) * (time.month != 7)
    return xr.Dataset(
        {"delivered_mw": (("contract", "time"), power[None])},
        {"contract": ["X"], "time": time, "weight": ("time", np.full(hours, weight))},
    )


def test_the_year_is_broken_down_by_hand():
    """Proves: March 2015 has 22 working days of 1,800 MWh and 9 weekend days of 720 MWh, 39.6 and 6.48 GWh, 85.9 and 14.1 % of the month;
    the curve of a working day is 50, 100 and 50 MW; a day of holidays.csv is taken from its weekend; July is there with no energy and no
    share; all rows add up to the year.
    Sensitivity: a mean over all days of the month, holidays as working days, or shares of nothing.
    """
    data = delivery()
    table = contract_curves(data, pd.Series(dtype=object))
    assert contract.checked("tables/contract_curves.csv", table)[1] == []
    march = table[table.month == 3].set_index("day_type")
    assert march.days.to_dict() == {"workday": 22, "weekend": 9}
    assert march.energy_gwh.to_dict() == pytest.approx({"workday": 39.6, "weekend": 6.48})
    assert march.month_share["workday"] == pytest.approx(39.6 / 46.08)
    assert march.loc["workday", ["hour_07_mw", "hour_08_mw", "hour_19_mw", "hour_20_mw"]].tolist() == [50, 100, 100, 50]
    assert march.hour_08_mw["weekend"] == 30
    july = table[table.month == 7]
    assert july.energy_gwh.sum() == 0
    assert july.month_share.isna().all()
    total = float((data.delivered_mw * data.weight).sum()) / 1e3
    assert table.energy_gwh.sum() == pytest.approx(total)
    assert table.energy_share.sum() == pytest.approx(1.0)
    curve = table[[f"hour_{h:02d}_mw" for h in range(24)]].sum(axis=1) * table.days / 1e3
    assert curve.to_numpy() == pytest.approx(table.energy_gwh.to_numpy())
    moved = contract_curves(data, pd.Series({"03-07": "workday"})).set_index(["month", "day_type"])
    assert (moved.days[3, "workday"], moved.hour_08_mw[3, "workday"]) == pytest.approx((23, (22 * 100 + 30) / 23))


def test_months_exist_for_whole_years_only():
    """Proves: a day that stands for the year has no months, and the table still has its columns. Sensitivity: a month made of one day."""
    table = contract_curves(delivery(24, 365.0), pd.Series(dtype=object))
    assert table.empty
    assert list(table.columns) == contract.column_names("contract_curves")
