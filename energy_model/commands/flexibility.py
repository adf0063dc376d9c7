"""Value of flexible potlines: flexibility."""

from __future__ import annotations

from functools import partial

from energy_model.commands.naming import read_case
from energy_model.commands.running import Anew, making, tell_standing
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
    done,
    guarded,
    out,
)
from energy_model.language import say


def flexibility(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Scenario = DEFAULT_SCENARIO,
    horizon: HorizonText = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
    anew: Anew = False,
) -> None:
    """Value of the modulation of potlines: solve with and without it."""
    with guarded():
        scenario, span = read_case(inputs, scenario, horizon, "year")
        from energy_model.case import Case
        from energy_model.plans.flexibility import FLEXIBILITY, flexibility_folder, value_of_flexibility
        from energy_model.plans.standing import fingerprint_of, standing
        from energy_model.results.store import read_tables

        case = Case(inputs, scenario, span, results, weather, exact, threads)
        folder = flexibility_folder(case)
        with making(folder):
            stands = None if anew else standing(folder, partial(fingerprint_of, case, FLEXIBILITY))
            if not stands:
                value_of_flexibility(case, out)
        if stands:
            tell_standing(stands.manifest)
        tables = read_tables(folder)
    from energy_model.report.console.tables import console_table
    from energy_model.report.shown_units import amount

    for name, frame in tables.items():
        out.print(console_table(name, frame, tuple(c for c in frame.columns if not c.startswith("name_"))))
    saved = amount(tables["flexibility"].set_index("case").saved_mcny["without"], "MCNY", 1)
    out.print(say(f"Modulation saves {saved.en} a year", f"负荷调节每年节省 {saved.zh}"))
    done(folder)
