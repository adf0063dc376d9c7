"""Tables of some days with whole units, beside the relaxation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.formulation.commitment import CLASSES
from energy_model.results.dust import ratio
from energy_model.solving.build import Problem
from energy_model.units import CNY_PER_MWH_FROM_MCNY_PER_GWH, MW_PER_GW


@dataclass(frozen=True)
class Run:
    """One solution of the days.

    Attributes
    ----------
    problem : Problem
    primal, dual : ndarray
    """

    problem: Problem
    primal: np.ndarray
    dual: np.ndarray

    def grid(self, family: str) -> pd.DataFrame:
        """Values of a column family: one row per label, one column per hour; empty if the study has none."""
        labels, ids = self.problem.lp.column_ids.get(family, ([], np.empty((0, 1, self.problem.plan.hours), np.int64)))
        ids = ids[:, 0, -self.problem.plan.hours :]
        index = pd.Index([label[0] for label in labels]) if all(len(label) == 1 for label in labels) else pd.MultiIndex.from_tuples(labels)
        return pd.DataFrame(np.where(ids >= 0, self.primal[ids], 0.0), index=index)

    def accounts(self) -> dict[str, float]:
        """Cost by category [MCNY]; yearly amounts at the plan's prices."""
        return self.problem.lp.costs(self.primal)

    def output(self) -> pd.DataFrame:
        """Net electric output of each cluster by hour [GW]."""
        g = self.problem.system.thermal
        power = self.grid("online").mul(g.min_load_share, axis=0) + self.grid("above_minimum")
        for (g_, _), lowered in self.grid("below_minimum").iterrows():
            power.loc[g_] -= lowered
        heat = self.grid("chp_heat")
        return power.sub(heat.mul(g.power_loss_per_heat.reindex(heat.index), axis=0).reindex(power.index, fill_value=0.0))

    def price(self) -> pd.DataFrame:
        """Nodal price by hour [CNY/MWh]."""
        labels, ids = self.problem.lp.row_ids["nodal_balance"]
        return pd.DataFrame(self.dual[ids[:, 0]] * CNY_PER_MWH_FROM_MCNY_PER_GWH, index=[label[0] for label in labels])


def costs(relaxed: Run, whole: Run) -> pd.DataFrame:
    """Cost by category of both [MCNY], their difference, and the sum."""
    frame = pd.DataFrame({"relaxed_mcny": relaxed.accounts(), "whole_mcny": whole.accounts()})
    frame.loc["total"] = frame.sum()
    frame["difference_mcny"] = frame.whole_mcny - frame.relaxed_mcny
    frame.index.name = "category"
    return frame.reset_index()


def clusters(relaxed: Run, whole: Run, units: dict[str, int]) -> pd.DataFrame:
    """Each cluster in both: units, mean online capacity, energy, capacity started hot, warm and cold."""
    parts = []
    for way, run in (("relaxed", relaxed), ("whole", whole)):
        started, classed = run.grid("started").sum(axis=1), run.grid("class_start").sum(axis=1)
        frame = pd.DataFrame({"units": pd.Series(units), "unit_mw": run.problem.system.thermal.unit_gw.reindex(list(units)) * MW_PER_GW})
        frame["online_mean_mw"] = run.grid("online").mean(axis=1) * MW_PER_GW
        frame["energy_gwh"] = run.output().sum(axis=1)
        rest = started.copy()
        for c in CLASSES:
            of_class = pd.Series({i: classed.get((i, c), 0.0) for i in units}, dtype=float)
            frame[f"started_{c}_mw"] = of_class * MW_PER_GW
            rest = rest.sub(of_class, fill_value=0.0)
        frame["started_cold_mw"] = rest.clip(lower=0.0) * MW_PER_GW
        frame.insert(0, "way", way)
        frame.index.name = "cluster"
        parts.append(frame.reset_index())
    return pd.concat(parts, ignore_index=True)


def dispatch(relaxed: Run, whole: Run, units: dict[str, int]) -> pd.DataFrame:
    """Hour by hour and cluster by cluster: units online, online capacity and output [MW] with whole units, and relaxed."""
    time = whole.problem.profiles.time.to_numpy()[whole.problem.plan.hour_index[0]]
    frames = []
    count, online, output = whole.grid("units"), whole.grid("online"), whole.output()
    before, relaxed_output = relaxed.grid("online"), relaxed.output()
    for g in units:
        frames.append(
            pd.DataFrame(
                {
                    "time": time,
                    "cluster": g,
                    "units": count.loc[g].round().astype(int),
                    "online_mw": online.loc[g] * MW_PER_GW,
                    "output_mw": output.loc[g] * MW_PER_GW,
                    "relaxed_online_mw": before.loc[g] * MW_PER_GW,
                    "relaxed_output_mw": relaxed_output.loc[g] * MW_PER_GW,
                }
            )
        )
    return pd.concat(frames, ignore_index=True).sort_values(["time", "cluster"], ignore_index=True)


def hourly(relaxed: Run, whole: Run) -> pd.DataFrame:
    """The whole system hour by hour: thermal, wind and solar, curtailed, unserved, exported [MW], and the price at the loads, in both."""
    system, profiles, plan = whole.problem.system, whole.problem.profiles, whole.problem.plan
    hours = plan.hour_index[0]
    load = pd.DataFrame(profiles.load_mw.to_numpy()[:, hours], index=profiles.node.to_numpy())
    table = pd.DataFrame({"time": profiles.time.to_numpy()[hours], "load_mw": load.sum()})
    for way, run in (("relaxed", relaxed), ("whole", whole)):
        built = dict(zip(*_capacity(run), strict=True))
        series = dict(zip(profiles.resource.to_numpy(), profiles.availability.to_numpy()[:, hours], strict=True))
        offered = sum(series[system.resource.series[r]] * built[r] for r in system.resource.index) if len(system.resource) else 0.0
        used = run.grid("renewable_power").sum()
        table[f"{way}_thermal_mw"] = run.output().sum() * MW_PER_GW
        table[f"{way}_renewable_mw"] = used * MW_PER_GW
        table[f"{way}_curtailed_mw"] = (offered - used) * MW_PER_GW
        table[f"{way}_unserved_mw"] = run.grid("shed").sum() * MW_PER_GW
        table[f"{way}_export_mw"] = run.grid("delivered").sum() * MW_PER_GW
        price = run.price().loc[load.index]
        table[f"{way}_price_cny_per_mwh"] = ratio((price * load).sum(), load.sum(), 0.0)
    return table


def _capacity(run: Run) -> tuple[list[str], np.ndarray]:
    labels, ids = run.problem.lp.column_ids.get("capacity_renewable", ([], np.empty(0, np.int64)))
    return [label[0] for label in labels], run.primal[ids]
