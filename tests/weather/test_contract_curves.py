"""Types of day and curves of contracts over a year."""

import numpy as np
import pandas as pd
import pytest

from energy_model.study.contract_calendars import DAY_TYPES, contract_calendars, months_of, shares_of_months
from energy_model.weather.contract_curves import contract_shares, day_types
from tests.support.tiny import tiny_system

YEAR = pd.date_range("2011-01-01", periods=8760, freq="h")


def kinds(days, listed=None):
    found = day_types(pd.DatetimeIndex([f"2011-{day} 12:00" for day in days]), pd.Series(listed or {}, dtype=object))
    return [DAY_TYPES[k] for k in found]


def test_days_have_their_type():
    """Proves: Saturday 1 January is a weekend, Monday the 3rd a working day; New Year's Eve of the lunar year (2 February), 2 May and
    1 October are holidays; a listed holiday and a working day that makes up for one come before all of that.
    Sensitivity: holidays that are weekends; a list that is not read.
    """
    assert kinds(["01-01", "01-03", "02-02", "05-02", "10-01"]) == ["weekend", "workday", "holiday", "holiday", "holiday"]
    assert kinds(["10-08", "06-06", "06-07"], {"10-08": "workday", "06-06": "holiday"}) == ["workday", "holiday", "workday"]


def rows(*given):
    table = pd.DataFrame(given, columns=["contract", "first_month", "last_month", "day_type", "level"])
    return table.assign(**{f"hour_{h:02d}": table.level for h in range(24)})


def test_rows_hold_for_their_months_and_days():
    """Proves: a row from November to March holds over New Year; one for all days gives way to one of the type; holidays count as weekend
    where they have no row, and as all days where there is none either.
    Sensitivity: months that end with the year; the row for all days before that of the type.
    """
    assert list(months_of(11, 3)) == [11, 12, 1, 2, 3]
    assert list(months_of(4, float("nan"))) == [4]
    table = rows(("x", 11, 3, "all", 0.4), ("x", 4, 10, "all", 0.8), ("x", 6, 6, "weekend", 0.2))
    found = contract_calendars(table)["x"][:, :, 0]
    assert found[[0, 10, 11]] == pytest.approx(0.4)
    assert found[5] == pytest.approx([0.8, 0.2, 0.2])
    assert found[8] == pytest.approx(0.8)


def test_months_of_an_agreed_shape_have_their_energy():
    """Proves: over the year a contract with a peaked day and shares by month has just these shares, and its largest hour is the peak of
    the month that is scaled the most. Sensitivity: months by power; a scale that leaves contract power undefined.
    """
    share = {m: m / 78 for m in range(1, 13)}
    day = tuple(np.r_[np.full(12, 0.5), np.full(12, 1.0)])
    s = tiny_system(
        bus={"A": {}, "M": {"market": True}}, contract={"x": {"shape": "tariff", "hours": day}},
        contract_month={("x", m): {"share": v} for m, v in share.items()},
    )  # fmt: skip
    curve = pd.Series(contract_shares(s, YEAR)[0])
    energy = curve.groupby(YEAR.month).sum()
    assert (energy / energy.sum()).to_dict() == pytest.approx(share)
    assert curve.max() == pytest.approx(1.0)
    assert curve[curve == curve.max()].index.map(lambda i: YEAR[i].month).unique().tolist() == [12]


def test_a_horizon_has_the_months_of_its_hours():
    """Proves: with half of January and all of February, shares of 0.2 and 0.1 become 0.1 and 0.1 of what there is: a half each; months
    without hours have none. Sensitivity: shares that do not add up over typical weeks.
    """
    hours = np.zeros(12)
    hours[:2] = 372, 672
    assert shares_of_months(pd.Series({1: 0.2, 2: 0.1, 3: 0.7}), hours) == pytest.approx({1: 0.5, 2: 0.5})
    assert shares_of_months(pd.Series({3: 1.0}), hours) == {}
