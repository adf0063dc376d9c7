"""Check the inputs and the balances of the plan: check."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from energy_model.commands.naming import read_case
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_SCENARIO,
    DEFAULT_WEATHER,
    EXIT_INPUT,
    HorizonText,
    Inputs,
    Scenario,
    Weather,
    guarded,
    out,
)
from energy_model.labels import label
from energy_model.language import say
from energy_model.results import contract


def check(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Scenario = DEFAULT_SCENARIO,
    horizon: HorizonText = None,
    weather: Weather = DEFAULT_WEATHER,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Check the inputs and the balances of the plan without solving."""
    import json

    with guarded():
        scenario, span = read_case(inputs, scenario, horizon, "year")
        from energy_model.precheck.precheck import precheck

        found = precheck(inputs, scenario, span, weather)
    if as_json:
        print(json.dumps([f.as_dict() for f in found], ensure_ascii=False, indent=2))
    else:
        table = Table(contract.words("severity").shown, contract.words("topic").shown, contract.words("finding").shown, show_lines=True)
        colour = {"error": "red", "warning": "yellow", "note": "green"}
        for f in found:
            severity = Text(label("severity", f.severity).shown, colour[f.severity])
            table.add_row(severity, label("topic", f.topic).shown, say(f.en, f.zh))
        out.print(table)
        counts = {s: sum(f.severity == s for f in found) for s in colour}
        out.print(
            say(
                f"Inputs are valid: {scenario}; {counts['error']} errors, {counts['warning']} warnings",
                f"输入有效：{scenario}；错误 {counts['error']} 个，警告 {counts['warning']} 个",
            )
        )
    if any(f.severity == "error" for f in found):
        raise typer.Exit(EXIT_INPUT)
