"""Heat areas, solved by hand."""

import numpy as np
import pytest

from energy_model.study.build_system import build_system
from energy_model.study.load import load_study
from tests.paths import INPUTS
from tests.support.tiny import LOST_HEAT, run, tiny_system

AREA = {"town": {}}
CHP = {
    "existing": 1.0,
    "is_chp": True,
    "heat_area": "town",
    "fuel": 0.1,
    "power_loss_per_heat": 0.2,
    "back_pressure_ratio": 0.5,
    "heat_share": 1.2,
}


def test_extraction_costs_the_power_it_loses():
    """Proves: 0.5 GW of heat at c_v = 0.2 takes 0.1 GW of boiler load on top of 0.5 GW of power: 0.6 TJ/h at 0.1 = 0.06 MCNY an hour;
    heat is worth c_v * 0.1 = 0.02 MCNY/GWh.
    Sensitivity: fails if extraction is free or its sign is wrong.
    """
    r = run(tiny_system(heat_area=AREA, thermal={"chp": CHP}), load=0.5, heat=0.5)
    assert r.cost == pytest.approx(24 * 0.06)
    assert r.dual("heat_balance", "town") == pytest.approx(0.02)


def test_back_pressure_forces_power_out_with_heat():
    """Proves: power has no outlet beyond the load of 0.3 GW, so heat is limited to 0.3/0.5 = 0.6 GW and 0.2 of 0.8 GW are shed, although
    the plant could extract 1.2; free wind is displaced. Boiler load is (0.5 + 0.2)*0.6 = 0.42 GW.
    Sensitivity: fails without the back-pressure line (no heat shed) or with c_v missing from it (heat 0.3/0.3).
    """
    s = tiny_system(heat_area=AREA, thermal={"chp": CHP}, resource={"w": {"existing": 1.0}})
    r = run(s, load=0.3, heat=0.8)
    assert r.value("chp_heat", "chp") == pytest.approx(0.6)
    assert r.value("renewable_power", "A.wind") == pytest.approx(0.0)
    assert r.cost == pytest.approx(24 * (0.1 * 0.7 * 0.6 + LOST_HEAT * 0.2))


def test_extraction_is_limited_by_what_is_online():
    """Proves: heat of 1.5 GW meets 1.2 GW of extraction per online GW; 0.3 GW is shed at 3 MCNY/GWh. Load 0.7 GW and 1.2*0.2 = 0.24 of
    lost power fit into 1 GW.
    Sensitivity: fails if the limit is missing or counts power.
    """
    r = run(tiny_system(heat_area=AREA, thermal={"chp": CHP}), load=0.7, heat=1.5)
    assert r.value("heat_shed", "town") == pytest.approx(0.3)
    assert r.account("heat_shedding") == pytest.approx(24 * 0.3 * LOST_HEAT)


def test_boilers_in_order_of_cost_up_to_capacity():
    """Proves: heat of 1 GW: coal boiler of 0.6 GW at 3.6/0.9 TJ per GWh * 0.05 = 0.2 MCNY/GWh first, then an electric boiler at
    efficiency 0.8 on power of 0.2: 0.25 MCNY/GWh. Hour: 0.6*0.2 + 0.4*0.25 = 0.22. Boiler capacity is worth 0.05.
    Sensitivity: fails if 3.6, the efficiency or the electric draw in the power balance is wrong.
    """
    s = tiny_system(
        heat_area=AREA,
        thermal={"g": {"existing": 1.0, "fuel": 0.2}},
        boiler={
            "coal": {"existing": 0.6, "efficiency_share": 0.9, "fuel": 0.05},
            "electric": {"existing": 1.0, "kind": "electric_boiler", "efficiency_share": 0.8},
        },
    )
    r = run(s, heat=1.0)
    assert r.cost == pytest.approx(24 * 0.22)
    assert r.value("total_boiler_fuel", "coal") == pytest.approx(24 * 0.6 * 4)
    assert -r.dual("boiler_limit", "coal") == pytest.approx(0.05)
    assert r.value("above_minimum", "g") == pytest.approx(0.5)


def test_heat_store_moves_surplus_heat():
    """Proves: 12 h with free wind of 1 GW (electric boiler, efficiency 1) heat a tank for 12 h without: 0.5 GW demand all day, tank
    charged with 0.5 GW for 12 h, 6 GWh; nothing is shed and cost is the boiler's variable cost of 0.01 on 12 GWh. The tank stands in
    the heat balance, not in the power balance.
    Sensitivity: fails if heat stores feed the bus or the tank is not limited by its own balance.
    """
    s = tiny_system(
        heat_area=AREA,
        resource={"w": {"existing": 1.0}},
        boiler={"e": {"existing": 1.0, "kind": "electric_boiler", "vom": 0.01}},
        store={"tank": {"kind": "heat_store", "heat_area": "town", "existing": 1.0}},
    )
    r = run(s, heat=0.5, availability={"w": np.r_[np.ones(12), np.zeros(12)]})
    assert r.cost == pytest.approx(0.12)
    assert np.ptp(r.value("level", "tank")) == pytest.approx(6.0)


def test_geothermal_heat_needs_no_fuel():
    """Proves: of 1 GW of heat a well of 0.4 GW gives all it can at 0.03 MCNY/GWh and the coal boiler the rest at 0.36, its 3.6 TJ/GWh at
    0.1; 24 x (0.4 x 0.03 + 0.6 x 0.36) = 5.472 MCNY, and one more GW of the well saves 0.33 in each hour. Sensitivity: a well that burns
    coal or draws power like an electric boiler.
    """
    system = tiny_system(
        boiler={"well": {"kind": "geothermal", "existing": 0.4, "vom": 0.03, "coal_grade": None}, "coal": {"existing": 1.0, "fuel": 0.1}},
        heat_area={"town": {}},
        supply={("pit", "coal"): {"price": 0.1}},
        mine={"pit": {}},
    )
    r = run(system, heat={"town": 1.0})
    assert r.cost == pytest.approx(5.472)
    assert r.value("boiler_heat", "well") == pytest.approx(0.4)
    assert r.dual("boiler_limit", "well") == pytest.approx(-0.33)
    assert "well" not in [label[0] for label in r.lp.column_ids["total_boiler_fuel"][0]]


def test_the_shipped_well_is_off_until_it_has_a_figure():
    """Proves: the field of Yuliangbu has no capacity in the shipped plan, so nothing of it is in the model; with 50 MW it heats the city.
    Sensitivity: heat that nobody stated, or a row that no figure brings to life.
    """
    study = load_study(INPUTS, "plan-2015")
    assert "geothermal" not in set(build_system(study).boiler.kind)
    own = study.tables["candidates"]
    own.loc[own.candidate == "geothermal@HORQIN", "max_new_mw"] = 50.0
    well = build_system(study).boiler.loc["geothermal@HORQIN"]
    assert (well.max_new, well.heat_area, well.vom) == (0.05, "TONGLIAO_CITY", 0.03)
