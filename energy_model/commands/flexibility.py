"""The command that values flexible potlines."""

from __future__ import annotations

from energy_model.commands.naming import read_case
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_SCENARIO,
    DEFAULT_WEATHER,
    Exact,
    HorizonText,
    Inputs,
    Results,
    Scenario,
    Threads,
    Weather,
    guarded,
    out,
    solver_errors,
)


def flexibility(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Scenario = DEFAULT_SCENARIO,
    horizon: HorizonText = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
) -> None:
    """Value the modulation of potlines: solve with and without it 电解铝柔性价值."""
    with guarded():
        scenario, span = read_case(inputs, scenario, horizon, "year")
        from energy_model.questions.flexibility import value_of_flexibility

        with solver_errors():
            folder, tables = value_of_flexibility(inputs, scenario, span, results, weather, exact, threads, out)
    from energy_model.report.console_tables import console_table

    for name, frame in tables.items():
        out.print(console_table(name, frame, tuple(c for c in frame.columns if not c.startswith("name_"))))
    saved = tables["flexibility"].set_index("case").saved_mcny["without"]
    out.print(f"Modulation saves 调节节省: {saved:z,.1f} MCNY a year 百万元/年")
    out.print(f"Done 完成: {folder}", style="green")
