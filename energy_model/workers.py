"""Workers: the same function over many items, in processes of this machine or on a Dask cluster.

What all items share is sent to each worker once; items and results should be small.  An item whose worker died is run again, so that a lost
worker costs time and changes no answer.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

RETRIES = 3
"""How often an item is run again when its worker died."""

CONNECT_TIMEOUT_S = 10.0
ALIKE = ("energy-model", "highspy", "numpy", "scipy", "pyomo")
"""Packages whose versions must agree between this process and every worker."""

_shared: dict[str, Any] = {}


class WorkerError(Exception):
    """Workers cannot be had, or one item kills every worker that takes it; the sentence says what to do."""


class Workers(Protocol):
    """Runs a function over items."""

    @property
    def count(self) -> int:
        """How many items run at once."""
        ...

    def map_unordered(self, function: Callable[[Any, Any], Any], shared: Any, items: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        """Yield ``(place of the item, function(shared, item))`` as they are done.

        Parameters
        ----------
        function : callable
            Of a module, so that it can be named to another process.
        shared : object
            Sent to each worker once for as long as the same object is handed in.
        items : sequence

        Raises
        ------
        WorkerError
            When an item was lost `RETRIES` times.
        """
        ...


@contextmanager
def workers(count: int | None = None, scheduler: str | None = None) -> Iterator[Workers]:
    """Workers for the time of a ``with`` block.

    Parameters
    ----------
    count : int, optional
        Processes on this machine; 1 works in this process. Default: one for each core.
    scheduler : str, optional
        Address of a Dask scheduler, such as ``tcp://10.0.0.5:8786``; its workers are taken instead.

    Raises
    ------
    WorkerError
        When the scheduler cannot be reached, has no workers or workers of other versions.
    """
    if scheduler:
        with _cluster(scheduler) as found:
            yield found
        return
    count = count or os.cpu_count() or 1
    if count == 1:
        yield _Here()
        return
    pool = _Processes(count)
    try:
        yield pool
    finally:
        pool.close()


class _Here:
    """One worker: this process."""

    count = 1

    def map_unordered(self, function: Callable[[Any, Any], Any], shared: Any, items: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        for place, item in enumerate(items):
            yield place, function(shared, item)


class _Processes:
    """Processes of this machine; what is shared goes through one file that each process reads once."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._folder = tempfile.TemporaryDirectory(prefix="energy-model-")
        self._sent: dict[str, Any] = {}
        self._pool = self._started()

    def _started(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self.count, multiprocessing.get_context("spawn"))

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._folder.cleanup()

    def map_unordered(self, function: Callable[[Any, Any], Any], shared: Any, items: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        path = self._path(shared)
        left, lost = dict.fromkeys(range(len(items)), 0), 0
        running: dict[Future, int] = {}
        try:
            while left:
                try:
                    for place in [p for p in left if p not in running.values()]:
                        running[self._pool.submit(_run, function, path, items[place])] = place
                    done, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        place = running.pop(future)
                        result = future.result()
                        del left[place]
                        yield place, result
                except BrokenProcessPool as fault:
                    lost += 1
                    if lost > RETRIES:
                        raise WorkerError(
                            f"Workers died {lost} times 工作进程多次中断; most often memory is short: try --workers 1 or a shorter horizon."
                        ) from fault
                    running.clear()
                    self._pool.shutdown(cancel_futures=True)
                    self._pool = self._started()
        finally:
            for future in running:
                future.cancel()

    def _path(self, shared: Any) -> str:
        for path, known in self._sent.items():
            if known is shared:
                return path
        file = Path(self._folder.name) / f"shared-{len(self._sent)}"
        with file.open("wb") as stream:
            pickle.dump(shared, stream, protocol=pickle.HIGHEST_PROTOCOL)
        self._sent[str(file)] = shared
        return str(file)


def _run(function: Callable[[Any, Any], Any], path: str, item: Any) -> Any:
    """In a worker: the shared object is read once; only the newest is kept. The file is this program's own, in a folder of its own."""
    if path not in _shared:
        _shared.clear()
        with Path(path).open("rb") as file:
            _shared[path] = pickle.load(file)
    return function(_shared[path], item)


class _Dask:
    """Workers of a Dask cluster."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._sent: list[tuple[Any, Any]] = []

    @property
    def count(self) -> int:
        return max(1, sum(self._client.nthreads().values()))

    def map_unordered(self, function: Callable[[Any, Any], Any], shared: Any, items: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        from distributed import as_completed
        from distributed.client import FutureCancelledError
        from distributed.scheduler import KilledWorker

        left, lost = set(range(len(items))), 0
        while left:
            data = self._scattered(shared)
            futures = {self._client.submit(function, data, items[place], pure=False, retries=RETRIES): place for place in sorted(left)}
            try:
                for future in as_completed(list(futures)):
                    place = futures[future]
                    result = future.result()
                    left.discard(place)
                    yield place, result
            except (KilledWorker, FutureCancelledError, asyncio.CancelledError) as fault:  # the shared data went with the worker
                lost += 1
                self._sent.clear()
                if lost > RETRIES:
                    raise WorkerError(f"Workers of the cluster died {lost} times 集群工作进程多次中断: {fault}") from fault
                self._client.wait_for_workers(1, timeout=CONNECT_TIMEOUT_S)

    def _scattered(self, shared: Any) -> Any:
        for known, future in self._sent:
            if known is shared and future.status != "lost":
                return future
        future = self._client.scatter(shared, broadcast=True, hash=False)
        self._sent = [(shared, future)]
        return future


@contextmanager
def _cluster(scheduler: str) -> Iterator[_Dask]:
    from distributed import Client  # a second to import

    try:
        client = Client(scheduler, timeout=CONNECT_TIMEOUT_S)
    except (OSError, ValueError) as fault:
        raise WorkerError(
            f"No Dask scheduler answers at 无法连接调度器 {scheduler}: start one with `dask scheduler`, or leave --scheduler out."
        ) from fault
    try:
        try:
            client.wait_for_workers(1, timeout=CONNECT_TIMEOUT_S)
        except TimeoutError as fault:
            raise WorkerError(
                f"The scheduler {scheduler} has no workers 调度器没有工作进程: start some with `dask worker {scheduler} --nthreads 1`."
            ) from fault
        _check_versions(client.run(versions), scheduler)
        yield _Dask(client)
    finally:
        client.close()


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that must be alike."""
    found = {"python": ".".join(map(str, sys.version_info[:2]))}
    for name in ALIKE:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    return found


def _check_versions(by_worker: dict[str, dict[str, str]], scheduler: str) -> None:
    mine = versions()
    wrong = [
        f"{address}: {name} {theirs.get(name)} instead of {mine[name]}"
        for address, theirs in by_worker.items()
        for name in mine
        if theirs.get(name) != mine[name]
    ]
    if wrong:
        raise WorkerError(
            f"Workers of {scheduler} have other versions 版本不一致 ({'; '.join(wrong)}): install them from the same constraints.txt."
        )
