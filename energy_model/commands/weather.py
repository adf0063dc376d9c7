"""Command line of the weather layer: make, report, import, fetch."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from energy_model.commands.help import Command, Group
from energy_model.commands.shared import EXIT_DISK, unknown_choice
from energy_model.language import say
from energy_model.screen import plain_console
from energy_model.weather.errors import WeatherError

if TYPE_CHECKING:
    import xarray as xr

weather_app = typer.Typer(name="weather", cls=Group, no_args_is_help=True, add_completion=False)
console, err = plain_console(), plain_console(stderr=True)

Folder = Annotated[Path, typer.Option("--weather", "--folder")]
DEFAULT_FOLDER = Path("weather")
Replace = Annotated[bool, typer.Option("--replace")]


@contextmanager
def explained() -> Iterator[None]:
    """Report errors of weather data, or of their location, in one line and exit with status 1 or `EXIT_DISK`."""
    try:
        yield
    except WeatherError as error:
        err.print(say(f"Weather: {error}", f"气象数据：{error}"), highlight=False, style="red")
        raise typer.Exit(1) from error
    except OSError as error:
        what = ": ".join(str(part) for part in (error.filename, error.strerror or error) if part)
        err.print(
            say(f"Weather: a file could not be read or written: {what}", f"气象数据：文件无法读写：{what}"), highlight=False, style="red"
        )
        raise typer.Exit(EXIT_DISK) from error


def asked() -> bool:
    """Whether the console is interactive."""
    return sys.stdin.isatty()


def agreed(path: Path, replace: bool) -> Path:
    """File of a year to be saved, if there is none yet or a person agrees to replace it.

    Raises
    ------
    WeatherError
        If the console is not interactive, or the answer is no.
    """
    if replace or not path.exists():
        return path
    if not asked():
        raise WeatherError(
            say(
                f"{path} exists and is unchanged: use another name, or add --replace",
                f"{path} 已存在，未改动：请换名称，或加 --replace 覆盖",
            )
        )
    if not typer.confirm(say(f"{path} exists. Replace it?", f"{path} 已存在。是否覆盖？")):
        raise WeatherError(say(f"{path} is unchanged", f"{path} 未改动"))
    return path


@weather_app.command(cls=Command)
def make(
    seed: Annotated[int, typer.Option(min=0)] = 1,
    count: Annotated[int, typer.Option(min=1, max=100)] = 1,
    year: Annotated[int, typer.Option(min=2000, max=2060)] = 2015,
    interannual: Annotated[bool, typer.Option("--interannual")] = False,
    replace: Replace = False,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Generate synthetic weather years and save them."""
    from energy_model.weather.generator import generate_year
    from energy_model.weather.store import holds, place_for, save_weather

    with explained():
        for one in range(seed, seed + count):
            name = f"{'variable' if interannual else 'synthetic'}-{one}" + ("" if year == 2015 else f"-{year}")
            path, drawn = place_for(name, folder), generate_year(one, year, interannual)
            if holds(path, drawn):
                console.print(say(f"already there {path}", f"已有 {path}"))
                continue
            save_weather(drawn, agreed(path, replace))
            console.print(say(f"written {path}", f"已写入 {path}"))


@weather_app.command(cls=Command)
def report(
    name: Annotated[str, typer.Argument()] = "synthetic-1",
    folder: Folder = DEFAULT_FOLDER,
    inputs: Annotated[Path, typer.Option("--inputs")] = Path("inputs"),
    everything: Annotated[bool, typer.Option("--all")] = False,
    spread_years: Annotated[int, typer.Option("--spread-years", min=0, max=100)] = 0,
    output: Annotated[Path | None, typer.Option("--output", "--csv")] = None,
) -> None:
    """Compare a weather year with the climatology; status 1 if something is out of range."""
    import pandas as pd

    from energy_model.weather.climatology import load_climatology
    from energy_model.weather.contents import text_of
    from energy_model.weather.report import print_report, weather_report
    from energy_model.weather.store import ensure_year

    with explained():
        weather = ensure_year(name, folder)
        place = inputs / "profiles.csv"
        profiles = pd.read_csv(StringIO(text_of(place)[0])) if place.is_file() else None
        if profiles is None:
            console.print(say(f"{place} not found: nothing on output", f"未找到 {place}，略去出力统计"))
        table = weather_report(weather, load_climatology(), profiles, spread_years)
        print_report(table, console, everything)
        if output is not None:
            table.to_csv(output, index=False, encoding="utf-8-sig")
    if (table["verdict"] == "off").any():
        raise typer.Exit(1)


@weather_app.command(name="import", cls=Command)
def import_files(
    files: Annotated[list[Path], typer.Argument()],
    name: Annotated[str, typer.Option("--name")],
    year: Annotated[int | None, typer.Option()] = None,
    max_distance_km: Annotated[float, typer.Option()] = 200.0,
    zone: Annotated[str | None, typer.Option()] = None,
    stamps: Annotated[str | None, typer.Option()] = None,
    fill_hours: Annotated[int, typer.Option()] = 0,
    replace: Replace = False,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Import real weather files as one checked weather year."""
    from energy_model.weather.climatology import load_climatology
    from energy_model.weather.readers import read_weather
    from energy_model.weather.stamps import told_of
    from energy_model.weather.store import place_for

    with explained():
        path = agreed(place_for(name, folder), replace)
        data = read_weather(files, load_climatology().sites, year, max_distance_km, told_of(zone, stamps, fill_hours))
        saved(data, path)


def saved(data: xr.Dataset, path: Path) -> None:
    """Save an imported year and print conversions and unusual values."""
    from energy_model.weather.climate import climate_doubts
    from energy_model.weather.store import save_weather

    save_weather(data, path)
    console.print(say(f"written {path}", f"已写入 {path}"))
    for note in say(data.attrs["notes"], data.attrs["notes_zh"]).split(" | "):
        console.print(f"  {note}", highlight=False)
    for doubt in climate_doubts(data):
        console.print(say("  Warning: ", "  警告：") + say(doubt.en, doubt.zh), highlight=False, style="yellow")


@weather_app.command(cls=Command)
def fetch(
    source: Annotated[str, typer.Argument()],
    year: Annotated[int, typer.Option(min=2001, max=2060)],
    replace: Replace = False,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Download a real year for all sites and import it; needs a network."""
    from energy_model.weather.climatology import load_climatology
    from energy_model.weather.fetch import fetch_era5, fetch_power
    from energy_model.weather.readers import read_weather
    from energy_model.weather.store import place_for

    fetchers: dict[str, Callable] = {"power": fetch_power, "era5": fetch_era5}
    with explained():
        if source not in fetchers:
            raise WeatherError(unknown_choice("source", "数据源", source, fetchers))
        path = agreed(place_for(f"{source}-{year}", folder), replace)
        sites = load_climatology().sites
        files = fetchers[source](sites, year, folder / "downloads")
        saved(read_weather(files, sites, year), path)


if __name__ == "__main__":
    sys.exit(weather_app())
