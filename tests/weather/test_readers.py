"""Weather files of every kind, written small in the test and read back through `read_weather`."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from energy_model.weather.dataset import QUANTITIES, year_hours
from energy_model.weather.errors import WeatherError
from energy_model.weather.readers import distance_km, read_weather
from tests.support.weather_files import (
    GHI,
    HOURS,
    KINDS,
    PRESSURE,
    RAMP,
    TEMPERATURE,
    WIND,
    point_values,
    stamps,
    write_epw,
    write_era5,
    write_plain,
    write_power_csv,
    write_power_json,
    write_pvgis_csv,
    write_pvgis_json,
    write_tmy3,
)


@pytest.fixture(scope="module")
def sites(climatology):
    return climatology.sites.loc[["HORQIN"]]


@pytest.fixture(scope="module")
def two_sites(climatology):
    return climatology.sites.loc[["HORQIN", "HLGL"]]


# --- writers of the kinds of files -----------------------------------------------------------------------------------


# --- one year, every kind --------------------------------------------------------------------------------------------

SHEAR = {10: 10.0**0.25, 50: 2.0**0.18, 100: 1.0}


def at_11_past(values):
    """Means of whole hours of values that stand for the hour around 11 minutes past: 41 minutes of one, 19 of the next."""
    return np.append((41 * values[:-1] + 19 * values[1:]) / 60, values[-1])


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_gives_the_same_year(kind, sites, tmp_path):
    """Proves: each kind of file lands on the right Beijing hour, in our units, its wind raised to 100 m and said so.

    Sensitivity: an hour's shift, end-of-hour stamps taken as beginnings, a forgotten unit or exponent, or
    28 February of a leap year in a typical year (the 29th on Beijing time) all fail.
    """
    name, writer, behind, height = KINDS[kind]
    data = read_weather([writer(tmp_path / name)], sites)
    assert data.indexes["time"].equals(year_hours(2015).astype(data.indexes["time"].dtype))
    got = {quantity: data[quantity].sel(site="HORQIN").to_numpy() for quantity in QUANTITIES}
    # What a UTC year lacks in its first Beijing hours is taken from its end.
    shared = at_11_past if "pvgis hourly" in kind else np.asarray
    np.testing.assert_allclose(got["wind_speed_100m"], np.roll(shared(WIND), behind) * SHEAR[height], rtol=1e-6)
    np.testing.assert_allclose(got["ghi"], np.roll(shared(GHI), behind), rtol=1e-6)
    np.testing.assert_allclose(got["temperature"], np.roll(shared(TEMPERATURE), behind), atol=1e-5)
    notes = data.attrs["notes"]
    assert (f"raised from {height} m to 100 m" in notes) == (height != 100)
    assert ("typical year" in notes) == any(word in kind for word in ("epw", "tmy"))
    wraps = behind and not any(word in kind for word in ("epw", "tmy"))  # typical years go round in the reader
    assert (f"{behind} hours at New Year" in notes) == bool(wraps)
    assert data.attrs["kind"] == "imported"
    assert "sha256" in data.attrs["source"]


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("epw", "direct normal radiation, diffuse horizontal radiation, illuminance, wind direction"),
        ("tmy3", "read: DNI;"),
        ("pvgis hourly csv", "read: H_sun, Int;"),
        ("pvgis tmy json", "read: RH, Gb(n), Gd(h), IR(h), WD10m;"),
        ("power json", "read: WD50M;"),
        ("era5", "read: d2m"),
    ],
)
def test_every_reader_names_the_columns_it_does_not_read(kind, named, sites, tmp_path):
    """Proves: direct and diffuse irradiance, wind direction and all else that a format carries beside what is read is named in the summary.

    Sensitivity: a reader without the note leaves its case silent; TMY3's columns of sources are not measurements.
    """
    if kind == "era5":
        files = write_era5(tmp_path)
        held = xr.load_dataset(files[0])
        held.assign(d2m=held["t2m"]).to_netcdf(files[0])
    else:
        name, writer, *_ = KINDS[kind]
        files = [write_power_json(tmp_path / name, WD50M=90.0) if kind == "power json" else writer(tmp_path / name)]
    assert "columns not read: " in (notes := read_weather(files, sites).attrs["notes"])
    assert named in notes


def test_generated_year_survives_a_plain_table(year, climatology, tmp_path):
    """Proves: a generated year of all sites written as a plain table and imported is the same year, bit for bit.

    Sensitivity: a density worked out anew, wind at 100 m raised once more, or sites put in alphabetical order differ.
    """
    frame = year[list(QUANTITIES)].to_dataframe()[list(QUANTITIES)].reset_index()
    names = {"time": "time_beijing", "wind_speed_100m": "wind_speed_100m_m_per_s", "ghi": "ghi_w_per_m2",
             "temperature": "temperature_degc", "air_density": "air_density_kg_per_m3"}  # fmt: skip
    path = tmp_path / "all.csv"
    frame.rename(columns=names).to_csv(path, index=False)
    again = read_weather([path], climatology.sites)
    for name in QUANTITIES:
        np.testing.assert_array_equal(again[name].to_numpy(), year[name].to_numpy(), err_msg=name)
    assert again["site"].to_numpy().tolist() == year["site"].to_numpy().tolist()


def test_density_is_that_of_the_standard_atmosphere(sites, tmp_path):
    """Proves: at 15 degC and 1013.25 hPa the density 100 m up is the standard atmosphere's 1.2133 kg/m3, and without pressure that of the
    site's altitude (166 m: 993.5 hPa).

    Sensitivity: the density at the ground, 1.2250, or the pressure of sea level for a site that gives none.
    """
    given = write_plain(tmp_path / "HORQIN.csv", "beijing", temperature_degc=15.0, pressure_pa=101325.0)
    assert float(read_weather([given], sites)["air_density"].mean()) == pytest.approx(1.2133, rel=5e-4)
    bare = write_plain(tmp_path / "HORQIN.csv", "beijing", temperature_degc=15.0)
    assert float(read_weather([bare], sites)["air_density"].mean()) == pytest.approx(1.2133 * 993.5 / 1013.25, rel=1e-3)


# --- grids -----------------------------------------------------------------------------------------------------------


def test_era5_takes_the_nearest_point_in_our_units(two_sites, tmp_path):
    """Proves: u and v give speed, kelvin degC, J/m2 of the past hour W/m2 of that hour, of each site's own grid point.

    Sensitivity: another grid point is off by 0.1 per variable; radiation an hour late is off by 0.05.
    """
    data = read_weather(write_era5(tmp_path), two_sites)
    for site, point in (("HORQIN", 3), ("HLGL", 0)):
        got = data.sel(site=site)
        offset = 0.1 * point
        np.testing.assert_allclose(got["wind_speed_100m"], np.roll(WIND, 8) + offset, rtol=1e-6)
        np.testing.assert_allclose(got["temperature"], np.roll(TEMPERATURE, 8) + offset, atol=1e-4)
        np.testing.assert_allclose(got["ghi"], np.roll(GHI, 7) + offset, rtol=1e-5)
    assert "8 hours at New Year" in data.attrs["notes"]
    assert data.attrs["notes"].count("km away") == 2


def test_day_before_new_year_leaves_nothing_to_wrap(sites, tmp_path):
    """Proves: with 31 December (UTC) of the year before, the year is whole and leap day is left out of 2024.

    Sensitivity: taking the first eight hours from the year's end all the same, or leaving out 31 December instead of leap day.
    """
    time = pd.date_range("2023-12-31", "2024-12-31 23:00", freq="h")
    data = read_weather(write_era5(tmp_path, time), sites, 2024)
    assert "New Year" not in data.attrs["notes"]
    begin = pd.DatetimeIndex(data["time"].to_numpy())
    assert len(begin) == HOURS
    assert not ((begin.month == 2) & (begin.day == 29)).any()
    file_hour = np.asarray((begin - pd.Timedelta(hours=8) - time[0]) / pd.Timedelta(hours=1))
    np.testing.assert_allclose(data["wind_speed_100m"][0], 4.3 + 0.0002 * file_hour, rtol=1e-6)
    np.testing.assert_allclose(data["ghi"][0], 0.05 * (file_hour + 1) + 0.3, rtol=1e-5)


@pytest.mark.parametrize("split", [True, False])
def test_atlite_cutout_is_read(split, sites, tmp_path):
    """Proves: a cutout (indexed by x and y, with lon and lat beside them) gives wind, W/m2 and degC as they are.

    Sensitivity: atlite keeps lon and lat as second names of x and y; renaming both collided.
    """
    dims, shape = ("time", "y", "x"), (HOURS, 1, 2)
    ramp = RAMP[:, None, None]
    point = point_values(np.array([[0, 1]]), shape)
    ghi = 0.05 * ramp + point
    sun = {"influx_direct": (dims, 0.25 * ghi), "influx_diffuse": (dims, 0.75 * ghi)} if split else {"influx": (dims, ghi)}
    data = xr.Dataset(
        {"wnd100m": (dims, 4 + 0.0002 * ramp + point), "temperature": (dims, 263.15 + 0.002 * ramp + point), **sun},
        {"time": stamps(), "y": [43.5], "x": [121.0, 122.25], "lon": ("x", [121.0, 122.25]), "lat": ("y", [43.5])},
    )
    data.to_netcdf(tmp_path / "cutout.nc")
    got = read_weather([tmp_path / "cutout.nc"], sites).sel(site="HORQIN")
    np.testing.assert_allclose(got["wind_speed_100m"], np.roll(WIND, 8) + 0.1, rtol=1e-6)
    np.testing.assert_allclose(got["temperature"], np.roll(TEMPERATURE, 8) + 0.1, atol=1e-4)
    np.testing.assert_allclose(got["ghi"], np.roll(GHI, 7) + 0.1, rtol=1e-5)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.99])
def test_cut_off_grid_is_refused(share, sites, tmp_path):
    """Proves: a NetCDF file cut off anywhere is a WeatherError that names it, never a year with holes.

    Sensitivity: what the NetCDF layer raises, passed on as it is, is no WeatherError and does not say what is wrong.
    """
    path = write_era5(tmp_path)[0]
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(WeatherError, match=r"instant\.nc: .*not a readable NetCDF"):
        read_weather([path], sites)


def test_wrong_grids_say_what_is_wrong(sites, tmp_path):
    """Proves: a grid elsewhere, without radiation, without weather or without coordinates is refused by name.

    Sensitivity: without a limit the nearest point, 1,500 km away, is taken; a bare KeyError does not say what to bring.
    """
    far = write_era5(tmp_path, latitudes=(30.0, 29.0))
    with pytest.raises(WeatherError, match=r"HORQIN: nearest data .* 15\d\d km away, over 200"):
        read_weather(far, sites)
    with pytest.raises(WeatherError, match="no ghi in the files"):
        read_weather(write_era5(tmp_path)[:1], sites)
    coords = {"time": stamps(), "latitude": [43.5], "longitude": [122.0]}
    path = tmp_path / "other.nc"
    xr.Dataset({"rain": (("time", "latitude", "longitude"), np.zeros((HOURS, 1, 1)))}, coords).to_netcdf(path)
    with pytest.raises(WeatherError, match=r"none of u100.*rain"):
        read_weather([path], sites)
    xr.Dataset({"t2m": ("time", TEMPERATURE)}, {"time": stamps()}).to_netcdf(path)
    with pytest.raises(WeatherError, match=r"coordinates missing.*latitude"):
        read_weather([path], sites)


# --- gaps and faults -------------------------------------------------------------------------------------------------


def test_gaps_are_listed(sites, tmp_path):
    """Proves: dropped rows, empty cells and repeated hours are refused, with the variable, count and first hours.

    Sensitivity: filling holes from the hours beside them, or keeping the first of two rows for one hour, passes in silence.
    """
    path = write_plain(tmp_path / "HORQIN.csv", "beijing")
    whole = pd.read_csv(path)
    holed = whole.drop(index=[3000, 3001])
    holed.loc[5000, "ghi_w_per_m2"] = np.nan
    holed.to_csv(path, index=False)
    with pytest.raises(WeatherError) as caught:
        read_weather([path], sites)
    message = str(caught.value)
    first, second, empty = (f"{year_hours(2015)[h]:%Y-%m-%d %H:%M}" for h in (3000, 3001, 5000))
    assert f"wind_speed_100m missing in 2 hours ({first}, {second})" in message
    assert f"ghi missing in 3 hours ({first}, {second}, {empty})" in message
    pd.concat([whole, whole.iloc[[70]]]).to_csv(path, index=False)
    with pytest.raises(WeatherError, match="2015-01-03 22:00:00 appears twice"):
        read_weather([path], sites)


def marked(values, mark):
    """Copy of `values` whose hour 5000 carries the format's mark of a missing value."""
    return np.where(RAMP == 5000, mark, values)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("temperature", lambda p: write_epw(p / "a.epw", temp=marked(TEMPERATURE, 99.9))),
        ("wind_speed_100m", lambda p: write_epw(p / "a.epw", wind=marked(WIND, 999))),
        ("ghi", lambda p: write_epw(p / "a.epw", ghi=marked(GHI, 9999))),
        ("ghi", lambda p: write_tmy3(p / "a.csv", ghi=marked(GHI, -9900))),
        ("ghi", lambda p: write_power_json(p / "a.json", "LST", ALLSKY_SFC_SW_DWN=marked(GHI, -999.0))),
        ("temperature", lambda p: write_power_json(p / "a.json", "LST", T2M=marked(TEMPERATURE, -999.0))),
        ("ghi", lambda p: write_plain(p / "HORQIN.csv", "beijing", ghi_w_per_m2=marked(GHI, -9999))),
    ],
)
def test_marks_of_missing_values_are_not_weather(name, write, sites, tmp_path):
    """Proves: 99.9, 999, 9999, -999 and -9900, each format's mark of a gap, are reported as that gap.

    Sensitivity: clipping radiation at zero used to turn a mark into a dark hour.
    """
    hour = f"{year_hours(2015)[5000]:%Y-%m-%d %H:%M}"
    with pytest.raises(WeatherError, match=rf"{name} missing in 1 hours \({hour}\)"):
        read_weather([write(tmp_path)], sites)


