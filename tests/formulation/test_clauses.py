"""Clauses of the plan and land, solved by hand."""

import pytest

from energy_model.formulation.equation import EmptyRow
from tests.support.tiny import build, run, solved, tiny_system

WIND = {"max_new": 9.0, "capex": 4.0}


def clause(quantity, sense, value, **more):
    return {"c": {"quantity": quantity, "sense": sense, "value": value} | more}


def test_a_hard_clause_is_held_and_its_price_told():
    """Proves: wind of at least 2,000 MW at 4 MCNY/GW with no use for it costs 8 MCNY; one more GW costs 4.
    Sensitivity: fails if MW are not turned into GW.
    """
    r = run(tiny_system(resource={"w": WIND}, target=clause("wind_capacity_mw", ">=", 2000.0)))
    assert r.cost == pytest.approx(8.0)
    assert r.dual("clause_at_least", "c") == pytest.approx(4.0)


def test_new_capacity_is_counted_without_the_old():
    """Proves: 2,000 MW of new wind on top of 1,000 standing: 3 GW stand in the end.
    Sensitivity: fails if existing wind counts as new.
    """
    r = run(tiny_system(resource={"w": WIND | {"existing": 1.0}}, target=clause("wind_new_mw", ">=", 2000.0)))
    assert r.value("capacity_renewable", "w") == pytest.approx(3.0)


@pytest.mark.parametrize(("penalty", "missed"), [(3000.0, 2.0), (5000.0, 0.0)])
def test_a_soft_clause_is_missed_when_that_is_cheaper(penalty, missed):
    """Proves: wind costs 4 MCNY/GW = 4,000 CNY/MW; a penalty of 3,000 CNY/MW is paid on all of 2,000 MW (6 MCNY), one of 5,000 is not.
    Sensitivity: fails if the penalty is not turned from CNY/MW into MCNY/GW.
    """
    r = run(tiny_system(resource={"w": WIND}, target=clause("wind_capacity_mw", ">=", 2000.0, mode="soft", penalty_cny_per_unit=penalty)))
    assert r.value("missed", "c") == pytest.approx(missed)
    assert r.account("missed_clauses") == pytest.approx(missed * 3.0)
    assert r.cost == pytest.approx(6.0 if missed else 8.0)


def test_an_impossible_hard_clause_is_infeasible():
    """Proves: 10,000 MW of wind where 9,000 can be built is infeasible.
    Sensitivity: fails if hard clauses have slack.
    """
    s = tiny_system(resource={"w": WIND}, target=clause("wind_capacity_mw", ">=", 10000.0))
    assert solved(build(s)).solution.status == "Infeasible"


def test_coal_ceiling_saves_coal_at_its_price():
    """Proves: 24 GWh burn 2.4 kt; a ceiling of 1.8 kt (600 t saved) moves 6 GWh to gas at 0.5 instead of 0.2. One more kt allowed
    saves 10 GWh * 0.3 = 3 MCNY. A soft ceiling with a penalty of 2 MCNY/kt is exceeded by 0.6 kt.
    Sensitivity: fails if kt and TJ are mixed, or the slack of a ceiling has the sign of a floor.
    """
    plants = {"coal": {"existing": 1.0, "fuel": 0.2}, "gas": {"existing": 1.0, "vom": 0.5, "heat_rate": 0.0}}
    r = run(tiny_system(thermal=plants, target=clause("coal_kt", "<=", 1.8)), load=1.0)
    assert r.cost == pytest.approx(18 * 0.2 + 6 * 0.5)
    assert -r.dual("clause_at_most", "c") == pytest.approx(3.0)
    soft = run(tiny_system(thermal=plants, target=clause("coal_kt", "<=", 1.8, mode="soft", penalty_cny_per_unit=2e6)), load=1.0)
    assert soft.value("missed", "c") == pytest.approx(0.6)
    assert soft.cost == pytest.approx(24 * 0.2 + 1.2)


def test_export_clause_over_all_contracts_or_one():
    """Proves: 12 GWh of export in sum may come from the contract without loss; if the clause names the other one, it must come from
    there and costs the loss of 20 %: 15 GWh of fuel at 0.3.
    Sensitivity: fails if the scope is ignored.
    """
    for scope, cost in ((None, 3.6), ("far", 4.5)):
        s = tiny_system(
            bus={"A": {}, "M": {"market": True}, "N": {"market": True}},
            corridor={"m": {"to_bus": "M", "existing": 5.0}, "n": {"to_bus": "N", "existing": 5.0, "loss_share": 0.2}},
            contract={"near": {"market": "M"}, "far": {"market": "N"}},
            thermal={"g": {"existing": 5.0, "fuel": 0.3}},
            target=clause("export_gwh", ">=", 12.0, scope=scope),
        )
        assert run(s).cost == pytest.approx(cost)


