"""Selection of hours for islanding tests by a lower bound on unserved energy, without optimisation."""

from __future__ import annotations

import numpy as np

from energy_model.solving.redispatch import Plan
from energy_model.study.system import System
from energy_model.units import GW_PER_MW


def unserved_at_least(plan: Plan, inside: System, duration: int) -> np.ndarray:
    """Lower bound on the unserved energy of an island of `duration` hours, net of its surplus [GWh], for every starting hour.

    Load, with potlines modulated down as far as allowed, less all wind and solar, all units online in the hour before at full output, and
    what the stores hold; ramps, minimum load and the network inside are left out.

    Parameters
    ----------
    plan : Plan
        Its profiles are those of the microgrid.
    inside : System
        Elements of the microgrid.
    duration : int

    Returns
    -------
    ndarray, shape (hours of the horizon,)
    """
    hours, p = plan.hours.hour_index.ravel(), plan.profiles
    deficit = p.load_mw.to_numpy()[:, hours].sum(axis=0) * GW_PER_MW
    deficit = deficit + float((inside.smelter.rated * (1 - inside.smelter.modulation_down_share)).sum())
    series = {name: i for i, name in enumerate(p.resource.to_numpy())}
    for r in inside.resource.index:
        available = p.availability.to_numpy()[series[inside.resource.series[r]]][hours]
        deficit = deficit - plan.capacity["capacity_renewable", (r,)] * available
    count = len(hours)
    online = sum((plan.state["online", (g,)] for g in inside.thermal.index), np.zeros(count))
    stored = np.zeros(count)
    for s in inside.store.index[inside.store.kind != "heat_store"]:
        power = plan.capacity["capacity_store_power", (s,)]
        stored += np.minimum(power * duration, plan.state["level", (s,)] * inside.store.discharge_efficiency_share[s])
    before = np.array([plan.before(i) for i in range(count)])
    window = np.array([plan.following(i, duration) for i in range(count)])
    return deficit[window].sum(axis=1) - duration * online[before] - stored[before]
