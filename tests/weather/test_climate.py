"""What cannot be weather of the region is refused, whoever read it."""

import numpy as np
import pytest

from energy_model.weather.climate import check_climate, hours_late, sun_course
from energy_model.weather.errors import WeatherError
from energy_model.weather.generator import generate_year
from energy_model.weather.store import load_weather, save_weather


def changed(year, name, change):
    data = year.copy(deep=True)
    data[name].values = change(year[name].to_numpy())
    return data


@pytest.mark.parametrize("drawn", [(2, 2015, False), (1, 2024, True), (2, 2015, True)])
def test_drawn_years_pass(drawn):
    """Proves: typical years and such with the scatter of real months are weather of the region.

    Sensitivity: bands narrower than the scatter of years refuse a windy or a dull one.
    """
    data = generate_year(*drawn)
    assert check_climate(data, "drawn") is data


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("ghi", lambda v: v / 3.6, r"irradiation 416\.7 / .* kWh/m2 a year, outside 1,100 to 2,000"),
        ("ghi", lambda v: v / 1000, r"irradiation 1\.5 / .* kWh/m2 a year, outside"),
        ("ghi", lambda v: v * 0.0, r"every site: irradiation 0 kWh/m2 a year, outside 1,100 to 2,000: is its unit right[^;]*$"),
        ("ghi", lambda v: np.minimum(v * 1.5, 1390), r"irradiation 2,2\d\d / .* kWh/m2 a year, outside"),
        ("wind_speed_100m", lambda v: v / 3.6, r"mean wind speed .* 1\.917 / .* m/s, outside 3 to 12"),
        ("wind_speed_100m", lambda v: v * 1.944, r"mean wind speed .* 13\.41 / .* m/s, outside 3 to 12"),
        ("temperature", lambda v: (v - 32) / 1.8, r"mean air temperature .* -14\.1 / .* degC, outside -6 to 15"),
        ("temperature", lambda v: v + 20, r"mean air temperature .* 26\.63 / .* degC, outside"),
        ("air_density", lambda v: v * 0.85, r"mean air density 0\.8\d+ / .* times that of the standard atmosphere.*, outside 0\.9 to 1\.1"),
        ("air_density", lambda v: v * 1.15, r"mean air density 1\.1\d+ / .* times that of the standard atmosphere"),
    ],
)  # fmt: skip
def test_yearly_figures_stay_within_the_climate(name, change, message, year):
    """Proves: figures of a unit that was not read are refused above and below, with the figure and the band.

    Sensitivity: a band open at one end lets its neighbour in the list pass.
    """
    with pytest.raises(WeatherError, match=message):
        check_climate(changed(year, name, change), "bad")


@pytest.mark.parametrize(
    ("hours", "advice"),
    [
        (-8, r"below the horizon.*moved 8 h later.*--zone UTC"),
        (8, r"below the horizon.*moved 8 h earlier.*--zone \+08:00"),
        (1, r"moved 1 h earlier.*--stamps end"),
        (-1, r"moved 1 h later.*--stamps begin"),
        (3, r"below the horizon.*moved 3 h earlier.*--zone"),
        (12, r"below the horizon.*moved 12 h"),
    ],
)
def test_sun_at_another_hour_is_refused_with_the_shift(hours, advice, year):
    """Proves: irradiance moved against the sun is refused, and the message says by how much to move it back.

    Sensitivity: the share below the horizon alone does not see one hour; correlation without a sign sends it the wrong way.
    """
    with pytest.raises(WeatherError, match=advice):
        check_climate(changed(year, "ghi", lambda v: np.roll(v, hours, axis=1)), "bad")


@pytest.mark.parametrize("hours", [-0.5, -0.25, 0.0, 0.25, 0.5])
def test_lag_is_found_to_a_few_minutes(hours, year):
    """Proves: a lag of a quarter of an hour is told from none and from half an hour.

    Sensitivity: whole lags only give 0 for all of them.
    """
    ghi = year["ghi"].to_numpy()[0]
    moved = np.interp(np.arange(8760) - hours, np.arange(8760), ghi)
    course = sun_course(2015, float(year["latitude"][0]), float(year["longitude"][0]))
    assert hours_late(moved, course) == pytest.approx(hours, abs=0.06)


def dark_june(values):
    values = values.copy()
    values[:, 151 * 24 : 181 * 24] = 0
    return values


def held(values):
    values = values.copy()
    values[:, 2000:2060] = values[:, 2000:2001]
    return values


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("ghi", dark_june, "30 days without irradiance, the first 06-01"),
        ("wind_speed_100m", held, "wind_speed_100m keeps one value for 60 hours from 03-25 08:00"),
        ("temperature", held, "temperature keeps one value for 60 hours"),
        ("ghi", lambda v: np.where(v > 300, 299.0, v), "ghi keeps one value for"),
        ("ghi", lambda v: v + 30.0, "below the horizon"),
    ],
)
def test_gaps_that_were_filled_over_are_found(name, change, message, year):
    """Proves: a month of zeros, an instrument that stood still, a cap and an offset at night are refused.

    Sensitivity: yearly sums alone let all of them pass.
    """
    with pytest.raises(WeatherError, match=message):
        check_climate(changed(year, name, change), "bad")


def test_stored_years_are_judged_too(year, tmp_path):
    """Proves: a year outside the climate is neither saved nor, when another program stored it, read; every site is told in one line.

    Sensitivity: judged only when imported, a file from elsewhere goes into `optimize`.
    """
    bad = changed(year, "ghi", lambda v: v / 3.6)
    with pytest.raises(WeatherError, match="outside 1,100"):
        save_weather(bad, tmp_path / "bad.nc")
    assert list(tmp_path.iterdir()) == []
    bad.to_netcdf(tmp_path / "bad.nc")
    with pytest.raises(WeatherError, match=r"bad\.nc: .*every site: irradiation"):
        load_weather(tmp_path / "bad.nc")
    shifted = changed(year, "ghi", lambda v: np.roll(v, -8, axis=1))
    shifted.to_netcdf(tmp_path / "shifted.nc")
    with pytest.raises(WeatherError, match="every site: more than 2%"):
        load_weather(tmp_path / "shifted.nc")
