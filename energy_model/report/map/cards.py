"""Cards of the map: the figures of each node, corridor and of the whole system, as plain data for the page."""

from __future__ import annotations

import math

import pandas as pd

from energy_model.labels import Label, label
from energy_model.report.colours import TECHNOLOGY
from energy_model.report.result_folder import Result
from energy_model.report.shell.page import words
from energy_model.report.shown_units import amount
from energy_model.results.components import USES
from energy_model.results.dust import LEAST_GWH, ratio
from energy_model.results.indicators import full_load_hours, penalties
from energy_model.units import HOURS_PER_YEAR

SMALL_MW = 0.5  # less is solver dust
LEAST_LAND_VALUE = 0.5  # CNY/(MW a)


def shown(value: float, digits: int = 6) -> float | None:
    """A number for the page; a missing one is a dash."""
    return None if math.isnan(value) else round(float(value), digits) + 0.0


def figure(name: str, value: float, unit: str, digits: int = 0, side: str = "") -> dict:
    """One line of a card; of those with a `side`, supply adds up to demand."""
    return {"code": name, "name": words(label("map", name)), "value": shown(value), "unit": unit, "digits": digits, "side": side}


def balance_figures(supply: dict[str, float], demand: dict[str, float], always: tuple[str, ...] = ()) -> list[dict]:
    """Both sides of a balance of electricity and their sum, without negligible items [GWh]."""
    lines = []
    for side, parts in (("supply", supply), ("demand", demand)):
        lines += [figure(name, v, "GWh", side=side) for name, v in parts.items() if abs(v) >= LEAST_GWH or name in always]
        lines.append(figure(f"{side}_total", sum(parts.values()), "GWh"))
    return lines


class ByNode:
    """Tables of a result by node as plain rows, grouped once: a large network has hundreds."""

    def __init__(self, tables: dict[str, pd.DataFrame]) -> None:
        self.balance = tables["energy_balance"].set_index("node").to_dict("index")
        self.price = {p.bus: p for p in tables["prices"].itertuples()}
        self.microgrid = {m.microgrid: m for m in tables["microgrids"].itertuples()}
        self.capacity = technology_sums(tables["capacity"])
        feeds = tables["curtailment"]
        columns = {"curtailed_gwh": "sum", "available_gwh": "sum", "hours_curtailed_h": "max"}
        # Results of earlier versions lack the hours and the value of land.
        self.waste = feeds.groupby("node").agg({name: how for name, how in columns.items() if name in feeds}).to_dict("index")
        self.land: dict[str, list[dict]] = {}
        if "land_value_cny_per_mw" in feeds:
            for feed in feeds[feeds.land_value_cny_per_mw > LEAST_LAND_VALUE].itertuples():
                self.land.setdefault(feed.node, []).append(figure(f"land_{feed.carrier}", feed.land_value_cny_per_mw, "CNY/(MW a)"))


def make_cards(result: Result) -> dict[str, dict]:
    """All cards by key: ``system``, ``node:<node>`` and ``corridor:<corridor>``."""
    names = result.place_names()
    microgrids = {m.microgrid: Label(m.name_zh, m.name_en) for m in result.tables["microgrids"].itertuples()}
    by_node = ByNode(result.tables)
    cards: dict[str, dict] = {"system": system_card(result, by_node)}
    for place in result.tables["places"].itertuples():
        card = receiver_card(result, by_node, place) if place.kind == "receiver" else node_card(by_node, place)
        cards[f"node:{place.node}"] = {
            "kind": place.kind,
            "title": words(Label(place.name_zh, place.name_en)),
            "note": words(_place_note(place, microgrids)),
        } | card
    for corridor in result.tables["corridors"].itertuples():
        cards[f"corridor:{corridor.corridor}"] = corridor_card(corridor, names)
    return cards


def _place_note(place, microgrids: dict[str, Label]) -> Label:
    kind = label("node", place.kind)
    if place.microgrid:
        inside, grid = label("map", "microgrid"), microgrids[place.microgrid]
        return Label(f"{kind.zh} · {inside.zh}：{grid.zh}", f"{kind.en} · {inside.en}: {grid.en}")
    return kind


