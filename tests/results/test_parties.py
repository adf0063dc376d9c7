"""Accounts of parties and the transfers between them, by hand and against the objective."""

import numpy as np
import pandas as pd
import pytest

from energy_model.results.element_costs import element_costs
from energy_model.results.investments import Terms
from energy_model.results.node_balance import energy_balance, microgrids
from energy_model.results.parties import energy_accounts, parties, party_of
from energy_model.results.projects import projects
from energy_model.results.store import read_result
from energy_model.results.transfers import ITEMS, Payers, transfers
from tests.support.every import STUDIES, every_family, every_profile, weak_converter
from tests.support.labelled import of_nodes, with_names
from tests.support.tiny import run, tiny_system

NONE = {
    "government_funds_cny_per_mwh": 0.0, "peak_shaving_base_share": 0.0, "peak_shaving_cny_per_mwh": 0.0,
    "green_certificate_cny_per_mwh": 0.0, "captive_reserve_cny_per_mwh": 0.0, "captive_funds_share": 0.0,
    "distribution_loss_share": 0.0,
}  # fmt: skip
NO_TARIFF = pd.DataFrame(columns=["on_grid_cny_per_mwh", "capacity_cny_per_kw_year"])
SETTLED = ["bilateral", "seller_node", "buyer", "settled_gwh", "paid_mcny", "seller_gain_mcny", "buyer_gain_mcny"]


def accounts(solved, finance=None, tariff=NO_TARIFF, contracts=(), park=()):
    """Tables ``parties`` and ``transfers`` of a tiny run; `park` are nodes of the microgrid ``park``."""
    system, data = solved.problem.system, of_nodes(solved)
    data["place_microgrid"] = ("place", ["park" if n in park else "" for n in data.place.to_numpy()])
    party = party_of(system)
    owned = projects(data, system)
    owned = owned.assign(party=owned.index.map(party))
    terms = Terms(0.08, 0.17, 0.0, 0.0, 15.0, pd.DataFrame(), tariff)
    grids = microgrids(data, energy_balance(data))
    settled = pd.DataFrame(list(contracts), columns=SETTLED)
    moved = transfers(Payers(data, system, owned, terms, pd.Series(NONE | (finance or {})), grids, settled))
    costs = element_costs(solved.lp, solved.solution.primal, system)
    return parties(costs, energy_accounts(data, system, owned), moved, party).set_index("party"), moved


@pytest.fixture(scope="module")
def town():
    """1 GW over 24 h: 0.25 GW of wind, a cheap plant of 0.5 GW at 0.2 and a dear one of 1 GW at 0.5 MCNY/GWh, which sets the price."""
    plants = {"cheap": {"existing": 0.5, "fuel": 0.2}, "dear": {"existing": 1.0, "fuel": 0.5, "min_load_share": 0.1, "kind": "thermal"}}
    return run(with_names(tiny_system(thermal=plants, resource={"wind": {"existing": 0.25}})), load={"A": 1.0})


def test_energy_at_the_prices_of_the_plan_by_hand(town):
    """Proves: at 500 CNY/MWh consumers pay 12 MCNY for 24 GWh, coal plants get 9 for 18 and bear 2.4 + 3 of fuel, wind gets 3; the nets add
    up to minus the cost of 5.4.
    Sensitivity: energy at the cost of each plant, or cost counted with the wrong sign.
    """
    table, moved = accounts(town)
    assert moved.empty
    assert table.energy_mcny.to_dict() == pytest.approx({"thermal": 9.0, "wind": 3.0, "load": -12.0})
    assert table.cost_mcny["thermal"] == pytest.approx(5.4) == pytest.approx(town.cost)
    assert table.net_mcny.to_dict() == pytest.approx({"thermal": 3.6, "wind": 3.0, "load": -12.0})


