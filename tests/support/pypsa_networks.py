"""PyPSA networks for the tests of the import: each built and solved in PyPSA, one feature after the other, and a random family."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pypsa

from tests.support.quiet import quiet


def network(hours: int = 24, weight: float = 1.0):
    """An empty network of consecutive hours."""
    n = pypsa.Network()
    n.set_snapshots(pd.date_range("2030-03-01", periods=hours, freq="h"))
    n.snapshot_weightings = n.snapshot_weightings.assign(objective=weight, stores=1.0, generators=weight)
    n.add("Carrier", ["AC", "DC", "gas", "coal", "wind", "solar"], co2_emissions=[0.0, 0.0, 0.2, 0.34, 0.0, 0.0])
    return n


def day(hours: int, phase: float = 9.0) -> np.ndarray:
    return np.sin((np.arange(hours) - phase) / 24 * 2 * np.pi)


@quiet()
def solve(n, **options) -> float:
    """Optimum with what stands included: the cost that ours must be."""
    given = {"output_flag": False, "threads": 1}
    status = n.optimize(solver_name="highs", include_objective_constant=True, progress=False, solver_options=given, **options)
    assert status == ("ok", "optimal")
    return n.objective + n.objective_constant


def single_bus():
    """One bus, two plants, a load that varies; 30 hours, no multiple of a day; attributes left at their defaults."""
    n = network(30)
    n.add("Bus", "one bus")
    n.add("Load", "town", bus="one bus", p_set=70 + 25 * day(30))
    n.add("Generator", "cheap", bus="one bus", p_nom=60.0, marginal_cost=20.0, p_max_pu=0.9, capital_cost=999.0)
    n.add("Generator", "dear", bus="one bus", p_nom_extendable=True, capital_cost=300.0, marginal_cost=75.0, carrier="gas", efficiency=0.5)
    return n


def meshed():
    """Three buses in a triangle of AC lines with unlike reactances, two of them extendable without limit, one parallel to another."""
    n = network()
    for bus in "ABC":
        n.add("Bus", bus, v_nom=380.0)
        n.add("Load", f"load {bus}", bus=bus, p_set=np.array(40 + 15 * day(24, 6.0 + ord(bus) % 5)))
    n.add("Generator", "coal", bus="A", carrier="coal", p_nom=300.0, marginal_cost=18.0, efficiency=0.4)
    n.add("Generator", "gas", bus="B", carrier="gas", p_nom=80.0, marginal_cost=55.0, efficiency=0.55)
    n.add(
        "Generator",
        "wind",
        bus="C",
        carrier="wind",
        p_nom_extendable=True,
        p_nom_min=5.0,
        p_nom_max=90.0,
        capital_cost=400.0,
        p_max_pu=np.clip(0.4 + 0.4 * day(24, 3.0), 0, 1),
        p_nom=10.0,
    )
    line = {"carrier": "AC", "s_max_pu": 0.7}
    n.add("Line", "ab", bus0="A", bus1="B", x=20.0, s_nom=30.0, s_nom_extendable=True, s_nom_min=30.0, capital_cost=90.0, **line)
    n.add("Line", "bc", bus0="B", bus1="C", x=35.0, s_nom=25.0, **line)
    n.add("Line", "ca", bus0="C", bus1="A", x=12.0, s_nom_extendable=True, s_nom_max=60.0, capital_cost=150.0, **line)
    n.add("Line", "ac2", bus0="A", bus1="C", x=50.0, s_nom=20.0, **line)
    return n


def voltages():
    """Two voltages joined by transformers with taps, one of a type, and lines of types in one mesh, and a bus that nothing joins."""
    n = network()
    n.add("Bus", ["h1", "h2", "alone"], v_nom=380.0)
    n.add("Bus", ["l1", "l2"], v_nom=110.0)
    n.add("Line", "high", bus0="h1", bus1="h2", type="490-AL1/64-ST1A 380.0", length=120.0, num_parallel=2.0, s_nom=300.0)
    n.add("Line", "low", bus0="l1", bus1="l2", x=15.0, s_nom=25.0)
    n.add("LineType", "own", x_per_length=0.2, r_per_length=0.05, f_nom=50.0)
    n.add("Line", "second", bus0="l1", bus1="l2", type="own", length=50.0, s_nom=20.0)
    n.add("Transformer", "t1", bus0="h1", bus1="l1", type="160 MVA 380/110 kV", tap_position=3, num_parallel=2.0, s_nom=1.0)
    n.add("Transformer", "t2", bus0="h2", bus1="l2", x=0.12, tap_ratio=1.05, s_nom=80.0, s_max_pu=0.9, capital_cost=7.0)
    n.add(
        "Transformer", "t3", bus0="h1", bus1="l1", x=0.2, s_nom=50.0, s_nom_extendable=True, s_nom_min=2.0, s_nom_max=90.0, capital_cost=5.0
    )
    n.add("Transformer", "off", bus0="h1", bus1="l2", x=0.2, s_nom=50.0, active=False)
    n.add("Bus", "end", v_nom=20.0)
    n.add("Transformer", "radial", bus0="l2", bus1="end", x=0.1, s_nom=40.0, phase_shift=150.0)
    n.add("Load", "l", bus="l2", p_set=150 + 40 * day(24))
    n.add("Load", "e", bus="end", p_set=10.0)
    n.add("Generator", ["g", "h"], bus=["h1", "l2"], p_nom=300.0, marginal_cost=[10.0, 60.0])
    return n


def direct_current():
    """A DC triangle by resistance beside an AC bus, joined by two-way converters."""
    n = network()
    n.add("Bus", "ac", v_nom=220.0)
    for bus in "xyz":
        n.add("Bus", bus, carrier="DC", v_nom=200.0)
        n.add("Load", bus, bus=bus, p_set=20.0 + 5 * day(24, ord(bus) % 7))
    for name, ends, r in (("xy", "xy", 3.0), ("yz", "yz", 5.0), ("zx", "zx", 2.0)):
        n.add("Line", name, bus0=ends[0], bus1=ends[1], r=r, x=0.0001, s_nom=22.0, carrier="DC")
    n.add("Link", "converter", bus0="ac", bus1="x", p_nom=200.0, p_min_pu=-1.0)
    n.add("Generator", "plant", bus="ac", p_nom=100.0, marginal_cost=30.0)
    n.add("Generator", "local", bus="y", p_nom=50.0, marginal_cost=41.0)
    return n


def storage():
    """Units and stores, cyclic and with given levels, fixed and extendable, with losses of every kind."""
    n = network(48)
    n.add("Bus", ["a", "h2"])
    n.add("Load", "l", bus="a", p_set=60 + 20 * day(48))
    n.add("Generator", "sun", bus="a", carrier="solar", p_nom=260.0, p_max_pu=np.clip(day(48, 6.0), 0, None))
    n.add("Generator", "oil", bus="a", p_nom=100.0, marginal_cost=120.0)
    unit = {"bus": "a", "efficiency_store": 0.9, "efficiency_dispatch": 0.85, "standing_loss": 0.01}
    n.add("StorageUnit", "lake", p_nom=20.0, max_hours=6.0, state_of_charge_initial=70.0, marginal_cost=1.0, **unit)
    n.add("StorageUnit", "ring", p_nom=10.0, max_hours=3.0, cyclic_state_of_charge=True, **unit)
    n.add("StorageUnit", "new", p_nom_extendable=True, max_hours=4.0, capital_cost=100.0, cyclic_state_of_charge=True, **unit)
    n.add("Store", "tank", bus="h2", e_nom=80.0, e_initial=30.0, standing_loss=0.002)
    n.add("Store", "cave", bus="h2", e_nom_extendable=True, e_cyclic=True, capital_cost=2.0)
    n.add("Link", "electrolyser", bus0="a", bus1="h2", p_nom_extendable=True, capital_cost=60.0, efficiency=0.7, marginal_cost=0.5)
    n.add("Link", "fuel cell", bus0="h2", bus1="a", p_nom=40.0, efficiency=0.55)
    return n


def conversion():
    """One-way links with losses, a heat pump whose output exceeds its input, a least power, and a limit on the year's gas."""
    n = network()
    n.add("Bus", ["power", "heat", "far"])
    n.add("Load", "p", bus="power", p_set=50 + 10 * day(24))
    n.add("Load", "h", bus="heat", p_set=30 - 10 * day(24))
    n.add("Load", "f", bus="far", p_set=12.0)
    n.add("Generator", "grid", bus="power", p_nom=150.0, marginal_cost=40.0)
    n.add("Generator", "gas", bus="heat", carrier="gas", p_nom=60.0, marginal_cost=11.0, e_sum_max=400.0)
    n.add("Generator", "unserved", bus="heat", p_nom=1e7, marginal_cost=9000.0)
    n.add("Link", "pump", bus0="power", bus1="heat", p_nom_extendable=True, capital_cost=80.0, efficiency=3.1)
    n.add("Link", "cable", bus0="power", bus1="far", p_nom=20.0, p_min_pu=0.2, p_max_pu=0.8, efficiency=0.93, marginal_cost=2.0)
    n.add("Link", "free", bus0="far", bus1="power", p_nom_extendable=True, p_nom_max=5.0, efficiency=0.9)
    return n


