"""The balance tables against the dataset, worked out another way."""

import shutil
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from rich.console import Console

from energy_model import run
from energy_model.case import Case
from energy_model.report.workbook.annex import UnknownContractError, write_annex
from energy_model.report.workbook.result_workbook import write_workbooks
from energy_model.results import balance_tables, city, delivery, equipment_tables, flexibility, indicators, store
from energy_model.results.city import city_hours
from energy_model.study.horizon import Horizon
from energy_model.study.settings import CapacityBalanceSettings
from tests.paths import ROOT
from tests.support.stretched import stretched


@pytest.fixture(scope="module")
def result(solved):
    return store.read_result(solved)


def test_city_energy_is_the_sum_of_its_nodes(result):
    """Proves: each row of the city's energy account equals the sum over nodes, worked out by the other route; supply equals demand; hours
    and generation less own use add up to the account, causes of curtailment to what nodes curtail, capacities to those installed.
    Sensitivity: losses of outlets left out, or discharge counted net on one side, fails.
    """
    _, _, tables = result
    city = tables["energy_account"].set_index("item").energy_gwh
    nodes = tables["energy_balance"].sum(numeric_only=True)
    for item in ("load", "smelter", "electric_boiler", "unserved", "wind", "solar"):
        assert city[item] == pytest.approx(nodes[f"{item}_gwh"], rel=1e-6, abs=1e-6), item
    assert city["thermal"] + city["chp"] == pytest.approx(nodes.thermal_gwh, rel=1e-6)
    assert city["discharge"] - city["charge"] == pytest.approx(nodes.storage_net_gwh, abs=1e-5)
    assert city["export"] == pytest.approx(tables["contracts"].energy_gwh.sum(), rel=1e-6)
    assert city["loss"] == pytest.approx(tables["corridors"].loss_gwh.sum(), rel=1e-6)
    sides = tables["energy_account"].groupby("side").energy_gwh.sum()
    assert sides.supply == pytest.approx(sides.demand, rel=1e-7)
    hourly = tables["hourly_balance"]
    energy = hourly.drop(columns=["time", "weight"]).mul(hourly.weight, axis=0).sum() / 1e3
    made = tables["generation"].set_index("kind")
    for item in city.index:
        assert energy[f"{item}_mw"] == pytest.approx(city[item], rel=1e-6, abs=1e-3), item
    for kind in made.index:
        assert made.gross_gwh[kind] - made.own_use_gwh[kind] == pytest.approx(city[kind], rel=1e-6, abs=1e-3)
    assert (made.own_use_share[["thermal", "chp"]] > 0.03).all()
    causes, cut = tables["curtailment_causes"].set_index("feed"), tables["curtailment"].set_index("feed").curtailed_gwh
    assert causes.curtailed_gwh[cut.index].tolist() == pytest.approx(cut.tolist(), abs=1e-6)
    parts = causes[[c for c in causes if c.endswith("_gwh") and c != "curtailed_gwh"]].sum(axis=1)
    assert parts.tolist() == pytest.approx(causes.curtailed_gwh.tolist(), rel=1e-9, abs=1e-9)  # ten digits
    peaks = tables["power_balance"].set_index("item")
    assert peaks.winter_peak_mw["installed"] == pytest.approx(tables["capacity_plan"].capacity_mw.sum(), rel=1e-8)


