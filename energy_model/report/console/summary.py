"""Summary of a result on the console, on one page."""

from __future__ import annotations

import math

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from energy_model.labels import label
from energy_model.language import language, say
from energy_model.report.columns import clause_named, in_unit, price_unit, row_unit
from energy_model.report.console.tables import console_table
from energy_model.report.words import horizon_words, method_words, partial_year_notice, percent, weather_words
from energy_model.results import contract
from energy_model.results.balance_tables import least_surplus_mw
from energy_model.results.indicators import curtailed_share, penalties
from energy_model.results.node_costs import cost_of_neighbours
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
    console.rule(f"{say(manifest['title_en'], manifest['title_zh'])} · {manifest['scenario']}")
    console.print(f"{horizon_words(manifest).shown} · {weather_words(manifest).shown}", highlight=False)
    if mark := partial_year_notice(manifest):
        console.print(mark.shown, highlight=False, style="bold red")
    console.print(_capacity(tables["capacity"], tables["places"]))
    console.print(_corridors(tables["corridors"]))
    if len(tables["contracts"]):
        console.print(_contracts(tables["contracts"]))
    for name in contract.printed():
        if name in tables:
            console.print(console_table(name, tables[name]))
    console.print(_energy(tables))
    console.print(_costs(tables["costs"]))
    if beyond := cost_of_neighbours(tables["node_costs"]):
        of_whole, total = label("study", "of_neighbours").shown, tables["costs"].set_index("category").cost_mcny["total"]
        console.print(f"{of_whole}: {beyond:z,.1f} {say('MCNY a year', '百万元/年')} ({beyond / total:z.1%})", highlight=False)
    if fines := penalties(tables["costs"]):
        share = fines / tables["costs"].set_index("category").cost_mcny["total"]
        words, unit = label("study", "penalties").shown, say("MCNY a year", "百万元/年")
        console.print(f"{words}: {fines:z,.1f} {unit} ({share:z.1%})", highlight=False, style="bold red")
    console.print(_clauses(tables["clauses"]))
    of_city = ~tables["clauses"].scope.isin(tables["neighbours"].neighbour if "neighbours" in tables else ())
    counts = tables["clauses"][of_city].verdict.value_counts()
    told = {"met": "clauses_met", "missed": "clauses_missed"} | {
        v: f"count_{v}" for v in ("reached", "not_reached", "see_pathway", "input", "no_amount")
    }
    console.print(
        say("; ", "；").join(f"{counts[v]} {label('study', code).shown}" for v, code in told.items() if v in counts), highlight=False
    )
    c = manifest["certificate"]
    residual, apart = c["balance_residual_mw"], c["accounts_difference"]
    how, gap, limit = method_words(manifest), percent(c["gap"]), percent(c["gap_limit"])
    console.print(
        say(
            f"Certificate: relative gap {gap} (limit {limit}), balance residual {residual:.1e} MW, "
            f"cost tables less objective {apart:.0e} · {how.en}",
            f"校核证书：相对间隙 {gap}（限 {limit}），平衡残差 {residual:.1e} MW，费用表与目标值之差 {apart:.0e} · {how.zh}",
        )
    )

    if lone := manifest.get("security", {}).get("radial"):
        console.print(f"{label('contingency', 'radial').shown}: {', '.join(lone)}", style="yellow")


def _capacity(capacity: pd.DataFrame, places: pd.DataFrame) -> Table:
    name = places.set_index("node")
    grid = capacity.pivot_table(index="node", columns="kind", values=["existing_mw", "new_mw"], aggfunc="sum").fillna(0.0)
    kinds = [k for k in ("thermal", "chp", "wind", "solar", "battery", "pumped_hydro") if ("existing_mw", k) in grid.columns]
    table = Table(
        contract.words("node").shown,
        *(label("kind", k).shown for k in kinds),
        title=say("Capacity [MW]: existing + new", "装机 [MW]：既有＋新建"),
    )
    for node in [n for n in places.node if n in grid.index]:
        cells = [f"{grid.loc[node, ('existing_mw', k)]:z,.0f} + {grid.loc[node, ('new_mw', k)]:z,.0f}" for k in kinds]
        table.add_row(name[f"name_{language()}"][node], *(("" if c == "0 + 0" else c) for c in cells))
    sums = [f"{grid['existing_mw'][k].sum():z,.0f} + {grid['new_mw'][k].sum():z,.0f}" for k in kinds]
    table.add_section()
    table.add_row(contract.words("total").shown, *sums)
    return table


