"""Balance at the trough, and curtailment by cause, worked out by hand."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from energy_model.results.city import extreme_hours
from energy_model.results.curtailment_causes import CAUSES, curtailment_causes
from energy_model.results.dust import without_dust
from energy_model.results.trough import offered_mw, trough_balance, trough_times
from energy_model.study.settings import CapacityBalanceSettings

TIMES = pd.date_range("2015-01-01", periods=6, freq="h")


def of(dim, **columns):
    return {name: (dim, values) for name, values in columns.items()}


PLACES = ("A", "B", "C", "W")


@pytest.fixture
def data():
    """A with wind and B with a coal plant, joined by a line that charges 5 CNY/MWh, a market M behind an outlet of B, and a microgrid W
    with its tie to A. C is reached by a candidate only, which is not built.
    """
    price = {"A": [0.0, 0, 0, 0, 0, 0], "B": [100.0, 0, 0, 0, 3, 0], "M": [100.0, 200, 0, 0, 3, 0], "W": [9.0, 9, 0, 0, 0, 9],
             "C": [900.0] * 6}  # fmt: skip
    return xr.Dataset(
        of(("feed", "time"), curtailed_mw=[[10.0] * 6])
        | of("feed", feed_bus=["A"], feed_carrier=["wind"])
        | of(("bus", "time"), dual_nodal_balance=list(price.values()))
        | of("corridor", corridor_from_bus=["A", "B", "A", "A"], corridor_to_bus=["B", "M", "W", "C"], corridor_loss_share=[0.0] * 4,
             corridor_from_node=["A", "B", "A", "A"], corridor_to_node=["B", "OUT", "W", "C"], corridor_tie_of=[""] * 4,
             corridor_capacity_mw=[100.0, 100.0, 100.0, 0.02], corridor_wheeling=[0.005, 0, 0, 0], corridor_reversible=[1.0, 0, 1, 1])
        | of("cluster", cluster_node=["B"], cluster_kind=["thermal"], cluster_min_load_share=[0.4])
        | of(("cluster", "time"), thermal_mw=[[50.0, 50, 50, 0, 50, 50]], online_mw=[[100.0, 50, 80, 100, 100, 100]])
        | of("store", store_power_capacity_mw=[20.0], store_kind=["battery"])
        | of("place", place_microgrid=["", "", "", "W"])
        | of("time", weight=[1000.0] * 6),
        coords={"feed": ["A.wind"], "bus": list(price), "node": list(PLACES), "place": list(PLACES), "corridor": ["AB", "BM", "AW", "AC"],
                "cluster": ["G"], "store": ["S"], "time": TIMES},
    )  # fmt: skip


def test_each_cause_in_an_hour_of_its_own(data):
    """Proves: of 10 MW curtailed in six hours of 1,000 h each, B would pay 100 in the first (network), only M would in the second
    (outlet), the plant of B runs in the third and the fifth, whose 3 are below the 5 of the line (minimum output), in the fourth
    nothing does (no taker), and in the sixth only the microgrid would (tie), as it would in the first two: 10, 10, 10, 20 and 10 of 60
    GWh. C, behind a candidate of 0.02 MW, counts for nothing. Sensitivity: wheeling left out makes the fifth hour network; a zone without
    B finds no plant running; a tie that is network takes the second and the sixth hour, C takes all.
    """
    (row,) = curtailment_causes(data).to_dict("records")
    assert [row[f"{cause}_gwh"] for cause in CAUSES] == pytest.approx([10.0, 10.0, 10.0, 20.0, 10.0])
    assert row["curtailed_gwh"] == pytest.approx(60.0)
    assert (row["feed"], row["node"], row["carrier"]) == ("A.wind", "A", "wind")


def test_causes_add_up_to_the_last_digit_that_is_told(data):
    """Proves: 10 MW in the first hour, and in the sixth 0.00059 MW (0.59 MWh, less than is told), are 10.00059 GWh of network, in the
    file too. The same less the first hour are told by nobody. Sensitivity: the small part under its own cause is cleared there, and the
    causes add up to 10.
    """
    cut = xr.DataArray([[10.0, 0, 0, 0, 0, 0.00059]], data.curtailed_mw.coords, data.curtailed_mw.dims)
    table = without_dust(curtailment_causes(data.assign(curtailed_mw=cut)))
    assert table[[f"{cause}_gwh" for cause in CAUSES]].to_numpy().sum() == pytest.approx(10.00059, abs=1e-9)
    assert table.network_gwh[0] == table.curtailed_gwh[0]
    small = without_dust(curtailment_causes(data.assign(curtailed_mw=cut.where(cut < 1, 0.0))))
    assert small.select_dtypes("number").to_numpy().sum() == 0.0


@pytest.fixture
def hours():
    """Six hours of a January day; the second, third and fourth have the least load and a tenth of the time, the last the rest."""
    frame = {"load_mw": [200.0, 150, 151, 152, 230, 240], "smelter_mw": [10.0, 8, 12, 16, 10, 10], "loss_mw": 5.0, "export_mw": 50.0,
             "chp_mw": [30.0, 45, 20, 28, 30, 30], "wind_available_mw": [60.0, 0, 100, 100, 0, 500], "solar_available_mw": 0.0,
             "weight": [1000.0, 500, 75, 225, 100, 6100]}  # fmt: skip
    return pd.DataFrame(frame, index=TIMES)


def test_the_trough_by_hand(data, hours):
    """Proves: the tenth of 8,000 h are three hours, in which wind offers 100 with 95 % confidence, in the last two of them, of 75 and 225
    h. Their means are 15 of the smelter, 0.4 x (80 x 75 + 100 x 225) / 300 = 38 of the plant and 26 of CHP: 150 + 15 + 5 + 50 = 220 used
    and 20 charged, less 64, are a room of 176, and 76 are left. Deep shaving of 15 makes it 91. January has no summer trough.
    Sensitivity: output in place of minimum load, the plants of the calm hour of least load (20 and 45), means without weights, or a
    tenth of six hours without weights, which is the calm hour alone.
    """
    table = trough_balance(data, hours, CapacityBalanceSettings()).set_index("item")
    assert list(table) == ["winter_trough_mw", "year_trough_mw"]
    column = table.winter_trough_mw
    for item, value in {"load": 150, "trough_demand": 220, "charging_battery": 20, "minimum_thermal": 38, "minimum_chp": 26,
                        "room_for_renewables": 176, "offered_wind": 100, "offered_solar": 0, "trough_surplus": 76}.items():  # fmt: skip
        assert column[item] == pytest.approx(value), item
    tiers = xr.DataArray([[15.0] * 6], {"deep_tier": ["G/dry"], "time": TIMES}, ("deep_tier", "time"))
    deeper = trough_balance(data.assign(below_minimum_mw=tiers), hours, CapacityBalanceSettings()).set_index("item")
    assert deeper.winter_trough_mw["trough_surplus"] == pytest.approx(91)
    assert trough_times(hours).hour.tolist() == ["2015-01-01 01:00"] * 2


def test_wind_at_the_trough_is_rarely_more():
    """Proves: of ten equal trough hours with 10, 20 … 100 MW of wind, 90 MW are not exceeded in nine of ten, and 100 in 95 of 100; hours of
    more load do not count. Sensitivity: the mean, or the hours of the peak.
    """
    time = pd.date_range("2015-01-01", periods=100, freq="h")
    frame = pd.DataFrame({"load_mw": [50.0] * 10 + [100.0] * 90, "wind_available_mw": [10.0 * k for k in range(1, 11)] + [500.0] * 90,
                          "weight": 1.0}, index=time)  # fmt: skip
    frame.loc[time[10:], "load_mw"] += np.arange(90.0)
    assert offered_mw(extreme_hours(frame, time[0], least=True), "wind", 0.9) == 90.0
    assert offered_mw(extreme_hours(frame, time[0], least=True), "wind", 0.95) == 100.0
