"""Bilateral contracts that are delivered, solved by hand.  A has cheap power, B a dear plant of its own; the line between them is wide."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from energy_model.results.settlement import payments, settlement
from tests.support.tiny import run, tiny_system

PLANTS = {"cheap": {"node": "A", "existing": 5.0, "fuel": 0.2}, "own": {"node": "B", "existing": 1.0, "fuel": 0.5}}
LINE = {"line": {"existing": 5.0}}


def contract(energy: float, **more) -> dict:
    return {"c": {"seller_node": "B", "buyer_node": "B", "energy_gwh_per_year": energy} | more}


def test_the_seller_delivers_the_contract_of_the_year():
    """Proves: 6 of 24 GWh under contract are made by the dear plant at 0.5, the rest comes at 0.2; one more GWh costs 0.3. Without a
    contract, or with a financial one, all comes at 0.2.
    Sensitivity: fails if the contract binds the grid's energy, the sign turns, or a financial contract has rows.
    """
    for terms, cost in ((contract(6.0), 6 * 0.5 + 18 * 0.2), ({}, 24 * 0.2), (contract(6.0, kind="financial"), 24 * 0.2)):
        r = run(tiny_system(bus={"A": {}, "B": {}}, thermal=PLANTS, corridor=LINE, bilateral=terms), load={"B": 1.0})
        assert r.cost == pytest.approx(cost)
        if cost > 5:
            assert r.value("total_bilateral", "c")[0] == pytest.approx(6.0)
            assert r.dual("bilateral_energy", "c") == pytest.approx(0.3)
    assert "bilateral_energy" not in r.lp.row_ids


def test_no_more_is_sold_than_made_or_used_in_the_hour():
    """Proves: the buyer uses power in 12 of 24 hours only, 0.25 GW of it: at most 3 GWh can be sold, 3 are and 3.5 cannot be. A plant that
    could make 24 GWh sells none of the other hours.
    Sensitivity: fails if energy is balanced over the year instead of the hour.
    """
    half = np.r_[np.full(12, 0.25), np.zeros(12)]
    s = tiny_system(bus={"A": {}, "B": {}}, thermal=PLANTS, corridor=LINE, bilateral=contract(3.0))
    r = run(s, load={"A": 1.0, "B": half})
    assert r.value("sold", "c") == pytest.approx(half)
    s = tiny_system(bus={"A": {}, "B": {}}, thermal=PLANTS, corridor=LINE, bilateral=contract(3.5))
    with pytest.raises(AssertionError, match="nfeasible"):
        run(s, load={"A": 1.0, "B": half})


def test_a_smelter_buys_what_its_pots_draw():
    """Proves: pots of 0.5 GW at B buy at most 12 GWh although the node's other load uses more; wind of the seller counts as its output.
    Sensitivity: fails if smelter and load are one buyer, or only thermal plants sell.
    """
    for energy, possible in ((12.0, True), (12.5, False)):
        s = tiny_system(
            bus={"A": {}, "B": {}},
            thermal={"cheap": PLANTS["cheap"]},
            resource={"w": {"node": "B", "existing": 1.0}},
            corridor=LINE,
            smelter={"pots": {"node": "B", "rated": 0.5}},
            bilateral=contract(energy, buyer="smelter"),
        )
        if possible:
            assert run(s, load={"B": 1.0}).value("sold", "c") == pytest.approx(0.5)
        else:
            with pytest.raises(AssertionError, match="nfeasible"):
                run(s, load={"B": 1.0})


def result(price_a: float, price_b: float) -> xr.Dataset:
    """Two hours that stand for 4,380 each; a smelter of 100 and 300 MW at B, other load of 200 MW at A."""
    return xr.Dataset(
        {
            "dual_nodal_balance": (("bus", "time"), [[price_a, price_a], [price_b, 2 * price_b]]),
            "smelter_mw": (("smelter", "time"), [[100.0, 300.0]]),
            "potline_shed_mw": (("smelter", "time"), [[0.0, 0.0]]),
            "load_mw": (("node", "time"), [[200.0, 200.0], [50.0, 50.0]]),
            "shed_mw": (("node", "time"), np.zeros((2, 2))),
            "sold_mw": (("bilateral", "time"), [[10.0, 0.0]]),
        },
        {"bus": ["A", "B"], "node": ["A", "B"], "smelter": ["pots"], "bilateral": ["p"], "weight": ("time", [4380.0, 4380.0]),
         "smelter_node": ("smelter", ["B"])},
    )  # fmt: skip


CONTRACTS = pd.DataFrame(
    {
        "bilateral": ["f", "q", "p"], "name_zh": "", "name_en": "", "seller_node": "A", "buyer_node": "B", "buyer": "smelter",
        "kind": ["financial", "financial", "physical"], "profile": ["flat", "buyer", "buyer"], "energy_gwh_per_year": [876.0, 876.0, 40.0],
        "price_cny_per_mwh": [300.0, 300.0, 250.0], "wheeling_cny_per_mwh": [30.0, 30.0, 0.0],
    }
)  # fmt: skip


def test_settlement_by_hand():
    """Proves: A costs 200, B 400 and 800 CNY/MWh. A flat contract of 876 GWh is worth 600 at B on average: the buyer gains
    (600-300-30)*.876 = 236.52 MCNY, the seller (300-200)*.876 = 87.6; one that follows the smelter (a quarter at 400, three at 800) is
    worth 700 at B. A physical one settles what was delivered, 43.8 GWh, at the hour's price.
    Sensitivity: fails if weights are left out, the profile is ignored, or the price is a plain mean.
    """
    table = settlement(result(200.0, 400.0), CONTRACTS).set_index("bilateral")
    assert table.settled_gwh.to_dict() == pytest.approx({"f": 876.0, "q": 876.0, "p": 43.8})
    assert table.buyer_price_cny_per_mwh.to_dict() == pytest.approx({"f": 600.0, "q": 700.0, "p": 400.0})
    assert table.buyer_gain_mcny["f"] == pytest.approx(236.52)
    assert table.seller_gain_mcny["f"] == pytest.approx(87.6)


def test_contracts_move_money_and_make_none():
    """Proves: gains of seller, buyer and grid add up to zero in every contract, and so do the net positions of all parties.
    Sensitivity: fails if wheeling is paid to nobody, or congestion between the nodes is forgotten.
    """
    table = settlement(result(200.0, 400.0), CONTRACTS)
    assert (table.seller_gain_mcny + table.buyer_gain_mcny + table.grid_gain_mcny).to_numpy() == pytest.approx(0.0, abs=1e-9)
    found = payments(table).set_index("party")
    assert found.net_mcny.sum() == pytest.approx(0.0, abs=1e-9)
    assert found.net_mcny["A/plants"] == pytest.approx(table.paid_mcny.sum())
    assert found.net_mcny["grid"] == pytest.approx(2 * 876 * 0.03)
