"""Balance and shedding, solved by hand."""

import pytest

from energy_model.units import annuity
from tests.support.tiny import VOLL, build, run, solved, tiny_system


def test_balance_serves_load_at_the_price_of_the_last_plant():
    """Proves: two plants of 1 GW at 0.2 and 0.4 MCNY/GWh serve 1.5 GW for 1*0.2 + 0.5*0.4 = 0.4 MCNY an hour, 9.6 a day, and the
    nodal price is 0.4.
    Sensitivity: fails if a term of the balance has the wrong sign or the dual is that of another row.
    """
    r = run(tiny_system(thermal={"cheap": {"existing": 1.0, "fuel": 0.2}, "dear": {"existing": 1.0, "fuel": 0.4}}), load=1.5)
    assert r.cost == pytest.approx(24 * 0.4)
    assert r.dual("nodal_balance", "A") == pytest.approx(0.4)


def test_shedding_costs_the_value_of_lost_load():
    """Proves: 2 GW of load on 1 GW of free plant sheds 1 GW; cost 24*10 = 240 MCNY, price = VOLL.
    Sensitivity: fails if shedding is free, unbounded or not in the balance.
    """
    r = run(tiny_system(thermal={"g": {"existing": 1.0}}), load=2.0)
    assert r.value("shed", "A") == pytest.approx(1.0)
    assert r.cost == pytest.approx(24 * VOLL) == r.account("load_shedding")
    assert r.dual("nodal_balance", "A") == pytest.approx(VOLL)


def test_no_node_sheds_for_another():
    """Proves: B sheds at most its own 0.5 GW although 1 GW of export is due over a lossless corridor; the contract, which may not be
    shed, has to shrink: a contract floor of 24 h * 0.6 GW on a bus chain with 0.5 GW of load and no plant is infeasible.
    Sensitivity: with shed_limit missing, shedding 0.6 GW at B would feed the export and the study would be feasible.
    """
    s = tiny_system(
        bus={"B": {}, "M": {"market": True}},
        corridor={"l": {"from_bus": "B", "to_bus": "M", "existing": 5.0}},
        contract={"x": {"min_gwh_per_year": 24 * 0.6}},
    )
    assert solved(build(s, load={"B": 0.5})).solution.status == "Infeasible"


def test_new_plant_pays_when_its_annuity_is_below_the_fuel_it_saves():
    """Proves: a new plant saving 0.3 MCNY/GWh over 24 h earns 7.2 MCNY/GW; with a capital cost whose 8 %, 25-year annuity is just
    below that it is built to the load of 1 GW, just above it is not built at all.
    Sensitivity: fails if the investment account misses the annuity or charges existing capacity.
    """
    overnight = 7.2 / annuity(0.08, 25)
    for share, built in ((0.999, 1.0), (1.001, 0.0)):
        capex = share * overnight * annuity(0.08, 25)
        r = run(
            tiny_system(
                thermal={"old": {"existing": 1.0, "fuel": 0.5, "capex": 99.0}, "new": {"max_new": 3.0, "fuel": 0.2, "capex": capex}}
            ),
            load=1.0,
        )
        assert r.value("capacity_thermal", "new") == pytest.approx(built)
        assert r.account("investment_thermal") == pytest.approx(built * capex)


def test_fixed_cost_is_paid_for_old_and_new_capacity():
    """Proves: 2 GW existing at 5 MCNY/GW fixed cost pay 10 MCNY although nothing runs; min_new forces 1 GW of a plant: 1*(7 + 5).
    Sensitivity: fails if fixed cost is charged on new capacity only or min_new is ignored.
    """
    r = run(tiny_system(thermal={"old": {"existing": 2.0, "fom": 5.0}, "new": {"min_new": 1.0, "max_new": 2.0, "capex": 7.0, "fom": 5.0}}))
    assert r.account("fixed_thermal") == pytest.approx(15.0)
    assert r.account("investment_thermal") == pytest.approx(7.0)
