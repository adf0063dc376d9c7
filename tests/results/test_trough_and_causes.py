"""Balance at the trough, and curtailment by cause, worked out by hand."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from energy_model.results.curtailment_causes import CAUSES, curtailment_causes
from energy_model.results.trough import offered_mw, trough_balance, trough_times
from energy_model.study.settings import CapacityBalanceSettings

TIMES = pd.date_range("2015-01-01", periods=5, freq="h")


def of(dim, **columns):
    return {name: (dim, values) for name, values in columns.items()}


@pytest.fixture
def data():
    """A with wind and B with a coal plant, joined by a line that charges 5 CNY/MWh, and a market M behind an outlet of B."""
    price = {"A": [0.0, 0, 0, 0, 0], "B": [100.0, 0, 0, 0, 3], "M": [100.0, 200, 0, 0, 3]}
    return xr.Dataset(
        of(("feed", "time"), curtailed_mw=[[10.0] * 5])
        | of("feed", feed_bus=["A"], feed_carrier=["wind"])
        | of(("bus", "time"), dual_nodal_balance=list(price.values()))
        | of("corridor", corridor_from_bus=["A", "B"], corridor_to_bus=["B", "M"], corridor_loss_share=[0.0, 0.0],
             corridor_wheeling=[0.005, 0.0], corridor_reversible=[1.0, 0.0])
        | of("cluster", cluster_node=["B"], cluster_kind=["thermal"], cluster_min_load_share=[0.4])
        | of(("cluster", "time"), thermal_mw=[[50.0, 50, 50, 0, 50]], online_mw=[[100.0] * 5])
        | of("store", store_power_capacity_mw=[20.0], store_kind=["battery"])
        | of("time", weight=[1000.0] * 5),
        coords={"feed": ["A.wind"], "bus": list(price), "node": ["A", "B"], "corridor": ["AB", "BM"], "cluster": ["G"], "store": ["S"],
                "time": TIMES},
    )  # fmt: skip


def test_each_cause_in_an_hour_of_its_own(data):
    """Proves: of 10 MW curtailed in five hours of 1,000 h each, B would pay 100 in the first (network), only M would in the second
    (outlet), the plant of B runs in the third and the fifth, whose 3 are below the 5 of the line (minimum output), and in the fourth
    nothing does (no taker): 10, 10, 20 and 10 of 50 GWh. Sensitivity: wheeling left out makes the fifth hour network; a zone without B
    finds no plant running.
    """
    (row,) = curtailment_causes(data).to_dict("records")
    assert [row[f"{cause}_gwh"] for cause in CAUSES] == pytest.approx([10.0, 10.0, 20.0, 10.0])
    assert row["curtailed_gwh"] == pytest.approx(50.0)
    assert (row["feed"], row["node"], row["carrier"]) == ("A.wind", "A", "wind")


@pytest.fixture
def hours():
    """Five hours of a January day; the second has the least load."""
    frame = {"load_mw": [200.0, 150, 210, 220, 230], "smelter_mw": 10.0, "loss_mw": 5.0, "export_mw": 50.0, "chp_mw": 30.0,
             "wind_available_mw": [60.0, 100, 0, 0, 0], "solar_available_mw": 0.0, "weight": 1000.0}  # fmt: skip
    return pd.DataFrame(frame, index=TIMES)


def test_the_trough_by_hand(data, hours):
    """Proves: at the trough 150 + 10 + 5 + 50 = 215 MW are used and 20 charged, 0.4 x 100 = 40 are the least of the plant and 30 the CHP's
    output: room 165, of which wind offers 100: 65 are left. Deep shaving of 15 makes it 80. January has no summer trough.
    Sensitivity: output in place of minimum load (50), or the peak hour, leaves 55 or 145.
    """
    table = trough_balance(data, hours, CapacityBalanceSettings()).set_index("item")
    assert list(table) == ["winter_trough_mw", "year_trough_mw"]
    column = table.winter_trough_mw
    for item, value in {"trough_demand": 215, "charging_battery": 20, "minimum_thermal": 40, "minimum_chp": 30, "room_for_renewables": 165,
                        "offered_wind": 100, "offered_solar": 0, "trough_surplus": 65}.items():  # fmt: skip
        assert column[item] == pytest.approx(value), item
    tiers = xr.DataArray([[15.0] * 5], {"deep_tier": ["G/dry"], "time": TIMES}, ("deep_tier", "time"))
    deeper = trough_balance(data.assign(below_minimum_mw=tiers), hours, CapacityBalanceSettings()).set_index("item")
    assert deeper.winter_trough_mw["trough_surplus"] == pytest.approx(80)
    assert trough_times(hours).hour.tolist() == ["2015-01-01 01:00"] * 2


def test_wind_at_the_trough_is_rarely_more():
    """Proves: of ten equal trough hours with 10, 20 … 100 MW of wind, 90 MW are not exceeded in nine of ten, and 100 in 95 of 100; hours of
    more load do not count. Sensitivity: the mean, or the hours of the peak.
    """
    time = pd.date_range("2015-01-01", periods=100, freq="h")
    frame = pd.DataFrame({"load_mw": [50.0] * 10 + [100.0] * 90, "wind_available_mw": [10.0 * k for k in range(1, 11)] + [500.0] * 90,
                          "weight": 1.0}, index=time)  # fmt: skip
    frame.loc[time[10:], "load_mw"] += np.arange(90.0)
    assert offered_mw(frame, "wind", time[0], 0.9) == 90.0
    assert offered_mw(frame, "wind", time[0], 0.95) == 100.0
