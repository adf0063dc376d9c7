"""One program on one case, phase by phase, in a process of its own: prints one JSON line.

Use: ``python -m benchmarks.measure CASE PROGRAM [FOLDER] [--limit SECONDS]``.
"""

from __future__ import annotations

import argparse
import json
import logging
import shutil
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import highspy
import numpy as np
import xarray as xr
from rich.console import Console

from benchmarks.cases import BARE, BLOCKS, CASES, HIGHS, LINOPY, OURS, PYOMO, PYPSA, SHIPPED_NODES, Case
from benchmarks.foreign import write_network
from benchmarks.nodes import resized
from benchmarks.phases import Phases
from benchmarks.whole import build_whole
from energy_model.certified import solve_to_gap
from energy_model.exchange import study_tables
from energy_model.exchange.pypsa_export import export_network
from energy_model.exchange.subset import pypsa_subset
from energy_model.exchange.written import write_network_study
from energy_model.results.certificate import safe_lower_bound
from energy_model.results.dataset import build_dataset
from energy_model.results.store import write_dataset, write_tables
from energy_model.results.tables import result_tables
from energy_model.solving.build import Problem, build_problem, matched_profiles
from energy_model.solving.highs import Solution, load_arrays, set_option, solve_lp
from energy_model.solving.ladder import FULL_SIZE_GAP, required_gap, solve_in_blocks
from energy_model.solving.limits import Limits
from energy_model.solving.periods import plan_blocks
from energy_model.study.build_system import build_system
from energy_model.study.horizon import Horizon
from energy_model.study.load import load_study
from energy_model.study.study import Study
from energy_model.study.system import System
from energy_model.units import HOURS_PER_YEAR
from energy_model.weather.profiles import make_profiles
from energy_model.weather.store import ensure_year

SCENARIO, THREADS = "plan-2015", 2
EXPORT = "export"
QUIET = Console(quiet=True)


def measure(
    name: str, program: str, folder: Path | None = None, limit_s: float | None = None, inputs: Path = Path("inputs"),
    weather: Path = Path("weather"),
) -> dict:  # fmt: skip
    """Run a program on a case.

    Parameters
    ----------
    name : str
        A case of `CASES`.
    program : str
        One of those of `benchmarks.cases`, or `EXPORT`: write the network for PyPSA.
    folder : Path, optional
        Where the network goes.
    limit_s : float, optional
        Time limit of the solve [s]; default: that of the case.
    inputs, weather : Path
        Folders.

    Returns
    -------
    dict
        ``phases`` as in `Phases`, sizes, ``iterations``, ``status``, ``objective_mcny`` and ``gap`` (proven by our bound, or told by
        the solver of a peer).
    """
    phases, limit_s = Phases(), limit_s or CASES[name].limit_s
    if CASES[name].foreign and program in PYPSA:
        with tempfile.TemporaryDirectory() as place:
            write_network(HOURS_PER_YEAR, Path(place) / "net")
            return _pypsa(program, Path(place) / "net", phases, {"constant_mcny": 0.0, "gap_limit": FULL_SIZE_GAP}, limit_s)
    if program in (LINOPY, *PYPSA):
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "benchmarks.measure", name, EXPORT, folder]  # its memory is not PyPSA's
            note = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            return _pypsa(program, Path(folder) / "net", phases, note, limit_s)
    case = CASES[name]
    study, system, profiles = read_case(case, inputs, weather, phases)
    horizon, settings = Horizon.parse(case.horizon), study.settings.time
    if program == PYOMO:
        return build_whole(system, profiles, plan_blocks(horizon, profiles, settings.block_hours), settings.commitment_step_h, phases)
    with phases.phase("build"):
        problem = build_problem(system, profiles, horizon, settings.block_hours, settings.commitment_step_h)
    if program == EXPORT and folder:
        exported = export_network(problem)
        exported.network.write(folder / "net", "bench")
        return {"constant_mcny": exported.constant_mcny, "gap_limit": required_gap(problem.lp, exact=False)}
    if program in (*BLOCKS, *HIGHS):
        return {"phases": phases.told} | _size(problem) | _alone(problem, program, phases, limit_s)
    ways = {OURS: lambda: _ours(case, study, problem, phases, limit_s), BARE: lambda: _bare(problem, phases, limit_s)}
    return {"phases": phases.told} | _size(problem) | ways[program]()


