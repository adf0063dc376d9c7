"""A network that is not ours: one region with wind, sun, a battery and a hydrogen store, all to be built, over a whole year."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from energy_model.units import HOURS_PER_DAY, HOURS_PER_YEAR


def write_network(hours: int, folder: Path) -> None:
    """Write the network as CSV files of PyPSA; costs are those of a year's share, drawn weather is the same every time."""
    import pypsa

    rng, t, year = np.random.default_rng(3), np.arange(hours), hours / HOURS_PER_YEAR
    of_day, of_year = t % HOURS_PER_DAY, np.cos(2 * np.pi * t / HOURS_PER_YEAR)
    load = 60 + 15 * np.cos(2 * np.pi * (of_day - 19) / HOURS_PER_DAY) + 8 * of_year + 3 * rng.standard_normal(hours)
    cloud = rng.uniform(0.4, 1.0, hours // HOURS_PER_DAY + 1)[t // HOURS_PER_DAY]
    sun = np.clip(np.sin(np.pi * (of_day - 6) / 12), 0, None) * (0.7 - 0.25 * of_year) * cloud
    gust, calm = np.zeros(hours), 0.0
    for k in range(hours):
        gust[k] = calm = 0.97 * calm + 0.25 * rng.standard_normal()
    n = pypsa.Network()
    n.set_snapshots(pd.date_range("2013-01-01", periods=hours, freq="h"))
    n.add("Bus", ["region", "h2"])
    n.add("Load", "load", bus="region", p_set=load)
    for name, carrier, cost, share in (("wind", "wind", 90e3, 1 / (1 + np.exp(1.0 - gust))), ("sun", "solar", 45e3, np.clip(sun, 0, 1))):
        at = {"bus": "region", "carrier": carrier, "marginal_cost": 0.01, "p_max_pu": share}
        n.add("Generator", name, p_nom_extendable=True, capital_cost=cost * year, **at)
    losses = {"efficiency_store": 0.95, "efficiency_dispatch": 0.95, "cyclic_state_of_charge": True}
    n.add("StorageUnit", "battery", bus="region", p_nom_extendable=True, max_hours=6.0, capital_cost=50e3 * year, **losses)
    n.add("Link", "electrolyser", bus0="region", bus1="h2", p_nom_extendable=True, capital_cost=40e3 * year, efficiency=0.7)
    n.add("Link", "turbine", bus0="h2", bus1="region", p_nom_extendable=True, capital_cost=50e3 * year, efficiency=0.5)
    n.add("Store", "cave", bus="h2", e_nom_extendable=True, e_cyclic=True, capital_cost=300.0 * year)
    n.export_to_csv_folder(str(folder))
