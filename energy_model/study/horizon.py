"""How much of the year a run covers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

FORMS = "year, weeks:N (N typical weeks, 1 to 52) or hours:N (the first N hours, a multiple of 24 up to 8760)"
_LAST = {"weeks": 52, "hours": 8760}


class HorizonError(ValueError):
    """The text does not name a horizon."""


@dataclass(frozen=True)
class Horizon:
    """Part of the year that is optimised.

    Attributes
    ----------
    kind : {"year", "weeks", "hours"}
        Every hour, ``n`` typical weeks weighted to a year, or the first ``n`` hours alone.
    n : int
        Number of weeks or hours; 0 for the whole year.
    """

    kind: Literal["year", "weeks", "hours"]
    n: int = 0

    @classmethod
    def parse(cls, text: str) -> Horizon:
        """Read ``year``, ``weeks:N`` or ``hours:N``.

        Raises
        ------
        HorizonError
            With the text, the reason and the forms that are understood.
        """
        if text.strip() == "year":
            return cls("year")
        found = re.fullmatch(r"(weeks|hours):(\d+)", text.strip())
        if not found:
            raise HorizonError(f"horizon '{text}' is not understood; write {FORMS}")
        kind, n = found[1], int(found[2])
        if not 1 <= n <= _LAST[kind]:
            raise HorizonError(
                f"horizon '{text}': {kind} must lie between 1 and {_LAST[kind]}; write {FORMS}"
            )
        if kind == "hours" and n % 24:
            raise HorizonError(
                f"horizon '{text}': hours must be a multiple of 24, such as hours:{n // 24 * 24 + 24}"
            )
        return cls("weeks" if kind == "weeks" else "hours", n)

    def __str__(self) -> str:
        return "year" if self.kind == "year" else f"{self.kind}:{self.n}"

    def folder(self, scenario: str) -> str:
        """Name of the result folder: ``plan-2015`` for the year, ``plan-2015-weeks4`` for less."""
        return scenario if self.kind == "year" else f"{scenario}-{self.kind}{self.n}"