def carbon():
    """A cap on CO2 that binds, over plants of unlike carriers and efficiencies; each snapshot stands for 8760/24 hours."""
    n = network(24, 365.0)
    n.add("Bus", "a")
    n.add("Load", "l", bus="a", p_set=100 + 30 * day(24))
    n.add("Generator", "coal", bus="a", carrier="coal", p_nom=200.0, marginal_cost=20.0, efficiency=0.38)
    n.add("Generator", "gas", bus="a", carrier="gas", p_nom=120.0, marginal_cost=60.0, efficiency=0.58)
    n.add(
        "Generator",
        "wind",
        bus="a",
        carrier="wind",
        p_nom_extendable=True,
        capital_cost=90000.0,
        p_max_pu=np.clip(0.35 + 0.3 * day(24, 2.0), 0, 1),
    )
    n.add("GlobalConstraint", "co2", type="primary_energy", carrier_attribute="co2_emissions", sense="<=", constant=350000.0)
    return n


def weighted():
    """Twelve snapshots of two hours, each standing for an unlike number of hours of the year, with a store between them."""
    n = network(12)
    weight = np.r_[np.full(4, 500.0), np.full(2, 900.0), np.linspace(600, 1000, 6)]
    n.snapshot_weightings = n.snapshot_weightings.assign(objective=weight, stores=2.0, generators=weight)
    n.add("Bus", "a")
    n.add("Load", "l", bus="a", p_set=40 + 20 * day(12, 2.0))
    n.add("Generator", "sun", bus="a", carrier="solar", p_nom_extendable=True, capital_cost=60000.0, p_max_pu=np.clip(day(12, 1.0), 0, 1))
    n.add("Generator", "gas", bus="a", carrier="gas", p_nom=80.0, marginal_cost=70.0, efficiency=0.5)
    n.add(
        "StorageUnit",
        "b",
        bus="a",
        p_nom_extendable=True,
        max_hours=6.0,
        capital_cost=9000.0,
        standing_loss=0.01,
        efficiency_store=0.92,
        state_of_charge_initial=0.0,
    )
    n.add("GlobalConstraint", "co2", sense="<=", constant=60000.0)
    return n


