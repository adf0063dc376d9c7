"""Near-optimal alternatives: a case solved by hand, the laws of ranges, and refusals in words."""

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from energy_model.analyses.alternatives import NearOptimal, _mark
from energy_model.analyses.capacity_groups import Catalogue, read_condition
from energy_model.analyses.variant_runner import VariantRunner
from energy_model.analyses.variants import VariantError
from energy_model.journal import Journal
from energy_model.workers import workers
from tests.support.tiny import build, tiny_system
from tests.support.two_places import STUDY, two_places

QUIET = Console(quiet=True)


@pytest.fixture
def question(tmp_path):
    """Makes a question on the two places, with conditions."""
    with workers(1) as pool:

        def ask(*held: str):
            problem = two_places()
            known = Catalogue(STUDY, problem.system, problem.lp)
            runner = VariantRunner(pool, Journal(tmp_path / f"{len(held)}.jsonl", {"held": held}), QUIET)
            return NearOptimal(problem, STUDY, [read_condition(text, known) for text in held], True, 1, runner), known

        yield ask


def test_the_room_by_hand(question):
    """Proves: within 5 % (0.48 MCNY) wind in A reaches 0.48/2.4 = 0.2 GW, wind in B 0.48/4.4 GW, both together 0.2 GW, the line alone
    0.48 GW; the least of each is its lower limit, 0, at which the plan stands; coal stands and cannot vary. Sensitivity: a budget that
    counts the objective, or the line built for nothing, gives other figures.
    """
    near, known = question()
    groups = [*known.family("technology"), *known.family("county"), *known.family("corridor"), known.group("wind@A+line")]
    room = near.room(groups, [0.05]).set_index(["grouping", "group"])
    assert [*room.index] == [
        ("technology", "wind"), ("county", "wind@A"), ("county", "wind@B"), ("corridor", "line"), ("group", "wind@A+line"),
    ]  # fmt: skip
    assert room.lowest_mw.tolist() == [0.0] * 5
    assert room.highest_mw.tolist() == pytest.approx([200.0, 200.0, 480 / 4.4, 480.0, 480.0])
    assert room.plan_mw.tolist() == pytest.approx([0.0] * 5)
    assert (room.gap_share.abs() < 1e-7).all()
    assert room.item_en["county", "wind@B"] == "second: wind"


def test_ranges_are_nested_and_contain_the_plan(question):
    """Proves: what 1 % allows 5 % and 10 % allow too, and the plan lies inside. Sensitivity: a budget of another share, or a range of
    another problem.
    """
    near, known = question()
    room = near.room([*known.family("county"), *known.family("corridor")], [0.1, 0.01, 0.05])
    assert (room.lowest_mw <= room.plan_mw + 1e-6).all()
    assert (room.plan_mw <= room.highest_mw + 1e-6).all()
    for _, rows in room.groupby("group"):
        rows = rows.sort_values("epsilon_share")
        assert (rows.highest_mw.diff().dropna() >= -1e-6).all()
        assert (rows.lowest_mw.diff().dropna() <= 1e-6).all()
        assert rows.highest_mw.iloc[2] > rows.highest_mw.iloc[0]


def test_conditions_are_held_by_every_alternative(question):
    """Proves: with at least 100 MW of wind in B, which takes 0.44 of 0.48 MCNY, wind in A has 0.04/2.4 GW left and the line stands at
    100 MW or more. Sensitivity: conditions on the plan but not on its alternatives leave 200 MW in A.
    """
    near, known = question("wind@B >= 100")
    near.check_conditions(0.05)
    room = near.room([known.group("wind@A"), known.group("wind@B")], [0.05]).set_index("group")
    assert room.highest_mw["wind@A"] == pytest.approx(40 / 2.4)
    assert room.lowest_mw["wind@B"] == pytest.approx(100)


def test_what_no_alternative_reaches_is_refused_with_its_price(question):
    """Proves: 1,000 MW of wind in B costs 4.4 of 9.6 more, which is said; 3,000 MW are more than may stand at any price.
    Sensitivity: an infeasible solve without words.
    """
    near, _ = question("wind@B>=1000")
    with pytest.raises(VariantError, match=r"45\.83% more"):
        near.check_conditions(0.05)
    near, _ = question("wind@B>=3000", "wind@A>=0")
    with pytest.raises(VariantError, match="No plan exists"):
        near.check_conditions(0.05)


