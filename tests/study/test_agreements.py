"""Tables of agreements and planned generation: what the model makes of them, and what is refused."""

import pytest

from energy_model.study.build_system import build_system
from energy_model.study.load import load_study
from energy_model.study.origins import origin
from energy_model.study.unread import unread

HEAD = 'table = "agreements"\nrow = { agreement = "D", name_zh = "协议", name_en = "D", '
YEAR = f"[[add]]\n{HEAD}month = 0, least_gwh = 1000, most_gwh = 9000 }}\n"
MEMBER = '[[add]]\ntable = "agreement_members"\nrow = { agreement = "D", corridor = "C02", weight = 1 }\n'
WEAK = '[[add]]\ntable = "agreement_members"\nrow = { agreement = "D", corridor = "C01", weight = -0.5 }\n'
HINDCAST = "hindcast-2015"


def months(**limits: float) -> str:
    """Rows of all twelve months with the same limits."""
    given = ", ".join(f"{name} = {value}" for name, value in limits.items())
    return "".join(f"[[add]]\n{HEAD}month = {k}, {given} }}\n" for k in range(1, 13))


def test_tables_become_terms_by_month(inputs):
    """Proves: rows of the year and of a month, and weights, reach the model as written; the cell behind each limit is found.
    Sensitivity: the year taken for a month; the limit of another month.
    """
    inputs.scenario(YEAR + f"[[add]]\n{HEAD}month = 3, most_gwh = 700 }}\n" + MEMBER + WEAK)
    study = load_study(inputs.path, "mine")
    y = build_system(study)
    assert y.agreement.loc[("D", 0), ["least", "most"]].tolist() == [1000, 9000]
    assert y.agreement.most["D", 3] == 700
    assert y.agreement_member.weight.to_dict() == {("D", "C02"): 1.0, ("D", "C01"): -0.5}
    assert origin(study, "agreement_most", ("D", 3)).value == 700
    assert origin(study, "agreement_least", ("D", 0)).column == "least_gwh"


def test_neighbours_take_their_agreements_with_them(inputs):
    """Proves: a study without neighbours loses an agreement that one of their lines is in as a whole, and keeps one over lines of the city.
    Sensitivity: the lines of Tongliao alone would owe what East Inner Mongolia sends.
    """
    theirs = (
        '[[add]]\ntable = "agreements"\nrow = { agreement = "E", name_zh = "邻", name_en = "E", month = 0, least_gwh = 1 }\n'
        + "".join(f'[[add]]\ntable = "agreement_members"\nrow = {{ agreement = "E", corridor = "{c}" }}\n' for c in ("N03", "C02"))
    )
    inputs.scenario(YEAR + MEMBER + theirs)
    y = build_system(load_study(inputs.path, "mine"))
    assert list(y.agreement.index) == [("D", 0)]
    assert list(y.agreement_member.index) == [("D", "C02")]


def test_the_hindcast_has_the_exchange_of_its_provinces(load):
    """Proves: every line between provinces, and from Tongliao to one, is in exactly one agreement; what Jilin sends less what it receives
    is what its yearbook has for 2015, 20.02 less 14.77 TWh, within the 5 % by which the two statistics differ. Sensitivity: a line by which
    energy goes past the agreements; a sign; two borders that have changed places.
    """
    y = build_system(load(HINDCAST))
    ends = y.corridor.from_bus.isin(y.bus.index[y.bus.outside]) | y.corridor.to_bus.isin(y.bus.index[y.bus.outside])
    lines = y.agreement_member.index.get_level_values("corridor")
    assert sorted(lines) == sorted(y.corridor.index[ends])
    middle = y.agreement[["least", "most"]].mean(axis=1).droplevel("month")
    assert middle.JL_LN - middle.HLJ_JL - middle.NM_JL == pytest.approx(20_024 - 14_773, rel=0.05)
    assert middle.NM_LN + middle.NM_HLJ + middle.NM_JL == pytest.approx(47_800, rel=0.01)  # 49.3 TWh there, 1.55 back


