"""Command line of the weather layer: make, report, import, fetch."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pandas as pd
import typer

from energy_model.commands.shared import EXIT_DISK
from energy_model.screen import plain_console
from energy_model.weather.errors import WeatherError

if TYPE_CHECKING:
    import xarray as xr

weather_app = typer.Typer(help="Weather years 气象年: make, check, import and fetch 生成、检查、导入、下载.", no_args_is_help=True)
console, err = plain_console(), plain_console(stderr=True)

Folder = Annotated[Path, typer.Option("--weather", "--folder", help="Folder of weather years 气象目录")]
DEFAULT_FOLDER = Path("weather")


Replace = Annotated[bool, typer.Option("--replace", help="Replace a year of that name without asking 覆盖同名气象年")]


@contextmanager
def explained() -> Iterator[None]:
    """Show what is wrong with weather, or with the place for it, as one line and leave with status 1 or `EXIT_DISK`."""
    try:
        yield
    except WeatherError as error:
        err.print(f"Weather 气象数据：{error}", highlight=False, style="red")
        raise typer.Exit(1) from error
    except OSError as error:
        what = ": ".join(str(part) for part in (error.filename, error.strerror or error) if part)
        err.print(f"Weather 气象数据：a file could not be read or written 文件无法读写: {what}", highlight=False, style="red")
        raise typer.Exit(EXIT_DISK) from error


def asked() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty()


def agreed(path: Path, replace: bool) -> Path:
    """The file of a year that is to be saved, when none is there or a person agrees to replace it.

    Raises
    ------
    WeatherError
        When nobody can be asked, or says no.
    """
    if replace or not path.exists():
        return path
    if not asked():
        raise WeatherError(f"{path} exists and stays 已存在，未改动: take another name, or add --replace 请换名称或加 --replace 覆盖")
    if not typer.confirm(f"{path} exists 已存在. Replace it 是否覆盖?"):
        raise WeatherError(f"{path} stays as it is 未改动")
    return path


@weather_app.command()
def make(
    seed: Annotated[int, typer.Option(min=0, help="Seed 随机种子; the same seed gives the same year")] = 1,
    count: Annotated[int, typer.Option(min=1, max=100, help="How many, seeds counting up 生成个数")] = 1,
    year: Annotated[int, typer.Option(min=2000, max=2060, help="Calendar year 日历年（星期与节假日）")] = 2015,
    interannual: Annotated[bool, typer.Option("--interannual", help="Let months scatter as real ones do 保留年际波动")] = False,
    replace: Replace = False,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Draw synthetic weather years and save them 生成合成气象年."""
    from energy_model.weather.generator import generate_year
    from energy_model.weather.store import holds, place_for, save_weather

    with explained():
        for one in range(seed, seed + count):
            name = f"{'variable' if interannual else 'synthetic'}-{one}" + ("" if year == 2015 else f"-{year}")
            path, drawn = place_for(name, folder), generate_year(one, year, interannual)
            if holds(path, drawn):
                console.print(f"there already 已有 {path}")
                continue
            save_weather(drawn, agreed(path, replace))
            console.print(f"written 已写入 {path}")


@weather_app.command()
def report(
    name: Annotated[str, typer.Argument(help="Name or file of a weather year 气象年名称或文件")] = "synthetic-1",
    folder: Folder = DEFAULT_FOLDER,
    inputs: Annotated[Path, typer.Option("--inputs", help="Folder of input tables, for profiles.csv 输入表目录")] = Path("inputs"),
    everything: Annotated[bool, typer.Option("--all", help="List every row 列出全部")] = False,
    output: Annotated[Path | None, typer.Option("--output", "--csv", help="File to write 输出文件")] = None,
) -> None:
    """Compare a weather year with the climatology 气象年与气候统计对照; status 1 when something is off."""
    from energy_model.weather.climatology import load_climatology
    from energy_model.weather.contents import text_of
    from energy_model.weather.report import print_report, weather_report
    from energy_model.weather.store import ensure_year

    with explained():
        weather = ensure_year(name, folder)
        place = inputs / "profiles.csv"
        profiles = pd.read_csv(StringIO(text_of(place)[0])) if place.is_file() else None
        if profiles is None:
            console.print(f"{place} not found: no full-load hours 未找到，略去利用小时")
        table = weather_report(weather, load_climatology(), profiles)
        print_report(table, console, everything)
        if output is not None:
            table.to_csv(output, index=False, encoding="utf-8-sig")
    if (table["verdict"] == "off").any():
        raise typer.Exit(1)


@weather_app.command(name="import")
def import_files(
    files: Annotated[list[Path], typer.Argument(help="NetCDF, EPW, TMY3, PVGIS, NASA POWER or CSV files 气象文件")],
    name: Annotated[str, typer.Option("--name", help="Name to keep the year under 保存名称")],
    year: Annotated[int | None, typer.Option(help="Calendar year to take 取哪一年")] = None,
    max_distance_km: Annotated[float, typer.Option(help="Largest distance of a site from its data 最大距离")] = 200.0,
    zone: Annotated[str | None, typer.Option(help="Zone of the stamps 时标的时区: UTC, +08:00, Beijing")] = None,
    stamps: Annotated[
        str | None, typer.Option(help="What a stamp marks (of grids: of irradiance) 时标含义: begin, middle or end of its step")
    ] = None,
    fill_hours: Annotated[int, typer.Option(help="Longest gap to fill, in hours 可插补的最长缺测小时数")] = 0,
    replace: Replace = False,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Bring real weather files into one checked weather year 导入实测或再分析气象."""
    from energy_model.weather.climatology import load_climatology
    from energy_model.weather.readers import read_weather
    from energy_model.weather.stamps import told_of
    from energy_model.weather.store import place_for

    with explained():
        path = agreed(place_for(name, folder), replace)
        data = read_weather(files, load_climatology().sites, year, max_distance_km, told_of(zone, stamps, fill_hours))
        saved(data, path)


def saved(data: xr.Dataset, path: Path) -> None:
    """Save an imported year and say what was done to the numbers, and what is unusual in them."""
    from energy_model.weather.climate import climate_doubts
    from energy_model.weather.store import save_weather

    save_weather(data, path)
    console.print(f"written 已写入 {path}")
    for note in data.attrs["notes"].split(" | "):
        console.print(f"  {note}", highlight=False)
    for doubt in climate_doubts(data):
        console.print(f"  Warning 警告：{doubt.zh} {doubt.en}", highlight=False, style="yellow")


@weather_app.command()
def fetch(
    source: Annotated[str, typer.Argument(help="power (NASA POWER) or era5 数据源")],
    year: Annotated[int, typer.Option(min=2001, max=2060, help="Calendar year 年份")],
    replace: Replace = False,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Download a real year for all sites and import it 下载真实气象年并导入 (needs a network 需联网)."""
    from energy_model.weather.climatology import load_climatology
    from energy_model.weather.fetch import fetch_era5, fetch_power
    from energy_model.weather.readers import read_weather
    from energy_model.weather.store import place_for

    fetchers: dict[str, Callable] = {"power": fetch_power, "era5": fetch_era5}
    with explained():
        if source not in fetchers:
            raise WeatherError(f"unknown source {source!r}; known are {', '.join(fetchers)}")
        path = agreed(place_for(f"{source}-{year}", folder), replace)
        sites = load_climatology().sites
        files = fetchers[source](sites, year, folder / "downloads")
        saved(read_weather(files, sites, year), path)


if __name__ == "__main__":
    sys.exit(weather_app())
