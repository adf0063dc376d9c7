"""Objects that stay with the workers of a Dask cluster: what they are made of is sent once, then only calls and what they return.

A worker that is lost takes its objects with it. They are made again with others and hear all calls again, so that objects that answer the
same calls with the same digits end as if nothing had happened; nothing of their state travels.
"""
# Over 300 lines: both ends of one conversation.

from __future__ import annotations

import asyncio
import pickle
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from energy_model.language import say
from energy_model.workers import CONNECT_TIMEOUT_S, RETRIES, Kept, WorkerError, Workers, require_same_versions

REPLACED_S = 5.0
"""So long another worker is waited for in place of a lost one, before those that are left take its objects."""
LOST = (OSError, RuntimeError, KeyError, asyncio.CancelledError)
"""What a call raises whose worker died; what the object itself raises is an answer (`_Fault`)."""


@dataclass
class Traffic:
    """Bytes between this process and the workers, as pickled; Dask's own headers come on top.

    Attributes
    ----------
    once : int
        What objects are made of, again for those that were lost.
    sent, told : int
        Calls and what they returned.
    calls : int
        Messages there and back.
    lost : int
        Workers that died.
    """

    once: int = 0
    sent: int = 0
    told: int = 0
    calls: int = 0
    lost: int = 0


@dataclass(frozen=True)
class Kind:
    """How objects are made and called in a worker; functions of modules, so that they can be named there.

    Attributes
    ----------
    make : callable
        ``make(data, room, threads)``: an object of what was sent; `room` is a dict that all objects of a worker share.
    around : callable
        Context in which it is made and called.
    leave : callable
        ``leave(room)``, at the end.
    """

    make: Callable[[Any, dict, int], Any]
    around: Callable[[], AbstractContextManager]
    leave: Callable[[dict], None]


@dataclass(frozen=True)
class _Call:
    """A method, the pickled arguments of each object, and those that all get."""

    method: str
    own: list[bytes]
    same: bytes

    def of(self, places: Iterable[int]) -> tuple[str, list[bytes], bytes]:
        return self.method, [self.own[place] for place in places], self.same


@dataclass(frozen=True)
class _Fault:
    """What an object has raised."""

    reason: BaseException


class Site:
    """In a worker: the objects that it holds, by place."""

    def __init__(self) -> None:
        self.held: dict[int, Any] = {}
        self.room: dict = {}
        self.kind: Kind | None = None

    def make(self, place: int, threads: int, sent: bytes) -> _Fault | None:
        """Make one more object; what that raised."""
        self.kind, data = pickle.loads(sent)
        try:
            with self.kind.around():
                self.held[place] = self.kind.make(data, self.room, threads)
        except Exception as fault:
            return _Fault(fault)
        return None

    def call(self, sent: bytes) -> bytes:
        """Call some objects once or several times; what the last call of each returned."""
        places, calls = pickle.loads(sent)
        told: list[Any] = []
        assert self.kind is not None
        with self.kind.around():
            for method, own, same in calls:
                told = [self._told(self.held[place], method, mine, same) for place, mine in zip(places, own, strict=True)]
        return pickle.dumps(told, pickle.HIGHEST_PROTOCOL)

    @staticmethod
    def _told(of: Any, method: str, own: bytes, same: bytes) -> Any:
        try:
            return getattr(of, method)(*pickle.loads(own), *pickle.loads(same))
        except Exception as fault:
            return _Fault(fault)

    def close(self) -> None:
        """Forget the objects."""
        if self.kind is not None:
            self.kind.leave(self.room)
        self.held.clear()


