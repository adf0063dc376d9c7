"""Prices of a negotiation, by hand."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from energy_model.results import indicators, prices
from energy_model.results.delivery import guaranteed_energy
from energy_model.results.variables import WITHOUT_ROOM


def test_settlement_by_hand():
    """Proves: benchmark 410 with 17 % VAT is 350.43 without; less funds of 40 it is 310.43; at the gate, with 2 % lost and 25 wheeling,
    279.22.
    Sensitivity: taking VAT as 17 % of the gross price (340.3), or losses on wheeling, fails.
    """
    most = prices.ceiling(410, 0.17, 0)
    assert most == pytest.approx(350.4273504)
    assert prices.ceiling(410, 0.17, 40) == pytest.approx(310.4273504)
    assert prices.at_gate(310.4273504, 0.02, 25) == pytest.approx(279.2188034)


def test_gate_and_landed_are_inverse():
    """Proves: a price carried to the receiver and back is the same. Sensitivity: wheeling paid on energy received fails."""
    assert prices.at_gate(prices.landed(200.0, 0.03, 25), 0.03, 25) == pytest.approx(200.0)
    assert prices.landed(200.0, 0.1, 25) == pytest.approx(250.0)


def curve(volumes):
    """Added cost 100 E + 0.005 E^2 [CNY/MWh on GWh], half energy, a third capacity, the rest corridors; 2 % lost."""
    v = np.asarray(volumes, float)
    added = (100 * v + 0.005 * v**2) / 1e3
    return pd.DataFrame(
        {"export_gwh": v, "cost_mcny": 5000 + added, "energy_mcny": 3000 + added / 2, "capacity_mcny": 1500 + added / 3,
         "corridor_mcny": 400 + added / 6, "other_mcny": 100.0, "loss_gwh": 50 + 0.02 * v}
    )  # fmt: skip


def contracts(volumes):
    """Two contracts share every volume 3 to 1; the first costs 10 more, the second 30 less than the total's marginal cost."""
    rows = [(v, name, share * v, 100 + 0.01 * v + more) for v in volumes for name, share, more in (("A", 0.75, 10.0), ("B", 0.25, -30.0))]
    return pd.DataFrame(rows, columns=["export_gwh", "contract", "energy_gwh", "marginal_cny_per_mwh"])


def test_aumann_shapley_by_hand():
    """Proves: marginal cost 100 + 0.01 V along the path to 10,000 GWh averages 150; A pays 160, B 120, which recovers the added cost of
    1,500 MCNY.
    Sensitivity: the marginal cost at the end (200) recovers 2,000.
    """
    volumes = [0, 2500, 5000, 7500, 10000]
    table = prices.aumann_shapley(curve(volumes), contracts(volumes), 10000).set_index("contract")
    assert table.average_cny_per_mwh["A"] == pytest.approx(160)
    assert table.average_cny_per_mwh["B"] == pytest.approx(120)
    assert (table.average_cny_per_mwh * table.energy_gwh).sum() / 1e3 == pytest.approx(1500)


def test_parts_of_the_average_add_up():
    """Proves: energy, capacity, corridors, losses and other add up to the average; losses take 2/102 of energy and capacity.
    Sensitivity: losses counted on top fail.
    """
    volumes = [0, 5000, 10000]
    row = prices.aumann_shapley(curve(volumes), contracts(volumes), 10000).iloc[0]
    parts = {n: row[f"{n}_cny_per_mwh"] for n in ("energy", "capacity", "corridor", "losses", "other")}
    assert sum(parts.values()) == pytest.approx(row.average_cny_per_mwh)
    assert parts["losses"] == pytest.approx(row.average_cny_per_mwh * (1 / 2 + 1 / 3) * 0.02 / 1.02)
    assert parts["corridor"] == pytest.approx(row.average_cny_per_mwh / 6)


def test_volumes_beyond_the_plan_do_not_count():
    """Proves: dearer exports beyond the plan leave the average of the plan as it is. Sensitivity: integrating to the last point would
    raise it.
    """
    volumes = [0, 5000, 10000, 20000]
    table = prices.aumann_shapley(curve(volumes), contracts(volumes), 10000)
    assert table.average_cny_per_mwh.tolist() == pytest.approx([160, 120])


@pytest.mark.parametrize(("years", "p90"), [([], None), ([5.0], None), ([100.0, 80.0], 82.0), (list(range(1, 12)), 2.0)])
def test_guaranteed_energy(years, p90):
    """Proves: P90 is exceeded in nine of ten years, and one year guarantees nothing. Sensitivity: the upper quantile fails."""
    found = guaranteed_energy(years)
    assert found == {} if p90 is None else found["p90"] == pytest.approx(p90)


def test_every_category_of_cost_has_a_part():
    """Proves: what no part names is other, so parts always add up to the cost. Sensitivity: an option's new category would be lost."""
    assert prices.part_of("coal") == "energy"
    assert prices.part_of("fixed_corridor") == "corridor"
    assert prices.part_of("something_new") == "other"


