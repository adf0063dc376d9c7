"""Open NetCDF files of grids; other files are reported with their type and a remedy."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import xarray as xr
from scipy.io import netcdf_file

from energy_model.language import say
from energy_model.weather.contents import require_netcdf
from energy_model.weather.errors import WeatherError, weather_error

CLASSIC = b"CDF"


@contextmanager
def opened(path: Path) -> Iterator[xr.Dataset]:
    """A NetCDF file with its times decoded and missing values masked, its values not read yet.

    Raises
    ------
    WeatherError
        Something else under the name of a NetCDF file, or one that is damaged or cut off, whenever that shows.
    """
    require_netcdf(path)
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith(CLASSIC):
        _require_whole(path, head)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", xr.SerializationWarning)  # calendars without real dates; `grid_time` judges them
            data = _decoded(path)
        with data:
            yield data
    except WeatherError:
        raise
    except Exception as error:  # many kinds, from the file layer, when values are read too
        raise _damaged(path, error) from error


def _decoded(path: Path) -> xr.Dataset:
    try:
        return xr.open_dataset(path, engine="netcdf4", decode_timedelta=True)
    except ValueError as error:
        if "decode" not in str(error):
            raise
        raise weather_error(
            f"{path}: its times are not understood: {str(error).splitlines()[0]}",
            f"{path}：时间坐标无法识别：{str(error).splitlines()[0]}",
        ) from error


def _damaged(path: Path, error: object) -> WeatherError:
    return weather_error(
        f"{path}: not a readable NetCDF file (damaged or cut off?); download it again: {error}",
        f"{path}：不是可读的 NetCDF 文件（已损坏或不完整？），请重新下载：{error}",
    )


def _require_whole(path: Path, head: bytes) -> None:
    """Refuse a truncated file of the classic format: its library reads zeros beyond the end."""
    if head[3:4] not in (b"\x01", b"\x02"):
        raise weather_error(
            f"{path}: classic NetCDF of the kind CDF-5; convert it first: nccopy -k nc4 {path.name} new.nc",
            f"{path}：为 CDF-5 类经典 NetCDF，请先转换：nccopy -k nc4 {path.name} new.nc",
        )
    try:
        with warnings.catch_warnings(), netcdf_file(path, mmap=True) as classic:
            warnings.simplefilter("ignore", RuntimeWarning)  # the map of the file is closed before its variables
            classic.variables.clear()
    except Exception as error:  # whatever the missing end leads to
        raise _damaged(path, say("it is truncated", "数据未写完，文件不完整")) from error
