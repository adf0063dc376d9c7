"""A PyPSA network as a CSV folder, built component by component; PyPSA itself is not needed to write it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

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
