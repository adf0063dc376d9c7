"""Months of export contracts: energy delivered against the agreed share of the year, charges on deviations, both counted again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results.component import Results, largest
from energy_model.results.dust import LEAST_GWH, ratio
from energy_model.study.contract_calendars import shares_of_months
from energy_model.units import CNY_PER_MWH_FROM_MCNY_PER_GWH, MCNY_PER_GWH_FROM_CNY_PER_MWH

if TYPE_CHECKING:
    from energy_model.results.quantities import Quantities

AMOUNTS = ("agreed_gwh", "least_gwh", "most_gwh", "delivered_gwh", "charged_gwh")


def months(q: Quantities) -> pd.DataFrame:
    """Amounts by (contract, month) [GWh]: agreed share of the contract's energy in the horizon, minimum and maximum without a charge."""
    y, plan, in_month = q.problem.system, q.problem.plan, q.in_month()
    hours, rows = plan.hours * plan.weight @ in_month, {}
    for x in y.monthly_contract:
        by_block = q.of("delivered", [x])[0].reshape(len(plan.start), plan.hours).sum(axis=1) * plan.weight
        allowed = float(y.contract.deviation_share[x]) if y.contract["shape"][x] == "free" else 0.0
        for month, share in shares_of_months(y.contract_month[x], hours).items():
            agreed, delivered = share * by_block.sum(), float(by_block @ in_month[:, month - 1])
            least, most = (1 - allowed) * agreed, (1 + allowed) * agreed
            rows[x, month] = agreed, least, most, delivered, max(least - delivered, delivered - most, 0.0)
    index = pd.MultiIndex.from_tuples(rows, names=("contract", "month")) if rows else y.contract_month.index[:0]
    return pd.DataFrame(rows.values(), index, list(AMOUNTS), dtype=float)


def contract_month_arrays(q: Quantities) -> dict[str, xr.DataArray]:
    """`months` and the charge over ``month_of_contract``; empty without months."""
    found = months(q)
    if found.empty:
        return {}
    contract = q.problem.system.contract
    charge = contract.deviation_price.where(contract["shape"] == "free") * CNY_PER_MWH_FROM_MCNY_PER_GWH
    found["charge_cny_per_mwh"] = charge.reindex(found.index.get_level_values(0)).to_numpy(float)
    labels = {"month_of_contract": [f"{x}/{month}" for x, month in found.index]}
    return {f"contract_month_{name}": xr.DataArray(found[name].to_numpy(), labels, ("month_of_contract",)) for name in found}


def contract_months(data: xr.Dataset) -> pd.DataFrame:
    """Contracts by month: agreed, minimum, maximum and delivered energy, deviation [GWh], its charge [MCNY], shadow price of the month."""
    sides = [str(label).rpartition("/") for label in data.month_of_contract.to_numpy()]
    amount = {name: data[f"contract_month_{name}"].to_numpy() for name in AMOUNTS}
    charge = data.contract_month_charge_cny_per_mwh.to_numpy()
    difference = amount["delivered_gwh"] - amount["agreed_gwh"]
    return pd.DataFrame(
        {
            "contract": [x for x, _, _ in sides],
            "month": [int(month) for _, _, month in sides],
            **{name: amount[name] for name in ("agreed_gwh", "least_gwh", "most_gwh", "delivered_gwh")},
            "difference_gwh": difference,
            "difference_share": ratio(pd.Series(difference), pd.Series(amount["agreed_gwh"]), LEAST_GWH).to_numpy(),
            "charge_mcny": np.nan_to_num(charge) * amount["charged_gwh"] * MCNY_PER_GWH_FROM_CNY_PER_MWH,
            "shadow_cny_per_mwh": _shadow(data),
        }
    )


def _shadow(data: xr.Dataset) -> np.ndarray:
    """Cost of one more MWh in a month rather than at any time of the year [CNY/MWh]; 0 for agreed shapes."""
    total = np.zeros(data.sizes["month_of_contract"])
    for name in ("dual_contract_month_least", "dual_contract_month_most"):
        if name in data:
            total += data[name].to_series().reindex(data.month_of_contract.to_numpy()).fillna(0.0).to_numpy()
    return total


def _paid(q: Quantities, found: pd.DataFrame) -> np.ndarray:
    """Deviations that the plan pays for, by (contract, month) [GWh]."""
    return q.once("month_short", list(found.index)) + q.once("month_beyond", list(found.index))


def _balances(q: Quantities) -> dict[str, float]:
    """Deviations beyond those allowed and paid for, relative to the yearly energy; agreed shapes are compared hour by hour."""
    found = months(q)
    if found.empty:
        return {}
    free = q.problem.system.contract["shape"].eq("free").reindex(found.index.get_level_values(0)).to_numpy(dtype=bool)
    energy = found.delivered_gwh.groupby(level=0).transform("sum")
    excess = (found.charged_gwh - _paid(q, found)) / np.maximum(q.amount, energy)
    return {"contract_months": largest(excess.to_numpy()[free])}


def _costs(q: Quantities) -> dict[str, float]:
    contract, found = q.problem.system.contract, months(q)
    price = contract.deviation_price.where(contract["shape"] == "free").reindex(found.index.get_level_values(0)).to_numpy(float)
    return {"contract_deviation": float(np.nan_to_num(price) @ _paid(q, found))} if np.isfinite(price).any() else {}


RESULTS = Results(balances=_balances, costs=_costs)
