"""Contracts by month and type of day, solved by hand.  Bus M is the market; 1 January 2011 is a Saturday."""

import numpy as np
import pytest

from energy_model.exchange.subset import pypsa_subset
from energy_model.results.contract_months import contract_months
from energy_model.results.quantities import Quantities
from energy_model.results.recount import balances, recount
from energy_model.solving.redispatch import ledger_prices
from tests.support.labelled import of_nodes, with_names
from tests.support.tiny import build, run, solved, tiny_system

BUS = {"A": {}, "M": {"market": True}}
LINE = {"l": {"to_bus": "M", "existing": 5.0}}
DAYS = 31 + 28
WIND = np.repeat([1.0, 0.0], [31 * 24, 28 * 24])
"""Wind in January, none in February."""


def by_day(workday, weekend, holiday):
    """A calendar whose types of day differ, all hours and months alike."""
    return np.broadcast_to(np.array([workday, weekend, holiday])[None, :, None], (12, 3, 24))


def study(contract, shares=None, **more):
    months = {("x", m): {"share": s} for m, s in (shares or {}).items()}
    parts = {"bus": BUS, "corridor": LINE, "contract": {"x": contract}, "thermal": {"g": {"existing": 5.0, "fuel": 0.3}}} | more
    return tiny_system(**parts, contract_month=months)


def two_months(**contract):
    """100 GWh over January and February, half of them in each, from wind in January and coal at 0.3 in February."""
    shares = {m: 0.5 if m <= 2 else 0.0 for m in range(1, 13)}
    return study({"min_gwh_per_year": 100.0} | contract, shares, resource={"w": {"existing": 5.0}})


def test_a_calendar_tells_working_days_from_weekends():
    """Proves: full power on Monday and half of it on Saturday and Sunday: 24 GWh over the three days are 0.5 GW of contract power.
    Sensitivity: days shifted by one; a shape that is taken for free.
    """
    r = run(study({"shape": "calendar", "calendar": by_day(1.0, 0.5, 0.25), "min_gwh_per_year": 24.0}), hours=72)
    assert r.value("capacity_contract", "x") == pytest.approx(0.5)
    assert r.value("delivered", "x") == pytest.approx(np.repeat([0.25, 0.25, 0.5], 24))
    assert r.cost == pytest.approx(24 * 0.3)


def test_a_free_contract_stays_below_its_calendar():
    """Proves: a free contract of 1 GW takes no more than its share, 0.5 GW at weekends and 1 GW on Monday: 48 GWh at most, 49 cannot be.
    Sensitivity: a ceiling that is not there; equality.
    """
    free = {"shape": "free", "calendar": by_day(1.0, 0.5, 0.0), "max": 1.0}
    assert run(study(free | {"min_gwh_per_year": 48.0}), hours=72).value("delivered", "x") == pytest.approx(np.repeat([0.5, 0.5, 1], 24))
    assert solved(build(study(free | {"min_gwh_per_year": 49.0}), 72)).solution.status == "Infeasible"
    assert run(study(free | {"min_gwh_per_year": 10.0}), hours=72).value("total_export", "x") == pytest.approx(10.0)


def test_an_agreed_shape_is_scaled_to_its_months():
    """Proves: a flat contract with 3/4 of the energy of January and February in January: the power of February is 744/3/672 of January's,
    which is the contract power. Sensitivity: shares of power instead of energy; months that only hold over the year.
    """
    shares = {m: {1: 0.75, 2: 0.25}.get(m, 0.0) for m in range(1, 13)}
    r = run(study({"shape": "flat", "min_gwh_per_year": 100.0}, shares), hours=DAYS * 24)
    delivered = r.value("delivered", "x")
    assert delivered[: 31 * 24].sum() == pytest.approx(75.0)
    assert delivered[31 * 24 :].sum() == pytest.approx(25.0)
    assert np.ptp(delivered[: 31 * 24]) == pytest.approx(0.0)
    assert delivered[0] == pytest.approx(r.value("capacity_contract", "x").item())


def test_months_of_a_free_contract_have_their_share():
    """Proves: half of 100 GWh in February are burnt, 15 MCNY, although January has wind for all; one more GWh of the year costs 0.15, one
    more of February in place of January 0.3; operation is told that a GWh earns 0.15 at any time.
    Sensitivity: months that only add up over the year; a row of the wrong sign.
    """
    r = run(two_months(), hours=DAYS * 24, availability={"w": WIND})
    assert r.cost == pytest.approx(15.0)
    assert r.value("monthly_export", "x", 2) == pytest.approx(50.0)
    assert r.dual("contract_minimum", "x") == pytest.approx(0.15)
    pair = r.dual("contract_month_least", "x", 2) - r.dual("contract_month_most", "x", 1)
    assert pair == pytest.approx(0.3)
    assert ledger_prices(r.lp, r.solution.primal, r.solution.dual)["ledger_export", ("x",)] == pytest.approx(-0.15)