def test_random_directions_are_seeded_within_the_budget_and_unlike(question):
    """Proves: the same seed gives the same plans, none costs more than 5 % above the plan, all lie elsewhere than the plan and they differ
    from each other. Sensitivity: directions scaled to nothing all end in the plan.
    """
    near, known = question()
    groups = known.family("county")
    first, again = near.spread(groups, 0.05, 6, 1), near.spread(groups, 0.05, 6, 1)
    pd.testing.assert_frame_equal(first, again)
    assert (first.extra_share <= 0.05 + 1e-9).all()
    assert first.distance_share[0] == 0
    assert len(np.unique(first.wind_mw.round(3))) >= 3


def windy_places():
    """As `two_places`, but wind pays: a GW in A costs 9 and saves 9.6, one in B 9.2 and 0.1 for the line; the plan is 1 GW in A."""
    system = tiny_system(
        bus={"A": {}, "B": {}},
        thermal={"coal": {"existing": 1.0, "fuel": 0.4}},
        resource={"near": {"max_new": 2.0, "capex": 9.0}, "far": {"node": "B", "max_new": 2.0, "capex": 9.2}},
        corridor={"line": {"from_bus": "B", "to_bus": "A", "max_new": 2.0, "capex": 0.1}},
    )
    return build(system, load={"A": 1.0})


def test_weights_push_away_from_what_earlier_plans_built(tmp_path):
    """Proves: within 3 % (9.27 MCNY) the plan's 1 GW in A gives way to 0.1 GW there and 0.9 GW in B: 9·0.1 + 9.3·0.9 = 9.27. Both then
    weigh 1.1 and 0.9, and 1 GW less in A takes 2 GW more in B to hold the budget, so B empties: 0.55 GW in A and coal, 9·0.55 + 9.6·0.45 =
    9.27; at 1.65 against 0.9 that is the best again, at 2.2 against 0.9 the first. Sensitivity: weights that do not add up, count the
    weight of existing capacity, or are not scaled by the room, keep the first plan or stay at the second. Each row says how near it is to
    one above.
    """
    problem = windy_places()
    known = Catalogue(STUDY, problem.system, problem.lp)
    with workers(1) as pool:
        near = NearOptimal(problem, STUDY, [], True, 1, VariantRunner(pool, Journal(tmp_path / "away.jsonl", {}), QUIET))
        table = near.spread(known.family("county"), 0.03, 4, 1, "away")
        built = [near.runner.journal.done[f"0.03 away {k} {_mark(known.family('county'))}"]["elements"] for k in range(1, 5)]
    assert [round(b["near"]) for b in built] == [100, 550, 550, 100]
    assert [round(b["far"]) for b in built] == [900, 0, 0, 900]
    assert table.extra_share[1:].tolist() == pytest.approx([0.03] * 4)
    # The plan has 1 GW of coal and 1 GW of wind; of 2 GW the first alternative moves 0.9 in A, 0.9 in B and 0.9 in the line.
    assert table.distance_share.tolist() == pytest.approx([0, 2.7 / 2, 0.45 / 2, 0.45 / 2, 2.7 / 2], abs=1e-6)
    assert table.nearest_share.tolist() == pytest.approx([0, 2.7 / 2, 0.45 / 2, 0, 0], abs=1e-6)


def test_nothing_to_move_away_from_is_said(question):
    """Proves: where the plan builds nothing, a sentence names the other method. Sensitivity: an objective of zeros, met by any plan."""
    near, known = question()
    with pytest.raises(VariantError, match="nothing to move away from"):
        near.spread(known.family("county"), 0.05, 2, 1, "away")


def test_single_elements_are_named(question):
    """Proves: an element is called by its place and technology, a corridor by its own name, a sum by both, in both languages.
    Sensitivity: the code of the element as its name.
    """
    _, known = question()
    assert known.group("near").name == ("甲near", "first: near")
    assert known.group("line+far").name == ("线 + 乙far", "the line + second: far")


@pytest.mark.parametrize("code", ["wid", "wind@Z", "wind@A+nothing", ""])
def test_unknown_groups_are_refused_with_near_names(code):
    """Proves: a part that is not known is named, with known ones. Sensitivity: an empty sum, which every plan satisfies."""
    problem = two_places()
    with pytest.raises(VariantError, match="There is no technology"):
        Catalogue(STUDY, problem.system, problem.lp).group(code)


@pytest.mark.parametrize("text", ["wind@A", "wind@A<5", "wind@A<=much", "<=5"])
def test_conditions_that_are_not_understood_are_refused(text):
    """Proves: a sentence with the form. Sensitivity: a condition that is read as another."""
    problem = two_places()
    with pytest.raises(VariantError, match="not understood"):
        read_condition(text, Catalogue(STUDY, problem.system, problem.lp))
