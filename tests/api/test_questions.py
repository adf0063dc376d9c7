"""Questions about a plan in Python."""

import re

import pytest

import energy_model as em
from energy_model.analyses import break_even
from tests.paths import ROOT
from tests.support.example import three_nodes


@pytest.fixture(scope="module")
def own():
    """The example over a day, in its temporary folder."""
    return three_nodes().optimize("hours:24", threads=1)


def test_a_frontier_is_asked_answered_and_kept(own, capsys):
    """Proves: the least cost grows with the share of wind and sun and begins at the plan's own, tables are added to the result, points are
    kept there, and nothing is printed. Sensitivity: another horizon than that asked for, pages written where there are none.
    """
    heard = []
    answer = em.questions.frontier(own, axis="renewable-share", points=3, horizon="hours:24", threads=1, progress=heard.append)
    table = answer["frontier_renewable_share"]
    assert set(table.horizon) == {"hours:24"}
    assert table.cost_mcny.min() == pytest.approx(own.cost_mcny, rel=1e-6)
    assert table.sort_values("renewable_share").cost_mcny.dropna().is_monotonic_increasing
    assert table.cost_mcny.notna().sum() >= 2
    assert heard
    assert list(own.tables["frontier_renewable_share"].columns) == list(table.columns)
    assert (own.folder / "frontier-renewable-share.jsonl").is_file()
    assert capsys.readouterr() == ("", "")
    assert not (own.folder / "report.html").exists()


def test_a_plan_is_explained():
    """Proves: a clause that asks for more wind and sun than least cost has binds, and comes with its cell. Sensitivity: rows without cells,
    or those of another plan.
    """
    study = three_nodes().with_overlay({"set": [{"table": "targets", "values": {"value": 1.1}}]}, "greener")
    table = em.questions.explain(study.optimize("hours:24", threads=1))
    clause = table[table.element == "GREEN"].iloc[0]
    assert clause.value_per_unit > 0
    assert clause.cell == "overlays/greener.toml, value = 1.1"
    assert {"family", "element", "hours_binding_h", "value_per_unit", "unit", "cell"} <= set(table.columns)


def test_one_input_at_a_time(own):
    """Proves: the levers have low and high values, one that matches nothing is refused. Sensitivity: the default levers in place of those
    asked for.
    """
    with pytest.raises(em.EnergyModelError, match="nothing-like-it"):
        em.questions.sensitivity(own, ["nothing-like-it"], horizon="hours:24")
    assert all(lever.low < lever.high for lever in em.questions.levers(own))


def test_questions_that_cannot_be_asked_are_refused(own):
    """Proves: an unknown axis, shares that are none, and a study without exports are refused in words before anything is solved.
    Sensitivity: a KeyError, or an empty table.
    """
    with pytest.raises(em.EnergyModelError, match="renewable-share"):
        em.questions.frontier(own, axis="renewables")
    with pytest.raises(em.EnergyModelError, match="0"):
        em.questions.clause_costs(own, move=2.0)
    with pytest.raises(em.EnergyModelError, match="base"):
        em.questions.increment(own, horizon="hours:24")
    with pytest.raises(em.HorizonError):
        em.questions.frontier(own, horizon="a day")


def test_the_break_even_of_the_page_can_be_asked():
    """Proves: input and condition on docs/python.md are those of the shipped study. Sensitivity: names that are parts of no study."""
    name, until = re.search(r'em\.Turn\("([^"]+)", "([^"]+)"\)', (ROOT / "docs" / "python.md").read_text(encoding="utf-8")).groups()
    study = em.load(ROOT / "inputs", "plan-2015").checked
    assert break_even.Condition.parse(until, study).quantity in until
    knob = break_even.knob(study, name, None, None)
    assert knob.low < knob.high
