"""A year made of a result of one day: every day is that day, times a factor that differs from day to day."""

import json

import numpy as np
import pandas as pd
import xarray as xr

HOURS = 8760


def stretched(folder):
    """Make a year of a result of one day, in its folder; return the dataset."""
    with xr.open_dataset(folder / "results.nc") as stored:
        day = stored.load()
    days = np.arange(HOURS // 24)
    factor = 0.5 + 0.4 * np.sin(days / 58) + 0.1 * np.cos(days / 3)
    time = pd.date_range(day.time.to_numpy()[0], periods=HOURS, freq="h")
    variables = {}
    for name, values in day.variables.items():
        if name == "weight":
            variables[name] = ("time", np.ones(HOURS))
        elif name != "time" and values.dtype.kind == "f" and "time" in values.dims:
            variables[name] = (values.dims, np.tile(values.to_numpy(), len(days)) * np.repeat(factor, 24), values.attrs)
        elif "time" not in values.dims:
            variables[name] = (values.dims, values.to_numpy(), values.attrs)
    year = xr.Dataset(variables, attrs=day.attrs).assign_coords(time=time)
    year.to_netcdf(folder / "results.nc", engine="netcdf4")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps(manifest | {"hours": HOURS, "horizon": "year"}), encoding="utf-8")
    return year
