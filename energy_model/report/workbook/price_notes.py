"""Definitions of the prices of the workbook: formula, unit, source."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from energy_model.report.shown_units import unit_of
from energy_model.report.workbook.landed_price import price_lines
from energy_model.report.workbook.style import Style


class Definition(NamedTuple):
    """A price: column of its figures, names, formula and source in both languages."""

    column: str
    zh: str
    en: str
    formula_zh: str
    formula_en: str
    source_zh: str
    source_en: str


DEFINITIONS = (
    Definition(
        "marginal_cny_per_mwh", "边际成本", "marginal cost",
        "该合同每年多送一度电增加的全系统费用：最少电量约束＋最多电量约束＋外送条款的对偶值之和；未送电的合同没有此值",
        "what one more MWh a year of the contract costs: sum of the duals of minimum energy, maximum energy and export clauses; "
        "a contract that delivers nothing has none",
        "上述约束与条款的对偶值", "duals of minimum energy, maximum energy and export clauses",
    ),
    Definition(
        "seller_cny_per_mwh", "卖方保留价", "seller's reservation price",
        "（送端煤电上网电价＋容量电价÷合同利用小时）÷（1＋增值税率），再加输电价并除以（1－线损率）：电厂在本地售电所得",
        "(on-grid tariff of coal plants + capacity price ÷ utilisation hours of the contract) ÷ (1 + VAT), plus wheeling, ÷ (1 - losses): "
        "what a plant gets at home",
        "plant_tariffs.csv、finance.csv", "plant_tariffs.csv, finance.csv",
    ),
    Definition(
        "floor_cny_per_mwh", "价格下限", "price floor", "边际成本与卖方保留价之高者", "the higher of marginal cost and reservation price",
        "以上各项", "from the above",
    ),
    Definition(
        "nodal_cny_per_mwh", "节点电价（按送电加权）", "price of the node weighted by delivery",
        "Σ 送电×受端节点电价 ÷ Σ 送电；节点电价＝该节点多用一度电增加的全系统费用",
        "Σ delivery × price of the market's bus ÷ Σ delivery; price = added cost of the system per MWh used there",
        "节点电力平衡的对偶值", "dual of the balance of the node",
    ),
    Definition(
        "gate_cny_per_mwh", "送端关口电价", "price at the sending gate", "同上，取外送通道送端节点，按潮流加权",
        "the same at the sending ends of the outlets, weighted by flow",
        "节点电力平衡的对偶值", "dual of the balance of the node",
    ),
    Definition(
        "incremental_cny_per_mwh", "增量成本", "incremental cost", "（含该合同的最小费用－取消该合同、其余不变的最小费用）÷ 该合同电量",
        "(least cost with the contract - least cost without it, the others unchanged) ÷ its energy",
        "有、无该合同的两次求解", "two solves, with the contract and without",
    ),
    Definition(
        "average_cny_per_mwh", "平均成本", "average cost",
        "全部外送由零同比例增长，边际成本积分 ÷ 电量（Aumann–Shapley），再拆成电量、容量、通道、线损",
        "integral of marginal cost while all exports grow in proportion, ÷ energy (Aumann-Shapley), then split into parts",
        "外送由零逐步增长的各次求解", "the solves with exports growing from nothing",
    ),
    Definition(
        "ceiling_cny_per_mwh", "受端最高可付价", "receiver's ceiling", "标杆电价（含税）÷（1＋增值税率）－ 承担的政府性基金",
        "benchmark (VAT included) ÷ (1 + VAT) - funds borne",
        "contracts.csv、finance.csv（来源见 sources.csv）", "contracts.csv, finance.csv (origin in sources.csv)",
    ),
    Definition(
        "gate_ceiling_cny_per_mwh", "送端关口最高价", "ceiling at the sending gate", "受端最高可付价×（1－线损率）－ 输电价",
        "ceiling × (1 - losses) - wheeling",
        "corridors.csv 的线损率与输电价，按潮流加权", "losses and wheeling charge of corridors.csv, weighted by flow",
    ),
    Definition(
        "room_cny_per_mwh", "议价空间", "room", "受端最高可付价 － 价格下限；为负则下限高于受端可付",
        "ceiling - floor; negative: the floor is above what can be paid",
        "以上各项", "from the above",
    ),
)  # fmt: skip
OF_DELIVERY = ("marginal_cny_per_mwh", "floor_cny_per_mwh", "room_cny_per_mwh")
"""Prices that a contract without energy does not have."""


def write_definitions(sheet, style: Style, tables: dict[str, pd.DataFrame], row: int) -> int:
    """Write meaning and figures of every price; return the first free row."""
    prices = tables["contract_prices"]
    figures = price_lines(prices, tables) if len(prices) else prices.set_index("contract")
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 13)
    sheet.set_column(2, 2, 54)
    sheet.set_column(3, 3, 36)
    sheet.set_column(4, 12, 15)
    unit = unit_of("x_cny_per_mwh", style.language)
    heads = [
        style.say("价格（均不含税）", "price (all without VAT)"),
        style.say("单位", "unit"),
        style.say("公式", "formula"),
        style.say("来源", "source"),
        *figures[f"name_{style.language}"],
    ]
    sheet.set_row(row, 48)
    for k, text in enumerate(heads):
        sheet.write_string(row, k, str(text), style.head)
    for d in DEFINITIONS:
        row += 1
        texts = (style.say(d.zh, d.en), unit.words, style.say(d.formula_zh, d.formula_en), style.say(d.source_zh, d.source_en))
        sheet.set_row(row, 44)
        for k, text in enumerate(texts):
            sheet.write_string(row, k, text, style.wrapped)
        for k, value in enumerate(figures.get(d.column, []), start=4):
            if pd.isna(value):
                idle = d.column in OF_DELIVERY and figures.price_note.iloc[k - 4] == "no_delivery"
                sheet.write_string(row, k, style.say("无电量", "no energy") if idle else style.say("未计算", "not solved"), style.text)
            else:
                sheet.write_number(row, k, value * unit.factor, style.number(unit.format))
    return row + 3
