"""Tables of contracts by month and type of day: what the model makes of them, and what is refused."""

import numpy as np
import pytest

from energy_model.study.build_system import build_system
from energy_model.study.load import load_study
from energy_model.study.unread import unread

SHARES = [0.09, 0.08, 0.08, 0.08, 0.08, 0.09, 0.09, 0.09, 0.08, 0.08, 0.08, 0.08]


def entry(table, row):
    text = ", ".join(f'{k} = "{v}"' if isinstance(v, str) else f"{k} = {v}" for k, v in row.items())
    return f'[[add]]\ntable = "{table}"\nrow = {{ {text} }}\n'


def curve(first, last, day, level, contract="LN_FREE"):
    hours = {f"hour_{h:02d}": level for h in range(24)}
    return entry("contract_shapes", {"contract": contract, "first_month": first, "last_month": last, "day_type": day} | hours)


def months(contract="LN_FREE", shares=SHARES):
    return "".join(entry("contract_months", {"contract": contract, "month": m, "share": s}) for m, s in enumerate(shares, start=1))


def given(contract, **values):
    text = ", ".join(f'{k} = "{v}"' if isinstance(v, str) else f"{k} = {v}" for k, v in values.items())
    return f'[[set]]\ntable = "contracts"\nwhere = {{ contract = "{contract}" }}\nvalues = {{ {text} }}\n'


CURVES = curve(4, 10, "all", 0.9) + curve(11, 3, "all", 0.6) + curve(11, 3, "holiday", 0.3)


def test_tables_become_curves_and_shares(inputs):
    """Proves: a free contract gets its curve by month and type of day, its shares and, at 80 CNY/MWh, a charge of 0.08 MCNY/GWh; a flat
    one with shares becomes one by the calendar; others stay as they were. Sensitivity: a factor of 1000; contracts mixed up.
    """
    inputs.scenario(CURVES + months() + months("JL_FLAT") + given("LN_FREE", max_mw=1500, deviation_share=0.1, deviation_cny_per_mwh=80))
    y = build_system(load_study(inputs.path, "mine"))
    own = y.contract.loc["LN_FREE"]
    assert own.calendar[[0, 3, 11], :, 7].tolist() == [[0.6, 0.6, 0.3], [0.9, 0.9, 0.9], [0.6, 0.6, 0.3]]
    assert (own.deviation_share, own.deviation_price) == pytest.approx((0.1, 0.08))
    assert own.hours == pytest.approx((0.9,) * 24)
    assert y.contract_month["LN_FREE"].to_numpy() == pytest.approx(SHARES)
    assert list(y.scheduled_contract) == ["LN_FREE", "JL_FLAT"]
    assert y.contract.calendar["LN_TARIFF"] is None


def test_shares_that_are_rounded_add_up(inputs):
    """Proves: twelve shares of 0.0833, 0.9996 together, are taken as twelfths. Sensitivity: a year that lacks 0.04 % of its energy."""
    inputs.scenario(months(shares=[0.0833] * 12) + given("LN_FREE", max_mw=1500))
    assert build_system(load_study(inputs.path, "mine")).contract_month.to_numpy() == pytest.approx(1 / 12)


def test_the_shipped_study_has_none(load):
    """Proves: only the overlay brings curves and months. Sensitivity: a table that is not empty."""
    plain, on = build_system(load("plan-2015")), build_system(load("plan-2015+months"))
    assert len(plain.scheduled_contract) == len(plain.contract_month) == len(plain.holiday) == 0
    assert len(on.scheduled_contract)
    assert len(on.contract_month) == 12 * len(on.monthly_contract) > 0
    assert all(np.isclose(on.contract_month[x].sum(), 1) for x in on.monthly_contract)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (curve(4, 10, "all", 0.9) + curve(11, 2, "all", 0.6), [("contract_shapes", "first_month", "contradiction", "month 3")]),
        (CURVES + curve(10, 10, "all", 0.5), [("contract_shapes", "first_month", "contradiction", "month 10 has two rows")]),
        (curve(1, 12, "workday", 0.5), [("contract_shapes", "first_month", "contradiction", "weekend")]),
        (curve(1, 12, "all", 0), [("contract_shapes", "hour_00", "contradiction", "above zero")]),
        (curve(1, 12, "all", 1.2), [("contract_shapes", "hour_00", "out_of_range", "0 … 1")]),
        (curve(1, 12, "all", 0.5, "JL_FLAT"), [("contract_shapes", "contract", "not_allowed", "calendar and free")]),
        (curve(1, 12, "all", 0.5, "NONE"), [("contract_shapes", "contract", "dangling_reference", "")]),
        (given("JL_FLAT", shape="calendar"), [("contracts", "shape", "missing_value", "contract_shapes.csv")]),
        (months(shares=SHARES[:-1]), [("contract_months", "month", "contradiction", "months 12 have no row")]),
        (months(shares=[0.09] * 12), [("contract_months", "share", "contradiction", "1.08")]),
        (months(shares=[1.1, *[0.0] * 11]), [("contract_months", "share", "out_of_range", "0 … 1")]),
        (
            months() + entry("contract_months", {"contract": "LN_FREE", "month": 12, "share": 0}),
            [("contract_months", "", "duplicate_key", "")],
        ),
        (curve(1, 11, "all", 0.5) + curve(12, 12, "all", 0) + months(), [("contract_months", "share", "contradiction", "no hour")]),
        (given("LN_FREE", deviation_share=0.1), [("contracts", "deviation_share", "not_allowed", "contract_months.csv")]),
        (months("JL_FLAT") + given("JL_FLAT", deviation_cny_per_mwh=10), [("contracts", "deviation_cny_per_mwh", "not_allowed", "free")]),
        (entry("holidays", {"day": "02-30", "kind": "holiday"}), [("holidays", "day", "not_a_day", "")]),
        (entry("holidays", {"day": "06-06", "kind": "feast"}), [("holidays", "kind", "not_in_list", "")]),
    ],
)
def test_what_cannot_be_is_refused(inputs, text, places):
    """Proves: months that lack a curve or have two, shares that do not add up, and terms that a shape cannot have are named with cell and
    rule. Sensitivity: days filled in by guess; shares that are scaled in silence.
    """
    inputs.scenario(text)
    found = [(e.column, e.rule, e.advice) for e in inputs.errors("mine")]
    for _, column, rule, words in places:
        assert [True for c, r, advice in found if column in c and r == rule and words in advice], found


def test_months_of_a_contract_without_power_are_told(inputs):
    """Proves: curves and months of a contract of 0 MW, and holidays where no contract has a curve, have notes; with 1,500 MW none.
    Sensitivity: agreed months that no plan delivers in silence.
    """
    rows = CURVES + months() + entry("holidays", {"day": "05-04", "kind": "workday"})
    told = ("delivers nothing", "holidays have no effect")
    for power, expected in ((0, 3), (1500, 0)):
        inputs.scenario(rows + given("LN_FREE", max_mw=power))
        notes = [n for n in unread(load_study(inputs.path, "mine")) if any(t in n.en for t in told)]
        assert len(notes) == expected
