"""Security of a result: every trip of one circuit in every hour, recomputed on the remaining network.

Outage factors of the optimisation are not used: after each trip the flows follow from the remaining network.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.language import say
from energy_model.results import contract
from energy_model.results.certificate import CertificateError
from energy_model.results.contract import column_names
from energy_model.solving.network import Network, after_trip, circuits
from energy_model.study.maintenance import topologies
from energy_model.units import MW_PER_GW, WAN_KW_PER_MW

BINDS_MW = 0.5
"""A contingency binds where the flow after the trip is this near its limit, and the trip moves the flow by more than this."""
ALLOWED_MW = 1.0
"""More above a limit, and the result is not written; as for every row of the model."""


def contingencies(data: xr.Dataset) -> pd.DataFrame:
    """Binding contingencies, and lone links whose trip splits the network.

    Parameters
    ----------
    data : Dataset

    Returns
    -------
    DataFrame
        One row per monitored and outaged corridor and ``kind``: *overload*, *reversal* (a one-way corridor would be driven backwards) or
        *radial* (nothing else connects the ends: ``post_trip_mw`` is the power the receiving side loses). Hours of the year in which it
        binds, flow and limit in the worst hour [MW], what is above the limit, value of one more MW of emergency rating [CNY a year].
    """
    line = _lines(data)
    capacity = data.corridor_capacity_mw.sel(corridor=line.index.to_numpy()).to_numpy()
    backward = data.flow_backward_mw.reindex(corridor=line.index.to_numpy(), fill_value=0.0).to_numpy()
    flow = data.flow_forward_mw.sel(corridor=line.index.to_numpy()).to_numpy() - backward
    outage = np.zeros_like(flow)
    if "corridor_outage_mw" in data:
        outage = data.corridor_outage_mw.reindex(outaged=line.index.to_numpy(), fill_value=0.0).to_numpy()
    weight = data.weight.to_numpy()
    planned, of_hour = topologies(outage)
    found: list[dict] = []
    for topology, out in enumerate(planned.T):
        hours = of_hour == topology
        network = _network(line, capacity, out)
        for k in np.flatnonzero(line.contingency & (network.number > 0)):
            found += _trip(line, network, flow[:, hours], capacity - out, weight[hours], int(k))
    if not found:
        return pd.DataFrame({c.name: pd.Series(dtype=object if c.is_text else float) for c in contract.columns("contingencies")})
    table = pd.DataFrame(found)
    total = table.groupby(["monitored", "outaged", "kind"], sort=False).binding_h.sum()
    worst = table.loc[
        table.assign(margin=table.excess_mw.where(table.kind != "radial", table.post_trip_mw))
        .groupby(["monitored", "outaged", "kind"], sort=False)
        .margin.idxmax()
    ]
    worst["binding_h"] = total.to_numpy()
    value = _values(data)
    worst["rating_value_cny_per_mw"] = [
        value.get((r.monitored, r.outaged), 0.0) if r.kind == "overload" else np.nan for r in worst.itertuples()
    ]
    return worst.sort_values(["kind", "binding_h"], ascending=[True, False]).reset_index(drop=True)[column_names("contingencies")]


def summary(table: pd.DataFrame) -> dict:
    """Counts for the manifest.

    Raises
    ------
    CertificateError
        When a flow after a trip is above its limit.
    """
    excess = float(table.excess_mw.max()) if len(table) else 0.0
    if excess > ALLOWED_MW:
        worst = table.loc[table.excess_mw.idxmax()]
        raise CertificateError(
            say(
                f"The plan does not withstand the trip of {worst.outaged} and was not written: {worst.monitored} "
                f"is {excess:.1f} MW above its limit.",
                f"方案不满足 N-1，未写出：{worst.outaged} 跳闸后 {worst.monitored} 越限 {excess * WAN_KW_PER_MW:.2f} 万千瓦。",
            )
        )
    radial = table[table.kind == "radial"]
    return {
        "binding": int((table.kind != "radial").sum()),
        "largest_excess_mw": max(excess, 0.0),
        "radial": list(radial.outaged),
        "radial_largest_mw": float(radial.post_trip_mw.max()) if len(radial) else 0.0,
    }


def _lines(data: xr.Dataset) -> pd.DataFrame:
    """Corridors of the networks in which trips are screened."""
    columns = ("from_bus", "to_bus", "existing_mw", "circuits", "circuits_per_gw", "reactance", "emergency", "reversible", "contingency")
    line = pd.DataFrame({c: data[f"corridor_{c}"].to_numpy() for c in columns}, index=pd.Index(data.corridor.to_numpy(), dtype=object))
    line[["reversible", "contingency"]] = line[["reversible", "contingency"]] > 0.5
    line["existing"] = line.existing_mw / MW_PER_GW
    return line[line.reactance.notna()]


def _network(line: pd.DataFrame, capacity_mw: np.ndarray, outage_mw: np.ndarray) -> Network:
    bus = {n: i for i, n in enumerate(sorted({*line.from_bus, *line.to_bus}))}
    number = circuits(line, pd.Series(capacity_mw / MW_PER_GW, line.index)).to_numpy()
    size = (line.existing_mw / line.circuits).where(line.circuits > 0, 1.0).to_numpy()
    number = np.where(number - outage_mw / size > 1e-9, number - outage_mw / size, 0.0)
    start, end = (line[c].map(bus).to_numpy(dtype=int) for c in ("from_bus", "to_bus"))
    return Network(line.index, start, end, 1 / line.reactance.to_numpy(dtype=float), number, len(bus))


def _trip(line: pd.DataFrame, network: Network, flow: np.ndarray, capacity: np.ndarray, weight: np.ndarray, k: int) -> list[dict]:
    """Rows of one trip in the hours of one topology."""
    names, n = line.index, network.number[k]
    after = after_trip(network, flow, k)
    if after is None:
        lost = np.abs(flow[k])
        hours = float(weight[lost > BINDS_MW].sum())
        return [
            dict.fromkeys(("monitored", "outaged"), names[k])
            | {"kind": "radial", "binding_h": hours, "post_trip_mw": float(lost.max()), "emergency_mw": np.nan, "excess_mw": np.nan}
        ]
    rating = line.emergency.to_numpy() * capacity
    rating[k] *= max(n - 1, 0.0) / n
    moved = np.abs(after - flow)
    moved[k] = np.where(n > 1, np.inf, 0.0)
    rows = []
    for kind, load, limit in (
        ("overload", np.where(line.reversible.to_numpy()[:, None], np.abs(after), after), rating),
        ("reversal", np.where(line.reversible.to_numpy()[:, None], -np.inf, -after), np.zeros(len(line))),
    ):
        binds = (load >= limit[:, None] - BINDS_MW) & (moved > BINDS_MW)
        if kind == "reversal":
            binds[k] = False  # what is left of the corridor flows as before
        for i in np.flatnonzero(binds.any(axis=1)):
            most = float(load[i, binds[i]].max())
            found = {"monitored": names[i], "outaged": names[k], "kind": kind, "binding_h": float(weight[binds[i]].sum())}
            rows.append(found | {"post_trip_mw": most, "emergency_mw": float(limit[i]), "excess_mw": most - float(limit[i])})
    return rows


def _values(data: xr.Dataset) -> dict[tuple[str, str], float]:
    """Value of emergency rating by (monitored, outaged) [CNY/MW a year], both directions together."""
    if "dual_contingency_limit" not in data:
        return {}
    yearly = -(data.dual_contingency_limit * data.weight).sum("time").to_series()
    pairs = [tuple(label.split("/")[:2]) for label in yearly.index]
    return yearly.groupby(pd.MultiIndex.from_tuples(pairs)).sum().to_dict()
