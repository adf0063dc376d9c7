"""What one more megawatt of a limit is worth, net of what it costs, against solving again with one more megawatt."""

import re
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from energy_model.report.shown_units import row_unit
from energy_model.results.binding import OF_CAPACITY, binding
from energy_model.results.dataset import build_dataset
from energy_model.results.limit_values import limit_name, limit_values
from energy_model.results.stages import Clock
from energy_model.results.variables import CAPACITY, variables
from energy_model.run import prepare
from energy_model.solving.highs import solve_lp
from energy_model.study.capacities import LIMITED
from energy_model.study.horizon import Horizon
from energy_model.study.origins import origin
from tests.paths import ROOT
from tests.support.every import every_family, every_profile
from tests.support.labelled import of_nodes, with_names
from tests.support.tiny import run, tiny_system

FAMILIES = [c.column for c in LIMITED if c.always]
STEP = 1e-3  # GW


@pytest.fixture(scope="module")
def solved():
    study, problem = prepare(ROOT / "inputs", "plan-2015", Horizon.parse("hours:24"), ROOT / "weather", Clock(Console(quiet=True)))
    solution = solve_lp(problem.lp, "simplex", threads=1)
    data = build_dataset(problem, study, solution.primal, solution.dual)
    return study, problem, solution, data.assign(limit_values(problem.lp, solution.primal, solution.dual))


def test_a_limit_is_worth_what_one_more_megawatt_saves(solved):
    """Proves: with the dearest limit one MW higher the least cost falls by the net value told for it, annuity paid.
    Sensitivity: the duals of the hourly rows alone, which pay for the capacity as well, tell several times as much.
    """
    _, problem, solution, data = solved
    worth = {(f, e): v for f in FAMILIES for e, v in data[limit_name(CAPACITY[f].name)].to_series().items()}
    (family, element), value = max(worth.items(), key=lambda item: item[1])
    assert value > 1000
    labels, ids = problem.lp.column_ids[family]
    lp, upper = problem.lp, problem.lp.upper.copy()
    upper[ids[labels.index((element,))]] += STEP
    again = solve_lp(replace(lp, upper=upper), "simplex", threads=1)
    saved = float(lp.cost @ solution.primal - lp.cost @ again.primal)
    assert saved * 1e6 / (STEP * 1e3) == pytest.approx(value, rel=0.02)


def test_every_capacity_that_may_be_built_has_the_value_of_its_limit():
    """Proves: the value of the limit of each kind of capacity is a variable of the contract, also of those in Mvar.
    Sensitivity: a study with condensers to build that solves and cannot be written.
    """
    assert {limit_name(CAPACITY[c.column].name) for c in LIMITED} <= set(variables())


def test_what_is_not_built_does_not_bind(solved):
    """Proves: no row of an element that does not stand, and no gross row of capacity, is told; limits of capacity are worth something only
    at the limit, and their cell is found. Sensitivity: units that were never built lead the list with 500,000 CNY/(MW a).
    """
    study, problem, _, data = solved
    table = binding(data)
    capacity = {str(e): v for f in FAMILIES for e, v in data[CAPACITY[f].name].to_series().items()}
    assert (data.thermal_capacity_mw < 0.01).any()
    assert not {e for e in table.element if capacity.get(e, 1.0) < 0.01}
    assert not set(table.family) & OF_CAPACITY
    assert not table.family.str.endswith("_ledger").any()
    limits = table[table.family.isin(FAMILIES)]
    assert len(limits)
    for row in limits.itertuples():
        labels, ids = problem.lp.column_ids[row.family]
        assert capacity[row.element] == pytest.approx(1e3 * problem.lp.upper[ids[labels.index((row.element,))]], abs=1e-2)
        assert origin(study, row.family, (row.element,)) is not None
    clauses = table[table.family.str.startswith("clause")].set_index("element")
    assert clauses.unit["T07_EXPORT"] == "CNY/MWh"
    assert clauses.unit["T06_WIND"] == "CNY/(MW a)"
    assert np.isnan(clauses.hours_binding_h).all()


def test_what_has_nowhere_to_go_has_no_price(solved):
    """Proves: a node without load, and a reserved corridor in hours without flow, have no price however large the dual of an interior
    point; where load is shed the price is told. Hand: one hour at 50,000 CNY/MWh. Sensitivity: the dual alone leads the list.
    """
    data = solved[3].copy(deep=True)
    data["weight"] = data.weight * 0 + 1.0
    data.dual_shed_limit[:] = 50_000.0
    data.shed_mw[:] = 0.0
    data.shed_mw.loc[{"node": "HORQIN", "time": data.time[3]}] = 1.0
    data.dual_dedicated_flow[:] = 50_000.0
    data.flow_forward_mw.loc[{"corridor": data.dedicated.to_numpy()}] = 0.0
    table = binding(data)
    shed = table[table.family == "shed_limit"]
    assert list(shed.element) == ["HORQIN"]
    assert shed.hours_binding_h.item() == 1.0
    assert shed.value_per_unit.item() == pytest.approx(50_000.0)
    assert "dedicated_flow" not in set(table.family)


def test_a_price_that_no_hour_feels_is_not_told(solved):
    """Proves: prices below the threshold in every hour do not add up to a binding row.
    Sensitivity: 24 hours at 0.0009 CNY/MWh, weighted to a year, are above it together.
    """
    data = solved[3].copy(deep=True)
    data.dual_reserve_up[:] = 0.0009
    assert float(data.weight.sum()) * 0.0009 > 1e-3
    assert "reserve_up" not in set(binding(data).family)


def test_every_value_has_a_unit_per_year_and_words_for_it():
    """Proves: land for 0.2 GW of wind is worth what 1 MW saves in a year, in CNY/(MW a); the unit of every row that may bind, of all
    components, has Chinese words. Sensitivity: a yearly value per MW without its year; a unit in English on a Chinese console.
    """
    system = with_names(
        tiny_system(thermal={"g": {"existing": 2.0, "fuel": 0.5}}, resource={"w": {"max_new": 1.0}}, potential={("A", "wind"): 0.2})
    )
    table = binding(of_nodes(run(system, load=1.0))).set_index("family")
    assert table.unit["land_limit"] == "CNY/(MW a)"
    assert table.value_per_unit["land_limit"] == pytest.approx(24 * 500.0)
    found = binding(of_nodes(run(with_names(every_family()), **every_profile(48), step_h=4)))
    assert found.unit.nunique() > 1
    for unit in found.unit:
        assert not re.search("CNY|MW", row_unit(unit, False, "zh").words), unit