def test_tariff_subsidy_and_capacity_price_by_hand(town):
    """Proves: at 310 CNY/MWh with 17 % VAT coal plants get 4.769 MCNY in place of 9, the grid the rest; wind at 540 gets from the grid what
    coal would, 1.590 in place of 3, and from the budget 1.179; 1,500 MW at 117 CNY/(kW a) are 150 MCNY from consumers.
    Sensitivity: VAT in a payment, the subsidy paid by the grid, or a capacity price on net capacity.
    """
    tariff = pd.DataFrame({"on_grid_cny_per_mwh": [310.0, 540.0], "capacity_cny_per_kw_year": [117.0, 0.0]}, index=["thermal", "wind"])
    table, moved = accounts(town, tariff=tariff)
    assert table.tariff_mcny["thermal"] == pytest.approx(18 * 0.31 / 1.17 - 9)
    assert table.tariff_mcny["wind"] == pytest.approx(6 * 0.31 / 1.17 - 3)
    assert table.subsidy_mcny.to_dict() == pytest.approx(
        {"thermal": 0, "wind": 6 * 0.23 / 1.17, "grid": 0, "load": 0, "budget": -6 * 0.23 / 1.17}
    )
    assert table.capacity_price_mcny["thermal"] == pytest.approx(150.0) == -table.capacity_price_mcny["load"]
    assert set(moved.payer[moved["item"] == "tariff"]) == {"thermal", "wind"}
    assert (moved.amount_mcny > 0).all()


def test_peak_shaving_by_hand():
    """Proves: a plant of 1 GW that runs at 0.3 with all of it on-line is 0.2 below a base of 0.5; 24 h at 400 CNY/MWh are 1.92 MCNY, borne
    by 0.3 GW of wind and a plant 0.1 above its base, three quarters and one quarter.
    Sensitivity: a base of installed capacity, shares by energy of the year, or the shaving plant bearing its own.
    """
    system = tiny_system(
        thermal={
            "low": {"existing": 1.0, "fuel": 0.2, "min_load_share": 0.3, "must_run_share": 1.0},
            "high": {"existing": 0.2, "fuel": 0.1, "kind": "chp", "min_load_share": 0.5, "must_run_share": 1.0},
        },
        resource={"wind": {"existing": 0.3}},
    )
    table, _ = accounts(run(with_names(system), load={"A": 0.8}), {"peak_shaving_base_share": 0.5, "peak_shaving_cny_per_mwh": 400.0})
    assert table.peak_shaving_mcny.to_dict() == pytest.approx({"thermal": 1.92, "wind": -1.44, "chp": -0.48, "load": 0.0})


def test_certificates_funds_and_fees_by_hand():
    """Proves: 6 GWh of wind at 50 CNY/MWh of certificates are 0.3 MCNY, of which the town with 12 of 24 GWh and the potlines with 12 bear
    half; the town owes 0.48 of funds at 40; the park makes its own 12 GWh and owes 0.24 of the fee at 20 and, with the full share, 0.48
    of funds.
    Sensitivity: funds on captive power counted twice, a fee on sales, or certificates of what is available.
    """
    system = tiny_system(
        bus={"A": {}, "B": {"microgrid": "park"}},
        thermal={"town": {"existing": 1.0, "fuel": 0.2}, "own": {"node": "B", "existing": 0.6, "fuel": 0.2}},
        resource={"wind": {"existing": 0.25}},
        smelter={"pots": {"node": "B", "rated": 0.5}},
        microgrid={"park": {"reserve": 0.05}},
    )
    prices = {"government_funds_cny_per_mwh": 40.0, "green_certificate_cny_per_mwh": 50.0}
    prices |= {"captive_reserve_cny_per_mwh": 20.0, "captive_funds_share": 1.0}
    table, _ = accounts(run(with_names(system), load={"A": 0.5}), prices, park=("B",))
    assert table.certificates_mcny[["wind", "load", "smelter"]].tolist() == pytest.approx([0.3, -0.15, -0.15])
    assert table.funds_mcny[["budget", "load", "captive"]].tolist() == pytest.approx([0.96, -0.48, -0.48])
    assert table.captive_fee_mcny[["grid", "captive"]].tolist() == pytest.approx([0.24, -0.24])


