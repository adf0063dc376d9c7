"""Converters and reservoirs of a study in a PyPSA network: links of several ports, generators, storage units, and stores behind links."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.exchange.pypsa_corridors import PLENTY
from energy_model.exchange.pypsa_network import PartWriter
from energy_model.exchange.subset import NotCarriedError
from energy_model.language import say
from energy_model.units import CNY_PER_MW_FROM_MCNY_PER_GW, CNY_PER_MWH_FROM_MCNY_PER_GWH, MW_PER_GW

Figure = float | np.ndarray
"""A constant, or one value for each hour."""
SIZES = ("p_nom", "p_nom_min", "p_nom_max")


class SpecialWriter(PartWriter):
    """Adds converters and reservoirs to a network."""

    def write(self) -> float:
        """Write all of them; returns the constant [MCNY] that is in our objective and not in PyPSA's, without that of the parts."""
        for c, row in self.y.converter.iterrows():
            self._converter(str(c), row)
        for s, row in self.y.reservoir.iterrows():
            if self._is_unit(row):
                self._unit(str(s), row)
            elif row.max_new > 0:
                raise NotCarriedError(
                    say(
                        f"reservoir {s} may grow and has limits of its level or an outlet of its own: a PyPSA storage unit has neither",
                        f"蓄能 {s} 可扩建，且有水位限值或单独的弃水限值，PyPSA 储能单元均无法表达",
                    )
                )
            else:
                self._store(str(s), row)
        return self.constant

    def figure(self, row: pd.Series, name: str, unit: float = 1.0) -> Figure:
        """A figure of a row, by the hour where it has a series."""
        series, constant = row[f"{name}_series"], float(row[name]) * unit
        return constant * self._series(series) if isinstance(series, str) else constant

    def _cost(self, row: pd.Series, name: str) -> Figure:
        return self.figure(row, name, CNY_PER_MWH_FROM_MCNY_PER_GWH)

    def _converter(self, c: str, row: pd.Series) -> None:
        """A link whose first bus is the port that draws steadily; without one, a bus that gives and takes freely.

        A converter of one steady port is a generator with that sign.
        """
        port = self.y.converter_port[self.y.converter_port.converter == c]
        ports = [(str(p.node), self.figure(p, "output")) for _, p in port.iterrows()]
        band = {
            "p_max_pu": self.figure(row, "most") - self.figure(row, "reverse_least"),
            "p_min_pu": self.figure(row, "least") - self.figure(row, "reverse_most"),
        }
        cost = self._cost(row, "cost")
        if len(ports) == 1 and not isinstance(ports[0][1], np.ndarray):
            for name, capacity in self._parts(row, c):
                self.n.add("Generator", name, bus=ports[0][0], sign=ports[0][1], carrier="AC", marginal_cost=cost, **band, **capacity)
            return
        drawn = next((k for k, (_, out) in enumerate(ports) if not isinstance(out, np.ndarray) and out < 0), None)
        if drawn is None:
            bus, scale = f"{c} source", 1.0
            self.n.add("Bus", bus, carrier="AC")
            self.n.add("Generator", bus, bus=bus, carrier="AC", p_nom=PLENTY, p_min_pu=-1.0)
        else:
            bus, scale = ports[drawn][0], -float(ports.pop(drawn)[1])
        ends: dict[str, object] = {"bus0": bus, "carrier": "AC", "marginal_cost": cost / scale}
        for k, (end, out) in enumerate(ports, start=1):
            ends |= {f"bus{k}": end, "efficiency" if k == 1 else f"efficiency{k}": out / scale}
        for name, capacity in self._parts(row, c):
            sizes = {key: value * scale if key in SIZES else value for key, value in capacity.items()}
            if "capital_cost" in sizes:
                sizes["capital_cost"] /= scale
            self.n.add("Link", name, **ends, **band, **sizes)

    def _is_unit(self, row: pd.Series) -> bool:
        """Whether a storage unit says all of a reservoir: no limits of the level but empty and full, spill up to the inflow."""
        inflow, spill = self.figure(row, "inflow"), self.figure(row, "spill_most")
        return bool(
            np.all(self.figure(row, "least_level") == 0.0)
            and np.all(self.figure(row, "most_level") == 1.0)
            and np.all(np.asarray(inflow) >= 0.0)
            and np.all(np.asarray(inflow) == spill)
            and (not np.any(inflow) or np.all(self.figure(row, "spill_draw") == 1.0))
            and np.all(np.asarray(self.figure(row, "charge_most")) >= 0.0)
        )

    def _unit(self, s: str, row: pd.Series) -> None:
        """One storage unit for existing and new capacity, which share the inflow; a cost of charging is that of a link before it."""
        bus = self._inside(s, row) if row.charge_cost else row.node
        low, high = row.existing + row.min_new, row.existing + row.max_new
        size: dict[str, object] = {"p_nom": row.existing * MW_PER_GW}
        self.constant += row.fom * row.existing
        if row.max_new > 0:
            self.constant -= (row.capex + row.fom) * row.existing  # the whole unit is paid for in PyPSA
            size = {"p_nom_extendable": True, "p_nom_min": low * MW_PER_GW, "p_nom_max": high * MW_PER_GW}
            size["capital_cost"] = (row.capex + row.fom) * CNY_PER_MW_FROM_MCNY_PER_GW
        self.n.add(
            "StorageUnit", s, bus=bus, carrier="store", max_hours=float(row.duration_h), cyclic_state_of_charge=True,
            efficiency_store=self.figure(row, "charge_yield"), efficiency_dispatch=1 / self._drawn(s, row, "discharge_draw"),
            standing_loss=1 - self.figure(row, "kept"), inflow=self.figure(row, "inflow", MW_PER_GW),
            p_min_pu=-self.figure(row, "charge_most"), p_max_pu=self.figure(row, "discharge_most"),
            marginal_cost=self._cost(row, "discharge_cost"), marginal_cost_storage=self._cost(row, "level_cost"),
            spill_cost=self._cost(row, "spill_cost"), **size,
        )  # fmt: skip

    def _inside(self, s: str, row: pd.Series) -> str:
        """A bus behind links in and out, of which the one in has the cost of charging."""
        bus = f"{s} inside"
        self.n.add("Bus", bus, carrier="store")
        paid = self._cost(row, "charge_cost")
        self.n.add("Link", f"{s} in", bus0=row.node, bus1=bus, carrier="store", p_nom=PLENTY, marginal_cost=paid)
        self.n.add("Link", f"{s} out", bus0=bus, bus1=row.node, carrier="store", p_nom=PLENTY)
        return bus

    def _drawn(self, s: str, row: pd.Series, name: str) -> Figure:
        """What leaving energy draws from the level; a link or a negative generator cannot give without drawing."""
        drawn = self.figure(row, name)
        if np.any(np.asarray(drawn) <= 0):
            raise NotCarriedError(
                say(
                    f"reservoir {s} gives without drawing on its level in some hour ({name})",
                    f"蓄能 {s} 在某时段放出而不消耗存量（{name}）",
                )
            )
        return drawn

    def _store(self, s: str, row: pd.Series) -> None:
        """A reservoir of given size: a store between a link in, a link out, its inflow and its outlet."""
        size, draw = row.existing * MW_PER_GW, self._drawn(s, row, "discharge_draw")
        self.constant += row.fom * row.existing
        bus = f"{s} inside"
        self.n.add("Bus", bus, carrier="store")
        self.n.add(
            "Store", s, bus=bus, carrier="store", e_nom=row.duration_h * size, e_cyclic=True, standing_loss=1 - self.figure(row, "kept"),
            e_min_pu=self.figure(row, "least_level"), e_max_pu=self.figure(row, "most_level"),
            marginal_cost_storage=self._cost(row, "level_cost"),
        )  # fmt: skip
        into, out = {"bus0": row.node, "bus1": bus}, {"bus0": bus, "bus1": row.node}
        into |= {"efficiency": self.figure(row, "charge_yield"), "p_max_pu": self.figure(row, "charge_most")}
        out |= {"efficiency": 1 / draw, "p_max_pu": self.figure(row, "discharge_most") * draw}  # a link's power is what enters it
        self.n.add("Link", f"{s} in", carrier="store", p_nom=size, marginal_cost=self._cost(row, "charge_cost"), **into)
        self.n.add("Link", f"{s} out", carrier="store", p_nom=size, marginal_cost=self._cost(row, "discharge_cost") / draw, **out)
        inflow = self.figure(row, "inflow", MW_PER_GW)
        if np.any(inflow):
            self.n.add("Load", f"{s} inflow", bus=bus, p_set=-inflow)
        spill = self.figure(row, "spill_most", MW_PER_GW)
        if np.any(np.asarray(spill) > 0):
            drawn = self._drawn(s, row, "spill_draw")
            most = np.asarray(spill * drawn)
            lost = {"bus": bus, "sign": -1.0, "p_nom": float(most.max()), "p_max_pu": most / most.max() if most.ndim else 1.0}
            self.n.add("Generator", f"{s} spill", carrier="store", marginal_cost=self._cost(row, "spill_cost") / drawn, **lost)
