"""Agreed exchange, solved by hand: cheap power in A, dear power in B, two lines between them."""

import numpy as np
import pytest

from energy_model.exchange.subset import pypsa_subset
from energy_model.results.agreements import agreements
from energy_model.results.recount import recount
from tests.support.labelled import of_nodes, with_names
from tests.support.tiny import build, run, tiny_system

AB = {"A": {}, "B": {}}
PLANTS = {"a": {"existing": 5.0, "fuel": 0.2}, "b": {"node": "B", "existing": 5.0, "fuel": 0.5}}
LINES = {"x": {"existing": 1.0}, "y": {"from_bus": "B", "to_bus": "A", "existing": 1.0}}
MEMBERS = {("deal", "x"): {}, ("deal", "y"): {"weight": -1.0}}
JANUARY_H = 31 * 24


def agreed(thermal=PLANTS, member=MEMBERS, **terms):
    """Two lines, the second from B to A, under an agreement on what A sends: ``year`` and ``january`` by limits [GWh]."""
    month = {"year": 0, "january": 1, "february": 2}
    rows = {("deal", month[k]): v for k, v in terms.items()}
    return tiny_system(bus=AB, thermal=thermal, corridor=LINES, agreement=rows, agreement_member=member if rows else {})


def test_a_maximum_keeps_cheap_power_at_home():
    """Proves: of 2 GW in B over a day, 48 GWh, A sends the 30 GWh agreed at most, over both lines together: 30 x 0.2 + 18 x 0.5 = 15; one
    more GWh saves 0.3; without the agreement 48 GWh arrive and cost 9.6. Sensitivity: a limit on each line; a weight without its sign.
    """
    r = run(agreed(year={"most": 30.0}), load={"B": 2.0})
    assert (r.value("flow_forward", "x") + r.value("flow_backward", "y")).sum() == pytest.approx(30.0)
    assert r.cost == pytest.approx(15.0)
    assert -r.dual("agreement_most", "deal", 0) == pytest.approx(0.3)
    assert run(agreed(), load={"B": 2.0}).cost == pytest.approx(9.6)


def test_a_minimum_is_delivered_though_it_does_not_pay():
    """Proves: B has the cheap plant and A sends 6 of 24 GWh all the same: 6 x 0.5 + 18 x 0.2 = 6.6, the last GWh for 0.3; what B sends back
    in the hour would be taken off the energy, so nothing is. Sensitivity: a minimum on gross flow, met by energy that goes round.
    """
    swapped = {"a": PLANTS["b"] | {"node": "A"}, "b": PLANTS["a"] | {"node": "B"}}
    r = run(agreed(swapped, year={"least": 6.0}), load={"B": 1.0})
    assert r.cost == pytest.approx(6.6)
    assert r.dual("agreement_least", "deal", 0) == pytest.approx(0.3)
    sent = r.value("flow_forward", "x") - r.value("flow_backward", "x") + r.value("flow_backward", "y") - r.value("flow_forward", "y")
    assert sent.sum() == pytest.approx(6.0)


def test_a_month_has_its_share_of_the_hours():
    """Proves: over 1 January alone the 310 GWh agreed for January are 10, those of February none; over the first 32 days January keeps its
    310 GWh and the one day of February gets 1/28 of 28. Sensitivity: the amount of the month in a single day; months shifted by one.
    """
    system = agreed(january={"most": 310.0}, february={"most": 28.0})
    day = run(system, load={"B": 2.0})
    assert day.cost == pytest.approx(10 * 0.2 + 38 * 0.5)
    r = run(system, hours=32 * 24, load={"B": 2.0})
    sent = r.value("flow_forward", "x") + r.value("flow_backward", "y")
    assert sent[:JANUARY_H].sum() == pytest.approx(310.0)
    assert sent[JANUARY_H:].sum() == pytest.approx(1.0)


def test_a_study_without_agreements_is_the_same_problem():
    """Proves: no row and no column more, where an agreement on the year brings a ledger, its sum and one limit. Sensitivity: rows that are
    always there.
    """
    plain, with_one = build(agreed()), build(agreed(year={"most": 1e3}))
    assert not any("agree" in family for family in (*plain.lp.row_ids, *plain.lp.column_ids))
    blocks = len(plain.plan.start)
    assert with_one.lp.matrix.shape == (plain.lp.matrix.shape[0] + blocks + 2, plain.lp.matrix.shape[1] + blocks + 1)


def test_the_table_tells_energy_cost_and_price():
    """Proves: the table gives the 30 GWh of the first test, the 300 CNY/MWh that the limit costs and the 500 CNY/MWh of B, and the recount
    finds no other energy. Sensitivity: flows of one direction; the price of the sender.
    """
    r = run(with_names(agreed(year={"most": 30.0}, january={"least": 31.0})), load={"B": 2.0})
    table = agreements(of_nodes(r)).set_index(agreements(of_nodes(r)).month.fillna(0))
    assert table.exchanged_gwh.tolist() == pytest.approx([30.0, 30.0])
    assert table.least_gwh[1] == pytest.approx(1.0)
    assert np.isnan(table.least_gwh[0])
    assert table.agreed_cost_cny_per_mwh.tolist() == pytest.approx([-300.0, 0.0])
    assert table.receiver_cny_per_mwh.tolist() == pytest.approx([500.0, 500.0])
    found = recount(r.problem, r.solution.primal, r.lp.costs(r.solution.primal))
    found.require()
    assert found.balances["agreements"] == pytest.approx(0.0, abs=1e-9)


def test_pypsa_gets_no_agreement():
    """Proves: an agreement is left out of an export by name, and the study that is compared has none. Sensitivity: rows dropped
    in silence.
    """
    plain, told = pypsa_subset(agreed(year={"most": 30.0}))
    assert "agreed exchange: deal" in [label.en for label in told]
    assert not len(plain.agreement)
    assert not len(plain.agreement_member)
