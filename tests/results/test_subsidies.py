"""Subsidies on power prices: who gets what, and that the budget pays it."""

import pandas as pd
import pytest
import xarray as xr

from energy_model.results.subsidies import subsidies
from energy_model.results.transfers import ITEMS, Payers, _price_subsidies
from energy_model.study.load import load_study
from tests.paths import INPUTS


def test_the_budget_pays_eligible_loads():
    """Proves: 50 CNY/MWh on 600 GWh of polysilicon are 30 MCNY; 30 on the 900 GWh of aluminium processing of one node, of 1,800, are 27;
    the budget pays each to consumers as an item of the transfers. Sensitivity: loads of all nodes or levels; a subsidy that nobody pays.
    """
    table = subsidies(xr.Dataset(), load_study(INPUTS, "plan-2015+power-subsidy"))
    assert table.set_index("subsidy").amount_mcny.to_dict() == pytest.approx({"POLYSILICON": 30.0, "AL_PROCESSING": 27.0})
    assert table.beneficiary.tolist() == ["load", "load"]
    none = pd.DataFrame()
    flows = list(_price_subsidies(Payers(xr.Dataset(), None, none, None, pd.Series(), none, none, table)))
    assert [flow[:3] for flow in flows] == [("price_subsidy", "budget", "load")] * 2
    assert sum(flow[3] for flow in flows) == pytest.approx(57.0)
    assert "price_subsidy" in ITEMS


def test_smelters_are_paid_for_what_they_use():
    """Proves: a smelter of 100 MW that sheds half in one of two hours of 4,380 h each used 657 GWh; 20 CNY/MWh are 13.14 MCNY, at its node
    only. Sensitivity: rated power, or the smelters of another node.
    """
    study = load_study(INPUTS, "plan-2015")
    given = pd.DataFrame({"subsidy": ["a", "b"], "load": "smelters", "node": ["A", "B"], "subsidy_cny_per_mwh": 20.0})
    study.tables["subsidies"] = given
    data = xr.Dataset(
        {
            "smelter_mw": (("smelter", "time"), [[100.0, 100.0]]),
            "potline_shed_mw": (("smelter", "time"), [[0.0, 50.0]]),
        },
        coords={"smelter": ["k"], "smelter_node": ("smelter", ["A"]), "weight": ("time", [4380.0, 4380.0])},
    )
    assert subsidies(data, study).amount_mcny.tolist() == pytest.approx([13.14, 0.0])


def test_the_shipped_plan_has_none():
    """Proves: without the overlay there is no row. Sensitivity: an amount that the plan does not name."""
    assert subsidies(xr.Dataset(), load_study(INPUTS, "plan-2015")).empty