def test_missing_pressure_falls_back_to_the_standard(sites, tmp_path):
    """Proves: a station year in which an hour lacks its pressure is still usable, and the density is that of air in every hour.

    Sensitivity: the mark 999999 read as Pa gives over 12 kg/m3; counted as a gap like that of other quantities it refuses the year.
    """
    path = write_epw(tmp_path / "a.epw", pressure=marked(PRESSURE, 999999))
    density = read_weather([path], sites)["air_density"]
    assert 1.1 < float(density.min()) < float(density.max()) < 1.35


def test_small_night_offset_becomes_zero(sites, tmp_path):
    """Proves: the few negative watts of an instrument at night are zero, not an error.

    Sensitivity: not clipped, -3 is refused as outside 0..1400; with every negative a mark it is a gap.
    """
    path = write_plain(tmp_path / "HORQIN.csv", "beijing", ghi_w_per_m2=marked(GHI, -3.0))
    assert float(read_weather([path], sites)["ghi"][0, 5000]) == 0.0


@pytest.mark.parametrize("write", [write_pvgis_json, write_pvgis_csv])
def test_tilted_irradiance_is_refused(write, sites, tmp_path):
    """Proves: PVGIS irradiance on a tilted plane is not taken for horizontal.

    Sensitivity: a slope of 0 for what is not found lets the CSV's 38 degrees pass if it is looked for where the JSON has it.
    """
    path = write(tmp_path / ("a.json" if write is write_pvgis_json else "a.csv"), slope=38)
    with pytest.raises(WeatherError, match="slope 38"):
        read_weather([path], sites)


