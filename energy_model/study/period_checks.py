"""Checks of representative periods, each closed in itself (`[time] period_h`)."""

from __future__ import annotations

from collections.abc import Iterator

from energy_model.study.checker import SETTING_FILES, Checker
from energy_model.study.errors import InputError, input_error


def _periods(c: Checker) -> Iterator[InputError]:
    """Periods are whole steps, the study whole periods, and nothing begins at, or is carried over, their border."""
    time = c.settings.time
    period = time.period_h
    if not period:
        return

    def fault(hint: str, hint_zh: str) -> InputError:
        return input_error("contradiction", SETTING_FILES, None, "time.period_h", str(period), hint, hint_zh)

    if time.hours % period:
        yield fault(f"time.hours must be whole periods, not {time.hours}", f"time.hours 应为其整数倍，现为 {time.hours}")
    if period % time.commitment_step_h:
        step = time.commitment_step_h
        yield fault(f"it must be whole steps of time.commitment_step_h, {step} h", f"应为 time.commitment_step_h（{step} 小时）的整数倍")
    if not time.closed:
        yield fault("a period closes in itself: write time.closed = true", "各时段首尾相接：请写 time.closed = true")
    if c.settings.pathway.years:
        yield fault("investment years have typical weeks instead: write 0", "多投资年请用典型周：请写 0")
    tech = c.t["technologies"]
    for column, given in (("long_duration", tech.long_duration), ("start_level_h", tech.start_level_h.notna())):
        for i in tech.index[given.astype(bool)]:
            hint, hint_zh = (
                "a store returns to its level within each period of [time] period_h",
                "各代表性时段内储量首尾相接（[time] period_h）",
            )
            yield c.error("not_allowed", "technologies", i, column, hint, hint_zh)


PERIOD_CHECKS = (_periods,)