def read_case(case: Case, inputs: Path, weather: Path, phases: Phases) -> tuple[Study, System, xr.Dataset]:
    """Study, system and hourly profiles of a case, measured as ``read`` and ``weather``."""
    with tempfile.TemporaryDirectory() as place:
        here, scenario = inputs, SCENARIO
        if case.foreign:
            here, scenario = Path(place) / "inputs", study_tables.SCENARIO
            write_network(HOURS_PER_YEAR, Path(place) / "net")
            write_network_study(Path(place) / "net", here)
        if case.option:
            here, scenario = Path(place) / "inputs", "option"
            shutil.copytree(inputs, here)
            text = (here / "scenarios" / f"{SCENARIO}.toml").read_text(encoding="utf-8")
            (here / "scenarios" / "option.toml").write_text(f"{text}\n{case.option}", encoding="utf-8")
        with phases.phase("read"):
            study = load_study(here, scenario)
    with phases.phase("weather"):
        year = ensure_year(study.settings.weather.year, weather)
        system = build_system(study)
        profiles = make_profiles(study.tables, study.settings.study.case, year, float(system.finance.distribution_loss_share))
    if case.nodes != SHIPPED_NODES and not case.foreign:
        system, profiles = resized(system, profiles, case.nodes)
    if case.common:
        system, _ = pypsa_subset(system)
    return study, system, matched_profiles(system, profiles)


def _size(problem: Problem) -> dict:
    rows, columns = problem.lp.matrix.shape
    hours = int(problem.plan.hours * len(problem.plan.start))
    return {"hours": hours, "columns": columns, "rows": rows, "nonzeros": int(problem.lp.matrix.nnz)}


def _ours(case: Case, study: Study, problem: Problem, phases: Phases, limit_s: float) -> dict:
    lp = problem.lp
    with phases.phase("hand-over"):
        load_arrays(lp)
    gap = required_gap(lp, exact=False)
    with phases.phase("solve"):
        solution, accounts, certificate = solve_to_gap(problem, gap, THREADS, QUIET, Limits.of(limit_s / 60, None))
    if case.nodes == SHIPPED_NODES and not case.common:
        with phases.phase("write"), tempfile.TemporaryDirectory() as folder:
            data = build_dataset(problem, study, solution.primal, solution.dual)
            write_dataset(data, Path(folder))
            write_tables(result_tables(data, study, accounts), Path(folder))
    return {
        "compile_s": round(problem.seconds["compile"], 4),
        "stamp_s": round(problem.seconds["stamp"], 4),
        "status": solution.status if certificate.passed else "certificate failed",
        "algorithm": solution.algorithm,
        "iterations": solution.iterations,
        "solver_s": round(solution.seconds, 3),
        "objective_mcny": certificate.objective_mcny,
        "gap": certificate.gap,
        "gap_limit": gap,
    }


def _alone(problem: Problem, program: str, phases: Phases, limit_s: float) -> dict:
    """The method on blocks, or one algorithm of HiGHS, on our arrays, with the gap that its duals prove."""
    lp, gap = problem.lp, required_gap(problem.lp, exact=False)
    with phases.phase("solve"):
        if program in HIGHS:
            tolerance = None if program == "simplex" else max(1e-8, gap / 3)
            found: Solution | None = solve_lp(lp, program, threads=THREADS, tolerance=tolerance, time_limit_s=limit_s)
        else:
            found = solve_in_blocks(lp, gap, int(program.removeprefix("blocks-")), QUIET, Limits.of(limit_s / 60, None))
    if found is None or not len(found.primal):
        return {"algorithm": program, "status": "no answer" if found is None else found.status, "gap_limit": gap}
    cost = float(lp.cost @ found.primal) + lp.offset
    bound, _ = safe_lower_bound(lp, found.dual, cost)
    told = {"algorithm": program, "status": found.status, "iterations": found.iterations, "solver_s": round(found.seconds, 3)}
    return told | {"objective_mcny": cost, "gap": (cost - bound) / abs(cost), "gap_limit": gap}


