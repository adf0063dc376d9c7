"""Whether a result stands: solved from these very inputs, weather, options and program, and whole."""

from __future__ import annotations

import zipfile
from pathlib import Path

from energy_model.results import store
from energy_model.results.fingerprint import pages_digest, run_fingerprint, weather_digest
from energy_model.study.horizon import Horizon
from energy_model.study.study import load_study
from energy_model.weather.store import ensure_year

PAGES, WORKBOOKS = ("map.html", "report.html"), ("tables.xlsx", "tables-en.xlsx")
END_OF_PAGE = b"</html>"


def standing(folder: Path, inputs: Path, scenario: str, horizon: Horizon, weather: Path, exact: bool) -> dict:
    """Manifest of the result in `folder` where it stands for what is asked; empty where it must be solved.

    Raises
    ------
    InputErrors, WeatherError
        When what is asked cannot be solved at all.
    """
    try:
        manifest = store.read_manifest(folder)
    except store.StoreError:
        return {}
    if not manifest.get("files"):
        return {}
    study = load_study(inputs, scenario)
    air = weather_digest(ensure_year(study.settings.weather.year, weather))
    same = manifest.get("run_sha256") == run_fingerprint(study, air, horizon, exact)
    return manifest if same and store.undamaged(folder, manifest) else {}


def shown(folder: Path, manifest: dict, pages: bool) -> bool:
    """Whether pages (where they are wanted) and workbooks of a standing result are there, whole, and made by the program of today."""
    if manifest.get("pages_sha256") != pages_digest():
        return False
    wanted = (*(PAGES if pages else ()), *WORKBOOKS)
    return all((folder / name).is_file() and _ends(folder / name) for name in wanted)


def _ends(path: Path) -> bool:
    """Whether a page or workbook was written to its end."""
    return zipfile.is_zipfile(path) if path.suffix == ".xlsx" else path.read_bytes().rstrip().endswith(END_OF_PAGE)
