"""Links between the investment years of a pathway: vintages, retirement and build rates.

Each year keeps its own master and blocks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyomo.environ as pyo

from energy_model.formulation.equation import add, equation
from energy_model.study.capacities import CAPACITIES, assets
from energy_model.study.pathway import Pathway, members
from energy_model.study.system import System

OWNERS = {c.name: c.family for c in CAPACITIES}
"""Capacities of the master (``capacity_<name>``) and the family of what is built that each belongs to."""
KEPT = ("corridor",)
"""Capacities that are never retired early."""


@dataclass(frozen=True)
class Past:
    """Earlier decisions of a myopic planner; empty for a planner who decides all years together.

    Attributes
    ----------
    built : dict of (capacity, asset, vintage) to float
        Vintages [GW; stores' energy GWh].
    standing : dict of (capacity, asset, year) to float
        What was kept of the fleet in the earlier years [GW, GWh].
    """

    built: Mapping[tuple[str, str, int], float] = field(default_factory=dict)
    standing: Mapping[tuple[str, str, int], float] = field(default_factory=dict)

    @property
    def years(self) -> set[int]:
        """Years decided."""
        return {y for *_, y in (*self.built, *self.standing)}


def pathway_master(systems: Mapping[int, System], pathway: Pathway, past: Past | None = None) -> pyo.ConcreteModel:
    """Build the pathway over the years decided together.

    Parameters
    ----------
    systems : mapping of int to System
        Systems of the years up to the last one that is decided now, those of the past included.
    pathway : Pathway
    past : Past, optional
        Decisions of earlier years, with myopic foresight.

    Returns
    -------
    ConcreteModel
        ``capacity[k, i, y]`` is column ``capacity_k[i]`` of year y's master. Costs, in the money of the year, are ``<year>/<category>``.
    """
    past = past or Past()
    m = pyo.ConcreteModel("pathway")
    _sets(m, systems, pathway, past)
    _columns(m)
    for row in (vintage_sum, no_return, build_rate):
        add(m, row)
    m.account = pyo.Set(initialize=list(costs := investment_cost(m)))
    m.account_cost = pyo.Objective(m.account, rule=lambda m, name: costs[name])  # each is discounted with the weight of its year
    return m


def _sets(m: pyo.ConcreteModel, systems: Mapping[int, System], pathway: Pathway, past: Past) -> None:
    years = [y for y in pathway.years if y in systems]
    decided = [y for y in years if y not in past.years]
    m.existing, m.limits, m.annuity, m.lifetime, m.new_bound, m.of_item = {}, {}, {}, {}, {}, {}
    for y in years:
        for k, table in assets(systems[y]).items():
            for i, row in table[["existing", "min_new", "max_new", "capex", "lifetime_years"]].iterrows():
                m.existing[k, i, y] = float(row.existing)
                m.limits[k, i, y] = (float(row.min_new), float(row.existing + row.max_new))
                if row.max_new > 0:
                    m.new_bound[k, i, y] = float(row.max_new)
                    m.annuity[k, i, y], m.lifetime[k, i, y] = float(row.capex), float(row.lifetime_years)
            if k != "store_energy":
                for item in (item for item, year in pathway.rates if year == y):
                    m.of_item.setdefault((item, y), []).extend((k, i) for i in members(item, OWNERS[k], table) if (k, i, y) in m.new_bound)
    m.alive = {key: [] for key in m.existing}
    for k, i, v in m.new_bound:
        for y in years:
            if v <= y < v + m.lifetime[k, i, v] and (k, i, y) in m.alive:
                m.alive[k, i, y].append(v)
    m.past, m.early_retirement = past, pathway.early_retirement
    m.rate, m.span = pathway.rates, pathway.span
    m.before = dict(zip(years[1:], years[:-1], strict=True))
    m.year = pyo.Set(initialize=decided, ordered=True)
    m.asset_year = pyo.Set(dimen=3, initialize=[a for a in m.existing if a[2] in decided])
    m.vintage = pyo.Set(dimen=3, initialize=list(m.new_bound))
    m.fleet = pyo.Set(dimen=3, initialize=[a for a, gw in m.existing.items() if gw > 0])
    kept = [(k, i, y) for k, i, y in m.fleet if y in decided and (k, i, m.before.get(y)) in m.fleet and may_retire(m, k)]
    m.retirable = pyo.Set(dimen=3, initialize=kept)
    m.limited_item = pyo.Set(dimen=2, initialize=[key for key, new in m.of_item.items() if new and key[1] in decided])


def may_retire(m: pyo.ConcreteModel, k: str) -> bool:
    """Whether the fleet's capacities of this name may be retired early."""
    return m.early_retirement and k not in KEPT


def _columns(m: pyo.ConcreteModel) -> None:
    built, standing = m.past.built, m.past.standing

    def capacity_bounds(m, k, i, y):
        least, most = m.limits[k, i, y]
        kept = 0.0 if may_retire(m, k) or k == "store_energy" else m.existing[k, i, y]
        return kept + least, most

    def standing_bounds(m, k, i, y):
        if y in m.past.years:
            return (standing[k, i, y],) * 2
        return 0.0 if may_retire(m, k) else m.existing[k, i, y], m.existing[k, i, y]

    m.capacity = pyo.Var(m.asset_year, bounds=capacity_bounds)
    m.standing = pyo.Var(m.fleet, bounds=standing_bounds)
    m.built = pyo.Var(m.vintage, bounds=lambda m, k, i, v: (built[k, i, v],) * 2 if v in m.past.years else (0, m.new_bound[k, i, v]))


@equation("asset_year", "GW", "present value of one more GW that year, MCNY/GW", part="pathway")
def vintage_sum(m, k, i, y):
    r"""Capacity of a year is the remaining existing fleet plus the vintages that have not reached their end of life.

    A vintage is the capacity added in an investment year; it operates from that year for its lifetime. Energy of stores is in GWh.

    .. math::

       X_{i,y} = S_{i,y} + \sum_{v \le y < v + T_i} B_{i,v}
    """
    standing = m.standing[k, i, y] if (k, i, y) in m.fleet else 0
    return m.capacity[k, i, y] == standing + sum(m.built[k, i, v] for v in m.alive[k, i, y])


@equation("retirable", "GW", "present value of one more GW kept, MCNY/GW", part="pathway")
def no_return(m, k, i, y):
    r"""Capacity retired early does not return; units whose life ends first are retired first.

    :math:`E` is the fleet within its lifetime; exogenous growth (heating boilers of another load level) is added.

    .. math::

       S_{i,y} \le S_{i,y-1} + \max(0, E_{i,y} - E_{i,y-1}), \qquad 0 \le S_{i,y} \le E_{i,y}
    """
    growth = max(0.0, m.existing[k, i, y] - m.existing[k, i, m.before[y]])
    return m.standing[k, i, y] - m.standing[k, i, m.before[y]] <= growth


@equation("limited_item", "GW", "present value of one more GW built that year, MCNY/GW", part="pathway")
def build_rate(m, item, y):
    r"""Capacity of a technology or kind completed by an investment year is limited by the rate times the years since the previous one.

    .. math::

       \sum_{i \in item} B_{i,y} \le \beta_{item,y}\, n^{build}_y
    """
    return sum(m.built[k, i, y] for k, i in m.of_item[item, y]) <= m.rate[item, y] * m.span[y]


def investment_cost(m) -> dict:
    """Pyomo expressions of the annuities paid in each year [MCNY], by ``<year>/investment_<family>``."""
    there = {k for k, *_ in m.asset_year}
    families = dict.fromkeys(c.family for c in CAPACITIES if c.always or c.name in there)
    cost = {f"{y}/investment_{family}": 0.0 for y in m.year for family in families}
    for k, i, y in m.asset_year:
        cost[f"{y}/investment_{OWNERS[k]}"] += sum(m.annuity[k, i, v] * m.built[k, i, v] for v in m.alive[k, i, y])
    return cost
