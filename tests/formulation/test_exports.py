"""Export contracts, solved by hand.  Bus M is the market; the corridor to it loses nothing unless said."""

import numpy as np
import pytest

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
