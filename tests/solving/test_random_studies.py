"""What holds for every study, tried on random ones."""

import os
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import Run, run, tiny_system

from energy_model.results.certificate import certify

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "50"))
share = st.floats(0.0, 1.0, allow_nan=False).map(lambda v: round(v, 3))


@st.composite
def studies(draw):
    """Two nodes, a market, coal, wind, a store, heat and a smelter with random numbers; feasible, as loads can be shed."""
    plant = {
        "min_load_share": draw(share) * 0.6,
        "no_load_fuel_share": draw(share) * 0.2,
        "start_cost": draw(share),
        "ramp_share_per_h": 0.1 + draw(share),
        "online_share": 0.8,
    }
    system = tiny_system(
        bus={"A": {}, "B": {}, "M": {"market": True}},
        thermal={
            "lignite": plant
            | {"existing": 1.0, "is_chp": True, "heat_area": "town", "power_loss_per_heat": 0.15, "back_pressure_ratio": draw(share)},
            "coal": plant | {"node": "B", "max_new": 2.0, "capex": 5.0 * draw(share)},
        },
        resource={"w": {"existing": 0.5, "max_new": 2.0, "capex": 4.0 * draw(share)}},
        store={"b": {"node": "B", "max_new": 1.0, "capex": draw(share), "capex_energy": 0.2, "charge_efficiency_share": 0.9}},
        boiler={"e": {"kind": "electric_boiler", "existing": 0.4}},
        corridor={
            "ab": {"existing": 0.3, "max_new": 2.0, "capex": draw(share), "loss_share": 0.1 * draw(share)},
            "bm": {"from_bus": "B", "to_bus": "M", "existing": 1.0, "reversible": False, "loss_share": 0.05},
        },
        contract={"x": {"max": 0.5}},
        smelter={"pots": {"node": "B", "rated": 0.2, "modulation_down_share": 0.1, "modulation_up_share": 0.1}},
        heat_area={"town": {}},
        supply={("pit", "lignite"): {"price": 0.1 + draw(share)}, ("pit", "coal"): {"price": 0.2 + draw(share)}},
        mine={"pit": {"capacity_kt_per_year": 5.0 * draw(share)}},
        target={"out": {"quantity": "export_gwh", "value": 10.0 * draw(share), "mode": "soft", "penalty_cny_per_unit": 2e6}},
    )
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    return system, {
        "load": {"A": rng.random(24), "B": rng.random(24)},
        "availability": {"w": rng.random(24)},
        "heat": {"town": rng.random(24) / 2},
    }


def solve(system, profiles) -> Run:
    return run(system, step_h=4, **profiles)


@settings(max_examples=EXAMPLES)
@given(studies())
def test_every_optimum_is_certified(study):
    """Proves: of any feasible study the vertex passes the certificate: cost equals the proven lower bound to 1e-7 and the sum of accounts.
    Sensitivity: fails if the bound is loose for a kind of column, or an account is missing from the objective.
    """
    r = solve(*study)
    accounts = {name: r.account(name) for name in r.lp.accounts}
    certificate = certify(r.lp, r.solution.primal, r.solution.dual, accounts, 1e-7)
    assert certificate.passed, certificate


@settings(max_examples=max(5, EXAMPLES // 5))
@given(studies())
def test_more_never_costs_more(study):
    """Proves: in any study, 0.2 GW more of a corridor, more land for wind, more coal in the ground or cheaper coal never raise the cost.
    Sensitivity: fails if a limit has the wrong sign or more of something is charged without being wanted.
    """
    system, profiles = study
    cost = solve(system, profiles).cost
    for table, better in (
        ("corridor", {"existing": system.corridor.existing + 0.2}),
        ("resource", {"max_new": system.resource.max_new + 1.0}),
        ("mine", {"capacity_kt_per_year": system.mine.capacity_kt_per_year * 1.5}),
        ("supply", {"price": system.supply.price * 0.8}),
    ):
        relaxed = replace(system, **{table: getattr(system, table).assign(**better)})
        assert solve(relaxed, profiles).cost <= cost + 1e-7 * (1 + abs(cost)), table
