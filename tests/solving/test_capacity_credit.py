"""Capacity credit and the reserve margin: hand-solved cases, and laws of the credit."""

import numpy as np
import pandas as pd
import pytest

from energy_model.solving.capacity_credit import AdequacyStudy, credit_table, find_adequacy, marginal_credits, reference_fleet
from energy_model.solving.outages import GRID_GW, outage_slices, outage_table
from tests.support.tiny import build, run, tiny_profiles, tiny_system

PEAK = [1.0] * 8 + [2.0] * 8 + [1.0] * 8
"""A peak of eight hours, 1 GW above the rest of the day."""
STRICT = {"adequacy": {"unserved_share": 1e-6, "critical_periods": 1}}


def study(hours=24, load=PEAK, availability=1.0, options=None, **parts):
    y = tiny_system(thermal={"plant": {"existing": 2.0}}, options=options or STRICT, **parts)
    return AdequacyStudy(y, tiny_profiles(y, hours=hours, load={"A": load}, availability=availability))


@pytest.mark.parametrize(("hours_of_storage", "credit"), [(2.0, 0.25), (4.0, 0.5), (8.0, 1.0), (12.0, 1.0)])
def test_store_is_worth_its_hours_over_the_hours_of_the_peak(hours_of_storage, credit):
    """Proves: against a flat peak of eight hours, a 4-hour store carries half its power, an 8-hour store all of it.
    Sensitivity: fails if stored energy is not limited, or power is credited beyond one.
    """
    s = study(store={"battery": {"duration_h": hours_of_storage, "max_new": 1.0}})
    assert marginal_credits(s)["battery"] == pytest.approx(credit, abs=1e-4)


def test_wind_is_worth_what_it_yields_in_the_peak():
    """Proves: wind at 30 % in the eight peak hours and 90 % in the others is worth 30 %, at the margin and on average.
    Sensitivity: the yearly mean is 70 %; fails if hours outside the peak count.
    """
    wind = {"wind": [0.9] * 8 + [0.3] * 8 + [0.9] * 8}
    y = tiny_system(thermal={"plant": {"existing": 2.0}}, resource={"wind": {"existing": 0.2}}, options=STRICT)
    table = credit_table(y, tiny_profiles(y, load={"A": PEAK}, availability=wind)).set_index(["carrier", "node"])
    assert table.loc[("wind", ""), "marginal_share"] == pytest.approx(0.3)
    assert table.loc[("wind", "A"), "average_share"] == pytest.approx(0.3, abs=1e-4)
    assert table.loc[("wind", ""), "capacity_mw"] == pytest.approx(200.0)


def test_credit_of_solar_falls_with_its_size():
    """Proves: sun only in half of the peak: the first megawatt of a small peak is worth little; once the load in the sunny hours is low,
    the next is worth nothing, and the average lies between the first and the last.
    Sensitivity: a credit that ignores the fleet is the same at any size.
    """
    load = [1.0] * 8 + [2.0] * 4 + [1.9] * 4 + [1.0] * 8
    sun = {"sun": [0.0] * 8 + [1.0] * 4 + [0.0] * 12}
    found = []
    for size in (0.01, 0.5):
        s = study(load=load, availability=sun, resource={"sun": {"kind": "solar", "existing": size}})
        base = s.point()
        average = (base.shift - s.point(fleet=s.fleet * 0).shift) / size
        found.append((float(marginal_credits(s, base)["sun"]), average))
    assert found[0] == pytest.approx((1.0, 1.0), abs=1e-3)
    assert found[1] == pytest.approx((0.0, 0.2), abs=1e-3)  # 0.1 GW of 0.5 is the step between the two peaks


def test_outages_of_units_are_convolved():
    """Proves: two units of 0.2 GW failing 10 % of the time: 1 % both out, 18 % one out; served from the slices, a demand of 0.4 GW
    leaves 0.4 x 0.01 + 0.2 x 0.18 = 0.04 GWh unserved on average, one of 0.3 GW 0.3 x 0.01 + 0.1 x 0.18 = 0.021.
    Sensitivity: a derating would leave 0.04 and 0.
    """
    table = outage_table(np.array([0.2]), np.array([0.1]), np.array([2]))
    steps = round(0.2 / GRID_GW)
    assert table[[0, steps, 2 * steps]] == pytest.approx([0.81, 0.18, 0.01])
    thermal = pd.DataFrame({"net_share": [1.0], "firm_share": [0.9], "unit_gw": [0.2]})
    slices = outage_slices(thermal, pd.Series([0.4]), base=0.0)
    assert slices.width.sum() == pytest.approx(0.4)
    for demand, unserved in ((0.4, 0.04), (0.3, 0.021)):
        left, cost = demand, 0.0
        for width, chance in zip(slices.width, slices.cost, strict=True):
            cost += min(width, left) * chance
            left -= min(width, left)
        assert cost == pytest.approx(unserved)


