"""The hourly balances, weeks, yearly flows and costs by place that pages show, against the tables of the same result."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from energy_model.report.page.packed_series import pack, unpack
from energy_model.results import clauses, equipment_tables, series, summaries, weeks
from energy_model.results.store import read_result


@pytest.fixture(scope="module")
def result(solved):
    return read_result(solved)


@pytest.fixture(scope="module")
def places(result):
    return series.places(result[0])


def test_supply_meets_demand_in_every_place_and_hour(result, places):
    """Proves: the stack of each node and microgrid, and of the city, adds up to its demand, within 1 kW.
    Sensitivity: a forgotten part, a loss counted twice or exchange inside a microgrid leaves a residual.
    """
    data = result[0]
    assert set(places) == {"city", *(f"node:{n}" for n in data.node.to_numpy()), *(f"microgrid:{g}" for g in data.microgrid.to_numpy())}
    for key, place in places.items():
        assert np.abs(series.residual(place)).max() < 1e-3, key


def test_energies_and_losses_are_those_of_the_tables(result, places):
    """Proves: sums of the series over the year are the energy balance, the corridor losses and the curtailment of the result tables.
    Sensitivity: losses taken at the wrong end, or a carrier under another name, differ.
    """
    data, _, tables = result
    weight = data.weight.to_numpy()

    def gwh(place, name):
        return float(places[place][name] @ weight) / 1e3

    balance = tables["energy_balance"].set_index("node")
    for node in balance.index:
        key = f"node:{node}"
        assert gwh(key, "thermal") + gwh(key, "chp") == pytest.approx(balance.thermal_gwh[node], rel=1e-8, abs=1e-6)
        for name in ("wind", "solar", "load", "smelter", "electric_boiler", "unserved"):
            assert gwh(key, name) == pytest.approx(balance[f"{name}_gwh"][node], rel=1e-8, abs=1e-6), (node, name)
        net = balance.received_gwh[node] - balance.sent_gwh[node]
        assert gwh(key, "received") - gwh(key, "sent") == pytest.approx(net, rel=1e-8, abs=1e-5)
    assert gwh("city", "loss") == pytest.approx(tables["corridors"].loss_gwh.sum(), rel=1e-6)
    assert gwh("city", "export") == pytest.approx(tables["contracts"].energy_gwh.sum(), rel=1e-6)
    assert gwh("city", "curtailed") == pytest.approx(tables["curtailment"].curtailed_gwh.sum(), abs=1e-3)


def test_quadratic_losses_are_drawn_in_halves_at_both_ends(result, places):
    """Proves: a loss of 8 MW on one corridor takes 4 MW from each of its ends and 8 MW from the city. Sensitivity: the whole at one end."""
    data = result[0]
    name, start, end = (str(data[k].to_numpy()[0]) for k in ("corridor", "corridor_from_bus", "corridor_to_bus"))
    lossy = xr.full_like(data.flow_forward_mw.sel(corridor=[name]), 8.0)
    lossy = lossy.reindex(corridor=data.corridor, fill_value=0.0)
    with_loss = series.places(data.assign(loss_mw=lossy))
    for node in (start, end):
        before, after = places[f"node:{node}"], with_loss[f"node:{node}"]
        fall = (before["received"] - before["sent"]) - (after["received"] - after["sent"])
        assert fall == pytest.approx(np.full(len(fall), 4.0))
    assert with_loss["city"]["loss"] - places["city"]["loss"] == pytest.approx(np.full(len(fall), 8.0))


def test_tie_flows_keep_the_agreed_limit(result):
    """Proves: the flow over the tie of each microgrid stays within its limit, and is the flow of the tie alone.
    Sensitivity: all border corridors together exceed the limit in the plan.
    """
    data = result[0]
    flows = series.tie_flows(data)
    assert set(flows) == set(data.corridor_tie_of.to_numpy()) - {""}
    for grid, flow in flows.items():
        assert np.abs(flow).max() <= float(data.microgrid_tie_limit_mw.sel(microgrid=grid)) + 1e-3


def test_what_enters_electricity_and_heat_leaves_again(result, places):
    """Proves: the flows balance at electricity, heat, plants and boilers. Sensitivity: a use that is left out shows as a gap."""
    flows = summaries.energy_flows(result[0], places)
    into, out = flows.groupby("target").gwh.sum(), flows.groupby("source").gwh.sum()
    for hub in ("electricity", "heat", "plants", "coal_boiler"):
        assert into[hub] == pytest.approx(out[hub], abs=0.5), hub
    assert (flows.gwh > 0).all()


def test_what_stores_give_more_than_they_take_enters_electricity(result, places):
    """Proves: where stores end emptier than they began, what they gave is a flow into electricity, which still balances. Sensitivity: the
    negative loss is left out, and electricity gives more than it gets.
    """
    weight = float(result[0].weight.sum())
    city = places["city"] | {"discharge": places["city"]["discharge"] + 100.0, "load": places["city"]["load"] + 100.0}
    flows = summaries.energy_flows(result[0], places | {"city": city}).set_index(["source", "target"]).gwh
    given = places["city"]["discharge"] - places["city"]["charge"] + 100.0
    assert flows["from_storage", "electricity"] == pytest.approx(float(given @ result[0].weight.to_numpy()) / 1e3, rel=1e-6)
    assert flows["from_storage", "electricity"] <= 0.1 * weight
    assert flows.groupby("target").sum()["electricity"] == pytest.approx(flows.groupby("source").sum()["electricity"], abs=0.5)


def test_costs_by_place_add_up_to_the_cost_table(result):
    """Proves: the rows of every category sum to its cost; annuities belong to places, none to the system; coal belongs to its users.
    Sensitivity: an account whose offset goes to the system leaves the annuities of existing plants there.
    """
    tables = result[2]
    costs = tables["costs"].set_index("category").cost_mcny.drop("total")
    split = tables["node_costs"].groupby("category").cost_mcny.sum().reindex(costs.index, fill_value=0.0)
    assert np.allclose(split, costs, rtol=1e-8, atol=1e-6)
    system = tables["node_costs"].query("place == 'system'").set_index("category").cost_mcny
    assert system.reindex([c for c in costs.index if c.startswith(("investment", "fixed", "coal"))]).fillna(0).abs().max() < 1e-6
    coal = tables["node_costs"].query("category == 'coal'")
    assert set(coal.place) <= set(tables["energy_balance"].node)


def test_emissions_and_sites_add_up(result):
    """Proves: CO2 by kind is the CO2 of the dataset; sites by node and kind have the existing capacity.
    Sensitivity: a retired unit counted as a site, or a boiler's coal left out, differs.
    """
    data, _, tables = result
    assert summaries.emissions(data).co2_kt.sum() == pytest.approx(float(data.co2_kt.sum()))
    capacity = tables["capacity"].query("existing_mw > 0 and kind in ['thermal', 'chp', 'wind', 'solar']")
    standing = capacity.groupby(["node", "kind"]).existing_mw.sum()
    sites = tables["sites"].groupby(["node", "kind"]).capacity_mw.sum()
    pd.testing.assert_series_equal(sites.sort_index(), standing.sort_index(), check_names=False, check_dtype=False)


def test_smelters_pay_no_more_than_at_even_power(result):
    """Proves: potlines keep their energy, stay in their range, and moving it costs nothing on balance.
    Sensitivity: cost and even cost the wrong way round are negative.
    """
    table = equipment_tables.smelters(result[0])
    assert len(table) == 2
    assert (table.saved_mcny >= -1e-6).all()
    assert (table.least_mw >= 0.89 * table.rated_mw).all()
    assert (table.shifted_gwh >= 0).all()


def test_weeks_are_found_where_they_were_put():
    """Proves: in a made year the highest load, the most wind, the longest calm, Spring Festival and the most curtailment are found in the
    weeks that hold them. Sensitivity: an off-by-one of a day, or a run across the gap of two typical weeks, moves them.
    """
    time = pd.date_range("2015-01-01", periods=8760, freq="h")
    zero = np.zeros(8760)
    city = dict.fromkeys(series.NEEDED, zero) | {"load": zero + 100, "wind_available": zero + 50, "curtailed": zero.copy()}
    city["load"] = city["load"].copy()
    city["load"][24 * 200 : 24 * 207] += 50
    city["wind_available"][24 * 30 : 24 * 37] = 90
    city["wind_available"][24 * 100 + 5 : 24 * 104] = 1
    city["wind_available"][24 * 300 : 24 * 302] = 0
    city["curtailed"][24 * 60 : 24 * 67] = 10
    found = weeks.notable_weeks(time, city)
    assert found["load"] == 24 * 200
    assert found["wind"] == 24 * 30
    assert found["calm"] <= 24 * 100 + 5 < 24 * 104 <= found["calm"] + 168
    assert found["curtailed"] == 24 * 60
    assert str(time[found["festival"]].date()) <= "2015-02-18" and "2015-02-24" <= str(time[found["festival"] + 167].date())  # noqa: PT018
    broken = time[:168].append(time[4000:4168])
    assert weeks.starts(broken).tolist() == [0, 168]
    assert weeks.longest_run(np.ones(336, bool), broken) == (0, 168)
    assert weeks.starts(time[:24]).tolist() == [0]


def test_packed_series_come_back_within_a_step():
    """Proves: values of any sign and size come back within half a 32,000th of the largest. Sensitivity: lost carries between the byte
    planes, or differences that overflow, shift everything after them.
    """
    rng = np.random.default_rng(1)
    made = {"wild": rng.normal(0, 1e4, 5000), "jumps": np.where(rng.random(5000) < 0.5, -1e5, 1e5), "zero": np.zeros(5000)}
    text, index = pack(made)
    back = unpack(text, index, 5000)
    for name, values in made.items():
        assert np.abs(back[name] - values).max() <= np.abs(values).max() / 32000 * 0.51 + 1e-9
    with pytest.raises(ValueError, match="not finite"):
        pack({"bad": np.array([1.0, np.nan])})


def test_dropping_a_floor_saves_no_more_than_price_times_target(result):
    """Proves: the bound is price times target in million CNY, for floors only, e.g. 220 CNY/MWh on 30,000 GWh are 6,600 MCNY.
    Sensitivity: a factor of a thousand, or a bound for a ceiling, fails.
    """
    table = result[2]["clauses"]
    floors = table[(table.sense == ">=") & table.price.notna() & (table.quantity == "export_gwh")]
    assert len(floors) == 1
    assert np.allclose(floors.worth_at_most_mcny, floors.price * floors.value / 1e3, rtol=1e-8)
    assert table[table.sense == "<="].worth_at_most_mcny.isna().all()
    assert clauses._worth(220.0, 30000.0, "GWh") == pytest.approx(6600.0)
    assert clauses._worth(687403.0, 10000.0, "MW") == pytest.approx(6874.03)
    assert clauses._worth(29.0, 12000.0, "kt") == pytest.approx(348.0)
