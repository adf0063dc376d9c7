"""Railway lines, and coal by month, solved by hand: 1 GW in January, 0.5 GW in February; coal at 0.1, another fuel at 0.5 MCNY/GWh."""

import numpy as np
import pytest

from energy_model.exchange.subset import pypsa_subset
from energy_model.results.coal_months import coal_months, rail_lines
from energy_model.results.indicators import coal
from energy_model.results.quantities import Quantities
from energy_model.results.recount import balances, recount
from tests.support.labelled import of_nodes, with_names
from tests.support.tiny import build, run, tiny_system

JANUARY, FEBRUARY = 31 * 24, 28 * 24
HOURS = JANUARY + FEBRUARY
LOAD = {"A": np.repeat([1.0, 0.5], [JANUARY, FEBRUARY])}
COAL_TJ = JANUARY + FEBRUARY / 2
"""What the load takes if coal serves all of it: 1,080 TJ, of which 744 in January; 0.1 kt/TJ."""


def study(*, rail=1e6, chemistry=0.0, deviation=np.nan, days=(0.0, 365.0), by_month=True):
    """A coal plant behind a railway, and a plant of dear fuel at the pit of another grade."""
    yards = {"A/lignite": {"least_h": 24 * days[0], "most_h": 24 * days[1]}, "A/dear": {"grade": "dear"}}
    return tiny_system(
        thermal={"coal": {"existing": 2.0}, "dear": {"existing": 2.0, "coal_grade": "dear"}},
        supply={("pit", "coal"): {"price": 0.1, "rail_line": "rail"}, ("other", "dear"): {"grade": "dear", "price": 0.5}},
        mine={"pit": {"month_deviation_share": deviation}, "other": {"grade": "dear"}},
        coal_user={"chemistry": {"demand_kt_per_year": chemistry, "rail_line": "rail"}},
        rail_line={"rail": {"capacity_kt_per_year": rail}},
        coal_yard=yards if by_month else {},
        options={"coal": {"by_month": by_month}},
    )


def solved(**parts):
    r = run(with_names(study(**parts)), hours=HOURS, load=LOAD)
    recount(r.problem, r.solution.primal, r.lp.costs(r.solution.primal)).require()
    return r


def dear_gwh(r):
    return r.value("total_fuel", "dear").item()


def test_plants_and_other_users_share_a_railway_line():
    """Proves: a line of 100 kt that carries 10 kt for the chemical industry leaves 900 of 1,080 TJ: 180 TJ of dear fuel, and one more kt
    saves ten times 0.4 = 4 MCNY, in the table 4 000 CNY/t. Sensitivity: a line that does not see the other user, or counts TJ.
    """
    r = solved(rail=100.0, chemistry=10.0, by_month=False)
    assert dear_gwh(r) == pytest.approx(180.0)
    assert r.dual("rail_limit", "rail") == pytest.approx(-4.0)
    assert r.shifted(5.0, "rail_limit", "rail") - r.cost == pytest.approx(-20.0)
    table = rail_lines(of_nodes(r)).set_index("rail_line").loc["rail"]
    assert (table.amount_kt, table.used_share, table.scarcity_cny_per_t) == pytest.approx((100.0, 1.0, 4000.0))


def test_the_railway_of_january_limits_january():
    """Proves: 120 kt suffice for the 108 kt of the year; January's share of them, 120 x 31/59 = 63.05 kt, does not for its 74.4 kt, so
    that without a stock 113.5 TJ of dear fuel are burnt in January. Sensitivity: a limit of the year; months of equal length.
    """
    assert dear_gwh(solved(rail=120.0, by_month=False)) == pytest.approx(0.0, abs=1e-6)
    r = solved(rail=120.0, days=(0.0, 0.0))
    assert dear_gwh(r) == pytest.approx(744.0 - 1200.0 * 31 / 59)
    assert r.dual("rail_month_limit", "rail", 1) == pytest.approx(-4.0)
    assert r.dual("rail_month_limit", "rail", 2) == pytest.approx(0.0)
    table = coal_months(of_nodes(r)).set_index(["coal_element", "element", "month"]).sort_index()
    line, yard = table.loc[("rail_line", "rail")], table.loc[("coal_yard", "A/lignite")]
    assert line.amount_kt[1] == line.most_kt[1] == pytest.approx(120.0 * 31 / 59)
    assert line.shadow_cny_per_t.to_numpy() == pytest.approx([4000.0, 0.0])
    assert yard.burnt_kt.to_numpy() == pytest.approx([120.0 * 31 / 59, 33.6])
    assert rail_lines(of_nodes(r)).scarcity_cny_per_t[0] == pytest.approx(4000.0)


