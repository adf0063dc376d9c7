"""Questions at the command line: killed midway and asked again, and solved by the workers of a cluster."""

import os
import shutil
import signal
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from energy_model import cli
from energy_model.analyses import changed_inputs, variant_runner
from energy_model.analyses.changed_inputs import Job
from energy_model.api.asking import journal_of
from energy_model.journal import Journal
from energy_model.results import fingerprint
from energy_model.screen import plain_console
from energy_model.study.horizon import Horizon
from energy_model.study.load import load_study
from tests.paths import ROOT
from tests.support.killing import run_spoilt

NAME, QUIET = "plan-2015-hours24", plain_console(quiet=True)
TURNED = ("--input", "finance/*/discount_rate_share", "--input", "mines/*/price_cny_per_t")
UNLIKE = ("--groups", "technology", "--spread", "2", "--spread-method", "away")
QUESTIONS = {
    "frontier": (("frontier", "--axis", "export", "--points", "4"), "supply_curve", "cost_mcny"),
    "alternatives": (("alternatives", "--epsilon", "0.05", *UNLIKE), "room_to_move", "highest_mw"),
    "screen": (("screen", "--trajectories", "2", *TURNED), "screening", "mu_star"),
}
SOLVES = {"screen": (changed_inputs, "_evaluated")}
"""Where each solve is made, unless by `variant_runner.solve_one`."""


def kill_after(solves: int) -> None:
    """Let the journal kill its process after so many solves, in the middle of writing one more line."""
    true, calls = Journal.add, []

    def killing(self, key, value):
        true(self, key, value)
        calls.append(key)
        if len(calls) == solves:
            with self.path.open("a", encoding="utf-8") as file:
                file.write('{"key": "half a li')
            os.kill(os.getpid(), signal.SIGKILL)

    Journal.add = killing


def asked(question, results, *more):
    words = ("--horizon", "hours:24", "--solve-horizon", "hours:24", "--threads", "1", "--results", str(results))
    return [*QUESTIONS[question][0], *words, *more]


def answer(question, results):
    return pd.read_csv(results / NAME / "tables" / f"{QUESTIONS[question][1]}.csv", encoding="utf-8-sig")


@pytest.mark.slow
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_killed_question_goes_on_and_comes_to_the_same(question, day_results, tmp_path, monkeypatch):
    """Proves: killed -9 after two solves, in the middle of a line of its journal, the same command solves the rest only, says so, and its
    table is that of a run nobody disturbed. Sensitivity: a journal that is begun anew, or half a line read as an answer.
    """
    whole, broken = day_results, Path(shutil.copytree(day_results, tmp_path / "broken"))
    solved: list[str] = []
    module, name = SOLVES.get(question, (variant_runner, "solve_one"))
    honest = getattr(module, name)
    monkeypatch.setattr(module, name, lambda *a: solved.append("") or honest(*a))
    undisturbed = CliRunner().invoke(cli.app, asked(question, whole))
    assert undisturbed.exit_code == 0, undisturbed.output
    needed = len(solved)
    log = tmp_path / "killed.log"
    assert run_spoilt(partial(kill_after, 2), asked(question, broken), log) == -signal.SIGKILL, log.read_text(encoding="utf-8")
    assert not (broken / NAME / "tables" / f"{QUESTIONS[question][1]}.csv").exists()
    solved.clear()
    again = CliRunner().invoke(cli.app, asked(question, broken))
    assert again.exit_code == 0, again.output
    assert len(solved) == needed - 2
    column = QUESTIONS[question][2]
    np.testing.assert_allclose(answer(question, broken)[column], answer(question, whole)[column], rtol=1e-6, atol=1e-2)
    solved.clear()
    assert CliRunner().invoke(cli.app, asked(question, broken)).exit_code == 0
    assert not solved


@pytest.mark.slow
def test_the_workers_of_a_cluster_give_the_same_curve(day_results, tmp_path):
    """Proves: `--scheduler tcp://…` solves the points on the workers of a Dask cluster and comes to the curve of this process.
    Sensitivity: a problem that cannot be sent, or duals that stay behind.
    """
    distributed = pytest.importorskip("distributed")
    here, there = day_results, Path(shutil.copytree(day_results, tmp_path / "there"))
    assert CliRunner().invoke(cli.app, asked("frontier", here)).exit_code == 0
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        sent = CliRunner().invoke(cli.app, asked("frontier", there, "--scheduler", cluster.scheduler_address))
    assert sent.exit_code == 0, sent.output
    columns = ["export_gwh", "cost_mcny", "marginal_cny_per_mwh"]
    np.testing.assert_allclose(answer("frontier", there)[columns], answer("frontier", here)[columns], rtol=1e-4, atol=1e-2)


def test_answers_of_another_program_are_not_taken(tmp_path, monkeypatch):
    """Proves: a journal goes on while nothing has changed, and is begun anew when the code of the questions has, which alone decides what
    is kept of an answer. Sensitivity: a fingerprint of the model alone.
    """
    job = Job(load_study(ROOT / "inputs", "plan-2015"), Horizon.parse("hours:24"), ROOT / "weather", False, 1)
    journal_of(tmp_path, "bargain", job, {}, QUIET).add("plan", 1.0)
    assert journal_of(tmp_path, "bargain", job, {}, QUIET).done == {"plan": 1.0}
    monkeypatch.setattr(fingerprint, "program_digest", lambda parts=fingerprint.PROGRAM: "new" if parts == ("analyses",) else "old")
    journal_of(tmp_path, "bargain", job, {}, QUIET).add("plan", 2.0)
    assert journal_of(tmp_path, "bargain", job, {}, QUIET).done == {"plan": 2.0}
