import datetime as dt

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from energy_model.weather.calendar import SPRING_FESTIVAL, public_holiday, season, spring_festival
from energy_model.weather.dataset import year_hours
from energy_model.weather.demand import smoothed_temperature
from energy_model.weather.errors import WeatherError
from energy_model.weather.profiles import make_profiles


@pytest.fixture
def made(tables, year):
    return make_profiles(tables, "base", year, 0.05)


def test_labels_and_ranges(made):
    """Proves: every profile at every named site, all nodes (also without load), values within 0..1, units said.

    Sensitivity: keeping only nodes that have a load, or a site, loses E.
    """
    assert set(made["resource"].values) == {f"{p}@{s}" for p in ("wind_old", "pv_fixed", "pv_1axis") for s in ("HORQIN", "HLGL", "KAILU")}
    assert list(made["node"].values) == ["A", "B", "C", "D", "E"]
    assert made["availability"].min() >= 0
    assert made["availability"].max() <= 1
    assert not made.isnull().any().to_array().any()
    assert [made[v].attrs["units"] for v in ("availability", "load_mw", "heat_mw")] == [
        "MW/MW",
        "MW",
        "MW_th",
    ]
    assert made["load_mw"].sel(node="E").sum() == 0


def test_full_load_hours_are_in_their_bands(made):
    """Proves: old wind 2,200-2,950 h and fixed solar 1,450-1,720 h at every site.

    Sensitivity: without the modules' other losses of 16 % fixed solar comes to more than 1,720 h.
    """
    hours = made["availability"].sum("time").to_pandas()
    assert hours.filter(like="wind_old").between(2200, 2950).all()
    assert hours.filter(like="pv_fixed").between(1450, 1720).all()


def test_wakes_are_counted_once(tables, year):
    """Proves: a profile with wakes by speed and a constant loss besides is refused by name, and so is an unknown curve; one of both is not.

    Sensitivity: without the check both losses are taken, one after the other.
    """
    tables["profiles"]["wake_curve"] = ["dena_mean", None, None]
    with pytest.raises(WeatherError, match="profile wind_old: wake_curve and wake_loss_share"):
        make_profiles(tables, "base", year, 0.05)
    tables["profiles"]["wake_loss_share"] = [0.0, None, None]
    assert make_profiles(tables, "base", year, 0.05)["availability"].sel(resource="wind_old@HORQIN").sum() > 1900
    tables["profiles"].loc[0, "wake_curve"] = "dena_men"
    with pytest.raises(WeatherError, match=r"profile wind_old: wake_curve must be one of dena_mean, .* not 'dena_men'"):
        make_profiles(tables, "base", year, 0.05)


def test_solar_profile_is_zero_at_night(made, year):
    """Proves: no photovoltaic power in any hour without sun at its site.

    Sensitivity: labels that run site by site over rows that run profile by profile put the sun of Huolinguole under Kailu's name.
    """
    dark = year["ghi"].sel(site="KAILU").to_numpy() == 0
    assert made["availability"].sel(resource="pv_fixed@KAILU").to_numpy()[dark].max() == 0


def test_load_energy_is_exact(made, tables):
    """Proves: each node's yearly energy is that of its rows over 1 - loss, to rounding.

    Sensitivity: dropping the loss gives 5 % less.
    """
    got = made["load_mw"].sum("time").to_pandas()[["A", "B", "C", "D"]]
    np.testing.assert_allclose(got, np.array([87.6, 10, 5, 7]) * 1000 / 0.95, rtol=1e-12)
    np.testing.assert_allclose(made["load_mw"].sel(node="A"), 10 / 0.95)


def test_weekend_festival_and_holiday(made):
    """Proves: office load is half on Saturday, 0.2 on New Year's Eve and 0.4 on 1 October, 2015.

    Sensitivity: a Saturday's factor times the holiday's gives 0.2 on 3 October; a festival from New Year's Day on misses the eve.
    """
    office = made["load_mw"].sel(node="B").to_pandas()
    workday = office["2015-06-03 10:00"]
    assert office["2015-06-06 10:00"] / workday == pytest.approx(0.5)
    assert office["2015-02-18 10:00"] / workday == pytest.approx(0.2)  # eve of 19 February
    assert office["2015-02-24 10:00"] / workday == pytest.approx(0.2)
    assert office["2015-02-25 10:00"] / workday == pytest.approx(1.0)
    assert office["2015-10-01 10:00"] / workday == pytest.approx(0.4)
    assert office["2015-10-03 10:00"] / workday == pytest.approx(0.4)  # a Saturday: the holiday counts


