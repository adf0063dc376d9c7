"""Workers: the same function over many items, in processes of this machine or on a Dask cluster.

Common data are sent to each worker once; items and results should be small. An item whose worker died is run again, so that a lost worker
costs time and does not change an answer.
"""
# Over 300 lines: one interface with three kinds of workers behind it.

from __future__ import annotations

import asyncio
import hashlib
import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

from energy_model.errors import EnergyModelError
from energy_model.language import say

RETRIES = 3
"""How often an item is run again when its worker died."""

CONNECT_TIMEOUT_S = 10.0
ALIKE = ("energy-model", "highspy", "numba", "numpy", "scipy", "pyomo")
"""Packages whose versions must agree between this process and every worker."""

WAIT = object()
"""In place of an item: none now, ask again after the next result."""


@dataclass(frozen=True)
class Kept:
    """An object stored by `Workers.keep` for the workers, in a file of this process."""

    path: Path


_read: dict[Path, Any] = {}


class _Feed:
    """Items in the order in which they are taken, until their results arrive.

    Attributes
    ----------
    left : dict
        Place -> what is kept for the item, and the item; the caller takes out what is done.
    """

    def __init__(self, items: Iterable[tuple[Kept, Any]]) -> None:
        self._items, self._taken = iter(items), 0
        self.left: dict[int, tuple[Kept, Any]] = {}

    def next(self, count: int, running: Collection[int]) -> list[int]:
        """Items to start now, so that `count` run: lost ones first, then new ones while there are any."""
        found = [place for place in self.left if place not in running]
        while len(self.left) < count and (pair := next(self._items, None)) is not None and pair[1] is not WAIT:
            self.left[self._taken] = pair
            found.append(self._taken)
            self._taken += 1
        return found


class WorkerError(EnergyModelError):
    """Workers are not available, or one item kills every worker that takes it; the message gives the remedy."""


class Workers(ABC):
    """Runs a function over items; subclasses define where.

    What items share is pickled once into a folder of this process, which needs disk instead of memory, and sent to a worker when it first
    works on it.
    """

    client: Any = None
    """Of a Dask cluster; None elsewhere."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="energy-model-")
        self._known: list[tuple[Any, Kept]] = []
        self._kept = 0

    @property
    @abstractmethod
    def count(self) -> int:
        """Number of items running at once."""

    def keep(self, value: Any) -> Kept:
        """Store an object for the workers; this process may then discard it."""
        kept = Kept(Path(self._folder.name) / f"{self._kept}.pickle")
        self._kept += 1
        with kept.path.open("wb") as file:
            pickle.dump(value, file, protocol=pickle.HIGHEST_PROTOCOL)
        return kept

    def map_unordered(self, function: Callable[[Any, Any], Any], shared: Any, items: Iterable[Any]) -> Iterator[tuple[int, Any]]:
        """Yield ``(place of the item, function(shared, item))`` as they are done.

        An item is taken when a worker is free for it, so that it may be chosen by what was yielded before; one that is `WAIT` is no item
        and has no place: there will be one once more is known.

        Parameters
        ----------
        function : callable
            Of a module, so that it can be named to another process.
        shared : object
            Sent to each worker once for as long as the same object is handed in.
        items : iterable

        Raises
        ------
        WorkerError
            When an item was lost `RETRIES` times.
        """
        kept = next((k for known, k in self._known if known is shared), None)
        if kept is None:
            kept = self.keep(shared)
            self._known.append((shared, kept))
        return self.map_kept(function, ((kept, item) for item in items))

    @abstractmethod
    def map_kept(self, function: Callable[[Any, Any], Any], items: Iterable[tuple[Kept, Any]]) -> Iterator[tuple[int, Any]]:
        """Like `map_unordered`, each item with its own stored object."""

    def abandon(self) -> None:  # noqa: B027 (nothing to do where nothing goes on by itself)
        """Abandon current items: nobody waits for them."""

    def close(self) -> None:
        """End the workers and discard stored objects."""
        self._folder.cleanup()


@contextmanager
def workers(count: int | None = None, scheduler: str | None = None) -> Iterator[Workers]:
    """Workers for the duration of a ``with`` block.

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
        with _cluster(scheduler) as client:
            pool: Workers = _Dask(client)
            try:
                yield pool
            finally:
                pool.close()
        return
    count = count or os.cpu_count() or 1
    pool = _Here() if count == 1 else _Processes(count)
    try:
        yield pool
    except BaseException:
        pool.abandon()
        raise
    finally:
        pool.close()


