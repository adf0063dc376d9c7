"""The annex of one export contract: delivery schedule, prices, cost of a shortfall."""
# Over 300 lines: one sheet after the other.

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from energy_model.errors import EnergyModelError
from energy_model.language import LANGUAGES, Language, say
from energy_model.report.columns import heading_of, word
from energy_model.report.result_folder import Result
from energy_model.report.shown_units import unit_of
from energy_model.report.words import certificate_words, fingerprint, horizon_words, partial_year_notice, weather_words
from energy_model.report.workbook.files import new_workbook
from energy_model.report.workbook.landed_price import price_lines
from energy_model.report.workbook.native_charts import SERIES, dress
from energy_model.report.workbook.sheets import REQUIRED, hours_factor, money_factor
from energy_model.report.workbook.style import Style
from energy_model.results.delivery import PERIODS, guaranteed_energy
from energy_model.results.store import read_manifest, read_table
from energy_model.weather.files import replacing

ENERGY, PRICE, POWER = "x_gwh", "x_cny_per_mwh", "x_mw"


class UnknownContractError(EnergyModelError):
    """The result has no such contract."""


def write_annex(result_dir: Path, contract: str) -> list[Path]:
    """Write the annex of a contract in both languages beside the workbooks.

    Returns
    -------
    list of Path
        ``annex-<contract>.xlsx`` and ``annex-<contract>-en.xlsx``.

    Raises
    ------
    UnknownContractError
        With the contracts of the result, or that it has none.
    ResultError
    """
    result = Result.read(result_dir)
    result.require(*REQUIRED)
    known = result.tables["contract_prices"].contract.tolist()
    if contract not in known:
        listed = ", ".join(known) if known else say("none", "无")
        raise UnknownContractError(
            say(f"The result has no contract '{contract}'. It has: {listed}.", f"该结果没有合同 '{contract}'。现有：{listed}。")
        )
    years = weather_years(result_dir, contract)
    paths = []
    for language in LANGUAGES:
        path = result_dir / f"annex-{re.sub(r'[^A-Za-z0-9._-]', '_', contract)}{'' if language == 'zh' else '-en'}.xlsx"
        with replacing(path) as temporary, new_workbook(temporary) as book:
            Annex(book, result, contract, years, language).write()
        paths.append(path)
    return paths


def weather_years(result_dir: Path, contract: str) -> dict[str, float]:
    """Energy of the contract [GWh] by weather year: this result, and results beside it with equal tables and other weather."""
    own = read_manifest(result_dir)
    found = {}
    for path in sorted(result_dir.parent.glob("*/manifest.json")):
        m = read_manifest(path.parent)
        table = path.parent / "tables" / "contract_prices.csv"
        alike = m.get("horizon") == own["horizon"] and _inputs(m) == _inputs(own)
        if path.parent.name.startswith(".") or not alike or not table.is_file():
            continue
        energy = read_table(table).set_index("contract").energy_gwh
        if contract in energy.index and (m["weather"] not in found or path.parent == result_dir):
            found[m["weather"]] = float(energy[contract])
    return found


def _inputs(manifest: dict) -> dict[str, str]:
    return {f: digest for f, digest in manifest.get("sha256", {}).items() if not f.startswith("scenarios/")}


