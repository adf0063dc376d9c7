"""The balance tables against the dataset, worked out another way."""

from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from rich.console import Console

from energy_model import run
from energy_model.report.annex import UnknownContractError, write_annex
from energy_model.report.tables import write_tables
from energy_model.results import store
from energy_model.study.horizon import Horizon

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def result(solved):
    return store.read_result(solved)


def test_city_energy_is_the_sum_of_its_nodes(result):
    """Proves: each row of the city's energy account equals the sum over nodes, worked out by the other route; supply equals demand.
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


def test_peak_is_the_hour_of_most_load(result):
    """Proves: the winter peak is the hour with the most load of consumers and potlines, and its demand and capacities are those of the
    dataset.
    Sensitivity: the hour of most export, or net in place of gross capacity, fails.
    """
    data, _, tables = result
    load = data.load_mw.sum("node") + (data.smelter_mw - data.potline_shed_mw).sum("smelter")
    at = int(load.argmax())
    column = tables["power_balance"].set_index("item").winter_peak_mw
    assert column["load"] + column["smelter"] == pytest.approx(float(load[at]), rel=1e-8)
    assert column["export"] == pytest.approx(float(data.delivered_mw.sum("contract")[at]), rel=1e-6, abs=1e-6)
    assert tables["peak_times"].set_index("peak").hour["winter_peak"] == f"{pd.Timestamp(data.time.to_numpy()[at]):%Y-%m-%d %H:%M}"
    capacity = tables["capacity"].groupby("kind").capacity_mw.sum()
    for kind in ("thermal", "chp", "wind"):
        assert column[f"installed_{kind}"] == pytest.approx(capacity[kind], rel=1e-8)
    dispatch = tables["peak_dispatch"].groupby("side").winter_peak_mw.sum()
    assert dispatch.supply == pytest.approx(dispatch.demand, rel=1e-6)
    assert column["surplus"] == pytest.approx(column["available"] - column["required"])
    assert column["required"] == pytest.approx(column["demand"] * 1.19, rel=1e-8)


def test_confident_wind_is_there_in_the_peak_hours(result):
    """Proves: in at least 95 % of the tenth of hours with the most load, wind offers at least what it is counted with.
    Sensitivity: the mean, or the 95 % quantile, is there in half or in a twentieth of them.
    """
    data, _, tables = result
    column = tables["power_balance"].set_index("item").winter_peak_mw
    credit = column["installed_wind"] - column["limited_wind"]
    load = (data.load_mw.sum("node") + (data.smelter_mw - data.potline_shed_mw).sum("smelter")).to_numpy()
    wind = data.available_mw.to_numpy()[data.feed_carrier.to_numpy() == "wind"].sum(axis=0)[load >= np.quantile(load, 0.9)]
    assert (wind >= credit - 1e-3).mean() >= 0.95 - 1 / len(wind)
    assert credit <= np.median(wind) + 1e-6


def test_months_and_periods_add_up(result):
    """Proves: curtailment by month equals curtailment by node, deliveries by month and period and the delivery curve equal the contracts.
    Sensitivity: a month counted twice at a year's end fails.
    """
    data, _, tables = result
    months, nodes = tables["curtailment_months"].sum(numeric_only=True), tables["curtailment"].sum(numeric_only=True)
    for column in ("available_gwh", "used_gwh", "curtailed_gwh"):
        assert months[column] == pytest.approx(nodes[column], rel=1e-6, abs=1e-6)
    energy = tables["contracts"].set_index("contract").energy_gwh
    for table in ("deliveries", "tariff_energy"):
        found = tables[table].groupby("contract").energy_gwh.sum()
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
    made = ((data.smelter_mw - data.potline_shed_mw) * data.weight).sum("time") / data.smelter_intensity_kwh_per_t
    assert tables["smelters"].aluminium_kt.tolist() == pytest.approx(made.to_numpy().tolist(), rel=1e-8)
    lines = tables["corridors"].merge(tables["places"][["node", "market"]], left_on="to_node", right_on="node")
    sent = lines[lines.market.notna()].groupby("market").sent_gwh.sum()
    sections = tables["sections"].set_index("market").sent_gwh
    assert sections.tolist() == pytest.approx(sent[sections.index].tolist(), rel=1e-6, abs=1e-6)


def test_a_scenario_without_export_makes_a_correct_workbook(tmp_path):
    """Proves: without contracts the workbook is written, says that there are none, and an annex is refused in words.
    Sensitivity: a mean over no contract, or a chart over no row, fails.
    """
    console = Console(quiet=True)
    folder = run.optimize(ROOT / "inputs", "no-export", Horizon.parse("hours:24"), tmp_path, ROOT / "weather", False, 1, console)
    book = openpyxl.load_workbook(write_tables(folder)[0])
    assert "本方案无外送合同" in str(book["落地电价测算"]["A4"].value)
    assert book["峰平谷电量"]["A4"].value == "无此类元件"
    assert not book["峰平谷电量"]._charts
    with pytest.raises(UnknownContractError, match="none"):
        write_annex(folder, "LN_TARIFF")
