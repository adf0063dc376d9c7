"""Weather years on disk, downloads (never over a real network) and the command line of the weather layer."""

import hashlib
import http.client
import io
import json
import re
import socket
import sys
import urllib.error
import urllib.parse
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from typer.testing import CliRunner

from energy_model.commands.weather import weather_app
from energy_model.invocation import installation
from energy_model.weather import fetch, generator, store
from energy_model.weather.dataset import QUANTITIES
from energy_model.weather.errors import WeatherError
from energy_model.weather.fetch import ATTEMPTS, ERA5_VARIABLES, fetch_era5, fetch_power
from energy_model.weather.files import replacing
from energy_model.weather.readers import read_weather
from energy_model.weather.store import ensure_year, load_weather, save_weather, weather_path
from tests.support.fair_weather import fair_weather, hours_of
from tests.support.weather_command import complaint, run


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Make any attempt to reach a network fail the test at once."""

    def refuse(*args, **kwargs):
        pytest.fail(f"a test asked for the network: {args}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def quick(monkeypatch, year):
    """Let the store draw years from the one already drawn; return the list of what was asked for."""
    asked = []

    def drawn(seed, calendar=2015, interannual=False):
        asked.append((seed, calendar, interannual))
        return year

    monkeypatch.setattr(store, "generate_year", drawn)
    monkeypatch.setattr(generator, "generate_year", drawn)
    return asked


@pytest.fixture
def sites(climatology):
    return climatology.sites.loc[["HORQIN", "HLGL"]]


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


# --- files -----------------------------------------------------------------------------------------------------------


def test_names_and_paths_are_told_apart(tmp_path):
    """Proves: a bare name lives in <folder>/years, anything that looks like a path is taken as it is.

    Sensitivity: putting the folder before a path, or .nc behind it, looks elsewhere.
    """
    assert weather_path("synthetic-1", tmp_path) == tmp_path / "years" / "synthetic-1.nc"
    assert weather_path(tmp_path / "mine.nc", tmp_path / "other") == tmp_path / "mine.nc"
    assert weather_path("there/mine", tmp_path).as_posix() == "there/mine"


def test_saved_year_reads_back_the_same(year, tmp_path):
    """Proves: values, labels, units and attributes survive the 32-bit file; its bytes are the same each time.

    Sensitivity: a time of writing among the attributes changes the bytes; 64 bits, or packed integers, are another type.
    """
    first, second = (save_weather(year, tmp_path / name) for name in ("a.nc", "b.nc"))
    xr.testing.assert_identical(load_weather(first), year)
    assert digest(first) == digest(second)
    with xr.open_dataset(first) as stored:
        assert {str(stored[name].dtype) for name in QUANTITIES} == {"float32"}


def test_missing_year_is_drawn_once(quick, tmp_path, year):
    """Proves: `ensure_year` draws and saves a missing synthetic year, then reads that very file without touching it.

    Sensitivity: drawing or writing again changes the count or the time stamp of the file.
    """
    first = ensure_year("synthetic-7", tmp_path)
    path = tmp_path / "years" / "synthetic-7.nc"
    before = (path.stat().st_mtime_ns, digest(path))
    second = ensure_year("synthetic-7", tmp_path)
    xr.testing.assert_identical(first, second)
    xr.testing.assert_identical(first, year)
    assert (path.stat().st_mtime_ns, digest(path)) == before
    assert quick == [(7, 2015, False)]
    assert [p.name for p in path.parent.iterdir()] == ["synthetic-7.nc"]  # nothing temporary left


@pytest.mark.parametrize(
    ("name", "asked"),
    [("synthetic-3", (3, 2015, False)), ("variable-4", (4, 2015, True)), ("variable-12-2023", (12, 2023, True))],
)
def test_name_says_what_is_drawn(name, asked, quick, tmp_path):
    """Proves: kind, seed and calendar year of a name reach the generator.

    Sensitivity: a 'variable' year drawn as a typical one, or the year in a name left out for 2015.
    """
    ensure_year(name, tmp_path)
    assert quick == [asked]


@pytest.mark.parametrize(
    ("name", "command"),
    [("synthetic-7", "weather make --seed 7 --replace"), ("variable-3-2023", "weather make --seed 3 --interannual --year 2023 --replace")],
)
def test_a_year_of_another_generator_is_refused(name, command, year, tmp_path):
    """Proves: a drawn year whose generator has another version is refused with both versions and the command that draws it anew, and is
    left as it is; an imported year under such a name is read.

    Sensitivity: reading it gives results of weather that the program no longer draws.
    """
    path = save_weather(year.assign_attrs(generator_version="1.0"), tmp_path / "years" / f"{name}.nc")
    before = digest(path)
    with pytest.raises(
        WeatherError, match=rf"{name}\.nc was drawn by generator 1\.0, this program draws {generator.VERSION}.*{command} --folder"
    ):
        ensure_year(name, tmp_path)
    assert digest(path) == before
    save_weather(year.assign_attrs(kind="station", generator_version="1.0"), path)
    assert ensure_year(name, tmp_path).attrs["kind"] == "station"


@pytest.mark.parametrize("name", ["era5-2020", "synthetic-", "synthetic-1b", "Synthetic-1"])
def test_other_names_are_not_invented(name, quick, tmp_path):
    """Proves: a missing year that is not synthetic is an error naming the file looked for; nothing is written.

    Sensitivity: matching the beginning of a name only draws seed 1 for synthetic-1b.
    """
    with pytest.raises(WeatherError, match=rf"not found: .*{name}\.nc"):
        ensure_year(name, tmp_path)
    assert quick == []
    assert list(tmp_path.iterdir()) == []


def test_half_written_year_never_takes_the_name(monkeypatch, quick, tmp_path, year):
    """Proves: a write that breaks off leaves neither a file of that name nor a temporary one, and an old file whole.

    Sensitivity: writing straight to the name leaves 1,000 bytes there, and the old year is lost.
    """
    real = xr.Dataset.to_netcdf

    def breaks(self, target, **options):
        real(self, target, **options)
        target.write_bytes(target.read_bytes()[:1000])
        raise OSError("No space left on device")

    monkeypatch.setattr(xr.Dataset, "to_netcdf", breaks)
    with pytest.raises(OSError, match="No space"):
        ensure_year("synthetic-5", tmp_path)
    assert list((tmp_path / "years").iterdir()) == []
    monkeypatch.undo()
    path = save_weather(year, tmp_path / "years" / "kept.nc")
    before = digest(path)
    monkeypatch.setattr(xr.Dataset, "to_netcdf", breaks)
    with pytest.raises(OSError, match="No space"):
        save_weather(year, path)
    assert digest(path) == before
    assert [p.name for p in path.parent.iterdir()] == ["kept.nc"]


def test_replacing_shows_the_old_file_until_the_new_one_is_whole(tmp_path):
    """Proves: while the new file is being written, the name still holds the old content; afterwards anyone may read it.

    Sensitivity: a temporary file in the system's folder may lie on another disk; one moved as it was made is private (600).
    """
    path = tmp_path / "a.txt"
    path.write_text("old")
    with replacing(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
        assert temporary.parent == path.parent  # same disk: the move is one step
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("share", [0.0, 0.05, 0.5, 0.95, 0.999])
def test_cut_off_year_is_refused(share, year, tmp_path):
    """Proves: a stored year cut off anywhere is a WeatherError that names the file, and is not silently drawn anew.

    Sensitivity: drawing anew whatever cannot be read hides the damage; what the NetCDF layer raises is no WeatherError.
    """
    path = save_weather(year, tmp_path / "years" / "synthetic-9.nc")
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(WeatherError, match=r"synthetic-9\.nc: not a readable NetCDF"):
        ensure_year("synthetic-9", tmp_path)


def test_flipped_bytes_are_noticed(year, tmp_path):
    """Proves: damage in the middle of the compressed data is a WeatherError too, not other weather.

    Sensitivity: the file still opens: if only opening is guarded and not reading the values, the NetCDF layer's error gets out.
    """
    path = save_weather(year, tmp_path / "a.nc")
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 4096] = bytes(4096)
    path.write_bytes(content)
    with pytest.raises(WeatherError, match=r"a\.nc"):
        load_weather(path)


def hole(data):
    data["ghi"][2, 100] = np.nan


def sunburn(data):
    data["ghi"][0, 12] = 1500.0


def other_kind(data):
    data.attrs["kind"] = "mast"


def other_unit(data):
    data["temperature"].attrs["units"] = "K"


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (hole, "ghi has 1 missing values"),
        (sunburn, r"ghi reaches from 0 to 1500, outside 0\.\.1400 W/m2"),
        (other_unit, "temperature is in 'K', wanted 'degC'"),
        (other_kind, "kind is 'mast'; known are imported, reanalysis"),
        (lambda d: d.drop_vars("air_density"), "variable air_density"),
        (lambda d: d.isel(time=slice(24, None)), "8736 hours, wanted 8760"),
        (lambda d: d.assign_coords(time=d["time"][::-1].to_numpy()), "not those of one year in order"),
        (lambda d: xr.concat([d, d.isel(time=slice(0, 24))], "time"), "8784 hours, wanted 8760; leave out 29 February"),
        (lambda d: d.transpose("time", "site"), "has dimensions"),
        (lambda d: d.drop_vars("latitude"), "coordinate latitude"),
    ],
)
def test_wrong_content_is_refused_on_the_way_in_and_out(spoil, message, year, tmp_path):
    """Proves: gaps, impossible values, other units, hours, shapes or kinds without words are refused when saved and when read.

    Sensitivity: a check that is gone shows in its own case, a way in or out that goes unchecked in all; one after writing leaves a file.
    """
    bad = year.copy(deep=True)
    spoiled = spoil(bad)
    bad = bad if spoiled is None else spoiled
    with pytest.raises(WeatherError, match=message):
        save_weather(bad, tmp_path / "bad.nc")
    assert list(tmp_path.iterdir()) == []
    bad.to_netcdf(tmp_path / "bad.nc")
    with pytest.raises(WeatherError, match=message):
        load_weather(tmp_path / "bad.nc")


def test_wanted_sites_must_be_there(year, tmp_path):
    """Proves: a year without a site that the study needs is refused, and the site is named.

    Sensitivity: sites that are not handed on to the check are not missed.
    """
    path = save_weather(year.sel(site=["HORQIN", "HLGL"]), tmp_path / "two.nc")
    assert load_weather(path, sites=["HLGL"]).sizes["site"] == 2
    with pytest.raises(WeatherError, match=r"sites missing: \['KAILU'\]"):
        load_weather(path, sites=["KAILU", "HLGL"])


# --- downloads -------------------------------------------------------------------------------------------------------


def power_answer(longitude=122.2, latitude=43.6, year=2021):
    """Answer of NASA POWER for the Beijing year: from 31 December (UTC) of the year before."""
    time = pd.date_range(f"{year - 1}-12-31", f"{year}-12-31 23:00", freq="h")
    fair = fair_weather(time + pd.Timedelta(hours=8))
    columns = {"ALLSKY_SFC_SW_DWN": fair["ghi"], "T2M": fair["temperature"], "WS50M": fair["wind"], "PS": fair["pressure"] / 1000}
    content = {
        "geometry": {"coordinates": [longitude, latitude, 200.0]},
        "properties": {"parameter": {k: dict(zip(time.strftime("%Y%m%d%H"), v, strict=True)) for k, v in columns.items()}},
        "header": {"time_standard": "UTC"},
    }
    return json.dumps(content).encode()


class Service:
    """Fake opener: raises the given faults one after the other, then answers."""

    def __init__(self, *faults, answer=None):
        self.faults, self.answer, self.asked = list(faults), answer, []

    def __call__(self, address):
        self.asked.append(address)
        if self.faults:
            raise self.faults.pop(0)
        if self.answer is not None:
            return self.answer
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(address).query)
        return power_answer(float(query["longitude"][0]), float(query["latitude"][0]))


def refusal(code):
    return urllib.error.HTTPError("https://power.example", code, "reason", {}, io.BytesIO())


def test_fetched_year_is_whole_and_readable(sites, tmp_path):
    """Proves: each site is asked for once, in UTC and with the day before, and the files make a year without wrapping.

    Sensitivity: asking from 1 January on, leaving the service its own solar time, or asking again for a file that is there.
    """
    service = Service()
    paths = fetch_power(sites, 2021, tmp_path / "new" / "folder", service, pause_s=0)
    assert [p.name for p in paths] == ["power_HORQIN_2021.json", "power_HLGL_2021.json"]
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(service.asked[1]).query)
    assert service.asked[1].startswith("https://power.larc.nasa.gov/api/temporal/hourly/point?")
    assert (query["latitude"], query["longitude"]) == (["45.5"], ["119.65"])
    assert (query["start"], query["end"], query["time-standard"]) == (["20201231"], ["20211231"], ["UTC"])
    data = read_weather(paths, sites, 2021)
    assert "New Year" not in data.attrs["notes"]
    assert "raised from 50 m" in data.attrs["notes"]
    assert fetch_power(sites, 2021, tmp_path / "new" / "folder", service, pause_s=0) == paths
    assert len(service.asked) == 2  # what is there is not asked for again


PASSING = [
    urllib.error.URLError("Name or service not known"),
    TimeoutError("timed out"),
    ConnectionResetError("reset by peer"),
    http.client.IncompleteRead(b"half"),
    refusal(503),
    refusal(429),
]


@pytest.mark.parametrize("fault", PASSING, ids=lambda fault: type(fault).__name__ + str(getattr(fault, "code", "")))
def test_passing_faults_are_tried_again_then_explained(fault, sites, tmp_path, monkeypatch):
    """Proves: a fault that may pass is tried again with doubling pauses; if it stays, one clear error, no file.

    Sensitivity: an answer cut short (IncompleteRead) is no OSError and used to escape as it was.
    """
    pauses = []
    monkeypatch.setattr(fetch, "time", SimpleNamespace(sleep=pauses.append))
    one = sites.iloc[:1]
    service = Service(fault, fault)
    assert fetch_power(one, 2021, tmp_path, service, pause_s=3.0)[0].is_file()
    assert len(service.asked) == 3
    assert pauses == [3.0, 6.0]
    pauses.clear()
    dead = Service(*[fault] * ATTEMPTS)
    with pytest.raises(WeatherError, match=rf"no connection to power\.larc\.nasa\.gov after {ATTEMPTS} attempts") as caught:
        fetch_power(one, 2022, tmp_path, dead, pause_s=1.0)
    assert "weather import" in str(caught.value)  # the way out
    assert len(dead.asked) == ATTEMPTS
    assert pauses == [1.0, 2.0, 4.0]
    assert [p.name for p in tmp_path.iterdir()] == ["power_HORQIN_2021.json"]


def test_refused_request_is_not_repeated(sites, tmp_path):
    """Proves: a request the service finds wrong (422) is an error at once.

    Sensitivity: a refusal is an OSError too: caught among those that may pass, it is tried again.
    """
    service = Service(refusal(422))
    with pytest.raises(WeatherError, match=r"refused the request \(422"):
        fetch_power(sites, 2021, tmp_path, service, pause_s=0)
    assert len(service.asked) == 1


@pytest.mark.parametrize("answer", [b"<html>maintenance</html>", b"", b"[]", b'{"messages": ["no"]}', b"\xff\xfe"])
def test_answer_that_is_no_weather_is_not_kept(answer, sites, tmp_path):
    """Proves: an error page is not saved as weather; the error shows what came.

    Sensitivity: saving before looking keeps the page, which is then never fetched again; looking for sound JSON only, [] passes.
    """
    with pytest.raises(WeatherError, match="did not send weather for HORQIN"):
        fetch_power(sites, 2021, tmp_path, Service(answer=answer), pause_s=0)
    assert list(tmp_path.iterdir()) == []


class Store:
    """Fake client of the Climate Data Store; writes real little NetCDF files of what was asked for."""

    def __init__(self, fails_at=None):
        self.requests, self.fails_at = [], fails_at

    def retrieve(self, dataset, request, target):
        self.requests.append((dataset, request))
        if len(self.requests) == self.fails_at:
            with open(target, "wb") as half:  # noqa: PTH123
                half.write(b"half")
            raise RuntimeError("licence not accepted")
        year, month, days = int(request["year"][0]), int(request["month"][0]), request["day"]
        last = pd.Period(f"{year}-{month:02d}").days_in_month
        time = pd.date_range(f"{year}-{month:02d}-{days[0]}", f"{year}-{month:02d}-{last} 23:00", freq="h")
        values = {"100m_u_component_of_wind": ("u100", 6.0), "100m_v_component_of_wind": ("v100", 8.0),
                  "2m_temperature": ("t2m", 280.0), "surface_pressure": ("sp", 98000.0),
                  "surface_solar_radiation_downwards": ("ssrd", 360000.0)}  # fmt: skip
        north, west, south, east = request["area"]
        dims, shape = ("valid_time", "latitude", "longitude"), (len(time), 2, 2)
        data = {values[v][0]: (dims, np.full(shape, values[v][1], "float32")) for v in request["variable"]}
        coords = {"valid_time": time, "latitude": [north, south], "longitude": [west, east]}
        xr.Dataset(data, coords).to_netcdf(target)


def test_era5_is_asked_for_by_month_and_kind_and_read(sites, tmp_path):
    """Proves: a year is 13 spans of readings and of sums, asked for apart (together they come as an archive), and reads.

    Sensitivity: one request for all variables, or an area that leaves out a site, fails.
    """
    client = Store()
    paths = fetch_era5(sites, 2021, tmp_path, client)
    assert len(paths) == len(client.requests) == 26
    assert paths[0].name == "era5_2020_12_instant.nc"
    assert client.requests[0][1]["day"] == ["31"]
    asked = {tuple(request["variable"]) for _, request in client.requests}
    assert asked == {tuple(variables) for variables in ERA5_VARIABLES.values()}
    north, west, south, east = client.requests[0][1]["area"]
    assert sites["latitude_deg"].between(south, north).all()
    assert sites["longitude_deg"].between(west, east).all()
    data = read_weather(paths, sites, 2021)
    assert float(data["wind_speed_100m"].mean()) == pytest.approx(10.0)
    assert float(data["ghi"].mean()) == pytest.approx(100.0)
    assert float(data["temperature"].mean()) == pytest.approx(6.85, abs=1e-4)
    assert "New Year" not in data.attrs["notes"]
    fetch_era5(sites, 2021, tmp_path, client)
    assert len(client.requests) == 26


def test_broken_era5_download_goes_on_where_it_stopped(sites, tmp_path):
    """Proves: a failed month is named and leaves no half file; the next call asks only for what is missing.

    Sensitivity: a download straight to its name leaves the half file, which the next call takes for whole.
    """
    client = Store(fails_at=4)
    with pytest.raises(WeatherError, match="ERA5 2021-01 could not be fetched: licence"):
        fetch_era5(sites, 2021, tmp_path, client)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "era5_2020_12_instant.nc",
        "era5_2020_12_sum.nc",
        "era5_2021_01_instant.nc",
    ]
    again = Store()
    fetch_era5(sites, 2021, tmp_path, again)
    assert len(again.requests) == 23


def test_era5_without_its_package_or_key_says_what_to_do(sites, tmp_path, monkeypatch):
    """Proves: without cdsapi, or with a client that does not start, the error says what is wanted.

    Sensitivity: a bare ImportError, or the client's own complaint, is no WeatherError.
    """
    monkeypatch.setitem(sys.modules, "cdsapi", None)
    with pytest.raises(WeatherError, match=f"{re.escape(installation('cdsapi'))}.* and an account"):
        fetch_era5(sites, 2021, tmp_path)

    def no_key():
        raise Exception("Missing/incomplete configuration file")

    monkeypatch.setitem(sys.modules, "cdsapi", SimpleNamespace(Client=no_key))
    with pytest.raises(WeatherError, match="does not start: Missing"):
        fetch_era5(sites, 2021, tmp_path)


# --- command line ----------------------------------------------------------------------------------------------------


def test_make_writes_the_named_years(quick, tmp_path):
    """Proves: `make` draws the seeds counted up and saves them under the names that `ensure_year` reads.

    Sensitivity: years with scatter saved as synthetic-4 and -5 are not found by name, and `ensure_year` draws again.
    """
    done = run("make", "--seed", 4, "--count", 2, "--interannual", "--folder", tmp_path)
    assert done.exit_code == 0, done.output
    assert sorted(p.name for p in (tmp_path / "years").iterdir()) == ["variable-4.nc", "variable-5.nc"]
    assert quick == [(4, 2015, True), (5, 2015, True)]
    ensure_year("variable-4", tmp_path)
    assert len(quick) == 2


def test_report_judges_and_its_status_says_so(year, tmp_path):
    """Proves: `report` ends 0 for a year that fits the climate and 1 for one that does not, and writes the table.

    Sensitivity: a status of 0 whenever the table could be made.
    """
    save_weather(year, tmp_path / "years" / "good.nc")
    good = run("report", "good", "--folder", tmp_path, "--inputs", tmp_path, "--csv", tmp_path / "table.csv")
    assert good.exit_code == 0, good.output
    table = pd.read_csv(tmp_path / "table.csv", encoding="utf-8-sig")
    assert set(table["verdict"]) == {"ok", "missed"}
    windy = year.copy(deep=True)
    windy["wind_speed_100m"] = (windy["wind_speed_100m"] * 1.3).clip(max=60).assign_attrs(year["wind_speed_100m"].attrs)
    save_weather(windy, tmp_path / "years" / "windy.nc")
    assert run("report", "windy", "--folder", tmp_path, "--inputs", tmp_path).exit_code == 1


def test_import_saves_a_year_and_tells_what_it_did(climatology, tmp_path):
    """Proves: `import` makes a loadable year from a table of all sites and prints the notes; faults end with status 1.

    Sensitivity: notes printed but not stored; an error not turned into a line leaves status 1 too, but says nothing.
    """
    time = hours_of(2022)
    fair = fair_weather(time)
    rows = {"wind_speed_10m_m_per_s": fair["wind"] / 2, "ghi_w_per_m2": fair["ghi"], "temperature_degc": fair["temperature"]}
    table = pd.concat([pd.DataFrame({"site": site, "time_beijing": time, **rows}) for site in climatology.names])
    table.to_csv(tmp_path / "mast.csv", index=False)
    done = run("import", tmp_path / "mast.csv", "--name", "mast-2022", "--folder", tmp_path)
    assert done.exit_code == 0, done.output
    assert "wind raised from 10 m to 100 m" in " ".join(done.output.split())
    data = load_weather("mast-2022", tmp_path, climatology.names)
    assert "wind raised from 10 m" in data.attrs["notes"]
    assert float(data["wind_speed_100m"].max()) == pytest.approx(fair["wind"].max() / 2 * 10**0.25, rel=1e-6)
    failed = run("import", tmp_path / "none.csv", "--name", "none", "--folder", tmp_path)
    assert failed.exit_code == 1
    assert "not found" in complaint(failed)
    assert not (tmp_path / "years" / "none.nc").exists()


def test_fetch_command_brings_a_year_or_one_line(monkeypatch, climatology, tmp_path):
    """Proves: `fetch power` downloads, imports and saves; an unknown source or a dead network is one line and status 1.

    Sensitivity: a KeyError for the unknown source, or the network's own error let through, ends with status 1 and no line.
    """
    answers = Service()
    real = fetch.fetch_power
    monkeypatch.setattr(fetch, "fetch_power", lambda sites, year, folder: real(sites, year, folder, answers, 0))
    done = run("fetch", "power", "--year", 2021, "--folder", tmp_path)
    assert done.exit_code == 0, done.output
    assert len(answers.asked) == len(climatology.names)
    assert load_weather("power-2021", tmp_path, climatology.names).attrs["kind"] == "imported"
    unknown = run("fetch", "merra", "--year", 2021, "--folder", tmp_path)
    assert unknown.exit_code == 1
    assert "Known: power, era5" in complaint(unknown)
    dead = Service(*[urllib.error.URLError("no route")] * ATTEMPTS)
    monkeypatch.setattr(fetch, "fetch_power", lambda sites, year, folder: real(sites, year, folder, dead, 0))
    failed = run("fetch", "power", "--year", 2020, "--folder", tmp_path)
    assert failed.exit_code == 1
    assert "is there a network?" in complaint(failed)
    assert not (tmp_path / "years" / "power-2020.nc").exists()


def mast(climatology, folder):
    """A table of all sites that can be imported."""
    time = hours_of(2022)
    fair = fair_weather(time)
    rows = {"wind_speed_100m_m_per_s": fair["wind"], "ghi_w_per_m2": fair["ghi"], "temperature_degc": fair["temperature"]}
    pd.concat([pd.DataFrame({"site": s, "time_beijing": time, **rows}) for s in climatology.names]).to_csv(folder / "mast.csv", index=False)
    return folder / "mast.csv"


def test_a_year_that_is_there_is_replaced_only_when_asked(year, climatology, tmp_path, monkeypatch):
    """Proves: import and fetch onto an existing name, the shipped year above all, ask first; where nobody can be asked they are refused
    before anything is read or downloaded, and the file stays; `--replace` and a yes replace it, a no does not.
    Sensitivity: the shipped year silently became the imported one.
    """
    path = save_weather(year, tmp_path / "years" / "synthetic-1.nc")
    before = digest(path)
    words = ("import", mast(climatology, tmp_path), "--name", "synthetic-1", "--folder", tmp_path)
    refused = run(*words)
    assert (refused.exit_code, digest(path)) == (1, before)
    assert "exists and is unchanged" in complaint(refused)
    assert "--replace" in complaint(refused)
    save_weather(year, tmp_path / "years" / "power-2021.nc")
    service = Service()
    monkeypatch.setattr(fetch, "fetch_power", service)
    assert run("fetch", "power", "--year", 2021, "--folder", tmp_path).exit_code == 1
    assert service.asked == []
    monkeypatch.setattr("energy_model.commands.weather.asked", lambda: True)
    no = CliRunner().invoke(weather_app, [str(w) for w in words], input="n\n")
    assert (no.exit_code, digest(path)) == (1, before)
    yes = CliRunner().invoke(weather_app, [str(w) for w in words], input="y\n")
    assert (yes.exit_code, load_weather(path).attrs["kind"]) == (0, "imported"), yes.output
    save_weather(year, path)
    assert run(*words, "--replace").exit_code == 0
    assert load_weather(path).attrs["kind"] == "imported"


def test_drawing_what_is_there_already_changes_nothing(quick, year, tmp_path):
    """Proves: `make` of a year that stands there leaves the file; of a name under which other weather stands it asks.
    Sensitivity: the file is written again, or the imported year is gone.
    """
    path = save_weather(year, tmp_path / "years" / "synthetic-1.nc")
    stamp = path.stat().st_mtime_ns
    done = run("make", "--folder", tmp_path)
    assert (done.exit_code, path.stat().st_mtime_ns) == (0, stamp)
    assert "already there" in done.output
    save_weather(year.assign(temperature=(year["temperature"] + 0.5).assign_attrs(year["temperature"].attrs)), path)
    before = digest(path)
    assert run("make", "--folder", tmp_path).exit_code == 1
    assert digest(path) == before


@pytest.mark.parametrize("name", ["met 2019", "met.2019", "../up", "-x", "", "气象", "a/b", "met+1", "x.nc"])
def test_names_that_no_scenario_could_ask_for_are_refused(name, climatology, tmp_path):
    """Proves: a name that cannot stand behind the @ of a scenario is refused with the rule before the file is read.
    Sensitivity: the year is saved, and no command can ask for it, or it lands outside the folder.
    """
    refused = run("import", tmp_path / "mast.csv", f"--name={name}", "--folder", tmp_path)
    assert refused.exit_code == 1
    assert "letters, digits, - and _" in complaint(refused)


def test_an_unknown_year_is_answered_with_the_likely_one(year, tmp_path):
    """Proves: a year that is not there is answered with those that are and the one most like it. Sensitivity: a bare path."""
    save_weather(year, tmp_path / "years" / "met-2019.nc")
    with pytest.raises(WeatherError, match=r"there are met-2019; did you mean met-2019\?"):
        load_weather("met_2019", tmp_path)


def test_a_full_disk_or_impossible_folder_is_a_sentence(year, climatology, tmp_path, monkeypatch):
    """Proves: commands that write weather end with exit code 5 and a sentence when the folder cannot be or the disk is full, nothing
    half-written stays, and an earlier year is as it was. Sensitivity: the NetCDF library's RuntimeError is a traceback.
    """
    path = save_weather(year, tmp_path / "years" / "met.nc")
    before = digest(path)
    (tmp_path / "file").write_text("", encoding="utf-8")
    words = ("import", mast(climatology, tmp_path), "--name", "met", "--replace", "--folder")
    impossible = run(*words, tmp_path / "file")
    assert impossible.exit_code == 5
    assert "could not be read or written" in complaint(impossible)

    def full(*arguments, **options):
        raise RuntimeError("NetCDF: HDF error")

    monkeypatch.setattr("xarray.Dataset.to_netcdf", full)
    stopped = run(*words, tmp_path)
    assert stopped.exit_code == 5
    assert "HDF error" in complaint(stopped)
    assert [p.name for p in path.parent.iterdir()] == ["met.nc"]
    assert digest(path) == before
