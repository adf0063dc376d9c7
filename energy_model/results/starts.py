"""Starts of thermal clusters by start class, for studies with such start costs."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from energy_model.formulation.commitment import CLASSES


def starts(data: xr.Dataset) -> pd.DataFrame:
    """Capacity started hot, warm and cold in the year by cluster [MW, each start counted].

    Parameters
    ----------
    data : Dataset
        Of a study with start classes: it has ``class_start_mw``.
    """
    weight = data.weight.to_numpy()
    total = pd.Series(data.started_mw.to_numpy() @ weight, index=data.cluster.to_numpy())
    classed = pd.Series(data.class_start_mw.to_numpy() @ weight, index=data.start_class.to_numpy())
    frame = pd.DataFrame({c: data[f"cluster_{c}"].to_numpy() for c in ("name_zh", "name_en", "node", "technology")}, index=total.index)
    for c in CLASSES:
        frame[f"started_{c}_mw"] = [float(classed.get(f"{g}/{c}", 0.0)) for g in total.index]
    frame["started_cold_mw"] = (total - frame[[f"started_{c}_mw" for c in CLASSES]].sum(axis=1)).clip(lower=0.0)
    frame.index.name = "element"
    return frame.reset_index()
