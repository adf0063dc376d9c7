"""How much memory a study will take, told before it is solved."""

from __future__ import annotations

import os
from dataclasses import dataclass

GB_BASE, GB_PER_MILLION_COLUMNS, GB_PER_MILLION_NONZEROS = 0.35, 0.9, 0.2
"""Peak of a run: programs and weather, and what grows with the LP, its copies and the solver's factors (measured: docs/pathway.md)."""


class MemoryRefused(Exception):
    """The study would not fit: the sentence says how much it needs and what to do."""


@dataclass(frozen=True)
class Size:
    """Size of an LP."""

    columns: int
    nonzeros: int

    @property
    def peak_gb(self) -> float:
        """Predicted peak memory of the run [GB]."""
        return GB_BASE + (GB_PER_MILLION_COLUMNS * self.columns + GB_PER_MILLION_NONZEROS * self.nonzeros) * 1e-6

    def require(self, limit_gb: float) -> None:
        """Refuse a study that will not fit.

        Raises
        ------
        MemoryRefused
        """
        if self.peak_gb > limit_gb:
            raise MemoryRefused(
                f"{self.columns:,} columns need about {self.peak_gb:.1f} GB, and {limit_gb:.1f} GB are there. "
                "Take typical weeks (--horizon weeks:8), fewer years, or foresight = \"myopic\", which needs the memory of one year. "
                f"约需 {self.peak_gb:.1f} GB 内存，超过可用的 {limit_gb:.1f} GB：请改用典型周、减少年份，"
                "或设 foresight = \"myopic\"（只需一年的内存）。"
            )


def machine_gb() -> float:
    """Memory of this machine [GB]."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