def test_season_and_temperature(made, year):
    """Proves: pumping only from May to August; homes follow |T - 15| with 2 % per K.

    Sensitivity: a season without its last day, the temperature of the hour instead of the day's mean, or heating alone without cooling.
    """
    pump = made["load_mw"].sel(node="C").to_pandas()
    assert pump["2015-05-01 00:00"] > 0
    assert pump["2015-08-31 23:00"] > 0
    assert pump["2015-04-30 23:00"] == pump["2015-09-01 00:00"] == 0
    home = made["load_mw"].sel(node="D").to_numpy()
    away = np.abs(smoothed_temperature(year["temperature"].sel(site="KAILU").to_numpy()) - 15)
    np.testing.assert_allclose(home / home[0], (1 + 0.02 * away) / (1 + 0.02 * away[0]))


def test_smoothed_temperature_by_hand():
    """Proves: the mean of the hour and the 23 before it, the year being a circle: 24 degrees in an hour are 1 in it and the 23 after it,
    those of the next January if it is the last hour.

    Sensitivity: a mean centred on the hour or over the calendar day, or one over the hours there are so far.
    """
    for at in (10, 8759):
        series = np.zeros(8760)
        series[at] = 24.0
        expected = np.zeros(8760)
        expected[np.arange(at, at + 24) % 8760] = 1.0
        np.testing.assert_allclose(smoothed_temperature(series), expected, atol=1e-12)


def test_heat_energy_limit_and_season(made):
    """Proves: 10 Mm2 x 0.4 GJ/m2 = 1,111,111 MWh_th, never over 480 MW, none outside the season.

    Sensitivity: without the design limit the coldest hour would exceed 480 MW.
    """
    heat = made["heat_mw"].sel(heat_area="TOWN").to_pandas()
    assert heat.sum() == pytest.approx(10e6 * 0.4 / 3.6)
    assert heat.max() == pytest.approx(480, rel=1e-6)
    assert (heat > 479.999).sum() < 400
    assert heat["2015-04-16":"2015-10-14"].sum() == 0
    assert heat["2015-01-15"].mean() > 2 * heat["2015-10-20"].mean()


def test_industrial_steam_is_even_and_stands_beside_heating(tables, year, made):
    """Proves: 31.536 TJ a year are 1 MW in every hour, added to space heating, in summer alone; an area without floor has nothing else.
    Sensitivity: steam that follows the season or the temperature, or one counted in GWh.
    """
    tables["heat_areas"]["industrial_steam_tj_per_year"] = 31.536
    steam = make_profiles(tables, "base", year, 0.05)["heat_mw"].sel(heat_area="TOWN")
    np.testing.assert_allclose(steam - made["heat_mw"].sel(heat_area="TOWN"), 1.0, atol=1e-9)
    tables["heat_areas"]["heated_area_mm2"] = 0.0
    np.testing.assert_allclose(make_profiles(tables, "base", year, 0.05)["heat_mw"].sel(heat_area="TOWN"), 1.0, atol=1e-9)


def test_heat_that_cannot_fit_is_an_error(tables, year):
    """Proves: more heat than the design load can give in the season is refused, with the area's name.

    Sensitivity: without the check the last step, meant for rounding, lifts every heating hour over the design load to reach the energy.
    """
    tables["heat_areas"]["annual_heat_gj_per_m2"] = 0.9
    with pytest.raises(WeatherError, match="TOWN"):
        make_profiles(tables, "base", year, 0.05)


@pytest.mark.parametrize(
    ("table", "column", "value", "message"),
    [
        ("nodes", "climate_site", "NOWHERE", "NOWHERE"),
        ("loads", "shape", "unknown", "unknown shape"),
        ("loads", "node", "Z", "unknown node"),
        ("loads", "case", "other", "no row of case"),
        ("profiles", "kind", "tidal", "tidal"),
        ("heat_areas", "node", "E", "no climate site"),
        ("heat_areas", "season_end", "31-04", "31-04"),
    ],
)
def test_wrong_labels_are_errors(tables, year, table, column, value, message):
    """Proves: a label that fits nothing is an error that names it, never a silent zero.

    Sensitivity: joining tables on labels drops in silence what does not match, such as a load at an unknown node.
    """
    tables[table][column] = value
    with pytest.raises(WeatherError, match=message):
        make_profiles(tables, "base", year, 0.05)


