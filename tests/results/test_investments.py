"""Investment, return and cost per kWh of projects, by hand and against the objective."""

import numpy as np
import pandas as pd
import pytest

from energy_model.results import contract, prices
from energy_model.results.element_costs import SYSTEM, element_costs, part_of
from energy_model.results.investments import Terms, built, investments, rate_of_return, returns
from energy_model.results.projects import costs_by_part, of_projects, projects
from energy_model.results.store import read_result
from energy_model.results.unit_costs import technology_costs, unit_costs
from energy_model.units import annuity
from tests.support.every import weak_converter
from tests.support.labelled import of_nodes, with_names
from tests.support.tiny import run, tiny_system

DRAWDOWN = pd.DataFrame(
    [[0.25, 0.45, 0.3, 0, 0, 0], [1.0, 0, 0, 0, 0, 0]],
    index=["thermal", "wind"],
    columns=[f"year_{i}_share" for i in range(1, 7)],
)
TARIFF = pd.DataFrame({"on_grid_cny_per_mwh": [300.0], "capacity_cny_per_kw_year": [100.0]}, index=["thermal"])
TERMS = Terms(0.08, 0.17, 0.8, 0.0655, 15.0, DRAWDOWN, TARIFF)


def tables(solved, terms=TERMS, captive=frozenset()):
    """Investments, cost per kWh by project and by technology, as `money.money_tables` makes them."""
    system, primal = solved.problem.system, solved.solution.primal
    data = of_nodes(solved)
    known = projects(data, system)
    parts = of_projects(costs_by_part(element_costs(solved.lp, primal, system), data), known)
    own = unit_costs(known, parts)
    return investments(built(solved.lp, primal, system), known, parts, terms, set(captive)), own, technology_costs(own)


@pytest.fixture(scope="module")
def solved():
    """1 GW of load over 24 h; a plant of 1,000 CNY/kW and 30 years, 10 CNY/(kW a) fixed, 0.2 MCNY/GWh of fuel, 20 % own use aside.

    Wind of 2,000 CNY/kW stands with 0.25 GW and is too dear to be built; what it makes is worth 0.2 MCNY/GWh.
    """
    system = tiny_system(
        thermal={"plant": {"max_new": 2.0, "capex": 1000 * annuity(0.08, 30), "fom": 10.0, "fuel": 0.2, "lifetime_years": 30.0}},
        resource={"wind": {"existing": 0.25, "max_new": 1.0, "capex": 2000 * annuity(0.08, 20), "fom": 4.0}},
    )
    return run(with_names(system), load={"A": 1.25})


def test_investment_by_hand(solved):
    """Proves: 1,000 MW at 1,000 CNY/kW are 1,000 MCNY; with 80 % of loans at 6.55 % and 25, 45 and 30 % spent in three years the debt is
    206.55, 591.87 and 878.50, and the interest that less 800 drawn, 78.50; the annuity is that of the 1,000, 88.83, as the plan pays it.
    Sensitivity: interest from the start of the year (100.8), simple interest (72.7), interest after construction, or in the annuity.
    """
    table, _, _ = tables(solved)
    row = table.set_index("element").loc["plant"]
    assert len(table) == 1
    assert (row.new_mw, row.unit_cny_per_kw, row.static_mcny) == pytest.approx((1000.0, 1000.0, 1000.0))
    assert row.interest_mcny == pytest.approx(78.496, abs=1e-3)
    assert row.dynamic_mcny == pytest.approx(1078.496, abs=1e-3)
    assert row.annuity_mcny == pytest.approx(88.827, abs=1e-3) == solved.account("investment_thermal")
    assert row.interest_annuity_mcny == pytest.approx(78.496 * 0.0888274, abs=1e-3)


