"""Weather years on disk: small NetCDF files, checked whenever they are read."""

import re
from pathlib import Path

import numpy as np
import xarray as xr

from energy_model.language import say
from energy_model.study.nearest import listed
from energy_model.study.settings import WEATHER_NAME, WEATHER_RULE
from energy_model.weather.climate import check_climate
from energy_model.weather.dataset import QUANTITIES, check_weather
from energy_model.weather.errors import WeatherError, weather_error
from energy_model.weather.files import replacing, write_netcdf
from energy_model.weather.generator import VERSION, generate_year

__all__ = ["WeatherError", "ensure_year", "load_weather", "save_weather", "weather_path"]

# synthetic-7: a typical year; variable-7: months scatter as real ones do; -2023: calendar of that year.
SYNTHETIC = re.compile(r"(synthetic|variable)-(\d+)(?:-(\d{4}))?")


def weather_path(name_or_path: str | Path, folder: Path = Path("weather")) -> Path:
    """Find the file of a weather year: a path unchanged, a name as <folder>/years/<name>.nc."""
    text = str(name_or_path)
    if text.endswith(".nc") or "/" in text or "\\" in text:
        return Path(name_or_path)
    return Path(folder) / "years" / f"{text}.nc"


def place_for(name: str, folder: Path = Path("weather")) -> Path:
    """File for a year to be saved under a name.

    Raises
    ------
    WeatherError
        A name that no scenario could ask for.
    """
    if not re.fullmatch(WEATHER_NAME, name, re.ASCII):
        raise weather_error(
            f"{name!r} cannot be the name of a weather year: {WEATHER_RULE[0]}", f"{name!r} 不能作气象年名称：{WEATHER_RULE[1]}"
        )
    return weather_path(name, folder)


def _not_found(path: Path) -> WeatherError:
    """Available years, and the name most likely meant."""
    known = sorted(p.stem for p in path.parent.glob("*.nc") if not p.name.startswith("."))
    told, told_zh = listed(path.stem, known)
    drawn = "synthetic-<seed> and variable-<seed> are drawn when asked for"
    return weather_error(
        f"weather file not found: {path}; there are {told}; {drawn}",
        f"未找到气象文件：{path}；现有气象年：{told_zh}；synthetic-<种子> 与 variable-<种子> 按需生成",
    )


def save_weather(data: xr.Dataset, path: Path) -> Path:
    """Write a checked weather year (32-bit, compressed) completely or not at all; return its path."""
    path = Path(path)
    where = say(f"weather to be saved as {path.name}", f"拟存为 {path.name} 的气象")
    check_climate(check_weather(data, where), where)
    encoding = {name: {"dtype": "float32", "zlib": True, "complevel": 6, "shuffle": True} for name in QUANTITIES}
    encoding["time"] = {"units": f"hours since {data.indexes['time'][0].year}-01-01", "dtype": "int32"}
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        write_netcdf(data[list(QUANTITIES)], temporary, encoding)
    return path


def load_weather(name_or_path: str | Path, folder: Path = Path("weather"), sites: list[str] | None = None) -> xr.Dataset:
    """Read a weather year into memory and check it.

    Parameters
    ----------
    name_or_path : str or Path
        Name of a year in <folder>/years, or the path of a file.
    folder : Path
        The weather folder.
    sites : list of str, optional
        Climate sites that must be there.

    Raises
    ------
    WeatherError
        File missing, unreadable, cut off, or its content wrong.
    """
    path = weather_path(name_or_path, folder)
    if not path.is_file():
        raise _not_found(path)
    try:
        with xr.open_dataset(path, engine="netcdf4") as stored:
            data = stored.load()
    except Exception as error:  # the HDF5 layer raises many kinds for a damaged file
        raise weather_error(
            f"{path}: not a readable NetCDF file (damaged or cut off?): {error}",
            f"{path}：不是可读的 NetCDF 文件（已损坏或不完整？）：{error}",
        ) from error
    for name in QUANTITIES:
        if name in data:
            data[name] = data[name].astype(np.float64).assign_attrs(data[name].attrs)
    return check_climate(check_weather(data, str(path), sites), str(path))


def holds(path: Path, data: xr.Dataset) -> bool:
    """Whether a file has the same weather."""
    try:
        stored = load_weather(path)
    except WeatherError:
        return False
    return all(np.array_equal(stored[name].astype("float32"), data[name].astype("float32")) for name in QUANTITIES)


def require_year(name: str | Path, folder: Path = Path("weather")) -> None:
    """Refuse a weather year that neither exists nor can be generated, without reading it.

    Raises
    ------
    WeatherError
    """
    path = weather_path(name, folder)
    if not path.is_file() and not SYNTHETIC.fullmatch(str(name)):
        raise _not_found(path)


def ensure_year(name: str | Path, folder: Path = Path("weather")) -> xr.Dataset:
    """Load a weather year; a missing synthetic one is generated and saved first.

    Names: "synthetic-<seed>" typical year, "variable-<seed>" with interannual scatter, either with
    "-<year>" behind for the calendar of another year than 2015.

    Raises
    ------
    WeatherError
        Also for a year under such a name that another version of the generator drew.
    """
    path = weather_path(name, folder)
    match = SYNTHETIC.fullmatch(str(name))
    if not path.is_file() and match:
        kind, seed, year = match.groups()
        save_weather(generate_year(int(seed), int(year or 2015), interannual=kind == "variable"), path)
    data = load_weather(path)
    if match and data.attrs.get("kind") == "synthetic" and data.attrs.get("generator_version") != VERSION:
        raise _of_other_generator(path, match, str(data.attrs.get("generator_version")))
    return data


def _of_other_generator(path: Path, name: re.Match[str], version: str) -> WeatherError:
    """A year drawn by another version of the generator, and the command that draws it anew."""
    kind, seed, year = name.groups()
    options = f"--seed {seed}{' --interannual' if kind == 'variable' else ''}{f' --year {year}' if year else ''} --replace"
    command = f"weather make {options} --folder {path.parent.parent}"
    return weather_error(
        f"{path} was drawn by generator {version}, this program draws {VERSION}: replace it with `{command}`, or rename the file",
        f"{path} 由生成器 {version} 生成，本程序为 {VERSION}：请用 `{command}` 重新生成，或改文件名",
    )