def test_curtailment_share_of_available_energy():
    """Proves: 48 GWh of wind on offer (2 GW standing), 24 GWh of load with free coal: at most 10 % curtailed would need 43.2 GWh used,
    which 24 GWh of load cannot take: infeasible hard; soft, 19.2 GWh are missed at 50 CNY/MWh = 0.96 MCNY.
    Sensitivity: fails if the share is taken of used energy, or the penalty is not per MWh.
    """
    s = tiny_system(
        resource={"w": {"existing": 2.0}}, target=clause("curtailment_share", "<=", 0.1, mode="soft", penalty_cny_per_unit=50.0)
    )
    r = run(s, load=1.0)
    assert r.value("missed", "c") == pytest.approx(19.2)
    assert r.cost == pytest.approx(0.96)


def test_renewable_share_of_load():
    """Proves: 50 % of 24 GWh must be wind at 0.4 against coal at 0.1: cost 12*0.4 + 12*0.1.
    Sensitivity: fails if the share is of wind on offer.
    """
    s = tiny_system(
        resource={"w": {"existing": 2.0, "vom": 0.4}},
        thermal={"g": {"existing": 1.0, "fuel": 0.1}},
        target=clause("renewable_share", ">=", 0.5),
    )
    assert run(s, load=1.0).cost == pytest.approx(6.0)


def test_report_clauses_are_no_rows():
    """Proves: a clause in mode "report" does not change the study, even an impossible one.
    Sensitivity: fails if only "off" is left out.
    """
    assert run(tiny_system(target=clause("wind_capacity_mw", ">=", 2000.0, mode="report"))).cost == pytest.approx(0.0)


def test_land_limits_all_wind_of_a_county():
    """Proves: two wind classes in one county share 1.5 GW of land; with VOLL at stake both together fill it; solar has its own land.
    Sensitivity: fails if each class has the whole county, or wind and solar share it.
    """
    s = tiny_system(
        resource={"w1": WIND, "w2": WIND | {"capex": 5.0}, "s": WIND | {"kind": "solar"}},
        potential={("A", "wind"): 1.5, ("A", "solar"): 0.25},
    )
    r = run(s, load=2.0)
    built = [r.value("capacity_renewable", k)[0] for k in ("w1", "w2", "s")]
    assert built == pytest.approx([1.5, 0.0, 0.25])
    assert r.dual("land_limit", "A", "wind")[0] < -200


def test_a_mine_or_tie_that_nobody_uses_does_not_stop_the_study():
    """Proves: a mine without users and a microgrid without a tie are no error: their rows say nothing and are left out.
    Sensitivity: fails (Pyomo refuses a trivial row) if empty rows are not skipped.
    """
    s = tiny_system(
        bus={"A": {"microgrid": "G"}},
        microgrid={"G": {}},
        mine={"pit": {}, "idle": {"grade": "other"}},
        thermal={"g": {"existing": 1.0, "fuel": 0.1}},
    )
    assert run(s, load=1.0).cost == pytest.approx(2.4)


def test_a_floor_to_which_nothing_contributes_is_named():
    """Proves: IGCC of at least 100 MW in a study without IGCC, and a limit from below over nothing that stands, stop with a sentence that
    names them before anything is solved; a limit from above, or from below at 0, says nothing and is solved.
    Sensitivity: fails if such a row is skipped like an empty ceiling, or ends as a fault of the program.
    """
    with pytest.raises(EmptyRow, match="clause_at_least c"):
        run(tiny_system(target=clause("igcc_capacity_mw", ">=", 100.0)))
    limit = {
        name: {"sense": sense, "value": value} for name, sense, value in (("floor", ">=", 0.1), ("top", "<=", 0.1), ("none", ">=", 0.0))
    }
    with pytest.raises(EmptyRow, match="limit_at_least floor"):
        run(tiny_system(limit=limit))
    run(tiny_system(limit={name: limit[name] for name in ("top", "none")}))