def test_power_without_time_or_parameters_is_refused(sites, tmp_path):
    """Proves: NASA POWER files that do not say UTC or solar time, or lack a quantity, are refused by name.

    Sensitivity: taking UTC for granted shifts solar time by eight hours without a word.
    """
    with pytest.raises(WeatherError, match="UTC or LST"):
        read_weather([write_power_json(tmp_path / "a.json", standard="")], sites)
    with pytest.raises(WeatherError, match="WS50M or WS10M"):
        read_weather([write_power_json(tmp_path / "a.json", height=2)], sites)
    csv = write_power_csv(tmp_path / "a.csv")
    csv.write_text(csv.read_text().replace("-END HEADER-", ""))
    with pytest.raises(WeatherError, match="END HEADER"):
        read_weather([csv], sites)


@pytest.mark.parametrize("kind", ["epw", "tmy3", "pvgis hourly json", "pvgis tmy csv", "power json", "power csv"])
def test_cut_off_station_file_is_refused(kind, sites, tmp_path):
    """Proves: half of a station file is a WeatherError, whatever its parser raises or leaves out.

    Sensitivity: a JSON or table parser's own error getting out, or the missing half of the year filled in.
    """
    name, writer, *_ = KINDS[kind]
    path = writer(tmp_path / name)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(WeatherError, match=r"a\.|missing in|is whole"):
        read_weather([path], sites)


