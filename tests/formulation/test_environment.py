"""Water and emissions to the air, solved by hand: a day of 1 GW, 24 GWh, from a cheap dirty plant or a dear clean one; fuel 1 TJ/GWh."""

import pytest

from energy_model.exchange.subset import pypsa_subset
from energy_model.results.environment import air_emissions, co2_settlement, water
from energy_model.results.quantities import Quantities
from energy_model.results.recount import balances, recount
from tests.support.labelled import of_nodes, with_names
from tests.support.tiny import build, run, tiny_system

AIR = {"so2_kt_per_tj": 1e-4, "nox_kt_per_tj": 2e-4, "dust_kt_per_tj": 5e-5, "flue_gas_gm3_per_tj": 4e-4}


def study(*, node=None, **target):
    """Cheap plant at 0.1 that takes 3 m3/MWh and emits; a dear one at 0.3 MCNY/GWh that takes 0.5 m3/MWh and emits nothing."""
    return tiny_system(
        thermal={"wet": {"existing": 2.0, "water": 3.0}, "dry": {"existing": 2.0, "water": 0.5}},
        supply={("pit", "wet"): {"price": 0.1} | AIR, ("pit", "dry"): {"price": 0.3, "flue_gas_gm3_per_tj": 4e-4}},
        mine={"pit": {}},
        water_node={"A": {"industry": 10.0} | (node or {})},
        target={"t": {"sense": "<="} | target} if target else {},
    )


def solved(system):
    r = run(with_names(system), load=1.0)
    recount(r.problem, r.solution.primal, r.lp.costs(r.solution.primal)).require()
    return r


def test_a_water_right_moves_generation_to_the_plant_that_needs_less():
    """Proves: 50,000 m3 less 10,000 of industry leave 40: x GWh wet and 24 - x dry take 3 x + 0.5 (24 - x) = 40, x = 11.2; 1,000 m3 more
    move 0.4 GWh at 0.2, 0.08 MCNY, 80 CNY/m3. Sensitivity: industry left out, another unit of water, a price per plant.
    """
    r = solved(study(node={"right": 50.0}))
    assert r.value("total_generation", "wet") == pytest.approx(11.2)
    assert r.dual("water_limit", "A") == pytest.approx(-0.08)
    assert r.shifted(10.0, "water_limit", "A") - r.cost == pytest.approx(-0.8)
    table = water(of_nodes(r)).set_index("node").loc["A"]
    assert (table.industry_mm3, table.right_mm3, table.price_cny_per_m3) == pytest.approx((0.01, 0.05, 80.0))


@pytest.mark.parametrize(
    ("quantity", "value", "wet"), [("so2_kt", 1e-3, 10.0), ("nox_kt", 1e-3, 5.0), ("dust_kt", 1e-3, 20.0), ("water_mm3", 0.06, 15.2)]
)
def test_a_ceiling_is_a_clause(quantity, value, wet):
    """Proves: 1 t of SO2 at 0.1 t/TJ allows 10 GWh, of NOx at 0.2 five, of dust at 0.05 twenty, and 0.06 Mm3 of water, 0.01 of them of
    industry, 15.2; the scope of the node is the same, one elsewhere binds nothing. Sensitivity: a factor of 1000; pollutants mixed up.
    """
    r = solved(study(quantity=quantity, value=value))
    assert r.value("total_fuel", "wet") == pytest.approx(wet)
    per_gwh = {"water_mm3": 2.5}.get(quantity, AIR.get(f"{quantity}_per_tj"))
    assert r.dual("clause_at_most", "t") == pytest.approx(-0.2 / per_gwh)
    here = solved(study(quantity=quantity, value=value, scope="A"))
    assert here.cost == pytest.approx(r.cost)
    assert solved(study(quantity=quantity, value=value, scope="elsewhere")).cost == pytest.approx(2.4)


def test_concentrations_and_tonnes():
    """Proves: 24 TJ emit 2.4 t of SO2, 4.8 of NOx and 1.2 of dust into 9.6 million m3 of flue gas: 250, 500 and 125 mg/m3; what does not
    run has no row, and neither has a node without water. Sensitivity: kt shown as t; gas of another plant.
    """
    data = of_nodes(solved(study()))
    table = air_emissions(data).set_index("fuel_user")
    assert tuple(table.loc["wet", ["so2_t", "nox_t", "dust_t"]]) == pytest.approx((2.4, 4.8, 1.2))
    assert tuple(table.loc["wet", ["so2_mg_per_m3", "nox_mg_per_m3", "dust_mg_per_m3"]]) == pytest.approx((250.0, 500.0, 125.0))
    assert list(table.index) == ["wet"]
    system = study()
    system.water_node.loc["B"] = {"industry": 0.0, "right": float("nan")}
    assert list(water(of_nodes(solved(system))).node) == ["A"]