def _bare(problem: Problem, phases: Phases, limit_s: float) -> dict:
    """HiGHS on our arrays with nothing of ours around it: the simplex where our ladder begins with it, else HiPO."""
    lp = problem.lp
    with phases.phase("hand-over"):
        h = load_arrays(lp)
    algorithm, gap = "simplex" if lp.matrix.shape[1] < 15_000 else "hipo", required_gap(lp, exact=False)
    for key, value in {"solver": algorithm, "threads": THREADS, "run_crossover": "off", "time_limit": limit_s}.items():
        set_option(h, key, value)
    set_option(h, "ipm_optimality_tolerance", max(1e-8, gap / 3))
    with phases.phase("solve"):
        h.run()
    told = _told(h) | {"algorithm": algorithm, "gap_limit": gap}
    if told["status"] == "Optimal":
        bound, _ = safe_lower_bound(lp, np.array(h.getSolution().row_dual))
        told["gap"] = (told["objective_mcny"] - bound) / abs(told["objective_mcny"])
    return told


def _pypsa(program: str, folder: Path, phases: Phases, note: dict, limit_s: float) -> dict:
    import pypsa

    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    with phases.phase("read"):
        n = pypsa.Network(str(folder))
    if program == LINOPY:
        with phases.phase("build"):
            model = n.optimize.create_model(include_objective_constant=False)
        with phases.phase("hand-over"):
            model.to_highspy()
        return {"phases": phases.told} | _size_of(model)
    method = program.removeprefix("pypsa-")
    options: dict = {"threads": THREADS, "time_limit": limit_s, "log_to_console": False, "output_flag": False}
    if method != "default":
        options |= {"solver": method, "run_crossover": "off"}
        options["pdlp_optimality_tolerance" if method == "pdlp" else "ipm_optimality_tolerance"] = max(1e-8, note["gap_limit"] / 3)
    with phases.phase("solve"):
        n.optimize(solver_name="highs", include_objective_constant=False, progress=False, solver_options=options)
    told = _told(n.model.solver_model)
    if told["objective_mcny"] is not None:
        told["objective_mcny"] = told["objective_mcny"] / 1e6 + note["constant_mcny"]
    return {"phases": phases.told} | _size_of(n.model) | told | {"algorithm": f"HiGHS {method}", "gap_limit": note["gap_limit"]}


def _size_of(model) -> dict:
    return {"columns": int(model.nvars), "rows": int(model.ncons), "nonzeros": int(model.matrices.A.nnz)}


def _told(h: highspy.Highs) -> dict:
    """What HiGHS says: its gap is the relative difference of its primal and dual objective."""
    info, status = h.getInfo(), h.modelStatusToString(h.getModelStatus())
    counts = (info.pdlp_iteration_count, info.ipm_iteration_count, info.simplex_iteration_count)
    found = status in ("Optimal", "Unknown")
    return {
        "status": status,
        "iterations": int(max(counts)),
        "solver_s": round(h.getRunTime(), 3),
        "objective_mcny": float(info.objective_function_value) if found else None,
        "gap": float(info.primal_dual_objective_error) if found else None,
        "row_violation": float(info.max_primal_infeasibility) if found else None,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", choices=CASES)
    parser.add_argument("program", choices=(OURS, BARE, LINOPY, PYOMO, EXPORT, *BLOCKS, *HIGHS, *PYPSA))
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--limit", type=float, metavar="SECONDS")
    args = parser.parse_args()
    print(json.dumps(measure(args.case, args.program, args.folder, args.limit)))