def test_peak_is_the_hour_of_most_load(result):
    """Proves: the winter peak is the hour with the most load of consumers, with potlines at rated power, exports at contract power and the
    capacities of the dataset; the least surplus of the peaks is the key figure.
    Sensitivity: the hour of most export, the plan's flow of that hour, or net in place of gross capacity, fails.
    """
    data, _, tables = result
    load = data.load_mw.sum("node")
    at = int(load.to_numpy().argmax())
    column = tables["power_balance"].set_index("item").winter_peak_mw
    assert column["load"] == pytest.approx(float(load[at]), rel=1e-8)
    assert column["smelter"] == pytest.approx(float(data.smelter_rated_mw.sum()), rel=1e-8)
    assert column["smelter"] == pytest.approx(40500 / 8.76, rel=1e-6)  # 3 Mt of aluminium at 13,500 kWh/t, evenly over the year
    assert column["export"] == pytest.approx(float(data.contract_power_mw.sum()), rel=1e-6)
    assert tables["peak_times"].set_index("peak").hour["winter_peak"] == f"{pd.Timestamp(data.time.to_numpy()[at]):%Y-%m-%d %H:%M}"
    capacity = tables["capacity"].groupby("kind").capacity_mw.sum()
    for kind in ("thermal", "chp", "wind"):
        assert column[f"installed_{kind}"] == pytest.approx(capacity[kind], rel=1e-8)
    dispatch = tables["peak_dispatch"].groupby("side").winter_peak_mw.sum()
    assert dispatch.supply == pytest.approx(dispatch.demand, rel=1e-6)
    assert column["surplus"] == pytest.approx(column["available"] - column["required"])
    assert column["required"] == pytest.approx(column["demand"] * 1.19, rel=1e-8)
    surplus = tables["power_balance"].set_index("item").loc["surplus"]
    assert balance_tables.least_surplus_mw(tables["power_balance"]) == min(surplus.winter_peak_mw, surplus.year_peak_mw)


def test_the_capacity_balance_does_not_follow_what_the_plan_runs(result):
    """Proves: potlines modulated by a tenth and exports of nothing in every hour change neither the peak hours nor smelters and exports of
    the balance. Sensitivity: a balance of the flows of the hour moves by 462 MW.
    """
    data, settings = result[0], CapacityBalanceSettings()
    wild = data.assign(smelter_mw=1.1 * data.smelter_mw, delivered_mw=0.0 * data.delivered_mw)
    pd.testing.assert_frame_equal(balance_tables.peak_times(city_hours(wild)), balance_tables.peak_times(city_hours(data)))
    one, other = (balance_tables.power_balance(d, city_hours(d), settings).set_index("item") for d in (data, wild))
    pd.testing.assert_frame_equal(one, other)


def test_confident_wind_is_there_in_the_peak_hours(result):
    """Proves: in at least 95 % of the tenth of hours with the most load, wind offers at least what it is counted with.
    Sensitivity: the mean, or the 95 % quantile, is there in half or in a twentieth of them.
    """
    data, _, tables = result
    column = tables["power_balance"].set_index("item").winter_peak_mw
    credit = column["installed_wind"] - column["limited_wind"]
    load = data.load_mw.sum("node").to_numpy()
    wind = data.available_mw.to_numpy()[data.feed_carrier.to_numpy() == "wind"].sum(axis=0)[load >= np.quantile(load, 0.9)]
    assert (wind >= credit - 1e-3).mean() >= 0.95 - 1 / len(wind)
    assert credit <= np.median(wind) + 1e-6


def test_months_of_a_whole_year_add_up(solved, tmp_path):
    """Proves: of a year there are twelve months, whose curtailment, energy and deliveries add up to those of nodes and contracts.
    Sensitivity: a month counted twice at a year's end fails.
    """
    data = stretched(Path(shutil.copytree(solved, tmp_path / "year")))
    months, nodes = balance_tables.curtailment_months(city_hours(data)), indicators.curtailment(data).sum(numeric_only=True)
    assert sorted(set(months.month)) == list(range(1, 13))
    for column in ("available_gwh", "used_gwh", "curtailed_gwh"):
        assert months[column].sum() == pytest.approx(nodes[column], rel=1e-6, abs=1e-6)
    by_month, account = (
        balance_tables.monthly(city_hours(data)),
        balance_tables.energy_account(city_hours(data)).set_index("item").energy_gwh,
    )
    assert by_month.thermal_gwh.sum() == pytest.approx(account.thermal + account.chp, rel=1e-9)
    assert by_month.load_gwh.sum() == pytest.approx(account.load + account.smelter, rel=1e-9)
    assert by_month.curtailed_gwh.sum() == pytest.approx(nodes.curtailed_gwh, abs=1e-6)
    tariffs = pd.read_csv(ROOT / "inputs" / "tariffs.csv", encoding="utf-8-sig")
    energy = indicators.contracts(data).set_index("contract").energy_gwh
    for table in (delivery.deliveries(data, tariffs), delivery.tariff_energy(data, tariffs)):
        assert table.groupby("contract").energy_gwh.sum()[energy.index].tolist() == pytest.approx(energy.tolist(), rel=1e-6, abs=1e-6)


