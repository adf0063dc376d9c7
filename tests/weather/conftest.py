"""One small set of tables and one generated year for all weather tests."""

import pandas as pd
import pytest

from energy_model.weather.climatology import load_climatology
from energy_model.weather.generator import generate_year


@pytest.fixture(scope="session")
def climatology():
    return load_climatology()


@pytest.fixture(scope="session")
def year(climatology):
    return generate_year(1)


@pytest.fixture
def profile_table():
    return pd.DataFrame(
        [
            {"profile": "wind_old", "kind": "wind", "turbine_type": "V90/2000", "hub_height_m": 70.0,
             "wake_loss_share": 0.06, "other_loss_share": 0.06, "cold_stop_degc": -30.0, "cold_loss_share": 0.03},
            {"profile": "pv_fixed", "kind": "solar", "other_loss_share": 0.16, "tracking": "fixed",
             "tilt_deg": 38.0, "dc_ac_ratio": 1.0, "temperature_coefficient_per_k": -0.004},
            {"profile": "pv_1axis", "kind": "solar", "other_loss_share": 0.16, "tracking": "single_axis",
             "dc_ac_ratio": 1.0, "temperature_coefficient_per_k": -0.004},
        ],
        columns=["profile", "kind", "series", "turbine_type", "hub_height_m", "wake_loss_share", "other_loss_share", "cold_stop_degc",
                 "cold_loss_share", "tracking", "tilt_deg", "dc_ac_ratio", "temperature_coefficient_per_k"],
    )  # fmt: skip


@pytest.fixture
def tables(profile_table):
    flat = {f"hour_{h:02d}": 1.0 for h in range(24)} | {f"month_{m:02d}": 1.0 for m in range(1, 13)}
    shapes = [
        {"shape": "flat", **flat},
        {"shape": "office", **flat, "weekend_share": 0.5, "festival_share": 0.2, "holiday_share": 0.4},
        {"shape": "pump", **flat, "season_start": "05-01", "season_end": "08-31"},
        {"shape": "winter", **flat, "season_start": "11-15", "season_end": "03-15"},
        {"shape": "home", **flat, "temperature_share_per_k": 0.02},
    ]
    loads = [
        {"load": name, "node": node, "case": "base", "energy_gwh_per_year": gwh, "shape": name}
        for name, node, gwh in (
            ("flat", "A", 87.6),
            ("office", "B", 10.0),
            ("pump", "C", 5.0),
            ("home", "D", 7.0),
        )
    ]
    area = {
        "heat_area": "TOWN", "case": "base", "node": "A", "heated_area_mm2": 10.0, "annual_heat_gj_per_m2": 0.4,
        "design_load_w_per_m2": 48.0, "season_start": "10-15", "season_end": "04-15",
        "balance_temperature_degc": 18.0,
    }  # fmt: skip
    return {
        "nodes": pd.DataFrame({"node": ["A", "B", "C", "D", "E"], "climate_site": ["HORQIN", "HORQIN", "HLGL", "KAILU", None]}),
        "profiles": profile_table,
        "shapes": pd.DataFrame(shapes),
        "loads": pd.DataFrame(loads),
        "heat_areas": pd.DataFrame([area]),
    }
