"""Pathways: cases of two or three years solved by hand, laws, and the duals of the linking rows."""

from dataclasses import replace

import numpy as np
import pytest

from energy_model.results import pathway as tables_of
from energy_model.results.certificate import certify
from tests.support.every import every_family, every_pathway, every_profile
from tests.support.pathways import decisions, joined, linked, run_myopic, run_path, solved
from tests.support.tiny import run, tiny_system

COAL = {"existing": 1.0, "fuel": 0.2}  # a day of 24 GWh costs 4.8 MCNY
LOAD = {"load": 1.0}
EPS = 1e-3


def wind(capex, **more):
    return tiny_system(thermal={"coal": COAL}, resource={"w": {"max_new": 3.0, "capex": capex}}, **more)


def test_a_cheaper_later_vintage_is_waited_for():
    """Proves: wind of 2011 costs 6 a year and saves 4.8, in both years; wind of 2012 costs 3: 4.8 + 3, built in 2012.
    Sensitivity: fails if the annuity of the year is charged instead of the vintage's (3 in 2012 for wind of 2011 would pay: 6 + 3 < 9.6).
    """
    r = run_path({2011: wind(6.0), 2012: wind(3.0)}, linked([2011, 2012]), {2011: LOAD, 2012: LOAD})
    assert decisions(r) == {("renewable", "w", 2012): 1.0}
    assert r.cost == pytest.approx(4.8 + 3.0)


def test_a_vintage_keeps_its_own_annuity():
    """Proves: wind of 2011 at 4 saves 0.8 at once, but goes on costing 4 in 2012, when new wind costs 3: it waits (4.8 + 3 < 4 + 4). At 2.5
    it is built at once and costs 2.5 in both years.
    Sensitivity: fails if capacity is charged at the price of the year (4 + 3 < 7.8), or could be handed back.
    """
    r = run_path({2011: wind(4.0), 2012: wind(3.0)}, linked([2011, 2012]), {2011: LOAD, 2012: LOAD})
    assert decisions(r) == {("renewable", "w", 2012): 1.0}
    assert r.cost == pytest.approx(7.8)
    early = run_path({2011: wind(2.5), 2012: wind(3.0)}, linked([2011, 2012]), {2011: LOAD, 2012: LOAD})
    assert decisions(early) == {("renewable", "w", 2011): 1.0}
    assert early.cost == pytest.approx(5.0)


@pytest.mark.parametrize(("rate", "built", "cost"), [(None, {2012: 1.0}, 3.0), (0.6, {2011: 0.4, 2012: 0.6}, 1.2 + 3.0)])
def test_a_build_rate_forces_early_building(rate, built, cost):
    """Proves: 1 GW of useless wind due in 2012 is built in 2012; at 0.6 GW a year 0.4 GW must come in 2011 and cost 3 MCNY/GW a year
    longer. One more GW a year in 2012 saves 3. The clause stands in the second year only.
    Sensitivity: fails if the rate binds totals instead of what is new, if the clause holds in 2011, or if the rate's dual has a wrong sign.
    """
    clause = {"c": {"quantity": "wind_capacity_mw", "value": 1000.0}}
    system = tiny_system(resource={"w": {"max_new": 3.0, "capex": 3.0}})
    systems = {2011: system, 2012: tiny_system(resource={"w": {"max_new": 3.0, "capex": 3.0}}, target=clause)}
    rates = {("wind", y): rate for y in (2011, 2012)} if rate else {}
    r = run_path(systems, linked([2011, 2012], rates), {2011: {}, 2012: {}})
    assert decisions(r) == {("renewable", "w", y): gw for y, gw in built.items()}
    assert r.cost == pytest.approx(cost)
    if rate:
        assert r.dual("build_rate", "wind", 2012) == pytest.approx(-3.0)
        assert r.dual("build_rate", "wind", 2011) == pytest.approx(0.0)


def test_a_build_rate_counts_the_years_it_had():
    """Proves: 0.2 GW a year allow 1 GW over the five years to 2015, and 0.2 GW in the first year after the fleet.
    Sensitivity: fails if the rate is taken per investment year.
    """
    systems = {y: wind(0.1) for y in (2011, 2016)}
    r = run_path(systems, linked([2011, 2016], {("w", 2011): 0.2, ("w", 2016): 0.16}), {2011: LOAD, 2016: LOAD})
    assert decisions(r) == {("renewable", "w", 2011): 0.2, ("renewable", "w", 2016): 0.8}


