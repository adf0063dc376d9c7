"""Retrofits in the capacity table: what is converted stood before."""

import numpy as np
import pytest

from energy_model.results import balance_tables, indicators
from tests.support.labelled import of_nodes, with_names
from tests.support.tiny import run, tiny_system


def solved(**flexible):
    """2 GW of plant with a minimum of 75 %, 1 GW of wind for 10 h, a retrofit to 25 % that pays for 1 GW; 0.3 GW of new plant is a must."""
    plant = {"min_load_share": 0.75, "start_cost": 100.0, "fuel": 0.2}
    system = tiny_system(
        thermal={
            "old": plant | {"existing": 2.0},
            "flexible": plant | {"min_load_share": 0.25, "max_new": 2.0, "capex": 0.9, "retrofit_of": "old"} | flexible,
            "new": plant | {"min_load_share": 0.0, "start_cost": 0.0, "fuel": 9.0, "min_new": 0.3, "max_new": 0.5, "capex": 50.0},
        },
        resource={"w": {"existing": 1.0}},
    )
    r = run(with_names(system), load=2.0, availability={"w": np.r_[np.ones(10), np.zeros(14)]})
    return of_nodes(r)


def test_converted_capacity_is_existing_capacity_of_the_retrofit():
    """Proves: of 2 GW 1 GW is converted: 1 GW stands as it was, 1 GW as converted, nothing of it is new, 0.3 GW is; existing and new add
    up to the capacity of every cluster, and what stands is 2 GW. The limits are those of the inputs.
    Sensitivity: fails if the parent keeps 2 GW beside the retrofit (4.3 or 3.3 GW in sum), or the retrofit counts as new.
    """
    table = indicators.capacity(solved()).set_index("element")
    thermal = table[table.kind == "thermal"]
    assert thermal.existing_mw.to_dict() == pytest.approx({"old": 1000.0, "flexible": 1000.0, "new": 0.0}, abs=1e-6)
    assert thermal.new_mw.to_dict() == pytest.approx({"old": 0.0, "flexible": 0.0, "new": 300.0}, abs=1e-6)
    assert thermal.converted_mw.to_dict() == pytest.approx({"old": 0.0, "flexible": 1000.0, "new": 0.0}, abs=1e-6)
    assert (thermal.existing_mw + thermal.new_mw).to_numpy() == pytest.approx(thermal.capacity_mw.to_numpy())
    assert thermal.limit_mw.to_dict() == pytest.approx({"old": 2000.0, "flexible": 2000.0, "new": 500.0})
    plan = balance_tables.capacity_plan(solved()).set_index("kind").loc["thermal"]
    assert [plan.existing_mw, plan.new_mw, plan.capacity_mw] == pytest.approx([2000.0, 300.0, 2300.0])


def test_a_retrofit_that_is_not_built_takes_nothing_from_its_plant():
    """Proves: at a cost above its worth nothing is converted. Sensitivity: fails if candidates count by what they might convert."""
    table = indicators.capacity(solved(capex=1.5)).set_index("element")
    assert table.existing_mw.loc[["old", "flexible"]].to_numpy() == pytest.approx([2000.0, 0.0], abs=1e-6)
    assert table.converted_mw.loc["flexible"] == pytest.approx(0.0, abs=1e-6)
