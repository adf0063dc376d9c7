"""Summary of a result on the console, on one page."""

from __future__ import annotations

import math

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from energy_model.labels import label
from energy_model.language import language, say
from energy_model.report.columns import clause_named
from energy_model.report.console.tables import console_table
from energy_model.report.penalties import largest_penalty_words
from energy_model.report.shown_units import amount, figure, in_unit, residual, row_unit, shown_unit, unit_of
from energy_model.report.words import horizon_words, method_words, partial_year_notice, percent, weather_words
from energy_model.results import contract
from energy_model.results.balance_tables import least_surplus_mw
from energy_model.results.indicators import curtailed_share, penalties
from energy_model.results.node_costs import cost_of_neighbours


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
        console.print(f"{of_whole}: {amount(beyond, 'MCNY/a', 1).shown} ({beyond / total:z.1%})", highlight=False)
    if fines := penalties(tables["costs"]):
        share = fines / tables["costs"].set_index("category").cost_mcny["total"]
        words, largest = label("study", "penalties").shown, largest_penalty_words(tables["costs"], "MCNY/a", 1).shown
        console.print(f"{words}: {amount(fines, 'MCNY/a', 1).shown} ({share:z.1%}); {largest}", highlight=False, style="bold red")
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
    apart, left = c["accounts_difference"], residual(c["balance_residual_mw"], "MW")
    how, gap, limit = method_words(manifest), percent(c["gap"]), percent(c["gap_limit"])
    console.print(
        say(
            f"Certificate: relative gap {gap} (limit {limit}), balance residual {left.en}, "
            f"cost tables less objective {apart:.0e} · {how.en}",
            f"校核证书：相对间隙 {gap}（限 {limit}），平衡残差 {left.zh}，费用表与目标值之差 {apart:.0e} · {how.zh}",
        )
    )

    if lone := manifest.get("security", {}).get("radial"):
        console.print(f"{label('contingency', 'radial').shown}: {', '.join(lone)}", style="yellow")


def _unit(own: str) -> str:
    """A unit of the tables as it is shown."""
    return shown_unit(own, language()).words


def _shown(value: float, own: str, digits: int = 0) -> str:
    """A figure of the tables as it is shown, a missing one as nothing."""
    return "" if math.isnan(value) else figure(value, own, language(), digits)


def _capacity(capacity: pd.DataFrame, places: pd.DataFrame) -> Table:
    name = places.set_index("node")
    grid = capacity.pivot_table(index="node", columns="kind", values=["existing_mw", "new_mw"], aggfunc="sum").fillna(0.0)
    kinds = [k for k in ("thermal", "chp", "wind", "solar", "battery", "pumped_hydro") if ("existing_mw", k) in grid.columns]
    table = Table(
        contract.words("node").shown,
        *(label("kind", k).shown for k in kinds),
        title=say(f"Capacity [{_unit('MW')}]: existing + new", f"装机 [{_unit('MW')}]：既有＋新建"),
    )
    for node in [n for n in places.node if n in grid.index]:
        own = grid.loc[node]
        table.add_row(name[f"name_{language()}"][node], *(_both(own["existing_mw", k], own["new_mw", k]) for k in kinds))
    sums = [_both(grid["existing_mw"][k].sum(), grid["new_mw"][k].sum()) for k in kinds]
    table.add_section()
    table.add_row(contract.words("total").shown, *sums)
    return table


def _both(existing_mw: float, new_mw: float) -> str:
    """Existing and new capacity; nothing where neither is."""
    parts = [_shown(mw, "MW") for mw in (existing_mw, new_mw)]
    return " + ".join(parts) if any(set(text) & set("123456789") for text in parts) else ""


