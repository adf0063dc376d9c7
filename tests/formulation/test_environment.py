"""Water and emissions to the air, solved by hand: a day of 1 GW, 24 GWh, from a cheap dirty plant or a dear clean one; fuel 1 TJ/GWh."""

import pytest

from energy_model.exchange.subset import pypsa_subset
from energy_model.results.environment import air_emissions, water
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
    run has none. Sensitivity: kt shown as t; gas of another plant.
    """
    data = of_nodes(solved(study()))
    table = air_emissions(data).set_index("fuel_user")
    assert tuple(table.loc["wet", ["so2_t", "nox_t", "dust_t"]]) == pytest.approx((2.4, 4.8, 1.2))
    assert tuple(table.loc["wet", ["so2_mg_per_m3", "nox_mg_per_m3", "dust_mg_per_m3"]]) == pytest.approx((250.0, 500.0, 125.0))
    assert table.loc["dry"].isna().sum() == 3


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
