"""How a command ends: stopped at any moment, with a fault of the program, with a solver left at work."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from typer.testing import CliRunner

from energy_model import cli, ending
from energy_model.ending import EXIT_FAULT, EXIT_STOPPED, stopped
from energy_model.language import speaking
from energy_model.results import folders, store
from tests.paths import ROOT
from tests.support.killing import FRESH, run_command, run_spoilt

NAME = "plan-2015-hours24"
TWICE = [signal.SIGINT, signal.SIGINT]
MOMENTS = {
    "reading": ("read and check inputs", 0.0, [signal.SIGTERM]),
    "compile": ("compile", 0.3, TWICE),
    "blocks": ("interior point method on blocks", 0.5, TWICE),
    "hipo": ("hipo …", 0.2, [signal.SIGINT]),
    "deaf": ("hipo …", 0.5, TWICE),
    "writing": ("write results", 0.1, TWICE),
    "pages": ("drawing", 0.2, [signal.SIGINT]),
}
"""What the command has said when it is interrupted, how long after that, and by what."""


def arguments(results: Path, *more: str) -> list[str]:
    return ["optimize", "--horizon", "hours:24", "--results", str(results), "--threads", "1", "--anew", *more]


def nothing() -> None:
    """No trap."""


def slow_pages() -> None:
    """A map that takes long to draw."""
    from energy_model.report import outputs

    true = outputs.write_map

    def slow(*arguments, **options):
        path = true(*arguments, **options)
        print("drawing", flush=True)
        time.sleep(30)
        return path

    outputs.write_map = slow


def only_blocks() -> None:
    """The method on blocks whatever the size."""
    from energy_model.solving import ladder

    ladder.SIMPLEX_COLUMNS = 0


def only_hipo() -> None:
    """HiPO whatever the size."""
    from energy_model.solving import ladder

    only_blocks()
    ladder.solve_in_blocks = lambda *_: None


def deaf() -> None:
    """HiPDLP in the place of HiPO: it never comes near enough, and it hears no request to stop."""
    from energy_model.solving import highs

    only_hipo()
    true = highs._options

    def options(*arguments):
        return true(*arguments) | {"solver": "hipdlp", "pdlp_optimality_tolerance": 1e-10}

    highs._options = options


def faulty() -> None:
    """A fault of the program in the midst of a run."""
    from energy_model import run

    def fails(*_, **__):
        return {}["nowhere"]

    run.build_problem = fails


SPOILT = {"blocks": only_blocks, "hipo": only_hipo, "deaf": deaf, "pages": slow_pages}


def interrupted(log: Path, words: str, delay_s: float, signals: list[int], arguments: list[str], spoil=nothing) -> tuple[int, str]:
    """Exit code and output of the command that gets the signals `delay_s` after it has said `words`."""
    process = FRESH.Process(target=run_command, args=(spoil, arguments, log))
    process.start()
    deadline = time.monotonic() + 120
    while not (log.exists() and words in log.read_text(encoding="utf-8")) and time.monotonic() < deadline:
        assert process.is_alive(), log.read_text(encoding="utf-8")
        time.sleep(0.01)
    time.sleep(delay_s)
    for number in signals:
        with suppress(ProcessLookupError):  # it may end between two signals
            os.kill(process.pid, number)
        time.sleep(0.02)
    process.join(60)
    assert process.exitcode is not None
    return process.exitcode, log.read_text(encoding="utf-8")


ANY_DAY = ("reading", "hipo", "writing")
"""Moments tried in `make test`; the others in `make test-all`."""


@pytest.mark.parametrize("moment", [pytest.param(m, marks=() if m in ANY_DAY else pytest.mark.slow) for m in MOMENTS])
def test_stopped_at_any_moment(moment, day_results, tmp_path):
    """Proves: stopped while {moment}, by Ctrl-C once or twice or by SIGTERM, the command exits 130, its sentence is the last thing said,
    and a whole result is there. Sensitivity: HiGHS still at work while Python ends is a segmentation fault (exit code -11) after the
    sentence, a second Ctrl-C a traceback in what clears away, SIGTERM no sentence at all.
    """
    words, delay_s, signals = MOMENTS[moment]
    code, said = interrupted(tmp_path / "log", words, delay_s, signals, arguments(day_results), SPOILT.get(moment, nothing))
    assert code == EXIT_STOPPED, said
    assert said.count(stopped()) == 1
    assert said.endswith(f"{stopped()}\n")
    with folders.exclusive(day_results / NAME):
        kept = {folders.without_pages(day_results / NAME).name} if moment == "pages" else set()  # solved, and finished by the same command
        assert {p.name for p in day_results.iterdir() if not p.name.startswith(".")} == {NAME} | kept
        assert store.read_result(day_results / NAME)[1]["status"] == "optimal"


def test_a_limit_that_the_solver_does_not_hear_ends_the_command_all_the_same(tmp_path):
    """Proves: a time limit that a solver (HiPDLP) does not hear ends the command with the solver's exit code and sentence, though it
    still runs.
    Sensitivity: Python's own end under a running solver is a segmentation fault.
    """
    log = tmp_path / "log"
    code = run_spoilt(hasty_deaf, arguments(tmp_path / "results", "--time-limit", "0.01"), log)
    said = log.read_text(encoding="utf-8")
    assert code == 3, said
    *_, sentence, where = said.rstrip().splitlines()
    assert sentence.endswith("bound was proven yet.")
    assert where.startswith("Log of this run:")


def hasty_deaf() -> None:
    """As `deaf`, left behind soon."""
    from energy_model.solving import limits

    deaf()
    limits.GRACE_S = 0.2


def test_a_request_waits_for_what_must_stay_in_one_piece(tmp_path):
    """Proves: an interrupt between the two renames that put a new result in the place of the earlier one waits until both are done.
    Sensitivity: without `uninterrupted` the earlier result is set aside and neither stands there.
    """
    code = f"""
