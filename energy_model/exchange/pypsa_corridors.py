"""Corridors of a study in a PyPSA network: links for controlled or radial flows, lines where Kirchhoff's law applies."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from energy_model.exchange.pypsa_network import PartWriter
from energy_model.exchange.subset import NotCarriedError
from energy_model.language import say
from energy_model.units import CNY_PER_MW_FROM_MCNY_PER_GW, CNY_PER_MWH_FROM_MCNY_PER_GWH, MW_PER_GW

PLENTY = 1e7
"""Capacity [MW, TJ/h] of links that hold no limit of their own."""


class CorridorWriter(PartWriter):
    """Adds the corridors to a network.

    Parameters
    ----------
    outage : DataFrame
        Capacity in planned outage [GW], by corridor and hour; corridors without one have no row.
    *given
        As `PartWriter`.
    """

    def __init__(self, outage: pd.DataFrame, *given: Any) -> None:
        super().__init__(*given)
        self.outage, self.mesh = outage, set(self.y.cycle.index.get_level_values(1))

    def write(self) -> float:
        """Write all corridors; returns the constant [MCNY] of lines that is in our objective and not in PyPSA's."""
        for c, row in self.y.corridor.iterrows():
            if c in self.mesh:
                self._line(str(c), row)
                continue
            start, end = row.from_bus, row.to_bus
            if pd.notna(row.dedicated_to):
                start = self._dedicated_bus(str(c), row)
            limit = self._agreed(row)
            cost, kept = row.wheeling * CNY_PER_MWH_FROM_MCNY_PER_GWH, 1 - row.loss_share
            if row.reversible:
                near, far = f"{c} near", f"{c} far"
                for bus in (near, far):
                    self.n.add("Bus", bus, carrier="AC")
                self.n.add("Link", f"{c} out", bus0=start, bus1=near, carrier="AC", p_nom=PLENTY, marginal_cost=cost)
                self.n.add("Link", f"{c} arrive", bus0=far, bus1=end, carrier="AC", p_nom=PLENTY, efficiency=kept)
                self.n.add("Link", f"{c} back", bus0=end, bus1=far, carrier="AC", p_nom=PLENTY, marginal_cost=cost)
                self.n.add("Link", f"{c} return", bus0=near, bus1=start, carrier="AC", p_nom=PLENTY, efficiency=kept)
                start = self._tie_bus(str(c), near, limit, both=True)
                ends = {"bus0": start, "bus1": far, "carrier": "AC"}
                least = -1.0
            else:
                start = self._tie_bus(str(c), start, limit, both=False)
                ends = {"bus0": start, "bus1": end, "carrier": "AC", "efficiency": kept, "marginal_cost": cost}
                least = row.min_power_share if row.kind == "hvdc" else 0.0
            if row.max_new > 0:
                self._one_share(str(c), row)
            for name, capacity in self._parts(row, str(c)):
                there = row.usable if "p_nom_extendable" in capacity else self._standing(str(c), row, row.existing)
                usable = self._rated(row, there)
                self.n.add("Link", name, **ends, p_min_pu=least * (usable if row.reversible else there), p_max_pu=usable, **capacity)
        return self.constant

    def _standing(self, c: str, row: pd.Series, capacity: float) -> float | np.ndarray:
        """Usable share of a fixed capacity [GW], by the hour where circuits have a planned outage."""
        return row.usable * (1 - self.outage.loc[c].to_numpy() / capacity) if c in self.outage.index else row.usable

    def _rated(self, row: pd.Series, usable: float | np.ndarray) -> float | np.ndarray:
        """The usable share within the rating of the hour."""
        return np.minimum(usable, row.usable * self._series(row.rating_series)) if isinstance(row.rating_series, str) else usable

    def _one_share(self, c: str, row: pd.Series) -> None:
        """Refuse growth of a corridor whose planned outage and rating by the hour would both need a share of their own.

        Raises
        ------
        NotCarriedError
        """
        if c in self.outage.index and isinstance(row.rating_series, str):
            raise NotCarriedError(
                say(
                    f"corridor {c} may grow and has a planned outage and a rating by the hour: PyPSA has one share for both",
                    f"通道 {c} 可扩建，且既有计划检修又有逐时限额，PyPSA 只有一个系数",
                )
            )

    def _agreed(self, row: pd.Series) -> float | None:
        """Agreed limit [GW] of a microgrid's tie-line; None for other corridors."""
        return self.y.microgrid.tie_limit.get(row.tie_of) if pd.notna(row.tie_of) else None

    def _line(self, c: str, row: pd.Series) -> None:
        """A corridor under Kirchhoff's law, with the impedance of the circuits assumed by the study.

        One line holds existing and new capacity, because a second parallel line would change the impedance.
        """
        limit = self._agreed(row)
        low, high = row.existing + row.min_new, row.existing + row.max_new
        if limit is not None and limit >= low * row.usable:  # no more is of use, as the impedance stays
            high = min(high, max(low, limit / row.usable))
        elif limit is not None:
            high = low
        impedance = {"r" if row.kind == "dc" else "x": row.impedance_per_gw / row.assumed_circuits / MW_PER_GW}
        self.n.add("Line", c, **self._ends(row), **impedance, carrier=row.kind.upper(), **self._size(c, row, low, high, limit))

    def _size(self, c: str, row: pd.Series, low: float, high: float, limit: float | None) -> dict:
        self.constant += (row.capex + row.fom) * low - row.capex * row.existing
        if high <= low:
            usable = self._rated(row, self._standing(c, row, low))
            return {"s_nom": low * MW_PER_GW, "s_max_pu": usable if limit is None else np.minimum(usable, limit / low)}
        if c in self.outage.index or (limit is not None and isinstance(row.rating_series, str)):
            other = c not in self.outage.index
            raise NotCarriedError(
                say(
                    f"corridor {c} may grow and has a {'rating by the hour and an agreed limit' if other else 'planned outage'}: "
                    "a PyPSA line has one share for both",
                    f"通道 {c} 可扩建且有{'逐时限额和约定限值' if other else '计划检修'}，PyPSA 线路只有一个系数",
                )
            )
        self.constant -= (row.capex + row.fom) * low  # the whole line is paid for in PyPSA
        cost = (row.capex + row.fom) * CNY_PER_MW_FROM_MCNY_PER_GW
        limits = {"s_nom_min": low * MW_PER_GW, "s_nom_max": high * MW_PER_GW}
        return {"s_nom_extendable": True, **limits, "capital_cost": cost, "s_max_pu": self._rated(row, row.usable)}

    def _ends(self, row: pd.Series) -> dict:
        """Buses of a line; those of a direct-current mesh are behind converters without loss or limit."""
        ends = {"bus0": row.from_bus, "bus1": row.to_bus}
        if row.kind == "dc":
            ends = {side: f"{bus} dc" for side, bus in ends.items()}
            for bus in set(ends.values()) - set(self.n.static["Bus"]):
                self.n.add("Bus", bus, carrier="DC")
                self.n.add("Link", bus, bus0=bus.removesuffix(" dc"), bus1=bus, carrier="DC", p_nom=PLENTY, p_min_pu=-1.0)
        return ends

    def _dedicated_bus(self, c: str, row: pd.Series) -> str:
        carriers = ("wind", "solar") if row.dedicated_to == "renewable" else (row.dedicated_to,)
        bus = f"{c} dedicated"
        self.n.add("Bus", bus, carrier="AC")
        for carrier in carriers:
            feed = f"{row.from_bus} {carrier} feed"
            self.n.add("Link", f"{c} {carrier}", bus0=feed, bus1=bus, carrier="AC", p_nom=PLENTY)
        return bus

    def _tie_bus(self, c: str, start: str, limit: float | None, both: bool) -> str:
        """A bus behind the agreed limit of a microgrid's tie-line."""
        if limit is None:
            return start
        bus = f"{c} agreed"
        self.n.add("Bus", bus, carrier="AC")
        self.n.add("Link", bus, bus0=start, bus1=bus, carrier="AC", p_nom=limit * MW_PER_GW, p_min_pu=-1.0 if both else 0.0)
        return bus
