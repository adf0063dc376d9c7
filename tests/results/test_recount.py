"""Plans counted again from tables and profiles, apart from the LP: nothing differs, unless something is wrong."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from energy_model.formulation import commitment
from energy_model.formulation.component import Component
from energy_model.results.certificate import CertificateError, certify
from energy_model.results.recount import recount
from tests.support.every import STUDIES, every_profile
from tests.support.tiny import run, tiny_system


@cache
def plan(name):
    hours = 24 if name in ("flow", "security") else 48  # their network data stand for a day
    return run(STUDIES[name](), **every_profile(hours), step_h=4)


def counted(r, primal=None, problem=None):
    primal = r.solution.primal if primal is None else primal
    return recount(problem or r.problem, primal, r.lp.costs(primal))


@pytest.mark.parametrize("name", STUDIES)
def test_every_study_agrees_with_its_tables(name):
    """Proves: of a study with rows of every family, balances, limits, yearly sums, clauses and each account come out the same when they
    are counted from the tables. Sensitivity: a factor of 1000, a wrong weight, or an account that is forgotten in either place.
    """
    found = counted(plan(name))
    found.require()
    assert set(found.accounts) == set(plan(name).lp.accounts)


def test_a_family_that_is_not_stamped_is_missed(monkeypatch):
    """Proves: without the rows of the heat balance no heat is made, the certificate passes, and the recount finds 0.3 GW.
    Sensitivity: a check of the rows of the LP finds none that is broken.
    """
    rows = Component.rows  # the registry itself stays as it is: taking out and putting back would change its order for all later tests
    monkeypatch.setattr(Component, "rows", lambda self, part: [r for r in rows(self, part) if r.__name__ != "heat_balance"])
    s = tiny_system(heat_area={"town": {}}, thermal={"g": {"existing": 1.0, "fuel": 0.1}}, boiler={"b": {"existing": 1.0, "fuel": 0.2}})
    r = run(s, hours=48, load={"A": 0.1}, heat={"town": 0.3})
    assert certify(r.lp, r.solution.primal, r.solution.dual, r.lp.costs(r.solution.primal), 1e-7).passed
    found = counted(r)
    assert found.balances["heat_gw"] == pytest.approx(0.3)
    with pytest.raises(CertificateError, match="heat_gw"):
        found.require()


def test_a_cost_that_is_left_out_is_missed(monkeypatch):
    """Proves: starts that nobody pays for pass the certificate, whose accounts are the objective's own, and not the recount.
    Sensitivity: comparing the accounts with their own sum.
    """
    monkeypatch.setattr(commitment, "start_cost", lambda m, g, k: 0.0 * m.started[g, k])
    s = tiny_system(thermal={"g": {"existing": 1.0, "fuel": 0.1, "start_cost": 0.2}})
    r = run(s, load=[0.0] * 12 + [0.5] * 12)
    assert certify(r.lp, r.solution.primal, r.solution.dual, r.lp.costs(r.solution.primal), 1e-7).passed
    with pytest.raises(CertificateError, match="starts"):
        counted(r).require()


@pytest.mark.parametrize(
    ("family", "check"),
    [
        ("flow_forward", "electricity_gw"),
        ("renewable_power", "electricity_gw"),
        ("delivered", "delivery_gw"),
        ("level", "stored_gwh"),
        ("boiler_heat", "heat_gw"),
        ("smelter_power", "potlines_gw"),
        ("coal", "fuel"),
    ],
)
def test_a_value_that_is_off_is_found(family, check):
    """Proves: 10 MW more (10 GW of coal in TJ) in one hour of any quantity breaks the balance it belongs to.
    Sensitivity: an element left out of a sum.
    """
    r = plan("base")
    primal = r.solution.primal.copy()
    ids = np.ravel(r.lp.column_ids[family][1])
    primal[ids[ids >= 0][0]] += 10.0 if family == "coal" else 0.01
    found = counted(r, primal)
    assert found.balances[check] > 1e-4
    with pytest.raises(CertificateError):
        found.require()


def test_a_wrong_weight_is_found():
    """Proves: blocks that stand for a tenth more of the year than their rows say change fuel and cost.
    Sensitivity: sums without weights.
    """
    r = plan("base")
    weighted = replace(r.problem, plan=replace(r.problem.plan, weight=r.problem.plan.weight * 1.1))
    found = counted(r, problem=weighted)
    assert found.balances["fuel"] > 0.01
    assert max(found.accounts.values()) > 1e-3


@pytest.mark.parametrize("name", STUDIES)
def test_accounts_agree_whatever_the_values(name):
    """Proves: the accounts are the same function of all quantities, those that the optimum leaves at zero too: with random values they
    agree. Sensitivity: a cost that no optimum pays, such as a penalty, may be missing or wrong without being seen in a plan.
    """
    r = plan(name)
    primal = np.random.default_rng(1).random(len(r.solution.primal))
    assert max(counted(r, primal).accounts.values()) < 1e-12
