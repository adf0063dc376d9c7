"""A grid that is not ours, imported and solved with pages, beside PyPSA's own optimum: processor time and peak memory of each command.

Use: ``python -m benchmarks.grid [--nodes 585] [--hours 24] [--smoke]``; prints one JSON line.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from energy_model.units import HOURS_PER_DAY, KB_PER_GB

if TYPE_CHECKING:
    import pypsa

SMOKE = {"nodes": 40, "hours": 6}
NODES, HOURS = 585, 24
BESIDE_SHARE = 0.16
"""Buses of 220 kV, each behind a transformer at one of 380 kV."""
FUELS = {"nuclear": (8.0, 0.2, 0.02), "coal": (25.0, 0.6, 0.3), "gas": (50.0, 0.6, 0.4), "waste": (6.0, 0.05, 0.1)}
"""Cost [1/MWh], capacity per mean load, plants per place."""
CO2_T_PER_MWH = {"coal": 0.34, "gas": 0.2, "waste": 0.1}
PEER = """
import logging, sys, warnings
logging.disable(logging.WARNING)
warnings.simplefilter("ignore")
import pypsa
n = pypsa.Network(sys.argv[1])
n.optimize(solver_name="highs", progress=False, solver_options={"output_flag": False})
print(n.objective + n.objective_constant)
"""


def write_grid(nodes: int, hours: int, folder: Path) -> None:
    """Write a grid in the manner of SciGRID as CSV files of PyPSA; drawn from the same numbers every time.

    Parameters
    ----------
    nodes, hours : int
    folder : Path
    """
    import pypsa

    rng, n = np.random.default_rng(7), pypsa.Network()
    n.set_snapshots(pd.date_range("2011-01-01", periods=hours, freq="h"))
    beside = int(nodes * BESIDE_SHARE)
    where = rng.uniform([111.0, 38.0], [124.0, 48.0], (nodes - beside, 2))
    high, low = [str(k) for k in range(nodes - beside)], [f"{k}_220kV" for k in range(beside)]
    n.add("Bus", high, x=where[:, 0], y=where[:, 1], v_nom=380.0)
    n.add("Bus", low, x=where[:beside, 0], y=where[:beside, 1], v_nom=220.0)
    for (a, b), km in _lines(where, rng).items():
        built = {"type": "Al/St 240/40 4-bundle 380.0", "num_parallel": 2, "s_nom": 3400.0, "s_max_pu": 0.7}
        n.add("Line", f"line {a}-{b}", bus0=high[a], bus1=high[b], length=max(km, 1.0), **built)
    n.add("Transformer", low, bus0=high[:beside], bus1=low, x=0.1, s_nom=2000.0)
    _plants_and_loads(n, rng, high, low)
    n.export_to_csv_folder(str(folder))


def _lines(where: np.ndarray, rng: np.random.Generator) -> dict[tuple[int, int], float]:
    """Length [km] of lines from each place to the nearest of those before it, and half as many that close meshes."""
    found = {}
    for k in range(1, len(where)):
        km = 90 * np.hypot(*(where[:k] - where[k]).T)
        for other in np.argsort(km)[: 1 + int(rng.random() < 0.5)]:
            found[int(other), k] = float(km[other])
    return found


def _plants_and_loads(n: pypsa.Network, rng: np.random.Generator, high: list[str], low: list[str]) -> None:
    """Load, wind and sun at every bus, plants of several fuels and pumped hydro at some of the higher voltage."""
    every, t = [*high, *low], np.arange(len(n.snapshots))
    size = rng.lognormal(4.5, 0.8, len(every))
    of_day = 1 + 0.25 * np.cos(2 * np.pi * (t % HOURS_PER_DAY - 19) / HOURS_PER_DAY)
    n.add("Carrier", [*FUELS, "shed", "wind", "solar", "hydro"])
    n.carriers.co2_emissions = n.carriers.index.map(CO2_T_PER_MWH).fillna(0.0)
    n.add("Load", every, bus=every, p_set=pd.DataFrame(np.outer(of_day, size), n.snapshots, every))
    for fuel, (cost, share, per_place) in FUELS.items():
        at = [high[k] for k in rng.choice(len(high), max(1, int(per_place * len(high))), replace=False)]
        power = rng.dirichlet(np.ones(len(at))) * share * size.sum()
        n.add("Generator", at, suffix=f" {fuel}", bus=at, carrier=fuel, p_nom=power, marginal_cost=cost + rng.uniform(0, 2, len(at)))
    n.add("Generator", every, suffix=" shed", bus=every, carrier="shed", p_nom=2 * size, marginal_cost=3000.0)
    noon = np.clip(np.sin(np.pi * (t % HOURS_PER_DAY - 6) / 12), 0, 1)
    for carrier, share in (
        ("wind", rng.uniform(0.1, 0.6, (len(t), len(every)))), ("solar", np.outer(noon, rng.uniform(0.5, 0.8, len(every)))),
    ):  # fmt: skip
        most = pd.DataFrame(share, n.snapshots, [f"{bus} {carrier}" for bus in every])
        n.add("Generator", every, suffix=f" {carrier}", bus=every, carrier=carrier, p_nom=0.6 * size, p_max_pu=most, marginal_cost=0.01)
    at = [high[k] for k in rng.choice(len(high), max(1, len(high) // 15), replace=False)]
    pumped = {"p_nom": 200.0, "max_hours": 6.0, "efficiency_store": 0.95, "efficiency_dispatch": 0.95, "cyclic_state_of_charge": True}
    n.add("StorageUnit", at, suffix=" pumped", bus=at, carrier="hydro", **pumped)


def _run(command: list[str]) -> tuple[dict[str, float], str]:
    """Processor time [s] and peak memory [GB] of a command, and what it prints."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = process.stdout.read() if process.stdout else ""
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)}\n{said}")
    return {"processor_s": round(used.ru_utime + used.ru_stime, 1), "peak_gb": round(used.ru_maxrss / KB_PER_GB, 2)}, said.strip()


def measure(nodes: int, hours: int) -> dict:
    """Figures of import, of the run with pages, and of PyPSA, on one grid."""
    with tempfile.TemporaryDirectory() as place:
        net, study, results = (str(Path(place) / name) for name in ("net", "study", "results"))
        write_grid(nodes, hours, Path(net))
        ours, found = [sys.executable, "-m", "energy_model", "--lang", "en"], {"nodes": nodes, "hours": hours}
        found["import"], _ = _run([*ours, "import-pypsa", net, study])
        found["optimize"], _ = _run([*ours, "optimize", "--inputs", study, "--scenario", "network", "--results", results])
        found["pypsa"], said = _run([sys.executable, "-c", PEER, net])
        plan = json.loads(next(Path(results).glob("*/manifest.json")).read_text(encoding="utf-8"))
        return found | {"objective_mcny": plan["certificate"]["objective_mcny"], "pypsa_objective": float(said.split()[-1])}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=NODES)
    parser.add_argument("--hours", type=int, default=HOURS)
    parser.add_argument("--smoke", action="store_true", help="a small grid")
    args = parser.parse_args()
    print(json.dumps(measure(**(SMOKE if args.smoke else {"nodes": args.nodes, "hours": args.hours}))))
