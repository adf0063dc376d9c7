"""Stages of a run and the estimate of what is left, from records of this machine."""

import json
from io import StringIO
from threading import Thread

import pytest
from rich.console import Console

from energy_model.results import records
from energy_model.results.records import Records, Size
from energy_model.results.stages import RUN, Clock, in_words

DAY = Size(24, 1_000)


def kept(tmp_path, *runs):
    known = Records(tmp_path)
    for size, seconds in runs:
        known.add(size, seconds)
    return known


def test_seconds_are_taken_in_proportion_from_the_nearest_runs(tmp_path):
    """Proves: of runs with 1,000, 2,000 and 500 nonzeros that solved in 10, 22 and 4 s, a run of 1,000 is expected to solve in the median
    of 10, 22 / 2 and 4 x 2: 10 s; one of 10,000 nonzeros, over three times the largest, gets no estimate.
    Sensitivity: the mean would be 9.67 s, the seconds without proportion 12 s.
    """
    known = kept(tmp_path, *((Size(24, n), {"solve": s}) for n, s in ((1_000, 10.0), (2_000, 22.0), (500, 4.0))))
    assert known.expected(DAY) == {"solve": pytest.approx(10.0)}
    assert known.expected(Size(24, 10_000)) == {}


def test_other_ways_of_solving_and_other_machines_count_for_nothing(tmp_path, monkeypatch):
    """Proves: exact runs, whole numbers and another machine's runs give no estimate; before the problem is built, hours decide.
    Sensitivity: the year of a server promised on a laptop.
    """
    known = kept(tmp_path, (Size(24, 1_000, exact=True), {"solve": 1.0}), (Size(24, 1_000, whole=True), {"solve": 2.0}))
    assert known.expected(DAY) == {}
    assert known.expected(Size(48)) == {"solve": pytest.approx(4.0)}
    monkeypatch.setattr(records, "_machine", lambda: "another")
    assert known.expected(Size(48)) == {}


def test_broken_records_are_passed_over(tmp_path):
    """Proves: half a line, other JSON, binary rubbish and a file that is a folder give no estimate and no error; whole lines count.
    Sensitivity: a run that ends in a traceback because of its own notes.
    """
    known = kept(tmp_path, (DAY, {"solve": 5.0}))
    with known.path.open("ab") as file:
        file.write(b'{"machine": "x", "hou\n[]\n3\n\xff\xfe\x00\n' + json.dumps({"machine": records._machine(), "hours": "many"}).encode())
    assert known.expected(DAY) == {"solve": pytest.approx(5.0)}
    (tmp_path / "other" / records.FILE).mkdir(parents=True)
    blocked = kept(tmp_path / "other", (DAY, {"solve": 1.0}))
    assert blocked.expected(DAY) == {}


def test_runs_at_the_same_time_do_not_mix(tmp_path):
    """Proves: 8 threads that add 25 runs each leave 200 whole lines. Sensitivity: reading the file and writing it anew loses some."""
    known = Records(tmp_path)
    threads = [Thread(target=lambda: [known.add(DAY, {"solve": 1.0}) for _ in range(25)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = known.path.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 200
    assert all(json.loads(line)["hours"] == 24 for line in lines)


def test_stages_tell_their_number_and_what_is_left(tmp_path):
    """Proves: with a record of 30 s for solve, 60 s for write and 40 s for pages, the fourth of six stages says that 2:10 min are left, and
    the stages before, of which the record knows nothing, add nothing; without records a stage tells its number alone.
    Sensitivity: the seconds of stages that are done would be promised again.
    """
    said = StringIO()
    clock = Clock(Console(file=said, width=200), RUN, kept(tmp_path, (DAY, {"solve": 30.0, "write": 60.0, "pages": 40.0})))
    clock.expect(DAY)
    with clock.phase("compile"):
        pass
    with clock.phase("solve"):
        pass
    lines = said.getvalue().splitlines()
    assert lines[0].startswith("3/6 compile equations …")
    assert "about 2:10 min left" in lines[1]
    assert lines[1].startswith("4/6 ")
    said = StringIO()
    with Clock(Console(file=said, width=200), RUN).phase("read"):
        pass
    assert said.getvalue().strip() == "1/6 read and check inputs …"


def test_what_a_run_took_is_kept_by_stage(tmp_path):
    """Proves: stamping, told apart in the manifest, counts to the stage "compile" in the record. Sensitivity: the estimate lacks it."""
    clock = Clock(Console(quiet=True), RUN, Records(tmp_path))
    clock.seconds = {"compile": 2.0, "stamp": 1.5, "solve": 4.0}
    clock.keep(DAY)
    assert Records(tmp_path).expected(DAY) == {"compile": 3.5, "solve": 4.0}


def test_jobs_do_not_lend_each_other_their_times(tmp_path):
    """Proves: a pathway of 24 hours gets no estimate from a plan of them, a line of an older program counts as a plan; a stage that comes
    again, as for each year of a path, adds to its own, and what it took is no longer promised. Sensitivity: an hour promised for minutes.
    """
    known = kept(tmp_path, (DAY, {"solve": 30.0}), (Size(24, 1_000, job="pathway myopic"), {"compile": 20.0, "solve": 40.0}))
    assert known.expected(Size(24, job="pathway myopic")) == {"compile": pytest.approx(20.0), "solve": pytest.approx(40.0)}
    assert records._record(json.dumps({"machine": records._machine(), "hours": 24, "nonzeros": 0, "exact": False, "whole": False,
                                       "seconds": {}}))[0].job == "optimize"  # fmt: skip
    said = StringIO()
    clock = Clock(Console(file=said, width=200), RUN, known)
    clock.expect(Size(24, job="pathway myopic"))
    clock.seconds = {"compile": 15.0, "solve": 30.0}
    with clock.phase("compile"):
        pass
    assert "about 15 s left" in said.getvalue()
    assert clock.seconds["compile"] > 15.0


def test_times_are_written_as_people_say_them():
    """Proves: 59.4 s, 200 s and 3,720 s are 59 s, 3:20 min and 1:02 h. Sensitivity: 59.6 s as 60 s, minutes above 60."""
    assert [in_words(s) for s in (59.4, 59.6, 200.0, 3720.0)] == ["59 s", "1:00 min", "3:20 min", "1:02 h"]
