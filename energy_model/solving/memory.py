"""Predicted memory of a study, printed before it is solved.

Fitted to the measurements in docs/scaling.md.
"""

from __future__ import annotations

import ctypes
import os
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

from energy_model.errors import EnergyModelError
from energy_model.language import say
from energy_model.units import BYTES_PER_GB, KB_PER_GB, MILLION

BASE_GB, GB_PER_MILLION_NONZEROS = 0.46, 0.27
"""Programs, weather and tables; the LP and the method on blocks, whose factors grow with the nonzeros."""
SHARE_OF_A_YEAR = 0.65
"""What a further year needs of what a year alone does, programs, weather and tables excepted."""
SHARED_ARRAYS, STATES = 4, 19
"""Square arrays of what blocks share; states that a block hands on, each with two arrays of what all share: the border of the method."""
BYTES_PER_NUMBER = 8
LARGE_ARRAY_OPTION, LARGE_ARRAY_BYTES = -3, 1 << 20
"""M_MMAP_THRESHOLD of mallopt(3), and the size from which arrays are returned."""
USABLE_SHARE = 0.9
"""The rest of a machine's memory is left to its system."""


class MemoryRefused(EnergyModelError):
    """The study would not fit: the message says how much it needs and what to do."""


@dataclass(frozen=True)
class Size:
    """Size of an LP.

    Attributes
    ----------
    columns, nonzeros : int
    shared, blocks : int
        Columns and rows that all blocks share, and blocks; of one year they are within the fit and may be left out.
    """

    columns: int
    nonzeros: int
    shared: int = 0
    blocks: int = 0

    @property
    def peak_gb(self) -> float:
        """Predicted peak memory of the run [GB]."""
        border = BYTES_PER_NUMBER * self.shared * (SHARED_ARRAYS * self.shared + 2 * STATES * self.blocks) / BYTES_PER_GB
        return BASE_GB + GB_PER_MILLION_NONZEROS * self.nonzeros / MILLION + border

    def require(self, limit_gb: float) -> None:
        """Refuse a study that will not fit.

        Raises
        ------
        MemoryRefused
        """
        if self.peak_gb > limit_gb:
            raise MemoryRefused(
                say(
                    f"{self.columns:,} columns need about {self.peak_gb:.1f} GB, and {limit_gb:.1f} GB are available. "
                    'Use typical weeks (--horizon weeks:8), fewer years, or foresight = "myopic", which needs the '
                    "memory of one year.",
                    f"{self.columns:,} 列约需 {self.peak_gb:.1f} GB 内存，超过可用的 {limit_gb:.1f} GB：请改用典型周（"
                    '--horizon weeks:8）、减少年份，或设 foresight = "myopic"（只需一年的内存）。',
                )
            )


def years_gb(year_gb: float, years: int) -> float:
    """Predicted peak memory of one problem of many weather years, from that of one of them [GB]."""
    return BASE_GB + SHARE_OF_A_YEAR * (year_gb - BASE_GB) * years


def usable_gb() -> float:
    """Memory of this machine usable by concurrent studies [GB]; a study predicted to need more is refused."""
    if sys.platform == "win32":
        return USABLE_SHARE * psutil().virtual_memory().total / BYTES_PER_GB
    return USABLE_SHARE * os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / BYTES_PER_GB


def return_large_arrays() -> None:
    """Let the C library of Linux give arrays of a megabyte and more back as soon as they are freed.

    It keeps such room otherwise, in pieces between arrays that stay: a seventh of the memory of a year. Called before a study is stamped.
    """
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "mallopt"):
        library.mallopt(LARGE_ARRAY_OPTION, LARGE_ARRAY_BYTES)


def resident_gb() -> float:
    """Resident memory of this process [GB]; if the system does not report it, the peak so far."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / BYTES_PER_GB
    return peak_memory_gb()


def peak_memory_gb() -> float:
    """Peak resident memory of this process [GB]."""
    if sys.platform == "win32":  # which has no `resource`
        return psutil().Process().memory_info().peak_wset / BYTES_PER_GB
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (BYTES_PER_GB if sys.platform == "darwin" else KB_PER_GB)


def psutil() -> ModuleType:
    """Source of memory figures on Windows; installed with Dask."""
    return import_module("psutil")
