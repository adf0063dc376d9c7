"""Whether a result is current: solved from the same inputs, weather, options and program, and complete."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from energy_model.case import Case
from energy_model.results import folders, store
from energy_model.results.fingerprint import pages_digest, run_fingerprint, weather_digest
from energy_model.study.load import load_study
from energy_model.weather.store import ensure_year

PAGES, WORKBOOKS = ("map.html", "report.html"), ("tables.xlsx", "tables-en.xlsx")
PATH_WORKBOOKS = ("pathway.xlsx", "pathway-en.xlsx")
END_OF_PAGE = b"</html>"


@dataclass(frozen=True)
class Standing:
    """A current result.

    Attributes
    ----------
    folder : Path
        That of the result, or where it was kept when its pages could not be written (`folders.without_pages`).
    manifest : dict
    """

    folder: Path
    manifest: dict


def standing(folder: Path, fingerprint: Callable[[], str]) -> Standing | None:
    """The result in `folder`, or the one kept beside it, if it is complete and has the required fingerprint.

    Parameters
    ----------
    folder : Path
    fingerprint : callable
        Function that gives the required fingerprint; called if there is a result to compare.

    Raises
    ------
    InputErrors, WeatherError
        If the problem cannot be set up at all.
    """
    for place in (folder, folders.without_pages(folder)):
        try:
            manifest = store.read_manifest(place)
        except store.StoreError:
            continue
        if manifest.get("files") and manifest.get("run_sha256") == fingerprint() and store.undamaged(place, manifest):
            return Standing(place, manifest)
    return None


def fingerprint_of(case: Case, *asked: str) -> str:
    """Fingerprint of the plan of a scenario, or of further options in `asked` (`run_fingerprint`).

    Raises
    ------
    InputErrors, WeatherError
    """
    study = load_study(case.inputs, case.scenario)
    weather_year = ensure_year(study.settings.weather.year, case.weather)
    return run_fingerprint(study, weather_digest(weather_year), case.horizon, case.exact, *asked)


def shown(folder: Path, manifest: dict, pages: bool) -> bool:
    """Whether the pages (if wanted) and workbooks of a current result are present, complete, and made by the present program."""
    if manifest.get("pages_sha256") != pages_digest():
        return False
    years = [str(year) for year in manifest.get("years", [])]
    wanted = [*(PAGES if pages else ()), *(PATH_WORKBOOKS if years else WORKBOOKS)]
    wanted += [f"{year}/{name}" for year in years for name in (*(PAGES[:1] if pages else ()), *WORKBOOKS)]
    return all((folder / name).is_file() and _ends(folder / name) for name in wanted)


def _ends(path: Path) -> bool:
    """Whether a page or workbook is complete."""
    return zipfile.is_zipfile(path) if path.suffix == ".xlsx" else path.read_bytes().rstrip().endswith(END_OF_PAGE)
