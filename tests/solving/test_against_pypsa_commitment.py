"""Whole units against PyPSA, which commits each unit on its own."""

import numpy as np
import pytest

from energy_model.solving.integer import solve_integer
from tests.support.tiny import VOLL, build, tiny_system

pypsa = pytest.importorskip("pypsa")
HOURS = 24
FLEET = {
    "coal": {"existing": 0.9, "unit_gw": 0.3, "fuel": 0.15, "min_load_share": 0.5, "no_load_fuel_share": 0.1, "start_cost": 0.4,
             "min_up_h": 6.0, "min_down_h": 4.0},
    "gas": {"existing": 0.4, "unit_gw": 0.2, "fuel": 0.4, "min_load_share": 0.3, "no_load_fuel_share": 0.05, "start_cost": 0.1,
            "min_up_h": 2.0, "min_down_h": 3.0},
}  # fmt: skip


def profile(seed: int) -> np.ndarray:
    """Load that needs every unit in the first and the last hours, for as long as least times last: so a ring and a line are the same."""
    rng = np.random.default_rng(seed)
    load = 0.35 + 0.9 * rng.beta(1.0, 1.0, HOURS // 3).repeat(3)
    load[:6] = load[-6:] = 1.3
    return load


def by_pypsa(load: np.ndarray) -> float:
    """Cost of the same fleet, unit by unit [MCNY]."""
    n = pypsa.Network()
    n.set_snapshots(range(HOURS))
    n.add("Bus", "A")
    n.add("Load", "load", bus="A", p_set=load)
    n.add("Generator", "shed", bus="A", p_nom=5.0, marginal_cost=VOLL)
    for name, g in FLEET.items():
        for i in range(round(g["existing"] / g["unit_gw"])):
            n.add(
                "Generator", f"{name}{i}", bus="A", p_nom=g["unit_gw"], p_min_pu=g["min_load_share"], committable=True,
                marginal_cost=g["fuel"] * (1 - g["no_load_fuel_share"]), stand_by_cost=g["fuel"] * g["no_load_fuel_share"] * g["unit_gw"],
                start_up_cost=g["start_cost"] * g["unit_gw"], min_up_time=int(g["min_up_h"]), min_down_time=int(g["min_down_h"]),
                up_time_before=HOURS,
            )  # fmt: skip
    quiet = {"output_flag": False, "mip_rel_gap": 1e-7}
    status, _ = n.optimize(solver_name="highs", solver_options=quiet, progress=False, include_objective_constant=False)
    assert status == "ok"
    return float(n.objective)


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_whole_units_cost_what_pypsa_finds_unit_by_unit(seed):
    """Proves: clusters with a number of units on-line, least times and starts cost, to 1e-6, what PyPSA finds for the same units one by
    one. Sensitivity: fails if the aggregated least times are tighter or looser than those of the units, or a start is paid twice.
    """
    load = profile(seed)
    clusters = {name: g | {"whole": True} for name, g in FLEET.items()}
    system = tiny_system(thermal=clusters, options={"commitment": {"minimum_times": True}})
    found = solve_integer(build(system, HOURS, load={"A": load}).lp, gap=1e-7)
    assert found.objective == pytest.approx(by_pypsa(load), rel=1e-6)
