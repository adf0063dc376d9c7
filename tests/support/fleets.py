"""Random small fleets with whole units; ``python -m tests.support.fleets 200`` prints how far their relaxations lie below them."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np

from energy_model.solving.build import Problem
from energy_model.solving.integer import IntegerSolution, solve_integer
from energy_model.study.settings import Options
from tests.support.tiny import build, solved, tiny_system

STEP_H, HOURS = 4, 48
RULES = {"commitment": {"minimum_times": True, "start_classes": True}}


def random_fleet(seed: int, rules: dict | None = None) -> Problem:
    """Two to four clusters of one to four units, two days of load with wind, commitment every four hours."""
    rng = np.random.default_rng(seed)
    clusters = {}
    for i in range(rng.integers(2, 5)):
        size, count = rng.uniform(0.1, 0.5), int(rng.integers(1, 5))
        hot = rng.uniform(0.05, 0.3)
        clusters[f"g{i}"] = {
            "existing": size * count, "unit_gw": size, "whole": True, "fuel": rng.uniform(0.05, 0.3),
            "min_load_share": rng.uniform(0.3, 0.7), "no_load_fuel_share": rng.uniform(0.0, 0.2), "ramp_share_per_h": rng.uniform(0.2, 1.0),
            "start_cost_hot": hot, "start_cost": hot * 2, "start_cost_cold": hot * 4, "hot_start_h": 4.0 * rng.integers(1, 4),
            "warm_start_h": 4.0 * rng.integers(4, 9), "min_up_h": 4.0 * rng.integers(1, 7), "min_down_h": 4.0 * rng.integers(1, 4),
        }  # fmt: skip
    total = sum(c["existing"] for c in clusters.values())
    day = 0.55 + 0.3 * np.sin(2 * np.pi * (np.arange(HOURS) - 9) / 24) + 0.1 * rng.random(HOURS)
    system = tiny_system(thermal=clusters, resource={"w": {"existing": 0.4 * total}})
    system = replace(system, options=Options.model_validate(RULES if rules is None else rules))
    return build(system, HOURS, step_h=STEP_H, load={"A": total * day}, availability={"w": rng.beta(1.2, 2.0, HOURS)})


def both(problem: Problem, gap: float = 1e-6) -> tuple[float, IntegerSolution]:
    """Cost of the relaxation, and the plan with whole units."""
    relaxed = solved(problem)
    assert relaxed.solution.status == "Optimal"
    return relaxed.cost, solve_integer(problem.lp, gap=gap, threads=1)


if __name__ == "__main__":
    number = int(sys.argv[1])
    apart = []
    for seed in range(number):
        relaxed, whole = both(random_fleet(seed))
        apart.append(100 * (whole.objective - relaxed) / whole.objective)
    quantiles = np.quantile(apart, [0, 0.25, 0.5, 0.75, 0.9, 1])
    print(f"{number} fleets, relaxation below whole units [%]: least, quartiles, 90 %, most:", " ".join(f"{q:.2f}" for q in quantiles))