class Residents:
    """Objects on the workers of a cluster.

    Parameters
    ----------
    pool : Workers
        Of a Dask cluster.
    kind : Kind
    said : callable
        Told of lost workers, in words.
    """

    def __init__(self, pool: Workers, kind: Kind, said: Callable[[str], None]) -> None:
        self._pool, self._kind, self._said = pool, kind, said
        self._client: Any = pool.client
        self._kept: list[Kept] = []
        self._home: dict[int, str] = {}
        self._sites: dict[str, tuple[Any, Any]] = {}
        self._left: set[str] = set()
        self._log: list[_Call] = []
        self._most = 0
        self.traffic = Traffic()

    @property
    def workers(self) -> int:
        """Workers that hold objects."""
        return len(set(self._home.values()))

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, data: Any) -> None:
        """One more object; it is sent with the first call."""
        self._kept.append(self._pool.keep((self._kind, data)))

    def each(self, method: str, own: Sequence[tuple] | None = None, *same: Any) -> list[Any]:
        """What a method of each object returns for arguments of its own and then for those that all get.

        Raises
        ------
        WorkerError
            When no worker is left, or several die of the same call.
        """
        mine = [pickle.dumps(a, pickle.HIGHEST_PROTOCOL) for a in (own if own is not None else [()] * len(self))]
        call = _Call(method, mine, pickle.dumps(same, pickle.HIGHEST_PROTOCOL))
        found: dict[int, Any] = {}
        died = 0
        while len(found) < len(self):
            lost = _Lost()
            self._settle(lost)
            self._ask([call], {p: home for p, home in self._home.items() if p not in found}, found, lost)
            if (died := died + len(lost.why)) > RETRIES:
                raise WorkerError(say(f"Workers of the cluster died {died} times: {lost}", f"集群工作进程中断 {died} 次：{lost}"))
            self._forget(lost)
        self._log.append(call)
        told = [found[place] for place in range(len(self))]
        for one in told:
            _require_answer(one)
        return told

    def close(self) -> None:
        """Free the workers, and forget what objects were made of."""
        for site, future in self._sites.values():
            try:
                site.close().result(timeout=CONNECT_TIMEOUT_S)
            except (*LOST, TimeoutError):
                pass  # it is gone, and its objects with it
            future.release()
        self._sites.clear()
        for kept in self._kept:
            kept.path.unlink(missing_ok=True)

    def _ask(self, calls: list[_Call], at: dict[int, str], found: dict[int, Any], lost: _Lost) -> None:
        """Send calls to objects, given by place and worker, and add what they tell last to `found`."""
        asked = []
        for address in dict.fromkeys(at.values()):
            own = [place for place, home in at.items() if home == address]
            message = pickle.dumps((own, [call.of(own) for call in calls]), pickle.HIGHEST_PROTOCOL)
            self.traffic.sent += len(message)
            self.traffic.calls += 1
            with lost.at(address):
                asked.append((address, own, self._sites[address][0].call(message)))
        for address, own, future in asked:
            with lost.at(address):
                told = future.result()
                self.traffic.told += len(told)
                found.update(zip(own, pickle.loads(told), strict=True))

    def _settle(self, lost: _Lost) -> None:
        """Give objects without a place one on the worker that has least to hold, and let them hear what was called."""
        if len(self._home) == len(self):
            return
        size = [kept.path.stat().st_size for kept in self._kept]
        without = sorted((place for place in range(len(self)) if place not in self._home), key=lambda place: -size[place])
        threads = self._live()
        load = dict.fromkeys([*threads, *self._home.values()], 0)
        for place, address in self._home.items():
            load[address] += size[place]
        asked, made = [], {}
        for place in without:
            address = min(threads, key=lambda a: load[a] / threads[a])
            load[address] += size[place]
            sent = self._kept[place].path.read_bytes()
            self.traffic.once += len(sent)
            with lost.at(address):
                asked.append((place, address, self._site(address).make(place, threads[address], sent)))
        for place, address, future in asked:
            with lost.at(address):
                _require_answer(future.result())
                made[place] = address
        heard: dict[int, Any] = dict(made)
        if self._log:
            heard.clear()
            self._ask(self._log, made, heard, lost)
        self._home |= {place: made[place] for place in heard}

    def _live(self) -> dict[str, int]:
        """Workers and their threads, those that were lost excepted while there are others.

        Raises
        ------
        WorkerError
            When there is none, or one of another version.
        """
        until = time.monotonic() + (CONNECT_TIMEOUT_S if not self._most else REPLACED_S)
        while True:
            threads = dict(self._client.nthreads())
            live = {address: n for address, n in threads.items() if address not in self._left}
            if len(live) >= max(1, self._most) or time.monotonic() > until:
                break
            time.sleep(0.1)
        self._most = max(self._most, len(live))
        if not (live := live or threads):
            raise WorkerError(say("No worker of the cluster is left: start others.", "集群已无工作进程：请另行启动。"))
        if new := [address for address in live if address not in self._sites]:
            require_same_versions(self._client, new)
        return live

    def _site(self, address: str) -> Any:
        """What holds objects on a worker.

        Raises
        ------
        OSError
            When the worker is gone before it is there.
        """
        if address not in self._sites:
            future = self._client.submit(Site, actor=True, workers=[address], allow_other_workers=False, pure=False)
            while not future.done():  # a busy worker has it when it is free
                if address not in self._client.nthreads():
                    raise OSError(f"{address} is gone")
                time.sleep(0.02)
            self._sites[address] = future.result(), future
        return self._sites[address][0]

    def _forget(self, lost: _Lost) -> None:
        """Forget workers that died, and that objects were with them."""
        for address in lost.why:
            self._left.add(address)
            self._sites.pop(address, None)
            own = [place for place, home in self._home.items() if home == address]
            for place in own:
                del self._home[place]
            self.traffic.lost += 1
            self._said(
                say(
                    f"worker {address} is lost; its {len(own)} parts are made again on others and hear the same {len(self._log)} calls",
                    f"工作进程 {address} 已中断；其 {len(own)} 个部分由其他进程重建，并重复此前的 {len(self._log)} 次调用",
                )
            )


class _Lost:
    """Workers that died while they were asked, and why."""

    def __init__(self) -> None:
        self.why: dict[str, BaseException] = {}

    def __str__(self) -> str:
        return "; ".join(f"{address} ({reason})" for address, reason in self.why.items())

    @contextmanager
    def at(self, address: str) -> Iterator[None]:
        """Note a worker that dies meanwhile."""
        try:
            yield
        except LOST as reason:
            self.why[address] = reason


def _require_answer(told: Any) -> None:
    if isinstance(told, _Fault):
        raise told.reason