import os, signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)
from energy_model.ending import ended_well
from energy_model.results import folders, store
true = Path.replace
def replace(self, target):
    true(self, target)
    if str(target).endswith("old"):
        os.kill(os.getpid(), signal.SIGINT)
Path.replace = replace
target = Path({str(tmp_path)!r}) / "result"
target.mkdir()
with ended_well(), folders.whole_folder(target) as folder:
    (folder / "new").touch()
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == EXIT_STOPPED, done.stderr
    assert done.stderr == f"{stopped()}\n"
    assert [p.name for p in tmp_path.iterdir() if p.is_dir()] == ["result"]
    assert (tmp_path / "result" / "new").exists()


def test_a_request_that_python_cannot_raise_is_made_again():
    """Proves: an interrupt that comes in a finaliser, where exceptions are only printed, stops the command all the same and silently.
    Sensitivity: Python prints "Exception ignored" and goes on.
    """
    code = """
import os, signal, time
from energy_model.ending import ended_well
signal.signal(signal.SIGINT, signal.default_int_handler)
class Thing:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0)
with ended_well():
    thing = Thing()
    del thing
    time.sleep(30)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False, timeout=25, encoding="utf-8")
    assert (done.returncode, done.stderr) == (EXIT_STOPPED, f"{stopped()}\n")


def test_faults_of_what_ends_are_silent():
    """Proves: after a request to stop, faults in threads and finalisers, as packages of a cluster have when it ends, say nothing; before
    it they are reported as ever. Sensitivity: tracebacks of asyncio and distributed before the sentence of `cluster-demo`.
    """
    code = """
import os, signal, threading, time
from energy_model.ending import ended_well
signal.signal(signal.SIGINT, signal.default_int_handler)
class Thing:
    def __init__(self, name):
        self.name = name
    def __del__(self):
        raise ValueError(self.name)
def fails(name):
    raise ValueError(name)
def both(when):
    Thing("finaliser " + when)
    thread = threading.Thread(target=fails, args=("thread " + when,))
    thread.start()
    thread.join()
with ended_well():
    both("before")
    try:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(30)
    finally:
        both("after")
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60, encoding="utf-8")
    assert done.returncode == EXIT_STOPPED
    assert [f"ValueError: {what} before" in done.stderr for what in ("finaliser", "thread")] == [True, True]
    assert "after" not in done.stderr
    assert done.stderr.endswith(f"{stopped()}\n")


def test_what_workers_share_is_given_back():
    """Proves: a lock that workers shared is given back before the end. Sensitivity: the tracker of the standard library complains of
    "leaked semaphore objects" after the sentence.
    """
    code = """
import multiprocessing, os, signal
from energy_model.ending import ended_well
signal.signal(signal.SIGINT, signal.default_int_handler)
with ended_well():
    shared = multiprocessing.get_context("spawn").Lock()
    os.kill(os.getpid(), signal.SIGINT)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False, encoding="utf-8")
    assert (done.returncode, done.stderr) == (EXIT_STOPPED, f"{stopped()}\n")


def test_a_fault_of_the_program_is_a_sentence_with_a_file(tmp_path):
    """Proves: an exception that nobody foresaw exits 1 with one sentence, in either language, which names a file that holds the traceback,
    and a user error keeps its own code. Sensitivity: a traceback on the screen, or exit code 2, which says that the inputs are wrong.
    """
    log = tmp_path / "log"
    assert run_spoilt(faulty, arguments(tmp_path / "results"), log) == EXIT_FAULT
    said = log.read_text(encoding="utf-8")
    assert "Traceback" not in said
    assert "fault of the program" in said
    with speaking("zh"):
        assert ending._faulty("KeyError", "x").startswith("程序故障")
    assert "KeyError: 'nowhere'" in said
    file = Path(said.rsplit(" ", 1)[1].strip())
    assert "Traceback" in file.read_text(encoding="utf-8")
    file.unlink()
    assert CliRunner().invoke(cli.app, arguments(tmp_path, "--scenario", "nowhere")).exit_code == 2


def test_workers_end_with_their_parent(tmp_path):
    """Proves: Ctrl-C of a terminal, which reaches parent and workers alike, ends both silently and at once though an item takes a minute.
    Sensitivity: each worker would print a traceback of its own, and the parent wait for the items at work.
    """
    shutil.copy(ROOT / "tests" / "support" / "sleeping.py", tmp_path)
    process = subprocess.Popen(
        [sys.executable, str(tmp_path / "sleeping.py"), str(tmp_path / "at work")],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not (tmp_path / "at work").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    started = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert (process.returncode, said) == (EXIT_STOPPED, f"{stopped()}\n")
    assert time.monotonic() - started < 20
    while group_lives(process.pid):  # the tracker of the standard library goes last, by itself
        assert time.monotonic() - started < 40
        time.sleep(0.05)


def group_lives(number: int) -> bool:
    try:
        os.killpg(number, 0)
    except ProcessLookupError:
        return False
    return True