class _Here(Workers):
    """One worker: this process."""

    count = 1

    def map_kept(self, function: Callable[[Any, Any], Any], items: Iterable[tuple[Kept, Any]]) -> Iterator[tuple[int, Any]]:
        for place, (kept, item) in enumerate(items):
            yield place, _run(function, kept, item)


class _Elsewhere(Workers):
    """Workers that may be lost: their items are run again."""

    lost: tuple[type[BaseException], ...]
    """What a result raises whose worker died."""

    @abstractmethod
    def _submit(self, function: Callable[[Any, Any], Any], kept: Kept, item: Any) -> Any:
        """A future of the result."""

    @abstractmethod
    def _first_done(self, futures: list[Any]) -> Iterable[Any]:
        """Wait for the first of them."""

    @abstractmethod
    def _begin_again(self) -> None:
        """Get new workers after some were lost."""

    @abstractmethod
    def _given_up(self, times: int, fault: BaseException) -> str:
        """The message after too many losses."""

    def map_kept(self, function: Callable[[Any, Any], Any], items: Iterable[tuple[Kept, Any]]) -> Iterator[tuple[int, Any]]:
        feed, times = _Feed(items), 0
        running: dict[Any, int] = {}
        try:
            while True:
                try:
                    for place in feed.next(self.count, running.values()):
                        running[self._submit(function, *feed.left[place])] = place
                    if not running:
                        return
                    for future in self._first_done(list(running)):
                        place = running.pop(future)
                        result = future.result()
                        del feed.left[place]
                        yield place, result
                except self.lost as fault:
                    times += 1
                    running.clear()
                    if times > RETRIES:
                        raise WorkerError(self._given_up(times, fault)) from fault
                    self._begin_again()
        finally:
            for future in running:
                future.cancel()


class _Processes(_Elsewhere):
    """Processes of this machine."""

    count = 0
    lost = (BrokenProcessPool,)

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count
        self._pool = self._started()

    def _started(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self.count, multiprocessing.get_context("spawn"))

    def abandon(self) -> None:
        for process in multiprocessing.active_children():
            process.terminate()

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)
        super().close()

    def _submit(self, function: Callable[[Any, Any], Any], kept: Kept, item: Any) -> Any:
        with _deaf_children():
            return self._pool.submit(_run, function, kept, item)

    def _first_done(self, futures: list[Any]) -> Iterable[Any]:
        return wait(futures, return_when=FIRST_COMPLETED).done

    def _given_up(self, times: int, fault: BaseException) -> str:
        return say(
            f"Workers died {times} times; most often memory is short: use --workers 1 or a shorter horizon.",
            f"工作进程中断 {times} 次，多因内存不足：请用 --workers 1 或更短的时段。",
        )

    def _begin_again(self) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._pool = self._started()


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Child processes ignore Ctrl-C, which a terminal sends to all: their parent ends them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # when it is started it hears again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _run(function: Callable[[Any, Any], Any], kept: Kept, item: Any) -> Any:
    """In a worker: what is kept is read once, the newest alone held. The file is this program's own, in a folder of its own."""
    if kept.path not in _read:
        _read.clear()
        with kept.path.open("rb") as file:
            _read[kept.path] = pickle.load(file)
    return function(_read[kept.path], item)


class _Dask(_Elsewhere):
    """Workers of a Dask cluster, which need no access to the files of this process."""

    def __init__(self, client: Any) -> None:
        from distributed.client import FutureCancelledError, FuturesCancelledError
        from distributed.scheduler import KilledWorker

        super().__init__()
        self.client = client
        self._sent: dict[Kept, Any] = {}
        self.lost = (KilledWorker, FutureCancelledError, FuturesCancelledError, asyncio.CancelledError)

    @property
    def count(self) -> int:
        return max(1, sum(self.client.nthreads().values()))

    def _submit(self, function: Callable[[Any, Any], Any], kept: Kept, item: Any) -> Any:
        return self.client.submit(function, self._scattered(kept), item, pure=False, retries=RETRIES)

    def _first_done(self, futures: list[Any]) -> Iterable[Any]:
        from distributed import wait as first

        return first(futures, return_when="FIRST_COMPLETED").done

    def _given_up(self, times: int, fault: BaseException) -> str:
        return say(f"Workers of the cluster died {times} times: {fault}", f"集群工作进程中断 {times} 次：{fault}")

    def _begin_again(self) -> None:
        self._sent.clear()  # what was kept went with it
        self.client.wait_for_workers(1, timeout=CONNECT_TIMEOUT_S)

    def _scattered(self, kept: Kept) -> Any:
        if kept not in self._sent or self._sent[kept].status == "lost":
            with kept.path.open("rb") as file:
                self._sent[kept] = self.client.scatter([pickle.load(file)], hash=False)[0]
        return self._sent[kept]


