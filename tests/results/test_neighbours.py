"""Results of a study with neighbours: the city is counted without them, and what crosses its border is an export."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from energy_model.results import balance_tables, city, contract, indicators, neighbours, node_balance, series, summaries
from energy_model.results.clauses import Figures
from energy_model.results.element_costs import NEIGHBOURS, element_costs
from energy_model.results.node_costs import node_costs
from energy_model.results.tables import months_that_are_whole
from energy_model.solving.build import build_problem
from energy_model.study.build_system import build_system
from energy_model.study.horizon import Horizon
from energy_model.study.load import load_study
from energy_model.weather.profiles import make_profiles
from energy_model.weather.store import ensure_year
from tests.paths import ROOT
from tests.support.labelled import of_nodes, with_names
from tests.support.tiny import run, tiny_system

HOURS = 48
PLANT = {"existing": 3.0, "net_share": 1.0}


@pytest.fixture(scope="module")
def solved():
    """A city with 2 GW of free wind and a load of 0.5 GW, behind 1 GW with 10 % loss the neighbour LN with 1.5 GW of load, wind and a plant
    of its own, and behind that JL. LN must run 0.4 GW, so the city exports 1 GW, of which 0.9 arrive, and curtails 0.5 GW.
    """
    system = tiny_system(
        bus={"A": {}, "LN": {"outside": True, "region": "LN"}, "JL": {"outside": True}},
        thermal={
            "city": PLANT | {"fuel": 0.5},
            "far": PLANT | {"node": "LN", "fuel": 0.2, "min_load_share": 0.4},
            "beyond": PLANT | {"node": "JL", "fuel": 0.3},
        },
        resource={"w": {"existing": 2.0}, "v": {"node": "LN", "existing": 0.8}},
        corridor={
            "out": {"to_bus": "LN", "existing": 1.0, "loss_share": 0.1, "reversible": False},
            "tie": {"from_bus": "LN", "to_bus": "JL", "existing": 0.1},
        },
        minimum_commitment={"LN/all": {"region": "LN", "least_gw": (1.0,) * 12}},
    )
    return run(with_names(system), HOURS, load={"A": 0.5, "LN": 1.5, "JL": 0.2}, step_h=4)


@pytest.fixture(scope="module")
def data(solved):
    return of_nodes(solved)


def test_the_balance_of_the_city_is_whole_without_them(data):
    """Proves: in every hour wind 1.5 GW = load 0.5 + export 0.9 + loss 0.1; 0.5 GW of 2 are curtailed; nothing of the neighbours' plants,
    loads and wind is in it. Sensitivity: a sum over all nodes, a loss of the tie between neighbours, or exports by contract alone.
    """
    hours = city.city_hours(data)
    expected = {"thermal_mw": 0, "wind_mw": 1500, "load_mw": 500, "export_mw": 900, "loss_mw": 100, "curtailed_mw": 500}
    for name, value in expected.items():
        np.testing.assert_allclose(hours[name], value, atol=1e-6, err_msg=name)
    for place, own in series.places(data).items():
        assert abs(series.residual(own)).max() < 1e-6, place
    assert set(series.places(data)) == {"city", "node:A"}
    account = balance_tables.energy_account(hours).groupby("side").energy_gwh.sum()
    assert account.supply == pytest.approx(account.demand)


def test_tables_name_the_city_alone(data):
    """Proves: capacity, curtailment, balance by node, coal and corridors have the city's elements only, outlets included; the price of the
    neighbour stands where that of its market does. Sensitivity: an element of a neighbour in a table of the city.
    """
    assert indicators.capacity(data).element.tolist() == ["city", "w"]
    assert balance_tables.capacity_plan(data).set_index("kind").capacity_mw.to_dict() == {"thermal": 3000.0, "wind": 2000.0}
    assert indicators.curtailment(data).curtailed_share.tolist() == pytest.approx([0.25])
    assert node_balance.energy_balance(data).node.tolist() == ["A"]
    assert indicators.corridors(data).corridor.tolist() == ["out"]
    assert indicators.prices(data).bus.tolist() == ["A", "LN"]
    assert data.fuel_user.to_numpy().tolist() == ["city"]


def test_what_crosses_the_border_is_exported(data):
    """Proves: over two days 0.9 GW x 48 h = 43.2 GWh are exports of the clause and of the Sankey, none of them to JL; condensing plants of
    LN make the 1.0 GW x 0.4 that they must, 19.2 GWh. Sensitivity: energy at the sending end, or with the tie to JL.
    """
    figures = Figures(data, None)
    assert figures.export_gwh("") == pytest.approx(43.2)
    assert (figures.export_gwh("LN"), figures.export_gwh("JL")) == (pytest.approx(43.2), 0.0)
    assert figures.condensing_gwh("LN") == pytest.approx(19.2)
    assert figures.condensing_gwh("") == pytest.approx(0.0)
    flows = summaries.energy_flows(data, series.places(data)).set_index(["source", "target"]).gwh
    assert flows["electricity", "neighbours"] == pytest.approx(43.2)
    assert flows.xs("electricity", level="target").sum() == pytest.approx(flows.xs("electricity", level="source").sum())


def test_the_table_of_neighbours_adds_up(data):
    """Proves: LN takes its load of 72 GWh from the city (43.2), its plant (19.2) and wind less what goes to JL; of its wind of 38.4 GWh the
    rest is curtailed, a third of it in the eight hours of the night. Sensitivity: a month, a share or a night that is counted otherwise.
    """
    table = neighbours.neighbours(data).set_index("neighbour")
    january = table[table.month.notna()]
    ln, jl = january.loc["LN"], january.loc["JL"]
    assert (ln.month, ln.load_gwh, ln.received_gwh, ln.thermal_gwh) == (1, *map(pytest.approx, (72.0, 43.2, 19.2)))
    sent = 0.2 * 48 - jl.thermal_gwh
    assert ln.received_gwh + ln.thermal_gwh + ln.wind_gwh == pytest.approx(ln.load_gwh + sent)
    assert ln.wind_gwh + ln.curtailed_gwh == pytest.approx(38.4)
    assert ln.curtailed_share == pytest.approx(ln.curtailed_gwh / 38.4)
    assert ln.curtailed_night_gwh == pytest.approx(ln.curtailed_gwh / 3)
    assert jl.received_gwh == pytest.approx(0.0)
    assert (ln.exchange_gwh, jl.exchange_gwh) == (pytest.approx(-sent), pytest.approx(sent))
    assert contract.checked("tables/neighbours.csv", neighbours.neighbours(data))[1] == []


def test_rows_of_neighbours_close_and_add_up_to_the_year(data):
    """Proves: in each row generation, storage, unserved load and what is received add up to the load; the rows of the year are the sum of
    those of the months, here of one, and those of all the sum of the neighbours, among which the exchange cancels. Sensitivity: a source
    that is left out, a tie counted at one end, or a year that is not the sum.
    """
    table = neighbours.neighbours(data)
    assert table.neighbour.tolist() == ["JL", "JL", "LN", "LN", "all", "all"]
    assert abs(table.residual_gwh).max() < 1e-6
    supply = table[["thermal_gwh", "chp_gwh", "wind_gwh", "solar_gwh", "storage_net_gwh", "unserved_gwh", "received_gwh", "exchange_gwh"]]
    assert supply.sum(axis=1).to_numpy() == pytest.approx(table.load_gwh.to_numpy())
    year = table[table.month.isna()].set_index("neighbour").load_gwh
    assert year.to_dict() == {"JL": pytest.approx(9.6), "LN": pytest.approx(72.0), "all": pytest.approx(81.6)}
    assert table[table.neighbour == "all"].exchange_gwh.tolist() == pytest.approx([0.0, 0.0])
    prices = table[table.month.notna()].set_index("neighbour").mean_cny_per_mwh
    assert prices["all"] == pytest.approx((prices["LN"] * 72.0 + prices["JL"] * 9.6) / 81.6)


def test_their_cost_stands_apart(solved):
    """Proves: what the neighbours burn, 19.2 GWh at 0.2 and the rest of JL at 0.3 MCNY/GWh, stands at a place of its own and not at a node
    of the city. Sensitivity: cost of a neighbour's coal at its node.
    """
    by_element = element_costs(solved.lp, solved.solution.primal, solved.problem.system)
    costs = node_costs(by_element, solved.problem.system).set_index("place")
    paid = costs.cost_mcny.groupby(level=0).sum()
    assert set(paid.index) == {NEIGHBOURS}
    assert paid[NEIGHBOURS] == pytest.approx(solved.cost)


def test_the_northeast_costs_at_most_half_as_many_columns_again():
    """Proves: over a day the plan with its neighbours has at most 1.5 times the columns of the plan. Sensitivity: tangents, schedules or
    clusters of neighbours without measure.
    """
    size = {}
    for name in ("plan-2015", "plan-2015+northeast"):
        study = load_study(ROOT / "inputs", name)
        system = build_system(study)
        case, loss = study.settings.study.case, float(system.finance.distribution_loss_share)
        profiles = make_profiles(study.tables, case, ensure_year(study.settings.weather.year, ROOT / "weather"), loss)
        size[name] = len(build_problem(system, profiles, Horizon("hours", 24), 24, 24).lp.cost)
    assert size["plan-2015"] < size["plan-2015+northeast"] <= 1.5 * size["plan-2015"]


def test_months_are_told_of_whole_months_only():
    """Proves: over the hours of a year, rows of months stay; over two weeks that stand for 26 each, those of coal go and those of
    neighbours but the year. Sensitivity: 13 weeks of January in the row of January.
    """
    year = pd.date_range("2015-01-01", periods=8760, freq="h")
    tables = {
        "coal_months": pd.DataFrame({"month": [1, 2], "amount_kt": [5.0, 6.0]}),
        "neighbours": pd.DataFrame({"month": [1.0, np.nan], "load_gwh": [5.0, 60.0]}),
        "coal": pd.DataFrame({"power_kt": [1.0]}),
    }
    whole, part = (
        months_that_are_whole(xr.Dataset(coords={"time": time, "weight": ("time", np.full(len(time), 8760 / len(time)))}), tables)
        for time in (year, year[:336])
    )
    assert all(whole[name].equals(tables[name]) for name in ("coal_months", "neighbours"))
    assert part["coal_months"].empty
    assert part["neighbours"].load_gwh.tolist() == [60.0]
