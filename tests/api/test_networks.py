"""Studies and plans as PyPSA networks and back, in memory."""

import pytest

import energy_model as em
from tests.support.example import SPAN, three_nodes
from tests.support.quiet import quiet

pypsa = pytest.importorskip("pypsa")
OPTIONS = {"solver_name": "highs", "include_objective_constant": False, "progress": False, "solver_options": {"output_flag": False}}


def optimum_mcny(network):
    """Cost of a network in PyPSA, with that of what stands [MCNY]."""
    with quiet():
        assert network.optimize(**OPTIONS) == ("ok", "optimal")
    return network.objective / 1e6 + network.meta["cost_of_what_stands_mcny"]


def test_a_network_in_memory_becomes_a_study(capfd):
    """Proves: a load of 100 MW over 24 snapshots, served at 20, costs 100 x 20 x 24 here, and nothing is printed or logged. Sensitivity: a
    network that is saved without its snapshots.
    """
    with quiet():
        n = pypsa.Network()
        n.set_snapshots(range(24))
        n.add("Bus", "a")
        n.add("Load", "l", bus="a", p_set=100.0)
        n.add("Generator", "g", bus="a", p_nom=150.0, marginal_cost=20.0)
    study = em.from_pypsa(n)
    assert capfd.readouterr() == ("", "")
    assert study.optimize("year", threads=1).cost_mcny == pytest.approx(100 * 20 * 24 / 1e6)
    with quiet():
        n.add("Generator", "h", bus="a", p_nom=1.0, committable=True, shut_down_cost=-5.0)
    with pytest.raises(em.NetworkRefused) as caught:
        em.from_pypsa(n)
    assert {r.name for r in caught.value.refusals} == {"h"}


def test_study_and_plan_become_networks(plan):
    """Proves: the network of a study has an optimum that is no higher than that of its plan's capacities; both are within what is left out
    (commitment, the clause) of the plan, the network of the plan may build exactly what the plan builds, and what is left out is named.
    Sensitivity: capacities of the plan that are not held, or lost.
    """
    free, held = three_nodes().to_pypsa(SPAN), plan.to_pypsa()
    least, cost = optimum_mcny(free), optimum_mcny(held)
    assert least <= cost * (1 + 1e-9)
    assert cost <= plan.cost_mcny
    built = plan.statistics.capacity("element").new_mw
    new = held.generators[held.generators.p_nom_extendable]
    assert len(new) == (built.filter(like="wind") > 0).sum() + (built.filter(like="pv") > 0).sum()
    for name, row in new.iterrows():
        assert row.p_nom_min == row.p_nom_max == pytest.approx(built[name])
    assert any("commitment" in line for line in held.meta["left_out"])
