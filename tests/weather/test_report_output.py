import numpy as np
import pandas as pd
import pytest

from energy_model.weather.climatology import FOLDER
from energy_model.weather.report import weather_report
from energy_model.weather.report_output import least_mean, output_rows, wind_sun_correlation, years_rows

INPUTS = FOLDER.parents[1] / "inputs"


@pytest.fixture(scope="module")
def profiles():
    return pd.read_csv(INPUTS / "profiles.csv")


def values(rows):
    """Value of each row by statistic and place."""
    return {(row[0], row[2]): row[4] for row in rows}


def test_the_shipped_profiles_pass_in_the_first_year(year, climatology, profiles):
    """Proves: ramps, quantiles, calms, months, hours, full-load hours and the link of wind and sun of synthetic-1 are within their bands;
    memory at two days and the hourly change of the counties are told to be outside of what is observed, and nothing else.

    Sensitivity: one turbine in place of a county (no spread of speeds), the losses of before, or the months of before fail some row.
    """
    table = weather_report(year, climatology, profiles)
    assert not table["verdict"].eq("off").any(), table[table["verdict"] == "off"].to_string()
    missed = table[table["verdict"] == "missed"]
    assert set(missed["statistic"]) == {"wind lag correlation", "output change of a county in 1 h, 99 %"}
    assert len(missed) == 1 + len(climatology.names)
    named = table.set_index("statistic")
    assert named.loc["full-load hours, wind_old", "generated"] == pytest.approx(2346, abs=5)
    assert {"output change in 1 h, 99 %", "least output per mean, 14 d", "output by month", "output by hour, JJA"} <= set(named.index)
    assert not table["source"].isna().any()


def test_ramps_and_quantiles_by_hand(year, climatology):
    """Proves: output that steps between 0 and .5 every 50 h changes by .5 in 2 % of the hours and in 8 % of spans of 4 h.

    Sensitivity: signed changes, or changes of one hour for four, give 0 for .5.
    """
    steps = np.tile((np.arange(8760) // 50 % 2) * 0.5, (9, 1))
    got = values(output_rows(year, climatology, steps, True))
    assert got["output change in 1 h, 95 %", "all"] == 0  # one hour in fifty
    assert got["output change in 1 h, 99 %", "all"] == 0.5
    assert got["output change in 4 h, 95 %", "all"] == 0.5  # four hours in fifty
    assert got["output change of a county in 1 h, 99 %", "KAILU"] == 0.5
    assert got["output quantile per mean, 90 %", "all"] == pytest.approx(0.5 / steps.mean())


def test_counties_out_of_step_smooth_the_city(year, climatology):
    """Proves: with one county in nine stepping, its own change is .9 and that of the city .1.

    Sensitivity: the largest county in place of the mean gives .9 for the city.
    """
    output = np.full((9, 8760), 0.05)
    output[4] += (np.arange(8760) // 20 % 2) * 0.9
    got = values(output_rows(year, climatology, output, True))
    assert got["output change of a county in 1 h, 99 %", "KAILU"] == pytest.approx(0.9)
    assert got["output change in 1 h, 99 %", "all"] == pytest.approx(0.1)


def test_the_calmest_days_by_hand():
    """Proves: a week of nothing in a year of 1 leaves 0 over 7 days and 7/14 over 14, per mean of the year 1 - 7/365.

    Sensitivity: windows that begin only at midnight or at multiples of their length miss the week that begins at 13 h.
    """
    output = np.ones(8760)
    output[1213 : 1213 + 168] = 0
    mean = 1 - 7 / 365
    assert least_mean(output, 7) == 0
    assert least_mean(output, 14) == pytest.approx(0.5 / mean)


def test_wind_against_the_sun_is_negative(year):
    """Proves: output that is the sun's daily sum turned round is correlated with it by -1, hour by hour of the day notwithstanding.

    Sensitivity: a correlation of hours, or one with the season taken out, is not -1.
    """
    sun = year["ghi"].to_numpy().mean(axis=0).reshape(365, 24).sum(axis=1)
    output = np.repeat(20_000 - sun, 24) * np.tile(np.arange(24), 365)
    assert wind_sun_correlation(year, output) == pytest.approx(-1)


def test_a_turbine_in_place_of_a_county_is_called_off(year, climatology, profiles):
    """Proves: a wind that jumps at random by 0.9 m/s up or down in each hour is off in the rows on ramps, not in calms and courses.

    Sensitivity: a verdict that looks at means alone passes them.
    """
    jumpy = year.copy(deep=True)
    wind = jumpy["wind_speed_100m"].to_numpy()
    jumpy["wind_speed_100m"].values[:] = np.clip(wind + np.random.default_rng(0).choice([-0.9, 0.9], 8760), 0, None)
    table = weather_report(jumpy, climatology, profiles)
    off = set(table.loc[table["verdict"] == "off", "statistic"])
    assert {"output change in 1 h, 95 %", "output change in 1 h, 99 %", "output change of a county in 1 h, 99 %"} <= off
    assert not any(name.startswith(("least", "output by")) for name in off)


def test_years_differ_by_several_per_cent(climatology, profiles):
    """Proves: over four generated years the spread of wind energy is their standard deviation per mean, and calms are means over the years.

    Sensitivity: typical years in place of variable ones do not differ.
    """
    got = values(years_rows(climatology, profiles, 4))
    assert 0.02 < got["spread over years, wind", "variable-1..4"] < 0.12
    assert 0.005 < got["spread over years, sun", "variable-1..4"] < 0.05
    assert (
        0
        < got["least output per mean, 7 d, mean of years", "variable-1..4"]
        < got["least output per mean, 14 d, mean of years", "variable-1..4"]
    )
