"""Every account of the cost from prices of the tables and quantities of the plan."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.results.components import RESULTS
from energy_model.results.quantities import Quantities, available, coal_pairs
from energy_model.study.capacities import CAPACITIES
from energy_model.study.clause_quantities import MODELLED
from energy_model.units import MCNY_PER_CNY, MCNY_PER_GWH_FROM_CNY_PER_MWH, MCNY_PER_KT_FROM_CNY_PER_T


def costs(q: Quantities) -> dict[str, float]:
    """Cost by category [MCNY]."""
    found = _built(q) | _bought(q) | _run(q)
    for own in [r.costs for r in RESULTS if r.costs]:
        found |= own(q)
    return found


def _built(q: Quantities) -> dict[str, float]:
    """Annuities of new capacity, and fixed cost of all capacity."""
    y = q.problem.system
    found: dict[str, float] = {}
    for c in CAPACITIES:
        if c.name == "store_energy":
            continue  # below: its prices stand in the table of the converters
        table = getattr(y, c.over)
        if table.empty and not c.always:
            continue
        capacity = pd.Series(q.once(c.column, list(table.index)), index=table.index, dtype=float)
        new = capacity - table.existing
        if "retrofit_of" in table:
            new = new[~new.index.isin(table.retrofit_of.dropna())]  # what is converted was paid for
        paid = {f"investment_{c.family}": float((table.capex.reindex(new.index) * new).sum())}
        paid[f"fixed_{c.family}"] = float((table.fom * capacity).sum())
        found |= {account: found.get(account, 0.0) + cost for account, cost in paid.items()}
    s = y.store
    volume = pd.Series(q.once("capacity_store_energy", list(s.index)), index=s.index, dtype=float)
    found["investment_storage"] += float((s.capex_energy * (volume - (s.duration_h * s.existing).fillna(0.0))).sum())
    return found


def _bought(q: Quantities) -> dict[str, float]:
    """Coal, its freight and carbon, and penalties of missed clauses."""
    y, coal = q.problem.system, coal_pairs(q)
    dried = pd.Series(q.once("capacity_coal_dryer", list(y.coal_dryer.index)), index=y.coal_dryer.index, dtype=float)
    c = y.target.loc[y.clause.index]  # the table's own figures, not those that were converted for the model
    soft = c[c["mode"] == "soft"]
    share = soft.quantity.str.endswith("_share")
    per_unit = soft.quantity.map(MODELLED).astype(float)
    unit = (MCNY_PER_CNY / per_unit).where(~share, MCNY_PER_GWH_FROM_CNY_PER_MWH)
    missed = q.once("missed", list(soft.index))
    return {
        "coal": float((y.supply.price * coal).sum() + (y.coal_dryer.raw_price * y.coal_dryer.raw_per_product * dried).sum()),
        "coal_freight": float((y.supply.freight * coal).sum()),
        "co2": float(y.finance.co2_price_cny_per_t * MCNY_PER_KT_FROM_CNY_PER_T * (y.supply.co2_kt_per_tj * coal).sum()),
        "missed_clauses": float((soft.penalty_cny_per_unit.fillna(0.0) * unit * missed).sum()),
    }


def _run(q: Quantities) -> dict[str, float]:
    """Hourly costs."""
    y, f = q.problem.system, q.problem.system.finance
    per_energy = MCNY_PER_GWH_FROM_CNY_PER_MWH

    def energy(family: str, table: pd.DataFrame) -> pd.Series:
        return pd.Series(q.yearly(q.of(family, list(table.index))), index=table.index, dtype=float)

    g, line, k, mg = y.thermal, y.corridor, y.smelter, y.microgrid
    started = pd.Series(q.steps("started", list(g.index)), index=g.index, dtype=float)
    starts = float((g.start_cost * started).sum())
    if y.options.commitment.start_classes:
        prices = {"hot": g.start_cost_hot, "warm": g.start_cost}
        cold = g.start_cost_cold
        starts = float((cold * started).sum())
        for name, price in prices.items():
            starts -= float(((cold - price) * q.steps("class_start", [(i, name) for i in g.index])).sum())
    made = q.yearly(q.thermal_power())
    used = energy("renewable_power", y.feed)
    inside, product = list(y.bus.index[~y.bus.market]), y.reserve_product
    need = list(y.reserve.index) if y.options.reserves.enabled else []
    missing = q.yearly(q.of("reserve_missing", need))
    short = q.yearly(q.of("reserve_short", list(mg.index))).sum() + q.yearly(q.of("reserve_down_short", list(mg.index))).sum()
    short += q.yearly(q.of("synchronous_short", list(mg.index), q.problem.step_h)).sum()
    return _allowances(q, made) | {
        "thermal_variable": float((g.vom * made).sum()),
        "starts": starts,
        "renewable_variable": float((y.feed.vom * used).sum()),
        "curtailment": float(f.curtailment_cost_cny_per_mwh * per_energy * (q.yearly(available(q)).sum() - used.sum())),
        "storage_variable": float((y.store.vom * energy("discharge", y.store)).sum()),
        "boiler_variable": float((y.boiler.vom * energy("boiler_heat", y.boiler)).sum()),
        "wheeling": float((line.wheeling * (energy("flow_forward", line) + energy("flow_backward", line))).sum()),
        "load_shedding": float(f.value_of_lost_load_cny_per_mwh * per_energy * q.yearly(q.of("shed", inside)).sum()),
        "potline_shedding": float((k.shed_cost * energy("potline_shed", k)).sum()),
        "potline_restarts": float((k.restart_cost * energy("restored", k)).sum()),
        "heat_shedding": float(f.value_of_lost_heat_cny_per_mwh * per_energy * energy("heat_shed", y.heat_area).sum()),
        "reserve_shortfall": float(
            f.reserve_shortfall_cny_per_mwh * per_energy * short
            + sum(product.price[p] * v for (p, _), v in zip(need, missing, strict=True))
        ),
    }


def _allowances(q: Quantities, made: np.ndarray) -> dict[str, float]:
    """Value of free CO2 allowances, by benchmark and output."""
    y = q.problem.system
    price = y.finance.co2_price_cny_per_t * MCNY_PER_KT_FROM_CNY_PER_T
    if not y.has_allowances:
        return {}
    g, b = y.thermal, y.boiler[y.boiler.kind == "coal_boiler"]
    heat = g.co2_benchmark_heat.where(g.is_chp, 0.0) @ q.yearly(q.of("chp_heat", list(g.index)))
    heat += b.co2_benchmark_heat.to_numpy(float) @ q.yearly(q.of("boiler_heat", list(b.index)))
    return {"co2_allowances": -price * float(g.co2_benchmark.to_numpy(float) @ made + heat)}
