"""What cannot be weather of the region is refused, whoever read it."""

import re

import numpy as np
import pytest

from energy_model.commands.weather import saved
from energy_model.language import speaking
from energy_model.precheck.precheck import of_weather
from energy_model.weather.climate import check_climate, climate_doubts, hours_late, sun_course
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
        ("ghi", lambda v: v / 3.6, r"irradiation 416\.7 \(1,500: 0\.28\) / .* kWh/\(m2 a\); .* share of them, 0\.8 to 1\.25 are possible"),
        ("ghi", lambda v: v / 1000, r"irradiation 1\.5 \(1,500: 0\.001\) / .* kWh/\(m2 a\)"),
        ("ghi", lambda v: v * 0.0, r"every site: irradiation 0 \(1,500: 0\) / [^;]* kWh/\(m2 a\); [^;]*$"),
        ("ghi", lambda v: np.minimum(v * 1.5, 1390), r"irradiation 2,2\d\d \(1,500: 1\.5\) / .* kWh/\(m2 a\)"),
        ("wind_speed_100m", lambda v: v / 3.6, r"mean wind speed .* 1\.917 \(6\.9: 0\.28\) / .* m/s; .* 0\.55 to 1\.5 are possible"),
        ("wind_speed_100m", lambda v: v * 1.944, r"mean wind speed .* 13\.41 \(6\.9: 1\.9\) / .* m/s; .* 0\.55 to 1\.5 are possible"),
        ("temperature", lambda v: (v - 32) / 1.8, r"air temperature -14\.1 \(6\.6\d*: -21\) / .* degC; .* difference to them, -6\.5 to"),
        ("temperature", lambda v: v + 20, r"mean air temperature 26\.63 \(6\.6\d*: 20\) / .* degC"),
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


def put(value, *spans):
    """Give hours (first, end) a value."""

    def change(values):
        values = values.copy()
        for first, end in spans:
            values[:, first:end] = value
        return values

    return change


def held(hours):
    def change(values):
        values = values.copy()
        values[:, 2000 : 2000 + hours] = values[:, 2000:2001]
        return values

    return change


JUNE = 151 * 24  # 1 June, 0:00
CALMS = [(first, first + 2) for first in range(500, 8000, 50)]


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("ghi", put(0.0, (JUNE, JUNE + 720)), "days without irradiance .*: 30, 06-01"),
        ("ghi", put(0.0, (JUNE + 10, JUNE + 13)), "hours by day without irradiance .*: 3, 06-01 10:00: .*--fill-hours"),
        ("ghi", put(0.0, *((JUNE + d * 24 + 11, JUNE + d * 24 + 12) for d in range(3))), "hours by day .*: 3, 06-01 11:00"),
        ("ghi", put(999.0, (JUNE + 19, JUNE + 20)), "more irradiance than the sun has .*: 1, 06-01 19:00 999"),
        ("ghi", lambda v: np.where(v > 300, 299.0, v), "ghi keeps one value for"),
        ("ghi", lambda v: v + 30.0, "below the horizon"),
        ("ghi", lambda v: v * 0.75, r"share of them, 0\.8 to 1\.25 are possible"),
        ("wind_speed_100m", held(60), "wind_speed_100m keeps one value for .* 60, 03-25 08:00, possible are 48 h"),
        ("wind_speed_100m", put(0.0, (2000, 2024)), "exactly 0 .*: 24, 24, 03-25 08:00: .*--fill-hours"),
        ("wind_speed_100m", put(0.0, (2000, 2060), *CALMS), "wind_speed_100m keeps one value for .* 60, 03-25 08:00"),
        ("wind_speed_100m", lambda v: v * 0.514, r"share of them, 0\.55 to 1\.5 are possible"),
        ("wind_speed_100m", put(55.0, (2000, 2002)), "wind_speed_100m leaps within an hour by [45].* m/s at 03-25 .*possible are 30 m/s"),
        ("temperature", held(60), "temperature keeps one value for .* 60, "),
        ("temperature", put(0.0, (JUNE + 37, JUNE + 41)), "temperature leaps within an hour by 2.* K at 06-02 .*possible are 20 K"),
        ("temperature", lambda v: np.roll(v, 8, axis=1), "temperature is warmest 8 h too late in the day"),
        ("temperature", lambda v: np.roll(v, -8, axis=1), "temperature is warmest 8 h too early in the day"),
        ("temperature", lambda v: np.repeat(v.reshape(9, 365, 24).mean(axis=2), 24, axis=1), "temperature varies over the day by 0"),
    ],
)
def test_marks_of_missing_values_and_shifts_are_found(name, change, message, year):
    """Proves: zeros and other marks of missing values, an instrument that stood still, a cap, an offset at night, a wrong scale and a
    daily course at a wrong hour are refused.

    Sensitivity: yearly sums and ranges of single values alone let all of them pass.
    """
    with pytest.raises(WeatherError, match=message):
        check_climate(changed(year, name, change), "bad")


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("ghi", put(0.0, (JUNE + 10, JUNE + 12)), "hours by day without irradiance .*: 2, 06-01 10:00"),
        ("ghi", put(400.0, (JUNE + 10, JUNE + 15)), "ghi keeps one value for .* 5, .*usual are at most 3 h"),
        ("ghi", lambda v: v * 0.86, r"irradiation .* 0\.9 to 1\.12 are usual"),
        ("wind_speed_100m", put(0.0, (2000, 2005)), "exactly 0 .*: 5, 5, "),
        ("wind_speed_100m", put(0.0, (2000, 2024), *CALMS), r"exactly 0 .*: 3\d\d, 24, "),
        ("wind_speed_100m", held(30), "wind_speed_100m keeps one value for .* 30, .*usual are at most 18 h"),
        ("wind_speed_100m", lambda v: v * 0.7, r"mean wind speed .* 0\.8 to 1\.25 are usual"),
        ("temperature", held(20), "temperature keeps one value for .* 20, "),
        ("temperature", lambda v: np.roll(v, 2, axis=1), "temperature is warmest 2 h too late"),
        ("temperature", lambda v: v + 5.0, r"mean air temperature .* -3\.5 to 3\.5 are usual"),
    ],
)
def test_what_may_be_weather_is_a_doubt(name, change, message, year):
    """Proves: what single stations and years do show passes, and is told with its figure; a sound year has no doubts.

    Sensitivity: limits of doubts that equal those of refusals say nothing here; narrower ones doubt the drawn year.
    """
    assert climate_doubts(year) == []
    data = check_climate(changed(year, name, change), "odd")
    told = [doubt for doubt in climate_doubts(data) if re.search(f"every site: .*{message}", doubt.en)]
    assert [doubt.zh[:4] for doubt in told] == ["各站点："]


