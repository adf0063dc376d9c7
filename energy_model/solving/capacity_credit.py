"""Capacity credit of wind, solar and storage: their effective load-carrying capability, found by dispatching the block of the model.

Garver (1966), "Effective load carrying capability of generating units", IEEE Transactions on Power Apparatus and Systems 85(8): the
constant load that can be added with a resource at equal expected unserved energy. The study becomes one bus: its load with the
smelters at rated power, its thermal plants, wind, sun and stores. Forced outages of the thermal units are convolved (`outages.py`); the
plants then stand in the block as slices whose running cost is the probability that the slice is missing, so the cost of a dispatch
is the expected unserved energy. The load is shifted until that is the agreed share of the yearly load.

Unserved energy is convex in the shift and its slope is the sum of the hourly prices, so Newton's method started above the root comes
down to it. At the root a marginal megawatt of wind or sun carries its output weighted with the prices (loss-of-load probabilities).
"""
# Over 300 lines: one method, from the tightest days to the shares.

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.formulation.adequacy import Adequacy, nodes_in
from energy_model.formulation.block import dispatch_block
from energy_model.formulation.components import DATA, stacked
from energy_model.formulation.master import YearlyData, investment_master
from energy_model.language import say
from energy_model.solving.compile import Compiled, compile_model
from energy_model.solving.highs import solve_lp
from energy_model.solving.outages import outage_slices
from energy_model.solving.stamp import BlockPlan, stamp
from energy_model.study.horizon import HorizonError
from energy_model.study.series import FILE, WEIGHT
from energy_model.study.settings import Options
from energy_model.study.system import System
from energy_model.units import CNY_PER_MWH_FROM_MCNY_PER_GWH, GW_PER_MW, HOURS_PER_WEEK, HOURS_PER_YEAR

LONGEST_PERIOD_H = HOURS_PER_WEEK
STEP_SHARE = 0.01
"""Size of the store whose credit is measured, share of the peak load."""
CREDIT_DIGITS = 6
"""Digits of a credit; the last ones of a dispatch are noise."""
TOLERANCE = 1e-5
"""Of the unserved energy."""
OTHERS_SHARE = 0.02
"""Unserved energy that may lie outside the dispatched days, share of what is allowed; there no store helps, which is on the safe side."""
ALL = "all"
SLICE = {
    "technology": ALL,
    "kind": "thermal",
    "coal_grade": ALL,
    "heat_rate": 1.0,
    "no_load_fuel_share": 0.0,
    "min_load_share": 0.0,
    "ramp_share_per_h": 1.0,
    "start_cost": 0.0,
    "start_fuel": 0.0,
    "fuel_price": 0.0,
    "fuel_price_series": None,
    "online_share": 1.0,
    "firm_share": 1.0,
    "net_share": 1.0,
    "planned_outage_share": 0.0,
    "start_time_h": np.nan,
    "is_chp": False,
    "power_loss_per_heat": 0.0,
    "back_pressure_ratio": 0.0,
    "heat_share": 1.0,
    "start_cost_hot": 0.0,
    "start_cost_cold": 0.0,
    "hot_start_h": 0.0,
    "warm_start_h": 0.0,
    "min_up_h": 0.0,
    "min_down_h": 0.0,
    "unit_gw": 1.0,
    "whole": False,
    "found_built": False,
    "retrofit_of": None,
    "must_run_share": 0.0,
    "open_start": False,
}
"""A thermal cluster that represents a slice of capacity: always on, without minimum load, ramps, starts and heat."""


@dataclass(frozen=True)
class Point:
    """A fleet at the agreed unserved energy.

    Attributes
    ----------
    shift : float
        Constant load added [GW].
    price : ndarray, shape (hours of the year,)
        Unserved energy saved by one more GWh in the hour [GWh/GWh].
    dispatched_h : int
        Hours that were dispatched; in the others no store has anything to add.
    """

    shift: float
    price: np.ndarray
    dispatched_h: int


