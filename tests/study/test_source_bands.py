"""Values far beyond what their source gives."""

from dataclasses import replace

import pytest

from energy_model.study.load import load_study
from energy_model.study.plausible import beyond_siblings, beyond_source, odd_cells, oddities
from energy_model.study.scenario import names_in
from tests.paths import INPUTS


@pytest.mark.parametrize("scenario", names_in(INPUTS, "scenarios"))
def test_shipped_scenarios_have_none(scenario):
    """Proves: no shipped figure is twenty times beyond its source, or ten times beyond the same row at other levels.
    Sensitivity: a band that is typed in the wrong unit.
    """
    study = load_study(INPUTS, scenario)
    assert beyond_source(study) == []
    assert beyond_siblings(study) == []


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


AMOUNTS = [
    ("loads", "energy_gwh_per_year", "commercial/HLGL/plan-2015"),
    ("loads", "energy_gwh_per_year", "coal_mining/ZHNE/plan-2015"),
    ("smelters", "aluminium_kt_per_year", "AL_HUOLINHE/plan-2015"),
    ("mines", "capacity_kt_per_year", "HLH_PIT/plan-2015"),
    ("mines", "capacity_kt_per_year", "ZHNE_REJECT/plan-2015"),
    ("coal_users", "demand_kt_per_year", "EG/plan-2015"),
    ("heat_areas", "heated_area_mm2", "HUOLINGUOLE/plan-2015"),
    ("heat_areas", "existing_boiler_mw", "TONGLIAO_CITY/plan-2015"),
]


@pytest.mark.parametrize("factor", [100.0, 0.01])
def test_amounts_a_hundred_times_off_are_named(factor):
    """Proves: a load, potlines, mines, a coal user and heat areas that are a hundred times too large or too small are told at their cell,
    also where their source gives no band: the same row at other levels does. Sensitivity: a mine of 480 kt a year in silence.
    """
    study = load_study(INPUTS, "plan-2015")
    for table, column, key in AMOUNTS:
        row = study.raw[table].keys().index(key)
        frame = study.tables[table].copy()
        frame.loc[row, column] *= factor
        off = replace(study, tables={**study.tables, table: frame})
        told = [(o.name, o.column, o.row) for o in odd_cells(off)]
        assert told.count((key, column, study.raw[table].rows[row][1])) == 1
        assert {name for name, *_ in told} == {key}


def test_a_cell_that_several_bands_speak_of_is_told_once():
    """Proves: a price of coal outside the band of the field, of its source and of other levels is one warning, by the band it is farthest
    outside of. Sensitivity: three warnings for one cell, with ranges that contradict each other.
    """
    study = load_study(INPUTS, "plan-2015")
    mines = study.tables["mines"].copy()
    mines.loc[0, "price_cny_per_t"] *= 1000.0
    off = replace(study, tables={**study.tables, "mines": mines})
    of_cell = [[o for o in part(off) if o.column == "price_cny_per_t"] for part in (oddities, beyond_source, beyond_siblings)]
    assert sum(map(bool, of_cell)) > 1
    (told,) = odd_cells(off)
    assert told.times_off == max(o.times_off for part in of_cell for o in part)
