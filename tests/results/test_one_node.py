"""The tables of a system of one node: nothing to send, nothing to store, nobody to sell to."""

import numpy as np
import pandas as pd
import pytest

from energy_model.results import balance_tables, delivery, equipment_tables, indicators, prices
from energy_model.results.city import city_hours
from energy_model.study.settings import CapacityBalanceSettings
from tests.support.labelled import of_nodes, with_names
from tests.support.tiny import run, tiny_system

HOURS = 48


@pytest.fixture(scope="module")
def data():
    """One node with 2 GW of coal and 1 GW of wind that blows at 0.1 to 0.5, and a load of 1 to 1.5 GW."""
    system = tiny_system(
        thermal={"coal": {"existing": 2.0, "fuel": 0.2, "net_share": 0.95}},
        resource={"wind": {"existing": 1.0}},
    )
    hours = np.arange(HOURS)
    load, wind = 1.25 + 0.25 * np.sin(hours / 4), 0.3 + 0.2 * np.cos(hours / 7)
    solved = run(with_names(system), HOURS, load={"A": load.tolist()}, availability={"wind": wind.tolist()})
    return of_nodes(solved)


def test_balances_are_whole(data):
    """Proves: supply equals demand with one node, and the surplus is what a hand would write: 2 GW less 5 % own use and wind's confident
    output, against peak and reserves.
    Sensitivity: a sum over no corridor or no store that is not a number fails.
    """
    account = balance_tables.energy_account(city_hours(data)).groupby("side").energy_gwh.sum()
    assert account.supply == pytest.approx(account.demand)
    balance = balance_tables.power_balance(data, city_hours(data), CapacityBalanceSettings()).set_index("item").winter_peak_mw
    peak = float(data.load_mw.max())
    assert balance["demand"] == pytest.approx(peak)
    assert balance["required"] == pytest.approx(1.19 * peak)
    load = data.load_mw.to_numpy()[0]
    confident = np.sort(data.available_mw.to_numpy()[0][load >= np.quantile(load, 0.9)])[0]
    assert balance["available"] == pytest.approx(1900 + confident)


def test_empty_tables_keep_their_columns(data):
    """Proves: storage, smelters, sections and everything of contracts are tables without rows but with columns. Sensitivity: a KeyError."""
    tariffs = pd.DataFrame({"tariff": []})
    finance = pd.Series({"vat_share": 0.17, "government_funds_cny_per_mwh": 40.0} | dict.fromkeys(prices.ENVIRONMENT, 5.0))
    empty = (
        equipment_tables.storage(data), equipment_tables.smelters(data), equipment_tables.sections(data),
        delivery.deliveries(data, tariffs), delivery.tariff_energy(data, tariffs),
        prices.contract_prices(data, pd.DataFrame({"contract": []}), finance),
    )  # fmt: skip
    for table in empty:
        assert table.empty
        assert len(table.columns) > 5
    assert len(delivery.delivery_curve(data)) == HOURS
    assert prices.with_ceiling(empty[3], empty[5]).empty


def test_plan_tables_of_one_node(data):
    """Proves: capacity, hours, curtailment and days are those of the two plants. Sensitivity: a pivot over one row fails."""
    assert balance_tables.capacity_places(data).capacity_mw.tolist() == pytest.approx([3000])
    assert balance_tables.capacity_plan(data).set_index("kind").capacity_mw.to_dict() == pytest.approx({"thermal": 2000, "wind": 1000})
    assert indicators.curtailment(data).curtailed_gwh.sum() == pytest.approx(0, abs=1e-6)
    assert balance_tables.full_load_hours(data).sent_out_gwh.sum() == pytest.approx(indicators.capacity(data).sent_out_gwh.sum())
    assert set(balance_tables.typical_days(city_hours(data)).groupby("day").size()) == {24}


def test_full_load_hours_are_gross_generation_over_gross_capacity(data):
    """Proves: of 2 GW with 5 % own use, what is sent out over .95 is generated, and that over 2 GW are the hours; of wind both energies are
    what is used. Sensitivity: net energy over gross capacity is 5 % too few hours.
    """
    wind = float((data.renewable_mw * data.weight).sum()) / 1e3
    sent_out = float((data.load_mw * data.weight).sum()) / 1e3 - wind
    table = indicators.capacity(data).set_index("kind")
    assert table.sent_out_gwh["thermal"] == pytest.approx(sent_out)
    assert table.gross_gwh["thermal"] == pytest.approx(sent_out / 0.95)
    assert table.full_load_h["thermal"] == pytest.approx(sent_out / 0.95 / 2.0)
    assert table.gross_gwh["wind"] == table.sent_out_gwh["wind"] == pytest.approx(wind)
    assert balance_tables.full_load_hours(data).set_index("kind").full_load_h.to_dict() == pytest.approx(table.full_load_h.to_dict())


def test_where_nothing_is_available_there_is_no_share(data):
    """Proves: of wind farms of a few milliwatts, half of it lost, the curtailed share is blank in every table and sum, and so are hours and
    prices; of 0.2 GWh it is there. Sensitivity: dust over dust is 50 %.
    """
    hours = float(data.weight.sum())
    for offered_gwh, expected in ((1e-9, np.nan), (0.09, np.nan), (0.2, 0.5)):
        even = offered_gwh * 1e3 / hours * (0.0 * data.available_mw + 1.0)
        half = even.to_numpy() / 2 + 0.0 * data.renewable_mw
        dust = data.assign(available_mw=even, renewable_mw=half, curtailed_mw=half)
        assert indicators.curtailment(dust).curtailed_share.tolist() == pytest.approx([expected], nan_ok=True)
        assert indicators.curtailed_share(indicators.curtailment(dust)) == pytest.approx(expected, nan_ok=True)