class AdequacyStudy:
    """The study as one bus, compiled once; each evaluation is a dispatch of its tightest days at fixed capacities."""

    def __init__(self, system: System, profiles: xr.Dataset) -> None:
        if WEIGHT in profiles:
            raise HorizonError(
                say(
                    f"Capacity credits are computed over hours of equal weight; {FILE} has {WEIGHT}",
                    f"容量可信度只按等权小时计算；{FILE} 含 {WEIGHT}",
                )
            )
        settings = system.options.adequacy
        inside = list(system.bus.index[~system.bus.market])
        self.load = profiles.load_mw.sel(node=inside).sum("node").to_numpy() * GW_PER_MW + float(system.smelter.rated.sum())
        r = system.resource
        self.availability = pd.DataFrame(
            profiles.availability.sel(resource=r.series.to_list()).to_numpy().reshape(len(r), len(self.load)), index=r.index
        )
        self.fleet = reference_fleet(system.resource, system.target)
        self.slices = outage_slices(system.thermal, reference_fleet(system.thermal, system.target), float(self.load.max()))
        power = system.store[system.store.kind != "heat_store"]
        hours = power.duration_h.fillna(settings.store_hours_h)
        steps = power.assign(duration_h=hours).drop_duplicates(["charge_efficiency_share", "discharge_efficiency_share", "duration_h"])
        self.stores = pd.concat([power.assign(duration_h=hours), steps.rename(index="step of {}".format)])
        self.step_of = {s: next(f"step of {c}" for c in steps.index if _alike(steps.loc[c], self.stores.loc[s])) for s in power.index}
        self.store_power = pd.concat([power.existing + power.min_new, pd.Series(0.0, index=[f"step of {c}" for c in steps.index])])
        self.allowed = settings.unserved_share * float(self.load.sum())
        self.periods = settings.critical_periods
        self.length = next(n for n in range(min(LONGEST_PERIOD_H, len(self.load)), 0, -24) if len(self.load) % n == 0)
        self.one_bus = _one_bus(system, self.slices, self.stores)
        self.block = compile_model(dispatch_block(self._sized(self.fleet, self.store_power), self.length, 24), DATA)

    def point(self, fleet: pd.Series | None = None, store_power: pd.Series | None = None) -> Point:
        """Find the load shift at which a fleet has the agreed unserved energy.

        Parameters
        ----------
        fleet, store_power : Series, optional
            Capacity of wind and solar resources and of stores [GW]; the reference fleet by default.
        """
        fleet = self.fleet if fleet is None else fleet
        store_power = self.store_power if store_power is None else store_power
        residual = self.load - fleet.to_numpy() @ self.availability.to_numpy()
        yearly = YearlyData(fleet * 0.0, pd.Series({ALL: 0.0}), HOURS_PER_YEAR)
        master = compile_model(investment_master(self._sized(fleet, store_power), yearly))
        bare = self._bare_root(residual)
        bounds = bare, bare + float(store_power.sum())  # stores can add no more than their power
        risk = self.slice_cost(residual + bare)[0].reshape(-1, self.length).sum(axis=1)
        order = np.argsort(-risk, kind="stable")
        needed = int(np.searchsorted(risk[order].cumsum(), (1 - OTHERS_SHARE / 2) * risk.sum())) + 1
        count = min(max(self.periods, needed), len(order))
        while True:
            chosen = np.sort(order[:count])
            plan = BlockPlan(self.length, chosen * self.length, np.ones(count), np.arange(count))
            others = np.setdiff1d(np.arange(len(residual)), plan.hour_index)
            shift, price, elsewhere = self._root(master, plan, residual[others], bounds)
            if elsewhere <= OTHERS_SHARE * self.allowed or count == len(order):
                whole = np.zeros(len(residual))
                whole[plan.hour_index.ravel()], whole[others] = price, self.slice_cost(residual[others] + shift)[1]
                return Point(shift, whole, plan.hour_index.size)
            count = min(2 * count, len(order))

    def slice_cost(self, demand: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Expected unserved energy of thermal plants alone, and the probability that one more GW is missing, by hour."""
        top = np.r_[self.slices.width.cumsum(), np.inf]
        cost = np.r_[self.slices.cost, 1.0]
        used = np.clip(demand[:, None] - np.r_[0.0, top[:-1]], 0.0, np.diff(np.r_[0.0, top]))
        return used @ cost, np.where(demand > 0, cost[np.searchsorted(top, demand)], 0.0)

    def _bare_root(self, residual: np.ndarray) -> float:
        """Load shift at which thermal plants alone have the agreed unserved energy."""
        shift = float(self.slices.width.sum() - residual.max()) + self.allowed  # the tightest hour alone is short of what is allowed
        for _ in range(200):
            cost, slope = (float(v.sum()) for v in self.slice_cost(residual + shift))
            if abs(cost - self.allowed) <= 1e-9 * self.allowed:
                break
            shift -= (cost - self.allowed) / slope
        return shift

    def _root(self, master: Compiled, plan: BlockPlan, others: np.ndarray, bounds: tuple[float, float]) -> tuple[float, np.ndarray, float]:
        """Load shift, hourly prices of the dispatched hours, and unserved energy of the other hours."""
        hours = plan.hour_index
        series = self.one_bus.resource.series
        place = [series.to_list().index(name) for name in sorted(set(series))]
        weather = self.availability.to_numpy()[place][:, hours].transpose(0, 2, 1).reshape(-1, len(hours))
        shift = bounds[0]
        for _ in range(100):
            lp = stamp(self.block, master, plan, stacked({"demand": (self.load[hours] + shift).T, "availability": weather}))
            solution = solve_lp(lp, "simplex", threads=1)
            if solution.status != "Optimal":
                raise RuntimeError(f"the dispatch behind the capacity credit ended as {solution.status}")
            elsewhere, slope = (float(v.sum()) for v in self.slice_cost(others + shift))
            unserved = float(lp.cost @ solution.primal) + lp.offset + elsewhere
            price = solution.dual[lp.row_ids["nodal_balance"][1][0]].ravel()
            if abs(unserved - self.allowed) <= TOLERANCE * self.allowed:
                return shift, price, elsewhere
            steepness = price.sum() + slope
            step = (unserved - self.allowed) / steepness if steepness > 0 else -np.inf
            shift = float(np.clip(shift - step, *bounds))
        raise RuntimeError("the load shift behind the capacity credit was not found in 100 dispatches")

    def _sized(self, fleet: pd.Series, store_power: pd.Series) -> System:
        y = self.one_bus
        return replace(y, resource=y.resource.assign(existing=fleet), store=y.store.assign(existing=store_power))


def _alike(a: pd.Series, b: pd.Series) -> bool:
    return all(a[c] == b[c] for c in ("charge_efficiency_share", "discharge_efficiency_share", "duration_h"))


def reference_fleet(table: pd.DataFrame, target: pd.DataFrame) -> pd.Series:
    """Capacities at which credits are measured [GW]: existing, and those required by clauses, spread over the candidates.

    Retrofits convert existing capacity and add none: the required conversion leaves its cluster, the rest stays unchanged.
    """
    fleet, room = (table.existing + table.min_new).astype(float), (table.max_new - table.min_new).astype(float)
    if "retrofit_of" in table:
        converted = table[table.retrofit_of.notna()]
        fleet = fleet.sub(converted.groupby("retrofit_of").min_new.sum(), fill_value=0.0).reindex(table.index)
        room[converted.index] = 0.0
    carrier = table.kind.replace("chp", "thermal")
    for kind in dict.fromkeys(carrier):
        mine = carrier == kind
        asked = target[(target.quantity == f"{kind}_capacity_mw") & (target.sense == ">=") & target.scope.isna()]
        asked = asked[asked["mode"].isin(("hard", "soft"))]
        missing = float(asked.value.max() if len(asked) else 0.0) * GW_PER_MW - float(fleet[mine].sum())
        if missing > 0 and room[mine].sum() > 0:
            fleet[mine] += min(1.0, missing / room[mine].sum()) * room[mine]
    return fleet


def find_adequacy(system: System, profiles: xr.Dataset) -> Adequacy:
    """Peaks and marginal credits for the clauses on the reserve margin; empty without such clauses.

    Parameters
    ----------
    system : System
    profiles : Dataset
        Hourly profiles over the whole year, whatever part of it is solved.
    """
    clauses = system.target[system.target.quantity == "reserve_margin_share"]
    if clauses.empty:
        return Adequacy()
    load = profiles.load_mw.to_pandas() * GW_PER_MW
    peaks = {}
    for scope in dict.fromkeys(clauses.scope.where(clauses.scope.notna(), "")):
        nodes = nodes_in(system, scope)
        rated = system.smelter.rated[system.smelter.node.isin(nodes)].sum()
        peaks[scope] = float(load.loc[[n for n in load.index if n in nodes]].sum().max() + rated)
    study = AdequacyStudy(system, profiles)
    table = marginal_credits(study)
    return Adequacy(pd.Series(peaks), table, study.stores.duration_h.loc[list(study.step_of)])


def marginal_credits(study: AdequacyStudy, base: Point | None = None) -> pd.Series:
    """Credit of one more megawatt of every resource and store, next to the reference fleet [GW/GW]."""
    base = base or study.point()
    found = study.availability @ base.price / base.price.sum()
    size = STEP_SHARE * float(study.load.max())
    step = {}
    for name in dict.fromkeys(study.step_of.values()):
        with_step = study.point(store_power=study.store_power.where(study.store_power.index != name, size))
        step[name] = (with_step.shift - base.shift) / size
    stores = pd.Series({s: step[name] for s, name in study.step_of.items()}, dtype=float)
    return pd.concat([pd.Series(found, dtype=float), stores]).clip(0.0, 1.0).round(CREDIT_DIGITS)


def credit_table(system: System, profiles: xr.Dataset) -> pd.DataFrame:
    """Marginal and average credit by carrier, and by carrier and node.

    Returns
    -------
    DataFrame
        ``carrier``, ``node`` (empty: the whole carrier), ``capacity_mw`` of the reference fleet, ``marginal_share`` (capacity-weighted
        mean of its elements; plain mean where nothing stands), ``average_share`` (what the load must shrink by, per capacity, when it is
        taken away; NaN where nothing stands).
    """
    study = AdequacyStudy(system, profiles)
    base = study.point()
    marginal = marginal_credits(study, base)
    power = system.store[system.store.kind != "heat_store"]
    members = pd.concat([system.resource[["kind", "node"]], power[["kind", "node"]]])
    capacity = pd.concat([study.fleet, study.store_power])
    rows = []
    for kind, of_kind in members.groupby("kind", sort=False):
        for node, own in [("", of_kind), *of_kind.groupby("node")]:
            mw = capacity[own.index]
            weight = mw if mw.sum() > 0 else mw + 1.0
            average = np.nan
            if mw.sum() > 0:
                fleet = study.fleet.where(~study.fleet.index.isin(own.index), 0.0)
                store = study.store_power.where(~study.store_power.index.isin(own.index), 0.0)
                average = (base.shift - study.point(fleet, store).shift) / mw.sum()
            rows.append(
                {
                    "carrier": kind,
                    "node": node,
                    "capacity_mw": mw.sum() / GW_PER_MW,
                    "marginal_share": float(np.average(marginal[own.index], weights=weight)),
                    "average_share": average,
                }
            )
    return pd.DataFrame(rows)


def _one_bus(y: System, slices: pd.DataFrame, stores: pd.DataFrame) -> System:
    """All equipment on one bus; shedding a GWh costs 1, all else nothing."""
    bus = pd.DataFrame({"market": [False], "microgrid": [None], "region": [None], "outside": [False]}, index=[ALL])
    free = {"node": ALL, "max_new": 0.0, "min_new": 0.0, "capex": 0.0, "fom": 0.0, "vom": 0.0, "microgrid": None, "heat_area": None}
    names = [f"slice {k}" for k in range(len(slices))]
    thermal = pd.DataFrame([free | SLICE] * len(slices), index=names)
    thermal["existing"], thermal["vom"] = slices.width.to_numpy(), slices.cost.to_numpy()
    resource = y.resource.assign(**{k: v for k, v in free.items() if k in y.resource}, feed=ALL + "." + y.resource.kind)
    kinds = list(dict.fromkeys(resource.kind))
    feed = pd.DataFrame({"bus": ALL, "carrier": kinds, "vom": 0.0}, index=[f"{ALL}.{k}" for k in kinds])
    supply = pd.DataFrame(
        {"grade": ALL, "kt_per_tj": 1.0, "price": 0.0, "freight": 0.0, "co2_kt_per_tj": 0.0, "rail_line": None},
        index=pd.MultiIndex.from_product([["pit"], names]),
    )
    finance = y.finance.copy()
    finance[:] = 0.0
    finance["value_of_lost_load_cny_per_mwh"] = CNY_PER_MWH_FROM_MCNY_PER_GWH  # 1 MCNY/GWh: the cost is the energy
    kept = {
        "bus": bus, "thermal": thermal, "resource": resource, "feed": feed, "fuel_user": thermal[["node", "coal_grade"]], "supply": supply,
        "store": stores.assign(**free, capex_energy=0.0, start_level=np.nan),
        "mine": pd.DataFrame({"grade": [ALL], "capacity_kt_per_year": [1e9], "month_deviation_share": [np.nan]}, index=["pit"]),
    }  # fmt: skip
    return replace(
        y,
        **{name: table.iloc[:0] for name, table in y.tables().items()} | kept,
        potential=y.potential.iloc[:0],
        finance=finance,
        options=Options(),
    )
