"""Figures for comparing plans: of the whole plan, and of each kind, technology, element, corridor and contract."""

from __future__ import annotations

import math

import numpy as np
import xarray as xr

from energy_model.results import indicators, neighbours, node_balance, prices
from energy_model.study.build_system import build_system
from energy_model.study.study import Study

WHOLE = ("cost_mcny", "export_gwh", "export_cny_per_mwh", "curtailed_share", "unserved_gwh")
"""Figures of the whole plan."""
OF_PART = ("capacity_mw", "new_mw", "energy_gwh")
"""Figures of a kind, a technology, an element, a corridor or a contract: ``new_mw/solar``, ``capacity_mw/C04``."""


def plan_figures(cost_mcny: float, data: xr.Dataset) -> dict[str, float]:
    """Figures of a solved plan by name; those of parts only if they are not zero."""
    cut, offers = indicators.curtailment(data), indicators.contracts(data)
    found = {
        "cost_mcny": cost_mcny,
        "export_gwh": (float(offers.energy_gwh.sum()) if len(offers) else 0.0) + neighbours.yearly_gwh(data, "received"),
        "export_cny_per_mwh": export_price(data),
        "curtailed_share": float(np.nan_to_num(indicators.curtailed_share(cut))),  # of nothing, nothing is curtailed
        "unserved_gwh": float(node_balance.energy_balance(data).unserved_gwh.sum()),
    }
    capacity = indicators.capacity(data).rename(columns={"sent_out_gwh": "energy_gwh"})
    for quantity in OF_PART:
        for part in ("element", "technology", "kind"):
            found |= {f"{quantity}/{name}": float(v) for name, v in capacity.groupby(part)[quantity].sum().items()}
    corridors = indicators.corridors(data)
    for quantity in ("capacity_mw", "new_mw"):
        found |= {f"{quantity}/{name}": float(v) for name, v in corridors.set_index("corridor")[quantity].items()}
    if len(offers):
        found |= {f"energy_gwh/{name}": float(v) for name, v in offers.set_index("contract").energy_gwh.items()}
    return {name: value for name, value in found.items() if value or name in WHOLE}


def export_price(data: xr.Dataset) -> float:
    """Marginal cost of exports: mean of the contracts, weighted by their energy [CNY/MWh]; NaN without exports."""
    if not data.sizes.get("contract"):
        return math.nan
    energy = indicators.energy_gwh(data, "delivered_mw").to_numpy()
    return float(prices.contract_duals(data).to_numpy() @ energy / energy.sum()) if energy.sum() > 1e-3 else math.nan


def figure_names(study: Study) -> list[str]:
    """Names of all figures of a plan of the study."""
    system = build_system(study)
    tech = study.tables["technologies"].set_index("technology").kind
    used = set(study.tables["plants"].technology) | set(study.tables["candidates"].technology)
    elements = [str(i) for t in (system.thermal, system.resource, system.store, system.boiler) for i in t.index]
    parts = [*dict.fromkeys([*(str(k) for k in tech[tech.index.isin(used)].unique()), *sorted(used), *elements])]
    found = [*WHOLE, *(f"{q}/{p}" for p in parts for q in OF_PART)]
    found += [f"{q}/{c}" for c in system.corridor.index for q in ("capacity_mw", "new_mw")]
    return found + [f"energy_gwh/{c}" for c in system.contract.index]
