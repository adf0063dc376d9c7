"""The labelled results of a tiny system of one node."""

from types import SimpleNamespace

import pandas as pd
import xarray as xr

from energy_model.results import dataset


def with_names(system):
    """The system, its tables filled up with the columns that results tell and the equations do not need."""
    for table, (_, columns) in dataset.STATIC.items():
        frame = getattr(system, table)
        for column in columns:
            if column not in frame:
                frame[column] = "" if column.startswith("name") or frame.empty else 0.0
    for column in ("clause", "quote_zh", "name_zh", "name_en", "year"):
        system.target[column] = 0 if column == "year" else ""
    return system


def of_one_node(r) -> xr.Dataset:
    """Dataset of a run whose system has the node A alone."""
    nodes = pd.DataFrame(
        {"node": ["A"], "name_zh": "甲", "name_en": "A", "kind": "county", "adcode": 1, "market": None, "microgrid": None,
         "latitude_deg": 43.0, "longitude_deg": 122.0}
    )  # fmt: skip
    return dataset.build_dataset(r.problem, SimpleNamespace(tables={"nodes": nodes}), r.solution.primal, r.solution.dual)
