"""The value of flexible potlines on a small study."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from rich.console import Console

from energy_model.case import Case
from energy_model.plans import flexibility
from energy_model.plans.flexibility import without_modulation
from energy_model.results.stages import Clock
from energy_model.rounds import solve_study
from energy_model.run import prepare_study
from energy_model.solving.build import rebuilt
from energy_model.study.horizon import Horizon
from energy_model.study.load import load_study
from tests.paths import ROOT
from tests.support.tiny import build, run, tiny_system

QUIET = Console(quiet=True)


def test_without_modulation_potlines_run_at_rated_power():
    """Proves: the rigid case of a study with a dear half day runs its pots at 1 GW in every hour and costs 0.8 MCNY more: from 0.4 GWh
    above to 0.4 below is what the band allows, at 1 MCNY/GWh. Everything else is untouched.
    Sensitivity: fails if only one direction is locked, or the case without keeps some modulation.
    """
    wind = [2.0] * 9 + [0.0] * 11 + [2.0] * 4
    pots = {"modulation_down_share": 0.1, "modulation_up_share": 0.1, "modulation_hours_h": 4.0}
    s = tiny_system(resource={"w": {"existing": 1.0}}, thermal={"g": {"existing": 1.0, "fuel": 1.0}}, smelter={"pots": pots})
    rigid = without_modulation(s)
    pd.testing.assert_frame_equal(rigid.thermal, s.thermal)
    free, held = run(s, availability={"w": wind}), run(rigid, availability={"w": wind})
    assert held.value("smelter_power", "pots") == pytest.approx(1.0)
    assert held.cost == pytest.approx(11.0)
    assert held.cost - free.cost == pytest.approx(0.8)


def hasty_dc_study():
    """The plan under Kirchhoff's law, which settles after few solves, and its problem over a day."""
    study = load_study(ROOT / "inputs", "plan-2015-dc")
    network = study.settings.network.model_copy(update={"flow_iterations": 1})
    study = replace(study, settings=study.settings.model_copy(update={"network": network}))
    return study, prepare_study(study, Horizon.parse("hours:24"), ROOT / "weather", Clock(QUIET))


def test_both_cases_agree_with_what_is_built(monkeypatch, tmp_path):
    """Proves: under dc power flow both cases are solved until flows agree with the lines that are built, over the same typical weeks.
    Sensitivity: one LP each would publish a difference of plans that Kirchhoff's law forbids; weeks chosen and scaled anew for the second
    case would compare two loads.
    """
    seen = []
    monkeypatch.setattr(flexibility, "prepare", lambda *_: hasty_dc_study())

    def recorded(study, problem, *rest, **options):
        answer = solve_study(study, problem, *rest, **options)
        seen.append((problem.profiles, problem.plan, answer))
        return answer

    monkeypatch.setattr(flexibility, "solve_study", recorded)
    day = Horizon.parse("hours:24")
    flexibility.value_of_flexibility(Case(ROOT / "inputs", "plan-2015-dc", day, tmp_path, ROOT / "weather", threads=1), QUIET)
    assert len(seen) == 2
    for _, _, (agreed, _, refinements) in seen:
        (flow,) = refinements
        assert flow.summary()["mismatch_mw"] <= agreed.system.options.network.flow_tolerance_mw
        assert len(flow.rows) > 1


def test_an_altered_system_keeps_its_typical_weeks():
    """Proves: the problem of an altered system has the hours, weights and energies of the first.
    Sensitivity: built from the scaled profiles, other weeks were chosen, and scaled to the sum of a year that held scaled hours.
    """
    rng = np.random.default_rng(1)
    load = rng.random(8736) + np.linspace(0.0, 1.0, 8736)
    first = build(tiny_system(thermal={"g": {"existing": 3.0}}), 8736, load=load, horizon=Horizon.parse("weeks:2"))
    again = rebuilt(first, replace(first.system, thermal=first.system.thermal.assign(max_new=1.0)))
    assert np.array_equal(again.plan.start, first.plan.start)
    assert np.array_equal(again.plan.weight, first.plan.weight)
    xr.testing.assert_equal(again.profiles, first.profiles)
    assert np.array_equal(again.lp.row_lower, first.lp.row_lower)
    assert not np.array_equal(again.lp.upper, first.lp.upper)
