"""Tables of one place as people and services write them: units, stamps, steps, gaps, encodings; read right or refused in a sentence."""

import gzip
import io
import json
import re
import zipfile

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from energy_model.language import speaking
from energy_model.weather.climate import check_climate
from energy_model.weather.errors import WeatherError
from energy_model.weather.readers import read_weather
from energy_model.weather.report import print_report, weather_report
from energy_model.weather.stamps import Told, read_stamps, told_of, zone_of
from tests.support.fair_weather import ALTITUDE, LATITUDE, LONGITUDE, fair_weather, hours_of
from tests.support.weather_command import complaint, run

COLUMNS = ("time_beijing", "wind_speed_100m_m_per_s", "ghi_w_per_m2", "temperature_degc")
HOURS = hours_of(2019)


@pytest.fixture(scope="module")
def sites(climatology):
    return climatology.sites.loc[["HORQIN"]]


@pytest.fixture(scope="module")
def fair():
    return fair_weather(HOURS)


def table(values, stamps=None, columns=COLUMNS):
    """Plain table of `values` (see `fair_weather`), its stamps the index unless given."""
    stamps = values.index.strftime("%Y-%m-%d %H:%M") if stamps is None else stamps
    return pd.DataFrame(dict(zip(columns, (stamps, *(values[name].to_numpy() for name in ("wind", "ghi", "temperature"))), strict=True)))


def csv(data, **options):
    return data.to_csv(index=False, **options)