def test_losses_of_distribution_are_nobodys_consumption():
    """Proves: of 24 GWh drawn a tenth is lost in distribution: funds at 40 CNY/MWh are due on 21.6 GWh, 0.864 MCNY, and of certificates
    for 6 GWh at 50 the town bears 21.6 of 33.6 GWh, the potlines of the public grid 12, who owe 0.48 of funds as well.
    Sensitivity: funds or certificates on what is drawn from the grid, or potlines outside microgrids that owe none.
    """
    system = tiny_system(
        thermal={"town": {"existing": 2.0, "fuel": 0.2}}, resource={"wind": {"existing": 0.25}}, smelter={"pots": {"rated": 0.5}}
    )
    prices = {"government_funds_cny_per_mwh": 40.0, "green_certificate_cny_per_mwh": 50.0, "distribution_loss_share": 0.1}
    table, _ = accounts(run(with_names(system), load={"A": 1.0}), prices)
    assert table.funds_mcny[["budget", "load", "smelter"]].tolist() == pytest.approx([1.344, -0.864, -0.48])
    assert table.certificates_mcny[["load", "smelter"]].tolist() == pytest.approx([-0.3 * 21.6 / 33.6, -0.3 * 12 / 33.6])


def reserve_of(plant, need, load=0.5, **parts):
    """Transfers of reserve of a town with one product at a price of 5 MCNY/GWh for what is missing."""
    product = {"up": {"response_h": 1.0, "price": 5.0}}
    system = tiny_system(
        bus={"A": {"region": "west"}, "B": {"region": "east"}}, options={"reserves": {"enabled": True, "sharing": True}},
        thermal=plant, reserve_product=product, reserve=need, **parts,
    )  # fmt: skip
    _, moved = accounts(run(with_names(system), load={"A": load, "B": 0.0}))
    return moved[moved["item"] == "reserve"].set_index(["payer", "payee"]).amount_mcny


def test_reserve_that_nobody_holds_is_not_paid():
    """Proves: of 0.7 GW a plant of 1 GW at half load holds 0.5 for 24 h at 5 MCNY/GWh, 60 MCNY from consumers to it; a plant at full load
    holds nothing and nothing is paid.
    Sensitivity: all that is required is paid for, to the grid where there is no room.
    """
    coal = {"plant": {"existing": 1.0, "kind": "thermal"}}
    need = {("up", "west"): {"fixed": 0.7}}
    assert reserve_of(coal, need).to_dict() == pytest.approx({("load", "thermal"): 60.0})
    assert reserve_of(coal, need, load=1.0).empty


def test_reserve_is_paid_to_all_who_hold_it_where_they_stand():
    """Proves: potlines of 1 GW that may go 0.2 GW down hold of 0.3 GW what a full plant cannot, 24 MCNY in 24 h at 5 MCNY/GWh; a region
    without plants pays the plant with 1 GW of room in the region that it receives its reserve from, 120 MCNY.
    Sensitivity: only plants and stores counted, or only those of the region: the grid is paid.
    """
    coal = {"plant": {"existing": 1.5, "kind": "thermal"}}
    pots = {"pots": {"rated": 1.0, "modulation_down_share": 0.2, "shed_cost": 10.0}}
    paid = reserve_of(coal, {("up", "west"): {"fixed": 0.3}}, smelter=pots)
    assert paid.to_dict() == pytest.approx({("load", "smelter"): 24 * 0.2 * 5.0})
    line = {"line": {"existing": 1.0, "from_bus": "A", "to_bus": "B", "shares_reserve": True}}
    lent = reserve_of(coal, {("up", "west"): {"fixed": 0.0}, ("up", "east"): {"fixed": 1.5}}, corridor=line)
    assert lent.to_dict() == pytest.approx({("load", "thermal"): 24 * 5.0})


