"""A PyPSA network as a CSV folder, built component by component; PyPSA itself is not needed to write it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from energy_model.study.system import System

LISTS = {
    "Bus": "buses",
    "Carrier": "carriers",
    "Generator": "generators",
    "Load": "loads",
    "Line": "lines",
    "Link": "links",
    "Store": "stores",
    "StorageUnit": "storage_units",
    "GlobalConstraint": "global_constraints",
}


class NetworkTables:
    """Tables of a PyPSA network.

    Parameters
    ----------
    snapshots : DatetimeIndex
    weight : float
        Hours of the year that one snapshot represents.
    """

    def __init__(self, snapshots: pd.DatetimeIndex, weight: float) -> None:
        self.snapshots, self.weight = snapshots, weight
        self.static: dict[str, dict[str, dict]] = {kind: {} for kind in LISTS}
        self.varying: dict[tuple[str, str], dict[str, np.ndarray]] = {}

    def add(self, kind: str, name: str, **values) -> None:
        """Add a component; arrays of the length of the snapshots become time series, None is omitted."""
        if name in self.static[kind]:
            raise ValueError(f"two components {kind} {name}")
        row = {}
        for key, value in values.items():
            if isinstance(value, np.ndarray):
                self.varying.setdefault((kind, key), {})[name] = value
            elif value is not None:
                row[key] = value
        self.static[kind][name] = row

    def write(self, folder: Path, name: str) -> Path:
        """Write the CSV folder that ``pypsa.Network(folder)`` reads."""
        folder.mkdir(parents=True, exist_ok=True)
        pd.DataFrame({"name": [name]}).to_csv(folder / "network.csv", index=False)
        hours = pd.DataFrame({"snapshot": self.snapshots, "objective": self.weight, "stores": 1.0, "generators": self.weight})
        hours.to_csv(folder / "snapshots.csv", index=False)
        for kind, rows in self.static.items():
            if rows:
                table = pd.DataFrame.from_dict(rows, orient="index")
                table.index.name = "name"
                table.to_csv(folder / f"{LISTS[kind]}.csv", float_format="%.15g")
        for (kind, key), series in self.varying.items():
            frame = pd.DataFrame(series, index=pd.Index(self.snapshots, name="snapshot"))
            frame.to_csv(folder / f"{LISTS[kind]}-{key}.csv", float_format="%.15g")
        return folder


class PartWriter:
    """Adds a part of a study to a network.

    Parameters
    ----------
    system : System
    network : NetworkTables
        With a bus for each of the system's.
    series : callable
        Values of a series by its label, one for each hour.
    parts : callable
        Existing and new capacity of a row as two components (`pypsa_export`).
    """

    def __init__(
        self,
        system: System,
        network: NetworkTables,
        series: Callable[[str], np.ndarray],
        parts: Callable[[pd.Series, str], list[tuple[str, dict]]],
    ) -> None:
        self.y, self.n, self._series, self._parts = system, network, series, parts
        self.constant = 0.0
