"""Networks of a kilowatt and of many terawatts, plants without limit and plants that shed load, read into our tables."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("pypsa")
from rich.console import Console

from energy_model.certified import solve_certified
from energy_model.commands.import_pypsa import comparison
from energy_model.exchange.pypsa_import import import_network
from energy_model.exchange.pypsa_read import read_network
from energy_model.exchange.written import write_study
from energy_model.results.stages import Clock
from energy_model.run import prepare
from energy_model.solving.assumptions import AssumptionError
from energy_model.study.horizon import Horizon
from tests.paths import ROOT
from tests.support.pypsa_networks import day, network, solve

RELATIVE = 1e-6


def compared(n, folder: Path) -> dict:
    """Import a network that PyPSA has solved, solve the study, compare."""
    n.export_to_netcdf(folder / "net.nc")
    found = read_network(folder / "net.nc")
    imported = import_network(found)
    write_study(found, imported, folder / "study")
    return comparison(found, imported, folder / "study", ROOT / "weather", 1)


def sized(power: float, step_h: float = 1.0):
    """Wind, gas, a lake of energy and a line between two buses, all to be built without limit for a load of some `power` MW."""
    n = network(24)
    n.snapshot_weightings = n.snapshot_weightings.assign(objective=step_h, stores=step_h, generators=step_h)
    n.add("Bus", ["a", "b"], v_nom=380.0)
    n.add("Load", "town", bus="b", p_set=power * (1 + 0.3 * day(24)))
    n.add("Generator", "wind", bus="a", carrier="wind", p_nom_extendable=True, capital_cost=90.0,
          p_max_pu=np.clip(0.3 + 0.4 * day(24, 3), 0.02, 1))  # fmt: skip
    n.add("Generator", "gas", bus="b", p_nom_extendable=True, capital_cost=250.0, marginal_cost=70.0)
    n.add("Generator", "free", bus="b", p_nom_extendable=True, marginal_cost=400.0)
    n.add("Store", "lake", bus="a", e_nom_extendable=True, e_cyclic=True, capital_cost=1.5)
    n.add("Line", "line", bus0="a", bus1="b", x=10.0, s_nom_extendable=True, capital_cost=20.0)
    return n


@pytest.mark.parametrize(
    ("power", "step_h"),
    [
        pytest.param(1e-3, 1.0, marks=pytest.mark.slow),
        pytest.param(1.0, 3.0, marks=pytest.mark.slow),
        pytest.param(4e5, 1.0, marks=pytest.mark.slow),
        (6e6, 3.0),
    ],
)
def test_any_size_costs_what_pypsa_finds(power, step_h, tmp_path):
    """Proves: a load of 1 kW, 1 MW, 400 GW and 6 TW, served by what may be built without limit (more than 10 TW and 10 TWh), costs what
    PyPSA
    finds, and nothing stands in the way of comparing. Sensitivity: a bound of 1 TW on what has none, or tolerances of a gigawatt.
    """
    n = sized(power, step_h)
    cost = solve(n)
    if power == 6e6:
        assert n.generators.p_nom_opt["wind"] > 1e7
        assert n.stores.e_nom_opt["lake"] > 1e7
    found = compared(n, tmp_path)
    assert found["not_comparable"] == []
    assert found["objective"] == pytest.approx(cost, rel=RELATIVE)
    assert found["relative_difference"] <= RELATIVE


@pytest.mark.parametrize("shed", [1e6, pytest.param(1e12, marks=pytest.mark.slow)])
def test_plants_that_shed_load_are_cut_to_what_their_bus_can_take(shed, tmp_path):
    """Proves: plants of a thousand to a billion GW at every bus, steady and with hourly availability, become few rows and the optimum is
    PyPSA's; the import names them; a plant of usual size, one that ramps and one that must run stay as they are.
    Sensitivity: one row for each 5,000 MW, 400,000 of them; or a cut at less than what lines, links and stores can carry away.
    """
    n = network(24)
    n.add("Bus", ["a", "b", "c"], v_nom=380.0)
    for k, bus in enumerate("abc"):
        n.add("Load", f"l{bus}", bus=bus, p_set=500 + 300 * day(24, k))
        n.add("Generator", f"shed {bus}", bus=bus, p_nom=shed, marginal_cost=5000.0 + k)
    n.add("Generator", "hourly", bus="b", p_nom=shed, marginal_cost=900.0, p_max_pu=np.linspace(0.1, 1, 24))
    n.add("Generator", "plant", bus="a", p_nom=900.0, marginal_cost=20.0)
    n.add("Generator", "slow", bus="c", p_nom=300.0, marginal_cost=10.0, ramp_limit_up=0.1, ramp_limit_down=0.1, p_min_pu=0.2)
    n.add("StorageUnit", "unit", bus="b", p_nom=50.0, max_hours=4.0, cyclic_state_of_charge=True)
    n.add("Store", "sea", bus="c", e_nom=shed, e_cyclic=True)
    for ends in ("ab", "bc", "ca"):
        n.add("Line", ends, bus0=ends[0], bus1=ends[1], x=10.0, s_nom=200.0)
    n.add("Link", "cable", bus0="a", bus1="c", p_nom=100.0, efficiency=0.95)
    cost = solve(n)
    found = compared(n, tmp_path)
    assert found["objective"] == pytest.approx(cost, rel=RELATIVE)
    plants = pd.read_csv(tmp_path / "study" / "plants.csv", encoding="utf-8-sig")
    candidates = pd.read_csv(tmp_path / "study" / "candidates.csv", encoding="utf-8-sig")
    assert len(plants) + len(candidates) < 15
    assert plants.set_index("plant").capacity_mw[["plant", "slow"]].tolist() == [900.0, 300.0]
    n.export_to_netcdf(tmp_path / "net.nc")
    notes = " ".join(en for _, en in import_network(read_network(tmp_path / "net.nc")).notes)
    assert all(f"shed {bus}" in notes for bus in ("ab" if shed == 1e6 else "abc"))  # the sea of c takes what it has


def test_a_bound_of_ours_that_binds_is_an_error(tmp_path):
    """Proves: what may be built for nothing and without limit stands at 10 TW; a load of 15 TW that a plant, a line or a store of that
    kind alone
    can serve is refused by name, by the solve that every command shares. Sensitivity: a plan that sheds a third of the load, silently.
    """
    n = network(6)
    n.add("Bus", ["a", "b"], v_nom=380.0)
    n.add("Load", ["l", "k"], bus="b", p_set=7.5e6)
    n.add("Generator", "g", bus="a", p_nom_extendable=True, marginal_cost=1.0, capital_cost=5.0)
    n.add("Line", "free line", bus0="a", bus1="b", x=1.0, s_nom_extendable=True)
    n.export_to_netcdf(tmp_path / "net.nc")
    found = read_network(tmp_path / "net.nc")
    write_study(found, import_network(found), tmp_path / "study")
    quiet = Console(quiet=True)
    _, problem = prepare(tmp_path / "study", "network", Horizon("year"), ROOT / "weather", Clock(quiet))
    with pytest.raises(AssumptionError, match="corridor free_line"):
        solve_certified(problem, True, 1, quiet)


def test_dust_and_bounds_that_cost_nothing_do_not_stop_the_comparison(tmp_path):
    """Proves: a load that is above what stands by 1e-8 MWh, and a capacity that sits at its limit of many, are compared.
    Sensitivity: any load shed, or any capacity at its bound, taken for another problem than PyPSA's.
    """
    n = network(4)
    n.add("Bus", "a")
    n.add("Load", "l", bus="a", p_set=100.0)
    n.add("Generator", "g", bus="a", p_nom=100.0, marginal_cost=1.0)
    n.add("Generator", "idle", bus="a", p_nom_extendable=True, p_nom_min=2e6, p_nom_max=2e6, capital_cost=1e-3)
    cost = solve(n)
    n.loads.loc["l", "p_set"] += 2.5e-9
    found = compared(n, tmp_path)
    assert found["not_comparable"] == []
    assert found["objective"] == pytest.approx(cost, rel=RELATIVE)


@pytest.mark.parametrize(("paid", "objective", "worth"), [(60.0, -2000.0, 3000.0), (10.0, 0.0, 500.0)])
def test_demand_that_pays_costs_what_docs_exchange_works_out(paid, objective, worth, tmp_path):
    """Proves: 50 MW of demand that pays 60 beside a plant at 20 cost PyPSA -2,000, that pays 10 nothing; ours is higher by what all of it
    would pay, 3,000 and 500, and the comparison takes exactly that off. Sensitivity: a sum of what is taken instead of what could be.
    """
    n = network(1)
    n.add("Bus", "b")
    n.add("Generator", "plant", bus="b", p_nom=100.0, marginal_cost=20.0)
    n.add("Generator", "buyer", bus="b", p_nom=50.0, p_min_pu=-1.0, p_max_pu=0.0, marginal_cost=paid)
    n.export_to_netcdf(tmp_path / "net.nc")
    found = read_network(tmp_path / "net.nc")
    imported = import_network(found)
    write_study(found, imported, tmp_path / "study")
    assert imported.elastic_cny == pytest.approx(worth)
    assert comparison(found, imported, tmp_path / "study", ROOT / "weather", 1)["objective"] == pytest.approx(objective, abs=1e-3)