@contextmanager
def local_cluster(count: int) -> Iterator[str]:
    """Address of a Dask scheduler of this process with workers on this machine, for the duration of a ``with`` block."""
    from distributed import LocalCluster

    with _deaf_children():  # its thread, which starts the workers, inherits the deafness
        cluster = LocalCluster(
            n_workers=count, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs="ERROR"
        )
    with cluster:
        yield cluster.scheduler_address


def _default_client() -> Any:
    """The client of this process that Dask takes where none is named; None without one."""
    from distributed import default_client

    try:
        return default_client()
    except ValueError:
        return None


@contextmanager
def _cluster(scheduler: str) -> Iterator[Any]:
    from distributed import Client  # a second to import

    before = _default_client()
    try:
        client = Client(scheduler, timeout=CONNECT_TIMEOUT_S)
    except (OSError, ValueError, TypeError, RuntimeError) as fault:  # the last two: an address or certificates that the other side excludes
        if (left := _default_client()) is not before:  # xarray would ask its scheduler for the locks of files
            left.close(timeout=CONNECT_TIMEOUT_S)
        raise WorkerError(
            say(
                f"No Dask scheduler answers at {scheduler} ({fault}): start one with `dask scheduler`, or leave --scheduler out; with "
                "encryption its address begins with tls:// and Dask's configuration names the certificates (docs/ensemble.md).",
                f"{scheduler} 处没有 Dask 调度器应答（{fault}）：请以 `dask scheduler` 启动，或去掉 --scheduler；加密时地址以 tls:// 开头，"
                "证书由 Dask 配置指定（docs/ensemble.md）。",
            )
        ) from fault
    try:
        try:
            client.wait_for_workers(1, timeout=CONNECT_TIMEOUT_S)
        except TimeoutError as fault:
            raise WorkerError(
                say(
                    f"The scheduler {scheduler} has no workers: start some with `dask worker {scheduler} --nthreads 1`.",
                    f"调度器 {scheduler} 没有工作进程：请以 `dask worker {scheduler} --nthreads 1` 启动。",
                )
            ) from fault
        require_same_versions(client)
        yield client
    finally:
        client.close()


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that must agree, and the program itself by its files."""
    found = {"python": ".".join(map(str, sys.version_info[:2]))}
    for name in ALIKE:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    root, digest = Path(__file__).parent, hashlib.sha256()
    for path in sorted(p for p in root.rglob("*") if p.suffix in (".py", ".csv")):
        digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes().replace(b"\r\n", b"\n"))
    return found | {"program": digest.hexdigest()[:12]}


def require_same_versions(client: Any, addresses: Collection[str] | None = None) -> None:
    """Refuse workers of a cluster, or some of them, that would calculate otherwise than this process.

    Raises
    ------
    WorkerError
        Names the versions that differ.
    """
    mine = versions()
    told = client.run(versions, workers=addresses and list(addresses), on_error="return")
    wrong = [f"{address}: {theirs}" for address, theirs in told.items() if isinstance(theirs, BaseException)]
    wrong += [
        f"{address}: {name} {theirs.get(name)} instead of {mine[name]}"
        for address, theirs in told.items()
        if isinstance(theirs, dict)
        for name in mine
        if theirs.get(name) != mine[name]
    ]
    if wrong:
        scheduler = client.scheduler.address
        raise WorkerError(
            say(
                f"Workers of {scheduler} have other versions ({'; '.join(wrong)}): install them from the same constraints.txt and clone.",
                f"{scheduler} 的工作进程版本不一致（{'; '.join(wrong)}）：请按同一程序与 constraints.txt 安装。",
            )
        )
