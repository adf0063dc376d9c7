"""The log of a run: in the result when it ends well, beside it when it fails."""

import re

import pytest

from energy_model import runlog
from energy_model.results import folders
from energy_model.screen import plain_console


def run(target, told, *, fails=None, solves=True):
    """A run that says something, solves and writes a result; `told` takes where its log is said to be."""
    with runlog.recorded(target, told.append):
        plain_console().print("begun", style="bold")
        plain_console(quiet=True).print("not for the planner")
        if solves:
            runlog.solver_said("Presolving model")
        if fails:
            raise fails
        with folders.whole_folder(target) as folder:
            (folder / "results.nc").touch()
        plain_console(stderr=True).print("[done]")


def test_everything_said_is_in_the_result(tmp_path, capsys):
    """Proves: what both consoles said before and after the result took its place, and the solver's lines, are in its log with times, as
    plain text; a quiet console is not; nothing hidden is left. Sensitivity: a log that is closed when the folder moves lacks the summary.
    """
    target, told = tmp_path / "plan", []
    run(target, told)
    assert told == []
    lines = (target / "run.log").read_text(encoding="utf-8").splitlines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}", lines[0])
    assert [re.sub(r"^ +\d+\.\d  ", "", line) for line in lines[1:]] == ["begun", "| Presolving model", "[done]"]
    assert list((tmp_path / ".logs").iterdir()) == []


def test_a_failed_run_tells_where_its_log_is(tmp_path, capsys):
    """Proves: a run that fails while it solves leaves the earlier result and its log alone, and tells the place of its own log, which ends
    with the traceback; one that is stopped before the solver leaves none. Sensitivity: the log goes with the half-made folder.
    """
    target, told = tmp_path / "plan", []
    run(target, told)
    before = (target / "run.log").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="no plan"):
        run(target, told, fails=ValueError("no plan"))
    log = tmp_path / ".logs" / "plan.log"
    assert told == [f"Log of this run: {log}"]
    text = log.read_text(encoding="utf-8")
    assert "| Presolving model" in text
    assert text.rstrip().endswith("ValueError: no plan")
    assert (target / "run.log").read_text(encoding="utf-8") == before
    log.unlink()
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "other", told, fails=KeyboardInterrupt(), solves=False)
    assert list((tmp_path / ".logs").iterdir()) == []


def test_what_is_added_to_a_result_is_added_to_its_log(tmp_path, capsys):
    """Proves: a later command that amends the result under a log of its own leaves the words of the solve, adds its own after them, once.
    Sensitivity: a result whose log tells only how its last table was added.
    """
    target = tmp_path / "plan"
    run(target, [])
    with runlog.recorded(target, print):
        plain_console().print("added")
        with folders.amended_folder(target) as folder:
            (folder / "more").touch()
    with folders.amended_folder(target):
        plain_console().print("not logged")
    text = (target / "run.log").read_text(encoding="utf-8")
    assert [text.count(words) for words in ("begun", "[done]", "added", "not logged")] == [1, 1, 1, 0]
    assert text.index("[done]") < text.index("added")


def test_a_full_disk_ends_the_log_and_not_the_run(tmp_path, capsys):
    """Proves: a log that can no longer be written loses its lines only. Sensitivity: ten minutes of solving lost for a line of text."""
    target = tmp_path / "plan"
    with runlog.recorded(target, print):
        (tmp_path / ".logs" / "plan.log").unlink()
        (tmp_path / ".logs").rmdir()
        (tmp_path / ".logs").touch()
        plain_console().print("lost")
        runlog.solver_said("lost too")
        with folders.whole_folder(target) as folder:
            (folder / "results.nc").touch()
    assert (target / "results.nc").exists()
