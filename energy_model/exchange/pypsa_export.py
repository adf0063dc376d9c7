"""Write a study as a PyPSA network whose own optimum is that of the study (of the part that PyPSA can represent).

Units of the network: MW and MWh at electric buses, MW_th at heat buses, TJ at coal buses, CNY. Corridors with losses become a lossless
link that holds the capacity, between two one-way links that hold the loss: a two-way PyPSA link with an efficiency would generate energy
when its flow reverses. Corridors in a mesh under Kirchhoff's law are lines; every bus has 1 kV and `x` is ohms over the square of the
corridor's own voltage, so that several voltages may meet at a bus.
"""
# Over 300 lines: one writer carries every kind of component; they share its buses, names and hours.

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from energy_model.exchange.pypsa_corridors import PLENTY, CorridorWriter
from energy_model.exchange.pypsa_network import NetworkTables
from energy_model.exchange.pypsa_special import SpecialWriter
from energy_model.exchange.subset import NotCarriedError, plain_study, pypsa_subset
from energy_model.labels import Label
from energy_model.language import say
from energy_model.solving.build import Problem, build_problem
from energy_model.study.build_system import build_system
from energy_model.study.capacities import LARGEST_STORE_H
from energy_model.study.cycles import cycles_as_built
from energy_model.study.horizon import Horizon
from energy_model.study.study import Study
from energy_model.study.system import System
from energy_model.units import (
    CNY_PER_MCNY,
    CNY_PER_MW_FROM_MCNY_PER_GW,
    CNY_PER_MWH_FROM_MCNY_PER_GWH,
    GWH_PER_MWH,
    MW_PER_GW,
    MWH_PER_GWH,
    T_PER_KT,
)
from energy_model.weather.profiles import make_profiles
from energy_model.weather.store import ensure_year


@dataclass(frozen=True)
class Exported:
    """A network and the relation of its objective to ours.

    Attributes
    ----------
    network : NetworkTables
    constant_mcny : float
        Fixed cost of existing capacity: in this model's objective, not in PyPSA's.
    """

    network: NetworkTables
    constant_mcny: float


def subset_problem(study: Study, horizon: Horizon, weather: Path) -> tuple[Study, Problem, list[Label]]:
    """The part of a study that PyPSA can represent, prepared for the solver, and the list of omissions.

    Returns
    -------
    study : Study
        With the settings of that part.
    problem : Problem
    left_out : list of Label

    Raises
    ------
    NotCarriedError, WeatherError
    """
    plain, settings = plain_study(study)
    system, left_out = pypsa_subset(build_system(plain))
    year, time = ensure_year(study.settings.weather.year, weather), study.settings.time
    profiles = make_profiles(study.tables, study.settings.study.case, year, float(system.finance.distribution_loss_share))
    return plain, build_problem(system, profiles, horizon, time.block_hours, time.commitment_step_h), settings + left_out


def held_as_built(problem: Problem, primal: np.ndarray, horizon: Horizon, block_h: int) -> Problem:
    """The problem with the meshed corridors fixed as built by a plan, and the resulting impedance; all else stays free.

    Parameters
    ----------
    problem : Problem
        The last one of a plan whose reactances depend on what is built.
    primal : ndarray
        Its solution.
    horizon : Horizon
    block_h : int
    """
    system = problem.system
    labels, ids = problem.lp.columns("capacity_corridor")
    capacity = pd.Series(primal[ids], [label[0] for label in labels]).reindex(system.corridor.index)
    held, cycle = cycles_as_built(system.corridor, capacity)
    free = system.corridor.impedance_per_gw.isna()
    limits = {side: held[side].where(~free, system.corridor[side]) for side in ("min_new", "max_new")}
    there = replace(system, corridor=held.assign(**limits), cycle=cycle, reference_flow=pd.DataFrame())
    return build_problem(there, problem.profiles, horizon, block_h, problem.step_h)


