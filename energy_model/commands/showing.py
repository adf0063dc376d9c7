"""Commands that show a finished result again: map, tables."""

from __future__ import annotations

from energy_model.commands.shared import (
    DEFAULT_RESULTS,
    DEFAULT_SCENARIO,
    HorizonText,
    Results,
    Scenario,
    finished_result,
    guarded,
    out,
    read_horizon,
)


def draw_map(
    scenario: Scenario = DEFAULT_SCENARIO, horizon: HorizonText = "year", results: Results = DEFAULT_RESULTS
) -> None:
    """Draw the map of a finished result again 重绘地图."""
    with guarded():
        folder = finished_result(results, scenario, read_horizon(horizon))
        from energy_model.report.map import write_map

        out.print(str(write_map(folder)))


def tables(
    scenario: Scenario = DEFAULT_SCENARIO, horizon: HorizonText = "year", results: Results = DEFAULT_RESULTS
) -> None:
    """Write the workbook and CSV files of a finished result again 重出表格."""
    with guarded():
        folder = finished_result(results, scenario, read_horizon(horizon))
        from energy_model.report.tables import write_tables

        for path in write_tables(folder):
            out.print(str(path))
