"""One page on the console that a planner can read."""

from __future__ import annotations

import math

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from energy_model.labels import label
from energy_model.report.words import partial_year_notice
from energy_model.results import contract
from energy_model.results.balance_tables import least_surplus_mw
from energy_model.results.indicators import curtailed_share, penalties
from energy_model.units import GWH_PER_TWH, KT_PER_MT


def print_summary(console: Console, manifest: dict, tables: dict[str, pd.DataFrame]) -> None:
    """Capacity by county, energy balance, export, curtailment, coal, cost, clauses and certificate.

    Parameters
    ----------
    console : Console
    manifest : dict
    tables : dict of str to DataFrame
        As written to ``tables/``.
    """
    console.rule(f"{manifest['title_zh']} · {manifest['scenario']}")
    console.print(f"{manifest['title_en']} · {manifest['hours']:,} h · weather 气象: {manifest['weather']} ({manifest['weather_kind']})")
    if mark := partial_year_notice(manifest):
        console.print(f"{mark.zh}\n{mark.en}", highlight=False, style="bold red")
    console.print(_capacity(tables["capacity"], tables["places"]))
    console.print(_corridors(tables["corridors"]))
    console.print(_contracts(tables["contracts"]))
    console.print(_energy(tables))
    console.print(_costs(tables["costs"]))
    if fines := penalties(tables["costs"]):
        share = fines / tables["costs"].set_index("category").cost_mcny["total"]
        console.print(f"{label('study', 'penalties')}: {fines:z,.1f} MCNY/a 百万元/年 ({share:z.1%})", highlight=False, style="bold red")
    console.print(_clauses(tables["clauses"]))
    counts = tables["clauses"].verdict.value_counts()
    told = {"met": "clauses_met", "missed": "clauses_missed"} | {v: f"count_{v}" for v in ("reached", "not_reached", "input", "no_amount")}
    console.print("; ".join(f"{counts[v]} {label('study', code)}" for v, code in told.items() if v in counts), highlight=False)
    c = manifest["certificate"]
    console.print(
        f"Certificate 校核证书: gap {c['gap']:.1e} (limit {c['gap_limit']:.0e}), balance residual {c['balance_residual_mw']:.1e} MW, "
        f"cost tables - objective {c['accounts_difference']:.0e} · {manifest['algorithm']}, {manifest['iterations']} iterations"
    )

    if lone := manifest.get("security", {}).get("radial"):
        console.print(f"Lone links, whose trip splits the network 单回辐射、跳闸即解列: {', '.join(lone)}", style="yellow")


def _capacity(capacity: pd.DataFrame, places: pd.DataFrame) -> Table:
    name = places.set_index("node")
    grid = capacity.pivot_table(index="node", columns="kind", values=["existing_mw", "new_mw"], aggfunc="sum", fill_value=0.0)
    kinds = [k for k in ("thermal", "chp", "wind", "solar", "battery", "pumped_hydro") if ("existing_mw", k) in grid.columns]
    table = Table(
        "node 节点",
        *(f"{label('kind', k)}" for k in kinds),
        title="Capacity 装机 [MW]: existing 既有 + new 新建",
    )
    for node in [n for n in places.node if n in grid.index]:
        cells = [f"{grid.loc[node, ('existing_mw', k)]:z,.0f} + {grid.loc[node, ('new_mw', k)]:z,.0f}" for k in kinds]
        table.add_row(f"{name.name_zh[node]} {name.name_en[node]}", *(("" if c == "0 + 0" else c) for c in cells))
    sums = [f"{grid['existing_mw'][k].sum():z,.0f} + {grid['new_mw'][k].sum():z,.0f}" for k in kinds]
    table.add_section()
    table.add_row("total 合计", *sums)
    return table


