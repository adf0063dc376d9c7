"""Dried lignite, solved by hand: a day of 1 GW, 24 TJ at 1 TJ/GWh, from dried coal of 20 TJ/kt or another fuel at 0.5 MCNY/TJ."""

from dataclasses import replace

import pytest

from energy_model.exchange.subset import NotCarriedError, pypsa_subset
from energy_model.precheck.clause_reach import REACH
from energy_model.precheck.precheck import _coal
from energy_model.results.coal_dryers import coal_dryers
from energy_model.results.quantities import Quantities
from energy_model.results.recount import balances, recount
from energy_model.study.build_system import build_system
from energy_model.study.given import given
from energy_model.study.load import load_study
from tests.paths import INPUTS
from tests.support.labelled import of_nodes, with_names
from tests.support.tiny import run, tiny_system


def study(*, power=0.0, pit=100.0, running=0.0, **more):
    """1 kt of product takes 1.5 kt of raw coal at 1 MCNY/kt, costs 0.5 and 0.2 of freight per kt, of 20 TJ."""
    return tiny_system(
        thermal={"far": {"existing": 2.0, "coal_grade": "dry"}, "other": {"existing": 2.0, "coal_grade": "oil"}},
        supply={
            ("dry", "far"): {"grade": "dry", "kt_per_tj": 0.05, "price": 5e-5 * running, "freight": 0.01},
            ("well", "other"): {"grade": "oil", "price": 0.5, "kt_per_tj": 0.02},
        },
        mine={"pit": {"capacity_kt_per_year": pit}, "dry": {"grade": "dry", "capacity_kt_per_year": 10.0}, "well": {"grade": "oil"}},
        coal_dryer={"dry": {"power": power, "cost": 0.5, "raw_price": 1.0}},
        **more,
    )


def solved(system):
    r = run(with_names(system), load=1.0)
    recount(r.problem, r.solution.primal, r.lp.costs(r.solution.primal)).require()
    return r


def test_dried_coal_costs_raw_coal_drying_and_freight():
    """Proves: 24 TJ are 1.2 kt of product and 1.8 kt of raw coal: 1.8 + 0.6 + 0.24 = 2.64 MCNY; one more kt costs 2.0 MCNY, 2,000 CNY/t.
    Sensitivity: raw coal by product tonnes, freight on raw tonnes, capacity for nothing.
    """
    r = solved(study())
    assert r.value("capacity_coal_dryer", "dry") == pytest.approx(1.2)
    assert (r.account("coal"), r.account("coal_drying"), r.account("coal_freight")) == pytest.approx((1.8, 0.6, 0.24))
    table = coal_dryers(of_nodes(r)).set_index("mine").loc["dry"]
    assert (table.raw_kt, table.dried_kt, table.product_cny_per_t) == pytest.approx((1.8, 1.2, 2000.0))


def test_the_cost_of_the_product_has_its_running_cost():
    """Proves: with 40 CNY/t of running cost a tonne of product costs 2,040 CNY. Sensitivity: the dual of the balance alone."""
    system = study(running=40.0)
    system.mine["price_cny_per_t"] = [0.0, 40.0, 0.0]
    (found,) = coal_dryers(of_nodes(solved(system))).product_cny_per_t
    assert found == pytest.approx(2040.0)


def test_a_product_is_no_mine_of_the_city():
    """Proves: with dryers of 6 Mt the capacity of the city's mines, that mines allow at most in a year and that clause 7 asks is that of
    the plan without them. Sensitivity: dried coal counted beside the raw coal it is made of.
    """
    plain, dried = (load_study(INPUTS, name) for name in ("plan-2015", "plan-2015+dried-lignite"))
    assert given(dried, "mine_capacity_kt", "") == given(plain, "mine_capacity_kt", "") > 0
    (said, told) = (_coal(build_system(s))[0].figures["limit_mt"] for s in (plain, dried))
    assert said == told
    reach = [REACH["coal_kt"](build_system(s), "") for s in (plain, dried)]
    assert reach[0] == reach[1]


def test_raw_coal_of_the_pit_limits_the_product():
    """Proves: a pit of 0.9 kt gives 0.6 kt of product, 12 TJ; the other 12 TJ cost 0.5 each; the clause on coal counts the raw tonnes once.
    Sensitivity: a pit that does not see its dryer; product and raw coal both counted as dug.
    """
    clause = {"all": {"quantity": "coal_kt", "sense": "<=", "value": 0.9 + 0.02 * 12.0}}
    r = solved(study(pit=0.9, target=clause))
    assert r.value("total_fuel", "other") == pytest.approx(12.0)
    assert solved(study(target=clause)).value("total_fuel", "other") == pytest.approx(12.0)


def test_the_dryer_draws_the_same_power_in_every_hour():
    """Proves: at 0.1 GW per kt a year x kt draw 0.1 x GW all day; 20 x = 24 (1 + 0.1 x) gives x = 24/17.6. Sensitivity: power left out."""
    r = solved(study(power=0.1))
    assert r.value("capacity_coal_dryer", "dry") == pytest.approx(24 / 17.6)


def test_product_that_nobody_made_is_found():
    """Proves: a plan whose dryer makes less than is burnt is off by it. Sensitivity: a count of the row of the model."""
    r = run(study(), load=1.0)
    primal = r.solution.primal.copy()
    primal[r.ids("capacity_coal_dryer", "dry")] -= 0.2
    q = Quantities(r.problem, primal)
    assert balances(q)["dried_coal"] == pytest.approx(0.2 / q.amount)
    with pytest.raises(NotCarriedError, match="dry"):
        pypsa_subset(study())


def test_the_overlay_reaches_the_model():
    """Proves: the shipped overlay dries 3 t to 2 t, at 231 CNY per yearly tonne over 20 years at 8 % (23.53) with 3 % (6.93) of
    operation, 30.46 CNY/t; the plan without it has no dryer. Sensitivity: yield the wrong way round; kWh/t of raw coal.
    """
    own = build_system(load_study(INPUTS, "plan-2015+dried-lignite")).coal_dryer.loc["HLH_DRIED"]
    assert own.raw_per_product == pytest.approx(1 / 0.667)
    assert own.cost == pytest.approx(0.03046, abs=1e-5)
    assert own.power == pytest.approx(40e-3 / 8760)
    assert (own.most, own.raw_price) == (6000.0, 0.13)
    assert build_system(load_study(INPUTS, "plan-2015")).coal_dryer.empty


def test_without_its_dryer_the_product_is_no_mine():
    """Proves: with expansion off, or raw coal of a mine that the level lacks, dryer, product and its coal for plants go together, and other
    mines stay; with the dryer the product leaves evenly, as the dryer runs.
    Sensitivity: a product left behind is coal from nothing.
    """
    study = load_study(INPUTS, "plan-2015+dried-lignite")
    own = build_system(study)
    assert own.mine.month_deviation_share["HLH_DRIED"] == 0.0
    assert own.mine.month_deviation_share["HLH_PIT"] == 0.2
    settings = study.settings.model_copy(update={"expansion": study.settings.expansion.model_copy(update={"enabled": False})})
    mines = study.tables["mines"]
    other = study.tables | {"mines": mines[mines.mine != "HLH_PIT"]}
    for left in (replace(study, settings=settings), replace(study, tables=other)):
        y = build_system(left)
        assert y.coal_dryer.empty
        assert set(y.mine.index) == set(left.tables["mines"].query("case == 'plan-2015'").mine) - {"HLH_DRIED"}
        assert "HLH_DRIED" not in y.supply.index.get_level_values("mine")
        assert len(y.supply)