class Annex:
    """One annex in one language."""

    def __init__(self, book, result: Result, contract: str, years: dict[str, float], language: Language) -> None:
        self.book, self.result, self.contract, self.years = book, result, contract, years
        self.style = Style(book, language)
        self.prices = price_lines(result.tables["contract_prices"], result.tables).loc[contract]
        self.terms = result.tables["contracts"].set_index("contract").loc[contract]
        self.deliveries = result.tables["deliveries"].query("contract == @contract")
        self.name = f"{contract} {self.prices[f'name_{language}']}"

    def write(self) -> None:
        """Write its sheets."""
        self._terms()
        self._months()
        self._agreed_months()
        self._curve()

    def _sheet(self, zh: str, en: str):
        sheet = self.book.add_worksheet(self.style.say(zh, en))
        self.style.page(sheet)
        self.style.head_line(sheet, f"{self.style.say(zh, en)}  {self.name}", partial_year_notice(self.result.manifest))
        return sheet

    def _terms(self) -> None:
        s, m = self.style, self.result.manifest
        sheet = self._sheet("合同要点", "Terms")
        sheet.set_column(0, 0, 42)
        sheet.set_column(1, 1, 18)
        sheet.set_column(2, 2, 14)
        sheet.set_column(3, 3, 62)
        sheet.freeze_panes(2, 1)
        for k, text in enumerate((s.say("项目", "item"), s.say("数值", "value"), s.say("单位", "unit"), s.say("说明", "note"))):
            sheet.write_string(1, k, text, s.head)
        at: dict[str, str] = {}
        values: dict[str, float] = {}
        row = 2
        for code, words, column, value, note, blue in self._inputs():
            unit = unit_of(column, s.language)
            sheet.write_string(row, 0, words, s.text)
            sheet.write_string(row, 2, unit.words, s.text)
            sheet.write_string(row, 3, note, s.wrapped)
            at[code] = xl_rowcol_to_cell(row, 1)
            if pd.isna(value):
                sheet.write_string(row, 1, s.say("无", "not available"), s.text)
            else:
                values[code] = value * unit.factor
                sheet.write_number(row, 1, values[code], s.input_number(unit.format) if blue else s.number(unit.format))
            row += 1
        for _, words, column, formula, note in self._formulas(values):
            unit = unit_of(column, s.language)
            sheet.write_string(row, 0, words, s.text)
            if pd.isna(formula[1]):
                sheet.write_string(row, 1, s.say("无", "not available"), s.text)
            else:
                sheet.write_formula(row, 1, "=" + formula[0].format(**at), s.number(unit.format, bold=True), formula[1])
            sheet.write_string(row, 2, unit.words, s.text)
            sheet.write_string(row, 3, note, s.wrapped)
            row += 1
        row += 1
        facts = (
            (s.say("方案", "scenario"), m["scenario"]),
            (s.say("时段", "horizon"), word(horizon_words(m), s.language)),
            (s.say("气象", "weather"), word(weather_words(m), s.language)),
            (s.say("校核", "certificate"), word(certificate_words(m), s.language)),
            (s.say("输入指纹", "fingerprint"), fingerprint(m)),
        )
        for k, (name, text) in enumerate(facts):
            sheet.write_string(row + k, 0, name, s.text)
            sheet.write_string(row + k, 1, text, s.note)

    def _inputs(self) -> list[tuple[str, str, str, float, str, bool]]:
        """Input lines: code, label, column with the unit, value, note, blue."""
        s, p = self.style, self.prices
        firm = guaranteed_energy(list(self.years.values()))
        count = len(self.years)
        none = s.say(
            f"只有 {count} 个气象年的结果；请用其他气象年求解同一方案",
            f"results of {count} weather year only; solve the plan with further weather years",
        )
        some = s.say(f"{count} 个气象年：", f"{count} weather years: ") + ", ".join(self.years)
        return [
            ("power", s.say("合同功率（受端）", "contract power, receiving end"), POWER, float(self.terms.power_mw), "", False),
            ("energy", s.say("年送电量（受端）", "energy a year, receiving end"), ENERGY, float(p.energy_gwh), "", False),
            ("p50", s.say("保证电量 P50", "guaranteed energy P50"), ENERGY, firm.get("p50", float("nan")), some if firm else none, False),
            ("p90", s.say("保证电量 P90", "guaranteed energy P90"), ENERGY, firm.get("p90", float("nan")), some if firm else none, False),
            ("marginal", s.say("边际成本（受端，不含税）", "marginal cost, receiving end, without VAT"), PRICE,
            float(p.marginal_cny_per_mwh),
             s.say("该合同每年多送一度电增加的全系统费用；未送电时没有",
                   "what one more MWh a year of this contract adds to all cost; none where nothing is delivered"), False),
            ("seller", s.say("卖方保留价（受端，不含税）", "seller's reservation price, receiving end, without VAT"), PRICE,
            float(p.seller_cny_per_mwh),
             s.say("送端煤电上网电价与容量电价，加输电价与线损：电厂在本地售电所得；plant_tariffs.csv",
                   "on-grid tariff and capacity price of coal plants, with wheeling and losses: what they get at home; plant_tariffs.csv"),
             True),
            ("nodal", s.say("节点电价（按送电加权，不含税）", "price of the node weighted by delivery, without VAT"), PRICE,
            float(p.nodal_cny_per_mwh),
             s.say("同样电量在其送电时刻的价值，供对照", "what the same energy is worth in its hours; to compare"), False),
            ("average", s.say("平均成本（不含税）", "average cost, without VAT"), PRICE, float(p.average_cny_per_mwh),
            s.say("外送由零逐步增长的各次求解", "the solves with exports growing from nothing"), False),
            ("benchmark", s.say("受端标杆电价（含税）", "benchmark, VAT included"), PRICE, float(p.benchmark_gross_cny_per_mwh),
            "contracts.csv", True),
            ("vat", s.say("增值税率", "VAT"), "x_share", float(p.vat_share), "finance.csv", True),
            ("funds", s.say("政府性基金", "government funds"), PRICE, float(p.funds_cny_per_mwh), "finance.csv × contracts.csv", True),
            ("penalty", s.say("欠送违约金", "penalty for shortfall"), PRICE, float(p.penalty_cny_per_mwh), s.say("待议；contracts.csv",
            "to be agreed; contracts.csv"), True),
            ("take", s.say("照付不议比例", "take-or-pay share"), "x_share", float(p.take_or_pay_share),
             s.say("占年送电量；待议；contracts.csv", "of the energy a year; to be agreed; contracts.csv"), True),
            ("taken", s.say("假定受端实际受电量", "assumed energy taken by the receiver"), ENERGY, float(p.energy_gwh),
             s.say("填入后计算照付金额", "fill in to compute the payment"), True),
            ("short", s.say("假定欠送电量", "assumed shortfall"), ENERGY, 0.0, s.say("填入后计算违约金",
            "fill in to compute the penalty"), True),
        ]  # fmt: skip

    def _formulas(self, v: dict[str, float]) -> list[tuple[str, str, str, tuple[str, float], str]]:
        """Formula lines: code, label, unit, (formula, value), note."""
        s = self.style
        h = hours_factor(s.language)
        money = money_factor(s.language)
        hours = v["energy"] / v["power"] * h if v["power"] else 0.0
        ceiling = v["benchmark"] / (1 + v["vat"]) - v["funds"]
        untaken = max(0.0, v["take"] * v["energy"] - v["taken"])
        floor, lowest = "MAX({marginal},{seller})", max(v["marginal"], v.get("seller", -np.inf)) if "marginal" in v else np.nan
        return [
            ("hours", s.say("合同利用小时", "utilisation hours"), "x_h", (f"IF({{power}}=0,0,{{energy}}/{{power}}*{h:g})", hours), ""),
            ("floor", s.say("价格下限（不含税）", "price floor, without VAT"), PRICE, (floor, lowest),
            s.say("边际成本与卖方保留价之高者", "the higher of marginal cost and reservation price")),
            ("floor_gross", s.say("价格下限（含税）", "price floor, VAT included"), PRICE, (f"({floor}+{{funds}})*(1+{{vat}})",
            (lowest + v["funds"]) * (1 + v["vat"])), ""),
            ("ceiling", s.say("价格上限（不含税）", "price ceiling, without VAT"), PRICE, ("{benchmark}/(1+{vat})-{funds}", ceiling),
            s.say("受端最高可付价", "most the receiver can pay")),
            ("room", s.say("议价空间（不含税）", "room, without VAT"), PRICE, (f"{{benchmark}}/(1+{{vat}})-{{funds}}-{floor}",
            ceiling - lowest), s.say("上限减下限", "ceiling less floor")),
            ("untaken", s.say("照付不议应付电量", "energy paid for and not taken"), ENERGY, ("MAX(0,{take}*{energy}-{taken})",
            untaken), s.say("照付不议比例×年送电量－实际受电量，不低于零", "share × energy a year - energy taken, not below 0")),
            ("paid", s.say("照付不议金额（按价格下限）", "take-or-pay payment, at the price floor"), "x_mcny",
            (f"MAX(0,{{take}}*{{energy}}-{{taken}})*{floor}*{money:g}", untaken * lowest * money), ""),
            ("fine", s.say("违约金额", "penalty"), "x_mcny", (f"{{penalty}}*{{short}}*{money:g}", v["penalty"] * v["short"] * money), ""),
        ]  # fmt: skip

    def _months(self) -> None:
        """Energy and price by month and tariff period."""
        s = self.style
        sheet = self._sheet("分月分时段", "Months and periods")
        sheet.set_column(0, 0, 12)
        sheet.set_column(1, 10, 14)
        if self.deliveries.empty:
            sheet.write_string(2, 0, s.word("study", "no_months"), s.note)
            return
        sheet.freeze_panes(3, 1)
        periods = [p for p in PERIODS if p in set(self.deliveries.period)]
        row = 2
        for title, column, summed in (
            (s.say("电量", "energy"), "energy_gwh", True),
            (s.say("节点电价（按送电加权）", "price of the node weighted by delivery"), "nodal_cny_per_mwh", False),
        ):
            unit = unit_of(column, s.language)
            grid = self.deliveries.pivot_table(index="month", columns="period", values=column, aggfunc="sum").reindex(columns=periods)
            heads = [f"{title}\n{unit.words}", *(s.word("period", p) for p in periods), *([s.say("合计", "total")] if summed else [])]
            sheet.set_row(row, 32)
            for k, text in enumerate(heads):
                sheet.write_string(row, k, text, s.head)
            first = row + 1
            for month, values in grid.iterrows():
                row += 1
                sheet.write_string(row, 0, s.say(f"{month}月", f"month {month}"), s.text)
                for k, value in enumerate(values, start=1):
                    sheet.write_number(row, k, float(value) * unit.factor, s.number(unit.format))
                if summed:
                    total = float(values.sum()) * unit.factor
                    sheet.write_formula(
                        row, len(periods) + 1, f"=SUM({xl_range(row, 1, row, len(periods))})", s.sum_number(unit.format), total
                    )
            if summed:
                sums = [*grid.sum(), grid.to_numpy().sum()]
                row += 1
                sheet.write_string(row, 0, s.say("合计", "total"), s.sum_text)
                for k, value in enumerate(sums, start=1):
                    sheet.write_formula(
                        row, k, f"=SUM({xl_range(first, k, row - 1, k)})", s.sum_number(unit.format), float(value) * unit.factor
                    )
            row += 3

    def _agreed_months(self) -> None:
        """Energy of each month against its agreed share; no sheet for a contract without monthly shares."""
        s, table = self.style, self.result.tables.get("contract_months")
        own = pd.DataFrame() if table is None else table[table.contract == self.contract].drop(columns="contract")
        if own.empty:
            return
        sheet = self._sheet("分月约定电量", "Agreed months")
        sheet.set_column(0, len(own.columns) - 1, 15)
        sheet.freeze_panes(3, 1)
        sheet.set_row(2, 32)
        for k, name in enumerate(own):
            unit = unit_of(name, s.language)
            text = heading_of(name, {}, s.language, "contract_months")
            sheet.write_string(2, k, f"{text}\n{unit.words}" if unit.words else text, s.head)
            for row, value in enumerate(own[name], start=3):
                if pd.notna(value):
                    sheet.write_number(row, k, float(value) * unit.factor, s.number(unit.format))
        row = 3 + len(own)
        sheet.write_string(row, 0, s.say("合计", "total"), s.sum_text)
        for k, name in enumerate(own):
            if name in ("agreed_gwh", "delivered_gwh", "charge_mcny"):
                unit, total = unit_of(name, s.language), float(own[name].sum())
                formula = f"=SUM({xl_range(3, k, row - 1, k)})"
                sheet.write_formula(row, k, formula, s.sum_number(unit.format), total * unit.factor)

    def _curve(self) -> None:
        """Mean power by hour of the day, of every month for a whole year, and every hour."""
        s, unit = self.style, unit_of(POWER, self.style.language)
        hours = self.result.tables["delivery_curve"][["time", "weight", f"{self.contract}_mw"]].set_axis(["time", "weight", "mw"], axis=1)
        time, whole = pd.DatetimeIndex(hours.time), not self.deliveries.empty
        by = [time.month if whole else np.zeros(len(time), int), time.hour]
        grid = ((hours.mw * hours.weight).groupby(by).sum() / hours.weight.groupby(by).sum()).unstack()
        sheet = self._sheet("分月日曲线", "Daily curve by month") if whole else self._sheet("平均日曲线", "Mean daily curve")
        sheet.set_column(0, 0, 12)
        sheet.set_column(1, 24, 7.5)
        sheet.freeze_panes(3, 1)
        sheet.write_string(2, 0, unit.words, s.head)
        for k, hour in enumerate(grid.columns, start=1):
            sheet.write_string(2, k, s.say(f"{hour}时", f"{hour} h"), s.head)
        chart = self.book.add_chart({"type": "line"})
        for n, (month, values) in enumerate(grid.iterrows()):
            row = 3 + n
            title = s.say(f"{month}月", f"month {month}") if whole else s.say("全部计算时段", "all hours modelled")
            sheet.write_string(row, 0, title, s.text)
            for k, value in enumerate(values, start=1):
                sheet.write_number(row, k, float(value) * unit.factor, s.number(unit.format))
            name = sheet.get_name()
            places = {"categories": [name, 2, 1, 2, len(values)], "values": [name, row, 1, row, len(values)]}
            chart.add_series({"name": [name, row, 0], "line": {"color": SERIES[n % len(SERIES)], "width": 1.25}} | places)
        dress(chart, s, unit.words)
        sheet.insert_chart(4 + len(grid), 0, chart)
        every = self._sheet("逐时曲线", "Hourly curve")
        every.set_column(0, 0, 18)
        every.set_column(1, 2, 14)
        every.freeze_panes(3, 1)
        every.repeat_rows(0, 2)
        for k, text in enumerate((s.heading("time"), s.heading("weight"), unit.words)):
            every.write_string(2, k, text, s.head)
        for row, (moment, weight, power) in enumerate(hours.itertuples(index=False), start=3):
            every.write_string(row, 0, moment, s.text)
            every.write_number(row, 1, weight, s.number("0.0"))
            every.write_number(row, 2, power * unit.factor, s.number(unit.format))