def test_sites_and_files_must_match(sites, two_sites, tmp_path):
    """Proves: unknown, unserved, doubly served and far sites are refused; max_distance_km is obeyed.

    Sensitivity: files kept by the name of their site let the later of two win; distance not looked at serves any site.
    """
    path = write_plain(tmp_path / "HORQIN.csv", "beijing")
    unknown = write_plain(tmp_path / "BEIJING.csv", "beijing")
    with pytest.raises(WeatherError, match=r"unknown sites \['BEIJING'\].*HORQIN"):
        read_weather([unknown], sites)
    with pytest.raises(WeatherError, match="no file for site HLGL"):
        read_weather([path], two_sites)
    twin = write_plain(tmp_path / "twin.csv", "beijing", site="HORQIN")
    with pytest.raises(WeatherError, match="HORQIN is named by several files"):
        read_weather([path, twin], sites)
    station = write_epw(tmp_path / "a.epw")
    with pytest.raises(WeatherError, match="HLGL: nearest data"):
        read_weather([station], two_sites)
    data = read_weather([station], two_sites, max_distance_km=400)
    assert "14 km away" in data.attrs["notes"]
    np.testing.assert_array_equal(data["ghi"][0], data["ghi"][1])


def test_own_file_of_a_site_beats_the_nearest(sites, tmp_path):
    """Proves: kinds may be mixed, and a file that names the site is preferred to a station nearby.

    Sensitivity: taking the first file, or the one that gives a place, brings the station's 438 W/m2.
    """
    own = write_plain(tmp_path / "HORQIN.csv", "beijing", ghi_w_per_m2=7.0)
    data = read_weather([write_epw(tmp_path / "a.epw"), own], sites)
    assert float(data["ghi"].max()) == 7.0


