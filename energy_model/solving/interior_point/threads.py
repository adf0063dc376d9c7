"""Compiled loops on several cores: parts of a fixed number, so that sums do not depend on how many threads there are."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np

PARTS = 16


class Threads:
    """Threads that run a loop ``kernel(first, last, *arguments)`` in parts.

    Parameters
    ----------
    count : int
        0 for all cores.
    """

    def __init__(self, count: int) -> None:
        self.count = count or (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
        self.pool = ThreadPoolExecutor(self.count) if self.count > 1 else None

    def run(self, kernel: Callable, length: int, *arguments) -> list:
        """What the kernel returns for each part of ``range(length)``, in order."""
        edges = np.linspace(0, length, min(PARTS, length) + 1).astype(int).tolist()
        parts = list(pairwise(edges))
        if self.pool is None or len(parts) < 2:
            return [kernel(a, b, *arguments) for a, b in parts]
        return [task.result() for task in [self.pool.submit(kernel, a, b, *arguments) for a, b in parts]]

    def close(self) -> None:
        """End the threads."""
        if self.pool is not None:
            self.pool.shutdown()
