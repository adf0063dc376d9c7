"""The linear programme of a GenX case, written from its documented equations apart from this package and solved by HiGHS through SciPy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.optimize import linprog


class Lp:
    """Columns and rows; arguments are arrays of columns, one row for each element."""

    def __init__(self) -> None:
        self.cost: list[float] = []
        self.rows: list[tuple[list, str, np.ndarray]] = []

    def columns(self, *shape: int, cost=0.0) -> np.ndarray:
        """New columns that are not negative."""
        first, count = len(self.cost), int(np.prod(shape))
        self.cost += list(np.broadcast_to(cost, shape).ravel())
        return np.arange(first, first + count).reshape(shape)

    def hold(self, *terms, most=0.0, equal=False) -> None:
        """Rows: the sum of (coefficient, columns) is at most, or equals, a number."""
        shape = np.broadcast_shapes(*(np.shape(c) for _, c in terms))
        flat = [(np.broadcast_to(k, shape).ravel(), np.broadcast_to(c, shape).ravel()) for k, c in terms]
        self.rows.append((flat, "=" if equal else "<", np.broadcast_to(most, shape).ravel()))

    def total(self, terms, most: float) -> None:
        """One row: a sum over all elements of (coefficient, columns) is at most a number."""
        pairs = [(np.broadcast_to(k, np.shape(c)).ravel(), np.ravel(c)) for k, c in terms]
        self.rows.append(([(np.array([a]), np.array([b])) for k, c in pairs for a, b in zip(k, c, strict=True)], "<", np.array([most])))

    def solve(self) -> float:
        """The optimum."""
        matrices: dict[str, list] = {"<": [], "=": []}
        bounds: dict[str, list] = {"<": [], "=": []}
        for terms, sense, right in self.rows:
            n, row = len(right), np.arange(len(right))
            data = [(k, row, c) for k, c in terms]
            k, r, c = (np.concatenate([d[j] for d in data]) for j in range(3))
            matrices[sense].append(sp.coo_array((k, (r, c)), shape=(n, len(self.cost))))
            bounds[sense].append(right)
        found = linprog(
            self.cost, sp.vstack(matrices["<"]).tocsc(), np.concatenate(bounds["<"]), sp.vstack(matrices["="]).tocsc(),
            np.concatenate(bounds["="]), method="highs",
            options={"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9},
        )  # fmt: skip
        assert found.status == 0, found.message
        return float(found.fun)


def genx_optimum(case: Path) -> float:
    """Optimum of a case with relaxed commitment, storage of its own size, linear losses, rate caps on CO2 and least capacities [$]."""
    read = lambda name: pd.read_csv(case / name)  # noqa: E731
    hours, fuel, shape = (read(f"TDR_results/{n}.csv") for n in ("Demand_data", "Fuels_data", "Generators_variability"))
    length, count = int(hours.Timesteps_per_Rep_Period[0]), len(hours)
    w = np.repeat(hours.Sub_Weights.dropna().to_numpy() / length, length)
    t = np.arange(count)
    before = lambda k: t // length * length + (t % length - k) % length  # noqa: E731
    demand = [hours[f"Demand_MW_z{z}"].to_numpy() for z in (1, 2, 3)]
    lp, balance, emitted, loss = Lp(), [[] for _ in demand], [[] for _ in demand], [[] for _ in demand]
    capacity = {}
    for g in read("resources/Thermal.csv").itertuples():
        z, price, co2 = g.Zone - 1, fuel[g.Fuel].to_numpy()[1:], fuel[g.Fuel][0]
        x = capacity[g.Resource] = lp.columns(cost=g.Inv_Cost_per_MWyr + g.Fixed_OM_Cost_per_MWyr)
        p = lp.columns(count, cost=w * (g.Var_OM_Cost_per_MWh + g.Heat_Rate_MMBTU_per_MWh * price))
        on = lp.columns(count)
        start = lp.columns(count, cost=w * (g.Start_Cost_per_MW + g.Start_Fuel_MMBTU_per_MW * price))
        stop = lp.columns(count)
        for state in (on, start, stop):
            lp.hold((1, state), (-1, x))
        lp.hold((1, on), (-1, on[before(1)]), (-1, start), (1, stop), equal=True)
        least = g.Min_Power
        for now, then, rate, up, down in (
            (p, p[before(1)], g.Ramp_Up_Percentage, start, stop),
            (p[before(1)], p, g.Ramp_Dn_Percentage, stop, start),
        ):
            jump = min(1, max(least, rate))
            # committed capacity that did not start now moves at its rate
            lp.hold((1, now), (-1, then), (-rate, on), (rate, start), (-jump, up), (least, down))
        lp.hold((least, on), (-1, p))
        lp.hold((1, p), (-1, on))
        lp.hold(*[(1, start[before(k)]) for k in range(g.Up_Time)], (-1, on))
        lp.hold(*[(1, stop[before(k)]) for k in range(g.Down_Time)], (1, on), (-1, x))
        balance[z].append((1, p))
        emitted[z] += [(w * co2 * g.Heat_Rate_MMBTU_per_MWh, p), (w * co2 * g.Start_Fuel_MMBTU_per_MW, start)]
    for r in read("resources/Vre.csv").itertuples():
        x = capacity[r.Resource] = lp.columns(cost=r.Inv_Cost_per_MWyr + r.Fixed_OM_Cost_per_MWyr)
        p = lp.columns(count, cost=w * r.Var_OM_Cost_per_MWh)
        lp.hold((1, p), (-shape[r.Resource].to_numpy(), x))
        balance[r.Zone - 1].append((1, p))
    for s in read("resources/Storage.csv").itertuples():
        x = capacity[s.Resource] = lp.columns(cost=s.Inv_Cost_per_MWyr + s.Fixed_OM_Cost_per_MWyr)
        e = lp.columns(cost=s.Inv_Cost_per_MWhyr + s.Fixed_OM_Cost_per_MWhyr)
        out, into = lp.columns(count, cost=w * s.Var_OM_Cost_per_MWh), lp.columns(count, cost=w * s.Var_OM_Cost_per_MWh_In)
        level = lp.columns(count)
        lp.hold((1, level), (s.Self_Disch - 1, level[before(1)]), (1 / s.Eff_Down, out), (-s.Eff_Up, into), equal=True)
        lp.hold((1, level), (-1, e))
        lp.hold((1, out), (1, into), (-1, x))
        lp.hold((1 / s.Eff_Down, out), (-1, level[before(1)]))
        lp.hold((s.Min_Duration, x), (-1, e))
        lp.hold((-s.Max_Duration, x), (1, e))
        balance[s.Zone - 1] += [(1, out), (-1, into)]
        loss[s.Zone - 1] += [(w, into), (-w, out)]
    for line in read("system/Network.csv").dropna(subset="Network_Lines").itertuples():
        new = lp.columns(cost=line.Line_Reinforcement_Cost_per_MWyr)
        lp.hold((1, new), most=line.Line_Max_Reinforcement_MW)
        ways = lp.columns(2, count)
        lp.hold((1, ways[0]), (1, ways[1]), (-1, new), most=line.Line_Max_Flow_MW)
        half = line.Line_Loss_Percentage / 2
        for zone, sign in ((int(line.Start_Zone) - 1, -1), (int(line.End_Zone) - 1, 1)):
            balance[zone] += [(sign - half, ways[0]), (-sign - half, ways[1])]
    cut = hours.dropna(subset="Demand_Segment")
    caps = read("policies/CO2_cap.csv")
    for z, load in enumerate(demand):
        unserved = [lp.columns(count, cost=w * hours.Voll[0] * c) for c in cut.Cost_of_Demand_Curtailment_per_MW]
        for column, share in zip(unserved, cut.Max_Demand_Curtailment, strict=True):
            lp.hold((1, column), most=share * load)
        lp.hold(*[(1, column) for column in unserved], most=load)
        lp.hold(*balance[z], *[(1, column) for column in unserved], most=load, equal=True)
        rate = caps[f"CO_2_Max_tons_MWh_{z + 1}"][z]
        served = [(rate * w, column) for column in unserved]
        lp.total(emitted[z] + served + [(-rate * k, c) for k, c in loss[z]], rate * float(w @ load))
    asked, assigned = (
        read("policies/Minimum_capacity_requirement.csv"),
        read("resources/policy_assignments/Resource_minimum_capacity_requirement.csv"),
    )
    for row in asked.itertuples():
        own = assigned[f"Min_Cap_{row.MinCapReqConstraint}"]
        lp.total([(-k, capacity[name]) for name, k in zip(assigned.Resource, own, strict=True)], -row.Min_MW)
    return lp.solve()
