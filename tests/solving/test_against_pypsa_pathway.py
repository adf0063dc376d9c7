"""Three investment years in PyPSA, which was written by others, cost the same as our pathway."""

import numpy as np
import pandas as pd
import pytest

from tests.support.pathways import decisions, linked, run_path
from tests.support.quiet import quiet
from tests.support.tiny import VOLL, tiny_system

pypsa = pytest.importorskip("pypsa")
YEARS, HOURS, RATE = (2011, 2013, 2016), 48, 0.08
WIND, GAS = {2011: 9.0, 2013: 6.5, 2016: 4.0}, 2.0
LIFE, COAL_LASTS = 4, 2014


def profiles() -> dict[int, dict]:
    t, rng = np.arange(HOURS), np.random.default_rng(5)
    wind = rng.beta(1.3, 2.0, HOURS)
    return {
        y: {"load": k * (1.5 + 0.4 * np.sin((t - 9) / 24 * 2 * np.pi)), "availability": {"wind": wind}, "hours": HOURS}
        for y, k in zip(YEARS, (1.0, 1.15, 1.25), strict=True)
    }


def ours():
    def system(y):
        return tiny_system(
            thermal={
                "coal": {"existing": 1.2 if y < COAL_LASTS else 0.0, "fuel": 0.25, "fom": 0.3},
                "gas": {"max_new": 5.0, "capex": GAS, "fuel": 0.5},
            },
            resource={"wind": {"max_new": 5.0, "capex": WIND[y], "fom": 0.4, "lifetime_years": float(LIFE)}},
        )

    return run_path({y: system(y) for y in YEARS}, linked(list(YEARS), rate=RATE), profiles())


@quiet()
def theirs(weight: dict[int, float]):
    n = pypsa.Network(snapshots=pd.MultiIndex.from_product([YEARS, range(HOURS)], names=["period", "timestep"]))
    n.investment_periods = list(YEARS)
    n.investment_period_weightings["objective"] = pd.Series(weight)
    data = profiles()
    n.add("Bus", "A")
    n.add("Load", "load", bus="A", p_set=pd.Series(np.concatenate([data[y]["load"] for y in YEARS]), n.snapshots))
    n.add("Generator", "shed", bus="A", p_nom=5.0, marginal_cost=VOLL)
    n.add("Generator", "coal", bus="A", p_nom=1.2, marginal_cost=0.25, build_year=2000, lifetime=COAL_LASTS - 2000)
    wind = pd.Series(np.concatenate([data[y]["availability"]["wind"] for y in YEARS]), n.snapshots)
    for v in YEARS:
        n.add("Generator", f"gas {v}", bus="A", p_nom_extendable=True, capital_cost=GAS, marginal_cost=0.5, build_year=v, lifetime=30)
        cost = WIND[v] + 0.4
        n.add("Generator", f"wind {v}", bus="A", p_nom_extendable=True, capital_cost=cost, p_max_pu=wind, build_year=v, lifetime=LIFE)
    status, _ = n.optimize(
        solver_name="highs", multi_investment_periods=True, include_objective_constant=False, log_to_console=False, output_flag=False
    )
    assert status == "ok"
    fixed = sum(weight[y] * 1.2 * 0.3 for y in YEARS if y < COAL_LASTS)  # of what stands already: ours to pay, sunk for them
    return n, n.objective + fixed


def test_cost_and_vintages_agree_with_pypsa():
    """Proves: growing load, wind whose price falls and whose life of four years ends on the way, gas, and coal that leaves in 2014, over
    three investment years that stand for 2, 3 and 3 years at 8 %: the same present value to 1e-6 and the same vintages.
    Sensitivity: fails on any difference in weights, annuities, the first or last year of a vintage, or retirement.
    """
    r = ours()
    n, cost = theirs(r.path.pathway.weight)
    assert r.cost == pytest.approx(cost, rel=1e-6)
    found = decisions(r)
    built = {(name, v): found.get((family, name, v), 0.0) for v in YEARS for name, family in (("gas", "thermal"), ("wind", "renewable"))}
    for (name, v), gw in built.items():
        assert gw == pytest.approx(n.generators.p_nom_opt[f"{name} {v}"], abs=1e-5), (name, v)
    assert built["wind", 2016] > 0.1
    assert sum(gw > 0.01 for gw in built.values()) >= 3
