"""The part of the year covered by a run."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from energy_model.errors import EnergyModelError
from energy_model.labels import Label
from energy_model.language import say
from energy_model.units import HOURS_PER_WEEK, HOURS_PER_YEAR

FORMS = Label(
    "year、hours:N（最初 N 小时，24 的倍数，至多 8760）、weeks:N（N 个典型周，1 至 52）或 weeks:N/hours:M（最初 M 小时中的 N 个典型周）",
    "year, hours:N (the first N hours, a multiple of 24 up to 8760), weeks:N (N typical weeks, 1 to 52) "
    "or weeks:N/hours:M (N typical weeks of the first M hours)",
)
_LAST = {"weeks": 52, "hours": HOURS_PER_YEAR}


_WEEKS, _HOURS = r"weeks?|w|周", r"hours?|h|小时"
LOOSE = re.compile(rf"(?:({_WEEKS})|{_HOURS})[\s:：=_-]*(\d+)|(\d+)[\s_-]*(?:({_WEEKS})|{_HOURS})", re.IGNORECASE)
"""A number of weeks or hours as people write it, such as ``hours48``, ``hours-48``, ``Weeks：4`` or ``48h``."""


class HorizonError(EnergyModelError, ValueError):
    """The text does not name a horizon."""


@dataclass(frozen=True)
class Horizon:
    """Part of the year optimised.

    Attributes
    ----------
    kind : {"year", "weeks", "hours"}
        Every hour, ``n`` typical weeks weighted to a year, or the first ``n`` hours alone.
    n : int
        Number of weeks or hours; 0 for the whole year.
    of : int
        Typical weeks are chosen among the first so many hours, which represent the year; 0 for the whole year.
    """

    kind: Literal["year", "weeks", "hours"]
    n: int = 0
    of: int = 0

    @classmethod
    def parse(cls, text: str) -> Horizon:
        """Read ``year``, ``weeks:N``, ``hours:N`` or ``weeks:N/hours:M``.

        Raises
        ------
        HorizonError
            With the text, the reason and the forms that are understood.
        """
        first, slash, second = text.strip().partition("/")
        found = cls._part(text, first)
        if not slash:
            return found
        whole = cls._part(text, second)
        if found.kind != "weeks" or whole.kind != "hours":
            raise _not_understood(text)
        if found.n * HOURS_PER_WEEK > whole.n:
            n, weeks = whole.n, whole.n // HOURS_PER_WEEK
            raise HorizonError(
                say(
                    f"horizon '{text}': {n} h have {weeks} whole weeks, not {found.n}; write {FORMS.en}",
                    f"时段 '{text}'：{n} 小时只有 {weeks} 个整周，不足 {found.n} 周；应写作 {FORMS.zh}",
                )
            )
        return replace(found, of=whole.n)

    @classmethod
    def _part(cls, text: str, part: str) -> Horizon:
        if part == "year":
            return cls("year")
        found = re.fullmatch(r"(weeks|hours):(\d+)", part)
        if not found:
            raise _not_understood(text)
        kind, n = found[1], int(found[2])
        if not 1 <= n <= _LAST[kind]:
            raise HorizonError(
                say(
                    f"horizon '{text}': {kind} must lie between 1 and {_LAST[kind]}; write {FORMS.en}",
                    f"时段 '{text}'：{kind} 应在 1 至 {_LAST[kind]} 之间；应写作 {FORMS.zh}",
                )
            )
        if kind == "hours" and n % 24:
            near = f"hours:{n // 24 * 24 + 24}"
            raise HorizonError(
                say(
                    f"horizon '{text}': hours must be a multiple of 24, such as {near}",
                    f"时段 '{text}'：小时数应为 24 的倍数，例如 {near}",
                )
            )
        return cls("weeks" if kind == "weeks" else "hours", n)

    def __str__(self) -> str:
        return "year" if self.kind == "year" else f"{self.kind}:{self.n}" + (f"/hours:{self.of}" if self.of else "")

    def folder(self, scenario: str) -> str:
        """Name of the result folder: ``plan-2015`` for the year, ``plan-2015-weeks4`` for less."""
        return scenario if self.kind == "year" else f"{scenario}-{self.kind}{self.n}" + (f"of{self.of}" if self.of else "")

    @property
    def hours(self) -> int:
        """Hours modelled."""
        return {"year": _LAST["hours"], "weeks": HOURS_PER_WEEK * self.n, "hours": self.n}[self.kind]

    @property
    def whole(self) -> Horizon:
        """The hours represented by typical weeks: the year, or the part from which they were chosen; other horizons themselves."""
        if self.kind != "weeks":
            return self
        return Horizon("hours", self.of) if self.of else Horizon("year")


def _not_understood(text: str) -> HorizonError:
    return HorizonError(say(f"horizon '{text}' is not understood; write {FORMS.en}", f"无法识别时段 '{text}'；应写作 {FORMS.zh}"))


def meant_horizon(text: str) -> str:
    """The horizon meant by a loosely written text, in its correct form; empty if there is none."""
    parts: list[str] = []
    for part in re.split("/|of", text.strip()):
        found = LOOSE.fullmatch(f"hours{part}" if parts and part.isdecimal() else part)  # weeks4of672, as folders are named
        if not found:
            return ""
        parts.append(f"{'weeks' if found[1] or found[4] else 'hours'}:{found[2] or found[3]}")
    try:
        return str(Horizon.parse("/".join(parts)))
    except HorizonError:
        return ""


def meant_name(text: str) -> tuple[str, str] | None:
    """Scenario and horizon meant by a name such as ``plan-2015-hours48`` or ``plan-2015:hours24``."""
    for i in range(1, len(text)):
        scenario, horizon = text[:i].rstrip(" :：;_-"), meant_horizon(text[i:])
        if scenario and horizon:
            return scenario, horizon
    return None


def solves_named(text: str) -> Label:
    """Horizon of the solves of an analysis, which is a quick look unless it is the year."""
    found = horizon_named(text)
    return found if text == "year" else Label(f"{found.zh}（速览）", f"{found.en} (quick look)")


def horizon_named(text: str) -> Label:
    """Horizon of a solve, such as ``weeks:4``, in words."""
    kind, _, rest = text.partition(":")
    count, _, of = rest.partition("/hours:")
    within = Label(f"（取自最初 {of} 小时）", f" of the first {of} hours") if of else Label("", "")
    words = {
        "year": Label("全年", "full year"),
        "weeks": Label(f"{count} 个典型周{within.zh}", f"{count} typical week{'s' * (count != '1')}{within.en}"),
        "hours": Label(f"最初 {count} 小时", f"first {count} hours"),
    }.get(kind)
    return Label(text, text) if words is None else words
