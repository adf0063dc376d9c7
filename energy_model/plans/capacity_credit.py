"""Compute and write the capacity credits of a study."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from energy_model.results.store import require_contract, write_table
from energy_model.solving.capacity_credit import credit_table
from energy_model.study.build_system import build_system
from energy_model.study.load import load_study
from energy_model.weather.files import replacing
from energy_model.weather.profiles import make_profiles
from energy_model.weather.store import ensure_year


def find_capacity_credit(inputs: Path, scenario: str, results: Path, weather: Path) -> tuple[pd.DataFrame, Path]:
    """Compute capacity credits by carrier and node and write them to ``capacity-credit-<scenario>.csv``.

    Returns
    -------
    table : DataFrame
        As `credit_table`.
    path : Path
    """
    results.mkdir(parents=True, exist_ok=True)
    study = load_study(inputs, scenario)
    system = build_system(study)
    year = ensure_year(study.settings.weather.year, weather)
    profiles = make_profiles(study.tables, study.settings.study.case, year, float(system.finance.distribution_loss_share))
    table = credit_table(system, profiles)
    path = results / f"capacity-credit-{scenario}.csv"
    require_contract({path.name: table})
    with replacing(path) as temporary:
        write_table(table, temporary)
    return table, path
