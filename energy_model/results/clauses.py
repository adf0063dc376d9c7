"""Each clause of the plan: target, result, verdict and cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results import coal_dryers, environment, indicators, neighbours, node_balance
from energy_model.results.dust import LEAST_GWH, LEAST_MW, ratio
from energy_model.results.recount_clauses import MARGIN
from energy_model.results.variables import rows_without_room
from energy_model.study.clause_quantities import MODELLED, clause_quantity, covers, require_all
from energy_model.study.given import given, holds
from energy_model.study.study import Study
from energy_model.study.system import THERMAL
from energy_model.units import GWH_PER_MWH, MCNY_PER_CNY, MCNY_PER_GWH_FROM_CNY_PER_MWH, MCNY_PER_KT_FROM_CNY_PER_T, MWH_PER_GWH, T_PER_KT

WORTH = {"MW": MCNY_PER_CNY, "GWh": MCNY_PER_GWH_FROM_CNY_PER_MWH, "kt": MCNY_PER_KT_FROM_CNY_PER_T, "Mm3": 1.0}
"""MCNY in one unit of the target at one unit of its price."""

FACTS = ("clause", "quote_zh", "name_zh", "name_en", "quantity", "scope", "sense", "mode")
FOUND = ("year", "value", "reached", "unit", "verdict", "slack", "price", "price_unit", "price_note", "worth_at_most_mcny")
"""Columns of the table of clauses: what the plan says, and what came of it."""


def clauses(data: xr.Dataset, study: Study) -> pd.DataFrame:
    """The clause table.

    Parameters
    ----------
    data : Dataset
    study : Study
        Gives the amounts that no plan changes.

    Returns
    -------
    DataFrame
        One row per clause; ``verdict`` as `verdict`; ``reached`` is NaN of an amount of another year; ``price`` is the cost of one more
        unit (saving, for a limit), NaN where the clause is no row of the model, or where no more is possible (``price_note`` is
        ``no_room``).
    """
    duals = [data[n].to_series() for n in ("dual_clause_at_least", "dual_clause_at_most") if n in data]
    price = pd.concat(duals) if duals else pd.Series(dtype=float)
    facts = {k: data[f"clause_{k}"].to_numpy().tolist() for k in (*FACTS, "value", "year")}
    plan, full = Figures(data, study), rows_without_room(data)
    rows = []
    for i, c in enumerate(data.clause.to_numpy()):
        info = {k: facts[k][i] for k in FACTS}
        no_room = f"clause_at_least/{c}" in full
        target, spoken = float(facts["value"][i]), clause_quantity(info["quantity"])
        reached = plan.margin(c) if spoken.name == MARGIN else plan.reached(spoken.name, info["scope"])
        judged = verdict(info, target, holds(reached, info["sense"], target), facts["year"][i], study.settings.study.plan_year)
        reached = np.nan if judged == "see_pathway" else reached  # what was built until then is not what that year built
        rows.append(
            {
                "target": c,
                **info,
                "year": int(facts["year"][i]),
                "value": target,
                "reached": reached,
                "unit": spoken.unit,
                "verdict": judged,
                "slack": (reached - target) * (1 if info["sense"] == ">=" else -1),
                "price": np.nan if no_room else abs(price.get(c, np.nan)),
                "price_unit": spoken.price_unit if c in price.index else "",
                "price_note": "no_room" if no_room else "",
                "worth_at_most_mcny": _worth(price.get(c, np.nan), target, spoken.unit) if info["sense"] == ">=" else np.nan,
            }
        )
    return pd.DataFrame(rows, columns=["target", *FACTS, *FOUND])


OF_ONE_YEAR = ("wind_new_mw",)
"""Quantities that a clause means of its year alone; a plan of another year knows only the sum of what was built until then."""


def verdict(clause: Mapping[str, Any], target: float, held: bool, year: int = 0, plan_year: int = 0) -> str:
    """Verdict of a clause.

    ``met`` or ``missed`` of a clause that is a row of the model; ``reached`` or ``not_reached`` of one that is only looked at; of a
    quantity that the study is given ``input``, or, where the inputs contradict the plan, ``missed`` once the `year` of the clause has
    come and ``not_reached`` before; ``no_amount`` where the plan's text names none, so that nothing can be missed; ``see_pathway`` of an
    amount of one year (`OF_ONE_YEAR`) in a plan of another.
    """
    if clause["sense"] == ">=" and target == 0:
        return "no_amount"
    if clause_quantity(clause["quantity"]).is_input:
        return "input" if held else "missed" if year <= plan_year else "not_reached"
    if clause["mode"] in ("hard", "soft"):
        return "met" if held else "missed"
    if clause["quantity"] in OF_ONE_YEAR and year != plan_year:
        return "see_pathway"
    return "reached" if held else "not_reached"


def _worth(price: float, target: float, unit: str) -> float:
    """Upper bound on the saving from dropping a lower limit [MCNY/a].

    The least cost is convex in the right-hand side, so it falls by no more than the shadow price times the whole target.
    """
    return abs(price) * target * WORTH[unit] if unit in WORTH else np.nan


class Figures:
    """Quantities of clauses in a solved plan, in the unit of targets.csv.

    Parameters
    ----------
    data : Dataset
    study : Study
    """

    def __init__(self, data: xr.Dataset, study: Study) -> None:
        self.data, self.study = data, study
        self.grid = pd.Series(data.place_microgrid.to_numpy(), index=data.place.to_numpy())
        self.table = cache(lambda made: made(data))  # once for all clauses

    def reached(self, quantity: str, scope: str) -> float:
        """Amount of a quantity over a scope; an empty scope is the whole study."""
        return given(self.study, quantity, scope) if clause_quantity(quantity).is_input else REACHED[quantity](self, scope)

    def margin(self, clause: str) -> float:
        """Firm capacity above the peak of a margin clause, as share of the peak."""
        return float(self.data.firm_mw.sel(margin_clause=clause) / self.data.peak_mw.sel(margin_clause=clause)) - 1

    def within(self, scope: str, nodes: Iterable[str]) -> np.ndarray:
        """Nodes within a scope."""
        return np.array([covers(scope, n, self.grid[n]) for n in nodes], dtype=bool)

    def capacity(self, scope: str, kinds: tuple[str, ...], column: str = "capacity_mw", technology: str = "") -> float:
        """Capacity of some kinds of plants, or of one technology [MW]."""
        t = self.table(indicators.capacity)
        own = t[t.kind.isin(kinds) & ((t.technology == technology) | (technology == "")) & self.within(scope, t.node)]
        return float(own[column].sum())

    def condensing_gwh(self, scope: str) -> float:
        """Net generation of the condensing plants of a scope, which may be a neighbour."""
        t = self.table(indicators.capacity)
        beyond = neighbours.yearly_gwh(self.data, "thermal", scope) if scope else 0.0
        return beyond + float(t.sent_out_gwh[(t.kind == "thermal") & self.within(scope, t.node)].sum())

    def export_gwh(self, scope: str) -> float:
        """Delivered energy of all contracts, of one, or of those of one market, to which what its neighbour receives counts."""
        energy = indicators.energy_gwh(self.data, "delivered_mw").to_series()
        market = self.data.contract_market.to_series()
        contracts = float(energy[[scope in ("", x, market[x]) for x in energy.index]].sum())
        return contracts + neighbours.yearly_gwh(self.data, "received", scope)

    def coal_kt(self, scope: str) -> float:
        """Coal of all mines, or of one."""
        parts = [self.data[name] for name in ("coal_kt", "other_coal_kt") if name in self.data]
        if "coal_dried_kt" not in self.data:
            return sum(float((p if not scope else p.sel(mine=p.mine == scope)).sum()) for p in parts)
        dryers = self.table(coal_dryers.coal_dryers)
        names = [scope] if scope else [i for i in self.data.mine.to_numpy() if i not in set(dryers.mine)]  # dried coal was dug as raw coal
        raw = float(dryers.raw_kt[dryers.raw_mine.isin(names)].sum())
        return raw + sum(float(p.sel(mine=p.mine.isin(names)).sum()) for p in parts)

    def air_kt(self, scope: str, column: str) -> float:
        """Emissions to the air of plants and boilers of a scope."""
        t = self.table(environment.air_emissions)
        return float(t[column][self.within(scope, t.node)].sum()) / T_PER_KT

    def water_mm3(self, scope: str) -> float:
        """Water of plants and industry of a scope."""
        t = self.table(environment.water)
        return float(t.total_mm3[self.within(scope, t.node)].sum())

    def aluminium_kt(self, scope: str) -> float:
        """Aluminium output of a place, or of one smelter."""
        d = self.data
        made = indicators.aluminium_kt(d)
        own = self.within(scope, d.smelter_node.to_numpy()) | (d.smelter.to_numpy() == scope)
        return float(made.to_numpy()[own].sum())

    def curtailed_share(self, scope: str) -> float:
        """Curtailed share of the available wind and solar energy in a scope."""
        t = self.table(indicators.curtailment)
        return float(np.nan_to_num(indicators.curtailed_share(t[self.within(scope, t.node)])))  # of nothing, nothing is curtailed

    def renewable_share(self, scope: str) -> float:
        """Wind and solar energy per required load: potlines at rated power, shed load included, as in the row of the model."""
        d, used, load = self.data, self.table(indicators.curtailment), self.table(node_balance.energy_balance)
        asked = float(load.load_gwh[self.within(scope, load.node)].sum())
        if d.sizes.get("smelter", 0):
            rated = d.smelter_rated_mw.to_numpy()[self.within(scope, d.smelter_node.to_numpy())].sum()
            asked += float(rated * d.weight.sum()) * GWH_PER_MWH
        return float(np.nan_to_num(ratio(used.used_gwh[self.within(scope, used.node)].sum(), asked, 0.0)))

    def export_renewable_share(self, scope: str) -> float:
        """Share of delivered energy that wind and solar can cover hour by hour, net of other contracts; 1 without a delivery."""
        d = self.data
        lost, market = d.corridor_loss_share.to_series().groupby(d.corridor_to_bus.to_numpy()).max(), d.contract_market.to_series()
        sent_for = 1 / (1 - market.map(lost).fillna(0.0))
        delivered = d.delivered_mw.transpose("contract", "time").to_pandas()
        counted = 0.0 * delivered
        if "green_delivered_mw" in d:
            counted = d.green_delivered_mw.transpose("green_contract", "time").to_pandas().reindex(delivered.index, fill_value=0.0)
        own = np.array([scope in ("", x, market[x]) for x in market.index], dtype=bool)
        left = d.renewable_mw.sum("feed").to_series() - counted[~own].mul(sent_for[~own], axis=0).sum()
        part = np.minimum(ratio(left, delivered[own].mul(sent_for[own], axis=0).sum(), LEAST_MW), 1.0)
        energy = delivered[own].sum() * d.weight.to_series()
        return float(np.nan_to_num(ratio((part * energy).sum(), energy.sum(), LEAST_GWH * MWH_PER_GWH), nan=1.0))


REACHED: dict[str, Callable[[Figures, str], float]] = {
    "wind_capacity_mw": lambda f, scope: f.capacity(scope, ("wind",)),
    "wind_new_mw": lambda f, scope: f.capacity(scope, ("wind",), "new_mw"),
    "solar_capacity_mw": lambda f, scope: f.capacity(scope, ("solar",)),
    "thermal_capacity_mw": lambda f, scope: f.capacity(scope, THERMAL),
    "igcc_capacity_mw": lambda f, scope: f.capacity(scope, THERMAL, technology="igcc"),
    "condensing_gwh": Figures.condensing_gwh,
    "export_gwh": Figures.export_gwh,
    "coal_kt": Figures.coal_kt,
    "co2_kt": lambda f, scope: float(f.data.co2_kt.sum()),
    "so2_kt": lambda f, scope: f.air_kt(scope, "so2_t"),
    "nox_kt": lambda f, scope: f.air_kt(scope, "nox_t"),
    "dust_kt": lambda f, scope: f.air_kt(scope, "dust_t"),
    "water_mm3": Figures.water_mm3,
    "curtailment_share": Figures.curtailed_share,
    "renewable_share": Figures.renewable_share,
    "export_renewable_share": Figures.export_renewable_share,
    "aluminium_kt": Figures.aluminium_kt,
}
"""Quantities of a solved plan; those that the study is given are in `study.given`, and the margin has its own scopes."""
require_all(REACHED, set(MODELLED) - {MARGIN}, "what a plan reaches")
