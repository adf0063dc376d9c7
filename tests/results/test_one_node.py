"""The tables of a system of one node: nothing to send, nothing to store, nobody to sell to."""

import numpy as np
import pandas as pd
import pytest
from labelled import of_one_node, with_names
from tiny import run, tiny_system

from energy_model.results import delivery, indicators, operation, planning, prices
from energy_model.study.settings import CapacityBalanceSettings

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
    return of_one_node(solved)


def test_balances_are_whole(data):
    """Proves: supply equals demand with one node, and the surplus is what a hand would write: 2 GW less 5 % own use and wind's confident
    output, against peak and reserves.
    Sensitivity: a sum over no corridor or no store that is not a number fails.
    """
    account = planning.energy_account(data).groupby("side").energy_gwh.sum()
    assert account.supply == pytest.approx(account.demand)
    balance = planning.power_balance(data, CapacityBalanceSettings()).set_index("item").winter_peak_mw
    peak = float(data.load_mw.max())
    assert balance["demand"] == pytest.approx(peak)
    assert balance["required"] == pytest.approx(1.19 * peak)
    load = data.load_mw.to_numpy()[0]
    confident = np.sort(data.available_mw.to_numpy()[0][load >= np.quantile(load, 0.9)])[0]
    assert balance["available"] == pytest.approx(1900 + confident)


def test_empty_tables_keep_their_columns(data):
    """Proves: storage, smelters, sections and everything of contracts are tables without rows but with columns. Sensitivity: a KeyError."""
    tariffs = pd.DataFrame({"tariff": []})
    finance = pd.Series({"vat_share": 0.17, "government_funds_cny_per_mwh": 40.0})
    empty = (
        operation.storage(data), operation.smelters(data), operation.sections(data), delivery.deliveries(data, tariffs),
        delivery.tariff_energy(data, tariffs), prices.contract_prices(data, pd.DataFrame({"contract": []}), finance),
    )  # fmt: skip
    for table in empty:
        assert table.empty
        assert len(table.columns) > 5
    assert len(delivery.delivery_curve(data)) == HOURS
    assert prices.with_ceiling(empty[3], empty[5]).empty


def test_plan_tables_of_one_node(data):
    """Proves: capacity, hours, curtailment and days are those of the two plants. Sensitivity: a pivot over one row fails."""
    assert planning.capacity_places(data).capacity_mw.tolist() == pytest.approx([3000])
    assert planning.capacity_plan(data).set_index("kind").capacity_mw.to_dict() == pytest.approx({"thermal": 2000, "wind": 1000})
    months = planning.curtailment_months(data)
    assert months[months.carrier == "wind"].curtailed_gwh.sum() == pytest.approx(0, abs=1e-6)
    assert planning.full_load_hours(data).energy_gwh.sum() == pytest.approx(indicators.capacity(data).energy_gwh.sum())
    assert set(planning.typical_days(data).groupby("day").size()) == {24}
