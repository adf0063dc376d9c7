"""The landed price of every contract as live formulas, so that either party can enter its own figures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isnan, nan

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from energy_model.report.shown_units import unit_of
from energy_model.report.workbook.sheets import money_factor
from energy_model.report.workbook.style import Style
from energy_model.results.dust import LEAST_GWH

FIRST = 3  # row of the first line
LEFT = 3  # column of the first contract
LEAST_BELOW = 1e-5  # difference of prices that tells below from equal, in the unit of the sheet
PLACEHOLDER = re.compile(r"\{(\w+)\}")
NOT_NEGATIVE = {"validate": "decimal", "criteria": ">=", "value": 0}
PRICE, ENERGY, MONEY, SHARE = "x_cny_per_mwh", "x_gwh", "x_mcny", "x_share"


@dataclass(frozen=True)
class Line:
    """A row of the calculation: a blue input from a column of the table, or a formula of other rows.

    A `charge` is paid, never received: no figure below 0 is taken from the model nor let in by the sheet.
    What is `delivered` is a mean over deliveries, of which a contract without energy has none; all `COSTS` are.
    """

    code: str
    zh: str
    en: str
    unit: str
    formula: str = ""
    column: str = ""
    note_zh: str = ""
    note_en: str = ""
    charge: bool = False
    delivered: bool = False


LINES = (
    Line("benchmark", "受端标杆电价（含税）", "benchmark at the receiving end, VAT included", PRICE, column="benchmark_gross_cny_per_mwh"),
    *(
        Line(code, f"其中：{zh}电价（含税）", f"of which for {en}, VAT included", PRICE, column=f"{code}_cny_per_mwh", charge=True,
             note_zh="环保电价加价；其运行费用已在送端电价中，不另计",
             note_en="tariff addition; the cost of operation is part of the gate price, so it is not added again")
        for code, zh, en in (("desulphurisation", "脱硫", "desulphurisation"), ("denitrification", "脱硝", "denitrification"),
                             ("dedusting", "除尘", "dust removal"))
    ),
    Line(
        "bare", "标杆电价扣除环保电价（含税）", "benchmark without the additions for the environment, VAT included", PRICE,
        "{benchmark}-{desulphurisation}-{denitrification}-{dedusting}",
    ),
    Line("vat", "增值税率", "value added tax", SHARE, column="vat_share", charge=True),
    Line("funds", "政府性基金（由本电量承担的）", "government funds on this energy", PRICE, column="funds_cny_per_mwh", charge=True),
    Line("ceiling", "受端最高可付价（不含税）", "most the receiver can pay, without VAT", PRICE, "{benchmark}/(1+{vat})-{funds}"),
    Line("loss", "线损率", "losses of the outlet", SHARE, column="loss_share", charge=True),
    Line("wheeling", "输电价（按送端电量）", "wheeling charge, on energy sent", PRICE, column="wheeling_cny_per_mwh", charge=True),
    Line("gate_ceiling", "送端关口最高价", "most at the sending gate", PRICE, "{ceiling}*(1-{loss})-{wheeling}"),
    Line(
        "gate", "送端关口电价（不含税）", "price at the sending gate, without VAT", PRICE, column="gate_cny_per_mwh",
        note_zh="默认为送端节点电价，可改为报价", note_en="the model's price of the sending nodes; put in an offer",
        delivered=True,
    ),
    Line("service", "辅助服务分摊", "share of ancillary services", PRICE, column="", note_zh="待议", note_en="to be agreed"),
    Line(
        "corridor", "容量费（按受端电量）", "capacity charge, on energy received", PRICE, column="outlet_cny_per_mwh",
        note_zh="合同边际成本与送端关口价折算值之差，不低于零：通道与合同功率的影子价格",
        note_en="marginal cost of the contract less the gate price carried there, not below 0: rents of outlet and contract power",
        charge=True, delivered=True,
    ),
    Line("landed", "落地电价（不含税）", "landed price, without VAT", PRICE, "({gate}+{service}+{wheeling})/(1-{loss})+{corridor}"),
    Line("landed_gross", "落地电价（含税、含基金）", "landed price with VAT and funds", PRICE, "({landed}+{funds})*(1+{vat})"),
    Line("margin", "低于标杆电价", "below the benchmark", PRICE, "{benchmark}-{landed_gross}"),
    Line("room", "低于受端最高可付价（不含税）", "below the ceiling, without VAT", PRICE, "{ceiling}-{landed}"),
    Line("energy", "年送电量（受端）", "energy a year at the receiving end", ENERGY, column="energy_gwh", charge=True),
    Line("value", "低于最高可付价的年金额", "value of that a year", MONEY, "{room}*{energy}*{m}"),
)  # fmt: skip
COSTS = (
    Line("marginal", "边际成本（多送一度）", "marginal cost, of one MWh more", PRICE, column="marginal_cny_per_mwh"),
    Line(
        "seller",
        "卖方保留价（送端上网电价与容量电价折算到受端）",
        "seller's reservation price, carried to the receiver",
        PRICE,
        column="seller_cny_per_mwh",
    ),
    Line(
        "floor",
        "价格下限（边际成本与卖方保留价之高者）",
        "price floor: higher of marginal cost and reservation price",
        PRICE,
        column="floor_cny_per_mwh",
    ),
    Line("bargaining_room", "议价空间（不含税）", "bargaining room, without VAT", PRICE, "{ceiling}-{floor}"),
    Line("nodal", "节点电价（按送电加权）", "price of the node weighted by delivery", PRICE, column="nodal_cny_per_mwh"),
    Line("incremental", "增量成本（有无该合同）", "incremental cost, with and without", PRICE, column="incremental_cny_per_mwh"),
    Line("average", "平均成本（Aumann–Shapley）", "average cost (Aumann-Shapley)", PRICE, column="average_cny_per_mwh"),
)


def price_lines(prices: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Figures of the input lines [CNY/MWh, GWh, shares], one row per contract; costs that were not solved for are NaN."""
    frame = prices.set_index("contract")
    reached = (frame.gate_cny_per_mwh + frame.wheeling_cny_per_mwh) / (1 - frame.loss_share)
    frame["outlet_cny_per_mwh"] = (frame.marginal_cny_per_mwh - reached).clip(lower=0.0)
    for table, column in (("increments", "incremental_cny_per_mwh"), ("average_prices", "average_cny_per_mwh")):
        found = tables[table].set_index("contract")[column] if table in tables else pd.Series(dtype=float)
        frame[column] = found.reindex(frame.index)
    return frame


