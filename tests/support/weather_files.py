"""Weather files of every kind, written small; every hour has values of its own, so that a shift by one hour shows."""

import json

import numpy as np
import pandas as pd
import xarray as xr

HOURS = 8760
# Every hour of a file has values of its own, so that a shift by one hour shows.
RAMP = np.arange(HOURS)
WIND, GHI, TEMPERATURE = 4 + 0.0002 * RAMP, 0.05 * RAMP, 0.002 * RAMP - 10
PRESSURE = 98000.0
PLACE = {"latitude": 43.5, "longitude": 122.1, "altitude": 180.0}  # 14 km from HORQIN


def stamps(year=2015):
    return pd.date_range(f"{year}-01-01", periods=HOURS, freq="h")


def write_epw(path, zone=8, **changed):
    time = stamps()
    data = pd.DataFrame(np.zeros((HOURS, 35)))
    data[0], data[1], data[2], data[3], data[4] = 2003, time.month, time.day, time.hour + 1, 60
    data[5] = "?"
    columns = {"temp": (6, TEMPERATURE), "pressure": (9, PRESSURE), "ghi": (13, GHI), "wind": (21, WIND)}
    for name, (column, values) in columns.items():
        data[column] = changed.get(name, values)
    place = f"{PLACE['latitude']},{PLACE['longitude']},{zone},{PLACE['altitude']}"
    head = [f"LOCATION,Tongliao,NM,CHN,CSWD,541350,{place}", *["COMMENTS 1"] * 6, "DATA PERIODS,1,1,Data,Sunday,1/1,12/31"]
    path.write_text("\n".join(head) + "\n" + data.to_csv(index=False, header=False))
    return path


def write_tmy3(path, **changed):
    time = stamps()
    data = pd.DataFrame(
        {
            "Date (MM/DD/YYYY)": time.strftime("%m/%d/") + np.where(time.month < 7, "1996", "2001"),
            "Time (HH:MM)": [f"{h + 1:02d}:00" for h in time.hour],  # ends of hours, the last 24:00
            "GHI (W/m^2)": changed.get("ghi", GHI),
            "DNI (W/m^2)": 0.0,
            "DNI source": 1,
            "Dry-bulb (C)": TEMPERATURE,
            "Pressure (mbar)": PRESSURE / 100,
            "Wspd (m/s)": WIND,
        }
    )
    place = f"{PLACE['latitude']},{PLACE['longitude']},{PLACE['altitude']}"
    path.write_text(f"541350,Tongliao,NM,8.0,{place}\n" + data.to_csv(index=False))
    return path


def pvgis_hourly():
    return pd.DataFrame(
        {
            "time": stamps().strftime("%Y%m%d:%H11"),
            "G(i)": GHI,
            "H_sun": 0.0,
            "T2m": TEMPERATURE,
            "WS10m": WIND,
            "Int": 0,
        }
    )


def pvgis_tmy():
    # Months of different years, February of a leap year among them.
    time = stamps()
    years = np.where(time.month == 2, "2012", "2009")
    return pd.DataFrame(
        {
            "time(UTC)": years + time.strftime("%m%d:%H%M"),
            "T2m": TEMPERATURE,
            "RH": 50.0,
            "G(h)": GHI,
            "Gb(n)": 0.0,
            "Gd(h)": 0.0,
            "IR(h)": 300.0,
            "WS10m": WIND,
            "WD10m": 0.0,
            "SP": PRESSURE,
        }
    )


def write_pvgis_json(path, hourly=True, slope=0):
    location = {"latitude": PLACE["latitude"], "longitude": PLACE["longitude"], "elevation": PLACE["altitude"]}
    content = {"inputs": {"location": location, "meteo_data": {"radiation_db": "PVGIS-ERA5"}}, "meta": {"inputs": {}}}
    if hourly:
        content["inputs"]["mounting_system"] = {"fixed": {"slope": {"value": slope, "optimal": False}}}
        content["outputs"] = {"hourly": pvgis_hourly().to_dict("records")}
    else:
        months = [{"month": m, "year": 2012 if m == 2 else 2009} for m in range(1, 13)]
        content["outputs"] = {"months_selected": months, "tmy_hourly": pvgis_tmy().to_dict("records")}
    path.write_text(json.dumps(content))
    return path


def write_pvgis_csv(path, hourly=True, slope=0):
    head = [
        f"Latitude (decimal degrees): {PLACE['latitude']:.3f}",
        f"Longitude (decimal degrees): {PLACE['longitude']:.3f}",
        f"Elevation (m): {PLACE['altitude']}",
    ]
    if hourly:
        head += ["Radiation database: PVGIS-ERA5", "", f"Slope: {slope} deg.", "Azimuth: 0 deg."]
        tail = ["", "G(i): Global irradiance (W/m2)"]
        table = pvgis_hourly()
    else:
        head += ["Irradiance Time Offset (h): 0.5", "month,year"] + [f"{m},{2012 if m == 2 else 2009}" for m in range(1, 13)]
        tail = ["T2m: 2-m air temperature"]
        table = pvgis_tmy()
    path.write_text("\n".join(head) + "\n" + table.to_csv(index=False) + "\n".join(tail) + "\n")
    return path


