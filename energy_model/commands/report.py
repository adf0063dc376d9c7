"""Write the study page of a finished result again: report."""

from __future__ import annotations

from energy_model.commands.naming import HorizonOfResult, Which, finished_result
from energy_model.commands.shared import (
    DEFAULT_RESULTS,
    DEFAULT_SCENARIO,
    Results,
    guarded,
    out,
)


def report(scenario: Which = DEFAULT_SCENARIO, horizon: HorizonOfResult = None, results: Results = DEFAULT_RESULTS) -> None:
    """Write the study page of a finished result again."""
    with guarded():
        folder = finished_result(results, scenario, horizon, hourly=False).folder
        from energy_model.report.page.study_page import write_study_page

        for path in write_study_page(folder):
            out.print(str(path))
