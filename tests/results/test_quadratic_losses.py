"""Losses between tangents and secant are in every published figure."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from energy_model.formulation.adequacy import export_loss
from energy_model.results.city import DEMAND, SUPPLY, city_hours
from energy_model.results.equipment_tables import sections
from energy_model.results.prices import outlets
from tests.support.tiny import tiny_system


def test_city_sections_and_outlets_count_quadratic_losses():
    """Proves: 400 MW in the middle of a line that loses 8 MW are 404 MW sent and 396 MW delivered; the city adds up to 904 MW, the section
    loses 0.192 GWh in a day and the outlet 8/404 of what is sent, where half of the day runs back as well; idle, it would lose 50 of 1025
    MW at full load.
    Sensitivity: the loss share alone, which is 0 on such a line, leaves 8 MW of the city out and tells no loss.
    """
    time = pd.date_range("2011-01-01", periods=24, freq="h")

    def hourly(dim, value):
        return ((dim, "time"), np.full((1, 24), value))

    names = {"node": ["A"], "cluster": ["g"], "corridor": ["c"], "contract": ["x"]}
    of = {
        "existing_mw": 1000.0,
        "max_new_mw": 0.0,
        "capacity_mw": 1000.0,
        "usable": 1.0,
        "loss_share": 0.0,
        "wheeling": 0.0,
        "to_bus": "M",
        "from_bus": "A",
        "reversible": 1.0,
        "resistance_per_gw": 0.05,
        "circuits": 1.0,
        "circuits_per_gw": 0.0,
    }
    data = xr.Dataset(
        {"flow_forward_mw": hourly("corridor", 400.0), "loss_mw": hourly("corridor", 8.0), "delivered_mw": hourly("contract", 396.0),
         "load_mw": hourly("node", 500.0), "shed_mw": hourly("node", 0.0), "thermal_mw": hourly("cluster", 904.0)}
        | {f"corridor_{name}": ("corridor", [value]) for name, value in of.items()},
        names | {"time": time, "weight": ("time", np.ones(24)), "block": ("time", np.zeros(24)),
                 "cluster_kind": ("cluster", ["condensing"]),
                 "contract_market": ("contract", ["M"])},
    )  # fmt: skip
    hours = city_hours(data)
    assert hours[list(SUPPLY)].sum(axis=1).to_numpy() == pytest.approx(904.0)
    assert hours[[name for name in DEMAND if name in hours]].sum(axis=1).to_numpy() == pytest.approx(904.0)
    assert sections(data).loss_gwh.iloc[0] == pytest.approx(0.192)
    assert outlets(data).loss_share["M"] == pytest.approx(8 / 404)
    idle = data.assign(flow_forward_mw=data.flow_forward_mw * 0, loss_mw=data.loss_mw * 0)
    assert outlets(idle).loss_share["M"] == pytest.approx(50 / 1025)
    back = np.zeros((1, 24))
    back[0, :12] = 400.0
    both = data.assign(flow_forward_mw=data.flow_forward_mw - back, flow_backward_mw=(("corridor", "time"), back))
    assert outlets(both).loss_share["M"] == pytest.approx(8 / 404)


def test_export_obligation_counts_quadratic_losses():
    """Proves: a contract of 1 GW over a line that loses 5 % of its full load obliges to 1 / (1 - 0.05/1.025) GW at the sending end.
    Sensitivity: the loss share, which is 0 on such a line, asks for the power at the receiving end.
    """
    line = {"to_bus": "M", "existing": 1.0, "reversible": False}
    bus, contract = {"A": {}, "M": {"market": True}}, {"x": {"market": "M", "shape": "flat"}}
    linear = tiny_system(bus=bus, contract=contract, corridor={"c": line | {"loss_share": 0.03}})
    assert export_loss(linear)["x"] == pytest.approx(0.03)
    tangents = tiny_system(bus=bus, contract=contract, corridor={"c": line | {"resistance_per_gw": 0.05}})
    assert export_loss(tangents)["x"] == pytest.approx(0.05 / 1.025)
