import numpy as np
import pandas as pd
import pytest
import xarray as xr

from energy_model.weather.climatology import FOLDER, load_climatology
from energy_model.weather.dataset import year_hours
from energy_model.weather.errors import WeatherError
from energy_model.weather.generator import generate_year
from energy_model.weather.noise import (
    month_hats,
    month_totals,
    red_noise,
    red_noise_correlation,
    smooth_through,
    spatial_root,
)
from energy_model.weather.report import weather_report
from energy_model.weather.statistics import correlation_at_lags, weibull_shape, weibull_variation
from energy_model.weather.store import load_weather, save_weather


def test_same_seed_gives_the_same_bits(year, tmp_path):
    """Proves: two draws of one seed, and a draw saved and read again, are equal bit for bit.

    Sensitivity: any use of an unseeded or global generator, or 64-bit storage rounding, breaks equality.
    """
    again = generate_year(1)
    xr.testing.assert_identical(again, year)
    path = save_weather(year, tmp_path / "year.nc")
    xr.testing.assert_identical(load_weather(path), year)


def test_shipped_year_is_what_the_generator_draws(year):
    """Proves: weather/years/synthetic-1.nc belongs to this generator and these tables.

    Sensitivity: a change of generator or climatology without renewing the file shows here.
    """
    stored = load_weather("synthetic-1", FOLDER.parent)
    for name in year.data_vars:
        # Another linear algebra library may round the last stored digit differently, no more.
        np.testing.assert_allclose(stored[name], year[name], atol=0.11, err_msg=name)


def test_other_seed_is_other_weather_in_the_same_climate(year):
    """Proves: another seed leaves the yearly means and shares no chronology.

    Sensitivity: a seed that is not used gives a correlation of 1; months not pulled onto the climatology move the yearly means.
    """
    other = generate_year(2)
    a, b = (d["wind_speed_100m"].to_numpy() for d in (year, other))
    np.testing.assert_allclose(a.mean(axis=1), b.mean(axis=1), rtol=1e-3)
    anomaly = [x.mean(axis=0).reshape(-1, 24).mean(axis=1) for x in (a, b)]
    assert abs(np.corrcoef(*anomaly)[0, 1]) < 0.35


def test_statistics_meet_the_climatology(year, climatology):
    """Proves: monthly means, Weibull k, memory and spatial correlation all pass the report's tolerances; memory at two days is told to be
    above what is observed, and nothing else.

    Sensitivity: the 10 m diurnal shape, uncorrelated sites or a wrong memory turn rows to "off".
    """
    table = weather_report(year, climatology)
    assert not table["verdict"].eq("off").any(), table[table["verdict"] == "off"].to_string()
    assert table.loc[table["verdict"] == "missed", "place"].tolist() == ["all, 48 h"]
    assert set(table["statistic"]) >= {"wind speed, month", "Weibull k, year", "wind correlation, hourly"}


def test_report_marks_a_wrong_year(year, climatology):
    """Proves: a year with 10 % too much wind, every site's moved to the next, is called off, in the rows concerned.

    Sensitivity: a verdict that is always 'ok', or a mean of the correlations over all pairs, the same when sites change places.
    """
    wrong = year.copy(deep=True)
    wind = wrong["wind_speed_100m"].to_numpy() * 1.1
    wrong["wind_speed_100m"].values[:] = np.roll(wind, 1, axis=0)
    table = weather_report(wrong, climatology)
    off = set(table.loc[table["verdict"] == "off", "statistic"])
    assert {"wind speed, year", "wind speed, month", "wind correlation, hourly"} <= off
    assert not any("irradiation" in name for name in off)


def test_interannual_years_differ_in_level():
    """Proves: with interannual scatter the yearly wind level moves by per cents.

    Sensitivity: a switch that does not reach the wind leaves every year at the same level.
    """
    free = [float(generate_year(s, interannual=True)["wind_speed_100m"].mean()) for s in (1, 2, 3)]
    assert 0.01 < np.std(free) / np.mean(free) < 0.12


