"""Objects that stay with the workers of a cluster: called like objects here, and made again when their worker is lost."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from energy_model import residents
from energy_model.residents import Kind, Residents
from energy_model.workers import WorkerError, workers


class Sum:
    """Remembers what it was told, so that a call left out or heard twice shows."""

    def __init__(self, start: int) -> None:
        self.total = start

    def add(self, own: int, same: int) -> int:
        """Twenty times the sum so far and both numbers: the order of the calls matters."""
        self.total = 20 * self.total + own + same
        return self.total

    def divide(self, by: int) -> float:
        """Fail for zero, after the sum has changed."""
        self.total += 1
        return self.total / by


def made(start: int, room: dict, threads: int) -> Sum:
    if start < 0:
        raise ValueError("less than nothing")
    return Sum(start)


def left(room: dict) -> None:
    room.clear()


KIND = Kind(made, nullcontext, left)


@pytest.fixture(scope="module")
def cluster():
    """A scheduler and two workers in this process, and how many of them."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None) as found:
        yield found


@pytest.fixture
def pool(cluster, monkeypatch):
    monkeypatch.setattr(residents, "REPLACED_S", 0.1)
    monkeypatch.setattr(residents, "CONNECT_TIMEOUT_S", 0.5)
    with workers(scheduler=cluster.scheduler_address) as found:
        yield found


def started(pool, *starts: int, said=lambda words: None) -> Residents:
    found = Residents(pool, KIND, said)
    for start in starts:
        found.add(start)
    return found


def test_objects_answer_as_here_and_their_bytes_are_counted(pool):
    """Proves: each object hears its own argument and the common one, objects are spread over both workers, what they raise is raised here,
    and data are sent once however many calls there are. Sensitivity: fails if arguments are given to another object, a fault is taken for
    a lost worker, or data travel again.
    """
    of = started(pool, 1, 2, 3)
    assert of.each("add", [(10,), (20,), (30,)], 5) == [35, 65, 95]
    once, sent, told = of.traffic.once, of.traffic.sent, of.traffic.told
    assert of.workers == 2
    assert of.each("add", [(1,), (2,), (3,)], 0) == [701, 1302, 1903]
    assert of.traffic.once == once
    assert of.traffic.sent > sent
    assert of.traffic.told > told
    assert of.traffic.calls == 4
    with pytest.raises(ZeroDivisionError):
        of.each("divide", None, 0)
    assert of.each("divide", None, 1) == [703, 1304, 1905]
    of.close()
    wrong = started(pool, 4, -1)
    with pytest.raises(ValueError, match="less than nothing"):
        wrong.each("add", [(1,), (1,)], 1)
    wrong.close()


def test_a_lost_worker_changes_no_answer(pool, cluster):
    """Proves: when a worker goes between two calls its objects are made again from what was sent, hear the calls in their order, faults
    included, and answer as before; the planner is told. When the last has gone it ends in a sentence.
    Sensitivity: fails if a call is left out, or heard twice by an object that was not lost.
    """
    said: list[str] = []
    of = started(pool, 1, 2, 3, said=said.append)
    of.each("add", [(10,), (20,), (30,)], 5)
    with pytest.raises(ZeroDivisionError):
        of.each("divide", None, 0)
    once = of.traffic.once
    cluster.sync(next(iter(cluster.workers.values())).close)
    assert of.each("add", [(1,), (2,), (3,)], 0) == [721, 1322, 1923]
    assert of.traffic.lost == len(said) == of.workers == 1
    assert once < of.traffic.once < 2 * once
    cluster.sync(list(cluster.workers.values())[1].close)
    with pytest.raises(WorkerError, match="left"):
        of.each("add", [(1,), (2,), (3,)], 0)
    of.close()
