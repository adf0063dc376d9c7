"""Investment of every project that the plan builds: static, interest during construction, dynamic; annuity, and return at the tariff.

The annuity is that of the static investment, as the plan pays it: interest during construction is not in the objective.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from energy_model.results.contract import columns
from energy_model.results.projects import COST_PARTS
from energy_model.results.unit_costs import LEAST_MCNY
from energy_model.solving.stamp import StampedLP
from energy_model.study.capacities import CAPACITIES, assets
from energy_model.study.system import System
from energy_model.units import (
    CNY_PER_KW_FROM_CNY_PER_MW,
    CNY_PER_MCNY,
    MCNY_PER_GWH_FROM_CNY_PER_MWH,
    MW_PER_GW,
    annuity,
)

YEARS = tuple(f"year_{i}_share" for i in range(1, 7))
"""Columns of construction.csv: share of the static investment that is spent in each year of construction."""
TABLE_PER_MODEL_UNIT = MW_PER_GW
"""The same from GW to MW, GWh to MWh, kt to t and Gvar to Mvar."""
AMOUNTS = {"store_energy": "new_mwh", "hydrogen_store": "new_t", "condenser": "new_mvar"}
"""What is built by name of the capacity; of all others MW."""
LOWEST_RETURN, HIGHEST_RETURN = -0.9, 10.0
"""Rates between which the return is searched [1/a]; a higher return is told as the highest."""
OPERATING = tuple(p for p in COST_PARTS if p != "capital")


@dataclass(frozen=True)
class Terms:
    """Terms of finance and prices at the plant.

    Attributes
    ----------
    discount : float
        Real discount rate [1/a].
    vat : float
        Value added tax.
    loan : float
        Share of loans in what is spent.
    rate : float
        Interest on loans [1/a].
    loan_years : float
        Years of repayment after commissioning, in equal yearly payments [a].
    drawdown : DataFrame
        `YEARS` by kind.
    tariff : DataFrame
        ``on_grid_cny_per_mwh`` and ``capacity_cny_per_kw_year``, VAT included, by kind.
    """

    discount: float
    vat: float
    loan: float
    rate: float
    loan_years: float
    drawdown: pd.DataFrame
    tariff: pd.DataFrame

    @classmethod
    def of(cls, tables: Mapping[str, pd.DataFrame], vintage: int) -> Terms:
        """Terms of a price level from the input tables."""
        f = tables["finance"].set_index("vintage").loc[vintage]
        tariffs = tables["plant_tariffs"]
        return cls(
            float(f.discount_rate_share),
            float(f.vat_share),
            float(f.loan_share),
            float(f.loan_rate_share),
            float(f.loan_years),
            tables["construction"].set_index("kind"),
            tariffs[tariffs.vintage == vintage].set_index("kind"),
        )

    def interest(self, kind: str) -> float:
        """Interest during construction per static investment.

        In each year interest is due on the debt at its start, earlier interest included, and for half a year on what is drawn in it.
        """
        if self.loan == 0.0 or kind not in self.drawdown.index:
            return 0.0
        drawn = self.loan * self.drawdown.loc[kind, list(YEARS)].to_numpy(float)
        debt = 0.0
        for new in np.trim_zeros(drawn, "b"):  # construction ends with the last year in which something is spent
            debt = debt * (1 + self.rate) + new * (1 + self.rate / 2)
        return debt - float(drawn.sum())

    def tariff_mcny(self, kind: str, energy_gwh: float, capacity_mw: float) -> float:
        """Revenue of a year at the tariff, without VAT [MCNY]; NaN for kinds without one."""
        if kind not in self.tariff.index:
            return np.nan
        energy = self.tariff.on_grid_cny_per_mwh[kind] * MCNY_PER_GWH_FROM_CNY_PER_MWH * energy_gwh
        return float(energy) / (1 + self.vat) + self.capacity_mcny(kind, capacity_mw)

    def capacity_mcny(self, kind: str, capacity_mw: float) -> float:
        """Capacity price of a year, without VAT [MCNY], of a kind with a tariff."""
        price = self.tariff.capacity_cny_per_kw_year[kind] / CNY_PER_KW_FROM_CNY_PER_MW
        return float(price * capacity_mw / CNY_PER_MCNY) / (1 + self.vat)


def built(lp: StampedLP, primal: np.ndarray, system: System) -> pd.DataFrame:
    """What the plan builds, by element: ``new_mw`` or the amounts of `AMOUNTS`, ``annuity_mcny``, ``lifetime_years``."""
    standing = assets(system)
    rows: list[tuple] = []
    for c in CAPACITIES:
        labels, ids = lp.columns(c.column)
        elements = [element for (element,) in labels]
        own = standing[c.name].loc[elements, ["existing", "capex", "lifetime_years"]].to_numpy(float)
        new = np.maximum(0.0, primal[ids] - own[:, 0])
        amount = [AMOUNTS.get(c.name, "new_mw")] * len(elements)
        rows += zip(elements, amount, new * TABLE_PER_MODEL_UNIT, own[:, 1] * new, own[:, 2], strict=True)
    frame = pd.DataFrame(rows, columns=["element", "amount", "new", "annuity_mcny", "lifetime_years"])
    sums = frame.groupby("element", sort=False).agg(annuity_mcny=("annuity_mcny", "sum"), lifetime_years=("lifetime_years", "first"))
    sizes = frame.pivot_table(index="element", columns="amount", values="new", aggfunc="sum")
    return sums.join(sizes.reindex(columns=["new_mw", *AMOUNTS.values()]))


def investments(new: pd.DataFrame, projects: pd.DataFrame, costs: pd.DataFrame, terms: Terms, captive: set[str]) -> pd.DataFrame:
    """Investment and return of every project built.

    Parameters
    ----------
    new : DataFrame
        Of `built`.
    projects, costs : DataFrame
        Of `projects.projects` and `projects.of_projects`.
    terms : Terms
    captive : set of str
        Nodes of microgrids: plants there sell at no tariff, and are valued at the prices of their node.

    Returns
    -------
    DataFrame
        ``static_mcny``, ``interest_mcny``, ``dynamic_mcny``; ``annuity_mcny`` in the objective and ``interest_annuity_mcny``, which is not;
        revenue, cost of operation and their difference of a year, before income tax; return on all capital and on equity, net present
        value at the discount rate, years of payback. All yearly figures are those of the new part of the capacity.
    """
    rows = []
    there = new[(new.annuity_mcny >= LEAST_MCNY) & new.index.isin(projects.index)]
    for element, n in there.iterrows():
        p = projects.loc[element]
        life = float(n.lifetime_years)
        static = float(n.annuity_mcny) / annuity(terms.discount, life)
        interest = static * terms.interest(p.kind)
        share = min(1.0, float(n.new_mw) / p.capacity_mw) if p.capacity_mw > 0 else 1.0
        at_tariff = terms.tariff_mcny(p.kind, p.energy_gwh, p.capacity_mw) if p.node not in captive else np.nan
        revenue, basis = (p.market_mcny, p.market_basis) if np.isnan(at_tariff) else (at_tariff + p.heat_mcny, "tariff")
        operating = float(costs.loc[element, list(OPERATING)].sum()) * share
        net = revenue * share - operating
        rows.append(
            {"element": element}
            | {c: p[c] for c in ("node", "kind", "technology", "name_zh", "name_en")}
            | {
                "new_mw": n.new_mw,
                "new_storage_mwh": n.new_mwh,
                "new_t": n.new_t,
                "new_mvar": n.new_mvar,
                "unit_cny_per_kw": static * CNY_PER_MCNY / n.new_mw * CNY_PER_KW_FROM_CNY_PER_MW if n.new_mw > 0 else np.nan,
                "static_mcny": static,
                "interest_mcny": interest,
                "dynamic_mcny": static + interest,
                "annuity_mcny": n.annuity_mcny,
                "interest_annuity_mcny": interest * annuity(terms.discount, life),
                "revenue_basis": basis,
                "revenue_mcny": revenue * share,
                "operating_mcny": operating,
                "net_revenue_mcny": net,
            }
            | returns(static, interest, net, life, terms)
        )
    table = pd.DataFrame(rows, columns=[c.name for c in columns("investments")])
    return table.drop(columns=[c.name for c in columns("investments") if c.option and table[c.name].isna().all()])


def returns(static: float, interest: float, net: float, life: float, terms: Terms) -> dict[str, float]:
    """Return on all capital and on equity, present value [MCNY] and payback [a] of a level net revenue over the lifetime.

    Everything is spent at commissioning, interest during construction included; debt is what was borrowed and its interest, repaid in
    equal yearly payments. Payback counts years from commissioning, without discounting; NaN where the lifetime is over before.
    """
    if np.isnan(net):
        return dict.fromkeys(("irr_share", "equity_irr_share", "npv_mcny", "payback_years"), np.nan)
    whole = static + interest
    debt = terms.loan * static + interest
    yearly = np.full(max(1, round(life)), net)
    repaid = min(len(yearly), max(1, round(terms.loan_years))) if debt else 0
    own = yearly.copy()
    own[:repaid] -= debt * annuity(terms.rate, repaid) if repaid else 0.0
    return {
        "irr_share": rate_of_return(np.r_[-whole, yearly]),
        "equity_irr_share": rate_of_return(np.r_[-(whole - debt), own]),
        "npv_mcny": net / annuity(terms.discount, life) - whole,
        "payback_years": whole / net if net > 0 and whole <= net * life else np.nan,
    }


def rate_of_return(flows: np.ndarray) -> float:
    """Rate at which an outlay and the yearly flows after it are worth nothing [1/a]; NaN without an outlay or if nothing comes back."""
    if flows[0] >= 0 or flows[1:].sum() <= 0:
        return np.nan
    years = np.arange(len(flows))

    def worth(rate: float) -> float:
        return float((flows * (1 + rate) ** -years).sum())

    return HIGHEST_RETURN if worth(HIGHEST_RETURN) > 0 else float(brentq(worth, LOWEST_RETURN, HIGHEST_RETURN))
