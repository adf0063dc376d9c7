"""Agreed exchange in the results: energy of each agreement by month and year, what it costs, and what its receiver's price makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results.component import Results, largest
from energy_model.results.contract import column_names
from energy_model.results.dust import LEAST_GWH
from energy_model.results.variables import text_array
from energy_model.study.contract_calendars import MONTH_HOURS
from energy_model.study.system import WHOLE_YEAR

if TYPE_CHECKING:
    from energy_model.results.quantities import Quantities

AMOUNTS = ("least_gwh", "most_gwh", "exchanged_gwh")


def terms(q: Quantities) -> pd.DataFrame:
    """Amounts by (agreement, month), 0 for the year, of the months that the horizon has [GWh]."""
    y, plan, in_month = q.problem.system, q.problem.plan, q.in_month()
    represented = plan.hours * plan.weight @ in_month
    rows = {}
    for (a, k), term in y.agreement.iterrows():
        share = 1.0 if k == WHOLE_YEAR else represented[k - 1] / MONTH_HOURS[k - 1]
        if share > 0:
            by_block = _flow_gw(q, a).reshape(len(plan.start), plan.hours).sum(axis=1) * plan.weight
            energy = float(by_block.sum() if k == WHOLE_YEAR else by_block @ in_month[:, k - 1])
            rows[a, k] = share * term.least, share * term.most, energy
    index = pd.MultiIndex.from_tuples(rows, names=("agreement", "month")) if rows else y.agreement.index[:0]
    return pd.DataFrame(rows.values(), index, list(AMOUNTS), dtype=float)


def _flow_gw(q: Quantities, agreement: str) -> np.ndarray:
    """Weighted flow of the lines of an agreement by hour."""
    weight = _weights(q, agreement)
    lines = list(weight.index)
    return weight.to_numpy(float) @ (q.of("flow_forward", lines) - q.of("flow_backward", lines))


def _weights(q: Quantities, agreement: str) -> pd.Series:
    member = q.problem.system.agreement_member.weight
    return member[member.index.get_level_values(0) == agreement].droplevel(0)


def agreement_arrays(q: Quantities, data: xr.Dataset) -> dict[str, xr.DataArray]:
    """`terms`, names, and the receivers' mean price over the energy that arrives, over ``agreement_term``; empty without agreements."""
    found = terms(q)
    if found.empty:
        return {}
    names = q.problem.system.agreement.loc[found.index]
    labels = {"agreement_term": [f"{a}/{k}" for a, k in found.index]}
    price = pd.Series({a: _receiver_price(q, a, data) for a in found.index.get_level_values(0).unique()})
    arrays = {name: found[name].to_numpy() for name in AMOUNTS}
    arrays |= {"receiver_cny_per_mwh": price.reindex(found.index.get_level_values(0)).to_numpy(float)}
    arrays |= {c: text_array(names[c]) for c in ("name_zh", "name_en")}
    return {f"agreement_{name}": xr.DataArray(values, labels, ("agreement_term",)) for name, values in arrays.items()}


def _receiver_price(q: Quantities, agreement: str, data: xr.Dataset) -> float:
    """Mean nodal price where the lines of an agreement end, weighted with what they carry there; NaN if nothing does [CNY/MWh]."""
    weight, line = _weights(q, agreement), q.problem.system.corridor
    price = data.dual_nodal_balance.transpose("bus", "time").to_pandas()
    worth = energy = 0.0
    for c, w in weight.items():
        forward = w > 0
        sent = abs(w) * q.of("flow_forward" if forward else "flow_backward", [c])[0] * q.weight
        worth += float(sent @ price.loc[line.to_bus[c] if forward else line.from_bus[c]].to_numpy())
        energy += float(sent.sum())
    return worth / energy if energy > LEAST_GWH else np.nan


def agreements(data: xr.Dataset) -> pd.DataFrame:
    """Agreements by month and year: agreed and exchanged energy [GWh], cost of one more MWh, mean price of the receivers [CNY/MWh].

    Returns
    -------
    DataFrame
        Rows without a month are the year. ``agreed_cost_cny_per_mwh`` is below 0 where the agreement allows less than would pay.
    """
    labels = [str(label).rpartition("/") for label in data.agreement_term.to_numpy()]
    month = np.array([float(k) for _, _, k in labels])
    cost = np.zeros(len(labels))
    for name in ("dual_agreement_least", "dual_agreement_most"):
        if name in data:
            cost += data[name].to_series().reindex(data.agreement_term.to_numpy()).fillna(0.0).to_numpy()
    frame = pd.DataFrame(
        {
            "agreement": [a for a, _, _ in labels],
            "name_zh": data.agreement_name_zh.to_numpy(),
            "name_en": data.agreement_name_en.to_numpy(),
            "month": np.where(month == WHOLE_YEAR, np.nan, month),
            **{name: data[f"agreement_{name}"].to_numpy() for name in AMOUNTS},
            "agreed_cost_cny_per_mwh": cost,
            "receiver_cny_per_mwh": data.agreement_receiver_cny_per_mwh.to_numpy(),
        }
    )
    return frame[column_names("agreements")]


def _balances(q: Quantities) -> dict[str, float]:
    """Energy below the minimum or above the maximum of an agreement, relative to the yearly energy."""
    found = terms(q)
    if found.empty:
        return {}
    outside = np.fmax(found.least_gwh - found.exchanged_gwh, found.exchanged_gwh - found.most_gwh)
    return {"agreements": largest(outside.to_numpy() / q.amount)}


RESULTS = Results(balances=_balances)
