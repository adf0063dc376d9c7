"""Chinese and English words for everything a reader meets, in one table.

Map, page, workbook and console take their words from here. They are grouped, because one code may mean
two things: a ``flat`` delivery is 平直, a ``flat`` hour is 平段. A code without a label is an
error, never an empty cell.
"""

from __future__ import annotations

import difflib
from typing import NamedTuple


class Label(NamedTuple):
    """Words of one thing in both languages."""

    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.zh} {self.en}"


class UnknownLabelError(KeyError):
    """No label is defined for a group or code."""

    def __str__(self) -> str:
        return str(self.args[0])


LABELS: dict[str, dict[str, Label]] = {
    "account": {  # categories of yearly cost
        "investment_thermal": Label("火电投资年金", "annuity of new thermal plants"),
        "fixed_thermal": Label("火电固定运维", "fixed O&M of thermal plants"),
        "investment_renewable": Label("风光投资年金", "annuity of new wind and solar"),
        "fixed_renewable": Label("风光固定运维", "fixed O&M of wind and solar"),
        "investment_storage": Label("储能投资年金", "annuity of new storage"),
        "fixed_storage": Label("储能固定运维", "fixed O&M of storage"),
        "investment_boiler": Label("锅炉投资年金", "annuity of new boilers"),
        "fixed_boiler": Label("锅炉固定运维", "fixed O&M of boilers"),
        "investment_corridor": Label("通道投资年金", "annuity of new corridors"),
        "fixed_corridor": Label("通道固定运维", "fixed O&M of corridors"),
        "coal": Label("电煤坑口费用", "coal at the mine"),
        "coal_freight": Label("煤炭运费", "coal freight"),
        "co2": Label("碳成本", "CO2 cost"),
        "curtailment": Label("弃电罚金", "curtailment penalty"),
        "missed_clauses": Label("软约束罚金", "penalty of missed soft clauses"),
        "thermal_variable": Label("火电变动运维", "variable O&M of thermal plants"),
        "starts": Label("启动费用", "starts"),
        "renewable_variable": Label("风光变动运维", "variable O&M of wind and solar"),
        "storage_variable": Label("储能变动运维", "variable O&M of storage"),
        "boiler_variable": Label("锅炉变动运维", "variable O&M of boilers"),
        "wheeling": Label("输电费", "wheeling charges"),
        "load_shedding": Label("切负荷损失", "unserved load"),
        "potline_shedding": Label("切电解槽损失", "potline shedding"),
        "heat_shedding": Label("缺热损失", "unserved heat"),
        "reserve_shortfall": Label("备用缺额", "reserve shortfall"),
        "total": Label("合计", "total"),
    },
    "phase": {
        "read": Label("读取与校核输入", "read and check inputs"),
        "weather": Label("气象与出力曲线", "weather and profiles"),
        "compile": Label("编译方程", "compile equations"),
        "stamp": Label("展开全时段", "stamp over the horizon"),
        "solve": Label("求解", "solve"),
        "write": Label("写出结果", "write results"),
    },
    "kind": {  # kinds of equipment, and what dispatch stacks are coloured by
        "thermal": Label("凝汽火电", "condensing thermal"),
        "chp": Label("热电联产", "combined heat and power"),
        "wind": Label("风电", "wind"),
        "solar": Label("光伏", "solar"),
        "battery": Label("电化学储能", "battery"),
        "pumped_hydro": Label("抽水蓄能", "pumped hydro"),
        "coal_boiler": Label("燃煤锅炉", "coal boiler"),
        "electric_boiler": Label("电锅炉", "electric boiler"),
        "heat_store": Label("蓄热罐", "heat store"),
        "renewable": Label("风光", "wind and solar"),
    },
    "node": {
        "county": Label("旗县", "county"),
        "park": Label("园区", "industrial park"),
        "hub": Label("枢纽站", "hub substation"),
        "receiver": Label("受端", "receiving station"),
    },
    "current": {"ac": Label("交流", "AC"), "hvdc": Label("直流", "HVDC")},
    "sector": {
        "industry": Label("工业", "industry"),
        "residential": Label("居民", "residential"),
        "commercial": Label("商业", "commercial"),
        "agriculture": Label("农业", "agriculture"),
        "rail": Label("铁路", "rail"),
        "mining": Label("采矿", "mining"),
    },
    "tariff": {
        "peak": Label("峰段", "peak"),
        "flat": Label("平段", "flat"),
        "valley": Label("谷段", "valley"),
    },
    "delivery": {
        "free": Label("自由", "free"),
        "flat": Label("平直", "flat"),
        "tariff": Label("峰平谷", "by tariff period"),
    },
    "mounting": {
        "fixed": Label("固定支架", "fixed"),
        "single_axis": Label("单轴跟踪", "single-axis tracking"),
    },
    "sense": {">=": Label("不少于", "at least"), "<=": Label("不多于", "at most")},
    "mode": {
        "hard": Label("硬约束", "hard"),
        "soft": Label("软约束", "soft"),
        "report": Label("仅报告", "reported only"),
        "off": Label("停用", "off"),
    },
    "verdict": {
        "met": Label("达到", "met"),
        "missed": Label("未达到", "missed"),
        "binding": Label("起约束作用", "binding"),
        "slack": Label("不起约束作用", "not binding"),
    },
    "confidence": {
        "sourced": Label("有出处", "sourced"),
        "derived": Label("推算", "derived"),
        "own knowledge": Label("经验知识", "own knowledge"),
        "judgement": Label("判断", "judgement"),
    },
    "quantity": {  # what a clause of the plan speaks of; the unit stands in the code
        "wind_capacity_mw": Label("风电装机", "wind capacity"),
        "solar_capacity_mw": Label("光伏装机", "solar capacity"),
        "thermal_capacity_mw": Label("火电装机", "thermal capacity"),
        "igcc_capacity_mw": Label("整体煤气化联合循环装机", "IGCC capacity"),
        "wind_new_mw": Label("新增风电", "new wind capacity"),
        "export_gwh": Label("外送电量", "exported energy"),
        "coal_kt": Label("煤炭产量", "coal output"),
        "curtailment_share": Label("弃电率", "curtailed share"),
        "renewable_share": Label("可再生能源电量占比", "renewable share of energy"),
        "co2_kt": Label("二氧化碳排放", "CO2 emissions"),
        "microgrid_count": Label("区域微网个数", "number of microgrids"),
        "aluminium_kt": Label("电解铝产量", "aluminium output"),
        "sector_load_gwh": Label("行业用电量", "energy of a sector"),
        "heat_pj": Label("供热量", "heat supplied"),
    },
    "column": {  # headings of the tables
        "scenario": Label("方案", "scenario"),
        "clause": Label("条款", "clause"),
        "quote": Label("原文", "quotation"),
        "quantity": Label("量", "quantity"),
        "target": Label("目标", "target"),
        "result": Label("结果", "result"),
        "verdict": Label("判定", "verdict"),
        "slack": Label("富余", "slack"),
        "price": Label("影子价格", "shadow price"),
        "unit": Label("单位", "unit"),
        "name": Label("名称", "name"),
        "node": Label("节点", "node"),
        "technology": Label("技术", "technology"),
        "existing": Label("既有", "existing"),
        "new": Label("新建", "new"),
        "total": Label("合计", "total"),
        "energy": Label("电量", "energy"),
        "full_load_hours": Label("利用小时", "full-load hours"),
        "curtailed": Label("弃电", "curtailed"),
        "cost": Label("费用", "cost"),
        "share": Label("占比", "share"),
        "file": Label("文件", "file"),
        "row": Label("行", "row"),
        "column": Label("列", "column"),
        "value": Label("值", "value"),
        "rule": Label("规则", "rule"),
        "advice": Label("如何改", "what to do"),
        "purpose": Label("用途", "purpose"),
    },
}


def label(group: str, code: str) -> Label:
    """Words for a code.

    Parameters
    ----------
    group : str
        Key of `LABELS`, such as ``"kind"``.
    code : str
        Key inside the group, such as ``"battery"``.

    Raises
    ------
    UnknownLabelError
        With the nearest known codes.
    """
    if group not in LABELS:
        raise UnknownLabelError(f"no label group '{group}'; known: {', '.join(LABELS)}")
    words = LABELS[group].get(code)
    if words is None:
        near = difflib.get_close_matches(code, LABELS[group], n=3) or sorted(LABELS[group])
        raise UnknownLabelError(f"no label '{code}' in group '{group}'; near: {', '.join(near)}")
    return words
