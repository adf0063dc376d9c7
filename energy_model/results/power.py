"""Powers and energies used by several outputs; each formula is defined here only."""

from __future__ import annotations

import xarray as xr

from energy_model.units import MWH_PER_GWH


def energy_gwh(data: xr.Dataset, power: str | xr.DataArray) -> xr.DataArray:
    """Yearly energy [GWh] of an hourly power [MW], or of the variable of that name: sum over hours times weight."""
    return ((data[power] if isinstance(power, str) else power) * data.weight).sum("time") / MWH_PER_GWH


def smelter_used_mw(data: xr.Dataset) -> xr.DataArray:
    """Power used by potlines [MW], shape (smelter, time): scheduled minus shed."""
    return data.smelter_mw - data.potline_shed_mw


def electric_boiler_mw(data: xr.Dataset) -> xr.DataArray:
    """Power used by electric boilers [MW], shape (boiler, time); 0 for coal boilers."""
    return (data.boiler_heat_mw / data.boiler_efficiency_share).where(data.boiler_kind == "electric_boiler", 0.0)