def test_a_vintage_ends_with_its_life():
    """Proves: wind that lives one year is built again in 2012 and paid once each time: 1 + 1; one that lives two years is built once and
    paid twice: the same. With a rate of 0.5 GW in 2012 only the long-lived one still serves the whole load.
    Sensitivity: fails if vintages stand for ever, or end a year early or late.
    """
    for life, cost in ((1.0, 1.0 + 0.5 + 0.5 * 4.8), (2.0, 2.0)):
        system = tiny_system(thermal={"coal": COAL}, resource={"w": {"max_new": 3.0, "capex": 1.0, "lifetime_years": life}})
        r = run_path({2011: system, 2012: system}, linked([2011, 2012], {("w", 2012): 0.5}), {2011: LOAD, 2012: LOAD})
        assert r.cost == pytest.approx(cost)


def test_the_fleet_ends_with_its_life_and_is_replaced():
    """Proves: 1 GW of coal stands in 2011 only; in 2012 new coal at 2 MCNY/GW a year replaces it: 4.8 + 4.8 + 2.
    Sensitivity: fails if existing capacity is taken from the first year.
    """
    plants = {"coal": COAL, "new": {"max_new": 3.0, "capex": 2.0, "fuel": 0.2}}
    later = {"new": plants["new"]}
    r = run_path({2011: tiny_system(thermal=plants), 2012: tiny_system(thermal=later)}, linked([2011, 2012]), {2011: LOAD, 2012: LOAD})
    assert decisions(r) == {("thermal", "new", 2012): 1.0}
    assert r.cost == pytest.approx(11.6)


@pytest.mark.parametrize(("last", "kept", "fom"), [(1.0, 1.0, 2 + 1 + 1), (2.0, 2.0, 2 + 2 + 2)])
def test_early_retirement_saves_fixed_cost_and_is_for_good(last, kept, fom):
    """Proves: of 2 GW at 1 MCNY/GW a year, one is not needed in 2012; it goes when the load stays low (fixed cost 4), and stays when 2013
    needs it again (6). Without the right to retire the fixed cost is 6.
    Sensitivity: fails if what went may come back (5 in the second case), or retirement saves nothing.
    """
    system = tiny_system(thermal={"coal": {"existing": 2.0, "fuel": 0.1, "fom": 1.0}})
    years, loads = (2011, 2012, 2013), (2.0, 1.0, last)
    profiles = {y: {"load": gw} for y, gw in zip(years, loads, strict=True)}
    systems = dict.fromkeys(years, system)
    r = run_path(systems, linked(list(years), early_retirement=True), profiles)
    assert r.value("standing", "thermal", "coal", 2012) == pytest.approx(kept)
    assert r.cost == pytest.approx(2.4 * sum(loads) + fom)
    off = run_path(systems, linked(list(years)), profiles)
    assert off.cost == pytest.approx(2.4 * sum(loads) + 6)


def test_discounting():
    """Proves: 2011 stands for two years, 2013 for three; at 10 % from 2010 a yearly cost of 4.8 weighs 1/1.1 + 1/1.21 and
    1/1.1^3 + 1/1.1^4 + 1/1.1^5.
    Sensitivity: fails if payments are discounted at the end of the year, or years represented are left out.
    """
    path = linked([2011, 2013], rate=0.1, base_year=2010, last_years=3)
    weight = {2011: 1 / 1.1 + 1 / 1.21, 2013: 1.1**-3 + 1.1**-4 + 1.1**-5}
    assert path.represented == {2011: 2, 2013: 3}
    assert path.span == {2011: 1, 2013: 2}
    assert path.weight == pytest.approx(weight)
    system = tiny_system(thermal={"coal": COAL})
    r = run_path({2011: system, 2013: system}, path, {2011: LOAD, 2013: LOAD})
    assert r.cost == pytest.approx(4.8 * sum(weight.values()))
    price = r.solution.dual[r.path.rows[2013]][r.path.problems[2013].lp.row_ids["nodal_balance"][1][0, 0, 0]] / weight[2013]
    assert price == pytest.approx(0.2)


def test_a_battery_pays_for_power_and_energy_of_its_vintages():
    """Proves: a battery of 2011 (0.1 per GW and 0.02 per GWh a year) that lives on is charged for both in both years.
    Sensitivity: fails if only power is a vintage.
    """
    half = [0.0] * 12 + [1.0] * 12
    system = tiny_system(thermal={"g": {"existing": 0.5, "fuel": 0.1}}, store={"b": {"max_new": 5.0, "capex": 0.1, "capex_energy": 0.02}})
    r = run_path({2011: system, 2012: system}, linked([2011, 2012]), {2011: {"load": half}, 2012: {"load": half}})
    assert decisions(r) == {("store_power", "b", 2011): 0.5, ("store_energy", "b", 2011): 6.0}
    assert r.cost == pytest.approx(2 * (12 * 0.1 + 0.05 + 0.12))