def ramps():
    """Plants that ramp, that must run at a least output, and that are both available in part."""
    n = network()
    load = np.r_[np.full(8, 60.0), np.full(4, 130.0), np.full(6, 50.0), np.full(6, 110.0)]
    n.add("Bus", "a")
    n.add("Load", "l", bus="a", p_set=load)
    n.add("Generator", "slow", bus="a", p_nom=100.0, marginal_cost=15.0, ramp_limit_up=0.08, ramp_limit_down=0.08, p_max_pu=0.9)
    n.add("Generator", "must", bus="a", p_nom=40.0, marginal_cost=30.0, p_min_pu=0.4)
    n.add(
        "Generator",
        "peak",
        bus="a",
        p_nom_extendable=True,
        capital_cost=50.0,
        marginal_cost=90.0,
        ramp_limit_up=0.5,
        ramp_limit_down=0.5,
        p_min_pu=0.1,
    )
    n.add("Generator", "last", bus="a", p_nom=200.0, marginal_cost=500.0)
    return n


def committed():
    """Relaxed commitment: least output and starts that cost."""
    n = network()
    n.add("Bus", "a")
    n.add("Load", "l", bus="a", p_set=90 + 70 * day(24))
    n.add("Generator", "base", bus="a", p_nom=110.0, marginal_cost=12.0, committable=True, p_min_pu=0.5, start_up_cost=4000.0)
    n.add("Generator", "mid", bus="a", p_nom=80.0, marginal_cost=35.0, committable=True, p_min_pu=0.3, start_up_cost=900.0, p_max_pu=0.95)
    n.add("Generator", "peak", bus="a", p_nom=80.0, marginal_cost=110.0)
    times = {"min_up_time": 1, "min_down_time": 1, "up_time_before": 3, "down_time_before": 2}
    n.add("Generator", "quick", bus="a", p_nom=20.0, marginal_cost=60.0, committable=True, p_min_pu=0.2, **times)
    return n