def export_network(problem: Problem) -> Exported:
    """Build the network of a problem that PyPSA can represent.

    Parameters
    ----------
    problem : Problem
        Over consecutive hours (`Horizon` ``year`` or ``hours:N``), built from the system that `pypsa_subset` gives.

    Raises
    ------
    NotCarriedError
        When the horizon is one of typical weeks, whose stores close week by week.
    """
    plan = problem.plan
    if len(problem.system.reference_flow):
        raise NotCarriedError(
            say(
                "reactances that depend on what is built have no counterpart in PyPSA: fix the corridors as built",
                "PyPSA 无法表达随扩建变化的电抗，请按已建通道导出",
            )
        )
    if not np.array_equal(plan.previous, np.roll(np.arange(len(plan.start)), 1)) or len(set(plan.weight)) > 1:
        raise NotCarriedError(
            say(
                "typical weeks have no counterpart in PyPSA: export 'year' or 'hours:N'", "PyPSA 无法表达典型周，请导出 'year' 或 'hours:N'"
            )
        )
    return _Writer(problem).exported()


class _Writer:
    def __init__(self, problem: Problem) -> None:
        self.y: System = problem.system
        self.hours = problem.plan.hour_index.ravel()
        self.p = problem.profiles.isel(time=self.hours)
        self.weight = float(problem.plan.weight[0])
        self.n = NetworkTables(pd.DatetimeIndex(self.p.time.to_numpy()), self.weight)
        self.constant = 0.0

    def exported(self) -> Exported:
        self._buses()
        self._coal()
        self._plants()
        self._resources()
        self._heat()
        self._stores()
        self._corridors()
        self._smelters()
        self._contracts()
        self._special()
        self._clauses()
        return Exported(self.n, self.constant)

    def _parts(self, row: pd.Series, name: str) -> list[tuple[str, dict]]:
        """Existing and new capacity as two components: existing capacity has no cost in PyPSA, and its fixed cost is our constant."""
        parts = []
        self.constant += row.fom * row.existing
        if row.existing > 0:
            parts.append((name, {"p_nom": row.existing * MW_PER_GW}))
        if row.max_new > 0:
            limits = {"p_nom_extendable": True, "p_nom_min": row.min_new * MW_PER_GW, "p_nom_max": row.max_new * MW_PER_GW}
            limits["capital_cost"] = (row.capex + row.fom) * CNY_PER_MW_FROM_MCNY_PER_GW
            parts.append((f"{name} new" if row.existing > 0 else name, limits))
        return parts

    def _buses(self) -> None:
        voll = self.y.finance.value_of_lost_load_cny_per_mwh
        for carrier in ("AC", "DC", "heat", "coal", "wind", "solar", "thermal", "export", "unserved", "store"):
            self.n.add("Carrier", carrier)
        for bus in self.y.bus.index:
            self.n.add("Bus", bus, carrier="AC")
        for node in self.p.node.to_numpy():
            load = self.p.load_mw.sel(node=node).to_numpy().astype(float)
            if (top := float(load.max())) > 0:
                self.n.add("Load", f"load {node}", bus=node, p_set=load)
                share = load / top
                self.n.add("Generator", f"unserved {node}", bus=node, carrier="unserved", p_nom=top, p_max_pu=share, marginal_cost=voll)

    def _coal(self) -> None:
        """Mines supply TJ; links to each user carry price, freight and CO2."""
        supply, finance = self.y.supply, self.y.finance
        per_tj = supply.kt_per_tj.groupby(supply.grade).first() if len(supply) else pd.Series(dtype=float)
        for grade, kt in per_tj.items():
            self.n.add("Carrier", str(grade), coal_kt=kt)
        limited = self.y.target[(self.y.target["mode"] == "hard") & (self.y.target.quantity == "co2_kt")]
        if len(limited):
            self.n.add("Bus", "co2", carrier="coal")
            room = float(limited.value.min()) / self.weight
            self.n.add("Store", "co2", bus="co2", e_nom=room, e_initial=0.0)
        for mine, row in self.y.mine.iterrows():
            kt = per_tj.get(row.grade)
            if kt is None:
                continue
            self.n.add("Bus", f"coal {mine}", carrier="coal")
            most = row.capacity_kt_per_year / kt
            self.n.add("Generator", f"mine {mine}", bus=f"coal {mine}", carrier=row.grade, p_nom=PLENTY, e_sum_max=most)
        for user in self.y.fuel_user.index:
            self.n.add("Bus", f"fuel {user}", carrier="coal")
        for (mine, user), row in supply.iterrows():
            cost = (row.price + row.freight) * CNY_PER_MCNY + finance.co2_price_cny_per_t * row.co2_kt_per_tj * T_PER_KT
            ends = {"bus0": f"coal {mine}", "bus1": f"fuel {user}", "carrier": "coal", "p_nom": PLENTY, "marginal_cost": cost}
            if len(limited):
                ends |= {"bus2": "co2", "efficiency2": row.co2_kt_per_tj}
            self.n.add("Link", f"coal {mine} {user}", **ends)
        for user, row in self.y.coal_user.iterrows():
            mines = [i for i in self.y.mine.index if self.y.mine.grade[i] == row.grade]
            if row.demand_kt_per_year > 0 and row.grade not in per_tj.index:
                raise NotCarriedError(say(f"coal user {user} burns a grade that no plant uses", f"用煤户 {user} 所用煤种没有电厂使用"))
            self.n.add("Bus", f"coal user {user}", carrier="coal")
            demand = row.demand_kt_per_year / per_tj.get(row.grade, 1.0) / (self.weight * len(self.hours))
            self.n.add("Load", f"coal user {user}", bus=f"coal user {user}", p_set=demand)
            for mine in mines:
                self.n.add("Link", f"coal {mine} to {user}", bus0=f"coal {mine}", bus1=f"coal user {user}", carrier="coal", p_nom=PLENTY)

    def _plants(self) -> None:
        """A plant is a link from a bus that holds its fuel as power: the link's capacity is then the plant's, gross."""
        for g, row in self.y.thermal.iterrows():
            self.n.add("Bus", f"burnt {g}", carrier="coal")
            burn = {"bus0": f"fuel {g}", "bus1": f"burnt {g}", "efficiency": MWH_PER_GWH / row.heat_rate}
            self.n.add("Link", f"burn {g}", **burn, p_nom=PLENTY, carrier="coal")
            for name, capacity in self._parts(row, str(g)):
                ends = {"bus0": f"burnt {g}", "bus1": row.node, "carrier": "thermal", "p_max_pu": row.online_share}
                self.n.add("Link", name, **ends, marginal_cost=row.vom * CNY_PER_MWH_FROM_MCNY_PER_GWH, **capacity)

    def _availability(self, series: str) -> np.ndarray:
        return self.p.availability.sel(resource=series).to_numpy().astype(float)

    def _feed_bus(self, node: str, carrier: str) -> str:
        return f"{node} {carrier} feed" if (node, carrier) in self.dedicated_feeds else node

    @property
    def dedicated_feeds(self) -> set[tuple[str, str]]:
        line = self.y.corridor[self.y.corridor.dedicated_to.notna()]
        both = {"renewable": ("wind", "solar")}
        return {(r.from_bus, c) for r in line.itertuples() for c in both.get(r.dedicated_to, (r.dedicated_to,))}

    def _resources(self) -> None:
        for r, row in self.y.resource.iterrows():
            share = self._availability(row.series)
            for name, capacity in self._parts(row, str(r)):
                at = {"bus": self._feed_bus(row.node, row.kind), "carrier": row.kind, "p_max_pu": share}
                self.n.add("Generator", name, **at, marginal_cost=row.vom * CNY_PER_MWH_FROM_MCNY_PER_GWH, **capacity)
        for node, carrier in sorted(self.dedicated_feeds):
            bus = f"{node} {carrier} feed"
            self.n.add("Bus", bus, carrier="AC")
            self.n.add("Link", bus, bus0=bus, bus1=node, carrier="AC", p_nom=PLENTY)
        for (node, carrier), most in self.y.potential.items():
            here = self.y.resource[(self.y.resource.node == node) & (self.y.resource.kind == carrier)]
            if len(here):
                room = (most - here.existing.sum()) * MW_PER_GW
                self.n.static["Bus"].setdefault(self._feed_bus(node, carrier), {})[f"nom_max_{carrier}"] = room

    def _heat(self) -> None:
        lost = self.y.finance.value_of_lost_heat_cny_per_mwh
        for area in self.y.heat_area.index:
            demand = self.p.heat_mw.sel(heat_area=area).to_numpy().astype(float)
            self.n.add("Bus", f"heat {area}", carrier="heat")
            self.n.add("Load", f"heat {area}", bus=f"heat {area}", p_set=demand)
            self.n.add("Generator", f"lost heat {area}", bus=f"heat {area}", carrier="unserved", p_nom=PLENTY, marginal_cost=lost)
        for b, row in self.y.boiler.iterrows():
            coal = row.kind == "coal_boiler"
            bus, rate = f"hot {b}", row.heat_rate * GWH_PER_MWH  # TJ per MWh of heat
            self.n.add("Bus", bus, carrier="heat")
            source = f"fuel {b}" if coal else row.node
            efficiency = 1 / rate if coal else row.efficiency_share
            self.n.add("Link", f"fire {b}", bus0=source, bus1=bus, efficiency=efficiency, p_nom=PLENTY, carrier="heat")
            for name, capacity in self._parts(row, str(b)):
                ends = {"bus0": bus, "bus1": f"heat {row.heat_area}", "carrier": "heat"}
                self.n.add("Link", name, **ends, marginal_cost=row.vom * CNY_PER_MWH_FROM_MCNY_PER_GWH, **capacity)

    def _stores(self) -> None:
        """A store of fixed duration is a storage unit; one sized separately is a converter link, two links with losses, and a store."""
        for s, row in self.y.store.iterrows():
            home = f"heat {row.heat_area}" if row.kind == "heat_store" else row.node
            loss = {"standing_loss": row.standing_loss_share_per_h}
            if pd.notna(row.duration_h):
                kept = {"max_hours": row.duration_h, "marginal_cost": row.vom * CNY_PER_MWH_FROM_MCNY_PER_GWH} | loss
                start = row.start_level * MWH_PER_GWH
                kept |= {"cyclic_state_of_charge": True} if pd.isna(start) else {"state_of_charge_initial": start}
                ways = {"efficiency_store": row.charge_efficiency_share, "efficiency_dispatch": row.discharge_efficiency_share}
                energy = row.copy()
                energy["capex"] = row.capex + row.capex_energy * row.duration_h
                for name, capacity in self._parts(energy, str(s)):
                    self.n.add("StorageUnit", name, bus=home, carrier="store", **kept, **ways, **capacity)
                continue
            if row.existing > 0:
                raise NotCarriedError(
                    say(f"store {s} has existing power but its energy is sized separately", f"储能 {s} 已有功率，而容量另行优化")
                )
            self.n.add("Bus", f"{s} converter", carrier="store")
            self.n.add("Bus", f"{s} inside", carrier="store")
            for name, capacity in self._parts(row, str(s)):
                self.n.add("Link", name, bus0=home, bus1=f"{s} converter", carrier="store", p_min_pu=-1.0, **capacity)
            into = {"bus0": f"{s} converter", "bus1": f"{s} inside", "efficiency": row.charge_efficiency_share}
            out = {"bus0": f"{s} inside", "bus1": f"{s} converter", "efficiency": row.discharge_efficiency_share}
            paid = row.vom * row.discharge_efficiency_share * CNY_PER_MWH_FROM_MCNY_PER_GWH  # a link pays on what enters it
            self.n.add("Link", f"{s} charge", carrier="store", p_nom=PLENTY, **into)
            self.n.add("Link", f"{s} discharge", carrier="store", p_nom=PLENTY, marginal_cost=paid, **out)
            most = LARGEST_STORE_H * row.max_new * MWH_PER_GWH
            size = {"e_nom_extendable": True, "e_nom_max": most, "capital_cost": row.capex_energy * CNY_PER_MWH_FROM_MCNY_PER_GWH}
            size |= {"e_cyclic": True} if pd.isna(row.start_level) else {"e_initial": row.start_level * MWH_PER_GWH}
            self.n.add("Store", f"{s} level", bus=f"{s} inside", carrier="store", **size, **loss)

    def _corridors(self) -> None:
        outage = self.p.corridor_outage_gw.transpose("outaged", "time").to_pandas()
        lines = CorridorWriter(outage, self.y, self.n, self._availability, self._parts).write()  # which adds to the constant itself
        self.constant += lines

    def _special(self) -> None:
        paid = SpecialWriter(self.y, self.n, self._availability, self._parts).write()  # which adds to the constant itself
        self.constant += paid

    def _smelters(self) -> None:
        """Potlines: a band of power, and a store for the cumulative deviation that is empty at midnight."""
        hour = np.arange(len(self.hours))
        open_ = np.where(hour % 24 == 23, 0.0, 1.0)
        for k, row in self.y.smelter.iterrows():
            bus, rated = f"pots {k}", row.rated * MW_PER_GW
            top, low = 1 + row.modulation_up_share, 1 - row.modulation_down_share
            self.n.add("Bus", bus, carrier="AC")
            self.n.add("Link", f"smelter {k}", bus0=row.node, bus1=bus, carrier="AC", p_nom=rated * top, p_min_pu=low / top)
            self.n.add("Load", bus, bus=bus, p_set=rated)
            reach = row.modulation_hours_h * row.modulation_down_share * rated
            self.n.add("Store", f"{bus} deviation", bus=bus, e_nom=reach, e_min_pu=-open_, e_max_pu=open_, e_initial=0.0)
            shed = {"p_nom": rated * low, "marginal_cost": row.shed_cost * CNY_PER_MWH_FROM_MCNY_PER_GWH}
            self.n.add("Generator", f"shed {bus}", bus=row.node, carrier="unserved", **shed)

    def _contracts(self) -> None:
        for x, row in self.y.contract.iterrows():
            bus, hours = f"contract {x}", np.array(row.hours)[np.arange(len(self.hours)) % 24]
            if x in self.y.scheduled_contract:
                hours = self.p.contract_share.sel(scheduled_contract=x).to_numpy()
            shape = {"p_max_pu": hours} | ({} if row["shape"] == "free" else {"p_min_pu": hours})
            self.n.add("Bus", bus, carrier="AC")
            size = {"p_nom_extendable": True, "p_nom_max": row["max"] * MW_PER_GW}
            self.n.add("Link", bus, bus0=row.market, bus1=bus, carrier="AC", **size, **shape)
            energy = {"e_sum_max": -row.min_gwh_per_year * MWH_PER_GWH}
            if pd.notna(row.max_gwh_per_year):
                energy["e_sum_min"] = -row.max_gwh_per_year * MWH_PER_GWH
            power = {"p_nom": row["max"] * MW_PER_GW, "p_min_pu": -1.0, "p_max_pu": 0.0}
            self.n.add("Generator", f"sale {x}", bus=bus, carrier="export", **power, **energy)

    def _clauses(self) -> None:
        t = self.y.target
        for name, row in t[t["mode"] == "hard"].iterrows():
            if row.quantity.endswith("_capacity_mw"):
                carrier = row.quantity.split("_")[0]
                if carrier == "thermal":
                    standing = float(self.y.thermal.existing.sum()) * MW_PER_GW
                else:
                    standing = float(self.y.resource.existing[self.y.resource.kind == carrier].sum()) * MW_PER_GW
                limit = {"type": "tech_capacity_expansion_limit", "carrier_attribute": carrier, "constant": row.value - standing}
                self.n.add("GlobalConstraint", str(name), sense=row.sense, **limit)
            elif row.quantity == "export_gwh":
                sense = {">=": "<=", "<=": ">="}[row.sense]  # sales are negative generation
                limit = {"type": "operational_limit", "carrier_attribute": "export", "constant": -row.value * MWH_PER_GWH}
                self.n.add("GlobalConstraint", str(name), sense=sense, **limit)
            elif row.quantity == "coal_kt":
                limit = {"type": "primary_energy", "carrier_attribute": "coal_kt", "constant": row.value}
                self.n.add("GlobalConstraint", str(name), sense=row.sense, **limit)


def write_network(problem: Problem, folder: Path, name: str) -> Exported:
    """Write a problem as a CSV folder for ``pypsa.Network(folder)``.

    Raises
    ------
    NotCarriedError
    """
    exported = export_network(problem)
    exported.network.write(folder, name)
    return exported
