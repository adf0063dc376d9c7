"""Workers give the same answers wherever they run, and a lost worker changes none."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from energy_model.workers import WAIT, WorkerError, require_same_versions, workers
from tests.paths import ROOT


def scaled(shared: dict, item: int) -> int:
    return shared["factor"] * item


def half(shared: None, item: int) -> int:
    return item // 2


def dying_once(shared: dict, item: int) -> int:
    """Kill the process that runs the item the first time it is met."""
    mark = Path(shared["folder"]) / f"{item}"
    if item == shared["victim"] and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return item * item


def dying(shared: dict, item: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return item


def failing(shared: None, item: int) -> int:
    raise ValueError(f"item {item}")


@pytest.mark.parametrize("count", [1, 2])
def test_every_item_is_run_once(count):
    """Proves: places and results belong together, for one process and for two. Sensitivity: an item run twice or lost changes the list."""
    with workers(count) as pool:
        found = list(pool.map_unordered(scaled, {"factor": 3}, [5, 7, 9]))
    assert sorted(found) == [(0, 15), (1, 21), (2, 27)]


def halves(found: dict[int, int]):
    """Items that are chosen by the results so far: the half of the last one, one at a time beside a first item that is no half."""
    yield 7
    item = 64
    while item > 1:
        yield item
        while item not in found:
            yield WAIT
        item = found[item]


@pytest.mark.parametrize("count", [1, 2])
def test_items_are_chosen_by_what_was_found_before(count):
    """Proves: an item is taken only when a worker is free, so that it may depend on every result yielded before; `WAIT` is no item and
    takes no place. Sensitivity: a feed read ahead of its results never ends, or hands out 64 twice.
    """
    found: dict[int, int] = {}
    places = []
    with workers(count) as pool:
        for place, result in pool.map_unordered(half, None, halves(found)):
            places.append(place)
            found[result * 2 if result != 3 else 7] = result
    assert sorted(places) == list(range(7))
    assert found == {7: 3, 64: 32, 32: 16, 16: 8, 8: 4, 4: 2, 2: 1}


def test_a_killed_process_changes_nothing(tmp_path):
    """Proves: items whose process was killed are run again. Sensitivity: without it the third item is missing."""
    with workers(2) as pool:
        found = dict(pool.map_unordered(dying_once, {"folder": str(tmp_path), "victim": 2}, list(range(6))))
    assert found == {i: i * i for i in range(6)}
    assert (tmp_path / "2").exists(), "no process was killed"


def test_an_item_that_kills_every_worker_is_an_error():
    """Proves: an item that kills each worker it meets ends as an error. Sensitivity: without a count of retries it is asked for ever."""
    with workers(2) as pool, pytest.raises(WorkerError, match="died"):
        list(pool.map_unordered(dying, None, [1]))


@pytest.mark.parametrize("count", [1, 2])
def test_an_error_of_the_function_reaches_the_caller(count):
    """Proves: what the function raises is raised here, its words included. Sensitivity: an error taken for a dead worker is tried again."""
    with workers(count) as pool, pytest.raises(ValueError, match="item 1"):
        list(pool.map_unordered(failing, None, [1]))


def test_an_unreachable_scheduler_is_a_plain_sentence(monkeypatch):
    """Proves: nobody at the address is a sentence. Sensitivity: the OSError of the connection, or a wait without end."""
    monkeypatch.setattr("energy_model.workers.CONNECT_TIMEOUT_S", 0.5)
    with pytest.raises(WorkerError, match="No Dask scheduler answers"), workers(scheduler="tcp://127.0.0.1:1"):
        pass


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A scheduler and two workers on loopback, as on a planner's machines."""
    file = tmp_path_factory.mktemp("dask") / "scheduler.json"
    env = os.environ | {"PYTHONPATH": str(ROOT)}

    def start(*command: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "distributed.cli." + command[0], *command[1:]],
            env=env,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    started = [start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))]
    started += [
        start("dask_worker", "--scheduler-file", str(file), "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1") for _ in range(2)
    ]
    deadline = time.monotonic() + 60
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    yield json.loads(file.read_text())["address"]
    for process in reversed(started):
        os.killpg(process.pid, signal.SIGKILL)  # a worker has a nanny
        process.wait(20)


@pytest.mark.slow
def test_a_cluster_gives_the_same_and_survives_a_killed_worker(cluster, tmp_path):
    """Proves: Dask workers answer as processes do, also when one is killed midway.
    Sensitivity: an item that went down with its worker is missing from the answers.
    """
    with workers(scheduler=cluster) as pool:
        assert pool.count >= 1
        assert sorted(pool.map_unordered(scaled, {"factor": 3}, [5, 7, 9])) == [(0, 15), (1, 21), (2, 27)]
        found = dict(pool.map_unordered(dying_once, {"folder": str(tmp_path), "victim": 2}, list(range(6))))
    assert found == {i: i * i for i in range(6)}
    assert (tmp_path / "2").exists(), "no worker was killed"


def test_workers_of_other_versions_are_refused():
    """Proves: workers with another version of a package that makes the numbers, with other files of this program, or that cannot tell, are
    refused by name. Sensitivity: versions not compared, or those of the program's number alone.
    """

    class Client:
        scheduler = SimpleNamespace(address="tcp://s:1")

        def run(self, function, workers, on_error):
            return {"tcp://a:1": function() | {"numba": "0.0"}, "tcp://b:1": function() | {"program": "old"}, "tcp://c:1": OSError("gone")}

    with pytest.raises(WorkerError, match=r"c:1: gone; tcp://a:1: numba 0\.0 instead of .*; tcp://b:1: program old instead of"):
        require_same_versions(Client())


DEAF = """
import multiprocessing, signal, sys, threading
from energy_model.workers import _deaf_children

def hears():
    sys.exit(signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, []))

def started():
    child = multiprocessing.get_context("spawn").Process(target=hears)
    child.start()
    child.join()
    print(child.exitcode)

if __name__ == "__main__":
    with _deaf_children():
        thread = threading.Thread(target=started)
        thread.start()
    thread.join()
    print(int(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])))
"""


def test_workers_that_another_thread_starts_do_not_hear_ctrl_c(tmp_path):
    """Proves: a process that a thread of the cluster starts, the first of this program, does not hear Ctrl-C, and the program itself does.
    Sensitivity: starting the first process, the standard library makes its thread hear again, and each worker prints a traceback.
    """
    script = tmp_path / "deaf.py"
    script.write_text(DEAF, encoding="utf-8")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "0"]
