"""Many runs: kept, stale, failed and interrupted ones, several at once, in one table."""

import inspect
import json
import os
import shutil
import signal
import sys
import threading
import time

import openpyxl
import pandas as pd
import pytest
from rich.console import Console
from typer.testing import CliRunner

from energy_model import cli
from energy_model.plans import batch as batches
from energy_model.plans.batch import Batch, BatchError, Run, plan_runs, require_memory
from energy_model.plans.run_all import run_batch
from energy_model.solving.memory import BASE_GB
from energy_model.study.horizon import Horizon
from tests.paths import ROOT

DAY = Horizon.parse("hours:24")
QUIET = Console(quiet=True)
TABLES = {
    "capacity": "kind,capacity_mw\nthermal,100\nchp,20\nwind,30\nsolar,4\nbattery,5\ncoal_boiler,999\n",
    "curtailment": "available_gwh,curtailed_gwh\n80,8\n20,2\n",
    "contracts": "energy_gwh\n7\n5\n",
    "corridors": "new_mw\n1\n2\n",
    "energy_balance": "unserved_gwh\n0.5\n0\n",
}
runner = CliRunner()


def run(*args):
    return runner.invoke(cli.app, [str(a) for a in args], env={"COLUMNS": "200"})


def finish(folder, fingerprint, objective=1.0):
    """Write what a finished result has, as far as a batch looks at it."""
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    for name, text in TABLES.items():
        (folder / "tables" / f"{name}.csv").write_text(text)
    for page in ("map.html", "report.html"):
        (folder / page).write_text("")
    manifest = {"run_sha256": fingerprint, "objective_mcny": objective, "certificate": {"gap": 1e-5, "passed": True}}
    (folder / "manifest.json").write_text(json.dumps(manifest | {"seconds": {"solve": 2.0, "write": 1.0}, "peak_memory_gb": 0.5}))


def fake(tmp_path, text):
    """Command of a run that writes a finished result after `text`, a line of Python that knows `run` and `results`."""
    program = tmp_path / "fake.py"
    program.write_text(
        f"import json, sys, os, time, signal, pathlib\nTABLES = {TABLES}\n{inspect.getsource(finish)}\n"
        f"folder, fingerprint = pathlib.Path(sys.argv[1]), sys.argv[2]\nrun, results = folder.name, folder.parent\n{text}\n"
        "finish(folder, fingerprint)\n"
    )
    return lambda r: [sys.executable, str(program), str(r.folder), r.fingerprint]


def batch(tmp_path, names, text="", workers=1):
    runs = [Run(n, DAY, tmp_path / "results" / n, fingerprint=f"print of {n}") for n in names]
    return Batch(runs, tmp_path / "results", "runs", workers, fake(tmp_path, text), QUIET)


def test_figures_of_a_run(tmp_path):
    """Proves: the row adds capacity by group without boilers, export, curtailed share 10/100, unserved and seconds, with gap and
    certificate. Sensitivity: the mean of the shares, or boilers counted as plants.
    """
    b = batch(tmp_path, ["a"])
    row = run_batch(b).iloc[0]
    assert (row.status, row.thermal_mw, row.wind_mw, row.solar_mw, row.storage_mw) == ("solved", 120, 30, 4, 5)
    assert (row.export_gwh, row.corridor_new_mw, row.unserved_gwh, row.seconds) == (12, 3, 0.5, 3)
    assert row.curtailed_share == pytest.approx(0.1)
    assert (row.gap_share, row.certified) == (1e-5, "yes")
    written = pd.read_csv(tmp_path / "results" / "runs" / "runs.csv", encoding="utf-8-sig")
    assert written.objective_mcny.tolist() == [1.0]
    for file, title, heading, status in (("runs.xlsx", "多方案计算", "状态", "已求解"), ("runs-en.xlsx", "Runs", "status", "solved")):
        book = openpyxl.load_workbook(tmp_path / "results" / "runs" / file, read_only=True)
        head, line, *_ = book[title].iter_rows(values_only=True)
        assert dict(zip(head, line, strict=True))[heading] == status
    assert not b.logs.exists()