def limited():
    """Least and largest sizes of all that is built, carriers of stores, and an inactive component of every kind."""
    n = network()
    n.add("Carrier", "store")
    n.add("Bus", ["a", "b"])
    n.add("Load", "l", bus="b", p_set=60 + 30 * day(24))
    n.add("Load", "off", bus="b", p_set=900.0, active=False)
    n.add("Generator", "sun", bus="a", carrier="solar", p_nom=200.0, p_max_pu=np.clip(day(24, 6.0), 0, None))
    n.add("Generator", "oil", bus="b", p_nom=100.0, marginal_cost=120.0)
    cyclic = {"cyclic_state_of_charge": True, "max_hours": 4.0, "carrier": "store", "efficiency_store": 0.9}
    n.add("StorageUnit", "small", bus="a", p_nom_extendable=True, p_nom_max=12.0, capital_cost=40.0, **cyclic)
    n.add("StorageUnit", "forced", bus="a", p_nom_extendable=True, p_nom_min=3.0, capital_cost=9000.0, **cyclic)
    n.add("StorageUnit", "off", bus="b", p_nom=500.0, state_of_charge_initial=500.0, active=False)
    tank = {"bus": "b", "e_cyclic": True, "carrier": "store"}
    n.add("Store", "tank", e_nom_extendable=True, e_nom_min=5.0, e_nom_max=20.0, capital_cost=30.0, **tank)
    n.add("Store", "off", bus="b", e_nom=500.0, e_initial=500.0, active=False)
    n.add("Link", "cable", bus0="a", bus1="b", p_nom_extendable=True, p_nom_min=30.0, p_nom_max=70.0, capital_cost=100.0, efficiency=0.95)
    n.add("Link", "off", bus0="a", bus1="b", p_nom=500.0, active=False)
    n.add("Line", "off", bus0="a", bus1="b", x=1.0, s_nom=500.0, active=False)
    return n


def elastic():
    """Demand that pays, all day alike and by the hour, capacity that is forced and never runs, and stores that lose over three hours."""
    n = network(16, 3.0)
    n.snapshot_weightings = n.snapshot_weightings.assign(stores=3.0)
    n.add("Bus", "a")
    n.add("Load", "l", bus="a", p_set=60 + 30 * day(16, 2.0))
    n.add("Generator", "sun", bus="a", carrier="solar", p_nom=150.0, p_max_pu=np.clip(day(16, 1.0), 0, 1))
    n.add("Generator", "gas", bus="a", carrier="gas", p_nom=70.0, marginal_cost=30.0)
    n.add("Generator", "oil", bus="a", p_nom=90.0, marginal_cost=60.0)
    demand = {"bus": "a", "p_max_pu": 0.0}
    n.add("Generator", "buyer", p_nom=25.0, p_min_pu=-1.0, marginal_cost=45.0, **demand)
    n.add("Generator", "by hour", p_nom=20.0, p_min_pu=-(0.5 + 0.4 * day(16, 1.0)), marginal_cost=75.0, **demand)
    n.add("Generator", "slow", p_nom=20.0, p_min_pu=-1.0, marginal_cost=31.0, ramp_limit_up=0.2, ramp_limit_down=0.2, **demand)
    n.add("Generator", "forced", p_nom_extendable=True, p_nom_min=10.0, capital_cost=7.0, **demand)
    n.add("Generator", "idle", p_nom=10.0, marginal_cost=7.0, capital_cost=7.0, **demand)
    unit = {"max_hours": 6.0, "efficiency_store": 0.9, "cyclic_state_of_charge": True}
    n.add("StorageUnit", "unit", bus="a", p_nom=30.0, standing_loss=0.02, **unit)
    n.add("Store", "tank", bus="a", e_nom=100.0, e_initial=50.0, standing_loss=0.03)
    return n


