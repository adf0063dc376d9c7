"""Firm capacity against peak, recomputed from capacities and credits, and the maintenance plan."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.formulation.adequacy import export_loss, nodes_in
from energy_model.results.city import whole_months
from energy_model.results.contract import column_names
from energy_model.solving.build import Problem
from energy_model.units import GW_PER_MW


def firm_arrays(problem: Problem, primal: np.ndarray, data: xr.Dataset) -> dict[str, xr.DataArray]:
    """Capacity credit of every element, firm capacity and requirement of every margin clause; empty without such a clause."""
    y, a = problem.system, problem.adequacy
    clauses = y.target[y.target.quantity == "reserve_margin_share"]
    if clauses.empty:
        return {}
    firm, peak = [], []
    for clause in clauses.index:
        scope = clauses.scope[clause] if isinstance(clauses.scope[clause], str) else ""
        nodes = nodes_in(y, scope)
        firm.append(sum(firm_by_element(problem, data, nodes).values()))
        owed = 0.0 if scope else export_mw(problem, data)
        peak.append(a.peak[scope] / GW_PER_MW + owed)
    figures = {
        "capacity_credit": (a.credit.to_numpy(), "element", a.credit.index),
        "firm_mw": (firm, "margin_clause", clauses.index),
        "peak_mw": (peak, "margin_clause", clauses.index),
    }
    return {
        name: xr.DataArray(np.array(values), {dim: labels.to_numpy(dtype="U")}, (dim,)) for name, (values, dim, labels) in figures.items()
    }


def firm_by_element(problem: Problem, data: xr.Dataset, nodes: set[str]) -> dict[str, float]:
    """Firm capacity inside some nodes by element, and firm import into them [MW]."""
    y, a = problem.system, problem.adequacy
    inside = y.thermal[y.thermal.node.isin(nodes)]
    found = {g: share * float(data.thermal_capacity_mw.sel(cluster=g)) for g, share in inside.firm_share.items()}
    for r in y.resource.index[y.resource.node.isin(nodes)]:
        found[r] = a.credit[r] * float(data.renewable_capacity_mw.sel(resource=r))
    for s in a.store_hours.index[y.store.node[a.store_hours.index].isin(nodes)]:
        power = float(data.store_power_capacity_mw.sel(store=s))
        found[s] = a.credit[s] * min(power, float(data.store_energy_capacity_mwh.sel(store=s)) / a.store_hours[s])
    line = y.corridor
    for c in line.index[line.to_bus.isin(nodes) & ~line.from_bus.isin(nodes) & (line.firm_import_share > 0)]:
        found[c] = line.firm_import_share[c] * line.usable[c] * float(data.corridor_capacity_mw.sel(corridor=c))
    return found


def export_mw(problem: Problem, data: xr.Dataset) -> float:
    """Obligation of shaped contracts at their largest share, at the sending end [MW]."""
    y = problem.system
    loss = export_loss(y)
    shaped = y.contract[y.contract["shape"] != "free"]
    sent = {i: max(x.hours) / (1 - loss[i]) for i, x in shaped.iterrows()}
    return sum(share * float(data.contract_power_mw.sel(contract=i)) for i, share in sent.items())


def adequacy(data: xr.Dataset) -> pd.DataFrame:
    """Margin clauses: firm capacity, peak and margin reached."""
    firm, peak = data.firm_mw.to_numpy(), data.peak_mw.to_numpy()
    return pd.DataFrame(
        {"clause": data.margin_clause.to_numpy(), "firm_mw": firm, "peak_mw": peak, "reserve_margin_share": firm / peak - 1}
    )


def capacity_credit(data: xr.Dataset) -> pd.DataFrame:
    """Credit of every wind and solar resource and power store."""
    return pd.DataFrame({"element": data.element.to_numpy(), "credit_share": data.capacity_credit.to_numpy()})


def maintenance_arrays(problem: Problem, primal: np.ndarray, data: xr.Dataset) -> dict[str, xr.DataArray]:
    """Capacity under maintenance by hour [MW]; empty if maintenance is not scheduled."""
    if "on_maintenance" not in problem.lp.column_ids:
        return {}
    labels, ids = problem.lp.column_ids["on_maintenance"]
    by_block = primal[ids[:, :, 0]] / GW_PER_MW
    return {
        "on_maintenance_mw": xr.DataArray(
            np.repeat(by_block, problem.plan.hours, axis=1),
            {"maintained": np.array([label[0] for label in labels], dtype="U"), "time": data.time.to_numpy()},
            ("maintained", "time"),
        )
    }


def maintenance(data: xr.Dataset) -> pd.DataFrame:
    """Mean capacity under maintenance by cluster and month; no rows unless the horizon is a year of whole months."""
    if not whole_months(data.indexes["time"], data.weight.to_numpy()):
        return pd.DataFrame(columns=column_names("maintenance"))
    work = (data.on_maintenance_mw * data.weight).groupby("time.month").sum() / data.weight.groupby("time.month").sum()
    frame = work.transpose("month", "maintained").to_pandas()
    frame.columns.name, frame.index.name = "element", "month"
    return frame.stack().rename("on_maintenance_mw").reset_index()