def test_one_failing_run_does_not_stop_the_others(tmp_path):
    """Proves: of three runs one ends with a sentence and code 3, one is killed, one is solved; each reason stands in table and page, what
    they printed is kept. Sensitivity: a batch that ends at the first failure.
    """
    text = "if run == 'bad': print('no plan was found', file=sys.stderr); sys.exit(3)\n"
    text += "if run == 'dead': os.kill(os.getpid(), signal.SIGKILL)"
    b = batch(tmp_path, ["bad", "dead", "good"], text, workers=2)
    table = run_batch(b).set_index("run")
    assert table.status.to_dict() == {"bad": "failed", "dead": "failed", "good": "solved"}
    assert "no plan was found" in table.reason["bad"]
    assert "signal 9" in table.reason["dead"]
    assert "no plan was found" in (b.target / "index.html").read_text(encoding="utf-8")
    assert (b.logs / "bad.err").is_file()
    assert not (b.logs / "good.err").exists()


def test_a_run_whose_result_has_another_fingerprint_failed(tmp_path):
    """Proves: a run that ends well but from other inputs than planned is no result. Sensitivity: trusting the exit code."""
    b = batch(tmp_path, ["a"], "fingerprint = 'other'")
    assert run_batch(b).status.tolist() == ["failed"]


def test_several_runs_at_once(tmp_path):
    """Proves: with two workers two runs wait for each other, which one after the other would never end. Sensitivity: one at a time."""
    text = (
        "(results / f'{run}.here').touch()\n"
        "for _ in range(100):\n    time.sleep(0.1)\n    if len(list(results.glob('*.here'))) == 2: break\nelse: sys.exit(1)"
    )
    (tmp_path / "results").mkdir()
    assert run_batch(batch(tmp_path, ["a", "b"], text, workers=2)).status.tolist() == ["solved", "solved"]