def test_agreements_lie_on_top_of_neighbours(load):
    """Proves: with the neighbours in place of the contracts, the overlay asks for 12 TWh a year over all lines that end in Liaoning and 4
    over those into Jilin, whose months leave no more than the permitted deviation. Sensitivity: a contract that the neighbours switch
    off and nothing replaces; a line that is missing.
    """
    y = build_system(load("plan-2015+northeast+agreements"))
    assert not len(y.contract.query("market in ['LN', 'JL']"))
    assert y.agreement.least[[("TO_LN", 0), ("TO_JL", 0)]].tolist() == [12000, 4000]
    months = y.agreement[y.agreement.index.get_level_values(1) > 0].least.groupby(level=0).sum()
    assert months.to_dict() == pytest.approx({"TO_LN": 0.85 * 12000, "TO_JL": 0.95 * 4000}, rel=1e-3)
    for code, market in (("TO_LN", "LN"), ("TO_JL", "JL")):
        ends = set(y.corridor.index[(y.corridor.to_bus == market) & ~y.corridor.from_bus.isin(y.bus.index[y.bus.outside])])
        assert set(y.agreement_member.loc[code].index) == ends


def test_a_line_that_is_not_there_does_not_count_and_is_told(inputs):
    """Proves: a member that neither stands nor may be built leaves the agreement, with a note. Sensitivity: silence."""
    gone = '[[set]]\ntable = "corridors"\nwhere = { corridor = "C01" }\nvalues = { existing_mw = 0, max_new_mw = 0 }\n'
    inputs.scenario(YEAR + MEMBER + WEAK + gone)
    study = load_study(inputs.path, "mine")
    assert list(build_system(study).agreement_member.index) == [("D", "C02")]
    assert any("D/C01" in note.en and "neither stands" in note.en for note in unread(study))


@pytest.mark.parametrize(
    ("text", "column", "rule"),
    [
        (YEAR, "agreement", "contradiction"),  # no line
        (YEAR.replace(", least_gwh = 1000, most_gwh = 9000", "") + MEMBER, "least_gwh", "missing_value"),
        (YEAR.replace("1000", "9500") + MEMBER, "least_gwh", "contradiction"),
        (YEAR.replace("1000", "90000").replace("9000 ", "99000 ") + MEMBER, "least_gwh", "contradiction"),  # 2 + 4 GW make 52.6 TWh
        (YEAR.replace("month = 0", "month = 13") + MEMBER, "month", "out_of_range"),
        (YEAR + MEMBER.replace("weight = 1", "weight = 0"), "weight", "contradiction"),
        (YEAR + MEMBER.replace("C02", "C99"), "corridor", "dangling_reference"),
        (YEAR + MEMBER + months(least_gwh=800), "most_gwh", "contradiction"),  # 9,600 of 9,000
        (YEAR + MEMBER + months(most_gwh=80), "least_gwh", "contradiction"),  # 960 of 1,000
    ],
)
def test_faults_are_named_at_their_cell(inputs, text, column, rule):
    """Proves: an agreement without lines or amounts, a minimum above the maximum or above what the lines carry, months that cannot add up
    to the year, and codes that do not exist are refused at their cell. Sensitivity: an impossible programme instead of words.
    """
    inputs.scenario(text)
    assert (column, rule) in {(c, r) for _, _, c, _, r in inputs.places("mine")}


def test_a_plan_above_capability_is_refused_at_its_row(inputs):
    """Proves: more planned output than the available capacity makes in 31 days is refused at the row of the month, as much as it makes is
    not. Sensitivity: the capability of the year, or of another kind of plant.
    """
    row = inputs.find("minimum_commitment", region="JL", case="actual-2015", kind="chp", month="1")
    inputs.put("minimum_commitment", row, "planned_gwh", "7000")
    assert "minimum_commitment" not in {rule for *_, rule in inputs.places(HINDCAST)}  # only its source is missing
    inputs.put("minimum_commitment", row, "planned_gwh", "12000")
    assert ("minimum_commitment.csv", row, "planned_gwh", "12000", "minimum_commitment") in inputs.places(HINDCAST)