def technology_sums(capacity: pd.DataFrame) -> dict[str, list[tuple]]:
    """By node: kind, names, existing, new [MW] and gross energy [GWh] of every technology, in the order of the table."""
    sums = capacity.groupby(["node", "kind", "name_zh", "name_en"], sort=False)[["existing_mw", "new_mw", "gross_gwh"]].sum().astype(float)
    found: dict[str, list[tuple]] = {}
    for (node, *names), *amounts in sums.itertuples():
        found.setdefault(node, []).append((*names, *amounts))
    return found


def capacity_rows(sums: list[tuple]) -> list[dict]:
    """Capacity by technology: existing, new [MW], gross energy [GWh], full-load hours [h]; empty technologies omitted."""
    rows = []
    for kind, zh, en, existing, new, energy in sums:
        if existing + new < SMALL_MW:
            continue
        rows.append(
            {
                "name": {"zh": zh, "en": en},
                "kind": kind,
                "colour": TECHNOLOGY.get(kind),
                "existing_mw": round(existing, 3),
                "new_mw": round(new, 3),
                "energy_gwh": shown(energy, 3),
                "full_load_h": shown(full_load_hours(energy, existing + new), 1),
            }
        )
    order = list(TECHNOLOGY)
    return sorted(rows, key=lambda r: order.index(r["kind"]) if r["kind"] in order else len(order))


def plants(sums: list[tuple]) -> dict[str, list[dict]]:
    """Rows of plants and stores of electricity, and separately those of heat; from `technology_sums`."""
    rows = capacity_rows(sums)
    return {"technologies": [r for r in rows if r["kind"] in TECHNOLOGY], "heat": [r for r in rows if r["kind"] not in TECHNOLOGY]}


def curtailment_figures(waste: dict[str, float]) -> list[dict]:
    """Curtailed energy and its share of the available energy, and the hours of one node; empty if the available energy is negligible."""
    share = ratio(waste["curtailed_gwh"], waste["available_gwh"], LEAST_GWH)
    if math.isnan(share):
        return []
    lines = [figure("curtailed", waste["curtailed_gwh"], "GWh", 1), figure("curtailed_share", 100 * share, "%", 2)]
    return [*lines, figure("hours_curtailed", waste["hours_curtailed_h"], "h")] if "hours_curtailed_h" in waste else lines


def node_card(by_node: ByNode, place) -> dict:
    """Capacity, energy, curtailment and price of a county, park or hub."""
    balance, price = by_node.balance[place.node], by_node.price[place.node]
    supply = {
        "sent_out": balance["thermal_gwh"] + balance["wind_gwh"] + balance["solar_gwh"],
        "received": balance["received_gwh"],
        "unserved": balance["unserved_gwh"],
    }
    demand = {u.name: balance[f"{u.name}_gwh"] for u in USES if f"{u.name}_gwh" in balance}
    demand |= {"storage_loss": -balance["storage_net_gwh"], "sent": balance["sent_gwh"]}
    lines = balance_figures(supply, demand, ("sent_out", "received", "load", "sent"))
    if place.node in by_node.waste:
        lines += curtailment_figures(by_node.waste[place.node])
    lines += [
        figure("price_mean", price.mean_cny_per_mwh, "CNY/MWh", 1),
        figure("price_low", price.p05_cny_per_mwh, "CNY/MWh", 1),
        figure("price_high", price.p95_cny_per_mwh, "CNY/MWh", 1),
        *by_node.land.get(place.node, []),
    ]
    if place.microgrid:
        grid = by_node.microgrid[place.microgrid]
        lines += [figure("self_supply", 100 * grid.self_supply_share, "%", 1), figure("tie_hours", grid.hours_at_limit_h, "h")]
    return plants(by_node.capacity.get(place.node, [])) | {"figures": lines}


def received_gwh(corridors: pd.DataFrame, node: str) -> float:
    """Net energy received by a node over corridors, after losses [GWh]."""
    into, out = corridors[corridors.to_node == node], corridors[corridors.from_node == node]
    return float((into.sent_gwh - into.loss_gwh - into.returned_gwh).sum() - (out.sent_gwh - out.returned_gwh + out.loss_gwh).sum())