def write_landed_price(sheet, style: Style, prices: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> None:
    """Write the calculation, one column per contract; a missing figure, and all that depends on it, is a word."""
    sheet.freeze_panes(FIRST, LEFT)
    sheet.set_column(0, 0, 42)
    sheet.set_column(1, 1, 12)
    sheet.set_column(2, 2, 62)
    heads = (style.say("项目", "item"), style.say("单位", "unit"), style.say("公式与说明", "formula and note"))
    for k, text in enumerate(heads):
        sheet.write_string(FIRST - 1, k, text, style.head)
    if prices.empty:
        sheet.write_string(FIRST, 0, style.say("本方案无外送合同。", "This scenario has no export contract."), style.note)
        return
    figures = price_lines(prices, tables)
    sheet.set_column(LEFT, LEFT + len(figures) - 1, 16)
    sheet.set_row(FIRST - 1, 96 if (figures.price_note != "").any() else 32)
    for k, (_, row) in enumerate(figures.iterrows(), start=LEFT):
        note = f"\n{style.word('price_note', row.price_note)}" if row.price_note else ""
        sheet.write_string(FIRST - 1, k, f"{row[f'name_{style.language}']}{note}", style.head)
    place = {line.code: FIRST + n for n, line in enumerate(LINES)}
    numbers = [dict[str, float]() for _ in range(len(figures))]
    for line in LINES:
        _write_line(sheet, style, line, place[line.code], figures, place, numbers)
    start = FIRST + len(LINES) + 1
    place |= {line.code: start + n for n, line in enumerate(COSTS, start=1)}
    sheet.write_string(
        start, 0, style.say("供对照的成本（受端，不含税）", "costs to compare (receiving end, without VAT)"), style.block_title
    )
    for line in COSTS:
        _write_line(sheet, style, line, place[line.code], figures, place, numbers)
    _write_warning(sheet, style, start - 1, place, numbers)


def _write_warning(sheet, style: Style, at: int, place: dict[str, int], numbers: list[dict[str, float]]) -> None:
    """A line of words where the landed price is below the price floor; it follows the figures put in."""
    warning = style.say("落地电价低于价格下限", "landed price below the price floor")
    sheet.write_string(at, 0, style.say("与价格下限相比", "against the price floor"), style.text)
    sheet.write_string(at, 2, style.say("落地电价－价格下限，均不含税", "landed price - price floor, both without VAT"), style.wrapped)
    for k, known in enumerate(numbers, start=LEFT):
        landed, floor = (xl_rowcol_to_cell(place[code], k) for code in ("landed", "floor"))
        below = known["floor"] - known["landed"] > LEAST_BELOW  # False where one is missing
        formula = f'=IF(COUNT({landed})*(MAX({floor})-MAX({landed}))>{LEAST_BELOW:g},"{warning}","–")'  # of a word MAX is 0
        sheet.write_formula(at, k, formula, style.missed, warning if below else "–")


def _write_line(
    sheet, style: Style, line: Line, at: int, figures: pd.DataFrame, place: dict[str, int], numbers: list[dict[str, float]]
) -> None:
    unit = unit_of(line.unit, style.language)
    sheet.write_string(at, 0, style.say(line.zh, line.en), style.text)
    sheet.write_string(at, 1, unit.words, style.text)
    shown = _in_words(line, style)
    if len(shown) > 34:
        sheet.set_row(at, 30)
    sheet.write_string(at, 2, shown or style.say(line.note_zh, line.note_en), style.wrapped)
    money = f"{money_factor(style.language):g}"
    for k, (_, row) in enumerate(figures.iterrows()):
        column, idle = LEFT + k, float(row.energy_gwh) < LEAST_GWH
        none = style.say("无电量", "no energy") if idle else style.say("未计算", "not solved")
        if line.formula:
            cells = {code: xl_rowcol_to_cell(r, column) for code, r in place.items()} | {"m": money}
            value = float(eval_line(line.formula, numbers[k] | {"m": float(money)}))
            terms = [cells[code] for code in PLACEHOLDER.findall(line.formula) if code != "m"]
            formula = f'=IF(COUNT({",".join(terms)})<{len(terms)},"{none}",{line.formula.format(**cells)})'
            sheet.write_formula(at, column, formula, style.number(unit.format, bold=True), none if isnan(value) else value)
        else:
            raw = nan if idle and (line.delivered or line in COSTS) else float(row[line.column]) if line.column else 0.0
            value = raw * unit.factor
            form = style.number(unit.format) if line in COSTS else style.input_number(unit.format)
            if isnan(value):
                sheet.write_string(at, column, none, form)
            else:
                sheet.write_number(at, column, value, form)
            if line.charge:
                sheet.data_validation(at, column, at, column, NOT_NEGATIVE | {"error_message": style.say("不得为负", "not below 0")})
        numbers[k][line.code] = value


def eval_line(formula: str, values: dict[str, float]) -> float:
    """Value of a formula of `LINES`; the formulas are text of this module, never input."""
    return float(eval(formula.replace("{", "").replace("}", ""), {"__builtins__": {}}, values))


def _in_words(line: Line, style: Style) -> str:
    """The formula with the names of its lines."""
    text = line.formula.replace("*{m}", "").replace("*", "×")
    for other in (*LINES, *COSTS):
        text = text.replace(f"{{{other.code}}}", style.say(other.zh, other.en))
    return text
