"""Reading ``--horizon``."""

import pytest

from energy_model.study.horizon import Horizon, HorizonError, meant_name


@pytest.mark.parametrize(
    ("text", "kind", "n", "folder"),
    [
        ("year", "year", 0, "plan-2015"),
        ("weeks:4", "weeks", 4, "plan-2015-weeks4"),
        (" hours:240 ", "hours", 240, "plan-2015-hours240"),
        ("hours:8760", "hours", 8760, "plan-2015-hours8760"),
    ],
)
def test_forms_that_are_understood(text, kind, n, folder):
    """Proves: each form is read, printed back and given its own folder.
    Sensitivity: one folder for two horizons would let a quick run replace the year's result.
    """
    horizon = Horizon.parse(text)
    assert horizon == Horizon(kind, n)
    assert str(horizon) == text.strip()
    assert horizon.folder("plan-2015") == folder


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not understood"),
        ("month", "not understood"),
        ("weeks", "not understood"),
        ("weeks:-1", "not understood"),
        ("weeks:1.5", "not understood"),
        ("hours:24h", "not understood"),
        ("weeks:0", "between 1 and 52"),
        ("weeks:53", "between 1 and 52"),
        ("hours:0", "between 1 and 8760"),
        ("hours:8784", "between 1 and 8760"),
        ("hours:100", "multiple of 24, such as hours:120"),
        ("weeks:3/hours:336", "2 whole weeks, not 3"),
        ("hours:24/hours:48", "not understood"),
        ("weeks:1/year", "not understood"),
        ("weeks:1/", "not understood"),
    ],
)
def test_bad_text_is_refused_with_the_reason(text, reason):
    """Proves: wrong forms, ranges and broken days each say why.
    Sensitivity: a bare int() would pass 100 h and -1.
    """
    with pytest.raises(HorizonError, match=reason):
        Horizon.parse(text)


def test_typical_weeks_of_a_part_of_the_year():
    """Proves: weeks of the first hours are read and printed back, have a folder of their own, and name what they stand for.
    Sensitivity: with the folder of weeks:2 a trial over a few weeks would replace the year's.
    """
    horizon = Horizon.parse("weeks:2/hours:1680")
    assert horizon == Horizon("weeks", 2, 1680)
    assert str(horizon) == "weeks:2/hours:1680"
    assert horizon.folder("plan-2015") == "plan-2015-weeks2of1680"
    assert horizon.whole == Horizon("hours", 1680)
    assert Horizon("weeks", 2).whole == Horizon("year")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("plan-2015-hours48", "plan-2015:hours:48"),
        ("plan-2015:hours24", "plan-2015:hours:24"),
        ("plan-2015:hours-24", "plan-2015:hours:24"),
        ("plan-2015：weeks：4", "plan-2015:weeks:4"),
        ("plan-2015 Week 4", "plan-2015:weeks:4"),
        ("plan-2015:48h", "plan-2015:hours:48"),
        ("plan-2015-weeks4of672", "plan-2015:weeks:4/hours:672"),
        ("plan-2015+late-outlet-weeks4", "plan-2015+late-outlet:weeks:4"),
        ("plan-2015-hours50", ""),
        ("plan-2015", ""),
        ("outlook-2030", ""),
        ("hours48", ""),
    ],
)
def test_names_written_loosely_are_told_as_they_must_be(text, meant):
    """Proves: a horizon with a missing or a wrong colon, as folders are named, in other words or order, gives the name to write; a plain
    name and a horizon that is none give nothing. Sensitivity: a name with a year in it is taken for hours.
    """
    assert ":".join(meant_name(text) or ()) == meant