def _corridors(corridors: pd.DataFrame) -> Table:
    table = Table(
        contract.words("corridor").shown,
        f"{contract.words('existing_mw').shown} MW",
        f"{contract.words('new_mw').shown} MW",
        f"{label('map', 'sent_forward').shown} TWh",
        f"{label('map', 'sent_backward').shown} TWh",
        contract.words("utilisation_share").shown,
        contract.words("hours_at_limit_h").shown,
        title=say("Corridors, new or above 0.5 TWh a year", "通道（新建，或年输送 5 亿千瓦时以上）"),
    )
    show = corridors[(corridors.new_mw > 1) | (corridors.sent_gwh + corridors.returned_gwh > 500)]
    for r in show.itertuples():
        table.add_row(
            f"{r.corridor} {getattr(r, f'name_{language()}')}",
            f"{r.existing_mw:z,.0f}",
            f"{r.new_mw:z,.0f}",
            f"{r.sent_gwh / GWH_PER_TWH:z,.2f}",
            f"{r.returned_gwh / GWH_PER_TWH:z,.2f}",
            "" if math.isnan(r.utilisation_share) else f"{r.utilisation_share:z.0%}",
            f"{r.hours_at_limit_h:z,.0f}",
        )
    return table


def _contracts(contracts: pd.DataFrame) -> Table:
    prices = {name: price_unit(name, language()) for name in ("marginal_cny_per_mwh", "nodal_cny_per_mwh")}
    table = Table(
        contract.words("contract").shown,
        f"{contract.words('power_mw').shown} MW",
        say("received TWh", "受端电量 TWh"),
        contract.words("utilisation_h").shown,
        *(f"{contract.words(name).shown} {unit.words}" for name, unit in prices.items()),
        title=say("Export", "外送"),
    )
    for r in contracts.itertuples():
        table.add_row(
            f"{r.contract} {getattr(r, f'name_{language()}')}",
            f"{r.power_mw:z,.0f}",
            f"{r.energy_gwh / GWH_PER_TWH:z,.2f}",
            "" if math.isnan(r.utilisation_h) else f"{r.utilisation_h:z,.0f}",
            *(
                label("price_note", r.price_note).shown
                if r.price_note and math.isnan(getattr(r, name))
                else in_unit(getattr(r, name), unit)
                for name, unit in prices.items()
            ),
        )
    return table


def _energy(tables: dict[str, pd.DataFrame]) -> Table:
    b, c, k = tables["energy_balance"].sum(numeric_only=True), tables["curtailment"], tables["coal"]
    figures = {
        say("thermal, sent out, TWh", "火电上网电量 TWh"): b.thermal_gwh / GWH_PER_TWH,
        say("wind, TWh", "风电 TWh"): b.wind_gwh / GWH_PER_TWH,
        say("solar, TWh", "光伏 TWh"): b.solar_gwh / GWH_PER_TWH,
        say("load, TWh", "用电量 TWh"): b.load_gwh / GWH_PER_TWH,
        say("smelters, TWh", "电解铝 TWh"): b.smelter_gwh / GWH_PER_TWH,
        say("unserved, TWh", "电量不足 TWh"): b.unserved_gwh / GWH_PER_TWH,
        say("curtailment rate, %", "弃风弃光率 %"): 100 * curtailed_share(c),
        say("capacity surplus at the peak, MW", "电力盈亏 MW"): least_surplus_mw(tables["power_balance"]),
        say("coal for power, Mt", "电煤 Mt"): k.power_kt.sum() / KT_PER_MT,
        say("total coal, Mt", "用煤合计 Mt"): (k.power_kt + k.other_kt).sum() / KT_PER_MT,
    }
    table = Table(say("figure", "指标"), say("value", "数值"), title=say("Energy", "电量"))
    for name, value in figures.items():
        table.add_row(name, "" if math.isnan(value) else f"{value:z,.2f}")
    return table


def _costs(costs: pd.DataFrame) -> Table:
    table = Table(contract.words("category").shown, say("MCNY a year", "百万元/年"), title=contract.words("cost_mcny").shown)
    for r in costs.itertuples():
        if abs(r.cost_mcny) > 0.05 or r.category == "total":
            table.add_row(label("account", r.category).shown, f"{r.cost_mcny:z,.1f}")
    return table


def _clauses(clauses: pd.DataFrame) -> Table:
    table = Table(
        contract.words("clause").shown,
        contract.words("quantity").shown,
        label("study", "target").shown,
        label("study", "reached").shown,
        label("study", "verdict").shown,
        contract.words("price").shown,
        title=say("Clauses of the plan", "规划条款"),
    )
    for r in clauses.itertuples():
        scale, unit = (100, "%") if r.unit == "1" and r.quantity.endswith("share") else (1, "" if r.unit == "1" else r.unit)
        priced = row_unit(r.price_unit, False, language())
        price = "" if pd.isna(r.price) else f"{in_unit(r.price, priced)} {priced.words}"
        price = label("price_note", r.price_note).shown if r.price_note else price
        colour = {"met": "green", "missed": "red", "not_reached": "yellow"}.get(r.verdict, "dim")
        verdict = Text(label("verdict", r.verdict).shown, colour)
        sense = "≥" if r.sense == ">=" else "≤"
        table.add_row(
            f"{clause_named(str(r.clause)).shown} {say('', r.quote_zh or '')}".rstrip(),
            getattr(r, f"name_{language()}"),
            f"{sense} {r.value * scale:z,.1f} {unit}",
            "" if math.isnan(r.reached) else f"{r.reached * scale:z,.1f}",
            verdict,
            price,
        )
    return table