def test_outages_let_hours_below_the_peak_count():
    """Proves: with failing units wind outside the peak is worth something too, less than in it. Sensitivity: a derating gives 0."""
    wind = {"wind": [1.0] * 8 + [0.0] * 8 + [1.0] * 8}
    load = [1.9] * 8 + [2.0] * 8 + [1.9] * 8
    worth = []
    for firm in (1.0, 0.9):
        y = tiny_system(
            thermal={"plant": {"existing": 2.4, "firm_share": firm, "unit_gw": 0.3}},
            resource={"wind": {"existing": 0.01}},
            options={"adequacy": {"unserved_share": 1e-5, "critical_periods": 1}},
        )
        worth.append(float(marginal_credits(AdequacyStudy(y, tiny_profiles(y, load={"A": load}, availability=wind)))["wind"]))
    assert worth[0] == pytest.approx(0.0, abs=1e-6)
    assert 0.05 < worth[1] < 0.7


def test_dispatch_agrees_with_the_plain_formula_without_stores():
    """Proves: without stores the dispatched block gives the shift that the plain formula over all hours gives, whatever days are
    dispatched. Sensitivity: fails if hours outside the dispatched days are lost or counted twice.
    """
    rng = np.random.default_rng(3)
    load = 1.5 + 0.5 * rng.random(240)
    y = tiny_system(thermal={"plant": {"existing": 2.0, "firm_share": 0.92}}, resource={"wind": {"existing": 0.4}}, options=STRICT)
    s = AdequacyStudy(y, tiny_profiles(y, hours=240, load={"A": load}, availability={"wind": rng.random(240)}))
    residual = s.load - s.fleet.to_numpy() @ s.availability.to_numpy()
    point = s.point()
    unserved, chance = s.slice_cost(residual + point.shift)
    assert unserved.sum() == pytest.approx(s.allowed, rel=1e-6)
    assert s.length == 120
    assert point.price.sum() == pytest.approx(chance.sum(), rel=1e-2)


def test_retrofits_are_no_further_capacity():
    """Proves: 2 GW of old plant with 0.3 GW that must be converted are 1.7 + 0.3 GW; what a clause of 2.4 GW lacks is new plant alone.
    Sensitivity: retrofits as candidates would give 2.3 GW of what can only be 2, and share what the clause lacks.
    """
    thermal = {"old": {"existing": 2.0}, "retro": {"max_new": 2.0, "min_new": 0.3, "retrofit_of": "old"}, "new": {"max_new": 0.5}}
    s = tiny_system(thermal=thermal, target={"t": {"quantity": "thermal_capacity_mw", "value": 2400.0}})
    fleet = reference_fleet(s.thermal, s.target)
    assert fleet.to_dict() == pytest.approx({"old": 1.7, "retro": 0.3, "new": 0.4})


def test_reference_fleet_is_what_the_clauses_ask_for():
    """Proves: 0.5 GW stand, the clause asks for 2 GW, the missing 1.5 GW go to the candidates in proportion. Sensitivity: a fleet at its
    upper limits, or the standing one alone, fails.
    """
    y = tiny_system(
        resource={"old": {"existing": 0.5}, "a": {"max_new": 2.0}, "b": {"max_new": 1.0}},
        target={"wind": {"quantity": "wind_capacity_mw", "value": 2000.0}},
    )
    assert reference_fleet(y.resource, y.target).to_list() == pytest.approx([0.5, 1.0, 0.5])


def margin_study(**more):
    """1.2 GW stand, the peak is 1 GW; a new plant costs 0.4 MCNY/GW, another 0.5, a 4-hour store 0.3 per GW of power."""
    plants = {"plant": {"existing": 1.2, "firm_share": 0.9, "unit_gw": 9.0}, "new": {"max_new": 5.0, "capex": 0.4, "firm_share": 0.8}}
    parts = {
        "bus": {"A": {"region": "area"}, "M": {"market": True}},
        "thermal": plants,
        "options": STRICT,
        "target": {"margin": {"quantity": "reserve_margin_share", "value": 0.3}},
    }
    return tiny_system(**(parts | more))


