"""Values far beyond what their source gives."""

from dataclasses import replace
from pathlib import Path

import pytest

from energy_model.study.plausible import beyond_source
from energy_model.study.scenario import names_in
from energy_model.study.study import load_study

INPUTS = Path(__file__).parents[2] / "inputs"


@pytest.mark.parametrize("scenario", names_in(INPUTS, "scenarios"))
def test_shipped_scenarios_have_none(scenario):
    """Proves: no shipped figure is twenty times beyond its source. Sensitivity: a band that is typed in the wrong unit."""
    assert beyond_source(load_study(INPUTS, scenario)) == []


def test_a_slip_of_a_hundred_is_named():
    """Proves: 9 instead of 900 GWh of aluminium processing is told with file, row, value, band and source.
    Sensitivity: bands by column alone, which the smallest load of the table sets, let it pass.
    """
    study = load_study(INPUTS, "plan-2015")
    loads = study.tables["loads"].copy()
    row = study.raw["loads"].keys().index("al_processing/HLGL/plan-2015")
    loads.loc[row, "energy_gwh_per_year"] = 9.0
    (odd,) = beyond_source(replace(study, tables={**study.tables, "loads": loads}))
    assert (odd.file, odd.row, odd.value, odd.low, odd.high) == ("loads.csv", 2, 9.0, 30.0, 30000.0)
    assert "kWh/t" in odd.why