def test_a_deviation_may_be_allowed():
    """Proves: with a fifth of the month allowed, February gets 40 GWh: 12 MCNY; the dual of its floor is the slope of the cost.
    Sensitivity: a deviation of the year's energy (30 GWh); one side only.
    """
    r = run(two_months(deviation_share=0.2), hours=DAYS * 24, availability={"w": WIND})
    assert r.value("monthly_export", "x", 2) == pytest.approx(40.0)
    assert r.cost == pytest.approx(12.0)
    steps = [r.shifted(0.1, f"contract_month_{side}", "x", month) for side, month in (("least", 2), ("most", 1))]
    found = [r.dual("contract_month_least", "x", 2).item(), r.dual("contract_month_most", "x", 1).item()]
    # Floor of February and ceiling of January hold the same GWh: relaxing either alone saves nothing, tightening the floor costs.
    assert steps[0] - r.cost == pytest.approx(0.03)
    assert found[0] - found[1] == pytest.approx(0.3)


@pytest.mark.parametrize(("charge", "cost", "february"), [(0.05, 4.0, 0.0), (0.2, 12.0, 40.0)])
def test_a_deviation_may_be_charged(charge, cost, february):
    """Proves: beyond the fifth, moving a GWh from February to January saves 0.3 and is charged in both months: at 0.05 MCNY/GWh all of the
    40 GWh move, 2 x 40 x 0.05 = 4 MCNY; at 0.2 none do, and 40 GWh are burnt, 12 MCNY. Recount and table say the same.
    Sensitivity: a charge on the whole deviation, or on one side.
    """
    system = with_names(two_months(deviation_share=0.2, deviation_price=charge))
    r = run(system, hours=DAYS * 24, availability={"w": WIND})
    assert r.cost == pytest.approx(cost)
    assert r.value("monthly_export", "x", 2) == pytest.approx(february, abs=1e-6)
    assert r.account("contract_deviation") == pytest.approx(4.0 if charge == 0.05 else 0.0, abs=1e-6)
    recount(r.problem, r.solution.primal, r.lp.costs(r.solution.primal)).require()
    table = contract_months(of_nodes(r)).set_index("month")
    assert list(table.index) == [1, 2]
    assert table.agreed_gwh.to_numpy() == pytest.approx(50.0)
    assert (table.least_gwh[2], table.most_gwh[1]) == pytest.approx((40.0, 60.0))
    assert table.difference_gwh[2] == pytest.approx(february - 50.0)
    assert table.charge_mcny.sum() == pytest.approx(r.account("contract_deviation"), abs=1e-6)


def test_a_month_without_its_share_is_found():
    """Proves: a plan that moves 10 GWh from February to January where nothing is allowed is off by 10 of 100 GWh; with a charge the
    account is off instead. Sensitivity: a count that trusts the monthly totals.
    """
    r = run(two_months(), hours=DAYS * 24, availability={"w": WIND})
    primal = r.solution.primal.copy()
    ids = r.ids("delivered", "x")
    primal[ids[: 31 * 24]] += 10.0 / (31 * 24)
    primal[ids[31 * 24 :]] -= 10.0 / (28 * 24)
    q = Quantities(r.problem, primal)
    assert balances(q)["contract_months"] == pytest.approx(10.0 / max(100.0, q.amount))


def test_a_block_over_the_end_of_a_month_counts_for_both():
    """Proves: in blocks of 59 days a block's energy is parted by its hours, so that months still add up to the year.
    Sensitivity: a block that counts for the month of its first hour.
    """
    r = run(two_months(deviation_share=1.0), hours=DAYS * 24, block_h=DAYS * 24, availability={"w": WIND})
    total = r.value("total_export", "x").item()
    assert r.value("monthly_export", "x", 1) == pytest.approx(total * 31 / DAYS)
    assert r.value("monthly_export", "x", 2) == pytest.approx(total * 28 / DAYS)


def test_contracts_without_these_rows_are_the_same_problem():
    """Proves: without calendar and months nothing is added: no data, no column and no row of months. Sensitivity: rows always there."""
    plain = build(study({"min_gwh_per_year": 4.0}))
    assert plain.profiles.sizes["scheduled_contract"] == 0
    assert not [name for name in (*plain.lp.row_ids, *plain.lp.column_ids) if "month" in name]
    more = build(study({"min_gwh_per_year": 4.0}, {m: 1 / 12 for m in range(1, 13)}))
    assert more.lp.matrix.shape == (plain.lp.matrix.shape[0] + 3, plain.lp.matrix.shape[1] + 1)


def test_an_exported_network_says_what_it_lacks():
    """Proves: months of a free contract are left out by name, those of an agreed one stay in its hours. Sensitivity: silence."""
    part, lacks = pypsa_subset(two_months())
    assert [words for _, words in lacks] == ["months of free contracts: x"]
    assert run(part, hours=DAYS * 24, availability={"w": WIND}).cost == pytest.approx(0.0)
    assert pypsa_subset(study({"shape": "flat"}, {m: 1 / 12 for m in range(1, 13)}))[1] == []
