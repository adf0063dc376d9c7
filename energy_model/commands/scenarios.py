"""List the scenarios and overlays: scenarios."""

from __future__ import annotations

from rich.table import Table

from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    Inputs,
    guarded,
    known_scenarios,
    out,
)
from energy_model.language import say
from energy_model.results import contract


def scenarios(inputs: Inputs = DEFAULT_INPUTS) -> None:
    """List scenarios and overlays with their purpose; combine them as SCENARIO+OVERLAY."""
    with guarded():
        known_scenarios(inputs)
        from energy_model.study.scenario import OVERLAYS, SCENARIOS, list_scenarios

        tables = []
        for folder, code in ((SCENARIOS, "scenario"), (OVERLAYS, "overlay")):
            table = Table(contract.words(code).shown, contract.words("purpose").shown, show_lines=True)
            for scenario in list_scenarios(inputs, folder):
                table.add_row(scenario.name, say(scenario.purpose_en, scenario.purpose_zh))
            tables.append(table)
    for table in tables:
        if table.row_count:
            out.print(table)
