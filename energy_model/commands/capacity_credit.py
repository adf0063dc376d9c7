"""Capacity credits of wind, solar and storage: capacity-credit."""

from __future__ import annotations

from rich.table import Table

from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_SCENARIO,
    DEFAULT_WEATHER,
    Inputs,
    PlainScenario,
    Results,
    Weather,
    done,
    guarded,
    out,
    require_scenario,
)
from energy_model.labels import label
from energy_model.language import say
from energy_model.results import contract


def capacity_credit(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: PlainScenario = DEFAULT_SCENARIO,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
) -> None:
    """Compute the capacity credit of wind, solar and storage by carrier and node."""
    with guarded():
        require_scenario(inputs, scenario)
        from energy_model.plans.capacity_credit import find_capacity_credit

        with out.status(say("dispatching the tightest days …", "计算最紧张的日子 …")):
            table, path = find_capacity_credit(inputs, scenario, results, weather)
    columns = ("kind", "node", "capacity_mw", "marginal_share", "average_share")
    shown = Table(*(contract.words(c).shown for c in columns), title=label("sheet", "capacity_credit").shown)
    for row in table.itertuples():
        average = "" if row.average_share != row.average_share else f"{row.average_share:z.1%}"
        place = row.node or label("map", "system").shown
        shown.add_row(label("kind", row.carrier).shown, place, f"{row.capacity_mw:z,.0f}", f"{row.marginal_share:z.1%}", average)
    out.print(shown)
    done(path)
