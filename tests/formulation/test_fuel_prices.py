"""Fuel with a price by the hour, and fuel of starts, solved by hand."""

import numpy as np
import pytest

from energy_model.exchange.subset import pypsa_subset
from tests.support.tiny import run, tiny_system

DEAR = np.r_[np.ones(12), np.full(12, 3.0)]


def test_fuel_is_paid_at_the_price_of_its_hour():
    """Proves: 1 GW for a day at 2 TJ/GWh, coal at 0.1 MCNY/TJ for all, and 0.2 MCNY/TJ on top in the first half day, three times that after
    it: 24*2*0.1 + 12*2*0.2 + 12*2*0.6 = 4.8 + 4.8 + 14.4 = 24. A rival at 1 MCNY/GWh takes the second half day, when a GWh costs
    2*0.7 = 1.4: 12*2*0.3 + 12*1 = 19.2.
    Sensitivity: one mean price (24 and no rival), a price per energy instead of fuel, or the price in place of that of coal.
    """
    plant = {"existing": 1.0, "fuel": 0.1, "heat_rate": 2.0, "fuel_price": 0.2, "fuel_price_series": "price"}
    alone = run(tiny_system(thermal={"g": plant}), load=1.0, availability={"price": DEAR})
    assert (alone.cost, alone.account("hourly_fuel")) == (pytest.approx(24.0), pytest.approx(19.2))
    both = run(tiny_system(thermal={"g": plant, "rival": {"existing": 1.0, "vom": 1.0}}), load=1.0, availability={"price": DEAR})
    assert both.cost == pytest.approx(19.2)
    assert both.dual("nodal_balance", "A") == pytest.approx(np.r_[np.full(12, 0.6), np.ones(12)])


def test_a_start_burns_fuel_at_the_price_of_its_hour():
    """Proves: a load of 1 GW in hours 13 to 24 of a plant that cannot idle is one start a day of 1 GW with 5 TJ: 12 + 5 = 17 TJ, at 0.1
    MCNY/TJ for coal and 0.6 in these hours: 17*0.7 = 11.9.
    Sensitivity: starts without fuel (8.4), or at the mean price.
    """
    plant = {"existing": 1.0, "fuel": 0.1, "start_fuel": 5.0, "fuel_price": 0.2, "fuel_price_series": "price", "min_load_share": 1.0}
    r = run(tiny_system(thermal={"g": plant}), load={"A": np.r_[np.zeros(12), np.ones(12)]}, availability={"price": DEAR})
    assert r.cost == pytest.approx(11.9)
    assert r.value("total_fuel", "g") == pytest.approx(17.0)


def test_an_export_to_pypsa_names_what_it_leaves_out():
    """Proves: fuel of starts and by the hour, and rules of stores, are named where PyPSA cannot say them, and gone from what is written.
    Sensitivity: an export that drops them in silence, or a study that keeps them and costs something else.
    """
    own = {"duration_h": np.nan, "max_new": 1.0, "capex": 1.0, "capex_energy": 1.0, "min_duration_h": 2.0, "from_stock": True}
    part, lacks = pypsa_subset(tiny_system(thermal={"g": {"existing": 1.0, "start_fuel": 5.0}}, store={"b": own}))
    told = [one.en for one in lacks]
    stores = ["bounds on the duration of stores: b", "discharge limited by the stock of the hour before: b"]
    assert told == ["fuel of starts, and fuel priced by the hour", *stores]
    assert not part.thermal.start_fuel.any()
    assert not part.store.from_stock.any()