def test_margin_builds_firm_capacity_and_its_dual_is_the_cost_of_firmness():
    """Proves: 30 % above a peak of 1 GW asks 1.3 GW firm; 1.2 GW at 90 % give 1.08, so 0.22 / 0.8 = 0.275 GW are built; one more firm GW
    costs 0.4 / 0.8 = 0.5. Sensitivity: gross capacity would ask for 0.1 GW only.
    """
    r = run(margin_study(), load={"A": [0.5] * 23 + [1.0]})
    assert r.value("capacity_thermal", "new") == pytest.approx([0.275])
    assert r.dual("clause_at_least", "margin") == pytest.approx([0.5])


def test_margin_counts_export_obligations_and_firm_import():
    """Proves: a flat contract of 0.2 GW over a line that loses 20 % adds 0.25 GW to the peak of the whole; in a regional clause a line
    of 1 GW with half its usable 0.8 GW counted brings 0.4 GW. Sensitivity: fails on the receiving end, or if a free contract counts.
    """

    def built(shape):
        y = margin_study(
            corridor={"line": {"to_bus": "M", "reversible": False, "existing": 1.0, "loss_share": 0.2}},
            contract={"sale": {"shape": shape, "max": 0.2, "min_gwh_per_year": 4.8}},
        )
        return run(y, load={"A": [0.5] * 23 + [1.0]}).value("capacity_thermal", "new")[0]

    assert built("flat") == pytest.approx((1.3 * 1.25 - 1.08) / 0.8)
    assert built("free") == pytest.approx(0.275)
    y = margin_study(
        bus={"A": {"region": "area"}, "B": {}},
        corridor={"line": {"from_bus": "B", "to_bus": "A", "existing": 1.0, "usable": 0.8, "firm_import_share": 0.5}},
        target={"margin": {"quantity": "reserve_margin_share", "value": 0.6, "scope": "area"}},
    )
    assert run(y, load={"A": [0.5] * 23 + [1.0]}).value("capacity_thermal", "new") == pytest.approx([(1.6 - 1.08 - 0.4) / 0.8])


def test_store_is_firm_by_power_and_by_energy():
    """Proves: against an eight-hour peak the 4-hour credit of a store is half. It is sized apart: 0.22 GW firm need 0.44 GW and 1.76 GWh.
    Sensitivity: without the row on energy a store without volume would be firm.
    """
    y = margin_study(
        thermal={"plant": {"existing": 1.2, "firm_share": 0.9, "unit_gw": 9.0}},
        store={"battery": {"max_new": 2.0, "capex": 0.1, "capex_energy": 0.05}},
    )
    r = run(y, load={"A": [0.2] * 8 + [1.0] * 8 + [0.2] * 8})
    credit = r.problem.adequacy.credit["battery"]
    assert r.value("firm_store", "battery") == pytest.approx([0.22])
    assert r.value("capacity_store_power", "battery") == pytest.approx([0.22 / credit])
    assert r.value("capacity_store_energy", "battery") == pytest.approx([4 * 0.22 / credit])
    assert 0.3 < credit < 0.6


def test_missed_margin_is_priced_in_cny_per_mw():
    """Proves: a soft clause is missed where firmness costs more (0.5 MCNY/GW) than its penalty of 400 CNY/MW = 0.4 MCNY/GW.
    Sensitivity: a wrong factor of 1000 builds instead.
    """
    soft = {"quantity": "reserve_margin_share", "value": 0.3, "mode": "soft", "penalty_cny_per_unit": 400.0}
    r = run(margin_study(target={"margin": soft}), load={"A": [0.5] * 23 + [1.0]})
    assert r.value("missed", "margin") == pytest.approx([0.22])
    assert r.cost == pytest.approx(0.4 * 0.22)


def test_no_clause_costs_nothing():
    """Proves: without a clause on the margin no credit is computed and no row is added. Sensitivity: fails if it is always computed."""
    y = margin_study(target={})
    data = tiny_profiles(y, load={"A": PEAK})
    assert find_adequacy(y, data).credit.empty
    assert "firm_by_power" not in build(y, load={"A": PEAK}).lp.row_ids
