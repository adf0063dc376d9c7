"""Checks of contracts by month and type of day: every day has one curve, shares add up, and nothing is asked twice."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from energy_model.study.checker import Checker
from energy_model.study.contract_calendars import DAY_TYPES, HOURS, row_for, rows_by_day
from energy_model.study.errors import InputError

ADDS_UP = 5e-4
"""How far the shares of the months may be from 1: figures that are rounded to four digits."""


def _calendars(c: Checker) -> Iterator[InputError]:
    """Curves exist where the shape requires or allows them, once for each day."""
    contracts, table = c.t["contracts"], c.t["contract_shapes"]
    shape, rows = contracts.set_index("contract")["shape"], rows_by_day(table)
    for i in table.index[~table.contract.map(shape).isin(("calendar", "free"))]:
        hint, hint_zh = "only shapes calendar and free have curves by month", "仅 calendar 与 free 曲线可分月"
        yield c.error("not_allowed", "contract_shapes", i, "contract", hint, hint_zh)
    for i in contracts.index[(contracts["shape"] == "calendar") & ~contracts.contract.isin(table.contract)]:
        hint, hint_zh = "shape calendar needs rows in contract_shapes.csv", "calendar 曲线须在 contract_shapes.csv 中填写"
        yield c.error("missing_value", "contracts", i, "shape", hint, hint_zh)
    for (_, month, day), positions in rows.items():
        for i in positions[1:]:
            hint, hint_zh = f"month {month} has two rows for {day}", f"{month} 月的 {day} 有两行"
            yield c.error("contradiction", "contract_shapes", i, "first_month", hint, hint_zh)
    for contract, own in table.groupby("contract", sort=False):
        for day in DAY_TYPES:
            lacking = [m for m in range(1, 13) if row_for(rows, str(contract), m, day) is None]
            if lacking:
                months = ", ".join(map(str, lacking))
                hint, hint_zh = f"no row holds on a {day} of month {months}", f"{months} 月的 {day} 没有对应的行"
                yield c.error("contradiction", "contract_shapes", own.index[0], "first_month", hint, hint_zh)
                break
        if not own[HOURS].to_numpy().any():
            hint, hint_zh = "one hour at least must be above zero", "至少一个小时须大于零"
            yield c.error("contradiction", "contract_shapes", own.index[0], "hour_00", hint, hint_zh)


def _months(c: Checker) -> Iterator[InputError]:
    """Shares of all twelve months, which add up to 1."""
    table = c.t["contract_months"]
    for _, own in table.groupby("contract", sort=False):
        lacking = sorted(set(range(1, 13)) - set(own.month))
        if lacking:
            months = ", ".join(map(str, lacking))
            hint, hint_zh = f"months {months} have no row", f"缺 {months} 月"
            yield c.error("contradiction", "contract_months", own.index[0], "month", hint, hint_zh)
        elif abs(own.share.sum() - 1) > ADDS_UP:
            hint, hint_zh = f"the months add up to {own.share.sum():.6g}, not 1", f"十二个月合计为 {own.share.sum():.6g}，应为 1"
            yield c.error("contradiction", "contract_months", own.index[0], "share", hint, hint_zh)
        yield from _idle_months(c, own)


def _idle_months(c: Checker, own: pd.DataFrame) -> Iterator[InputError]:
    """A month with energy has an hour in which the contract may deliver."""
    table = c.t["contract_shapes"]
    rows, contract = rows_by_day(table), str(own.contract.iloc[0])
    if contract not in set(table.contract):
        return
    for i in own.index[own.share > 0]:
        held = [row_for(rows, contract, int(own.month[i]), day) for day in DAY_TYPES]
        if not any(k is not None and table.loc[k, HOURS].any() for k in held):
            hint, hint_zh = "contract_shapes.csv lets no hour of the month deliver", "contract_shapes.csv 中该月各小时均不送电"
            yield c.error("contradiction", "contract_months", i, "share", hint, hint_zh)


def _deviations(c: Checker) -> Iterator[InputError]:
    """Deviations apply to free contracts with monthly shares."""
    contracts = c.t["contracts"]
    able = contracts.contract.isin(c.t["contract_months"].contract) & (contracts["shape"] == "free")
    for column, given in (
        ("deviation_share", contracts.deviation_share > 0),
        ("deviation_cny_per_mwh", contracts.deviation_cny_per_mwh.notna()),
    ):
        for i in contracts.index[given & ~able]:
            hint, hint_zh = "only free contracts with rows in contract_months.csv deviate", "仅 contract_months.csv 中的自由曲线合同有偏差"
            yield c.error("not_allowed", "contracts", i, column, hint, hint_zh)


CONTRACT_CHECKS = (_calendars, _months, _deviations)