def receiver_card(result: Result, by_node: ByNode, place) -> dict:
    """Energy received at a receiving station, and the contracts of its market."""
    t = result.tables
    corridors = t["corridors"]
    into = corridors[corridors.to_node == place.node]
    lines = [
        figure("received", received_gwh(corridors, place.node), "GWh"),
        figure("corridor_existing", into.existing_mw.sum(), "MW"),
        figure("corridor_new", into.new_mw.sum(), "MW"),
    ]
    if place.market in by_node.price:  # a market that no corridor reaches has no price
        lines.append(figure("price_mean", by_node.price[place.market].mean_cny_per_mwh, "CNY/MWh", 1))
    contracts = [
        {
            "name": {"zh": c.name_zh, "en": c.name_en},
            "power_mw": round(c.power_mw, 3),
            "energy_gwh": round(c.energy_gwh, 3),
            "hours": shown(c.utilisation_h, 1),
        }
        for c in t["contracts"][t["contracts"].market == place.market].itertuples()
    ]
    return {"contracts": contracts, "figures": lines}


def corridor_card(c, names: dict[str, Label]) -> dict:
    """Capacity, energy, loading and congestion rent of a corridor."""
    current, start, end = label("current", c.kind), names[c.from_node], names[c.to_node]
    volts, long = amount(c.voltage_kv, "kV"), amount(c.length_km, "km")
    note = Label(
        f"{start.zh} → {end.zh} · {current.zh} {volts.zh} · {long.zh}",
        f"{start.en} → {end.en} · {current.en} {volts.en} · {long.en}",
    )
    return {
        "kind": "corridor",
        "title": words(Label(c.name_zh, c.name_en)),
        "note": words(note),
        "figures": [
            figure("existing", c.existing_mw, "MW"),
            figure("new", c.new_mw, "MW"),
            figure("sent_forward", c.sent_gwh, "GWh"),
            figure("sent_backward", c.returned_gwh, "GWh"),
            figure("loss", c.loss_gwh, "GWh", 1),
            figure("arrived", c.sent_gwh + c.returned_gwh - c.loss_gwh, "GWh"),
            figure("utilisation", 100 * c.utilisation_share, "%", 1),
            figure("full_load_hours_year", c.utilisation_share * HOURS_PER_YEAR, "h"),
            figure("hours_at_limit", c.hours_at_limit_h, "h"),
            *([figure("hours_binding", c.hours_binding_h, "h")] if hasattr(c, "hours_binding_h") else []),
            figure("congestion_rent", c.congestion_rent_cny_per_mw, "CNY/(MW a)"),
        ],
    }


def system_card(result: Result, by_node: ByNode) -> dict:
    """Totals of the whole city."""
    t = result.tables
    coal, energy = t["coal"], t["energy_account"].set_index("item").energy_gwh
    kinds = t["capacity"].assign(node="system")
    for kind in kinds.kind.unique():
        zh, en = label("kind", kind)
        kinds.loc[kinds.kind == kind, ["name_zh", "name_en"]] = zh, en
    supply = {"sent_out": energy[["thermal", "chp", "wind", "solar"]].sum(), "unserved": energy.unserved}
    demand = {u.name: energy[u.name] for u in USES if u.name in energy}
    demand |= {"storage_loss": energy.charge - energy.discharge, "loss": energy.loss, "export": energy.export}
    waste = t["curtailment"][["curtailed_gwh", "available_gwh"]].sum().to_dict()
    if len(by_node.waste) == 1:
        (waste,) = by_node.waste.values()
    lines = [
        *balance_figures(supply, demand, ("sent_out", "load", "loss", "export")),
        *curtailment_figures(waste),
        figure("coal_use", coal.power_kt.sum() + coal.other_kt.sum(), "kt"),
        figure("cost", float(t["costs"].set_index("category").cost_mcny["total"]), "MCNY/a", 1),
        *([figure("penalties", fines, "MCNY/a", 1)] if (fines := penalties(t["costs"])) else []),
    ]
    return {
        "kind": "system",
        "title": words(label("map", "system")),
        "note": words(label("map", "hint")),
        "figures": lines,
    } | plants(technology_sums(kinds).get("system", []))