def _corridors(corridors: pd.DataFrame) -> Table:
    table = Table(
        str(contract.words("corridor")),
        f"{contract.words('existing_mw')} MW",
        f"{contract.words('new_mw')} MW",
        f"{label('map', 'sent_forward')} TWh",
        f"{label('map', 'sent_backward')} TWh",
        str(contract.words("utilisation_share")),
        str(contract.words("hours_at_limit_h")),
        title="Corridors 通道（仅列新建或年输送 5 亿千瓦时以上 new, or above 0.5 TWh a year）",
    )
    show = corridors[(corridors.new_mw > 1) | (corridors.sent_gwh + corridors.returned_gwh > 500)]
    for r in show.itertuples():
        table.add_row(
            f"{r.corridor} {r.name_zh} {r.name_en}",
            f"{r.existing_mw:z,.0f}",
            f"{r.new_mw:z,.0f}",
            f"{r.sent_gwh / GWH_PER_TWH:z,.2f}",
            f"{r.returned_gwh / GWH_PER_TWH:z,.2f}",
            "" if math.isnan(r.utilisation_share) else f"{r.utilisation_share:z.0%}",
            f"{r.hours_at_limit_h:z,.0f}",
        )
    return table


def _contracts(contracts: pd.DataFrame) -> Table:
    table = Table(
        "contract 合同",
        "power MW",
        "TWh 受端",
        "hours 利用小时",
        f"{contract.words('marginal_cny_per_mwh')} CNY/MWh",
        f"{contract.words('nodal_cny_per_mwh')} CNY/MWh",
        title="Export 外送",
    )
    for r in contracts.itertuples():
        table.add_row(
            f"{r.contract} {r.name_zh}",
            f"{r.power_mw:z,.0f}",
            f"{r.energy_gwh / GWH_PER_TWH:z,.2f}",
            "" if math.isnan(r.utilisation_h) else f"{r.utilisation_h:z,.0f}",
            f"{r.marginal_cny_per_mwh:z,.1f}",
            f"{r.nodal_cny_per_mwh:z,.1f}",
        )
    return table


def _energy(tables: dict[str, pd.DataFrame]) -> Table:
    b, c, k = tables["energy_balance"].sum(numeric_only=True), tables["curtailment"], tables["coal"]
    figures = {
        "thermal, sent out 火电上网电量 TWh": b.thermal_gwh / GWH_PER_TWH,
        "wind 风电 TWh": b.wind_gwh / GWH_PER_TWH,
        "solar 光伏 TWh": b.solar_gwh / GWH_PER_TWH,
        "load 负荷 TWh": b.load_gwh / GWH_PER_TWH,
        "smelters 电解铝 TWh": b.smelter_gwh / GWH_PER_TWH,
        "unserved 切负荷 TWh": b.unserved_gwh / GWH_PER_TWH,
        "curtailment 弃风弃光率 %": 100 * curtailed_share(c),
        "surplus at the peak 电力盈亏 MW": least_surplus_mw(tables["power_balance"]),
        "coal for power 电煤 Mt": k.power_kt.sum() / KT_PER_MT,
        "coal in all 用煤合计 Mt": (k.power_kt + k.other_kt).sum() / KT_PER_MT,
    }
    table = Table("figure 指标", "value", title="Energy 电量")
    for name, value in figures.items():
        table.add_row(name, "" if math.isnan(value) else f"{value:z,.2f}")
    return table


def _costs(costs: pd.DataFrame) -> Table:
    table = Table("cost 成本", "MCNY/a 百万元", title="Cost 年费用")
    for r in costs.itertuples():
        if abs(r.cost_mcny) > 0.05 or r.category == "total":
            table.add_row(str(label("account", r.category)), f"{r.cost_mcny:z,.1f}")
    return table


def _clauses(clauses: pd.DataFrame) -> Table:
    table = Table(
        "clause 条款",
        "quantity 指标",
        "target 目标",
        "reached 达到",
        f"{label('study', 'verdict')}",
        "price 影子价格",
        title="Clauses of the plan 规划条款",
    )
    for r in clauses.itertuples():
        scale, unit = (100, "%") if r.unit == "1" and r.quantity.endswith("share") else (1, "" if r.unit == "1" else r.unit)
        price = "" if pd.isna(r.price) else f"{r.price:z,.2f} {r.price_unit}"
        colour = {"met": "green", "missed": "red", "not_reached": "yellow"}.get(r.verdict, "dim")
        verdict = Text(str(label("verdict", r.verdict)), colour)
        sense = "≥" if r.sense == ">=" else "≤"
        table.add_row(
            f"{r.clause} {r.quote_zh or ''}",
            f"{r.name_zh} {r.name_en}",
            f"{sense} {r.value * scale:z,.1f} {unit}",
            f"{r.reached * scale:z,.1f}",
            verdict,
            price,
        )
    return table