def test_an_even_mine_needs_a_stock_for_january():
    """Proves: a mine that digs evenly sends 31/59 of the year's coal in January; a stock of two days of the mean consumption, 2/59 of the
    year's, carries February's surplus there. Burning x less: 744 - x = 33/59 (1,080 - x), x = 8,256/26 = 317.5 TJ.
    Sensitivity: a stock that starts full for nothing, days of the month instead of the year, output within the capacity only.
    """
    r = solved(deviation=0.0, days=(0.0, 2.0))
    burnt = COAL_TJ - 8256 / 26
    assert dear_gwh(r) == pytest.approx(8256 / 26)
    assert r.value("coal_stock", "A/lignite", 2) == pytest.approx(2 / 59 * burnt)
    assert r.value("coal_stock", "A/lignite", 1) == pytest.approx(0.0, abs=1e-6)
    table = coal_months(of_nodes(r)).set_index(["coal_element", "element", "month"]).sort_index()
    assert table.loc[("mine", "pit")].amount_kt.to_numpy() == pytest.approx(0.1 * burnt * np.array([31, 28]) / 59)
    assert table.loc[("coal_yard", "A/lignite", 2)].stock_days == pytest.approx(2.0)
    price = table.loc[("coal_yard", "A/lignite")].shadow_cny_per_t
    assert price[1] > 0 > price[2]  # coal is scarce in January


@pytest.mark.parametrize(("deviation", "most_days", "dear"), [(np.nan, 0.0, 0.0), (0.5, 0.0, 0.0), (0.0, 365.0, 0.0), (0.0, 0.0, 372.0)])
def test_either_the_mine_or_the_stock_follows_the_load(deviation, most_days, dear):
    """Proves: January takes 1.311 times an even share: a mine that may deviate by half, or one without a bound, needs no stock, an even
    one with a large stock neither; an even one without stock sends 31/28 of February's 336 TJ in January, which leaves 372 to dear fuel.
    Sensitivity: a bound without effect, or one always on.
    """
    assert dear_gwh(solved(deviation=deviation, days=(0.0, most_days))) == pytest.approx(dear, abs=1e-6)


def test_a_minimum_stock_is_kept_all_year():
    """Proves: at least three days of the mean consumption lie at the end of every month: 3/59 of 1,080 TJ. Sensitivity: no minimum, or one
    of the first month only.
    """
    r = solved(days=(3.0, 10.0))
    stock = [r.value("coal_stock", "A/lignite", k).item() for k in (1, 2)]
    assert min(stock) >= 3 / 59 * COAL_TJ - 1e-6
    assert max(stock) <= 10 / 59 * COAL_TJ + 1e-6


def test_other_users_take_even_months():
    """Proves: 59 kt for the chemical industry are 31 in January and 28 in February, and count to the railway of the month.
    Sensitivity: an other user that takes coal when it suits the plants.
    """
    r = solved(chemistry=59.0, rail=200.0, days=(0.0, 0.0))
    assert r.value("other_coal_month", "pit", "chemistry", 1) == pytest.approx(31.0)
    assert dear_gwh(r) == pytest.approx(744.0 - 10 * (200.0 * 31 / 59 - 31.0))


