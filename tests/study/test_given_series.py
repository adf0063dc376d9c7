"""Hourly series that the planner gives: what is wrong with them is named, and what is right makes the curves."""

import numpy as np
import pandas as pd
import pytest

from energy_model.study.series import fill_energy, read_series
from energy_model.weather.demand import heat_mw, load_mw

HOURS = 8760


def give(inputs, rows, names=("hour", "town_mw", "wind_share")) -> None:
    """Write series.csv, and let the first load use ``town_mw``."""
    inputs.write("series", [list(names), *rows])
    header, *loads = inputs.rows("loads")
    loads = [[*r, ""] for r in loads]
    loads[0][header.index("shape")], loads[0][-1] = "", "town_mw"
    inputs.write("loads", [[*header, "series"], *loads])


def sound(hours: int = HOURS) -> list[list[str]]:
    return [[str(h + 1), f"{100 + h % 24}", "0.5"] for h in range(hours)]


@pytest.mark.parametrize("energy", [876.0, np.nan])
def test_a_given_curve_keeps_its_form_and_the_energy_of_its_row(energy):
    """Proves: with an energy the curve is scaled to it over the year; without one it holds as it is, and the row takes its energy.
    Sensitivity: fails if the curve is not scaled, or is scaled where no energy is written.
    """
    curve = 100.0 + np.arange(HOURS) % 24
    load = {"load": "town", "node": "A", "case": "base", "energy_gwh_per_year": energy, "shape": None, "series": "town_mw"}
    tables = {
        "nodes": pd.DataFrame({"node": ["A"], "climate_site": [None]}), "shapes": pd.DataFrame({"shape": ["flat"]}),
        "loads": pd.DataFrame([load]), "series": pd.DataFrame({"town_mw": curve}),
    }  # fmt: skip
    fill_energy(tables)
    _, made = load_mw(tables, "base", pd.date_range("2011-01-01", periods=HOURS, freq="h"), {}, 0.0)
    wanted = curve if np.isnan(energy) else curve * energy * 1e3 / curve.sum()
    assert made[0] == pytest.approx(wanted, rel=1e-12)
    assert tables["loads"].energy_gwh_per_year[0] == pytest.approx(wanted.sum() / 1e3)


WEIGHTS = np.repeat([300.0, 65.0], 24)  # two days that stand for 8,760 h
DAYS_MW = np.repeat([100.0, 200.0], 24)


def weighted(**load):
    """A town over two days of unlike weights; its load by series or by a shape that is level."""
    row = {"load": "town", "node": "A", "case": "base", "energy_gwh_per_year": 1000.0, "shape": None, "series": None} | load
    level = {"shape": "flat"} | {f"hour_{h:02d}": 1.0 for h in range(24)} | {f"month_{m:02d}": 1.0 for m in range(1, 13)}
    return {
        "nodes": pd.DataFrame({"node": ["A"], "climate_site": [None]}), "shapes": pd.DataFrame([level]),
        "loads": pd.DataFrame([row]), "series": pd.DataFrame({"weight_h": WEIGHTS, "town_mw": DAYS_MW}),
    }  # fmt: skip


def test_hours_of_unlike_weight_have_the_energy_of_the_row_together():
    """Proves: 24 h of 100 MW at weight 300 and 24 h of 200 MW at 65 are 720 + 312 = 1,032 GWh, which a row without energy takes; a row of
    1,000 GWh is scaled by 1000/1032, a level shape is 1000/8760 = 114.2 MW, so that the weighted hours sum to 1,000 GWh in both.
    Sensitivity: the plain mean says 1,314 GWh, and models 785.4 of 1,000.
    """
    own = weighted(series="town_mw", energy_gwh_per_year=np.nan)
    fill_energy(own)
    assert own["loads"].energy_gwh_per_year[0] == pytest.approx(1032.0)
    time = pd.date_range("2011-01-01", periods=HOURS, freq="h")
    _, scaled = load_mw(weighted(series="town_mw"), "base", time, {}, 0.0, WEIGHTS)
    assert scaled[0] == pytest.approx(DAYS_MW * 1000 / 1032)
    _, level = load_mw(weighted(shape="flat"), "base", time, {}, 0.0, WEIGHTS)
    assert level[0] == pytest.approx(np.full(48, 1e6 / 8760))


