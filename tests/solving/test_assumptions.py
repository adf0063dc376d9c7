"""A bound that only stands for "no limit" and that binds is refused by every proof: of a plan, of weather years, of weeks."""

from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from energy_model.results.certificate import certify
from energy_model.solving.assumptions import AssumptionError, binding
from energy_model.solving.fixed_capacity import bound_below
from energy_model.solving.highs import solve_lp
from energy_model.solving.joined_years import join
from energy_model.solving.limits import NO_LIMITS
from energy_model.solving.shared_capacity import LARGEST_GW
from energy_model.study.system import UNLIMITED_GW
from tests.support.tiny import build, tiny_system

QUIET = Console(quiet=True)
EQUAL = np.full(2, 0.5)


def loaded(gw: float, most: float = UNLIMITED_GW):
    """A day of steady load and a plant that costs nothing to build."""
    system = tiny_system(thermal={"g": {"max_new": most, "fuel": 0.1}}, mine={"pit": {"capacity_kt_per_year": 1e9}})
    return build(system, hours=4, block_h=4, load={"A": np.full(4, gw)}).lp


def proven(lp) -> None:
    found = solve_lp(lp, "simplex", threads=1)
    certify(lp, found.primal, found.dual, lp.costs(found.primal), 1e-6).require("failed")


def joined(lp) -> None:
    proven(join([lp, lp], EQUAL).lp)


def bounded(lp) -> None:
    bound_below(lp, 1.0, 0.01, 1, QUIET, NO_LIMITS)


WAYS = {
    "plan": (proven, UNLIMITED_GW),
    "joined": (joined, LARGEST_GW),
    "bound": (bounded, UNLIMITED_GW),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_bound_that_stands_for_no_limit_is_refused_where_it_binds(way):
    """Proves: a load half again as large as what a plant without limit may reach is refused by the certificate of the plan, by that of
    years that share it and by the bound of a whole horizon, with its name; nine tenths of it pass; so does a limit that the inputs
    state. Sensitivity: a third of the load shed, silently, because the largest plant of a region was guessed.
    """
    prove, most = WAYS[way]
    with pytest.raises(AssumptionError, match=r"capacity_thermal .*g = "):
        prove(loaded(1.5 * most))
    prove(loaded(0.9 * most))
    prove(loaded(1.5 * 300.0, most=300.0))


def test_a_capacity_that_is_held_is_no_bound_of_ours():
    """Proves: with its capacities held at the bound, a horizon whose load exceeds it is not refused: what it has was decided elsewhere.
    Sensitivity: rents of held capacities taken for limits.
    """
    lp = loaded(1.5 * UNLIMITED_GW)
    found = solve_lp(lp, "simplex", threads=1)
    assert binding(lp, found.primal, found.dual, 1e-6) == ["capacity_thermal g = 10,000 GW"]
    held = lp.holding(lp.column_ids["capacity_thermal"][1], np.array([UNLIMITED_GW]))
    proven(held)
    assert binding(replace(lp, assumed=held.assumed), found.primal, found.dual, 1e-6) == []