def power_table(height=50, time=None, **changed):
    data = {"ALLSKY_SFC_SW_DWN": GHI, "T2M": TEMPERATURE, f"WS{height}M": WIND, "PS": PRESSURE / 1000} | changed
    return pd.DataFrame(data, index=stamps() if time is None else time)


def write_power_json(path, standard="UTC", height=50, **changed):
    data = power_table(height, **changed)
    data.index = data.index.strftime("%Y%m%d%H")
    content = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [PLACE["longitude"], PLACE["latitude"], PLACE["altitude"]]},
        "properties": {"parameter": data.to_dict()},
        "header": {"fill_value": -999.0, "time_standard": standard},
    }
    path.write_text(json.dumps(content))
    return path


def write_power_csv(path, standard="UTC", latitude_word="latitude"):
    data = power_table(10)
    time = data.index
    table = pd.DataFrame({"YEAR": time.year, "MO": time.month, "DY": time.day, "HR": time.hour})
    table = pd.concat([table, data.reset_index(drop=True)], axis=1)
    longitude_word = "Longitude" if latitude_word.istitle() else "longitude"
    place = f"{latitude_word}  {PLACE['latitude']}   {longitude_word} {PLACE['longitude']}"
    head = [
        "-BEGIN HEADER-",
        "NASA/POWER Source Native Resolution Hourly Data",
        f"Dates (month/day/year): 01/01/2015 through 12/31/2015 in {standard}",
        f"Location: {place}",
        "elevation from MERRA-2: Average for 0.5 x 0.625 degree lat/lon region = 180.0 meters",
        "-END HEADER-",
    ]
    path.write_text("\n".join(head) + "\n" + table.to_csv(index=False))
    return path


def write_plain(path, zone="utc", height=100, time=None, **changed):
    data = {
        f"time_{zone}": stamps() if time is None else time,
        f"wind_speed_{height}m_m_per_s": WIND,
        "ghi_w_per_m2": GHI,
        "temperature_degc": TEMPERATURE,
    } | changed
    pd.DataFrame(data).to_csv(path, index=False, encoding="utf-8-sig")
    return path


def point_values(site_offset, shape):
    """Field whose value tells the grid point: the ramp plus 0.1 per point, shape (time, y, x)."""
    return np.broadcast_to(np.asarray(site_offset)[None] * 0.1, shape)


def write_era5(folder, time=None, latitudes=(45.5, 43.75), longitudes=(119.75, 122.0)):
    """One month-like pair as the Climate Data Store sends it: readings in one file, sums in the other."""
    time = stamps() if time is None else time
    n, shape = len(time), (len(time), len(latitudes), len(longitudes))
    point = point_values(np.arange(shape[1] * shape[2]).reshape(shape[1:]), shape)
    ramp = np.arange(n)[:, None, None]
    dims = ("valid_time", "latitude", "longitude")
    coords = {"valid_time": time, "latitude": list(latitudes), "longitude": list(longitudes), "number": 0,
              "expver": ("valid_time", np.full(n, "0001"))}  # fmt: skip
    wind, ghi, temperature = 4 + 0.0002 * ramp + point, 0.05 * ramp + point, 0.002 * ramp - 10 + point
    instant = xr.Dataset(
        {
            "u100": (dims, 0.6 * wind),
            "v100": (dims, -0.8 * wind),
            "t2m": (dims, temperature + 273.15),
            "sp": (dims, np.full(shape, PRESSURE)),
        },
        coords,
    )
    summed = xr.Dataset({"ssrd": (dims, ghi * 3600.0, {"units": "J m**-2"})}, coords)
    paths = [folder / "instant.nc", folder / "sum.nc"]
    for data, path in zip((instant, summed), paths, strict=True):
        data.to_netcdf(path)
    return paths


KINDS = {
    # name: (file name, writer, hours the file lies behind Beijing time, height of its wind)
    "epw": ("a.epw", write_epw, 0, 10),
    "epw, UTC": ("a.epw", lambda p: write_epw(p, zone=0), 8, 10),
    "tmy3": ("a.csv", write_tmy3, 0, 10),
    "pvgis hourly json": ("a.json", write_pvgis_json, 8, 10),
    "pvgis hourly csv": ("a.csv", write_pvgis_csv, 8, 10),
    "pvgis tmy json": ("a.json", lambda p: write_pvgis_json(p, hourly=False), 8, 10),
    "pvgis tmy csv": ("a.csv", lambda p: write_pvgis_csv(p, hourly=False), 8, 10),
    "power json": ("a.json", write_power_json, 8, 50),
    "power json, solar time": ("a.json", lambda p: write_power_json(p, standard="LST"), 0, 50),
    "power csv": ("a.csv", write_power_csv, 8, 10),
    "power csv, solar time": ("a.csv", lambda p: write_power_csv(p, "LST", "Latitude"), 0, 10),
    "plain, UTC": ("HORQIN.csv", write_plain, 8, 100),
    "plain, Beijing, 10 m": ("HORQIN.csv", lambda p: write_plain(p, "beijing", 10), 0, 10),
}