def test_revenue_at_the_tariff_by_hand(solved):
    """Proves: 24 GWh at 300 and 1,000 MW at 100 CNY/(kW a), both with 17 % VAT, are (7.2 + 100)/1.17 = 91.624 MCNY; less 10 of fixed cost
    and 4.8 of fuel 76.824 remain, of 1,078.5 paid back in 14.04 years and worth -213.6 at 8 %.
    Sensitivity: VAT in the revenue, capacity net of anything, or the annuity among the costs of operation.
    """
    row = tables(solved)[0].iloc[0]
    assert row.revenue_basis == "tariff"
    assert row.revenue_mcny == pytest.approx(107.2 / 1.17)
    assert row.operating_mcny == pytest.approx(14.8)
    assert row.net_revenue_mcny == pytest.approx(76.824, abs=1e-3)
    assert row.payback_years == pytest.approx(14.039, abs=1e-3)
    assert row.npv_mcny == pytest.approx(76.824 / 0.0888274 - 1078.496, abs=0.02)
    assert annuity(row.irr_share, 30) * row.dynamic_mcny == pytest.approx(row.net_revenue_mcny)


def test_at_prices_of_the_node_a_plant_earns_its_annuity(solved):
    """Proves: a plant in a microgrid sells at no tariff; at the prices of its node, which one more GW in the hour of least room sets, it
    earns exactly its annuity, so that without loans its return is the discount rate and its present value 0.
    Sensitivity: prices not weighted, a sale at the tariff, or interest where there are no loans.
    """
    own_capital = Terms(0.08, 0.17, 0.0, 0.0655, 15.0, DRAWDOWN, TARIFF)
    row = tables(solved, own_capital, {"A"})[0].iloc[0]
    assert row.revenue_basis == "nodal"
    assert row.interest_mcny == 0.0
    assert row.net_revenue_mcny == pytest.approx(row.annuity_mcny, rel=1e-6)
    assert row.irr_share == row.equity_irr_share == pytest.approx(0.08, abs=1e-6)
    assert row.npv_mcny == pytest.approx(0.0, abs=1e-3)


def test_returns_by_hand():
    """Proves: 100 for 60 in each of two years returns 13.07 %; half of it borrowed at 10 % over two years costs 28.81 a year, and 50 of
    equity for 31.19 return 16.11 %. What never comes back has no return, no net revenue no payback, and
    neither has 4.9 a year of 100 in 20 years.
    Sensitivity: debt repaid in one year, interest on the whole, or a rate where nothing is earned.
    """
    terms = Terms(0.1, 0.17, 0.5, 0.1, 2.0, DRAWDOWN, TARIFF)
    found = returns(100.0, 0.0, 60.0, 2.0, terms)
    assert found["irr_share"] == pytest.approx(0.13066, abs=1e-5)
    assert found["equity_irr_share"] == pytest.approx(0.16108, abs=1e-5)
    assert found["npv_mcny"] == pytest.approx(60 / 1.1 + 60 / 1.21 - 100)
    assert found["payback_years"] == pytest.approx(100 / 60)
    assert np.isnan(rate_of_return(np.array([-100.0, -1.0, -1.0])))
    assert np.isnan(returns(100.0, 0.0, -5.0, 20.0, terms)["payback_years"])
    assert returns(100.0, 0.0, 5.0, 20.0, terms)["payback_years"] == pytest.approx(20.0)
    assert np.isnan(returns(100.0, 0.0, 4.9, 20.0, terms)["payback_years"])


def test_cost_per_kwh_by_hand(solved):
    """Proves: 24 GWh of the plant bear 88.827 of capital, 10 of fixed cost and 4.8 of fuel, 4,317.8 CNY/MWh; wind that stands bears its
    fixed cost alone, 1 MCNY on 6 GWh; together they are the objective.
    Sensitivity: capital of what stands, fuel at the mine's node, or cost of a feed that reaches no plant.
    """
    _, own, by_technology = tables(solved)
    table = own.set_index("element")
    assert table.capital_mcny["plant"] == pytest.approx(88.827, abs=1e-3)
    assert table.fuel_cny_per_mwh["plant"] == pytest.approx(200.0)
    assert table.unit_cny_per_mwh["plant"] == pytest.approx(103.627 / 24 * 1e3, abs=0.1)
    assert table.unit_cny_per_mwh["wind"] == pytest.approx(1e3 / 6)
    assert own.cost_mcny.sum() == by_technology.cost_mcny.sum() == pytest.approx(solved.cost)


