"""Export contracts, solved by hand.  Bus M is the market; the corridor to it loses nothing unless said."""

from dataclasses import replace

import numpy as np
import pytest

from energy_model.results.clauses import REACHED, Figures
from energy_model.results.quantities import Quantities
from energy_model.results.recount import recount
from energy_model.results.recount_clauses import COUNTS
from tests.support.labelled import of_nodes, with_names
from tests.support.tiny import build, run, solved, tiny_system

BUS = {"A": {}, "M": {"market": True}}
LINE = {"l": {"to_bus": "M", "existing": 5.0}}
HALF = np.r_[np.full(12, 2.0), np.zeros(12)]
RATIO = tuple(np.r_[np.full(8, 0.5), np.full(16, 1.0)])


def study(contract, wind=HALF, **more):
    parts = (
        dict(
            bus=BUS,
            corridor=LINE,
            contract={"x": contract},
            resource={"w": {"existing": 1.0}},
            thermal={"g": {"existing": 5.0, "fuel": 0.3}},
        )
        | more
    )
    return run(tiny_system(**parts), availability={"w": wind})


def test_a_free_contract_takes_power_when_it_is_cheap():
    """Proves: 12 GWh within a day, at most 1.5 GW: free wind of the first half day serves them; nothing is burnt.
    Sensitivity: fails if a free contract has to be flat.
    """
    r = study({"shape": "free", "min_gwh_per_year": 12.0, "max": 1.5})
    assert r.cost == pytest.approx(0.0)
    assert r.value("delivered", "x")[12:] == pytest.approx(0.0)


def test_a_flat_contract_delivers_every_hour():
    """Proves: the same 12 GWh flat are 0.5 GW all day: 6 GWh fall into the hours without wind and cost 0.3 each. One more GWh costs
    0.15: half of it is burnt.
    Sensitivity: fails if flat delivery may vary.
    """
    r = study({"shape": "flat", "min_gwh_per_year": 12.0})
    assert r.value("delivered", "x") == pytest.approx(0.5)
    assert r.cost == pytest.approx(1.8)
    assert r.dual("contract_minimum", "x") == pytest.approx(0.15)


def test_a_tariff_contract_follows_its_ratios():
    """Proves: half power for 8 h and full power for 16 h: 20 GWh are delivered at a contract power of 1 GW.
    Sensitivity: fails if ratios are shifted by an hour or applied to energy.
    """
    r = study({"shape": "tariff", "hours": RATIO, "min_gwh_per_year": 20.0})
    assert r.value("delivered", "x") == pytest.approx(RATIO)
    assert r.value("capacity_contract", "x") == pytest.approx(1.0)


def test_ratios_repeat_every_day_of_a_longer_block():
    """Proves: in a block of 48 h the second day repeats the ratios of the first.
    Sensitivity: fails if the hour of the day is taken from the hour of the block.
    """
    s = tiny_system(
        bus=BUS,
        corridor=LINE,
        contract={"x": {"shape": "tariff", "hours": RATIO, "min_gwh_per_year": 40.0}},
        thermal={"g": {"existing": 5.0, "fuel": 0.3}},
    )
    assert run(s, 48, block_h=48).value("delivered", "x") == pytest.approx(np.tile(RATIO, 2))


def test_contract_energy_has_a_ceiling():
    """Proves: a ceiling of 10 GWh and a floor of 12 exclude each other; a floor of 8 is met at 8, where power has a cost.
    Sensitivity: fails if the ceiling is not in the model.
    """
    s = {"shape": "free", "max_gwh_per_year": 10.0}
    assert study(s | {"min_gwh_per_year": 8.0}, wind=0.0).value("total_export", "x") == pytest.approx(8.0)
    bad = tiny_system(bus=BUS, corridor=LINE, contract={"x": s | {"min_gwh_per_year": 12.0}}, thermal={"g": {"existing": 5.0}})
    assert solved(build(bad)).solution.status == "Infeasible"


def test_contract_energy_is_counted_at_the_receiving_end():
    """Proves: 9 GWh at the market over a line losing 10 % take 10 GWh: 3 MCNY of fuel.
    Sensitivity: fails if energy is metered at the sending end.
    """
    line = {"l": LINE["l"] | {"loss_share": 0.1}}
    assert study({"min_gwh_per_year": 9.0}, wind=0.0, corridor=line).cost == pytest.approx(3.0)


def test_a_market_cannot_shed():
    """Proves: a market has no load and no shedding column; a contract larger than its line is infeasible, not shed.
    Sensitivity: fails if markets are given a right to shed.
    """
    s = tiny_system(
        bus=BUS,
        corridor={"l": {"to_bus": "M", "existing": 0.1}},
        contract={"x": {"min_gwh_per_year": 24.0}},
        thermal={"g": {"existing": 5.0}},
    )
    assert solved(build(s)).solution.status == "Infeasible"


GREEN = {"bus": {"A": {}, "M": {"market": True}}, "thermal": {"g": {"existing": 2.0, "fuel": 0.2}}, "resource": {"w": {"existing": 0.5}}}
NIGHT = np.repeat([1.0, 0.0], 12)
"""Wind of the first half of the day."""