def test_a_year_out_of_reach_is_infeasible():
    """Proves: 1 GW due in 2012 at 0.3 GW a year is infeasible. Sensitivity: fails if the rate is soft."""
    clause = {"c": {"quantity": "wind_capacity_mw", "value": 1000.0}}
    system = tiny_system(resource={"w": {"max_new": 3.0, "capex": 3.0}}, target=clause)
    systems = {2011: tiny_system(resource={"w": {"max_new": 3.0}}), 2012: system}
    path = joined(systems, linked([2011, 2012], {("wind", y): 0.3 for y in (2011, 2012)}), {2011: {}, 2012: {}})
    assert solved(path).solution.status == "Infeasible"


# ---- laws, on the study that uses everything


def grown(k: float) -> dict:
    """Hourly profiles with loads k times as large."""
    data = every_profile(24)
    data["load"] = {n: v * k for n, v in data["load"].items()}
    return data


def cheaper(system, k: float):
    return replace(system, **{n: getattr(system, n).assign(capex=getattr(system, n).capex * k) for n in ("resource", "store")})


@pytest.fixture(scope="module")
def story():
    """Three years of growing load and falling prices."""
    systems = {2011: every_family(), 2013: cheaper(every_family(), 0.7), 2016: cheaper(every_family(), 0.4)}
    profiles = {y: grown(k) for y, k in zip(systems, (0.9, 1.0, 1.05), strict=True)}
    rates = {("wind", y): gw for y, gw in zip(systems, (0.9, 0.1, 0.15), strict=True)}
    path = linked(list(systems), rates, rate=0.08, early_retirement=True)
    return systems, path, profiles


@pytest.fixture(scope="module")
def perfect(story):
    return run_path(*story, step_h=6)


def test_one_year_is_the_single_study():
    """Proves: a pathway of one year costs what the study alone costs, category by category of running cost and in sum.
    Sensitivity: fails if the pathway adds a cost, a limit or a freedom (an investment cost lost, a bound of capacity widened).
    """
    alone = run(every_family(), **every_profile(24), step_h=6)
    path = run_path({2015: every_family()}, linked([2015], rate=0.08), {2015: every_profile(24)}, step_h=6)
    assert path.cost == pytest.approx(alone.cost, rel=1e-9)
    accounts = path.path.yearly_accounts(2015, path.solution.primal)
    assert accounts.keys() == alone.lp.accounts.keys()
    assert sum(accounts.values()) == pytest.approx(alone.cost, rel=1e-9)
    for name in ("investment_renewable", "investment_storage", "coal", "fixed_thermal"):
        assert accounts[name] == pytest.approx(alone.account(name), rel=1e-6, abs=1e-6)


def test_years_without_a_tie_are_single_studies():
    """Proves: where everything built lives one year, the path costs the discounted sum of the single studies, with perfect foresight and
    without. Sensitivity: fails if a year's rows reach into another year, or its weight misses a cost.
    """
    base = every_family()
    tables = {n: getattr(base, n).assign(lifetime_years=1.0) for n in ("thermal", "resource", "store", "boiler", "corridor")}
    system, path = replace(base, **tables), linked([2011, 2013], rate=0.08)
    profiles = {2011: grown(0.9), 2013: grown(1.05)}
    alone = sum(path.weight[y] * run(system, **data, step_h=6).cost for y, data in profiles.items())
    systems = dict.fromkeys(profiles, system)
    assert run_path(systems, path, profiles, step_h=6).cost == pytest.approx(alone, rel=1e-9)
    assert sum(r.cost for r in run_myopic(systems, path, profiles, step_h=6)) == pytest.approx(alone, rel=1e-9)


def test_myopic_never_costs_less(story, perfect):
    """Proves: decided one after the other, the years together cost at least what they cost decided together; here more.
    Sensitivity: fails if a myopic year sees less than it must pay (annuities of the past), or more than is allowed (a second build rate).
    """
    myopic = sum(r.cost for r in run_myopic(*story, step_h=6))
    assert myopic >= perfect.cost * (1 + 1e-6)


def test_myopic_of_one_year_is_perfect():
    """Proves: with one year both are the same. Sensitivity: fails if an empty past changes the LP."""
    systems, path = {2015: every_family()}, linked([2015])
    one = run_path(systems, path, {2015: every_profile(24)}, step_h=6)
    assert run_myopic(systems, path, {2015: every_profile(24)}, step_h=6)[0].cost == pytest.approx(one.cost, rel=1e-12)