def imported(sites, path, content, year=None, **told):
    """Year read from a file of that content, judged like any that is saved."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return check_climate(read_weather([path], sites, year, told=Told(**told)), path.name)


def assert_is(data, wanted, ends=0):
    """Compare with what was put in, but for `ends` hours at either end that come from elsewhere."""
    inner = slice(ends, 8760 - ends)
    for name, column in (("wind_speed_100m", "wind"), ("ghi", "ghi"), ("temperature", "temperature")):
        got = data[name].to_numpy()[0]
        np.testing.assert_allclose(got[inner], wanted[column].to_numpy()[inner], rtol=1e-4, atol=2e-3, err_msg=name)


# --- units -----------------------------------------------------------------------------------------------------------


def other_units(fair):
    return fair.assign(wind=fair["wind"] * 3.6, ghi=fair["ghi"] * 0.0036, temperature=fair["temperature"] * 1.8 + 32)


@pytest.mark.parametrize(
    ("head", "below"),
    [
        ("time_beijing,wind_speed_100m [km/h],ghi (MJ/m2),temperature [°F]", ""),
        ("time_beijing,wind_speed_100m_km_per_h,ghi_mj_per_m2,temperature_degf", ""),
        ("time_beijing,wind_speed_100m,ghi,temperature", ",km/h,MJ/m2,°F\n"),
        ("time_beijing,wind_speed_100m,ghi,temperature", "[-],[km/h],[MJ/m2],[F]\n"),
        ("time（北京时间）,Wind Speed 100m（千米/小时）,GHI（兆焦/平方米）,Temperature（℉）", ""),
    ],
)
def test_units_stand_in_names_brackets_or_a_row(head, below, fair, sites, tmp_path):
    """Proves: km/h, MJ/m2 and °F are converted wherever the table states them.

    Sensitivity: a place that is not looked at leaves its own case with 25 m/s and 5 kWh/m2.
    """
    data = imported(sites, tmp_path / "HORQIN.csv", head + "\n" + below + csv(table(other_units(fair)), header=False))
    assert_is(data, fair)
    assert "ghi converted from" in data.attrs["notes"]


@pytest.mark.parametrize(
    ("columns", "below", "message"),
    [
        (("time_beijing", "wind_speed_100m", "ghi", "temperature"), "", "unit of column wind_speed_100m is not stated"),
        (("time_beijing", "wind_speed_100m", "ghi", "temperature"), ",m/s,lux,degC\n", "ghi in 'lux': unit not known"),
        (("time_beijing", "wind_speed_100m_m_per_s", "ghi_w_per_m2 [kW/m2]", "temperature_degc"), "", "states two units"),
        (("time_beijing", "wind_speed_100m [bft]", *COLUMNS[2:]), "", "wind_speed_100m in 'bft': unit not known"),
        ((*COLUMNS[:2], "ghi_kwh_per_m2_per_s", COLUMNS[3]), "", "ghi reaches from 0 to .*read as kwh/m2/s"),
        (("time_beijing", "wind_speed_80m_m_per_s", *COLUMNS[2:]), "", r"wind at \[80\] m"),
    ],
)
def test_units_that_are_not_clear_are_refused(columns, below, message, fair, sites, tmp_path):
    """Proves: a unit that is missing, unknown or contradicted is refused by the name of its column.

    Sensitivity: a unit taken for granted lets its case pass.
    """
    content = ",".join(columns) + "\n" + below + csv(table(fair), header=False)
    with pytest.raises(WeatherError, match=message):
        imported(sites, tmp_path / "HORQIN.csv", content)


def power(fair_utc, unit="Wh/m^2", factor=1.0, as_json=True):
    """NASA POWER of the hours of `fair_utc` with that unit of irradiance in its head."""
    units = {"ALLSKY_SFC_SW_DWN": unit, "T2M": "C", "WS50M": "m/s", "PS": "kPa"}
    data = pd.DataFrame(
        {
            "ALLSKY_SFC_SW_DWN": fair_utc["ghi"] * factor,
            "T2M": fair_utc["temperature"],
            "WS50M": fair_utc["wind"] * 0.5**0.18,
            "PS": fair_utc["pressure"] / 1000,
        }
    )
    time = data.index
    if as_json:
        content = {
            "geometry": {"coordinates": [LONGITUDE, LATITUDE, ALTITUDE]},
            "properties": {"parameter": data.set_axis(time.strftime("%Y%m%d%H")).to_dict()},
            "header": {"fill_value": -999.0, "time_standard": "UTC"},
            "parameters": {name: {"units": u, "longname": name} for name, u in units.items()},
        }
        return json.dumps(content)
    head = ["-BEGIN HEADER-", "Dates (month/day/year): 12/31/2018 through 12/31/2019 in UTC"]
    head += [f"Location: latitude {LATITUDE} longitude {LONGITUDE}"]
    head += [f"{name}     All Sky (of the surface) {name} ({u}) " for name, u in units.items()] + ["-END HEADER-"]
    hours = pd.DataFrame({"YEAR": time.year, "MO": time.month, "DY": time.day, "HR": time.hour})
    return "\n".join(head) + "\n" + csv(pd.concat([hours, data.reset_index(drop=True)], axis=1))


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize(("unit", "factor"), [("Wh/m^2", 1.0), ("MJ/hr", 0.0036), ("kW-hr/m^2/day", 0.024)])
def test_power_is_read_in_the_unit_of_its_community(unit, factor, as_json, fair, sites, tmp_path):
    """Proves: NASA POWER of the communities for agriculture (MJ/hr) and for energy give the same year.

    Sensitivity: MJ/hr taken as W/m2 makes 5 kWh/m2 a year of 1,470.
    """
    utc = pd.date_range("2018-12-31", "2020-01-01", freq="h", inclusive="left")
    values = fair_weather(utc + pd.Timedelta(hours=8)).set_axis(utc)
    data = imported(sites, tmp_path / f"a.{'json' if as_json else 'csv'}", power(values, unit, factor, as_json), 2019)
    assert_is(data, fair)
    with pytest.raises(WeatherError, match="ghi in 'lux': unit not known"):
        imported(sites, tmp_path / f"b.{'json' if as_json else 'csv'}", power(values, "lux", 1.0, as_json), 2019)


# --- stamps ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "form",
    ["%Y-%m-%dT%H:%M:%S", "%Y/%m/%d %H:%M", "%d/%m/%Y %H:%M", "%m/%d/%Y %I:%M %p", "%d.%m.%Y %H:%M", "%Y年%m月%d日 %H:%M",
     "%Y年%m月%d日%H时",
     "%Y%m%d%H", "%Y%m%d%H%M", "%Y%m%d:%H%M"],
)  # fmt: skip
def test_stamps_of_common_forms_are_read(form):
    """Proves: stamps of Excel, of stations and of services are the hours they mean; the order of day and month comes from the rows.

    Sensitivity: month first taken for granted fails on 13/01, or gives 1 February for 2 January.
    """
    times, zone_h = read_stamps(pd.Series(HOURS.strftime(form)), "file")
    assert times.equals(HOURS.astype(times.dtype))
    assert zone_h is None


@pytest.mark.parametrize(
    ("text", "hours"),
    [("Z", 0), ("UTC", 0), ("+08:00", 8), ("+0530", 5.5), ("GMT+8", 8), ("UTC-5", -5), ("Beijing", 8), ("北京时间", 8), ("CST", None)],
)
def test_zones_are_read_or_not_guessed(text, hours):
    """Proves: zones in words and figures; CST, which is China's and Chicago's, is none.

    Sensitivity: a sign lost, minutes as hundredths, or CST taken for China.
    """
    assert zone_of(text) == hours


@pytest.mark.parametrize(("suffix", "hours"), [("Z", 8), ("+00:00", 8), ("+08:00", 0), ("+0800", 0), ("-05:00", 13)])
def test_zone_in_the_stamps_is_read(suffix, hours, fair, sites, tmp_path):
    """Proves: stamps with their zone give the right Beijing hour, even under a column that names another.

    Sensitivity: the zone dropped puts noon at 4:00; compared as text no hour is found.
    """
    stamps = (HOURS - pd.Timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S") + suffix
    assert_is(imported(sites, tmp_path / "HORQIN.csv", csv(table(fair, stamps))), fair)


def test_zone_is_named_asked_or_refused(fair, sites, tmp_path):
    """Proves: a zone in the column's brackets is read, one that is nowhere is asked for, and --zone answers.

    Sensitivity: Beijing time taken for granted lets the second pass.
    """
    path = tmp_path / "HORQIN.csv"
    assert_is(imported(sites, path, csv(table(fair, columns=("time [UTC+8]", *COLUMNS[1:])))), fair)
    bare = csv(table(fair, columns=("time", *COLUMNS[1:])))
    with pytest.raises(WeatherError, match=r"zone of its stamps is not stated.*--zone"):
        imported(sites, path, bare)
    assert_is(imported(sites, path, bare, zone_h=8), fair)
    with pytest.raises(WeatherError, match="zone 'CST' not known"):
        told_of("CST", None, 0)
    with pytest.raises(WeatherError, match="stamps cannot be 'start'"):
        told_of(None, "start", 0)
    with pytest.raises(WeatherError, match="gaps of 7 h cannot be filled"):
        told_of(None, None, 7)


def test_utc_under_beijing_time_is_refused_and_can_be_put_right(fair, sites, tmp_path):
    """Proves: a file of UTC whose column says Beijing is refused with 8 h, and read with what the refusal advises.

    Sensitivity: the sun at midnight is accepted.
    """
    path, content = tmp_path / "HORQIN.csv", csv(table(fair, (HOURS - pd.Timedelta(hours=8)).strftime("%Y-%m-%d %H:%M")))
    with pytest.raises(WeatherError, match=r"moved 8 h later.*--zone UTC"):
        imported(sites, path, content, 2019)
    assert_is(imported(sites, path, content, 2019, zone_h=0), fair)


@pytest.mark.parametrize(
    ("minutes", "mark", "refusal"),
    [
        (30, None, ""),
        (60, "end", ""),
        (60, None, "state what they mark with --stamps end"),
        (11, None, "lie 11 minutes behind"),
        (30, "middle", ""),
    ],
)
def test_stamps_mark_beginning_middle_or_end(minutes, mark, refusal, fair, sites, tmp_path):
    """Proves: stamps at half past are middles and said so, ends are read when told, any other offset is asked for.

    Sensitivity: half past "missing in 8760 hours"; ends read as beginnings are an hour late.
    """
    content = csv(table(fair, (HOURS + pd.Timedelta(minutes=minutes)).strftime("%Y-%m-%d %H:%M")))
    if refusal:
        with pytest.raises(WeatherError, match=refusal):
            imported(sites, tmp_path / "HORQIN.csv", content, mark=mark)
        return
    data = imported(sites, tmp_path / "HORQIN.csv", content, mark=mark)
    assert_is(data, fair)
    assert ("middle of their step" in data.attrs["notes"]) == (mark is None)


def test_ends_without_the_last_hour_are_found_by_the_sun(fair, sites, tmp_path):
    """Proves: stamps at the ends of hours that do not show it (no midnight of the next year) are refused for 1 h.

    Sensitivity: the share below the horizon alone, some 0 %, lets them pass.
    """
    moved = fair.shift(1).bfill()
    with pytest.raises(WeatherError, match=r"moved 1 h earlier.*--stamps end"):
        imported(sites, tmp_path / "HORQIN.csv", csv(table(moved)))


def test_hour_24_is_midnight(fair, sites, tmp_path):
    """Proves: stamps from 1:00 to 24:00, told as ends, are the hours of their day.

    Sensitivity: 24:00 not known, or taken for 0:00 of the same day, which then stands twice.
    """
    stamps = [f"{h:%Y-%m-%d} {h.hour + 1}:00" for h in HOURS]
    assert_is(imported(sites, tmp_path / "HORQIN.csv", csv(table(fair, stamps)), mark="end"), fair)


def summer_time(offset=False):
    berlin = HOURS.tz_localize("Etc/GMT-8").tz_convert("Europe/Berlin")
    return [stamp.isoformat() for stamp in berlin] if offset else berlin.strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("stamps", "message"),
    [
        (HOURS.strftime("%m-%d %H:%M"), r"row 2: stamp '01-01 00:00' has no year"),
        (np.arange(1, 8761), r"row 2: stamp '1' cannot be read"),
        (np.where(np.arange(8760) == 3000, "", HOURS.strftime("%Y-%m-%d %H:%M")), r"row 3002: stamp '' cannot be read"),
        (np.where(np.arange(8760) == 3000, "2019-02-30 10:00", HOURS.strftime("%Y-%m-%d %H:%M")), r"row 3002: no such time.*day 30"),
        (np.where(np.arange(8760) == 3000, "2019-01-05 04:00", HOURS.strftime("%Y-%m-%d %H:%M")), r"2019-01-05 04:00:00 appears twice"),
        (summer_time(), r"2019-10-27 02:00:00 appears twice.*2019-03-31 03:00:00 follows a gap: summer time"),
        (pd.date_range("2019-01-01", periods=8760, freq="25min").strftime("%Y-%m-%d %H:%M"), "25 minutes does not divide the hour"),
        (pd.date_range("2001-01-01", periods=8760, freq="3h").strftime("%Y-%m-%d %H:%M"), "values every 3 h"),
        (pd.date_range("2001-01-01", periods=8760, freq="D").strftime("%Y-%m-%d"), "values every 24 h"),
    ],
)  # fmt: skip
def test_stamps_that_cannot_be_used_are_told(stamps, message, fair, sites, tmp_path):
    """Proves: stamps without year, numbers, blanks, no days, hours twice, summer time and long steps are a sentence with row or hour.

    Sensitivity: numbers read as nanoseconds of 1970, the second of two rows kept, every n-th value taken.
    """
    with pytest.raises(WeatherError, match=message):
        imported(sites, tmp_path / "HORQIN.csv", csv(table(fair, stamps)))


def test_summer_time_with_offsets_is_right(fair, sites, tmp_path):
    """Proves: stamps whose offsets change with summer time are each read with their own.

    Sensitivity: the first offset for all is an hour off from March to October.
    """
    assert_is(imported(sites, tmp_path / "HORQIN.csv", csv(table(fair, summer_time(offset=True)))), fair)


# --- steps and gaps --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "mark"), [(10, None), (15, "end"), (30, "middle")])
def test_finer_than_hourly_is_the_mean_of_the_hour(minutes, mark, fair, sites, tmp_path):
    """Proves: 10-, 15- and 30-minute values become the mean of their hour, whatever part of the step a stamp marks, and it is said.

    Sensitivity: every n-th value taken loses a tenth of the irradiation; ends read as beginnings move a value into the next hour.
    """
    steps = hours_of(2019, minutes)
    back = {"end": minutes, "middle": minutes / 2}.get(mark, 0)
    content = csv(table(fair_weather(steps, minutes), (steps + pd.Timedelta(minutes=back)).strftime("%Y-%m-%d %H:%M")))
    data = imported(sites, tmp_path / "HORQIN.csv", content, mark=mark)
    assert_is(data, fair)
    assert f"means of the hour from values every {minutes} minutes" in data.attrs["notes"]


def test_energy_of_a_step_and_missing_steps(fair, sites, tmp_path):
    """Proves: MJ/m2 of ten minutes are spread over ten minutes; an hour with half its rows is their mean, one with fewer a gap.

    Sensitivity: energy taken as of an hour is a sixth; a mean of one row of six passes for the hour.
    """
    steps = hours_of(2019, 10)
    values = fair_weather(steps, 10)
    rows = table(values.assign(ghi=values["ghi"] * 600e-6), columns=("time_beijing", COLUMNS[1], "ghi_mj_per_m2", COLUMNS[3]))
    half = rows.drop(index=range(24000, 24003))
    data = imported(sites, tmp_path / "HORQIN.csv", csv(half))
    wanted = fair.copy()
    wanted.iloc[4000] = values.iloc[24003:24006].mean()
    assert_is(data, wanted)
    with pytest.raises(WeatherError, match=rf"ghi missing in 1 hours \({HOURS[4000]:%Y-%m-%d %H:%M}\)"):
        imported(sites, tmp_path / "HORQIN.csv", csv(rows.drop(index=range(24000, 24004))))


@pytest.mark.parametrize(
    ("name", "mark", "message"),
    [
        ("ghi_w_per_m2", -99, "ghi missing in 720 hours.*720 impossible values of ghi .-99."),
        ("ghi_w_per_m2", -99.9, "ghi missing in 720 hours"),
        ("ghi_w_per_m2", 9999, "ghi missing in 720 hours"),
        ("ghi_w_per_m2", -9.9, "days without irradiance .*: 30, 06-01"),
        ("ghi_w_per_m2", 999, "ghi keeps one value for .*720, 06-01"),
        ("ghi_w_per_m2", "", "ghi missing in 720 hours"),
        ("ghi_w_per_m2", "缺测", "ghi missing in 720 hours"),
        ("temperature_degc", 99.9, "temperature missing in 720 hours"),
        ("temperature_degc", -99, "temperature missing in 720 hours"),
        ("temperature_degc", 0, "temperature keeps one value for .*720, 06-01"),
        ("wind_speed_100m_m_per_s", 99.9, "wind_speed_100m missing in 720 hours"),
        ("wind_speed_100m_m_per_s", -9, "wind_speed_100m missing in 720 hours"),
        ("wind_speed_100m_m_per_s", 0, "wind_speed_100m keeps one value for .*720, 06-01"),
    ],
)
def test_june_of_marks_is_refused(name, mark, message, fair, sites, tmp_path):
    """Proves: a month of any mark of a missing value is refused, with hours and mark, also where short gaps may be filled.

    Sensitivity: a mark clipped at zero, or one that could be a value, makes a dark, calm or freezing June.
    """
    rows = table(fair).astype({name: object})
    rows.loc[HOURS.month == 6, name] = mark
    with pytest.raises(WeatherError, match=message):
        imported(sites, tmp_path / "HORQIN.csv", csv(rows), fill_h=6)


def test_short_gaps_are_filled_only_when_asked(fair, sites, tmp_path):
    """Proves: gaps up to the hours asked for are filled (wind on a line, sun from the days beside) and said; all others refused.

    Sensitivity: filling unasked, a line through the noon of a day, or filling the first hours of a long gap.
    """
    rows = table(fair)
    rows.loc[5000:5002, COLUMNS[1]] = -99
    rows.loc[4000:4003, COLUMNS[2]] = 9999
    path = tmp_path / "HORQIN.csv"
    with pytest.raises(WeatherError, match=r"wind_speed_100m missing in 3 hours.*ghi missing in 4 hours.*--fill-hours"):
        imported(sites, path, csv(rows))
    with pytest.raises(WeatherError, match="ghi missing in 4 hours"):
        imported(sites, path, csv(rows), fill_h=3)
    data = imported(sites, path, csv(rows), fill_h=4)
    assert "wind_speed_100m of 3 hours filled" in data.attrs["notes"]
    before, after = fair["wind"].iloc[4999], fair["wind"].iloc[5003]
    np.testing.assert_allclose(data["wind_speed_100m"][0, 5000:5003], before + (after - before) * np.array([0.25, 0.5, 0.75]), rtol=1e-5)
    np.testing.assert_allclose(
        data["ghi"][0, 4000:4004], (fair["ghi"].to_numpy()[3976:3980] + fair["ghi"].to_numpy()[4024:4028]) / 2, rtol=1e-4, atol=1e-3
    )


# --- forms of files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        lambda t: csv(t, sep=";", decimal=","),
        lambda t: csv(t, sep="\t", decimal=","),
        lambda t: csv(t, sep=";"),
        lambda t: csv(t) + ",,,\n" * 40 + "\n\n",
        lambda t: "\n".join(line + ",,," for line in csv(t).splitlines()),
        lambda t: csv(t.assign(备注="正常")).encode("gbk"),
        lambda t: csv(t).encode("utf-16"),
        lambda t: csv(t).replace("\n", "\r\n").encode("utf-8-sig"),
        lambda t: "sep=;\r\n" + csv(t, sep=";", decimal=","),
    ],
    ids=["semicolon", "tab", "semicolon and point", "blank rows", "blank columns", "GBK", "UTF-16", "Windows", "mark of Excel"],
)
def test_tables_as_programs_save_them(content, fair, sites, tmp_path):
    """Proves: separators, decimal commas, blank rows and columns of Excel, GBK and UTF-16 give the same year.

    Sensitivity: 5,3 read as 53 or as text; a blank row taken for a gap; a first column taken for an index.
    """
    assert_is(imported(sites, tmp_path / "HORQIN.csv", content(table(fair).round(4))), fair)


HEAD = (",".join(COLUMNS) + "\n").encode()


def zipped():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("HORQIN.csv", "time_beijing")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("HORQIN.csv", zipped(), "it is a packed archive: unpack it"),
        ("a.epw", zipped(), "it is a packed archive"),
        ("a.json", zipped(), "it is a packed archive"),
        ("HORQIN.csv", gzip.compress(b"time"), "it is a packed archive"),
        ("HORQIN.csv", b"\x89HDF\r\n\x1a\n", "it is a NetCDF file: let its name end in .nc"),
        ("a.json", b"<!DOCTYPE html><html>", "it is a web page"),
        ("HORQIN.csv", b"time\0\0\0", "no file of text; it holds bytes of zero"),
        ("HORQIN.csv", b"\xff\x81\x20\xff", "neither UTF-8 nor Chinese text in GBK"),
        ("HORQIN.csv", b'{"inputs": 1}', "content is that of a .json file"),
        ("HORQIN.csv", b"LOCATION,Tongliao", "content is that of a .epw file"),
        ("a.epw", b"time,ghi\n", "is not an EPW file"),
        ("a.json", b"time,ghi\n", "content is that of a .csv file"),
        ("HORQIN.csv", b" \n\n", "the file is empty"),
        ("HORQIN.csv", HEAD, "no rows"),
        ("HORQIN.csv", HEAD + b"2019-01-01 00:00,5,3,100,-12,5\n", r"row 2 has 6 cells, the header 4.*decimal commas"),
        ("HORQIN.csv", HEAD + b"2019-01-01 00:00,5.3,abc,-12.5\n", "row 2, column ghi_w_per_m2: 'abc' is not a number"),
        ("HORQIN.csv", HEAD + b"2019-01-01 00:00,5.3,=100+20,-12.5\n", "'=100.20' is not a number: this is a formula"),
        ("HORQIN.csv", HEAD + b"2019-01-01 00:00,5.3,(100),-12.5\n", "write 100 without brackets"),
        ("HORQIN.csv", HEAD.replace(b",", b"|"), "not separated by commas; .*vertical bars"),
        ("HORQIN.csv", b"ghi_w_per_m2," + HEAD, "columns named twice"),
        ("HORQIN.csv", b"site," + HEAD + b",2019-01-01 00:00,5,0,-12\n", "row 2 names no site"),
    ],
    ids=lambda value: value if isinstance(value, str) else "content",
)
def test_foreign_and_broken_files_are_a_sentence(name, content, message, sites, tmp_path):
    """Proves: files under a wrong suffix, cut up by decimal commas, empty or with words for numbers are told, with the row.

    Sensitivity: what a parser raises says nothing of the file; pandas makes surplus columns the index without a word.
    """
    with pytest.raises(WeatherError, match=message):
        imported(sites, tmp_path / name, content)


def test_wrong_unit_is_told_from_marks(fair, sites, tmp_path):
    """Proves: °F and kJ/m2 under names that say °C and W/m2 are refused as units, though less than half of the values are impossible.

    Sensitivity: taken for marks of missing values they are refused as gaps, which sends the reader after the wrong fault.
    """
    path = tmp_path / "HORQIN.csv"
    with pytest.raises(WeatherError, match=r"temperature reaches from .* to 85\.8\d+, outside -60\.\.50, read as degc: is that its unit"):
        imported(sites, path, csv(table(fair.assign(temperature=fair["temperature"] * 1.8 + 32))))
    with pytest.raises(WeatherError, match=r"ghi reaches from 0 to .* read as w/m2: is that its unit"):
        imported(sites, path, csv(table(fair.assign(ghi=fair["ghi"] * 3.6))))


def test_hours_without_density_or_pressure_are_told(fair, sites, tmp_path):
    """Proves: density is kept where it is given, worked out for the hours without it, and both fallbacks are said.

    Sensitivity: one mark in the column used to drop all of it without a word.
    """
    rows = table(fair).assign(air_density_kg_per_m3=1.25, pressure_hpa=fair["pressure"].to_numpy() / 100)
    rows.loc[5000, "air_density_kg_per_m3"] = -9
    rows.loc[100:103, "pressure_hpa"] = -999
    data = imported(sites, tmp_path / "HORQIN.csv", csv(rows))
    density = data["air_density"].to_numpy()[0]
    assert np.flatnonzero(density != np.float32(1.25)).tolist() == [5000]
    kelvin = fair["temperature"].iloc[5000] + 273.15
    aloft = fair["pressure"].iloc[5000] * np.exp(-9.80665 * 100 / 287.05 / kelvin)
    assert density[5000] == pytest.approx(aloft / 287.05 / (kelvin - 0.65), rel=1e-4)
    assert "air_density missing in 1 hours: from temperature" in data.attrs["notes"]
    assert "pressure_pa missing in 4 hours: that of the standard atmosphere" in data.attrs["notes"]


def test_year_that_is_not_there_or_not_whole_is_told(fair, sites, tmp_path):
    """Proves: a year asked for that no row has is told with the days there are; half a year says that none is whole.

    Sensitivity: 8,760 hours listed as gaps, or the advice to choose among one year.
    """
    path = tmp_path / "HORQIN.csv"
    with pytest.raises(WeatherError, match="nothing of 2012; it has 2019-01-01 to 2019-12-31"):
        imported(sites, path, csv(table(fair)), 2012)
    with pytest.raises(WeatherError, match=r"no year of the files is complete.*2019"):
        imported(sites, path, csv(table(fair.iloc[:4000])))


def test_faults_of_all_files_are_told_together(fair, sites, tmp_path):
    """Proves: two broken files and one that is not there are three sentences of one refusal.

    Sensitivity: the first fault alone, so that nine files take nine tries.
    """
    for name, content in (("a.csv", b"PK\x03\x04"), ("b.csv", HEAD)):
        (tmp_path / name).write_bytes(content)
    with pytest.raises(WeatherError, match=r"a\.csv: no file of text; it is a packed.*b\.csv: no rows.*not found: .*c\.nc"):
        read_weather([tmp_path / name for name in ("a.csv", "b.csv", "c.nc")], sites)


def test_columns_that_are_not_read_are_named(fair, sites, tmp_path):
    """Proves: whatever else a table holds is named in the summary.

    Sensitivity: silence about a column that its owner takes for read.
    """
    data = imported(sites, tmp_path / "HORQIN.csv", csv(table(fair).assign(dni_w_per_m2=1.0, wind_direction_deg=90)))
    assert "dni_w_per_m2, wind_direction_deg" in data.attrs["notes"]


def epw(values, step_min=60, columns=35, zone=8):
    """EPW of the hours of `values`."""
    time = values.index
    data = pd.DataFrame(np.zeros((len(time), columns)))
    data[0], data[1], data[2], data[3], data[4], data[5] = time.year, time.month, time.day, time.hour + 1, time.minute + step_min, "?"
    data[6], data[9], data[13] = values["temperature"].to_numpy(), values["pressure"].to_numpy(), values["ghi"].to_numpy() * step_min / 60
    data[21] = values["wind"].to_numpy() * 0.1**0.25
    place = f"{LATITUDE},{LONGITUDE},{zone},{ALTITUDE}"
    head = [f"LOCATION,通辽,NM,CHN,CSWD,541350,{place}", *["C"] * 6, f"DATA PERIODS,1,{60 // step_min},Data,Sunday,1/1,12/31"]
    return "\n".join(head) + "\n" + data.round(5).to_csv(index=False, header=False)


@pytest.mark.parametrize(
    "content",
    [
        lambda v: epw(v, columns=34),
        lambda v: epw(v, columns=22),
        lambda v: epw(v).encode("gbk"),
        lambda v: epw(v) + "," * 34 + "\n\n",
        lambda v: epw(fair_weather(hours_of(2019, 30), 30), 30),
    ],
    ids=["34 columns", "22 columns", "GBK", "blank rows", "half-hourly"],
)
def test_epw_as_found_in_the_wild(content, fair, sites, tmp_path):
    """Proves: EPW with fewer columns, Chinese names, trailing blanks or two rows an hour gives the year, in the calendar asked for.

    Sensitivity: a parser for exactly 35 columns; minutes not read, so that half-hours stand twice.
    """
    assert_is(imported(sites, tmp_path / "a.epw", content(fair), 2019), fair)


def test_leap_years_lose_29_february_and_say_so(sites, tmp_path):
    """Proves: 8,784 rows of EPW or CSV are the 8,760 without 29 February, said in the summary.

    Sensitivity: an error, or the last day of the year dropped instead.
    """
    leap = fair_weather(hours_of(2020))
    wanted = leap[~((leap.index.month == 2) & (leap.index.day == 29))]
    for name, content in (("HORQIN.csv", csv(table(leap))), ("a.epw", epw(leap))):
        data = imported(sites, tmp_path / name, content, 2020)
        assert_is(data, wanted)
        assert "29 February left out" in data.attrs["notes"]


def test_epw_that_cannot_be_read_says_why(fair, sites, tmp_path):
    """Proves: an EPW of too few columns, of a wrong zone or with a day that is none is a sentence; a told zone puts the second right.

    Sensitivity: pvlib's KeyError; the sun eight hours late.
    """
    path = tmp_path / "a.epw"
    with pytest.raises(WeatherError, match="rows of 15 columns"):
        imported(sites, path, "\n".join(",".join(line.split(",")[:15]) if i > 7 else line for i, line in enumerate(epw(fair).splitlines())))
    with pytest.raises(WeatherError, match=r"row \d+: no such time.*month 2, day 30"):
        imported(sites, path, epw(fair).replace("2019,2,28,13,", "2019,2,30,13,"))
    with pytest.raises(WeatherError, match=r"moved 8 h earlier.*--zone \+08:00"):
        imported(sites, path, epw(fair, zone=0), 2019)
    assert_is(imported(sites, path, epw(fair, zone=0), 2019, zone_h=8), fair)


def test_command_takes_the_options_and_shows_brackets(climatology, fair, tmp_path):
    """Proves: `import` hands on --zone, --stamps and --fill-hours, and prints brackets of names as they are.

    Sensitivity: markup swallows "[unit]", or ends in an error for "[/x]".
    """
    rows = table(fair, (HOURS - pd.Timedelta(hours=7)).strftime("%Y-%m-%d %H:%M"), ("time", COLUMNS[1], "ghi", COLUMNS[3]))
    rows.loc[5000, COLUMNS[1]] = -99
    whole = pd.concat([rows.assign(site=site, **{"[/x]": 1}) for site in climatology.names])
    path = tmp_path / "mast.csv"
    whole.to_csv(path, index=False)
    failed = run("import", path, "--name", "mast", "--year", 2019, "--folder", tmp_path)
    assert failed.exit_code == 1
    assert "column ghi is not stated; write it in brackets: ghi [unit]" in complaint(failed)
    whole.rename(columns={"ghi": "ghi [W/m2]"}).to_csv(path, index=False)
    told = ("--zone", "UTC", "--stamps", "end", "--fill-hours", 2)
    done = run("import", path, "--name", "mast", "--year", 2019, *told, "--folder", tmp_path)
    assert done.exit_code == 0, done.output
    assert "[/x]" in done.output
    assert "1 hours filled" in " ".join(done.output.split())
    assert (tmp_path / "years" / "mast.nc").is_file()


def test_faults_notes_and_report_are_in_one_language(climatology, fair, year, tmp_path):
    """Proves: in Chinese neither a fault of a table, nor a note on what was done to it, nor the table of `weather report` has an English
    sentence beside the Chinese, and in English none has Chinese; the file keeps the notes in both languages.

    Sensitivity: "column ghi is not stated 未注明单位"; headings "statistic 统计量".
    """
    stamps = (HOURS - pd.Timedelta(hours=7)).strftime("%Y-%m-%d %H:%M")
    whole = pd.concat([table(fair, stamps, ("time", COLUMNS[1], "ghi", COLUMNS[3])).assign(site=site) for site in climatology.names])
    path = tmp_path / "mast.csv"
    whole.to_csv(path, index=False)
    told = ("--name", "mast", "--year", 2019, "--folder", tmp_path, "--zone", "UTC", "--stamps", "end", "--replace")
    checked = weather_report(year, climatology)
    for chosen, unstated, left_out, heading, statistic in (
        ("zh", "ghi 列未注明单位，请写在括号中：ghi [单位]", "未读取的列：dni", "统计量", "风速，全年"),
        (
            "en",
            "the unit of column ghi is not stated; write it in brackets: ghi [unit]",
            "columns not read: dni",
            "statistic",
            "wind speed, year",
        ),
    ):
        other = r"[\u4e00-\u9fff]" if chosen == "en" else r"[a-z]{3,} (is|of|not|the|in|read|to) "
        with speaking(chosen):
            whole.to_csv(path, index=False)
            fault = complaint(run("import", path, *told)).replace(str(path), "")
            assert unstated.replace(" ", "") in fault.replace(" ", "")
            assert not re.search(other, fault)
            whole.rename(columns={"ghi": "ghi [W/m2]"}).assign(dni=1.0).to_csv(path, index=False)
            done = run("import", path, *told)
            assert done.exit_code == 0, done.output
            said = done.output.replace(str(tmp_path), "")
            assert left_out in said
            assert not re.search(other, said)
            screen = Console(file=io.StringIO(), width=200)
            print_report(checked, screen, all_rows=True)
            assert heading in screen.file.getvalue()
            assert statistic in screen.file.getvalue()
            assert not re.search(other, screen.file.getvalue())
