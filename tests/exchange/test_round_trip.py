"""Networks written by this program, read into its own tables again, cost what they did."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from energy_model.commands.import_pypsa import comparison
from energy_model.exchange.pypsa_export import subset_problem, write_network
from energy_model.exchange.subset import pypsa_subset
from energy_model.exchange.written import write_network_study
from energy_model.solving.build import Problem
from energy_model.solving.highs import solve_lp
from energy_model.study.horizon import Horizon
from energy_model.study.load import load_study
from tests.paths import ROOT
from tests.support.every import STUDIES, every_profile
from tests.support.tiny import build, tiny_system

RELATIVE = 1e-6


def both(problem: Problem, folder: Path, name: str) -> tuple[float, float]:
    """Cost of a problem without what stands, and of the study that its network is read as [MCNY]."""
    exported = write_network(problem, folder / "net", name)
    cost = float(problem.lp.cost @ solve_lp(problem.lp, "simplex", threads=1).primal) + problem.lp.offset
    found, imported, _ = write_network_study(folder / "net", folder / "study")
    again = comparison(found, imported, folder / "study", ROOT / "weather", 1)
    assert again["not_comparable"] == []
    return cost - exported.constant_mcny, again["objective"] / 1e6


def test_what_this_program_exports_it_reads_again(tmp_path):
    """Proves: a study with coal by mine, two-way lossy corridor, wind, a battery, potlines that run ahead and behind, a converter of two
    ports, and a lake with inflow, spill and a floor, written as a PyPSA network and read again, costs what it did before, but for what
    stands already. Sensitivity: a conversion (TJ to MWh, losses, mine limits, a debt of potlines) that is not its own inverse.
    """
    t = np.arange(48)
    system = tiny_system(
        bus={"A": {}, "B": {}},
        thermal={
            "a": {"existing": 1.0, "fuel": 0.2, "vom": 0.01, "fom": 0.3},
            "b": {"node": "B", "max_new": 2.0, "fuel": 0.5, "capex": 3.0},
        },
        resource={"w": {"node": "B", "existing": 0.5, "max_new": 1.0, "capex": 2.0, "vom": 0.001}},
        store={"s": {"existing": 0.2, "duration_h": 4.0, "charge_efficiency_share": 0.9}},
        corridor={"line": {"existing": 0.3, "max_new": 1.0, "capex": 0.5, "loss_share": 0.05, "usable": 0.8, "wheeling": 0.002}},
        smelter={"pots": {"rated": 0.2, "modulation_down_share": 0.2, "modulation_up_share": 0.1, "modulation_hours_h": 3.0}},
        converter={"dryer": {"node": "B", "max_new": 0.3, "capex": 0.05, "cost": 0.01, "most_series": "w"}},
        converter_port={"dryer/0": {"converter": "dryer", "output": -0.5}, "dryer/1": {"converter": "dryer", "node": "B", "output": 0.45}},
        reservoir={"lake": {"existing": 0.1, "duration_h": 5.0, "charge_most": 0.0, "inflow": 0.05, "inflow_series": "w",
                            "spill_most": 0.05, "discharge_draw": 1.1, "least_level": 0.1}},
    )  # fmt: skip
    load = {"A": 0.6 + 0.2 * np.sin(t / 4), "B": 0.7 + 0.1 * np.cos(t / 5)}
    problem = build(system, 48, load=load, availability={"w": np.clip(0.4 + 0.4 * np.sin(t / 7), 0, 1)})
    before, again = both(problem, tmp_path, "tiny")
    assert again == pytest.approx(before, rel=RELATIVE)


SCENARIOS = sorted(path.stem for path in (ROOT / "inputs" / "scenarios").glob("*.toml"))


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_shipped_scenario_is_read_again_at_its_cost(scenario, tmp_path):
    """Proves: every shipped scenario, written over a day and read again, costs the same to 1e-6.
    Sensitivity: potlines that may not owe production cost `plan-2015` 0.04 % more.
    """
    _, problem, _ = subset_problem(load_study(ROOT / "inputs", scenario), Horizon.parse("hours:24"), ROOT / "weather")
    before, again = both(problem, tmp_path, scenario)
    assert again == pytest.approx(before, rel=RELATIVE)


NOT_WRITTEN = {"dried", "flow", "hydrogen", "sections", "short_circuit"}
"""Studies that the export refuses by name (`test_export_flow.py`)."""


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(STUDIES) - NOT_WRITTEN))
def test_what_is_written_of_every_option_is_read_again_at_its_cost(name, tmp_path):
    """Proves: the written part of the study of every option, read again, costs the same to 1e-6.
    Sensitivity: any component of the export that the import reads as something else.
    """
    given = STUDIES[name]()
    store = given.store.assign(duration_h=given.store.duration_h.where((given.store.existing == 0) | given.store.duration_h.notna(), 6.0))
    ties = given.corridor.assign(tie_of=given.corridor.tie_of.where(~given.corridor.tie_of.duplicated(), None))
    system, _ = pypsa_subset(replace(given, store=store, corridor=ties))
    before, again = both(build(system, **every_profile(48)), tmp_path, name)
    assert again == pytest.approx(before, rel=RELATIVE, abs=1e-9)