def test_result_is_reproducible(tables, year, made):
    """Proves: twice the same call gives the same bits, so that a hash of it means something.

    Sensitivity: a first call that changes the tables or the weather year in place gives the second one other inputs.
    """
    xr.testing.assert_identical(make_profiles(tables, "base", year, 0.05), made)


def test_spring_festival_dates():
    """Proves: published dates of early, late and leap-month years; each festival is seven days.

    Sensitivity: a date mistyped by three days or more makes years of impossible length; seven days beside the eve are eight.
    """
    known = {
        2008: "02-07",
        2012: "01-23",
        2015: "02-19",
        2024: "02-10",
        2025: "01-29",
        2033: "01-31",
        2034: "02-19",
    }
    assert {y: SPRING_FESTIVAL[y] for y in known} == known
    for year, text in SPRING_FESTIVAL.items():
        assert dt.date(year, 1, 21) <= dt.date.fromisoformat(f"{year}-{text}") <= dt.date(year, 2, 21)
        assert spring_festival(year_hours(year)).sum() == 7 * 24
    gaps = pd.to_datetime([f"{y}-{t}" for y, t in SPRING_FESTIVAL.items()]).to_series().diff().dt.days.dropna()
    assert set(gaps) <= {353, 354, 355, 383, 384, 385}  # twelve or thirteen months of the moon
    with pytest.raises(WeatherError, match="1999"):
        spring_festival(pd.date_range("1999-01-01", periods=3, freq="h"))


def test_season_over_new_year():
    """Proves: 15 November to 15 March wraps: 47 + 74 = 121 days; May and October holidays are 3 + 7 days.

    Sensitivity: asking for days after the start and before the end finds none, as no day is both.
    """
    time = year_hours(2015)
    assert season(time, "11-15", "03-15").sum() == (16 + 31 + 31 + 28 + 15) * 24
    assert season(time, None, None).all()
    assert public_holiday(time).sum() == 10 * 24
    with pytest.raises(WeatherError, match="mm-dd"):
        season(time, "11-15", None)


def test_output_over_several_sites_is_their_mean(tables, year):
    """Proves: a node with two sites for wind and sun gets the mean of their series in every hour, beside those of the single sites, which
    stay; temperature and loads do not change. Sensitivity: the mean of the wind speeds, of one site twice, or of all sites.
    """
    nodes = tables["nodes"].assign(renewable_sites=None)
    nodes.loc[0, "renewable_sites"] = "HORQIN+HLGL"
    alone, made = (make_profiles(tables | {"nodes": n}, "base", year, 0.05) for n in (tables["nodes"], nodes))
    for profile in ("wind_old", "pv_fixed"):
        horqin, hlgl = (alone.availability.sel(resource=f"{profile}@{site}") for site in ("HORQIN", "HLGL"))
        np.testing.assert_allclose(made.availability.sel(resource=f"{profile}@HORQIN+HLGL"), (horqin + hlgl) / 2, rtol=1e-12)
    xr.testing.assert_equal(made.sel(resource=alone.resource), alone)
    nodes.loc[0, "renewable_sites"] = "HORQIN+NOWHERE"
    with pytest.raises(WeatherError, match="NOWHERE"):
        make_profiles(tables | {"nodes": nodes}, "base", year, 0.05)


@pytest.mark.parametrize(("column", "cell", "wrong"), [("renewable_sites", "HORQIN+KAILO", "KAILO"), ("climate_site", "HLGI", "HLGI")])
def test_a_site_that_the_weather_lacks_is_named_by_cell(tables, year, column, cell, wrong):
    """Proves: an unknown site in a list of sites, or as climate site, is refused with file, row, column and the site that was meant.
    Sensitivity: a list of missing sites without the place that names them.
    """
    nodes = tables["nodes"].reset_index() if "node" not in tables["nodes"] else tables["nodes"].copy()
    nodes[column] = [cell, *[None if column == "renewable_sites" else c for c in nodes.get(column, [None] * len(nodes))[1:]]]
    with pytest.raises(WeatherError, match=f"nodes.csv, row {nodes.node.iloc[0]}, {column}: .*'{wrong}'.*did you mean"):
        make_profiles(tables | {"nodes": nodes}, "base", year, 0.05)