def test_water_beyond_a_right_is_found():
    """Proves: 2.4 GWh more of the wet plant take 7.2 thousand m3 too many, counted per million. Sensitivity: a count of the ledger."""
    r = run(study(node={"right": 50.0}), load=1.0)
    primal = r.solution.primal.copy()
    ids = r.ids("above_minimum", "wet")
    primal[ids] += 0.1
    assert balances(Quantities(r.problem, primal))["water"] == pytest.approx(2.4 * 3.0 / 1000.0)
    assert balances(Quantities(r.problem, r.solution.primal))["water"] <= 1e-9


def test_rows_only_where_water_is_asked_for():
    """Proves: without right and clause there is no row and no ledger; PyPSA says that it has no rights. Sensitivity: rows always there."""
    plain = build(study())
    assert not [f for f in (*plain.lp.row_ids, *plain.lp.column_ids) if "water" in f or "generation" in f]
    _, lacks = pypsa_subset(study(node={"right": 50.0}))
    assert "water rights" in [words for _, words in lacks]


def allowances(benchmark, price=100.0):
    """1 GW of a coal plant of 0.9 t/MWh and one of another fuel without CO2 that costs 0.05 MCNY/GWh more; the coal costs 0.1."""
    return tiny_system(
        thermal={"coal": {"existing": 2.0, "co2_benchmark": benchmark}, "clean": {"existing": 2.0}},
        supply={("pit", "coal"): {"price": 0.1, "co2_kt_per_tj": 0.9}, ("pit", "clean"): {"price": 0.15, "co2_kt_per_tj": 0.0}},
        mine={"pit": {}},
        co2_price=price,
    )


@pytest.mark.parametrize(("benchmark", "coal_gwh"), [(0.0, 0.0), (0.3, 0.0), (0.5, 24.0), (1.0, 24.0)])
def test_only_co2_above_the_benchmark_is_paid(benchmark, coal_gwh):
    """Proves: at 100 CNY/t 0.9 t/MWh cost 90 CNY/MWh, more than the 50 that the clean plant costs beyond coal; up to a benchmark of 0.4
    coal stays out, above it it runs, and pays 0.1 x (0.9 - benchmark) MCNY/GWh, an income at 1.0. Sensitivity: allowances per fuel, not
    output, a price on all CO2, income cut off at zero.
    """
    r = solved(allowances(benchmark))
    assert r.value("total_fuel", "coal") == pytest.approx(coal_gwh, abs=1e-6)
    assert r.cost == pytest.approx(24 * min(0.15, 0.1 + 0.1 * (0.9 - benchmark)))
    if not benchmark:
        assert "co2_allowances" not in r.lp.accounts
        return
    table = co2_settlement(of_nodes(r), 100.0).set_index("fuel_user")[["co2_kt", "allowance_kt", "settled_mcny"]]
    table = table.reindex(["coal"]).fillna(0.0).loc["coal"]
    assert (table.co2_kt, table.allowance_kt) == pytest.approx((0.9 * coal_gwh, benchmark * coal_gwh), abs=1e-6)
    assert table.settled_mcny == pytest.approx(r.account("co2") + r.account("co2_allowances"), abs=1e-6)


def test_heat_has_a_benchmark_of_its_own():
    """Proves: a boiler and a CHP plant get allowances for heat, [kt/GWh]: of 48 GWh the CHP gives 24 for nothing, at 0.2, the boiler 24 at
    0.4: 4.8 + 9.6 kt, at 100 CNY/t 1.44 MCNY; the recount agrees. Sensitivity: heat counted as electricity, or left out.
    """
    system = tiny_system(
        boiler={"b": {"existing": 2.0, "fuel": 0.1, "co2_benchmark_heat": 0.4}},
        thermal={"chp": {"existing": 1.0, "is_chp": True, "heat_area": "town", "co2_benchmark_heat": 0.2, "fuel": 9.0}},
        heat_area={"town": {}},
        co2_price=100.0,
    )
    r = run(with_names(system), heat={"town": 2.0})
    recount(r.problem, r.solution.primal, r.lp.costs(r.solution.primal)).require()
    assert r.account("co2_allowances") == pytest.approx(-1.44)
    assert co2_settlement(of_nodes(r), 100.0).set_index("fuel_user").allowance_kt["b"] == pytest.approx(9.6)


def test_without_a_price_a_benchmark_is_nothing():
    """Proves: at a price of zero there is no account of allowances; an export says that it charges all CO2. Sensitivity: silence."""
    assert "co2_allowances" not in build(allowances(0.5, price=0.0)).lp.accounts
    part, lacks = pypsa_subset(allowances(0.5))
    assert "free CO2 allowances by benchmark: all CO2 is charged" in [words for _, words in lacks]
    assert "co2_allowances" not in build(part).lp.accounts
