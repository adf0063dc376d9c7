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
        # columns of the result tables, by their full name
        "name_zh": Label("中文名", "Chinese name"),
        "name_en": Label("英文名", "English name"),
        "element": Label("编号", "element"),
        "kind": Label("类别", "kind"),
        "existing_mw": Label("既有容量", "existing capacity"),
        "new_mw": Label("新建容量", "new capacity"),
        "capacity_mw": Label("总容量", "total capacity"),
        "limit_mw": Label("容量上限", "capacity limit"),
        "energy_gwh": Label("年电量", "yearly energy"),
        "storage_mwh": Label("储能容量", "stored energy"),
        "full_load_h": Label("年利用小时", "full-load hours a year"),
        "thermal_gwh": Label("火电电量", "thermal energy"),
        "wind_gwh": Label("风电电量", "wind energy"),
        "solar_gwh": Label("光伏电量", "solar energy"),
        "storage_net_gwh": Label("储能净放电", "net storage discharge"),
        "received_gwh": Label("受入电量", "energy received"),
        "sent_gwh": Label("送出电量", "energy sent"),
        "load_gwh": Label("用电量", "energy of loads"),
        "smelter_gwh": Label("电解铝用电", "energy of smelters"),
        "electric_boiler_gwh": Label("电锅炉用电", "energy of electric boilers"),
        "unserved_gwh": Label("切负荷电量", "unserved energy"),
        "residual_gwh": Label("平衡残差", "balance residual"),
        "corridor": Label("通道", "corridor"),
        "from_node": Label("起点", "from"),
        "to_node": Label("终点", "to"),
        "voltage_kv": Label("电压", "voltage"),
        "length_km": Label("长度", "length"),
        "returned_gwh": Label("反送电量", "energy returned"),
        "loss_gwh": Label("线损电量", "energy lost"),
        "hours_at_limit_h": Label("满载小时", "hours at the limit"),
        "congestion_rent_cny_per_mw": Label("阻塞租金", "congestion rent"),
        "utilisation_share": Label("利用率", "utilisation"),
        "contract": Label("合同", "contract"),
        "market": Label("市场", "market"),
        "shape": Label("曲线形式", "shape of delivery"),
        "power_mw": Label("合同功率", "contract power"),
        "utilisation_h": Label("合同利用小时", "utilisation hours"),
        "marginal_cost_cny_per_mwh": Label("边际成本", "marginal cost"),
        "benchmark_cny_per_mwh": Label("基准电价", "benchmark price"),
        "feed": Label("并网点", "feed-in point"),
        "carrier": Label("能源", "carrier"),
        "available_gwh": Label("可发电量", "energy available"),
        "used_gwh": Label("实发电量", "energy used"),
        "curtailed_gwh": Label("弃电量", "energy curtailed"),
        "curtailed_share": Label("弃电率", "curtailed share"),
        "mine": Label("矿", "mine"),
        "grade": Label("煤种", "coal grade"),
        "power_kt": Label("电煤", "coal for power"),
        "other_kt": Label("其他用煤", "coal for other uses"),
        "capacity_kt": Label("年产能", "yearly capacity"),
        "scarcity_cny_per_t": Label("稀缺价值", "scarcity value"),
        "category": Label("费用类别", "category of cost"),
        "cost_mcny": Label("年费用", "yearly cost"),
        "microgrid": Label("微网", "microgrid"),
        "generation_gwh": Label("自发电量", "own generation"),
        "import_gwh": Label("净受入电量", "net import"),
        "self_supply_share": Label("自给率", "self-supply share"),
        "hours_tie_binds_h": Label("联络线限额起作用小时", "hours with the tie at its limit"),
        "reserve_short_gwh": Label("正备用缺额", "shortfall of upward reserve"),
        "reserve_down_short_gwh": Label("负备用缺额", "shortfall of downward reserve"),
        "bus": Label("母线", "bus"),
        "mean_cny_per_mwh": Label("平均电价", "mean price"),
        "load_weighted_cny_per_mwh": Label("负荷加权电价", "load-weighted price"),
        "p05_cny_per_mwh": Label("电价5%分位", "price, 5 % quantile"),
        "p50_cny_per_mwh": Label("电价中位数", "price, median"),
        "p95_cny_per_mwh": Label("电价95%分位", "price, 95 % quantile"),
        "month": Label("月", "month"),
        "export_gwh": Label("外送电量", "energy exported"),
        "adcode": Label("行政区划代码", "administrative code"),
        "latitude_deg": Label("纬度", "latitude"),
        "longitude_deg": Label("经度", "longitude"),
        "quote_zh": Label("规划原文", "words of the plan"),
        "scope": Label("范围", "scope"),
        "sense": Label("方向", "sense"),
        "mode": Label("约束方式", "mode"),
        "year": Label("年份", "year"),
        "reached": Label("达到值", "reached"),
        "met": Label("是否达到", "met or missed"),
        "price_unit": Label("影子价格单位", "unit of the shadow price"),
        "family": Label("约束", "family of rows"),
        "hours_binding_h": Label("起作用小时", "hours binding"),
        "value_per_unit": Label("每单位价值", "worth of one more unit"),
        "meaning": Label("含义", "meaning"),
        "cell": Label("输入单元格", "input cell"),
        "conflict": Label("冲突", "conflict"),
        "role": Label("作用", "role"),
        "possible": Label("可行值", "possible"),
    },
    "conflict": {  # parts of the answer to why a plan is impossible
        "conflict": Label("冲突约束（单独放宽至“可行值”即可）", "in conflict (by itself, the value 'possible' would do)"),
        "held_by": Label("受此上限限制", "held back by this limit"),
        "least_change": Label("使方案可行的最小改动", "smallest change that makes the plan possible"),
    },
    "sheet": {  # sheets of the workbook; the Chinese word is the name of the sheet
        "cover": Label("封面", "cover"),
        "clauses": Label("条款", "clauses of the plan and what is reached"),
        "capacity": Label("装机", "capacity by node and technology"),
        "energy_balance": Label("电量平衡", "energy balance by node"),
        "corridors": Label("通道", "corridors"),
        "contracts": Label("外送", "export contracts"),
        "curtailment": Label("弃电", "curtailment of wind and solar"),
        "coal": Label("煤炭", "coal by mine"),
        "costs": Label("成本", "yearly cost"),
        "microgrids": Label("微网", "microgrids"),
        "prices": Label("电价", "prices by bus"),
        "monthly": Label("分月", "energy by month"),
        "places": Label("节点", "nodes"),
    },
    "weather": {  # kinds of weather years
        "synthetic": Label("合成气象", "synthetic weather"),
        "station": Label("站点观测气象", "station weather"),
        "reanalysis": Label("再分析气象", "reanalysis weather"),
        "unknown": Label("来源未注明的气象", "weather of unstated origin"),
    },
    "certificate": {
        "passed": Label("校核通过", "certificate passed"),
        "failed": Label("校核未通过", "certificate failed"),
    },
    "about": {  # facts at the top of map and workbook
        "title": Label("研究", "study"),
        "scenario": Label("方案", "scenario"),
        "horizon": Label("时段", "horizon"),
        "weather": Label("气象", "weather"),
        "objective": Label("年总费用", "cost a year"),
        "certificate": Label("校核", "certificate"),
        "solver": Label("求解器", "solver"),
        "fingerprint": Label("输入指纹", "input fingerprint"),
        "created": Label("计算时间", "solved at"),
        "versions": Label("软件版本", "versions"),
        "units": Label("单位", "units"),
        "sheets": Label("工作表", "sheets"),
        "boundary": Label("边界", "boundaries"),
    },
    "map": {  # words of the map page
        "system": Label("全市合计", "The whole city"),
        "hint": Label("点选节点或通道查看明细", "Choose a node or corridor to see its figures"),
        "choose": Label("选择节点或通道", "Choose a node or corridor"),
        "nodes": Label("节点", "nodes"),
        "corridors": Label("通道", "corridors"),
        "technology": Label("技术", "technology"),
        "existing": Label("既有", "existing"),
        "new": Label("新建", "new"),
        "energy": Label("电量", "energy"),
        "full_load_hours": Label("利用小时", "full-load"),
        "contract": Label("合同", "contract"),
        "power": Label("功率", "power"),
        "load": Label("用电量", "load"),
        "load_with_smelters": Label("用电量（含电解铝）", "load with smelters"),
        "smelter": Label("电解铝用电", "smelters"),
        "electric_boiler": Label("电锅炉用电", "electric boilers"),
        "unserved": Label("切负荷", "unserved"),
        "generation": Label("发电量", "generation"),
        "received": Label("受入电量", "received"),
        "sent": Label("送出电量", "sent"),
        "curtailed": Label("弃风弃光电量", "curtailed"),
        "curtailed_share": Label("弃风弃光率", "curtailed share"),
        "price_mean": Label("平均节点电价", "mean nodal price"),
        "price_low": Label("电价5%分位", "price, 5 % quantile"),
        "price_high": Label("电价95%分位", "price, 95 % quantile"),
        "self_supply": Label("微网自给率", "self-supply of the microgrid"),
        "tie_hours": Label("联络线满载小时", "hours with the tie at its limit"),
        "corridor_existing": Label("既有受电通道", "existing corridors to here"),
        "corridor_new": Label("新建受电通道", "new corridors to here"),
        "sent_forward": Label("正送电量", "sent forward"),
        "sent_backward": Label("反送电量", "sent back"),
        "loss": Label("线损", "losses"),
        "utilisation": Label("利用率", "utilisation"),
        "hours_at_limit": Label("满载小时", "hours at limit"),
        "congestion_rent": Label("阻塞租金", "congestion rent"),
        "export": Label("外送电量（受端）", "export at the receiving end"),
        "coal_use": Label("用煤合计", "coal use"),
        "cost": Label("年费用", "yearly cost"),
        "legend": Label("图例", "Legend"),
        "legend_pie": Label("圆面积＝电源装机", "pie area = capacity"),
        "legend_width": Label("线宽＝通道容量", "width = capacity"),
        "legend_colour": Label("颜色＝通道利用率", "colour = utilisation of the corridor"),
        "legend_arrow": Label("箭头＝主要送电方向", "arrow = main direction of flow"),
        "legend_solid": Label("实线＝既有", "solid = existing"),
        "legend_dashed": Label("虚线＝新建", "dashed = new"),
        "microgrid": Label("微网", "microgrid"),
        "hub": Label("枢纽站", "hub substation"),
        "receiver": Label("受端", "receiving end"),
        "displaced": Label("实际位置", "true place"),
        "home": Label("复位", "reset view"),
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
