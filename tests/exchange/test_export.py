"""PyPSA, reading what this program writes, finds the same optimum."""

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from energy_model import cli
from energy_model.exchange.pypsa_export import export_network, subset_problem, write_network
from energy_model.exchange.subset import NotCarriedError, pypsa_subset
from energy_model.solving.highs import solve_lp
from energy_model.study.horizon import Horizon
from energy_model.study.load import load_study
from tests.paths import ROOT
from tests.support.pypsa_optimum import pypsa_optimum
from tests.support.tiny import build, tiny_system

pypsa = pytest.importorskip("pypsa")
runner = CliRunner()


@pytest.mark.parametrize(
    ("scenario", "horizon"),
    [
        ("hindcast-2015", "hours:24"),
        pytest.param("plan-2015", "hours:48", marks=pytest.mark.slow),
        pytest.param("no-export", "hours:24", marks=pytest.mark.slow),
        pytest.param("outlook-2030", "hours:24", marks=pytest.mark.slow),
    ],
)
def test_the_shipped_study_costs_the_same_in_pypsa(scenario, horizon, tmp_path):
    """Proves: the shipped study, expansion of plants, lines, stores and boilers, coal by mine, heat, potlines, contracts by tariff and the
    hard clauses included, has the same optimum in PyPSA to 1e-6, and the same wind, solar and export.
    Sensitivity: any loss, price, weight, limit or clause that is written differently moves the cost by more.
    """
    study = load_study(ROOT / "inputs", scenario)
    _, problem, _ = subset_problem(study, Horizon.parse(horizon), ROOT / "weather")
    exported = write_network(problem, tmp_path / "net", scenario)
    algorithm = "simplex" if horizon == "hours:24" else "hipo"
    ours = solve_lp(problem.lp, algorithm, threads=1, tolerance=None if algorithm == "simplex" else 1e-9)
    cost = float(problem.lp.cost @ ours.primal) + problem.lp.offset
    n, theirs = pypsa_optimum(tmp_path / "net")
    assert cost == pytest.approx(theirs + exported.constant_mcny, rel=1e-6)
    if len(problem.system.contract):
        sold = -float(n.generators_t.p.filter(like="sale").sum().sum()) * problem.plan.weight[0] / 1e3
        _, ids = problem.lp.column_ids["total_export"]
        assert sold == pytest.approx(float(ours.primal[ids].sum()), rel=1e-3)


def test_a_two_way_line_makes_no_energy_in_the_network(tmp_path):
    """Proves: a lossy two-way corridor used both ways in turn costs the same here and in PyPSA: 1 GWh back over 10 % loss asks 1/0.9.
    Sensitivity: written as one PyPSA link with p_min_pu = -1 and an efficiency, the way back would multiply energy by 1/0.9.
    """
    t = np.arange(24)
    system = tiny_system(
        bus={"A": {}, "B": {}},
        thermal={
            "a": {"node": "A", "existing": 2.0, "fuel": 1.0, "min_load_share": 0.0},
            "b": {"node": "B", "existing": 2.0, "fuel": 3.0},
        },
        resource={"w": {"node": "B", "existing": 3.0}},
        corridor={"line": {"existing": 1.5, "loss_share": 0.1, "usable": 0.9}},
    )
    windy = (t >= 12).astype(float)
    problem = build(system, load={"A": 1.0, "B": 0.5}, availability={"w": windy})
    exported = write_network(problem, tmp_path / "net", "line")
    cost = float(problem.lp.cost @ solve_lp(problem.lp, "simplex", threads=1).primal) + problem.lp.offset
    assert cost == pytest.approx(12 * (1.0 + 0.5 / 0.9))  # calm: A serves both; windy: nothing is burnt
    assert pypsa_optimum(tmp_path / "net")[1] + exported.constant_mcny == pytest.approx(cost, rel=1e-6)


def test_what_is_left_out_is_named():
    """Proves: reserve, commitment, heat from CHP and soft clauses are named, and the study compared lacks just them.
    Sensitivity: a silent simplification would make the comparison mean nothing.
    """
    from tests.support.every import every_family

    system, left_out = pypsa_subset(every_family())
    words = " ".join(told.en for told in left_out)
    things = ("commitment", "extraction CHP", "upward reserve", "synchronous", "self-supply", "exchange limit", "clause wind")
    for thing in things:
        assert thing in words
    assert not system.thermal.is_chp.any()
    assert list(system.target.index) == ["exports"]


def test_what_may_not_be_left_out_is_refused_by_name():
    """Proves: two ties of one microgrid, and typical weeks, are refused by name. Sensitivity: they would be carried wrongly."""
    two = tiny_system(
        bus={"A": {}, "B": {"microgrid": "park"}},
        corridor={"one": {"existing": 1.0, "tie_of": "park"}, "two": {"existing": 1.0, "tie_of": "park"}},
        microgrid={"park": {"tie_limit": 1.0}},
    )
    with pytest.raises(NotCarriedError, match="park has more than one tie"):
        pypsa_subset(two)
    study = load_study(ROOT / "inputs", "plan-2015")
    _, problem, _ = subset_problem(study, Horizon.parse("weeks:2"), ROOT / "weather")
    with pytest.raises(NotCarriedError, match="typical weeks"):
        export_network(problem)


@pytest.mark.slow
def test_the_command_writes_network_and_note(tmp_path):
    """Proves: the command leaves a folder that PyPSA opens and a note with the cost to be found; a used folder is refused.
    Sensitivity: overwriting somebody's network.
    """
    folder = tmp_path / "net"
    done = runner.invoke(cli.app, ["export-pypsa", str(folder), "--horizon", "hours:24", "--solve"])
    assert done.exit_code == 0, done.output
    note = json.loads((folder / "energy_model.json").read_text(encoding="utf-8"))
    assert note["left_out"]
    assert pypsa_optimum(folder)[1] * 1e6 == pytest.approx(note["pypsa_objective_cny"], rel=1e-6)
    assert len(pd.read_csv(folder / "snapshots.csv")) == 24
    assert runner.invoke(cli.app, ["export-pypsa", str(folder)]).exit_code == 2