def several_winds():
    """Wind and sun of unlike running cost at one bus, an availability above one, an idle component, and columns of somebody's own."""
    n = network()
    n.add("Bus", "a", country="CN", x=122.0, y=44.0)
    n.add("Load", "l", bus="a", p_set=100 + 20 * day(24))
    for name, cost in (("wind old", 8.0), ("wind new", 2.0), ("wind cheap", 0.0)):
        n.add(
            "Generator",
            name,
            bus="a",
            carrier="wind",
            p_nom=50.0,
            marginal_cost=cost,
            p_max_pu=np.clip(0.5 + 0.6 * day(24, len(name)), 0, 1.05),
        )
    n.add("Generator", "pv", bus="a", carrier="solar", p_nom_extendable=True, capital_cost=200.0, p_max_pu=np.clip(day(24, 6.0), 0, 1))
    n.add("Generator", "gas", bus="a", carrier="gas", p_nom=150.0, marginal_cost=66.0, owner="somebody")
    n.add("Generator", "off", bus="a", p_nom=500.0, marginal_cost=0.0, active=False)
    return n


def random_network(seed: int):
    """A few buses, lines and links between them, plants, stores, expansion, losses and caps as the seed has it."""
    rng = np.random.default_rng(seed)
    hours = int(rng.integers(10, 40))
    n = network(hours, float(rng.choice([1.0, 24.0, 365.0])))
    buses = [f"bus {k}" for k in range(rng.integers(2, 6))]
    for bus in buses:
        n.add("Bus", bus, v_nom=float(rng.choice([110.0, 220.0, 380.0])) if seed % 2 else 220.0)
        n.add("Load", f"load {bus}", bus=bus, p_set=rng.uniform(20, 80) * (1 + 0.4 * day(hours, rng.uniform(0, 24))))
        n.add("Generator", f"last {bus}", bus=bus, p_nom=500.0, marginal_cost=rng.uniform(400, 900))
        if rng.random() < 0.7:
            n.add(
                "Generator",
                f"plant {bus}",
                bus=bus,
                carrier=str(rng.choice(["gas", "coal"])),
                p_nom=rng.uniform(20, 150),
                marginal_cost=rng.uniform(10, 80),
                efficiency=rng.uniform(0.3, 0.6),
                p_max_pu=rng.uniform(0.7, 1.0),
            )
        if rng.random() < 0.7:
            n.add(
                "Generator",
                f"wind {bus}",
                bus=bus,
                carrier="wind",
                p_nom_extendable=True,
                capital_cost=rng.uniform(10, 100) * hours,
                marginal_cost=rng.uniform(0, 3),
                p_max_pu=rng.beta(1.5, 2.5, hours),
                p_nom_max=float(rng.choice([np.inf, 100.0])),
            )
        if rng.random() < 0.6:
            n.add(
                "StorageUnit",
                f"unit {bus}",
                bus=bus,
                p_nom=rng.uniform(0, 30),
                max_hours=rng.uniform(1, 8),
                efficiency_store=rng.uniform(0.8, 1),
                efficiency_dispatch=rng.uniform(0.8, 1),
                cyclic_state_of_charge=bool(rng.random() < 0.5),
                standing_loss=rng.uniform(0, 0.02),
                marginal_cost=0.1,
            )
    for k in range(1, len(buses)):
        n.add(
            "Line",
            f"line {k}",
            bus0=buses[k],
            bus1=buses[rng.integers(0, k)],
            x=rng.uniform(1, 40),
            s_nom=rng.uniform(10, 60),
            s_nom_extendable=bool(rng.random() < 0.5),
            capital_cost=rng.uniform(1, 10) * hours,
            s_nom_min=5.0,
        )
    for k in range(len(buses) - 1):
        a, b = rng.choice(len(buses), 2, replace=False)
        n.add("Line", f"mesh {k}", bus0=buses[a], bus1=buses[b], x=rng.uniform(1, 40), s_nom=rng.uniform(10, 60))
    n.add("Link", "link", bus0=buses[0], bus1=buses[-1], p_nom=rng.uniform(10, 60), efficiency=rng.uniform(0.6, 1), marginal_cost=0.3)
    if rng.random() < 0.5:
        n.add(
            "GlobalConstraint",
            "co2",
            sense="<=",
            constant=rng.uniform(5, 25) * hours * len(buses) * n.snapshot_weightings.objective.iloc[0],
        )
    return n


NETWORKS = {
    f.__name__: f
    for f in (
        single_bus,
        meshed,
        voltages,
        direct_current,
        storage,
        conversion,
        carbon,
        weighted,
        ramps,
        committed,
        several_winds,
        limited,
        elastic,
    )
}
