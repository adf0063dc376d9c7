"""Buildable capacities: one record for each family, read by model, pathway, costs and results alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.study.system import UNLIMITED_GW, System

LARGEST_STORE_H = 12.0
"""Bound on hours of storage that are sized apart from power; far above what batteries are built with."""
LARGEST_LONG_STORE_H = 1000.0
"""The same for long-duration stores: six weeks at full power."""


@dataclass(frozen=True)
class Capacity:
    """A family of buildable capacities.

    Attributes
    ----------
    name : str
        Its column in block and master is ``capacity_<name>``.
    over : str
        Index set of block and master, and name of the table of `System`.
    family : str
        Family of what is built: its accounts are ``investment_<family>`` and ``fixed_<family>``.
    assets : callable
        From `System` to what stands and may be built, by element: ``existing``, ``min_new``, ``max_new`` [GW; stores' energy GWh],
        ``capex`` (annuity) and ``fom`` [MCNY/GW, MCNY/GWh], ``lifetime_years``.
    limit_row : str
        Row that holds output or level to the capacity; empty where weather does.
    table : str
        Input table with its ``max_new_mw``.
    is_volume : bool
        What a store holds; it follows or serves a power, and its limit is not priced.
    always : bool
        Whether its accounts are there where the study has none of it, too.
    """

    name: str
    over: str
    family: str
    assets: Callable[[System], pd.DataFrame]
    limit_row: str
    table: str = "candidates"
    is_volume: bool = False
    always: bool = True

    @property
    def column(self) -> str:
        """Family of its columns in block and master."""
        return f"capacity_{self.name}"

    @property
    def is_candidate(self) -> bool:
        """Whether its new capacity is in table ``candidates``, by node and technology, rather than in a table of its own."""
        return self.table == "candidates"


def largest_store_h(store: pd.DataFrame) -> pd.Series:
    """Hours of storage at full power: given, or the most for separately sized energy, else our bound on it [h]."""
    return store.duration_h.fillna(store.max_duration_h).fillna(
        store.long_duration.map({False: LARGEST_STORE_H, True: LARGEST_LONG_STORE_H})
    )


def most_capacity(assets: pd.DataFrame) -> pd.Series:
    """Bound on capacity [GW]: none if it may be built without limit and has a cost.

    What costs nothing keeps the bound of `UNLIMITED_GW`, and a plan that needs it is refused (`solving.assumptions`): without either a
    dual that is off by rounding would prove nothing.
    """
    free = (assets.max_new < UNLIMITED_GW) | ~(assets.capex + assets.fom > 0)
    return (assets.existing + assets.max_new).where(free, np.inf)


def _thermal(y: System) -> pd.DataFrame:
    """Clusters; convertible capacity is already paid for, and its investment is not refunded."""
    return y.thermal.assign(capex=y.thermal.capex.where(~y.thermal.index.isin(y.thermal.retrofit_of.dropna()), 0.0))


def _store_energy(y: System) -> pd.DataFrame:
    s = y.store
    standing = (s.duration_h * s.existing).fillna(0.0)
    most = (s.existing + s.max_new) * largest_store_h(s)
    return pd.DataFrame(
        {
            "existing": standing, "min_new": 0.0, "max_new": most - standing, "capex": s.capex_energy, "fom": 0.0,
            "lifetime_years": s.lifetime_years,
        }
    )  # fmt: skip


CAPACITIES = (
    Capacity("thermal", "thermal", "thermal", _thermal, "online_limit"),
    Capacity("renewable", "resource", "renewable", lambda y: y.resource, ""),
    Capacity("store_power", "store", "storage", lambda y: y.store, "store_power_limit"),
    Capacity("store_energy", "store", "storage", _store_energy, "store_level_limit", is_volume=True),
    Capacity("boiler", "boiler", "boiler", lambda y: y.boiler, "boiler_limit"),
    Capacity("corridor", "corridor", "corridor", lambda y: y.corridor, "corridor_limit", "corridors"),
    Capacity("electrolyser", "electrolyser", "electrolyser", lambda y: y.electrolyser, "electrolyser_limit", "electrolysers", always=False),
    Capacity(
        "hydrogen_store",
        "hydrogen_store",
        "hydrogen_store",
        lambda y: y.hydrogen_store,
        "hydrogen_level_limit",
        "hydrogen_stores",
        is_volume=True,
        always=False,
    ),
    Capacity("converter", "converter", "converter", lambda y: y.converter, "converter_limit", "converters", always=False),
    Capacity("reservoir", "reservoir", "reservoir", lambda y: y.reservoir, "reservoir_level_limit", "reservoirs", always=False),
    Capacity("condenser", "condenser", "condenser", lambda y: y.condenser, "", always=False),
)
FAMILIES = tuple(dict.fromkeys(c.family for c in CAPACITIES))
"""Families of what is built."""
LIMITED = tuple(c for c in CAPACITIES if not c.is_volume)
"""Capacities of power, whose limit has a value of its own."""


def assets(y: System) -> dict[str, pd.DataFrame]:
    """Existing and buildable assets, by name of the capacity (`Capacity.assets`)."""
    return {c.name: c.assets(y) for c in CAPACITIES}