def test_quantiles_count_hours_of_the_year():
    """Proves: a typical week that stands for 4 % of the year moves the 95 % quantile no more than 4 % of the hours do.
    Sensitivity: quantiles over stored hours give a median of 600.
    """
    weight = np.r_[np.full(168, 50.0), np.full(168, 1.6)]
    price = np.r_[np.full(168, 300.0), np.full(168, 900.0)]
    data = xr.Dataset(
        {"dual_nodal_balance": (("bus", "time"), price[None])},
        coords={"bus": ["A"], "time": np.arange(336), "weight": ("time", weight)},
    )
    row = indicators.prices(data).iloc[0]
    assert row.p50_cny_per_mwh == 300
    assert row.p95_cny_per_mwh == 300
    assert row.mean_cny_per_mwh == pytest.approx((300 * 50 + 900 * 1.6) / 51.6)


def test_a_contract_whose_floor_is_all_that_can_be_delivered_bears_a_note():
    """Proves: a floor without room marks its own contract, an export clause of the whole city all of them, a clause on wind none.
    Sensitivity: a marginal cost without remark where one more MWh is impossible.
    """
    data = xr.Dataset(coords={"contract": ["A", "B"], "clause": ["ALL", "OWN", "WIND"]})
    data["clause_quantity"] = "clause", ["export_gwh", "export_gwh", "wind_capacity_mw"]
    data["clause_scope"] = "clause", ["", "B", ""]
    for row, noted in (
        ("contract_minimum/A", ["no_room", ""]),
        ("clause_at_least/OWN", ["", "no_room"]),
        ("clause_at_least/ALL", ["no_room", "no_room"]),
        ("clause_at_least/WIND", ["", ""]),
    ):
        assert prices.notes(data.assign_coords({WITHOUT_ROOM: [row]})) == noted, row
    assert prices.notes(data) == ["", ""]


LINE = {
    "loss_share": 0.02, "existing_mw": 1000.0, "max_new_mw": 0.0, "reversible": 0.0, "wheeling": 0.025, "usable": 1.0, "circuits": 1.0,
    "circuits_per_gw": 0.0, "resistance_per_gw": np.nan,
}  # fmt: skip


def two_contracts() -> xr.Dataset:
    """Two contracts with one market: X of 1,000 MW takes 5,000 GWh, Y nothing; 2 % is lost."""
    hours = 8760.0
    return xr.Dataset(
        {
            "delivered_mw": (("contract", "time"), [[5e6 / hours], [0.0]]),
            "contract_power_mw": ("contract", [1000.0, 0.0]),
            "flow_forward_mw": (("corridor", "time"), [[500.0]]),
            "corridor_capacity_mw": ("corridor", [1000.0]),
        },
        {
            "time": [0], "weight": ("time", [hours]), "contract": ["X", "Y"], "contract_market": ("contract", ["M", "M"]),
            "corridor": ["line"], "corridor_from_bus": ("corridor", ["A"]), "corridor_to_bus": ("corridor", ["M"]),
            **{f"corridor_{name}": ("corridor", [value]) for name, value in LINE.items()},
        },
    )  # fmt: skip


def test_sellers_reservation_price_by_hand():
    """Proves: 310 with 17 % VAT is 264.96 at the gate; carried over 2 % of losses and 25 of wheeling it is 295.87 at the receiver. From
    2024 a capacity price of 100 CNY/(kW a) with 13 % VAT on 1,000 MW that deliver 5,000 GWh adds 17.70, to a contract without energy
    nothing. Without a tariff nothing is known.
    Sensitivity: VAT taken off as 17 % of the price, hours of the year in place of the contract's, or a division by no energy.
    """
    data = two_contracts()
    old = prices.seller_prices(data, pd.Series({"on_grid_cny_per_mwh": 310.0, "capacity_cny_per_kw_year": 0.0}), 0.17)
    assert old.seller_gate_cny_per_mwh.tolist() == pytest.approx([264.957, 264.957], abs=1e-3)
    assert old.seller_cny_per_mwh["X"] == pytest.approx((310 / 1.17 + 25) / 0.98)
    new = prices.seller_prices(data, pd.Series({"on_grid_cny_per_mwh": 303.5, "capacity_cny_per_kw_year": 100.0}), 0.13)
    assert new.seller_capacity_cny_per_mwh.tolist() == pytest.approx([100 / 1.13 * 1000 / 5000, 0.0])
    assert new.seller_gate_cny_per_mwh.tolist() == pytest.approx([(303.5 + 20) / 1.13, 303.5 / 1.13])
    assert prices.seller_prices(data, None, 0.13).isna().all(axis=None)


def test_the_tariff_of_a_price_level():
    """Proves: the row of kind and price level is taken, and a level without one has none. Sensitivity: the first row of a kind."""
    table = pd.DataFrame(
        {"kind": ["thermal", "wind", "thermal"], "vintage": [2012, 2012, 2024], "on_grid_cny_per_mwh": [310.0, 540.0, 303.5]}
    )
    assert prices.plant_tariff({"plant_tariffs": table}, 2024).on_grid_cny_per_mwh == 303.5
    assert prices.plant_tariff({"plant_tariffs": table}, 2012, "wind").on_grid_cny_per_mwh == 540.0
    assert prices.plant_tariff({"plant_tariffs": table}, 2030) is None