def test_an_interruption_ends_the_runs_and_a_second_call_goes_on(tmp_path):
    """Proves: after an interruption no run is left at work, the table says which were finished, and those that are left are run by the next
    call, the finished one not. Sensitivity: orphans that go on computing, or starting from nothing.
    """
    text = "(results / f'{run}.pid').write_text(str(os.getpid()))\nif run == 'slow' and not (results / 'again').exists(): time.sleep(60)"
    (tmp_path / "results").mkdir()
    b = batch(tmp_path, ["quick", "slow", "last"], text)

    def interrupt():
        deadline = time.monotonic() + 20
        while not (tmp_path / "results" / "slow.pid").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a script may run the tests with interrupts ignored
    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        run_batch(b)
    thread.join()
    signal.signal(signal.SIGINT, before)
    pid = int((tmp_path / "results" / "slow.pid").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    table = pd.read_csv(b.target / "runs.csv", encoding="utf-8-sig").set_index("run")
    assert table.status.to_dict() == {"quick": "solved", "slow": "stopped", "last": "waiting"}
    (tmp_path / "results" / "again").touch()
    (tmp_path / "results" / "quick.pid").unlink()
    b = batch(tmp_path, ["quick", "slow", "last"], text)
    for r in b.runs:
        r.status = "kept" if r.finished() else "waiting"
    assert run_batch(b).status.tolist() == ["kept", "solved", "solved"]
    assert not (tmp_path / "results" / "quick.pid").exists()


def test_what_is_finished_is_kept_and_what_is_stale_is_not(tmp_path):
    """Proves: a result with the same fingerprint is kept; another input, exactness, horizon, weather, or a missing page makes it waiting
    (not where no pages are asked for); wrong inputs are failed with their sentence. Sensitivity: looking for the folder only.
    """
    inputs = tmp_path / "inputs"
    shutil.copytree(ROOT / "inputs", inputs)
    results, weather = tmp_path / "results", ROOT / "weather"

    def statuses(names, exact=False, horizon=DAY):
        return [r.status for r in plan_runs(inputs, names, [horizon], weather, results, exact)]

    names = ["plan-2015", "plan-2015+dear-coal", "plan-path"]
    runs = plan_runs(inputs, names, [DAY], weather, results, False)
    assert [r.status for r in runs] == ["waiting", "waiting", "failed"]
    assert "pathway" in runs[2].reason
    for r in runs[:2]:
        finish(r.folder, r.fingerprint)
    assert statuses(names) == ["kept", "kept", "failed"]
    assert statuses(names[:1], exact=True) == ["waiting"]
    file = inputs / "overlays" / "dear-coal.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("1.333", "1.4"), encoding="utf-8")
    assert statuses(names[:2]) == ["kept", "waiting"]
    file.write_text(file.read_text(encoding="utf-8").replace("1.4", "-1"), encoding="utf-8")
    assert statuses(names[:2]) == ["kept", "failed"]
    (results / "plan-2015-hours24" / "report.html").unlink()
    assert statuses(names[:1]) == ["waiting"]
    assert [r.status for r in plan_runs(inputs, names[:1], [DAY], weather, results, False, pages=False)] == ["kept"]


def test_runs_that_do_not_fit_the_memory_are_refused(tmp_path, monkeypatch):
    """Proves: the largest predictions of the runs at once are added and compared with the machine; the answer names how many fit.
    Sensitivity: comparing each run by itself lets three of 3 GB start on 8 GB.
    """
    runs = plan_runs(ROOT / "inputs", ["plan-2015", "no-export", "plan-2015+dear-coal"], [DAY], ROOT / "weather", tmp_path, False)
    monkeypatch.setattr(batches, "predicted_gb", lambda study, *_: 1.0 if study.name == "no-export" else 3.0)
    monkeypatch.setattr(batches, "usable_gb", lambda: 6.5)
    assert require_memory(runs, 1, ROOT / "weather") == 3.0 + BASE_GB
    assert require_memory(runs, 2, ROOT / "weather") == 6.0 + BASE_GB
    with pytest.raises(BatchError, match=r"about 7.5 GB.*6.5 GB.*--workers 2"):
        require_memory(runs, 3, ROOT / "weather")
    monkeypatch.setattr(batches, "usable_gb", lambda: 2.0)
    with pytest.raises(BatchError, match="typical weeks"):
        require_memory(runs, 1, ROOT / "weather")


@pytest.mark.slow
def test_the_command_from_end_to_end(tmp_path):
    """Proves: the true command solves one scenario, lists one that is impossible with exit code 2, and keeps the first the second time.
    Sensitivity: a fingerprint that differs between planning and solving is solved for ever.
    """
    inputs = tmp_path / "inputs"
    shutil.copytree(ROOT / "inputs", inputs)
    text = 'purpose_en = "x"\npurpose_zh = "x"\n[[set]]\ntable = "targets"\nwhere = { target = "T06_WIND" }\nvalues = { value = 90000 }\n'
    (inputs / "scenarios" / "impossible.toml").write_text(text, encoding="utf-8")
    case = ("plan-2015", "impossible", "--horizon", "hours:24", "--inputs", inputs, "--results", tmp_path / "r", "--workers", "2")
    done = run("run-all", *case)
    assert done.exit_code == 2, done.output
    assert "1 of 2 runs failed" in done.output
    table = pd.read_csv(tmp_path / "r" / "runs" / "runs.csv", encoding="utf-8-sig").set_index("scenario")
    assert table.status.to_dict() == {"plan-2015": "solved", "impossible": "failed"}
    assert table.export_gwh["plan-2015"] > 100
    assert table.certified["plan-2015"] == "yes"
    again = run("run-all", "plan-2015", *case[2:])
    assert again.exit_code == 0, again.output
    assert "0 to solve" in again.output


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("plan-2051",), "no scenario 'plan-2051'"),
        (("plan-2015+nope",), "no overlay 'nope'"),
        (("--weather-years", "variable-9..3"), "run backwards"),
        (("plan-2015@synthetic-1", "--weather-years", "variable-1"), "already names its weather year"),
        (("plan-2015", "--horizon", "hours:25"), "multiple of 24"),
        (("plan-2015", "--name", "../runs"), "not a valid folder name"),
        (("plan-2015", "--name", "plan-2015"), "folder of a result"),
    ],
)
def test_bad_batches_are_sentences(command, words, tmp_path):
    """Proves: every slip ends with code 2 and a sentence before anything runs. Sensitivity: hours spent on half of a batch."""
    done = run("run-all", *command, "--results", tmp_path / "r")
    assert done.exit_code == 2, done.output
    assert words in " ".join(done.output.split())
    assert not (tmp_path / "r").exists()