def share(value, scope="x", **more):
    """A clause on the share of wind and sun in export contracts."""
    return {"c": {"quantity": "export_renewable_share", "scope": scope, "value": value} | more}


@pytest.mark.parametrize("scope", ["x", "M", None])
def test_wind_of_the_day_does_not_count_by_night(scope):
    """Proves: a flat 0.25 GW is wind by day and coal by night, so that a half of it is wind and 0.51 cannot be, although the wind of the
    day, 6 GWh, is as much as is delivered; by its name, its market and without a scope. A clause that is only reported changes nothing.
    Sensitivity: wind of the day that counts for deliveries of the night.
    """
    s = tiny_system(
        **GREEN, corridor={"l": {"to_bus": "M", "existing": 1.0}},
        contract={"x": {"shape": "flat", "max": 0.25, "min_gwh_per_year": 6.0}}, target=share(0.5, scope),
    )  # fmt: skip
    r = run(s, availability=NIGHT)
    assert r.value("green_delivered", "x") == pytest.approx(0.25 * NIGHT, abs=1e-9)
    assert r.cost == pytest.approx(12 * 0.25 * 0.2)
    more = replace(s, target=s.target.assign(value=0.51))
    assert solved(build(more, availability=NIGHT)).solution.status == "Infeasible"
    assert run(replace(more, target=more.target.assign(mode="report")), availability=NIGHT).cost == pytest.approx(r.cost)


def test_two_contracts_do_not_count_the_same_wind():
    """Proves: 0.5 GW of wind is all of either contract of 0.5 GW, but half of each: 0.5 of both holds, 0.5 of one and 0.51 of the other
    do not. Sensitivity: the same wind under both.
    """
    s = tiny_system(
        bus=GREEN["bus"] | {"N": {"market": True}}, thermal=GREEN["thermal"], resource=GREEN["resource"],
        corridor={"l": {"to_bus": "M", "existing": 1.0}, "k": {"to_bus": "N", "existing": 1.0}},
        contract={x: {"market": m, "shape": "flat", "max": 0.5, "min_gwh_per_year": 12.0} for x, m in (("x", "M"), ("y", "N"))},
        target=share(0.5) | {"d": share(0.5, "N")["c"]},
    )  # fmt: skip
    r = run(s)
    assert r.value("green_delivered", "x") + r.value("green_delivered", "y") == pytest.approx(0.5)
    assert solved(build(replace(s, target=s.target.assign(value=[0.5, 0.51])))).solution.status == "Infeasible"


def test_what_is_lost_on_the_way_was_wind_too():
    """Proves: over an outlet that loses 20 %, 0.5 GW of wind are 0.4 GW delivered, a share of 0.8 of 0.5 GW; 0.81 is missed by 0.01 of
    12 GWh, and costs 0.12 GWh times 50,000 CNY/MWh = 6 MCNY. Recount and table say the same.
    Sensitivity: losses that are all thermal (a share of 1); a penalty per share instead of per energy.
    """
    s = tiny_system(
        **GREEN, corridor={"l": {"to_bus": "M", "existing": 1.0, "loss_share": 0.2, "reversible": False}},
        contract={"x": {"shape": "flat", "max": 0.5, "min_gwh_per_year": 12.0}},
        target=share(0.81, mode="soft", penalty_cny_per_unit=50000.0),
    )  # fmt: skip
    r = run(s)
    assert r.account("missed_clauses") == pytest.approx(6.0)
    assert r.value("green_delivered", "x") == pytest.approx(0.4)
    reached, asked = COUNTS["export_renewable_share"](Quantities(r.problem, r.solution.primal), "M", 0.81)
    assert (reached, asked) == pytest.approx((9.6, 9.72))
    recount(r.problem, r.solution.primal, r.lp.costs(r.solution.primal)).require()
    data = of_nodes(run(with_names(s)))
    for scope in ("x", "M", ""):
        assert REACHED["export_renewable_share"](Figures(data, None), scope) == pytest.approx(0.8)
    without = data.drop_vars("green_delivered_mw")
    assert REACHED["export_renewable_share"](Figures(without, None), "") == pytest.approx(0.8)
    assert REACHED["export_renewable_share"](Figures(data.assign(delivered_mw=0.0 * data.delivered_mw), None), "") == 1.0


def test_wind_that_is_counted_twice_is_found():
    """Proves: a plan that counts 0.1 GW more than is fed in has no more for it. Sensitivity: a count that trusts the column."""
    s = tiny_system(
        **GREEN, corridor={"l": {"to_bus": "M", "existing": 1.0}},
        contract={"x": {"shape": "flat", "max": 1.0, "min_gwh_per_year": 24.0}}, target=share(0.5),
    )  # fmt: skip
    r = run(s)
    primal = r.solution.primal.copy()
    primal[r.ids("green_delivered", "x")] += 0.1
    reached, asked = COUNTS["export_renewable_share"](Quantities(r.problem, primal), "x", 0.5)
    assert reached == pytest.approx(12.0)
    assert asked == pytest.approx(12.0)