def test_year_must_be_said_when_there_are_two(sites, tmp_path):
    """Proves: two whole years in one file need `year`, and the asked one is taken; a year not there is a gap.

    Sensitivity: taking the first whole year unasked, or always, gives 17 W/m2.
    """
    time = pd.date_range("2017-01-01", "2018-12-31 23:00", freq="h")
    ghi = np.where(time.year == 2018, 18.0, 17.0)
    columns = {"ghi_w_per_m2": ghi, "temperature_degc": 5.0, "wind_speed_100m_m_per_s": 6.0}
    path = write_plain(tmp_path / "HORQIN.csv", "beijing", time=time, **columns)
    with pytest.raises(WeatherError, match=r"say which year.*2017, 2018"):
        read_weather([path], sites)
    data = read_weather([path], sites, 2018)
    assert np.unique(data["ghi"]).tolist() == [18.0]
    assert data.indexes["time"][0].year == 2018
    with pytest.raises(WeatherError, match="gaps in the weather of 2030"):
        read_weather([path], sites, 2030)


def test_files_that_are_no_weather(sites, tmp_path):
    """Proves: nothing given, no file, an unknown kind and a table of something else are refused in plain words.

    Sensitivity: what pandas raises for an empty table is no WeatherError; a KeyError does not tell the columns wanted.
    """
    with pytest.raises(WeatherError, match="no weather files given"):
        read_weather([], sites)
    with pytest.raises(WeatherError, match=r"not found: .*none\.csv"):
        read_weather([tmp_path / "none.csv"], sites)
    (tmp_path / "a.xlsx").write_bytes(b"PK")
    with pytest.raises(WeatherError, match="unknown kind"):
        read_weather([tmp_path / "a.xlsx"], sites)
    (tmp_path / "HORQIN.csv").write_text("time,wind\n2015-01-01,5\n")
    with pytest.raises(WeatherError, match="time_beijing or time_utc"):
        read_weather([tmp_path / "HORQIN.csv"], sites)
    (tmp_path / "HORQIN.csv").write_text("")
    with pytest.raises(WeatherError, match=r"HORQIN\.csv: cannot be read"):
        read_weather([tmp_path / "HORQIN.csv"], sites)


def test_impossible_values_are_refused(sites, tmp_path):
    """Proves: kelvin in a degC column does not pass (the check of every year applies to imports too).

    Sensitivity: an import that is not checked at its end returns 263 to 281 degC.
    """
    path = write_plain(tmp_path / "HORQIN.csv", "beijing", temperature_degc=TEMPERATURE + 273.15)
    with pytest.raises(WeatherError, match=r"temperature reaches.*outside -60\.\.50"):
        read_weather([path], sites)


def test_distance_is_along_the_great_circle():
    """Proves: a degree of latitude is 111.2 km, and of longitude at 60 degrees north half of that.

    Sensitivity: degrees taken as a plane, without the cosine of latitude, make it 111 km at 60 degrees too.
    """
    assert distance_km(43, 122, 44, 122) == pytest.approx(111.19, abs=0.01)
    assert distance_km(60, 122, 60, 123) == pytest.approx(55.6, abs=0.05)
