"""Tables of hydrogen: what the model makes of them, and what is refused."""

import pytest

from energy_model.exchange.subset import NotCarriedError, pypsa_subset
from energy_model.study.build_system import build_system
from energy_model.study.load import load_study
from energy_model.study.origins import origin
from energy_model.units import annuity

HYDROGEN = """
[[add]]
table = "electrolysers"
row = { electrolyser = "E", name_zh = "电解槽", name_en = "E", node = "JARUD", existing_mw = 200, max_new_mw = 500, min_new_mw = 100, kwh_per_kg = 52, min_load_share = 0.2, capex_cny_per_kw = 4000, fom_share_per_year = 0.03, lifetime_years = 20 }
[[add]]
table = "hydrogen_stores"
row = { hydrogen_store = "S", name_zh = "罐", name_en = "S", node = "JARUD", existing_t = 30, max_new_t = 70, loss_share_per_h = 0.001, capex_cny_per_kg = 3000, lifetime_years = 25 }
[[add]]
table = "hydrogen_contracts"
row = { hydrogen_contract = "X", name_zh = "合同", name_en = "X", node = "JARUD", min_t_per_year = 9000, max_t_per_year = 20000, max_t_per_day = 48, price_cny_per_kg = 18 }
"""  # noqa: E501


@pytest.fixture
def study(inputs):
    inputs.scenario(HYDROGEN)
    return load_study(inputs.path, "mine")


def test_tables_become_gigawatts_and_kilotonnes(study):
    """Proves: 200 and 500 MW, 30 and 70 t, 9,000 and 20,000 t a year, 48 t a day or 2 t an hour; 52 kWh/kg are 52 GWh/kt, 4,000 CNY/kW are
    4,000 MCNY/GW, 3,000 CNY/kg are 3,000 MCNY/kt, by the annuity, and 2 % of fixed cost where the cell is empty.
    Sensitivity: a factor of 1000; a column of the other table.
    """
    system, rate = build_system(study), float(study.tables["finance"].set_index("vintage").discount_rate_share[2012])
    e, s, x = system.electrolyser.loc["E"], system.hydrogen_store.loc["S"], system.hydrogen_contract.loc["X"]
    assert (e.existing, e.max_new, e.min_new, e.intensity, e.min_load_share) == pytest.approx((0.2, 0.5, 0.1, 52.0, 0.2))
    assert (e.capex, e.fom) == pytest.approx((4000 * annuity(rate, 20), 120.0))
    assert (s.existing, s.max_new, s.min_new, s.loss_share_per_h) == pytest.approx((0.03, 0.07, 0.0, 0.001))
    assert (s.capex, s.fom) == pytest.approx((3000 * annuity(rate, 25), 60.0))
    assert (x.min_kt_per_year, x.max_kt_per_year, x.most_kt_per_h, x.price) == pytest.approx((9.0, 20.0, 0.002, 18.0))


def test_the_cell_behind_a_binding_row_is_named(study):
    """Proves: amounts of a contract and the limit of an electrolyser are found in their rows. Sensitivity: another table or key."""
    assert origin(study, "hydrogen_contract_minimum", ("X",)).value == 9000
    assert origin(study, "hydrogen_contract_maximum", ("X",)).column == "max_t_per_year"
    assert origin(study, "capacity_electrolyser", ("E",)).value == 500


def test_the_shipped_study_has_none(load):
    """Proves: without the overlay nothing of hydrogen stands; with it all three tables have a row. Sensitivity: hydrogen that is on."""
    plain, on = build_system(load("plan-2015")), build_system(load("plan-2015+hydrogen"))
    for table in ("electrolyser", "hydrogen_store", "hydrogen_contract"):
        assert len(getattr(plain, table)) == 0
        assert len(getattr(on, table)) == 1


def test_an_export_to_pypsa_refuses_it_by_name(study):
    """Proves: a network has no hydrogen, so that leaving it out would make another study of it. Sensitivity: left out in silence."""
    with pytest.raises(NotCarriedError, match="electrolysers E have no counterpart"):
        pypsa_subset(build_system(study))


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("min_t_per_year = 9000", "min_t_per_year = 20001", ("min_t_per_year", "contradiction")),
        ("min_new_mw = 100", "min_new_mw = 501", ("min_new_mw", "contradiction")),
        ('node = "JARUD", existing_t', 'node = "LN_SHALING", existing_t', ("node", "node_kind")),
        ('node = "JARUD", min_t', 'node = "NOWHERE", min_t', ("node", "dangling_reference")),
        ("kwh_per_kg = 52", "kwh_per_kg = 5.2", ("kwh_per_kg", "out_of_range")),
        ("price_cny_per_kg = 18", 'price_cny_per_kg = "x"', ("price_cny_per_kg", "not_a_number")),
    ],
)
def test_what_cannot_be_is_refused(inputs, old, new, place):
    """Proves: each broken cell is named with its file and rule. Sensitivity: a check that knows the tables by name."""
    assert HYDROGEN.count(old) == 1
    inputs.scenario(HYDROGEN.replace(old, new))
    assert [(e.file, e.column, e.rule) for e in inputs.errors("mine")] == [("scenarios/mine.toml", *place)]
