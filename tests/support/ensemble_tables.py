"""Tables of a plan for two weather years, with its certificate, as small as they may be."""

import pandas as pd

FLOWS = {"export_gwh": 30000.0, "curtailed_share": 0.1, "unserved_gwh": 0.0, "wind_gwh": 20.0, "solar_gwh": 4.0, "thermal_gwh": 60.0}
YEARS = ("variable-1", "variable-2")


def ensemble_tables() -> dict[str, pd.DataFrame]:
    """All tables that the page and the workbook of an ensemble show."""
    figures = [("objective", 20.0, "MCNY"), ("gap", 1e-5, "1"), ("export_gwh_p90", 29.0, "GWh"), ("whole_expected_cost", 21.0, "MCNY")]
    years = {"planned_for": True, "cost_mcny": 10.0, "alone_mcny": 9.0, "reference_mcny": 11.0, "missing_mw": 0.0, **FLOWS}
    certified = {"planned_for": True, "weeks_mcny": 10.0, "whole_mcny": 10.5, "priced_bound_mcny": 10.4, **FLOWS, "missed": ""}
    built = {"capacity_mw_or_mwh": 300.0, "least_alone": 200.0, "mean_alone": 250.0, "most_alone": 400.0}
    named = [
        {"family": "renewable", "element": "KZZ.wind", "item_zh": "科尔沁左翼中旗 · 风电", "item_en": "Horqin Left Middle: wind", **built},
        {
            "family": "store_energy",
            "element": "KZZ.battery",
            "item_zh": "科尔沁左翼中旗 · 电化学储能",
            "item_en": "Horqin: battery",
            **built,
        },
    ]
    values = [
        {"family": r["family"], "element": r["element"], "weather_year": y, "value_cny_per_kw_or_kwh": 1.0} for r in named for y in YEARS
    ]
    return {
        "summary": pd.DataFrame(figures, columns=["figure", "value", "unit"]),
        "years": pd.DataFrame([{"weather_year": y, **years, "reference_missing_mw": 0.0} for y in YEARS]),
        "capacities": pd.DataFrame(named),
        "rounds": pd.DataFrame([{"number": 1, "bound": 9.0, "best": 10.0, "gap": 0.1, "iterations": 50, "seconds": 2.0}]),
        "capacity_values": pd.DataFrame(values),
        "certified_years": pd.DataFrame([{"weather_year": y, **certified} for y in YEARS]),
    }