def test_a_bilateral_contract_replaces_the_tariff(town):
    """Proves: 3 GWh at 400 CNY/MWh are 1.2 MCNY to a plant that would have got 0.795 at the tariff, so it gains 0.405; the buyer's gain
    against the price of its node, 0.3, comes from the grid as well.
    Sensitivity: the seller paid tariff and contract both.
    """
    tariff = pd.DataFrame({"on_grid_cny_per_mwh": [310.0], "capacity_cny_per_kw_year": [0.0]}, index=["thermal"])
    contract = ("c", "A", "load", 3.0, 1.2, 1.2 - 1.5, 0.3)
    table, _ = accounts(town, tariff=tariff, contracts=[contract])
    assert table.bilateral_mcny[["thermal", "load", "grid"]].tolist() == pytest.approx(
        [1.2 - 3 * 0.31 / 1.17, 0.3, -(1.5 - 3 * 0.31 / 1.17)]
    )


def test_lines_of_a_project_are_its_own():
    """Proves: between a node at 200 and one at 500 CNY/MWh a full line of 0.5 GW earns 3.6 MCNY in 24 h, the grid if it owns the line,
    else its owner. Sensitivity: the rent always with the grid.
    """
    plants = {"cheap": {"existing": 2.0, "fuel": 0.2}, "dear": {"node": "B", "existing": 1.0, "fuel": 0.5}}
    for owner, party in (("grid", "grid"), ("project", "line_owner")):
        system = with_names(tiny_system(bus={"A": {}, "B": {}}, thermal=plants, corridor={"line": {"existing": 0.5}}))
        system.corridor["owner"] = owner
        table, _ = accounts(run(system, load={"A": 0.5, "B": 1.0}))
        assert table.energy_mcny[party] == pytest.approx(3.6)
        assert table.net_mcny.sum() == pytest.approx(-(12 + 12) * 0.2 - 12 * 0.5)


def test_every_component_has_a_party():
    """Proves: with heat, stores, boilers, a microgrid, potlines, a market and penalties all costs fall to a party, energy and heat add up
    without a residual, transfers to zero, and the nets to minus the objective.
    Sensitivity: an element without a party is lost, a loss at one end only leaves a residual.
    """
    solved = run(with_names(every_family()), **every_profile(48), step_h=4)
    prices = dict.fromkeys(NONE, 0.5)
    tariff = pd.DataFrame({"on_grid_cny_per_mwh": [300.0], "capacity_cny_per_kw_year": [10.0]}, index=["thermal"])
    table, moved = accounts(solved, prices, tariff, park=("B",))
    assert table.net_mcny.sum() == pytest.approx(-solved.cost, rel=1e-9)
    assert table[[f"{i}_mcny" for i in ITEMS]].sum().to_numpy() == pytest.approx(0.0, abs=1e-9)
    assert {"captive", "heat", "smelter", "receivers", "heat_users", "grid"} <= set(table.index)
    size = table.energy_mcny.abs().max()
    assert abs(table.net_mcny.get("residual", 0.0)) < 1e-6 * size
    assert not moved[["payer", "payee"]].isna().any(axis=None)


@pytest.mark.parametrize("name", ["dried", "short_circuit"])
def test_optional_equipment_has_a_party(name):
    """Proves: with dryers, and with condensers at a converter, all costs fall to a party, the residual is nothing, and the nets add up to
    minus the objective.
    Sensitivity: a dryer or condenser of no party, or power that is bought by nobody.
    """
    solved = run(with_names(STUDIES[name]()), **every_profile(24), step_h=12)
    table, _ = accounts(solved)
    assert table.cost_mcny.sum() == pytest.approx(solved.cost, rel=1e-9)
    assert table.net_mcny.sum() == pytest.approx(-solved.cost, rel=1e-9)
    assert abs(table.net_mcny.get("residual", 0.0)) < 1e-6 * table.energy_mcny.abs().max()


