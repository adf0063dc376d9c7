"""Downloads of real weather, on request only."""

import http.client
import importlib
import itertools
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from energy_model.invocation import installation
from energy_model.weather.errors import weather_error
from energy_model.weather.files import replacing

POWER_ADDRESS = "https://power.larc.nasa.gov/api/temporal/hourly/point"
POWER_PARAMETERS = "ALLSKY_SFC_SW_DWN,T2M,WS50M,PS"
ERA5_DATASET = "reanalysis-era5-single-levels"
# One request each: asked for together, readings and hourly sums come as an archive instead of NetCDF.
ERA5_VARIABLES = {
    "instant": ["100m_u_component_of_wind", "100m_v_component_of_wind", "2m_temperature", "surface_pressure"],
    "sum": ["surface_solar_radiation_downwards"],
}
ATTEMPTS = 4
TIMEOUT_S = 120
PAUSE_S = 3.0

Opener = Callable[[str], bytes]


def open_address(address: str) -> bytes:
    """Content of a web address."""
    with urllib.request.urlopen(address, timeout=TIMEOUT_S) as answer:
        return answer.read()


def fetch_power(sites: pd.DataFrame, year: int, folder: Path, opener: Opener = open_address, pause_s: float = PAUSE_S) -> list[Path]:
    """Download hourly NASA POWER weather of every site.

    Parameters
    ----------
    sites : pd.DataFrame
        site -> latitude_deg, longitude_deg.
    year : int
        Beijing calendar year; the last day before it is fetched too, as the service counts in UTC.
    folder : Path
        Receives power_<site>_<year>.json; files already there are kept.
    opener : callable
        Address -> content; replaceable for tests.
    pause_s : float
        Wait [s] before the second attempt, doubled for each later one.

    Returns
    -------
    list of Path
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for site, row in sites.iterrows():
        path = folder / f"power_{site}_{year}.json"
        paths.append(path)
        if path.is_file():
            continue
        query = {
            "parameters": POWER_PARAMETERS,
            "community": "RE",
            "latitude": row["latitude_deg"],
            "longitude": row["longitude_deg"],
            "start": f"{year - 1}1231",
            "end": f"{year}1231",
            "format": "JSON",
            "time-standard": "UTC",
        }
        content = _with_retries(f"{POWER_ADDRESS}?{urllib.parse.urlencode(query)}", opener, pause_s)
        try:
            json.loads(content)["properties"]["parameter"]
        except (ValueError, KeyError, TypeError) as error:
            raise weather_error(
                f"NASA POWER did not send weather for {site}: {content[:200]!r}",
                f"NASA POWER 对 {site} 返回的不是气象数据：{content[:200]!r}",
            ) from error
        with replacing(path) as temporary:
            temporary.write_bytes(content)
    return paths


def _with_retries(address: str, opener: Opener, pause_s: float) -> bytes:
    """Content of `address`, tried several times with growing pauses."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return opener(address)
        except urllib.error.HTTPError as error:
            if error.code < 500 and error.code != 429:  # asking again would not help
                raise weather_error(
                    f"the service refused the request ({error.code} {error.reason}): {address}",
                    f"服务拒绝了请求（{error.code} {error.reason}）：{address}",
                ) from error
            fault: Exception = error
        except (OSError, http.client.HTTPException) as error:  # the latter: an answer cut short
            fault = error
        if attempt < ATTEMPTS:
            time.sleep(pause_s * 2 ** (attempt - 1))
    raise weather_error(
        f"no connection to {urllib.parse.urlsplit(address).netloc} after {ATTEMPTS} attempts ({fault}); "
        "is there a network? Files fetched elsewhere can be read with `weather import`",
        f"尝试 {ATTEMPTS} 次后仍无法连接 {urllib.parse.urlsplit(address).netloc}（{fault}）；"
        "网络是否可用？在别处下载的文件可用 `weather import` 导入",
    ) from fault


def fetch_era5(sites: pd.DataFrame, year: int, folder: Path, client: Any = None) -> list[Path]:
    """Download hourly ERA5 on the grid around the sites, month by month, from the Climate Data Store.

    Parameters
    ----------
    sites : pd.DataFrame
        site -> latitude_deg, longitude_deg.
    year : int
        Beijing calendar year; the last day before it is fetched too, as ERA5 counts in UTC.
    folder : Path
        Receives era5_<year>_<month>_instant.nc and ..._sum.nc; files already there are kept.
    client : object, optional
        Has retrieve(dataset, request, target); made by the package cdsapi when left out.

    Returns
    -------
    list of Path
    """
    if client is None:
        try:
            client = importlib.import_module("cdsapi").Client()
        except ImportError as error:
            how = installation("cdsapi")
            raise weather_error(
                f"ERA5 needs the package cdsapi ({how}) and an account of the Climate Data "
                "Store, its key in ~/.cdsapirc; NASA POWER needs neither",
                f"ERA5 需要软件包 cdsapi（{how}）和气候数据库 CDS 账号，密钥存于 ~/.cdsapirc；NASA POWER 均不需要",
            ) from error
        except Exception as error:  # a missing or wrong key file
            raise weather_error(
                f"the Climate Data Store client does not start: {error}", f"气候数据库 CDS 客户端无法启动：{error}"
            ) from error
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    latitude, longitude = sites["latitude_deg"], sites["longitude_deg"]
    area = [latitude.max() + 0.5, longitude.min() - 0.5, latitude.min() - 0.5, longitude.max() + 0.5]
    spans = [(year - 1, 12, ["31"])] + [(year, m, [f"{d:02d}" for d in range(1, 32)]) for m in range(1, 13)]
    paths = []
    for (span_year, month, days), (kind, variables) in itertools.product(spans, ERA5_VARIABLES.items()):
        path = folder / f"era5_{span_year}_{month:02d}_{kind}.nc"
        paths.append(path)
        if path.is_file():
            continue
        request = {
            "product_type": ["reanalysis"],
            "variable": variables,
            "year": [str(span_year)],
            "month": [f"{month:02d}"],
            "day": days,
            "time": [f"{h:02d}:00" for h in range(24)],
            "area": [float(v) for v in area],
            "data_format": "netcdf",
            "download_format": "unarchived",
        }
        try:
            with replacing(path) as temporary:
                client.retrieve(ERA5_DATASET, request, str(temporary))
        except Exception as error:  # the client raises many kinds
            raise weather_error(
                f"ERA5 {span_year}-{month:02d} could not be fetched: {error}", f"无法下载 ERA5 {span_year}-{month:02d}：{error}"
            ) from error
    return paths
