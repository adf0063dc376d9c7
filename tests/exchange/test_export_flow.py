"""Meshed networks under Kirchhoff's law, planned outages, and what is left out, in networks written for PyPSA."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from energy_model import cli
from energy_model.exchange.pypsa_export import export_network, write_network
from energy_model.exchange.subset import NotCarriedError, plain_study, pypsa_subset
from energy_model.solving.highs import solve_lp
from energy_model.study.cycles import cycle_table
from energy_model.study.load import load_study
from energy_model.study.system import System
from tests.support.every import STUDIES, every_profile
from tests.support.tiny import build, tiny_system

pytest.importorskip("pypsa")
from tests.paths import ROOT
from tests.support.pypsa_optimum import pypsa_optimum

HOURS = 48
T = np.arange(HOURS)
LOAD = {"A": 0.2 + 0.1 * np.sin(T / 3), "B": 0.9 + 0.3 * np.sin(T / 5), "C": 0.7 + 0.2 * np.cos(T / 4)}


def meshed(**lines: dict) -> System:
    """An AC triangle that may grow at a fixed impedance, a tail with losses, a DC triangle of resistances, and a microgrid in the mesh."""
    line = {"circuits": 1.0, "circuits_per_gw": 0.0}
    corridor = {
        "ab": line | {"existing": 0.4, "max_new": 1.5, "capex": 0.5, "fom": 0.05, "impedance_per_gw": 0.2, "usable": 0.8},
        "bc": line | {"from_bus": "B", "to_bus": "C", "existing": 0.5, "impedance_per_gw": 0.35},
        "ac": line | {"to_bus": "C", "existing": 0.6, "max_new": 0.6, "capex": 0.2, "impedance_per_gw": 0.15, "tie_of": "park"},
        "ad": {
            "to_bus": "D",
            "existing": 0.5,
            "fom": 0.5,
            "impedance_per_gw": 0.4,
            "loss_share": 0.06,
            "wheeling": 0.01,
            "reversible": False,
        },
        "dc_ab": line | {"kind": "dc", "existing": 0.2, "impedance_per_gw": 0.03},
        "dc_bc": line | {"kind": "dc", "from_bus": "B", "to_bus": "C", "existing": 0.2, "impedance_per_gw": 0.05},
        "dc_ca": line | {"kind": "dc", "from_bus": "C", "to_bus": "A", "existing": 0.1, "impedance_per_gw": 0.02},
    }
    system = tiny_system(
        bus={"A": {}, "B": {}, "C": {"microgrid": "park"}, "D": {}},
        thermal={
            "cheap": {"existing": 3.0, "fuel": 0.2},
            "near": {"node": "B", "max_new": 2.0, "capex": 0.4, "fuel": 0.6},
            "far": {"node": "C", "existing": 1.0, "fuel": 0.5},
            "tail": {"node": "D", "existing": 1.0, "fuel": 0.9},
        },
        corridor={name: row | lines.get(name, {}) for name, row in corridor.items()},
        microgrid={"park": {"tie_limit": 0.55}},
        options={"network": {"power_flow": "dc", "reactance": "fixed"}},
    )
    standing = system.corridor.assign(assumed_circuits=1.0)
    return replace(system, corridor=standing, cycle=cycle_table(standing))


def cost_of(problem) -> float:
    solution = solve_lp(problem.lp, "simplex", threads=1)
    assert solution.status == "Optimal"
    return float(problem.lp.cost @ solution.primal) + problem.lp.offset


def here(system: System) -> float:
    """Our cost."""
    return cost_of(build(system, HOURS, load=LOAD | {"D": 0.3}))


def both(system: System, folder: Path) -> tuple[float, float, pd.DataFrame]:
    """Our cost, PyPSA's with what stands, and PyPSA's lines."""
    problem = build(system, HOURS, load=LOAD | {"D": 0.3})
    exported = write_network(problem, folder, "flow")
    n, theirs = pypsa_optimum(folder)
    return cost_of(problem), theirs + exported.constant_mcny, n.lines


def test_a_mesh_obeys_kirchhoff_in_pypsa_as_here(tmp_path):
    """Proves: AC and DC meshes with lines that may grow at a fixed impedance, an agreed tie limit inside the mesh, and a steered tail with
    losses, cost the same in PyPSA to 1e-6; only corridors of meshes are lines, and one of them grows.
    Sensitivity: as transport flows the same study costs less (asserted), as does one with x where r belongs; a line paid for twice or
    a tie without its limit moves the cost.
    """
    system, left_out = pypsa_subset(meshed())
    ours, theirs, lines = both(system, tmp_path / "net")
    assert ours == pytest.approx(theirs, rel=1e-6)
    assert set(lines.index) == {"ab", "bc", "ac", "dc_ab", "dc_bc", "dc_ca"}
    assert lines.s_nom_opt["ab"] > 400 + 10
    assert not left_out, left_out  # the tail keeps losses, charge and direction, for no mesh goes through it
    free = replace(system, cycle=system.cycle[:0])
    assert here(free) < ours * (1 - 1e-4)
    wide = replace(system, microgrid=system.microgrid.assign(tie_limit=9.0))
    assert here(wide) < ours * (1 - 1e-5)


def test_losses_charges_and_direction_in_a_mesh_are_named(tmp_path):
    """Proves: what a PyPSA line cannot have is left out by the name of the corridor, and the rest still agrees to 1e-6.
    Sensitivity: dropped in the network only, the costs differ; dropped in silence, the comparison means nothing.
    """
    given = meshed(bc={"loss_share": 0.05, "reversible": False}, ab={"wheeling": 0.02})
    system, left_out = pypsa_subset(given)
    assert [words.partition(" of ")[0].split(" on ")[0] for _, words in left_out] == ["losses", "charges for power", "one-way operation"]
    assert [words.rpartition(": ")[2] for _, words in left_out] == ["bc", "ab", "bc"]
    ours, theirs, _ = both(system, tmp_path / "net")
    assert ours == pytest.approx(theirs, rel=1e-6)
    assert here(given) > ours * (1 + 1e-4)


def test_planned_outages_are_carried(tmp_path):
    """Proves: an outage of one day on a line of the mesh and on the tail, whose capacity may also grow, costs the same in PyPSA to 1e-6,
    and more than without. Sensitivity: an outage left out, or one that scales new capacity too, is cheaper or dearer there.
    """
    out = {"outage": 0.3, "outage_start": "01-02", "outage_days": 1}
    system, left_out = pypsa_subset(meshed(bc=out, ad=out | {"max_new": 0.1, "capex": 0.01}))
    assert not left_out
    ours, theirs, _ = both(system, tmp_path / "net")
    assert ours == pytest.approx(theirs, rel=1e-6)
    assert ours > here(replace(system, corridor=system.corridor.assign(outage=0.0))) * (1 + 1e-5)
    with pytest.raises(NotCarriedError, match="ab may grow and has a planned outage"):
        export_network(build(pypsa_subset(meshed(ab=out))[0], HOURS))


ANY_DAY = ("base", "reserves")
"""Studies tried in `make test`; the others in `make test-all`."""

NOT_WRITTEN = {"dried", "flow", "hydrogen", "sections", "short_circuit"}
"""Studies with something that no PyPSA component of ours says; all but `flow`, which is tried below, are refused by name."""


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=() if n in ANY_DAY else pytest.mark.slow) for n in sorted(set(STUDIES) - NOT_WRITTEN)],
)
def test_no_option_is_dropped_in_silence(name, tmp_path):
    """Proves: of the study of every option, the part that is written costs the same in PyPSA to 1e-6, and what is not in it is told.
    Sensitivity: rows of an option that stay in our problem and not in the network (contracts, retrofits, reserve) cost more here.
    """
    given = STUDIES[name]()
    store = given.store.assign(duration_h=given.store.duration_h.where((given.store.existing == 0) | given.store.duration_h.notna(), 6.0))
    ties = given.corridor.assign(tie_of=given.corridor.tie_of.where(~given.corridor.tie_of.duplicated(), None))
    system, left_out = pypsa_subset(replace(given, store=store, corridor=ties))
    assert bool(left_out) == (name != "carrying")  # over consecutive hours that mark changes nothing
    problem = build(system, **every_profile(48))
    exported = write_network(problem, tmp_path / "net", name)
    theirs = pypsa_optimum(tmp_path / "net")[1] + exported.constant_mcny
    assert cost_of(problem) == pytest.approx(theirs, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("name", sorted(NOT_WRITTEN - {"flow"}))
def test_what_has_no_counterpart_is_refused(name):
    """Proves: dried coal, hydrogen, sections and condensers are refused, by name. Sensitivity: left out in silence."""
    with pytest.raises(NotCarriedError, match="have no counterpart"):
        pypsa_subset(STUDIES[name]())


def test_contracts_retrofits_and_settings_are_named():
    """Proves: bilateral contracts, retrofits and every changed setting are told by name; scheduled maintenance becomes the even derating
    of the default, not plants that are never overhauled. Sensitivity: each was dropped without a word once.
    """
    assert "bilateral contracts: captive, town" in [words for _, words in pypsa_subset(STUDIES["bilateral"]())[1]]
    system, told = pypsa_subset(STUDIES["commitment"]())
    assert "retrofits of thermal clusters: flexible" in [words for _, words in told]
    assert "flexible" not in {*system.thermal.index, *system.fuel_user.index, *system.supply.index.get_level_values(1)}
    assert "setting minimum_times = True of [commitment]: the network has the default, False" in [words for _, words in told]
    coal = pypsa_subset(STUDIES["reserves"]())[0].thermal.loc["coal"]
    assert coal.online_share == pytest.approx(0.95 - 0.08)


def test_settings_fall_back_before_the_tables_are_read():
    """Proves: for a study with N-1 the margin of corridors comes back; with tangents the linear losses do; Kirchhoff's law stays.
    Sensitivity: reset afterwards, corridors have neither N-1 nor margin, and no losses at all.
    """
    secured, told = plain_study(load_study(ROOT / "inputs", "plan-2015-n1"))
    assert secured.settings.network.security == "margin"
    assert any("security = n-1" in words for _, words in told)
    meshed_, told = plain_study(load_study(ROOT / "inputs", "plan-2015-dc"))
    assert (meshed_.settings.network.power_flow, meshed_.settings.network.losses) == ("dc", "linear")
    assert any("losses = tangents" in words for _, words in told)


@pytest.mark.slow
def test_the_shipped_study_with_power_flow_costs_the_same_in_pypsa(tmp_path):
    """Proves: `plan-2015-dc`, its reactances settled by iteration and its meshed lines held as built, costs the same in PyPSA, under
    PyPSA's own rows of Kirchhoff's law, to 1e-6; lines of 220 and 500 kV share a mesh.
    Sensitivity: with all reactances alike PyPSA finds no plan at all over these lines; a fixed cost forgotten is found here.
    """
    folder = tmp_path / "net"
    done = CliRunner().invoke(cli.app, ["export-pypsa", str(folder), "--scenario", "plan-2015-dc", "--horizon", "hours:24", "--solve"])
    assert done.exit_code == 0, done.output
    note = json.loads((folder / "energy_model.json").read_text(encoding="utf-8"))
    n, theirs = pypsa_optimum(folder)
    assert theirs * 1e6 == pytest.approx(note["pypsa_objective_cny"], rel=1e-6)
    assert any("growth of lines" in words for words in note["left_out"])
    assert len(n.lines) > 10
    assert n.lines.x.nunique() > 5
    assert "Kirchhoff-Voltage-Law" in n.model.constraints
