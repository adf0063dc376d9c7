"""Facts of a run for its manifest."""

from __future__ import annotations

from datetime import UTC, datetime

from energy_model.results import store
from energy_model.results.fingerprint import run_fingerprint
from energy_model.solving.build import Problem
from energy_model.solving.highs import Solution
from energy_model.solving.solvers.by_name import made_by
from energy_model.study.horizon import Horizon
from energy_model.study.study import Study


def manifest_of(study: Study, problem: Problem, horizon: Horizon, solution: Solution, certificate: dict, exact: bool) -> dict:
    """Facts of a run: problem, inputs, accuracy, program."""
    s, lp = study.settings, problem.lp
    rows, columns = lp.matrix.shape
    solver, solver_version = made_by(solution.algorithm)
    return {
        "status": solution.status.lower(),
        "scenario": study.name,
        "purpose_zh": study.scenario.purpose_zh,
        "purpose_en": study.scenario.purpose_en,
        "title_zh": s.study.title_zh,
        "title_en": s.study.title_en,
        "plan_year": s.study.plan_year,
        "fleet_year": s.study.fleet_year,
        "horizon": str(horizon),
        "hours": int(problem.plan.hours * len(problem.plan.start)),
        "block_hours": problem.plan.hours,
        "commitment_step_h": problem.step_h,
        "weather": s.weather.year,
        "weather_kind": str(problem.profiles.attrs.get("weather_kind", "")),
        "weather_version": str(problem.profiles.attrs.get("weather_version", "")),
        "objective_mcny": certificate["objective_mcny"],
        "solver": solver,
        "solver_version": solver_version,
        "algorithm": solution.algorithm,
        "exact": exact,
        "iterations": solution.iterations,
        "variables": columns,
        "rows": rows,
        "nonzeros": int(lp.matrix.nnz),
        "certificate": certificate,
        "sha256": dict(study.sha256),
        "run_sha256": run_fingerprint(study, str(problem.profiles.attrs.get("weather_sha256", "")), horizon, exact),
        "packages": store.package_versions(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
