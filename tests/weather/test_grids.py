"""Grids as services deliver them: units, dimensions, stamps, calendars, coordinates, and files that are none."""

import zipfile

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from energy_model.weather.errors import WeatherError
from energy_model.weather.grid import read_grid
from energy_model.weather.stamps import Told
from tests.support.fair_weather import LATITUDE, LONGITUDE, fair_weather

START, DAYS = "2015-06-01", 12
DIMS = ("time", "latitude", "longitude")
PLACE = {"latitude": [45.0, 43.5], "longitude": [122.25, 120.0]}  # the first column of the second row is next to HORQIN
SHORT_H = 24 * DAYS


@pytest.fixture(scope="module")
def sites(climatology):
    return climatology.sites.loc[["HORQIN"]]


def utc(start=START, days=DAYS, step_min=60):
    return pd.date_range(start, periods=days * 24 * 60 // step_min, freq=f"{step_min}min")


def at_begin(stamps, step_min=60):
    """Means from each UTC stamp on."""
    return fair_weather(stamps + pd.Timedelta(hours=8), step_min)


def at_moment(stamps):
    """Readings at UTC stamps: means of ten minutes around them."""
    return fair_weather(stamps + pd.Timedelta(hours=8, minutes=-5), 10)


def field(values, factor=1.0, offset=0.0):
    """Field over `PLACE` whose nearest point has `values`, the others much more; in another unit by factor and offset."""
    spread = np.array([[3.0, 3.0], [1.0, 3.0]])
    return np.asarray(values)[:, None, None] * spread * factor + offset


def era5(time=None, units=(), **changed):
    """ERA5 of some days: readings at the stamps, radiation of the hour before; `units`: variable -> (unit, factor, offset)."""
    time = utc() if time is None else time
    now, before = at_begin(time), at_begin(time - pd.Timedelta(hours=1))
    columns = {"u100": 0.6 * now.wind, "v100": -0.8 * now.wind, "t2m": now.temperature, "sp": now.pressure, "ssrd": before.ghi}
    stated = dict.fromkeys(("u100", "v100"), ("m s**-1", 1, 0))
    stated |= {"t2m": ("K", 1, 273.15), "sp": ("Pa", 1, 0), "ssrd": ("J m**-2", 3600, 0)} | dict(units)
    data = {n: (DIMS, field(v, *stated[n][1:]), {"units": stated[n][0]}) for n, v in columns.items()}
    return xr.Dataset(data, {"time": time, **PLACE}).assign(changed)


def read(data, sites, tmp_path, name="grid.nc", **options):
    data.to_netcdf(tmp_path / name, **options)
    (place,) = read_grid([tmp_path / name], sites)
    return place


def require_fair(place, hours=SHORT_H - 1, sun_w_per_m2=0.05):
    """Every hour is that of the fair weather, but for the first and last of the file, of which it may not know all."""
    want = fair_weather(place.frame.index)
    got = place.frame.iloc[1:-1].dropna()
    assert len(got) >= hours - 2
    want = want.loc[got.index]
    np.testing.assert_allclose(got.wind_speed_100m, want.wind, rtol=1e-4)
    np.testing.assert_allclose(got.temperature, want.temperature, atol=2e-3)
    np.testing.assert_allclose(got.ghi, want.ghi, atol=sun_w_per_m2)


# --- units -----------------------------------------------------------------------------------------------------------

UNITS = {
    "kJ/m2": {"ssrd": ("kJ m**-2", 3.6, 0)},
    "W/m2": {"ssrd": ("W m**-2", 1, 0)},
    "kW/m2": {"ssrd": ("kW/m^2", 1e-3, 0)},
    "Wh/m2": {"ssrd": ("Wh m-2", 1, 0)},
    "degC": {"t2m": ("°C", 1, 0)},
    "hPa": {"sp": ("hPa", 1e-2, 0)},
    "knots": {"u100": ("knots", 3600 / 1852, 0), "v100": ("knots", 3600 / 1852, 0)},
    "one component in km/h": {"v100": ("km/h", 3.6, 0)},
}


@pytest.mark.parametrize("units", UNITS.values(), ids=UNITS)
def test_the_unit_that_a_grid_states_is_read(units, sites, tmp_path):
    """Proves: energy of the hour, power, kelvin and Celsius, knots and km/h give the same weather, worked out beside.
    Sensitivity: kJ taken for J are a thousandth of the sun, Celsius for kelvin 273 K less.
    """
    place = read(era5(units=units), sites, tmp_path)
    require_fair(place)
    np.testing.assert_allclose(place.frame.pressure_pa.dropna(), fair_weather(place.frame.pressure_pa.dropna().index).pressure, rtol=1e-6)


@pytest.mark.parametrize(("name", "unit"), [("ssrd", "bananas"), ("t2m", "m/s"), ("u100", "%"), ("sp", "kg"), ("ssrd", "J")])
def test_an_unknown_unit_is_refused_with_file_and_variable(name, unit, sites, tmp_path):
    """Proves: a unit that is none of the quantity stops the import and is named with variable and file ("J" alone says no area but is
    energy, and is taken as that of a square metre). Sensitivity: reading on as if it were the usual one.
    """
    data = era5()
    data[name].attrs["units"] = unit
    if (name, unit) == ("ssrd", "J"):
        return require_fair(read(data, sites, tmp_path))
    with pytest.raises(WeatherError, match=rf"grid\.nc: {name}: .*'{unit}'"):
        read(data, sites, tmp_path)
    return None


def test_no_unit_is_that_of_the_name_and_said(sites, tmp_path):
    """Proves: variables without a unit are read in that of their name, and the notes say so. Sensitivity: silence."""
    data = era5()
    for name in data.data_vars:
        data[name].attrs = {}
    place = read(data, sites, tmp_path)
    require_fair(place)
    notes = [note.en for note in place.notes]
    assert "t2m states no unit, read as K" in notes
    assert "ssrd states no unit, read as J/m2" in notes


# --- dimensions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["number", "level", "realization"])
def test_a_further_dimension_is_refused_by_name_unless_it_has_one_entry(name, sites, tmp_path):
    """Proves: two members of an ensemble that blow against each other are refused by the name of their dimension; one member is read.
    Sensitivity: their mean as vectors is a calm.
    """
    one = era5()
    two = xr.concat([one.assign(u100=-one.u100, v100=-one.v100), one], dim=pd.Index([3, 7], name=name))
    with pytest.raises(WeatherError, match=rf"'{name}' of 2 \(3, 7\)"):
        read(two, sites, tmp_path)
    require_fair(read(two.isel({name: [1]}), sites, tmp_path, "one.nc"))


def test_era5_of_the_last_months_is_joined_with_the_final_one(sites, tmp_path):
    """Proves: over the dimension expver each hour is taken where it is; where both have it, the final one.
    Sensitivity: the first version alone has no second week; their mean is neither.
    """
    final = era5()
    early = final.where(final.time >= final.time[100]) * 1.5
    for name in early.data_vars:
        early[name].attrs = final[name].attrs
    early = early.where(early.time < final.time[200], final)
    data = xr.concat([final.where(final.time < final.time[200]), early], dim=pd.Index([1, 5], name="expver"))
    require_fair(read(data, sites, tmp_path))


def runs(cumulative, steps=range(1, 13)):
    """Forecasts begun at 06 and 18 UTC over some hours each."""
    begin = pd.date_range(START, periods=2 * DAYS, freq="12h") + pd.Timedelta(hours=6)
    lead = pd.to_timedelta(list(steps), unit="h")
    parts = []
    for one in begin:
        part = era5(one + lead)
        if cumulative:
            part["ssrd"] = part.ssrd.cumsum("time").assign_attrs(part.ssrd.attrs)
        parts.append(part.assign_coords(time=lead).rename(time="step"))
    return xr.concat(parts, dim=pd.Index(begin, name="time"))


@pytest.mark.parametrize("cumulative", [False, True])
@pytest.mark.parametrize("valid", ["time plus step", "valid_time"])
def test_forecast_steps_are_valid_at_run_and_step(cumulative, valid, sites, tmp_path):
    """Proves: with run and step as dimensions each value stands at their sum, and radiation that adds up from the beginning of a run is
    taken apart. Sensitivity: the mean over the steps is a flat day; sums kept as they are reach thousands of watts.
    """
    data = runs(cumulative)
    if valid == "valid_time":
        data = data.assign_coords(valid_time=data.time + data.step)
    require_fair(read(data, sites, tmp_path))


def test_of_overlapping_forecasts_the_one_made_last_is_taken(sites, tmp_path):
    """Proves: where two runs give the same hour, the later run holds. Sensitivity: the older forecast has 9 m/s more."""
    data = runs(False, range(1, 16))
    data["u100"] = data.u100 + 9.0 * (data.step > np.timedelta64(12, "h"))
    place = read(data, sites, tmp_path)
    inner = place.frame.iloc[1:-3]  # after the last run nothing is newer
    np.testing.assert_allclose(inner.wind_speed_100m, fair_weather(inner.index).wind, rtol=1e-4)


def test_one_step_of_each_run_is_a_time_like_any_other(sites, tmp_path):
    """Proves: a scalar step moves the stamps. Sensitivity: the stamps of the runs are an hour early."""
    data = era5()
    data = data.assign_coords(time=data.time - np.timedelta64(1, "h"), step=np.timedelta64(1, "h"))
    require_fair(read(data, sites, tmp_path))


def test_radiation_added_up_through_the_day_is_refused(sites, tmp_path):
    """Proves: sums since 00 UTC (ERA5-Land) are refused in words. Sensitivity: read as hourly they reach 8,000 W/m2."""
    data = era5()
    day = (data.time - np.timedelta64(1, "h")).dt.floor("D")
    data["ssrd"] = data.ssrd.groupby(day.rename("day")).cumsum().assign_attrs(data.ssrd.attrs)
    with pytest.raises(WeatherError, match="ssrd: it accumulates through every day"):
        read(data, sites, tmp_path)


# --- stamps ----------------------------------------------------------------------------------------------------------


def with_sun(name, stamps, values, **attrs):
    """Radiation of its own time axis in a file of its own."""
    return xr.Dataset({name: (DIMS, field(values), {"units": "W m-2", **attrs})}, {"time": stamps, **PLACE})


def half_hours():
    return utc(step_min=30)


STAMPS = {
    # name: (data, largest error of an hour [W/m2] of a sun of up to 1000)
    "SARAH, scanned ten minutes after the stamp": (
        lambda: with_sun("SIS", half_hours(), at_moment(half_hours() + pd.Timedelta(minutes=10)).ghi), 4,
    ),
    "readings each half hour": (lambda: with_sun("influx", half_hours(), at_moment(half_hours()).ghi), 4),
    "hourly readings, said by cell_methods": (lambda: with_sun("influx", utc(), at_moment(utc()).ghi, cell_methods="time: point"), 15),
    "hourly readings, said by GRIB": (lambda: with_sun("influx", utc(), at_moment(utc()).ghi, GRIB_stepType="instant"), 15),
    "atlite of SARAH": (lambda: with_sun("influx", utc(), at_begin(utc()).ghi, module="sarah"), 0.05),
    "stamps at half past": (lambda: with_sun("influx", utc() + pd.Timedelta(minutes=30), at_begin(utc()).ghi), 0.05),
    "ends of the hours": (lambda: with_sun("influx", utc(), at_begin(utc() - pd.Timedelta(hours=1)).ghi), 0.05),
    "sums of ten minutes": (
        lambda: with_sun("ssrd", utc(step_min=10), at_begin(utc(step_min=10) - pd.Timedelta(minutes=10), 10).ghi), 0.05,
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", STAMPS)
def test_stamps_stand_for_what_the_file_says(kind, sites, tmp_path):
    """Proves: {kind} give the mean of every hour. Sensitivity: half an hour off is up to 110 W/m2 off, in every case of readings."""
    data, error = STAMPS[kind][0](), STAMPS[kind][1]
    data.to_netcdf(tmp_path / "sun.nc")
    era5().drop_vars("ssrd").to_netcdf(tmp_path / "rest.nc")
    (place,) = read_grid([tmp_path / "rest.nc", tmp_path / "sun.nc"], sites)
    require_fair(place, SHORT_H - 2, error)


@pytest.mark.parametrize(("side", "begin_h"), [("begin", 0.0), ("middle", -0.5), ("end", -1.0)])
def test_bounds_of_the_times_say_what_a_stamp_stands_for(side, begin_h, sites, tmp_path):
    """Proves: bounds around, before or behind the stamp are obeyed. Sensitivity: without them hourly watts are those of the hour before."""
    stamps = utc() - pd.Timedelta(hours=begin_h)
    data = with_sun("influx", stamps, at_begin(utc()).ghi)
    data["time_bnds"] = (("time", "bnds"), np.stack([utc(), utc() + pd.Timedelta(hours=1)], axis=1))
    data["time"].attrs["bounds"] = "time_bnds"
    data.to_netcdf(tmp_path / "sun.nc")
    era5().drop_vars("ssrd").to_netcdf(tmp_path / "rest.nc")
    (place,) = read_grid([tmp_path / "rest.nc", tmp_path / "sun.nc"], sites)
    require_fair(place, SHORT_H - 2)


def test_too_coarse_and_uneven_stamps_are_sentences(sites, tmp_path):
    """Proves: three-hourly values and a stamp that stands twice are refused in words.
    Sensitivity: 5,840 missing hours, or the first of two.
    """
    with pytest.raises(WeatherError, match="values every 3 h"):
        read(era5(utc()[::3]), sites, tmp_path)
    twice = era5()
    with pytest.raises(WeatherError, match=r"hour 2015-06-01 08:00:00 \(Beijing time\) appears twice"):
        read(xr.concat([twice, twice.isel(time=[0])], dim="time"), sites, tmp_path, "twice.nc")


def test_two_files_that_differ_are_refused(sites, tmp_path):
    """Proves: months that overlap with equal values join; with other values both files, the hour and the values are named.
    Sensitivity: the first file won unseen.
    """
    first, second = era5(utc(days=6)), era5(utc("2015-06-06", 7))
    first.to_netcdf(tmp_path / "a.nc")
    second.to_netcdf(tmp_path / "b.nc")
    (place,) = read_grid([tmp_path / "a.nc", tmp_path / "b.nc"], sites)
    require_fair(place)
    (second + 1.0).assign_attrs(second.attrs).map(lambda v: v.assign_attrs(second[v.name].attrs)).to_netcdf(tmp_path / "b.nc")
    with pytest.raises(WeatherError, match=r"a\.nc .*and b\.nc differ in .* of 2015-06-06 .*give one of them"):
        read_grid([tmp_path / "a.nc", tmp_path / "b.nc"], sites)


# --- calendars -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["2015-02-26", "2024-02-26"])
def test_a_calendar_without_leap_days_is_read(start, sites, tmp_path):
    """Proves: in a calendar without leap days the hours after 28 February are those of 1 March, in a leap year too, when Beijing time is
    made within that calendar. Sensitivity: moved in the real calendar, 28 February 20:00 UTC becomes 29 February.
    """
    time = utc(start, 6)
    real = time[~((time.month == 2) & (time.day == 29))]
    data = era5(real)
    data["time"] = ("time", np.arange(len(real)), {"units": f"hours since {start} 00:00:00", "calendar": "noleap"})
    frame = read(data, sites, tmp_path).frame
    beijing = frame.index
    assert not ((beijing.month == 2) & (beijing.day == 29)).any()
    assert beijing[beijing.month == 3][0] == pd.Timestamp(f"{start[:4]}-03-01 00:00")
    written = at_begin(real).wind.iloc[2 * 24 + 20]  # 28 February 20:00 UTC, two days and more after the start
    assert frame.wind_speed_100m[f"{start[:4]}-03-01 04:00"] == pytest.approx(written, rel=1e-6)
    assert len(frame.ghi.dropna()) == len(real)


@pytest.mark.parametrize("calendar", ["360_day", "julian", "all_leap"])
def test_calendars_of_other_years_are_a_sentence(calendar, sites, tmp_path):
    """Proves: a calendar whose days are not those of real years is refused by name. Sensitivity: a traceback of another library's type."""
    data = era5()
    data["time"] = ("time", np.arange(SHORT_H), {"units": "hours since 2015-06-01", "calendar": calendar})
    with pytest.raises(WeatherError, match=rf"grid\.nc: its calendar '{calendar}'"):
        read(data, sites, tmp_path)


@pytest.mark.parametrize(
    ("units", "said"),
    [("months since 2015-06-01", "not understood"), (None, "times have no unit"), ("hours since soon", "not understood")],
)
def test_times_that_are_not_understood_are_a_sentence(units, said, sites, tmp_path):
    """Proves: units of time that name no instants are refused in words. Sensitivity: hours since 1970 in nanoseconds."""
    data = era5()
    data["time"] = ("time", np.arange(SHORT_H), {"units": units} if units else {})
    with pytest.raises(WeatherError, match=said):
        read(data, sites, tmp_path)


def test_a_zone_in_the_units_of_time_is_obeyed(sites, tmp_path):
    """Proves: hours counted from a Beijing midnight are Beijing hours. Sensitivity: eight hours off."""
    data = era5()
    hours = (data.indexes["time"] + pd.Timedelta(hours=8) - pd.Timestamp("2015-06-01")) / pd.Timedelta(hours=1)
    data["time"] = ("time", hours.to_numpy(), {"units": "hours since 2015-06-01 00:00:00 +08:00"})
    require_fair(read(data, sites, tmp_path))


# --- coordinates -----------------------------------------------------------------------------------------------------


def on_other_grid(kind):
    data = era5()
    if kind == "longitudes in another order":
        return data.isel(longitude=[1, 0])
    if kind == "unsorted latitudes":
        far = data.isel(latitude=[0]).assign_coords(latitude=[30.0])
        return xr.concat([data.isel(latitude=[1]), far, data.isel(latitude=[0])], dim="latitude")
    if kind == "0 to 360":
        west = (data.isel(longitude=[1])).assign_coords(longitude=[350.0])
        return xr.concat([data, west], dim="longitude")
    if kind == "-180 to 180":
        west = (data.isel(longitude=[1])).assign_coords(longitude=[-122.25])
        return xr.concat([west, data], dim="longitude")
    if kind == "2-D":
        latitude, longitude = xr.broadcast(data.latitude, data.longitude)
        renamed = data.drop_vars(["latitude", "longitude"]).rename(latitude="y", longitude="x")
        return renamed.assign_coords(lat=(("y", "x"), latitude.values), lon=(("y", "x"), longitude.values))
    if kind == "list of points":
        stacked = data.stack(point=("latitude", "longitude"))
        return stacked.reset_index("point").transpose("time", "point")
    if kind == "one point":
        return data.isel(latitude=1, longitude=0)
    if kind == "by standard name":
        renamed = data.rename(latitude="breite", longitude="laenge")
        renamed["breite"].attrs["standard_name"], renamed["laenge"].attrs["standard_name"] = "latitude", "longitude"
        return renamed
    raise KeyError(kind)


GRIDS = ["longitudes in another order", "unsorted latitudes", "0 to 360", "-180 to 180", "2-D", "list of points", "one point",
         "by standard name"]  # fmt: skip


@pytest.mark.parametrize("kind", GRIDS)
def test_the_nearest_point_is_found_on_any_grid(kind, sites, tmp_path):
    """Proves: with {kind} the point next to the site is taken and told. Sensitivity: any other point has three times the wind."""
    place = read(on_other_grid(kind), sites, tmp_path)
    require_fair(place)
    assert (place.latitude_deg, place.longitude_deg) == (43.5, 122.25)
    assert abs(place.latitude_deg - LATITUDE) + abs(place.longitude_deg - LONGITUDE) < 0.2


def test_coordinates_in_metres_are_a_sentence(sites, tmp_path):
    """Proves: x and y of a map projection are not taken for degrees. Sensitivity: the point at 5 degrees of 5,000 km is the nearest."""
    data = era5().rename(latitude="y", longitude="x").assign_coords(y=[4.9e6, 4.8e6], x=[5.0e5, 6.0e5])
    with pytest.raises(WeatherError, match=r"y reaches from 4\.8e\+06 to 4\.9e\+06, which are not degrees of latitude"):
        read(data, sites, tmp_path)


# --- packing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file_format", ["NETCDF4", "NETCDF3_64BIT"])
def test_packed_values_and_marks_of_missing_ones(file_format, sites, tmp_path):
    """Proves: integers with scale and offset are unpacked before units are looked at, and marks of missing values are gaps.
    Sensitivity: the mark itself, -32767 times the scale, is a wind of hundreds of m/s.
    """
    data = era5()
    data["u100"][5] = np.nan
    pack = {"dtype": "int16", "_FillValue": -32767}
    encoding = {"u100": pack | {"scale_factor": 1e-3, "add_offset": 2.0}, "ssrd": pack | {"scale_factor": 120.0, "add_offset": 3.6e6}}
    frame = read(data, sites, tmp_path, encoding=encoding, format=file_format).frame.iloc[1:-1]
    assert frame.index[frame.wind_speed_100m.isna()].tolist() == [utc()[5] + pd.Timedelta(hours=8)]
    want = fair_weather(frame.index)
    np.testing.assert_allclose(frame.wind_speed_100m.dropna(), want.wind[frame.wind_speed_100m.notna()], atol=2e-3)
    np.testing.assert_allclose(frame.ghi, want.ghi, atol=0.05)


def test_impossible_values_are_gaps_and_said(sites, tmp_path):
    """Proves: a fill value that the file does not declare is a gap, named in the notes; where most values are impossible the unit is
    doubted. Sensitivity: 9.97e36 m/s, refused as outside 0..60 without an hour.
    """
    data = era5()
    data["u100"][7:9] = 9.96921e36
    place = read(data, sites, tmp_path)
    assert place.frame.iloc[1:-1].wind_speed_100m.isna().sum() == 2
    assert any("2 impossible values of wind_speed_100m" in note.en for note in place.notes)
    data["u100"] = data.u100 + 500
    with pytest.raises(WeatherError, match=r"wind_speed_100m reaches from .* read as m s\*\*-1: is that its unit"):
        read(data, sites, tmp_path, "odd.nc")


def test_zone_and_stamps_that_a_person_tells_hold_for_grids_too(sites, tmp_path):
    """Proves: a grid written in Beijing time with radiation from the stamp on is right with both told, as the advice of the check of the
    climate says. Sensitivity: options that are heard for tables only leave it eight hours and one hour off.
    """
    data = era5()
    data["ssrd"] = (DIMS, field(at_begin(utc()).ghi, 3600), data.ssrd.attrs)
    data = data.assign_coords(time=data.time + np.timedelta64(8, "h"))
    data.to_netcdf(tmp_path / "grid.nc")
    (place,) = read_grid([tmp_path / "grid.nc"], sites, Told(zone_h=8.0, mark="begin"))
    require_fair(place)


# --- files that are none ---------------------------------------------------------------------------------------------

NONE = {
    "page": (b"<!DOCTYPE html>\n<html><head><title>\n Log in\n</title>", "a web page.*download it again"),
    "json": (b'{"message": "Required licences not accepted"}', "a text or damaged, perhaps an answer of a server.*download it again"),
    "grib": (b"GRIB\x00\x00\x00\x01", "a GRIB file: convert it to NetCDF"),
    "gzip": (b"\x1f\x8b\x08", "a packed archive: unpack it"),
    "empty": (b"", "empty.*download it again"),
    "text": (b"time,wind\n", "a text or damaged"),
    "CDF-5": (b"CDF\x05\x00", "nccopy"),
}


@pytest.mark.parametrize(("content", "said"), NONE.values(), ids=NONE)
def test_what_is_no_netcdf_says_what_it_is(content, said, sites, tmp_path):
    """Proves: the usual things found under .nc are named, with what to do. Sensitivity: "NetCDF: Unknown file format"."""
    path = tmp_path / "era5.nc"
    path.write_bytes(content)
    with pytest.raises(WeatherError, match=rf"era5\.nc: .*{said}"):
        read_grid([path], sites)


def test_a_zip_under_nc_is_told_with_what_it_holds(sites, tmp_path):
    """Proves: an archive as the Climate Data Store sends is named, with the files to import. Sensitivity: an unknown file format."""
    with zipfile.ZipFile(tmp_path / "era5.nc", "w") as archive:
        archive.writestr("data_stream-oper_stepType-instant.nc", b"CDF")
    with pytest.raises(WeatherError, match=r"a ZIP archive.*unpack it.*data_stream-oper_stepType-instant\.nc"):
        read_grid([tmp_path / "era5.nc"], sites)


@pytest.mark.parametrize("file_format", ["NETCDF3_CLASSIC", "NETCDF3_64BIT", "NETCDF4"])
@pytest.mark.parametrize("cut", [1, 100, 0.5])
def test_a_file_that_is_cut_off_is_refused_in_every_format(file_format, cut, sites, tmp_path):
    """Proves: a file that lacks its end is a sentence, whatever its format. Sensitivity: the library reads zeros where a classic file ends:
    calm and 0 K, or an unlimited time that lacks months.
    """
    path = tmp_path / "grid.nc"
    era5().to_netcdf(path, format=file_format, unlimited_dims=["time"])
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * cut) if cut < 1 else len(content) - cut])
    with pytest.raises(WeatherError, match=r"grid\.nc: not a readable NetCDF file .*download it again"):
        read_grid([path], sites)
