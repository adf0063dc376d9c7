"""The first screen of the study page: what is built adds up to the tables, and what deserves attention is what they say."""

import pandas as pd
import pytest

from energy_model.report.page.construction import MOST_WARNINGS, construction
from energy_model.report.result_folder import Result
from energy_model.results import series
from energy_model.results.store import read_dataset


@pytest.fixture(scope="module")
def found(solved):
    """Result, dataset and hourly series of the city."""
    data = read_dataset(solved)
    return Result.read(solved), data, series.places(data)["city"]


def test_projects_add_up_to_the_investments(found):
    """Proves: investment, annuity and power of all kinds are those of the table, places of a kind add up to it, the dearest kind leads,
    and each stands at a place of the plan. Sensitivity: a kind left out, a site counted twice, or heat stores by their stored energy.
    """
    table, shown = found[0].tables["investments"], construction(*found)
    projects = shown["projects"]
    for column, key in (("static_mcny", "investment_mcny"), ("annuity_mcny", "annuity_mcny")):
        assert sum(p[key] for p in projects) == pytest.approx(table[column].sum())
    assert sum(p["amount"] for p in projects if p["unit"] == "MW") == pytest.approx(table.new_mw.sum())
    for p in projects:
        assert sum(site["amount"] for site in p["places"]) == pytest.approx(p["amount"])
    assert [p["investment_mcny"] for p in projects] == sorted((p["investment_mcny"] for p in projects), reverse=True)
    assert all(0 < at[axis] < 1 for at in shown["sketch"]["nodes"] for axis in "xy")
    assert shown["year"] == found[0].manifest["plan_year"]


def test_the_gravest_three_are_told(found):
    """Proves: missed clauses come before a deficit of 104 MW (10.4 万千瓦), shortfalls before full corridors, these before prices, three at
    most; a plan without any of them has none. 24 h of 365 h each: load short in two of them is short in 730 h a year, by up to 30 MW.
    Sensitivity: a surplus told as a deficit; hours not weighted; a corridor at its limit for 800 h, under a tenth of the year;
    full corridors by rent, so that the first is not that of the most hours, or with those not built.
    """
    result, data, city = found
    good = dict(result.tables)
    good["clauses"] = good["clauses"].assign(verdict="met")
    balance = good["power_balance"].set_index("item")
    peaks = [c for c in balance.columns if c != "reserve_share"]
    balance.loc["surplus", peaks] = 50.0
    good["power_balance"] = balance.reset_index()
    good["corridors"] = good["corridors"].assign(hours_at_limit_h=800.0)
    none = data.assign({name: 0.0 * data[name] for name in ("reserve_short_mw", "reserve_down_short_mw") if name in data})
    calm = city | {"unserved": 0.0 * city["unserved"], "price": 0.0 * city["price"] + 200.0}

    def told(tables, city):
        shown = construction(Result(result.manifest, tables, {}, year=2015), none, city)["warnings"]
        return [(w["section"], w["text"]["zh"], w["text"]["en"]) for w in shown]

    assert told(good, calm) == []
    short = calm["unserved"].copy()
    short[[3, 5]] = 20.0, 30.0
    bad = dict(good)
    bad["clauses"] = good["clauses"].assign(verdict=["missed", *good["clauses"].verdict[1:]])
    bad["power_balance"] = good["power_balance"].assign(**dict.fromkeys(peaks, pd.Series([50.0] * (len(balance) - 1) + [-104.0])))
    bad["corridors"] = good["corridors"].assign(hours_at_limit_h=2000.0)
    spiky = calm | {"unserved": short, "price": calm["price"].copy()}
    spiky["price"][5] = 2000.0
    sections = [section for section, _, _ in told(bad, spiky)]
    assert sections == ["summary", "summary", "dispatch"]
    assert len(sections) == MOST_WARNINGS
    missed, deficit, tight = (zh for _, zh, _ in told(bad, spiky))
    assert missed.endswith(good["clauses"].name_zh.iloc[0])
    assert "10.4 万千瓦" in deficit
    assert "730 小时" in tight
    assert "3.0 万千瓦" in tight
    (full, spikes) = told(good | {"corridors": bad["corridors"]}, calm | {"price": spiky["price"]})
    assert full[0] == "flows"
    assert "2,000 h" in full[2]
    longest = good["corridors"].index[good["corridors"].capacity_mw >= 1.0][-1]
    bad["corridors"].loc[longest, "hours_at_limit_h"] = 3000.0
    bad["corridors"].loc[bad["corridors"].capacity_mw < 1.0, "hours_at_limit_h"] = 8760.0
    (full,) = told(good | {"corridors": bad["corridors"]}, calm)
    assert full[2].startswith(f"Full corridors: {good['corridors'].name_en[longest]}, ")
    assert "3,000 h" in full[2]
    assert "365 h above 3 times the mean, up to 2,000.0 CNY/MWh" in spikes[2]
    assert "in 0% load or reserve is short" in spikes[2]
