"""The same small study in PyPSA, which was written by others, costs the same."""

import numpy as np
import pandas as pd
import pytest

from tests.support.quiet import quiet
from tests.support.tiny import VOLL, run, tiny_system

pypsa = pytest.importorskip("pypsa")
HOURS = 72


def data() -> dict:
    t, rng = np.arange(HOURS), np.random.default_rng(11)
    return {
        "load": {"A": 0.4 + 0.1 * np.sin(t / 4), "B": 1.6 + 0.5 * np.sin((t - 9) / 24 * 2 * np.pi) + 0.1 * rng.random(HOURS)},
        "availability": {"new": rng.beta(1.2, 2.0, HOURS), "old": rng.beta(1.2, 2.5, HOURS)},
    }


def ours():
    s = tiny_system(
        bus={"A": {}, "B": {}},
        thermal={
            "coal": {"node": "B", "existing": 1.2, "heat_rate": 9.0, "fuel": 0.03, "vom": 0.01, "online_share": 0.9},
            "gas": {"node": "B", "max_new": 2.0, "heat_rate": 7.0, "fuel": 0.09, "capex": 3.0, "fom": 0.4},
        },
        resource={"old": {"existing": 0.3, "fom": 0.2}, "new": {"max_new": 5.0, "capex": 6.0, "fom": 0.5}},
        store={
            "b": {
                "node": "B",
                "max_new": 1.0,
                "capex": 0.8,
                "duration_h": 4.0,
                "charge_efficiency_share": 0.95,
                "discharge_efficiency_share": 0.92,
                "standing_loss_share_per_h": 0.002,
                "vom": 0.002,
            }
        },
        corridor={
            "line": {"existing": 0.3, "max_new": 2.0, "capex": 1.5, "fom": 0.1, "usable": 0.8, "loss_share": 0.04, "reversible": False},
            "back": {
                "from_bus": "B",
                "to_bus": "A",
                "existing": 0.2,
                "usable": 0.8,
                "loss_share": 0.04,
                "reversible": False,
                "wheeling": 0.01,
            },
        },
    )
    return run(s, HOURS, **data())


@quiet()
def theirs() -> tuple:
    n = pypsa.Network(snapshots=pd.RangeIndex(HOURS))
    d = data()
    for bus in "AB":
        n.add("Bus", bus)
        n.add("Load", f"load {bus}", bus=bus, p_set=d["load"][bus])
        n.add("Generator", f"shed {bus}", bus=bus, p_nom=5.0, marginal_cost=VOLL)
    n.add("Generator", "coal", bus="B", p_nom=1.2, p_max_pu=0.9, marginal_cost=9.0 * 0.03 + 0.01)
    n.add("Generator", "gas", bus="B", p_nom_extendable=True, p_nom_max=2.0, capital_cost=3.4, marginal_cost=7.0 * 0.09)
    n.add("Generator", "old", bus="A", p_nom=0.3, p_max_pu=d["availability"]["old"])
    n.add("Generator", "new", bus="A", p_nom_extendable=True, p_nom_max=5.0, capital_cost=6.5, p_max_pu=d["availability"]["new"])
    n.add(
        "StorageUnit",
        "b",
        bus="B",
        p_nom_extendable=True,
        p_nom_max=1.0,
        capital_cost=0.8,
        max_hours=4.0,
        efficiency_store=0.95,
        efficiency_dispatch=0.92,
        standing_loss=0.002,
        marginal_cost=0.002,
        cyclic_state_of_charge=True,
    )
    n.add(
        "Link",
        "line",
        bus0="A",
        bus1="B",
        p_nom_extendable=True,
        p_nom_min=0.3,
        p_nom_max=2.3,
        capital_cost=1.6,
        p_max_pu=0.8,
        efficiency=0.96,
    )
    n.add("Link", "back", bus0="B", bus1="A", p_nom=0.2, p_max_pu=0.8, efficiency=0.96, marginal_cost=0.01)
    status, _ = n.optimize(solver_name="highs", include_objective_constant=False, log_to_console=False, output_flag=False)
    assert status == "ok"
    # What stands already: its fixed cost is ours to pay, its capital cost is sunk.
    return n, n.objective + 0.3 * 0.2 - 0.3 * 1.5


def test_objective_capacities_and_prices_agree_with_pypsa():
    """Proves: wind and coal without commitment, a battery, links with losses and expansion of all of them over 72 h cost the same in
    PyPSA to 1e-6, with the same capacities; the mean prices of both nodes agree.
    Sensitivity: fails on any difference in losses, efficiencies, cyclic storage, availability, capital or running cost.
    """
    r = ours()
    n, cost = theirs()
    assert r.cost == pytest.approx(cost, rel=1e-6)
    built = {
        "new": ("renewable", n.generators),
        "gas": ("thermal", n.generators),
        "b": ("store_power", n.storage_units),
        "line": ("corridor", n.links),
    }
    for label, (family, table) in built.items():
        assert r.value(f"capacity_{family}", label)[0] == pytest.approx(table.p_nom_opt[label], rel=1e-6, abs=1e-6), label
        assert table.p_nom_opt[label] > 0.05
    paid = [r.dual("nodal_balance", bus) @ data()["load"][bus] for bus in "AB"]
    assert paid == pytest.approx([n.buses_t.marginal_price[bus] @ data()["load"][bus] for bus in "AB"], rel=1e-6)
