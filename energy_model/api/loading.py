"""Studies and plans from folders and networks."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from energy_model.api.networks import quiet
from energy_model.api.plan import Plan
from energy_model.api.study import Study
from energy_model.api.temporary import TemporaryFolder
from energy_model.exchange.study_tables import SCENARIO
from energy_model.exchange.written import write_network_study
from energy_model.language import say
from energy_model.results import store
from energy_model.shipped import shipped
from energy_model.study.scenario import OVERLAYS, SCENARIOS, list_scenarios

if TYPE_CHECKING:
    import pypsa


def load(inputs: str | Path = "inputs", scenario: str = "plan-2015", weather: str | Path | None = None) -> Study:
    """Read and check the inputs of a scenario.

    Parameters
    ----------
    inputs : str or Path
        Folder with the tables, ``study.toml`` and ``scenarios/``.
    scenario : str
        ``SCENARIO[+OVERLAY…][@WEATHER-YEAR]``, such as ``outlook-2030+dear-coal@synthetic-2``.
    weather : str or Path, optional
        Folder of weather years; default: ``weather`` beside the inputs.

    Returns
    -------
    Study

    Raises
    ------
    InputErrors
        With every error that was found: file, row, column, value, rule and what to do.
    """
    folder = Path(inputs)
    study = Study(folder, scenario, Path(weather) if weather is not None else folder.parent / "weather")
    _ = study.checked
    return study


def scenarios(inputs: str | Path = "inputs", overlays: bool = False) -> pd.DataFrame:
    """Scenarios of an inputs folder, or its overlays: ``name`` and ``purpose``.

    Raises
    ------
    InputErrors
    """
    found = list_scenarios(Path(inputs), OVERLAYS if overlays else SCENARIOS)
    return pd.DataFrame({"name": [s.name for s in found], "purpose": [say(s.purpose_en, s.purpose_zh) for s in found]})


def open(folder: str | Path, inputs: str | Path = "inputs", weather: str | Path | None = None) -> Plan:
    """Open a finished result.

    Parameters
    ----------
    folder : str or Path
        Result folder, of `Plan.save` or of the command line.
    inputs, weather : str or Path, optional
        Folders that it was made from; needed only where it is solved again. Default of the weather: ``weather`` beside the inputs.

    Raises
    ------
    StoreError
        When there is no finished result in the folder, or it is damaged.
    """
    manifest = store.read_manifest(Path(folder))
    if "scenario" not in manifest or "horizon" not in manifest:
        raise store.StoreError(say(f"{folder} is not the result of a scenario.", f"{folder} 不是方案的结果。"))
    place = Path(weather) if weather is not None else Path(inputs).parent / "weather"
    return Plan(Path(folder), Study(Path(inputs), manifest["scenario"], place))


def from_pypsa(network: pypsa.Network | str | Path) -> Study:
    """A study made of a PyPSA network.

    Parameters
    ----------
    network : pypsa.Network, str or Path
        A network, or its NetCDF file or CSV folder.

    Returns
    -------
    Study
        Its inputs lie in a temporary folder, with a note on the import; `docs/exchange.md` says what is carried.

    Raises
    ------
    NetworkFileError
    NetworkRefused
        With every component that cannot be represented, and why.
    """
    kept = TemporaryFolder()
    inputs = kept.path / "inputs"
    with _on_disk(network) as path:
        write_network_study(path, inputs)
    return Study(inputs, SCENARIO, shipped("weather"), (kept,))


@contextmanager
def _on_disk(network: pypsa.Network | str | Path) -> Iterator[Path]:
    """The file or folder of a network; one in memory is saved for as long as the body runs."""
    if isinstance(network, (str, Path)):
        yield Path(network)
        return
    with tempfile.TemporaryDirectory(prefix="energy-model-", ignore_cleanup_errors=True) as place:
        path = Path(place) / "network"
        with quiet():
            network.export_to_csv_folder(path)
        yield path
