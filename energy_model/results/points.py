"""Figures kept of one plan among many, for curves and tables of variants."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results import indicators, node_balance, prices
from energy_model.results.city import city_hours
from energy_model.results.clauses import Figures
from energy_model.results.dataset import build_dataset
from energy_model.results.dust import LEAST_GWH, ratio
from energy_model.solving.build import Problem
from energy_model.solving.stamp import StampedLP
from energy_model.study.capacities import LIMITED
from energy_model.study.study import Study
from energy_model.study.system import System
from energy_model.units import MW_PER_GW, MWH_PER_GWH

KINDS = (
    "wind", "solar", "thermal", "chp", "battery", "pumped_hydro", "heat_store", "coal_boiler", "electric_boiler", "geothermal",
    *(c.family for c in LIMITED if not c.is_candidate),
)  # fmt: skip
"""Kinds of capacity that variants are compared by."""


def elements(system: System, lp: StampedLP) -> pd.DataFrame:
    """All buildable elements: capacity column, kind, place and limits.

    Returns
    -------
    DataFrame
        Index the element's code; ``column``, ``kind`` (the family of what has a table of its own, such as corridors), ``node`` ("" where
        it stands at none), ``lower``, ``upper`` [GW].
    """
    parts = []
    for capacity in LIMITED:
        table = capacity.assets(system)
        labels, ids = lp.column_ids.get(capacity.column, ([], np.empty(0, np.int64)))
        names = [label[0] for label in labels]
        frame = pd.DataFrame({"column": ids}, index=pd.Index(names, dtype=object))
        frame["kind"] = table.kind.reindex(names) if capacity.is_candidate else capacity.family
        frame["node"] = table.node.reindex(names) if "node" in table else ""
        parts.append(frame)
    found = pd.concat(parts)
    return found.assign(lower=lp.lower[found.column], upper=lp.upper[found.column])


def capacities(system: System, lp: StampedLP, primal: np.ndarray) -> dict[str, float]:
    """Capacity by kind over the whole city [MW]."""
    table = elements(system, lp)
    table = table[~table.node.isin(system.bus.index[system.bus.outside])]
    sums = pd.Series(primal[table.column] * MW_PER_GW, index=table.kind.to_numpy()).groupby(level=0).sum()
    return {kind: float(sums[kind]) for kind in KINDS if kind in sums}


def plan_point(problem: Problem, study: Study, primal: np.ndarray, dual: np.ndarray, accounts: dict[str, float]) -> dict[str, Any]:
    """Figures of one plan of a curve, as JSON values.

    Returns
    -------
    dict
        Cost in parts [MCNY], ``delivered_gwh``, ``loss_gwh``, ``co2_kt``, ``curtailed_gwh``, ``curtailed_share``, ``renewable_share``,
        ``unserved_gwh``; ``capacity_mw`` by kind; ``contracts`` and ``corridors`` as lists of rows.
    """
    data = build_dataset(problem, study, primal, dual)
    parts = {f"{name}_mcny": 0.0 for name in (*prices.PARTS, "other")}
    for category, cost in accounts.items():
        parts[f"{prices.part_of(category)}_mcny"] += cost
    hours, cut, balance = city_hours(data), indicators.curtailment(data), node_balance.energy_balance(data)
    contracts = contract_rows(data)
    return parts | {
        "delivered_gwh": float(contracts.energy_gwh.sum()),
        "loss_gwh": float((hours.loss_mw * hours.weight).sum()) / MWH_PER_GWH,
        "co2_kt": float(data.co2_kt.sum()),
        "curtailed_gwh": float(cut.curtailed_gwh.sum()),
        "curtailed_share": indicators.curtailed_share(cut),
        "renewable_share": Figures(data, study).renewable_share(""),
        "unserved_gwh": float(balance.unserved_gwh.sum()),
        "capacity_mw": capacities(problem.system, problem.lp, primal),
        "contracts": contracts.to_dict("records"),
        "corridors": outlet_rows(data).to_dict("records"),
    }


def contract_rows(data: xr.Dataset) -> pd.DataFrame:
    """Energy of every contract, its marginal cost, and the price of its node weighted by delivery (NaN without delivery)."""
    if not data.sizes.get("contract"):
        return pd.DataFrame({"contract": [], "energy_gwh": [], "marginal_cny_per_mwh": [], "nodal_cny_per_mwh": []})
    energy = (data.delivered_mw * data.weight).transpose("contract", "time").to_numpy()
    total = energy.sum(axis=1) / MWH_PER_GWH
    mean = ratio((prices.market_price(data) * energy).sum(axis=1) / MWH_PER_GWH, total, LEAST_GWH)
    return pd.DataFrame(
        {
            "contract": data.contract.to_numpy(),
            "energy_gwh": total,
            "marginal_cny_per_mwh": prices.contract_duals(data).to_numpy(),
            "nodal_cny_per_mwh": mean,
        }
    )


def outlet_rows(data: xr.Dataset) -> pd.DataFrame:
    """Delivery of each corridor to its market, and its marginal cost.

    Returns
    -------
    DataFrame
        ``corridor``, ``market``, ``received_gwh`` at the receiving end, ``new_mw``, ``gate_cny_per_mwh`` (price at the sending end over
        what is sent) and ``landed_cny_per_mwh`` (price of the market over what is received); NaN for corridors that send nothing.
    """
    table = indicators.corridors(data).set_index("corridor")
    markets = set(data.contract_market.to_numpy()) if data.sizes.get("contract") else set()
    price, bus = data.dual_nodal_balance.transpose("bus", "time").to_numpy(), pd.Index(data.bus.to_numpy())
    flow = (data.flow_forward_mw * data.weight).transpose("corridor", "time").to_numpy()
    rows = []
    for k, corridor in enumerate(data.corridor.to_numpy()):
        start, market = data.corridor_from_bus.to_numpy()[k], data.corridor_to_bus.to_numpy()[k]
        if market not in markets:
            continue
        sent = float(flow[k].sum()) / MWH_PER_GWH

        def mean(at: str, flow: np.ndarray = flow[k], sent: float = sent) -> float:
            return ratio(float((price[bus.get_loc(at)] * flow).sum()) / MWH_PER_GWH, sent, LEAST_GWH)

        rows.append(
            {
                "corridor": corridor,
                "market": market,
                "received_gwh": sent - float(table.loss_gwh[corridor]),
                "new_mw": float(table.new_mw[corridor]),
                "gate_cny_per_mwh": mean(start),
                "landed_cny_per_mwh": mean(market),
            }
        )
    return pd.DataFrame(rows, columns=["corridor", "market", "received_gwh", "new_mw", "gate_cny_per_mwh", "landed_cny_per_mwh"])