def test_a_feed_shares_its_cost_by_energy():
    """Proves: two wind farms of a node whose energy costs 10 CNY/MWh bear it in proportion to what they make, 1 to 3; all of it is there.
    Sensitivity: half each, or the feed's cost in the last row.
    """
    system = tiny_system(
        thermal={"coal": {"existing": 1.0, "fuel": 0.2}},
        resource={"few": {"existing": 0.1, "vom": 0.01}, "more": {"existing": 0.3, "vom": 0.01}},
    )
    table = tables(run(with_names(system), load={"A": 1.0}))[1].set_index("element")
    assert table.om_mcny["few"] == pytest.approx(0.1 * 24 * 0.01)
    assert table.om_mcny["more"] == pytest.approx(0.3 * 24 * 0.01)
    assert table.cost_mcny[""] == pytest.approx(0.0, abs=1e-9)


def test_shipped_tables_are_the_objective(shipped_day):
    """Proves: over the shipped plan the annuities are the accounts of investment, project costs add up to the cost, static investment is
    unit cost times capacity, and every project whose capacity no limit holds earns its annuity at the prices of its node.
    Sensitivity: a family of capacities left out, an account in no part, or a table that differs from its contract.
    """
    _, _, found = read_result(shipped_day)
    costs = found["costs"].set_index("category").cost_mcny
    table = found["investments"]
    invested = costs[[c for c in costs.index if c.startswith("investment_")]].sum()
    assert table.annuity_mcny.sum() == pytest.approx(invested, rel=1e-6)
    for name in ("unit_costs", "technology_costs"):
        assert found[name].cost_mcny.sum() == pytest.approx(costs["total"], rel=1e-8)
        assert contract.checked(f"tables/{name}.csv", found[name])[1] == []
    assert found["technology_costs"].kind.iloc[-1] == SYSTEM
    assert (table.new_mw * table.unit_cny_per_kw * 1e-3).to_numpy() == pytest.approx(table.static_mcny.to_numpy(), rel=1e-6)
    lines = table[table.revenue_basis == "congestion"]
    at_margin = np.isclose(lines.net_revenue_mcny, lines.annuity_mcny, rtol=1e-4)
    assert len(lines) > 3
    assert at_margin.mean() > 0.5


def test_costs_beside_the_columns_belong_to_no_project(solved):
    """Proves: an account that is 5 MCNY above what the columns pay, as in a pathway with annuities of earlier years, and one that the LP
    lacks stand in the last row, and the sum is that of the accounts. Sensitivity: a cost table that the projects do not add up to.
    """
    system, primal = solved.problem.system, solved.solution.primal
    accounts = solved.lp.costs(primal)
    accounts |= {"investment_thermal": accounts["investment_thermal"] + 5.0, "end_value": 2.0}
    costs = element_costs(solved.lp, primal, system, accounts)
    assert costs.cost_mcny.sum() == pytest.approx(solved.cost + 7.0)
    own = costs[costs.element == SYSTEM].set_index("category").cost_mcny
    assert own[["investment_thermal", "end_value"]].tolist() == pytest.approx([5.0, 2.0])
    assert costs[costs.element == "plant"].set_index("category").cost_mcny["investment_thermal"] == pytest.approx(88.827, abs=1e-3)


def test_condensers_are_investments():
    """Proves: 0.2 Gvar at 0.6 MCNY/Gvar are an annuity of 0.12 MCNY, told in Mvar, and the account of investment; the 0.05 Gvar that stand
    bear their fixed cost of 0.01 MCNY. Hydrogen stores, of which there is none, have no column.
    Sensitivity: a condenser that is no project, or one that counts as capacity in MW; an empty column of new volume.
    """
    solved = run(with_names(weak_converter()), load={"A": 1.0})
    found, own, _ = tables(solved)
    row = found.set_index("element").loc["new"]
    assert (row.kind, row.new_mvar, row.annuity_mcny) == ("condenser", pytest.approx(200.0), pytest.approx(0.12))
    assert np.isnan(row.new_mw)
    assert "new_t" not in found
    assert row.operating_mcny == pytest.approx(0.02)
    assert found.annuity_mcny.sum() == pytest.approx(solved.account("investment_condenser"))
    assert own.set_index("element").om_mcny["old"] == pytest.approx(0.01)


def test_deep_peak_shaving_is_operation():
    """Proves: oil and wear of deep peak shaving are operation in the cost per kWh, and energy in the average price.
    Sensitivity: a cost per kWh under other.
    """
    assert part_of("deep_shaving") == "om"
    assert prices.part_of("deep_shaving") == "energy"
