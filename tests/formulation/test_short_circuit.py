"""Short-circuit ratio at the converter of an HVDC link, solved by hand."""

import pytest

from energy_model.exchange.subset import NotCarriedError, pypsa_subset
from energy_model.results.recount import recount
from tests.support.every import every_profile, short_circuit
from tests.support.tiny import run, tiny_system


def link(ratio: float = 2.5, grid: float = 0.25, others: float = 0.0, **parts):
    """Wind of 1 GW that costs nothing for a market behind an HVDC link of 1 GW, and a plant whose output nobody needs."""
    return tiny_system(
        bus={"A": {}, "M": {"market": True}},
        thermal={"g": {"existing": 1.0, "fuel": 0.2, "min_load_share": 0.5, "short_circuit": 4.0}},
        resource={"w": {"existing": 1.0}},
        corridor={
            "dc": {
                "to_bus": "M",
                "kind": "hvdc",
                "existing": 1.0,
                "reversible": False,
                "least_short_circuit_ratio": ratio,
                "grid_short_circuit": grid,
                "others_power": others,
            }
        },
        contract={"flat": {"shape": "flat", "max": 0.5, "min_gwh_per_year": 0.5 * 24}},
        short_circuit={("dc", "A"): {"share": 0.5}},
        **parts,
    )


def test_units_run_for_their_short_circuit_power():
    """Proves: 0.5 GW over the link at a ratio of 2.5 need 1.25 GVA; the grid gives 0.25, a unit on-line 4 GVA/GW of which half arrives, so
    0.5 GW run, at minimum load 0.25 GW, in place of as much wind. One more GW over the link needs 1.25 GW on-line: half of it as output,
    at 0.2 MCNY/GWh.
    Sensitivity: a ratio of capacity instead of power, output instead of what is on-line, a share left out, or no row.
    """
    r = run(link())
    assert r.value("online", "g") == pytest.approx(0.5)
    assert r.value("renewable_power", "A.wind") == pytest.approx(0.25)
    assert r.cost == pytest.approx(24 * 0.25 * 0.2)
    assert r.dual("short_circuit_ratio", "dc") == pytest.approx(-1.25 * 0.5 * 0.2)


def test_power_of_others_counts():
    """Proves: with 0.1 GW of other regions on the link 0.6 GW need 1.5 GVA, so 0.625 GW run. Sensitivity: the own share alone."""
    assert run(link(others=0.1)).value("online", "g") == pytest.approx(0.625)


def test_a_condenser_takes_the_place_of_units():
    """Proves: a condenser of 5 GVA/Gvar at the node gives 2.5 GVA/Gvar at the converter; 0.4 Gvar at 2 MCNY/Gvar, 0.8 in all, replace 24 h
    of 0.25 GW at 0.2 MCNY/GWh, 1.2 in all; at 4 MCNY/Gvar the unit runs. Sensitivity: a condenser that costs or gives nothing.
    """
    built = run(link(condenser={"z": {"max_new": 1.0, "capex": 2.0}}))
    assert built.value("capacity_condenser", "z") == pytest.approx(0.4)
    assert built.cost == pytest.approx(0.8)
    assert built.account("investment_condenser") == pytest.approx(0.8)
    dear = run(link(condenser={"z": {"max_new": 1.0, "capex": 4.0}}))
    assert dear.value("capacity_condenser", "z") == pytest.approx(0.0)


def test_a_link_without_a_ratio_has_no_row():
    """Proves: where the table of shares is empty, as while the option is off, nothing is added. Sensitivity: rows that are always there."""
    system = link()
    free = run(type(system)(**{**vars(system), "short_circuit": system.short_circuit.iloc[:0]}))
    assert "short_circuit_ratio" not in free.lp.row_ids
    assert free.value("online", "g") == pytest.approx(0.0)


def test_recount_finds_a_converter_that_is_too_weak():
    """Proves: the recount of a solved study agrees, and differs by what the condensers were worth once they are taken out of the plan.
    Sensitivity: a recount that reads the rows of the LP.
    """
    r = run(short_circuit(), **every_profile(24), step_h=12)
    primal = r.solution.primal.copy()
    assert recount(r.problem, primal, r.lp.costs(primal)).balances["short_circuit_gw"] < 1e-8
    primal[r.ids("online", "b")] = primal[r.ids("online", "a")] = 0.0
    assert recount(r.problem, primal, r.lp.costs(primal)).balances["short_circuit_gw"] > 0.01


def test_condensers_are_not_exported():
    """Proves: a study with condensers is refused by name for PyPSA, which has none. Sensitivity: a network without their cost."""
    with pytest.raises(NotCarriedError, match="condenser new, old have no counterpart"):
        pypsa_subset(short_circuit())