def test_half_a_june_is_a_doubt_of_that_month(year):
    """Proves: one month of half the irradiation is told by its number, though the year is as usual.

    Sensitivity: yearly means alone see 6 %.
    """
    data = year.copy(deep=True)
    data["ghi"].values[:, JUNE : JUNE + 720] *= 0.5
    assert any(re.search(r"irradiation of some months far .* 06: 0\.5", doubt.en) for doubt in climate_doubts(check_climate(data, "odd")))


def test_stored_years_are_judged_too(year, tmp_path):
    """Proves: a year outside the climate is neither saved nor, when another program stored it, read; every site is told in one line.

    Sensitivity: judged only when imported, a file from elsewhere goes into `optimize`.
    """
    bad = changed(year, "ghi", lambda v: v / 3.6)
    with pytest.raises(WeatherError, match=r"0\.8 to 1\.25 are possible"):
        save_weather(bad, tmp_path / "bad.nc")
    assert list(tmp_path.iterdir()) == []
    bad.to_netcdf(tmp_path / "bad.nc")
    with pytest.raises(WeatherError, match=r"bad\.nc: .*every site: irradiation"):
        load_weather(tmp_path / "bad.nc")
    shifted = changed(year, "ghi", lambda v: np.roll(v, -8, axis=1))
    shifted.to_netcdf(tmp_path / "shifted.nc")
    with pytest.raises(WeatherError, match="every site: more than 2%"):
        load_weather(tmp_path / "shifted.nc")


def test_doubts_are_told_by_import_and_check(year, tmp_path, capsys):
    """Proves: what is unusual in a year is printed when it is imported, with the note on what was done to it, and is a warning of `check`.
    Sensitivity: a doubt that nobody is told of is none.
    """
    odd = changed(year, "ghi", lambda v: v * 0.86).assign_attrs(notes="columns not read: dni", notes_zh="未读取的列：dni")
    for chosen, parts in (
        ("en", ("columns not read: dni", "Warning: every site: irradiation", "0.9 to 1.12 are usual")),
        ("zh", ("未读取的列：dni", "警告：各站点：水平面辐照量", "常见范围0.9至1.12")),
    ):
        with speaking(chosen):
            saved(odd, tmp_path / "odd.nc")
        told = capsys.readouterr().out
        for part in parts:
            assert part.replace(" ", "") in "".join(told.split())
    (finding,) = of_weather(odd)
    assert (finding.severity, finding.topic) == ("warning", "weather")
    assert "0.9 to 1.12 are usual" in finding.en
    assert of_weather(year) == []
