"""Random small studies that are always feasible."""

import numpy as np
from hypothesis import strategies as st

from tests.support.tiny import tiny_system

share = st.floats(0.0, 1.0, allow_nan=False).map(lambda v: round(v, 3))


@st.composite
def studies(draw):
    """Two nodes, a market, coal, wind, a store, heat and a smelter with random numbers; feasible, as loads can be shed."""
    plant = {
        "min_load_share": draw(share) * 0.6,
        "no_load_fuel_share": draw(share) * 0.2,
        "start_cost": draw(share),
        "ramp_share_per_h": 0.1 + draw(share),
        "online_share": 0.8,
    }
    system = tiny_system(
        bus={"A": {}, "B": {}, "M": {"market": True}},
        thermal={
            "lignite": plant
            | {"existing": 1.0, "is_chp": True, "heat_area": "town", "power_loss_per_heat": 0.15, "back_pressure_ratio": draw(share)},
            "coal": plant | {"node": "B", "max_new": 2.0, "capex": 5.0 * draw(share)},
        },
        resource={"w": {"existing": 0.5, "max_new": 2.0, "capex": 4.0 * draw(share)}},
        store={"b": {"node": "B", "max_new": 1.0, "capex": draw(share), "capex_energy": 0.2, "charge_efficiency_share": 0.9}},
        boiler={"e": {"kind": "electric_boiler", "existing": 0.4}},
        corridor={
            "ab": {"existing": 0.3, "max_new": 2.0, "capex": draw(share), "loss_share": 0.1 * draw(share)},
            "bm": {"from_bus": "B", "to_bus": "M", "existing": 1.0, "reversible": False, "loss_share": 0.05},
        },
        contract={"x": {"max": 0.5}},
        smelter={"pots": {"node": "B", "rated": 0.2, "modulation_down_share": 0.1, "modulation_up_share": 0.1}},
        heat_area={"town": {}},
        supply={("pit", "lignite"): {"price": 0.1 + draw(share)}, ("pit", "coal"): {"price": 0.2 + draw(share)}},
        mine={"pit": {"capacity_kt_per_year": 5.0 * draw(share)}},
        target={"out": {"quantity": "export_gwh", "value": 10.0 * draw(share), "mode": "soft", "penalty_cny_per_unit": 2e6}},
    )
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    return system, {
        "load": {"A": rng.random(24), "B": rng.random(24)},
        "availability": {"w": rng.random(24)},
        "heat": {"town": rng.random(24) / 2},
    }
