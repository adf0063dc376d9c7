"""The labelled results of a tiny system."""

from types import SimpleNamespace

import pandas as pd
import xarray as xr

from energy_model.results import dataset


def with_names(system):
    """The system, its tables filled up with the columns that results tell and the equations do not need."""
    for source, v in dataset.STATIC.items():
        table, _, column = source.partition(".")
        frame = getattr(system, table)
        if column not in frame:
            frame[column] = "" if not v.unit or frame.empty else 0.0
    return system


def of_nodes(r) -> xr.Dataset:
    """Dataset of a run whose system has nodes, and no markets."""
    nodes = pd.DataFrame(
        {"node": list(r.problem.system.bus.index), "name_zh": "甲", "name_en": "A", "kind": "county", "adcode": 1, "market": None,
         "microgrid": None, "latitude_deg": 43.0, "longitude_deg": 122.0}
    )  # fmt: skip
    return dataset.build_dataset(r.problem, SimpleNamespace(tables={"nodes": nodes}), r.solution.primal, r.solution.dual)
