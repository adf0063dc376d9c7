"""From a weather file of every kind to the pages of a plan made with it."""

import numpy as np
import openpyxl
import pandas as pd
import pytest
import xarray as xr
from typer.testing import CliRunner

from energy_model import cli
from energy_model.report.words import weather_words
from energy_model.weather.store import load_weather
from tests.paths import ROOT
from tests.support import weather_files
from tests.support.fair_weather import LATITUDE, LONGITUDE, fair_weather, hours_of

FAR = ("--max-distance-km", "900")  # one place serves all sites
STATIONS = {kind: entry for kind, entry in weather_files.KINDS.items() if not kind.startswith("plain")}


def run(*words):
    return CliRunner().invoke(cli.app, [str(word) for word in words])


def imported(folder, name, *words):
    done = run("weather", "import", *words, "--name", name, "--folder", folder)
    assert done.exit_code == 0, done.output
    return folder


def write_plain(path, year):
    """A plain table of one mast a site."""
    time = hours_of(year)
    fair = fair_weather(time)
    columns = {"wind_speed_100m_m_per_s": fair.wind, "ghi_w_per_m2": fair.ghi, "temperature_degc": fair.temperature}
    sites = load_weather("synthetic-1", ROOT / "weather").site.to_numpy()
    pd.concat([pd.DataFrame({"site": site, "time_beijing": time, **columns}) for site in sites]).to_csv(path, index=False)
    return [path]


def write_grid(folder, year, sun):
    """A grid of one point in UTC: readings in one file, radiation in another, as ERA5, an atlite cutout or SARAH have it."""
    time = hours_of(year) - pd.Timedelta(hours=8)
    now, before = fair_weather(time + pd.Timedelta(hours=8)), fair_weather(time + pd.Timedelta(hours=7))
    place = {"latitude": [LATITUDE], "longitude": [LONGITUDE]}

    def saved(name, stamps, **columns):
        data = {n: (("time", *place), np.asarray(v)[:, None, None], {"units": unit}) for n, (v, unit) in columns.items()}
        xr.Dataset(data, {"time": stamps, **place}).to_netcdf(folder / name)
        return folder / name

    rest = saved("rest.nc", time, u100=(now.wind, "m s**-1"), v100=(0 * now.wind, "m s**-1"), t2m=(now.temperature + 273.15, "K"))
    if sun == "era5":
        return [rest, saved("sun.nc", time, ssrd=(before.ghi * 3600, "J m**-2"))]
    if sun == "atlite":
        return [rest, saved("sun.nc", time, influx_direct=(0.6 * before.ghi, "W m**-2"), influx_diffuse=(0.4 * before.ghi, "W m**-2"))]
    halves = hours_of(year, 30) - pd.Timedelta(hours=8)
    scanned = fair_weather(halves + pd.Timedelta(hours=8, minutes=5), 10)  # ten minutes around ten past the stamp
    return [rest, saved("sun.nc", halves, SIS=(scanned.ghi, "W m-2"))]


def require_plannable(folder, name):
    """The year reads back as a plan reads it, and the pages have words for it."""
    year = load_weather(name, folder, load_weather("synthetic-1", ROOT / "weather").site.to_numpy().tolist())
    words = weather_words({"weather_kind": year.attrs["kind"], "weather": name})
    assert words.en == f"imported weather ({name})"
    assert words.zh == f"导入气象（{name}）"


ANY_DAY = ("epw", "tmy3", "pvgis hourly csv", "power csv, solar time")
"""Formats tried in `make test`; the others in `make test-all`."""


@pytest.mark.parametrize("kind", [pytest.param(k, marks=() if k in ANY_DAY else pytest.mark.slow) for k in STATIONS])
def test_a_year_of_every_station_format_can_be_planned_with(kind, tmp_path, monkeypatch):
    """Proves: a file of {kind} goes through the command into a year that passes every check a plan makes, and that pages can name.
    Sensitivity: a kind of weather without words stopped the pages after the solve.
    """
    name, writer, behind, _ = STATIONS[kind]
    fair = fair_weather(weather_files.stamps() + pd.Timedelta(hours=behind))
    for quantity, column in (("GHI", "ghi"), ("TEMPERATURE", "temperature")):
        monkeypatch.setattr(weather_files, quantity, fair[column].to_numpy())
    told = "pvgis" in kind and kind != "pvgis tmy csv"  # the values stand for the hour they begin, which only that file says
    marks = ("--stamps", "begin") if told else ()
    require_plannable(imported(tmp_path, "met", writer(tmp_path / name), *FAR, *marks), "met")


@pytest.mark.parametrize("sun", ["era5", "atlite", "sarah"])
def test_a_year_of_every_grid_can_be_planned_with(sun, tmp_path):
    """Proves: the same for grids of ERA5, atlite and SARAH. Sensitivity: radiation half an hour off is refused when the year is saved."""
    require_plannable(imported(tmp_path, "met", *write_grid(tmp_path, 2019, sun), "--year", "2019", *FAR), "met")


@pytest.mark.parametrize(
    ("year", "write"),
    [
        pytest.param(2019, lambda f: write_plain(f / "masts.csv", 2019), id="table"),
        pytest.param(2020, lambda f: write_grid(f, 2020, "era5"), id="grid-of-a-leap-year", marks=pytest.mark.slow),
    ],
)
def test_an_imported_year_goes_from_import_to_the_pages(year, write, tmp_path):
    """Proves: import, then optimize with the year behind the @, then map, study page and workbooks are there and name the weather.
    Sensitivity: UnknownLabelError after the solve, and the earlier pages gone.
    """
    weather = imported(tmp_path / "weather", f"met-{year}", *write(tmp_path), "--year", year, *FAR)
    name = f"plan-2015@met-{year}"
    place = ["--inputs", ROOT / "inputs", "--weather", weather, "--results", tmp_path / "results"]
    done = run("optimize", "--scenario", name, "--horizon", "hours:24", "--threads", "1", *place)
    assert done.exit_code == 0, done.output
    folder = tmp_path / "results" / f"{name}-hours24"
    for page in ("map.html", "report.html"):
        assert f"imported weather (met-{year})" in (folder / page).read_text(encoding="utf-8")
    cover = openpyxl.load_workbook(folder / "tables.xlsx").worksheets[0]
    assert any(f"导入气象（met-{year}）" in str(cell) for row in cover.iter_rows(values_only=True) for cell in row)
    assert f"{folder / 'map.html'}" in done.output.replace("\n", "")