def _corridors(corridors: pd.DataFrame) -> Table:
    table = Table(
        contract.words("corridor").shown,
        *(f"{contract.words(name).shown} {_unit('MW')}" for name in ("existing_mw", "new_mw")),
        *(f"{label('map', name).shown} {_unit('GWh')}" for name in ("sent_forward", "sent_backward")),
        contract.words("utilisation_share").shown,
        contract.words("hours_at_limit_h").shown,
        title=say("Corridors, new or above 500 GWh a year", "通道（新建，或年输送 5 亿千瓦时以上）"),
    )
    show = corridors[(corridors.new_mw > 1) | (corridors.sent_gwh + corridors.returned_gwh > 500)]
    for r in show.itertuples():
        table.add_row(
            f"{r.corridor} {getattr(r, f'name_{language()}')}",
            *(_shown(mw, "MW") for mw in (r.existing_mw, r.new_mw)),
            *(_shown(gwh, "GWh") for gwh in (r.sent_gwh, r.returned_gwh)),
            "" if math.isnan(r.utilisation_share) else f"{r.utilisation_share:z.0%}",
            f"{r.hours_at_limit_h:z,.0f}",
        )
    return table


def _contracts(contracts: pd.DataFrame) -> Table:
    prices = {name: unit_of(name, language()) for name in ("marginal_cny_per_mwh", "nodal_cny_per_mwh")}
    table = Table(
        contract.words("contract").shown,
        f"{contract.words('power_mw').shown} {_unit('MW')}",
        f"{say('received', '受端电量')} {_unit('GWh')}",
        contract.words("utilisation_h").shown,
        *(f"{contract.words(name).shown} {unit.words}" for name, unit in prices.items()),
        title=say("Export", "外送"),
    )
    for r in contracts.itertuples():
        table.add_row(
            f"{r.contract} {getattr(r, f'name_{language()}')}",
            _shown(r.power_mw, "MW"),
            _shown(r.energy_gwh, "GWh"),
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
        say("thermal, sent out", "火电上网电量"): (b.thermal_gwh, "GWh"),
        say("wind", "风电"): (b.wind_gwh, "GWh"),
        say("solar", "光伏"): (b.solar_gwh, "GWh"),
        say("load", "用电量"): (b.load_gwh, "GWh"),
        say("smelters", "电解铝"): (b.smelter_gwh, "GWh"),
        say("unserved", "电量不足"): (b.unserved_gwh, "GWh"),
        say("curtailment rate", "弃风弃光率"): (curtailed_share(c), "%"),
        say("capacity surplus at the peak", "电力盈亏"): (least_surplus_mw(tables["power_balance"]), "MW"),
        say("coal for power and heat", "电煤与供热用煤"): (k.power_kt.sum(), "kt"),
        say("total coal", "用煤合计"): ((k.power_kt + k.other_kt).sum(), "kt"),
    }
    table = Table(say("figure", "指标"), say("value", "数值"), say("unit", "单位"), title=say("Energy", "电量"))
    for name, (value, own) in figures.items():
        text = _shown(100 * value, own, 2) if own == "%" else _shown(value, own)
        table.add_row(name, text, _unit(own))
    return table


def _costs(costs: pd.DataFrame) -> Table:
    table = Table(contract.words("category").shown, _unit("MCNY/a"), title=contract.words("cost_mcny").shown)
    for r in costs.itertuples():
        if abs(r.cost_mcny) > 0.05 or r.category == "total":
            table.add_row(label("account", r.category).shown, _shown(r.cost_mcny, "MCNY", 1))
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
        own = row_unit(r.unit, r.quantity.endswith("share"), language())
        priced = row_unit(r.price_unit, False, language())
        price = "" if pd.isna(r.price) else f"{in_unit(r.price, priced)} {priced.words}"
        price = label("price_note", r.price_note).shown if r.price_note else price
        colour = {"met": "green", "missed": "red", "not_reached": "yellow"}.get(r.verdict, "dim")
        verdict = Text(label("verdict", r.verdict).shown, colour)
        sense = "≥" if r.sense == ">=" else "≤"
        table.add_row(
            f"{clause_named(str(r.clause)).shown} {say('', r.quote_zh or '')}".rstrip(),
            getattr(r, f"name_{language()}"),
            f"{sense} {in_unit(r.value, own)} {own.words}".rstrip(),
            "" if math.isnan(r.reached) else in_unit(r.reached, own),
            verdict,
            price,
        )
    return table
