"""Cost of each export contract: increment."""

from __future__ import annotations

from energy_model.commands.adding import publish_tables, question_run
from energy_model.commands.effort import foreseen
from energy_model.commands.naming import HorizonOfResult, Which
from energy_model.commands.question import Question, Solves, Yes
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_SCENARIO,
    DEFAULT_WEATHER,
    Exact,
    Inputs,
    Results,
    Threads,
    Weather,
    out,
)


def increment(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    solve: Solves = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
    yes: Yes = False,
) -> None:
    """Incremental cost of each export contract of a finished plan, solved with and without it."""
    question = Question("increment", inputs, scenario, horizon, solve, results, weather, exact, threads, yes=yes)
    with question_run(question) as (job, folder):
        from energy_model.analyses.exports import ExportProblem, increments
        from energy_model.results.stages import Clock

        exports = ExportProblem(job.study, job.horizon, weather, Clock(out))
        exports.neighbour = job.neighbour
        with foreseen(question, job, 1 + len(exports.least_gwh), nonzeros=int(exports.problem.lp.matrix.nnz)):
            table = increments(exports, exact, job.threads, out)
        publish_tables(folder, {"increments": table.assign(horizon=str(job.horizon))})
