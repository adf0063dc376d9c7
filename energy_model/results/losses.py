"""The loss between tangents and secant, compared with the exact parabola."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results.indicators import flow_backward_mw
from energy_model.units import MW_PER_GW, MWH_PER_GWH

NOTICEABLE_MW = 0.01


def losses(data: xr.Dataset) -> pd.DataFrame:
    """Quadratic losses by corridor: energy in the plan and exact, largest error either way, hours with more loss than necessary.

    Parameters
    ----------
    data : Dataset
        With ``loss_mw``.

    Returns
    -------
    DataFrame
        ``loss_gwh`` and ``exact_loss_gwh`` in the year; ``too_low_mw``: the most by which the tangents fall short of
        :math:`r f^2 / N` [MW]; ``too_high_mw``: the most by which energy that nobody wanted was lost in the line;
        ``hours_too_high_h``: in how many hours that was so.
    """
    resistance = data.corridor_resistance_per_gw.to_numpy()
    lossy = np.isfinite(resistance)
    new = np.maximum(data.corridor_capacity_mw.to_numpy() - data.corridor_existing_mw.to_numpy(), 0.0) / MW_PER_GW
    number = data.corridor_circuits.to_numpy() + data.corridor_circuits_per_gw.to_numpy() * new
    flow = (data.flow_forward_mw - flow_backward_mw(data)).transpose("corridor", "time").to_numpy()[lossy]
    taken = data.loss_mw.transpose("corridor", "time").to_numpy()[lossy]
    per_mw = np.divide(resistance[lossy] / MW_PER_GW, number[lossy], out=np.zeros(lossy.sum()), where=number[lossy] > 0)
    exact = per_mw[:, None] * flow**2
    weight = data.weight.to_numpy()
    return pd.DataFrame(
        {
            "corridor": data.corridor.to_numpy()[lossy],
            "name_zh": data.corridor_name_zh.to_numpy()[lossy],
            "name_en": data.corridor_name_en.to_numpy()[lossy],
            "capacity_mw": data.corridor_capacity_mw.to_numpy()[lossy],
            "loss_gwh": taken @ weight / MWH_PER_GWH,
            "exact_loss_gwh": exact @ weight / MWH_PER_GWH,
            "too_low_mw": (exact - taken).clip(min=0.0).max(axis=1),
            "too_high_mw": (taken - exact).clip(min=0.0).max(axis=1),
            "hours_too_high_h": (taken > exact + NOTICEABLE_MW) @ weight,
        }
    )


def summary(table: pd.DataFrame) -> dict:
    """Plain values for the manifest: yearly loss in the plan and exact [GWh], largest errors [MW]."""
    return {
        "loss_gwh": float(table.loss_gwh.sum()),
        "exact_loss_gwh": float(table.exact_loss_gwh.sum()),
        "too_low_mw": float(table.too_low_mw.max()),
        "too_high_mw": float(table.too_high_mw.max()),
    }
