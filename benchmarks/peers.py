"""Model building against PyPSA/linopy in one run: the study in memory to the arrays in HiGHS."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pypsa
import xarray as xr

from energy_model.solving.build import build_problem
from energy_model.solving.highs import load_arrays, solve_lp
from energy_model.study.horizon import Horizon
from energy_model.study.study import load_study
from energy_model.study.system import System, build_system
from energy_model.weather.profiles import make_profiles
from energy_model.weather.store import ensure_year


def network(system: System, profiles: xr.Dataset, hours: int) -> pypsa.Network:
    """The electricity part of the study as a PyPSA network [GW, MCNY]: transport model, no commitment, export as load at the markets."""
    n = pypsa.Network()
    n.add("Carrier", "AC")
    n.set_snapshots(pd.DatetimeIndex(profiles.time.to_numpy()[:hours]))
    n.snapshot_weightings = pd.DataFrame(8760.0 / hours, n.snapshots, n.snapshot_weightings.columns)
    n.add("Bus", list(system.bus.index), carrier="AC")
    load = profiles.load_mw.to_pandas().T.iloc[:hours] / 1e3
    for node, rated in system.smelter.groupby("node").rated.sum().items():
        load[node] += rated
    n.add("Load", load.columns, bus=load.columns, p_set=load)
    markets = list(system.bus.index[system.bus.market])
    n.add("Load", markets, bus=markets, p_set=30_000 / 8760 / len(markets))
    g = system.thermal
    n.add(
        "Generator",
        list(g.index),
        bus=g.node.to_numpy(),
        p_nom_extendable=True,
        p_nom_min=g.existing,
        p_nom_max=g.existing + g.max_new,
        capital_cost=g.capex + g.fom,
        marginal_cost=g.heat_rate * 0.0102 + g.vom,
        p_max_pu=g.online_share,
    )
    r = system.resource
    series = profiles.availability.to_pandas().T.iloc[:hours]
    n.add(
        "Generator",
        list(r.index),
        bus=r.node.to_numpy(),
        p_nom_extendable=True,
        p_nom_min=r.existing,
        p_nom_max=r.existing + r.max_new,
        capital_cost=r.capex + r.fom,
        p_max_pu=pd.DataFrame({i: series[s] for i, s in r.series.items()}),
    )
    c = system.corridor
    both = c[c.reversible]
    n.add(
        "Link",
        list(c.index),
        bus0=c.from_bus.to_numpy(),
        bus1=c.to_bus.to_numpy(),
        efficiency=1 - c.loss_share,
        p_nom_extendable=True,
        p_nom_min=c.existing,
        p_nom_max=c.existing + c.max_new,
        capital_cost=c.capex + c.fom,
        p_max_pu=c.usable,
        marginal_cost=c.wheeling,
    )
    back = [f"{i} back" for i in both.index]
    n.add(
        "Link",
        back,
        bus0=both.to_bus.to_numpy(),
        bus1=both.from_bus.to_numpy(),
        efficiency=(1 - both.loss_share).to_numpy(),
        p_nom_extendable=True,
        p_nom_max=(both.existing + both.max_new).to_numpy(),
        p_max_pu=both.usable.to_numpy(),
    )
    s = system.store[system.store.kind != "heat_store"]
    if len(s):
        n.add(
            "StorageUnit",
            list(s.index),
            bus=s.node.to_numpy(),
            p_nom_extendable=True,
            p_nom_min=s.existing,
            p_nom_max=s.existing + s.max_new,
            capital_cost=s.capex + s.fom,
            max_hours=s.duration_h.fillna(4.0),
            efficiency_store=s.charge_efficiency_share,
            efficiency_dispatch=s.discharge_efficiency_share,
            cyclic_state_of_charge=True,
        )
    shed = [f"{b} shed" for b in system.bus.index]
    n.add("Generator", shed, bus=system.bus.index.to_numpy(), p_nom=50.0, marginal_cost=10.0)
    return n


def main() -> None:
    """Run the comparison and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="plan-2015")
    parser.add_argument("--horizon", default="year")
    parser.add_argument("--solve", action="store_true")
    a = parser.parse_args()
    study = load_study(Path("inputs"), a.scenario)
    system = build_system(study)
    year = ensure_year(study.settings.weather.year, Path("weather"))
    profiles = make_profiles(
        study.tables, study.settings.study.case, year, float(system.finance.distribution_loss_share)
    )
    horizon = Horizon.parse(a.horizon)
    time_settings = study.settings.time

    started = time.perf_counter()
    problem = build_problem(system, profiles, horizon, time_settings.block_hours, time_settings.commitment_step_h)
    load_arrays(problem.lp)
    ours = time.perf_counter() - started
    hours = problem.plan.hours * len(problem.plan.start)
    peer_network = network(system, problem.profiles, hours)
    started = time.perf_counter()
    model = peer_network.optimize.create_model(include_objective_constant=False)
    built = time.perf_counter() - started
    model.to_highspy()
    theirs = time.perf_counter() - started
    lp = problem.lp
    record = {
        "horizon": str(horizon),
        "hours": hours,
        "ours": {
            "columns": lp.matrix.shape[1],
            "rows": lp.matrix.shape[0],
            "nonzeros": int(lp.matrix.nnz),
            "build_s": round(ours, 2),
        },
        "pypsa": {
            "columns": int(model.nvars),
            "rows": int(model.ncons),
            "nonzeros": int(model.matrices.A.nnz),
            "create_model_s": round(built, 2),
            "build_s": round(theirs, 2),
        },
        "ratio_build": round(ours / theirs, 3),
        "ratio_build_per_nonzero": round(ours / lp.matrix.nnz / (theirs / model.matrices.A.nnz), 3),
    }
    if a.solve:
        for algorithm in ("hipo", "simplex") if lp.matrix.shape[1] < 50_000 else ("hipo",):
            solution = solve_lp(lp, algorithm, threads=2)
            record[f"ours_{algorithm}"] = {
                "seconds": round(solution.seconds, 1),
                "iterations": solution.iterations,
                "status": solution.status,
            }
        for name, options in (("default", {}), ("hipo", {"solver": "hipo", "run_crossover": "off"})):
            started = time.perf_counter()
            _, condition = peer_network.optimize.solve_model(
                solver_name="highs", time_limit=600.0, log_to_console=False, **options
            )
            seconds = round(time.perf_counter() - started, 1)
            record[f"pypsa_{name}"] = {
                "seconds": seconds,
                "status": condition,
                "objective": float(np.round(peer_network.objective, 3)),
            }
    print(json.dumps(record, indent=1))


if __name__ == "__main__":
    main()
