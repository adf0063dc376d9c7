"""Compiled loops on several cores: parts of a fixed number, so that sums do not depend on how many threads there are."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from itertools import count, pairwise

import numpy as np
from threadpoolctl import ThreadpoolController

PARTS = 16


class Threads:
    """Threads that run a loop ``kernel(first, last, *arguments)`` in parts.

    Parameters
    ----------
    number : int
        0 for all cores.
    """

    def __init__(self, number: int) -> None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self.helpers = (number or cores) - 1
        self.pool = ThreadPoolExecutor(self.helpers) if self.helpers else None
        self._rooms: dict[tuple[int, ...], np.ndarray] = {}

    def room(self, shape: tuple[int, ...]) -> np.ndarray:
        """An array for results in between, the same whenever the shape is: fresh memory is slow."""
        if shape not in self._rooms:
            self._rooms[shape] = np.empty(shape)
        return self._rooms[shape]

    def run(self, kernel: Callable, length: int, *arguments) -> list:
        """What the kernel returns for each part of ``range(length)``, in order."""
        edges = np.linspace(0, length, min(PARTS, length) + 1).astype(int).tolist()
        parts = list(pairwise(edges))
        found, following = [None] * len(parts), count()

        def take() -> None:
            while (k := next(following)) < len(parts):
                found[k] = kernel(*parts[k], *arguments)

        beside = [self.pool.submit(take) for _ in range(self.helpers)] if self.pool is not None and len(parts) > 1 else []
        take()
        for task in beside:
            task.result()
        return found

    def close(self) -> None:
        """End the threads."""
        if self.pool is not None:
            self.pool.shutdown()


@contextmanager
def calculating() -> Iterator[None]:
    """What the method runs in: one thread of BLAS, and no words about numbers that overflow, which end the iterations in words.

    Further threads of BLAS would only wait for each other on matrices of 290, at half as much processor time again.
    """
    with _libraries().limit(limits=1, user_api="blas"), np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        yield


@cache
def _libraries() -> ThreadpoolController:
    """Found once: a holder elsewhere begins to calculate with every call."""
    return ThreadpoolController()