def test_a_plan_that_lacks_coal_in_a_month_is_found():
    """Proves: coal that comes a month late, or more of it than the railway of the month carries, is off in the recount, though the year's
    sums agree. Sensitivity: a count that trusts the model's own rows.
    """
    r = run(study(rail=150.0, days=(0.0, 0.0)), hours=HOURS, load=LOAD)
    primal = r.solution.primal.copy()
    first, second = (r.ids("coal_month", "pit", "A/lignite", k) for k in (1, 2))
    primal[first] -= 100.0
    primal[second] += 100.0
    q = Quantities(r.problem, primal)
    assert balances(q)["coal_stock"] == pytest.approx(100.0 * 0.1 / q.amount)
    primal[first] += 200.0
    assert balances(Quantities(r.problem, primal))["coal_months"] > 0.0
    assert balances(Quantities(r.problem, r.solution.primal))["coal_months"] <= 1e-9


def test_the_option_off_adds_nothing():
    """Proves: without by_month nothing has months, and each railway line one row. Sensitivity: rows always there."""
    plain = build(study(by_month=False))
    assert not [f for f in (*plain.lp.row_ids, *plain.lp.column_ids) if "month" in f or "yard" in f or "stock" in f]
    assert plain.lp.row_ids["rail_limit"][0] == [("rail",)]


def test_an_exported_network_says_what_it_lacks():
    """Proves: railway lines and months of coal are left out by name. Sensitivity: silence."""
    part, lacks = pypsa_subset(study(rail=100.0, by_month=False))
    assert "capacity of railway lines" in [words for _, words in lacks]
    assert dear_gwh(run(part, hours=HOURS, load=LOAD)) == pytest.approx(0.0, abs=1e-6)


def test_raw_coal_for_dryers_is_dug_by_month():
    """Proves: without a stock an even dryer makes what February burns, 336 TJ, and 31/28 of it in January: 708 of 1,080 TJ, 35.4 kt of
    20 TJ/kt, of 53.1 kt of raw coal, which the even pit digs evenly though it sends nothing else; the recount finds no fault.
    Sensitivity: a pit of which only what is carried counts; a dryer that gives January more than it makes in it.
    """
    system = tiny_system(
        thermal={"far": {"existing": 2.0, "coal_grade": "dry"}, "dear": {"existing": 2.0, "coal_grade": "dear"}},
        supply={
            ("dry", "far"): {"grade": "dry", "kt_per_tj": 0.05, "price": 0.1},
            ("other", "dear"): {"grade": "dear", "price": 0.5},
        },
        mine={"pit": {"month_deviation_share": 0.0}, "dry": {"grade": "dry", "month_deviation_share": 0.0}, "other": {"grade": "dear"}},
        coal_dryer={"dry": {}},
        coal_yard={"A/dry": {"grade": "dry", "least_h": 0.0, "most_h": 0.0}, "A/dear": {"grade": "dear"}},
        options={"coal": {"by_month": True}},
    )
    r = run(with_names(system), hours=HOURS, load=LOAD)
    recount(r.problem, r.solution.primal, r.lp.costs(r.solution.primal)).require()
    burnt = FEBRUARY / 2 * 59 / 28  # an even dryer without a stock makes what February burns
    assert dear_gwh(r) == pytest.approx(COAL_TJ - burnt)
    data = of_nodes(r)
    mines = coal_months(data).set_index(["coal_element", "element", "month"]).sort_index().loc["mine"]
    raw = 1.5 * burnt / 20
    assert mines.amount_kt["pit"].to_numpy() == pytest.approx([raw * 31 / 59, raw * 28 / 59])
    assert mines.amount_kt["dry"].to_numpy() == pytest.approx([burnt / 20 * 31 / 59, burnt / 20 * 28 / 59])
    table = coal(data).set_index("mine")
    assert table.raw_kt.to_dict() == pytest.approx({"pit": raw, "dry": 0.0, "other": 0.0})
    assert table.power_kt["pit"] == 0.0