def test_leap_year_has_no_29_february():
    """Proves: 2016 has 8760 hours and 1 March follows 28 February.

    Sensitivity: leaving out 31 December instead has 8760 hours too, but 29 February among them.
    """
    hours = year_hours(2016)
    assert len(hours) == 8760
    assert hours[59 * 24] == pd.Timestamp("2016-03-01")


def test_red_noise_has_its_formula_correlation():
    """Proves: lag and spatial correlation of the process are those of the closed formula.

    Sensitivity: leaving out the run-in or the second filter moves the lag-1 value by over .03.
    """
    rng = np.random.Generator(np.random.PCG64(0))
    root = np.linalg.cholesky(np.array([[1, 0.6], [0.6, 1]]))
    x = red_noise(rng, root, 400_000, 20.0, 3.0)
    lags = [1, 6, 24]
    want = red_noise_correlation(np.array(lags), 20.0, 3.0)
    np.testing.assert_allclose(correlation_at_lags(x[0], lags), want, atol=0.02)
    np.testing.assert_allclose(x.std(axis=1), 1, atol=0.02)
    assert np.corrcoef(x)[0, 1] == pytest.approx(0.6, abs=0.02)


def test_smooth_curve_keeps_monthly_means():
    """Proves: the curve through monthly values has exactly those monthly means and no step at a month's end.

    Sensitivity: straight lines from one monthly value to the next miss the means, a value held for its month steps by up to 7, and a curve
    that does not go round has a step at New Year.
    """
    time = year_hours(2015)
    monthly = np.array([[3.0, 5, 9, 4, 2, 7, 1, 8, 6, 5, 2, 4]])
    hats, means = month_hats(time), month_totals(time)
    curve = smooth_through(hats, means, monthly)
    np.testing.assert_allclose(curve @ means.T, monthly, atol=1e-9)
    np.testing.assert_allclose(hats.sum(axis=0), 1)
    assert np.abs(np.diff(np.append(curve[0], curve[0][0]))).max() < 0.05


def test_weibull_shape_inverts_its_variation():
    """Proves: k = 2 is the Rayleigh distribution with variation sqrt(4 / pi - 1), found back exactly.

    Sensitivity: without the root it is the variance, 0.273 for 0.523.
    """
    assert weibull_variation(2.0) == pytest.approx(np.sqrt(4 / np.pi - 1))
    assert weibull_shape(weibull_variation(1.7)) == pytest.approx(1.7)


def test_night_is_dark_and_noon_is_not(year):
    """Proves: no sun at 1 o'clock on any day, some at 12 on every day (Beijing time, no shift).

    Sensitivity: hours read as UTC put the sun at 1 o'clock, and a shift by one hour moves the centre of the day out of its bounds.
    """
    ghi = year["ghi"].to_numpy().reshape(9, 365, 24)
    assert ghi[:, :, 1].max() == 0
    assert ghi[:, :, 12].min() > 0
    centre = (ghi.sum(axis=(0, 1)) * (np.arange(24) + 0.5)).sum() / ghi.sum()
    assert 11.4 < centre < 12.4  # solar noon at 121 E is about 11:55


def test_an_impossible_correlation_is_refused():
    """Proves: three sites of which two pairs go together and the third apart are no correlation, and the sentence says of what.

    Sensitivity: the error of the linear algebra getting out.
    """
    with pytest.raises(WeatherError, match="correlation matrix of wind is not positive definite"):
        spatial_root(np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]]), "wind")


def test_broken_climatology_is_refused(tmp_path):
    """Proves: a climatology without July of one site is refused, and the site is named.

    Sensitivity: tables that are not checked for their labels are read without complaint, and that month is no number.
    """
    source = FOLDER
    for file in source.glob("*.csv"):
        text = file.read_text(encoding="utf-8")
        if file.name == "site_months.csv":
            text = "\n".join(line for line in text.splitlines() if not line.startswith("KAILU,7,"))
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    with pytest.raises(WeatherError, match="KAILU"):
        load_climatology(tmp_path)