def test_there_are_months_of_whole_years_only(result):
    """Proves: a day and typical weeks have no months, as they stand for the year and not for the months they are taken from; a year
    does, and so do three-hourly hours of a year. Sensitivity: sums of the hours of each month are published of any horizon.
    """
    for table in ("curtailment_months", "monthly", "deliveries"):
        assert result[2][table].empty, table
    year = pd.date_range("2015-01-01", periods=8760, freq="h")
    assert city.whole_months(year, np.ones(8760))
    assert city.whole_months(year[::3], np.full(2920, 3.0))
    weeks = year[168 * 26 : 168 * 27].append(year[168 * 40 : 168 * 41])
    assert not city.whole_months(weeks, np.full(336, 8760 / 336))
    assert not city.whole_months(year[:8016], np.ones(8016))  # eleven months


def test_periods_add_up(result):
    """Proves: deliveries by period and the delivery curve equal the contracts. Sensitivity: a period left out fails."""
    data, _, tables = result
    energy = tables["contracts"].set_index("contract").energy_gwh
    found = tables["tariff_energy"].groupby("contract").energy_gwh.sum()
    assert found[energy.index].tolist() == pytest.approx(energy.tolist(), rel=1e-6, abs=1e-6)
    curve = tables["delivery_curve"]
    for contract, expected in energy.items():
        assert (curve[f"{contract}_mw"] * curve.weight).sum() / 1e3 == pytest.approx(expected, rel=1e-6, abs=1e-6)
    assert tables["tariff_energy"].groupby("contract").hours_h.sum().tolist() == pytest.approx([float(data.weight.sum())] * len(energy))


def test_smelters_and_sections_are_those_of_the_dataset(result):
    """Proves: aluminium is energy over intensity, shifted energy is that above rated power, sections add their corridors.
    Sensitivity: tonnes from rated power would miss shed potlines.
    """
    data, _, tables = result
    shifted = (np.maximum(data.smelter_mw - data.smelter_rated_mw, 0.0) * data.weight).sum("time") / 1e3
    assert tables["smelters"].shifted_gwh.tolist() == pytest.approx(shifted.to_numpy().tolist(), abs=1e-3)
    assert flexibility.by_smelter({"a": data}).shifted_gwh.tolist() == equipment_tables.smelters(data).shifted_gwh.tolist()
    made = ((data.smelter_mw - data.potline_shed_mw) * data.weight).sum("time") / data.smelter_intensity_kwh_per_t
    assert tables["smelters"].aluminium_kt.tolist() == pytest.approx(made.to_numpy().tolist(), rel=1e-8)
    lines = tables["corridors"].merge(tables["places"][["node", "market"]], left_on="to_node", right_on="node")
    sent = lines[lines.market.notna()].groupby("market").sent_gwh.sum()
    sections = tables["sections"].set_index("market").sent_gwh
    assert sections.tolist() == pytest.approx(sent[sections.index].tolist(), rel=1e-6, abs=1e-6)


def test_a_scenario_without_export_makes_a_correct_workbook(tmp_path):
    """Proves: without contracts the workbook is written, says on its cover what it leaves out, and an annex is refused in words.
    Sensitivity: a mean over no contract, or a chart over no row, fails.
    """
    console = Console(quiet=True)
    folder = run.optimize(Case(ROOT / "inputs", "no-export", Horizon.parse("hours:24"), tmp_path, ROOT / "weather", threads=1), console)
    book = openpyxl.load_workbook(write_workbooks(folder)[0])
    assert not {"落地电价测算", "峰平谷电量", "8760交付曲线", "外送"} & set(book.sheetnames)
    said = {row[0].value: row[1].value for row in book["封面与说明"].iter_rows()}
    assert {"落地电价测算", "峰平谷电量", "8760交付曲线", "外送"} <= set(said["未列入：无此类元件"].split("、"))
    with pytest.raises(UnknownContractError, match="none"):
        write_annex(folder, "LN_TARIFF")
