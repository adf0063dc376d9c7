"""One hash of everything that affects the figures of a run: equal fingerprints, equal result."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path

import xarray as xr

from energy_model.results.store import package_versions
from energy_model.study.horizon import Horizon
from energy_model.study.study import Study

PROGRAM = ("study", "weather", "formulation", "solving", "results", "certified.py", "rounds.py", "run.py", "units.py")
"""Code that makes the figures; pages and commands only show them."""
SHOWN_BY = ("report", "labels.csv", "labels.py", *PROGRAM)
"""Code that makes the pages and workbooks of a result."""


def run_fingerprint(study: Study, weather_sha256: str, horizon: Horizon, exact: bool, *asked: str) -> str:
    """SHA-256 over inputs, their order, weather, horizon, exactness, program and packages.

    Parameters
    ----------
    study : Study
    weather_sha256 : str
        As `weather_digest`.
    horizon : Horizon
    exact : bool
    asked : str
        Further options that affect the figures, if there is more than one plan.
    """
    lines = [f"{name}={digest}" for name, digest in sorted(study.sha256.items())]
    lines += [f"part={part.file}" for part in study.scenario.parts]
    lines += [f"{name}=={version}" for name, version in sorted(package_versions().items())]
    lines += [study.settings.weather.year, weather_sha256, str(horizon), str(exact), program_digest(), *asked]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def weather_digest(year: xr.Dataset) -> str:
    """SHA-256 over the values of a weather year, independent of file compression."""
    found = hashlib.sha256()
    for name in sorted(str(v) for v in year.variables):
        found.update(name.encode())
        values = year[name].to_numpy()
        found.update(values.astype(str).tobytes() if values.dtype.kind in "OU" else values.tobytes())
    return found.hexdigest()


def pages_digest() -> str:
    """SHA-256 over the code of pages and workbooks: if it differs, they are made again."""
    return program_digest(SHOWN_BY)


@cache
def program_digest(parts: tuple[str, ...] = PROGRAM) -> str:
    """SHA-256 over source code: that which affects the figures, or other parts of the program."""
    found = hashlib.sha256()
    root = Path(str(files("energy_model")))
    found_in = [p for name in parts for p in ((root / name).rglob("*") if (root / name).is_dir() else [root / name])]
    for path in sorted(p for p in found_in if p.suffix in (".py", ".csv")):
        found.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return found.hexdigest()