@pytest.mark.parametrize(("park", "party"), [(None, "grid"), ("park", "captive")])
def test_condensers_are_of_the_grid_or_of_a_microgrid(park, party):
    """Proves: 0.2 Gvar of new condensers at 0.6 and 0.1 MCNY/Gvar and 0.05 that stand at 0.2 are 0.15 MCNY of the grid company, of the
    captive owner inside a microgrid. Sensitivity: a condenser of no party, or of the grid everywhere.
    """
    system = with_names(weak_converter())
    solved = run(system, load={"A": 1.0})
    system.bus["microgrid"] = system.bus.microgrid.astype(object)
    system.bus.loc["A", "microgrid"] = park
    owner = party_of(system)
    costs = element_costs(solved.lp, solved.solution.primal, system)
    condensers = costs[costs.element.isin(["new", "old"])]
    assert condensers.cost_mcny.sum() == pytest.approx(0.2 * 0.7 + 0.05 * 0.2)
    assert set(condensers.element.map(owner)) == {party}


def test_a_dryer_buys_its_power_by_hand():
    """Proves: 24 TJ of dried coal of 20 TJ/kt with 0.1 GW per kt: x = 24/17.6 kt of product costs 1.5 of raw coal and 0.5 of drying each,
    and 24 h of 0.1 x GW at the price of power, (1.5 + 0.5 + 0.2)/17.6 MCNY/GWh with freight, are 2.4 x 0.125 MCNY.
    Sensitivity: power of the dryer at no price, or its cost with the plant that burns the product.
    """
    system = tiny_system(
        thermal={"far": {"existing": 2.0, "coal_grade": "dry"}},
        supply={("dry", "far"): {"grade": "dry", "kt_per_tj": 0.05, "freight": 0.01}},
        mine={"pit": {}, "dry": {"grade": "dry"}},
        coal_dryer={"dry": {"power": 0.1, "cost": 0.5, "raw_price": 1.0}},
    )
    table, _ = accounts(run(with_names(system), load=1.0))
    made = 24 / 17.6
    assert table.cost_mcny[["coal_drying", "thermal"]].tolist() == pytest.approx([2.0 * made, 0.2 * made])
    assert table.energy_mcny["coal_drying"] == pytest.approx(-2.4 * made * 2.2 / 17.6)


def test_an_element_without_a_party_is_an_error(town):
    """Proves: a cost of an element that no party bears is refused by name. Sensitivity: a sum that leaves it out."""
    system, data = town.problem.system, of_nodes(town)
    party = party_of(system)
    owned = projects(data, system)
    owned = owned.assign(party=owned.index.map(party))
    costs = element_costs(town.lp, town.solution.primal, system)
    none = pd.DataFrame(columns=["item", "payer", "payee", "amount_mcny"])
    with pytest.raises(ValueError, match="dear"):
        parties(costs, energy_accounts(data, system, owned), none, {e: p for e, p in party.items() if e != "dear"})


def test_shipped_accounts_are_the_objective(shipped_day):
    """Proves: over the shipped plan the costs of parties are the cost table, the nets minus the objective, the residual is nothing, and a
    transfer that a year has no rule for is absent: no capacity price, peak shaving or certificates in 2012.
    Sensitivity: a party of an element unknown, or the terms of 2024 in 2012.
    """
    _, _, found = read_result(shipped_day)
    table, total = found["parties"].set_index("party"), found["costs"].set_index("category").cost_mcny["total"]
    assert table.cost_mcny.sum() == pytest.approx(total, rel=1e-8)
    assert table.net_mcny.sum() == pytest.approx(-total, rel=1e-8)
    assert abs(table.net_mcny.get("residual", 0.0)) < 1e-3
    assert set(found["transfers"]["item"]) == {"tariff", "subsidy", "funds", "bilateral"}
    assert np.isclose(table.subsidy_mcny["budget"], -table.subsidy_mcny[["wind", "solar"] if "solar" in table.index else ["wind"]].sum())