def test_heat_of_weighted_hours_has_its_yearly_sum_under_the_design_load():
    """Proves: two days, one at 5 and one at 15 degrees below the balance point, the design load 40 MW: of 262.8 GWh the cold day, weight
    65, gives at most 65*24*40 = 62.4 GWh; the other, weight 300, the remaining 200.4 GWh, 27.8 MW on its mean.
    Sensitivity: with weights left out the sum over the weighted hours is another.
    """
    temperature = np.full(HOURS, 10.0)
    temperature[24:48] = 0.0
    area = {"heat_area": "town", "node": "A", "case": "base", "balance_temperature_degc": 15.0, "season_start": None, "season_end": None,
            "heated_area_mm2": 1.0, "annual_heat_gj_per_m2": 0.94608, "design_load_w_per_m2": 40.0}  # fmt: skip
    tables = {"nodes": pd.DataFrame({"node": ["A"], "climate_site": ["S"]}), "heat_areas": pd.DataFrame([area])}
    time = pd.date_range("2011-01-01", periods=HOURS, freq="h")
    _, heat = heat_mw(tables, "base", time, {"S": temperature}, WEIGHTS)
    assert heat[0] @ WEIGHTS == pytest.approx(262.8e3)
    assert heat[0].max() <= 40.0 + 1e-9


def changed(row: int, column: int, value: str) -> list[list[str]]:
    rows = sound(48)
    rows[row][column] = value
    return rows


@pytest.mark.parametrize(
    ("rows", "names", "place"),
    [
        (sound(47), None, (None, "", "series_length")),
        (changed(5, 1, "x"), None, (7, "town_mw", "not_a_number")),
        (changed(5, 1, ""), None, (7, "town_mw", "not_a_number")),
        (changed(5, 1, "inf"), None, (7, "town_mw", "not_a_number")),
        (changed(5, 1, "-1"), None, (7, "town_mw", "out_of_range")),
        (changed(5, 2, "1.2"), None, (7, "wind_share", "out_of_range")),
        (changed(5, 0, "9"), None, (7, "hour", "series_hour")),
        (sound(48), ("hour", "town_kw", "wind_share"), (1, "town_kw", "series_name")),
        (sound(48), ("hour", "town_mw", "town_mw"), (1, "town_mw", "duplicate_column")),
        (sound(48), ("time_mw", "town_mw", "wind_share"), (1, "hour", "missing_column")),
        ([*sound(47), ["48", "1"]], None, (49, "", "cell_count")),
    ],
)
def test_what_is_wrong_with_a_series_is_named(rows, names, place, inputs):
    """Proves: length, gaps, infinite or negative power, shares above 1, hours out of order, names without a unit or twice, and uneven rows
    are told with row and column. Sensitivity: a curve that is shifted or has a hole goes into the plan.
    """
    inputs.write("series", [list(names or ("hour", "town_mw", "wind_share")), *rows])
    _, errors = read_series(inputs.path, 48)
    assert place in [(e.row, e.column, e.rule) for e in errors]


def test_references_to_series_are_checked(inputs):
    """Proves: a load that names a series which is not there, one of the wrong kind, or both a shape and a series, is told with its row.
    Sensitivity: a load without a curve, or with two.
    """
    give(inputs, sound())
    for value, rule in (("city_mw", "dangling_reference"), ("wind_share", "series_name")):
        inputs.put("loads", 2, "series", value)
        assert ("loads.csv", 2, "series", value, rule) in inputs.places()
    inputs.put("loads", 2, "series", "town_mw")
    inputs.put("loads", 3, "series", "town_mw")
    assert any(p[:3] == ("loads.csv", 3, "shape") and p[-1] == "contradiction" for p in inputs.places())


def test_a_short_study_needs_its_series(inputs):
    """Proves: [time] hours below 8760 without series.csv is an error. Sensitivity: weather of the year under a study of two days."""
    text = (inputs.path / "study.toml").read_text(encoding="utf-8").replace("hours = 8760 ", "hours = 48 ")
    (inputs.path / "study.toml").write_text(text, encoding="utf-8")
    assert ("series.csv", None, "", "", "missing_file") in inputs.places()