@pytest.mark.parametrize("year", [2011, *(pytest.param(year, marks=pytest.mark.slow) for year in (2013, 2016))])
def test_a_wider_build_rate_never_costs_more(story, perfect, year):
    """Proves: more building in any year, or the right to retire, never raises the cost.
    Sensitivity: fails if a limit stands the wrong way round.
    """
    systems, path, profiles = story
    wider = replace(path, rates=path.rates | {("wind", year): 5.0})
    assert run_path(systems, wider, profiles, step_h=6).cost <= perfect.cost * (1 + 1e-9)
    bound = replace(path, early_retirement=False)
    assert run_path(systems, bound, profiles, step_h=6).cost >= perfect.cost * (1 - 1e-9)


def test_tables_add_up(story, perfect):
    """Proves: the discounted cost table adds up to the objective to 1e-9; fleet and vintages add up to every year's capacity column;
    what is built, what ended and what was retired explain the change from year to year.
    Sensitivity: fails if a category, a weight or a vintage is left out or counted twice.
    """
    systems, path, _ = story
    p, x = perfect.path, perfect.solution.primal
    accounts = {y: p.yearly_accounts(y, x) for y in path.years}
    cost = tables_of.pathway_cost(path, accounts)
    assert cost.discounted_mcny.sum() == pytest.approx(perfect.cost, rel=1e-9)
    assert not cost.duplicated(["year", "category"]).any()
    decided = p.decided(x)
    table = tables_of.pathway_capacity(path, systems, decided).set_index(["element", "year"])
    columns = p.linked("capacity", x)
    shown = 0
    for (k, i, y), gw in columns.items():
        if k != "store_energy" and gw > 1e-5:
            assert table.capacity_mw[i, y] == pytest.approx(gw * 1e3, rel=1e-7)
            shown += 1
    assert shown > 15
    vintages = tables_of.pathway_vintages(path, systems, decided)
    paid = vintages.groupby("year").annuity_mcny.sum()
    for y in path.years:
        assert paid[y] == pytest.approx(sum(v for n, v in accounts[y].items() if n.startswith("investment_")), rel=1e-6)
    for element, own in table.groupby("element"):
        own = own.droplevel("element")
        steps = own.capacity_mw.diff().fillna(0.0)
        explained = own.built_mw - own.ended_mw - own.retired_early_mw.diff().fillna(0.0)
        assert steps[1:].to_numpy() == pytest.approx(explained[1:].to_numpy(), abs=1e-3), element


def test_every_year_is_certified(story, perfect):
    """Proves: the whole, and the dispatch of each year with the path's capacities held, pass the certificate of a single study.
    Sensitivity: fails if a year's rows, columns or duals are cut out one off, or its duals keep the discount.
    """
    p, s = perfect.path, perfect.solution
    accounts = {name: float(v @ s.primal) + o for name, (v, o) in p.lp.accounts.items()}
    assert certify(p.lp, s.primal, s.dual, accounts, 1e-7).passed
    for y in p.pathway.years:
        own = p.yearly_accounts(y, s.primal)
        c = certify(p.held(y, s.primal), s.primal[p.columns[y]], s.dual[p.rows[y]] / p.pathway.weight[y], own, 1e-7)
        assert c.passed, (y, c)


LINKS = [
    ("vintage_sum", ("renewable", "new", 2011)), ("vintage_sum", ("renewable", "new", 2013)), ("vintage_sum", ("thermal", "own", 2013)),
    ("vintage_sum", ("corridor", "tie", 2011)), ("vintage_sum", ("store_energy", "battery", 2013)), ("build_rate", ("wind", 2011)),
    ("build_rate", ("wind", 2013)), ("build_rate", ("thermal", 2013)), ("no_return", ("thermal", "chp", 2013)),
    ("no_return", ("renewable", "old", 2013)),
]  # fmt: skip


@pytest.fixture(scope="module")
def linked_run():
    systems, path = every_pathway()
    return run_path(systems, path, {2011: grown(1.0), 2013: grown(1.05)}, step_h=6)


@pytest.mark.parametrize(("family", "index"), LINKS)
def test_dual_of_a_linking_row_lies_between_the_slopes(linked_run, family, index):
    """Proves: the dual of each linking row is the present value of one more unit of its right-hand side.
    Sensitivity: fails on a wrong sign, a wrong row or a missing discount.
    """
    r = linked_run
    below = (r.cost - r.shifted(-EPS, family, *index)) / EPS
    above = (r.shifted(EPS, family, *index) - r.cost) / EPS
    assert below - 1e-6 <= r.dual(family, *index) <= above + 1e-6


def test_some_links_bind(linked_run):
    """Proves: the check of duals is not of zeros alone. Sensitivity: fails if the study is changed so that no link binds."""
    duals = [linked_run.dual(family, *index) for family, index in LINKS]
    assert np.count_nonzero(np.abs(duals) > 1e-3) >= 5
