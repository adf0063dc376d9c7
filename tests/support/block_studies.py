"""Studies for the method on blocks, years of them joined, and changes to random ones."""

import os
from dataclasses import replace
from functools import cache

import numpy as np

from energy_model.solving.joined_years import join
from energy_model.study.horizon import Horizon
from tests.support import every
from tests.support.tiny import build

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "12"))
ONE_DAY = {"flow", "security"}
"""Studies whose data stand for a day only."""


@cache
def stamped(name: str, horizon: Horizon | None = None):
    hours = 24 if name in ONE_DAY else 96
    data = every.every_profile(hours) if horizon is None else every.every_profile(8760)
    return build(every.STUDIES[name](), step_h=12, horizon=horizon, **data).lp


def years(count: int, name: str = "base", horizon: Horizon | None = None):
    """Years of two days with other wind, joined."""
    lps = []
    for seed in range(count):
        profile, rng = every.every_profile(48 if horizon is None else 8760), np.random.default_rng(seed)
        profile["availability"] = {k: np.clip(v * rng.uniform(0.4, 1.3), 0, 1) for k, v in profile["availability"].items()}
        lps.append(build(every.STUDIES[name](), step_h=12, horizon=horizon, **profile).lp)
    return join(lps, np.array([0.5, *np.full(count - 1, 0.5 / (count - 1))]))


FAULTS = {
    "none": lambda lp, rng: lp,
    "ties": lambda lp, rng: replace(
        lp, cost=np.round(lp.cost, 1), row_lower=np.round(lp.row_lower, 1), row_upper=np.round(lp.row_upper, 1)
    ),
    "idle rows": lambda lp, rng: replace(
        lp,
        row_lower=np.where(idle := (rng.random(len(lp.row_lower)) < 0.1) & (lp.row_lower != lp.row_upper), -np.inf, lp.row_lower),
        row_upper=np.where(idle, np.inf, lp.row_upper),
    ),
    "fixed columns": lambda lp, rng: replace(lp, upper=np.where(rng.random(len(lp.upper)) < 0.1, lp.lower, lp.upper)),
    "narrow rows": lambda lp, rng: replace(lp, row_upper=np.where(rng.random(len(lp.row_upper)) < 0.03, lp.row_upper - 0.3, lp.row_upper)),
    "columns apart": lambda lp, rng: replace(lp, lower=np.where(rng.random(len(lp.lower)) < 0.02, np.minimum(0.2, lp.upper), lp.lower)),
    "earning": lambda lp, rng: replace(lp, cost=np.where(rng.random(len(lp.cost)) < 0.1, -lp.cost, lp.cost)),
    "endless": lambda lp, rng: replace(
        lp, cost=np.where(rng.random(len(lp.cost)) < 0.1, -1.0, lp.cost), upper=np.full_like(lp.upper, np.inf)
    ),
}
"""Changes to a study: some leave a plan, some none, some a cost without end, many one with ties."""
