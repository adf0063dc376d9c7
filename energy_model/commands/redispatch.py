"""Rolling re-dispatch of a finished plan under forecast errors: redispatch."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from energy_model.commands.naming import HorizonOfResult, Which, finished_result
from energy_model.commands.running import adding
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_SCENARIO,
    DEFAULT_WEATHER,
    EXIT_INPUT,
    Inputs,
    Results,
    Weather,
    guarded,
    out,
    stop,
)
from energy_model.units import MW_PER_GW

if TYPE_CHECKING:
    pass
from energy_model.commands.running import operation_errors


def redispatch(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    look_ahead: Annotated[int, typer.Option("--look-ahead", min=24, max=240)] = 48,
    step: Annotated[int, typer.Option("--step", min=24, max=240)] = 24,
    seed: Annotated[int, typer.Option("--seed", min=0)] = 1,
    error: Annotated[float, typer.Option("--forecast-error", min=0.0, max=5.0)] = 1.0,
) -> None:
    """Operate a finished plan day by day on forecasts."""
    with guarded():
        folder = finished_result(results, scenario, horizon, inputs).folder
        if step % 24 or look_ahead % 24 or step > look_ahead:
            stop("--step and --look-ahead are whole days (24, 48, ...), the step no longer than the look-ahead "
                 "步长与前瞻须为24的倍数且步长不大于前瞻", EXIT_INPUT)  # fmt: skip
        from energy_model.questions.forecast import Forecaster, carriers_without_errors
        from energy_model.questions.redispatch import roll
        from energy_model.questions.redispatch_tables import add_to_result, drifts
        from energy_model.results.read_plan import read_plan

        with adding(folder, "redispatch"), operation_errors():
            study, plan, _ = read_plan(folder, inputs, weather)
            rules = plan.system.options.redispatch
            errors = study.tables["forecast"].set_index("carrier")
            if missing := carriers_without_errors(errors):
                stop(f"forecast.csv has no row for {', '.join(missing)}: give each its errors, 0 for a perfect forecast "
                     "缺少这些类别的预测误差行，完全准确填 0", EXIT_INPUT)  # fmt: skip
            made = Forecaster(plan, errors, rules.issue_lead_h, seed, error)
            started, days = time.perf_counter(), plan.hours.hour_index.size // 24

            def tell(hours: int) -> None:
                if hours // 24 % 30 == 0:
                    out.print(f"  {hours // 24} of {days} days 天, {time.perf_counter() - started:z.0f} s", highlight=False)

            found = roll(plan, made, look_ahead, step, rules.margin_sigma, tell)
            choice = {"look_ahead_h": look_ahead, "step_h": step, "margin_sigma": rules.margin_sigma}
            tables = add_to_result(folder, plan, made, found, choice, time.perf_counter() - started)
    from energy_model.report.console.tables import console_table

    moved = drifts(tables["totals"])
    out.print(console_table("redispatch_monthly", tables["monthly"]))
    named = tables["costs"].assign(category=tables["costs"].category.str.replace("ledger_", "priced_"))
    out.print(console_table("redispatch_costs", named))
    out.print(console_table("redispatch_totals", moved))
    if len(moved):
        out.print("These yearly amounts are not those of the plan, so the extra cost is not that of forecast errors alone "
                  "年度量与规划不同，多出的费用不全由预测误差引起", style="yellow", highlight=False)  # fmt: skip
    out.print(f"{found.windows} windows, residual {found.residual * MW_PER_GW:.1e} MW, {len(found.emergencies)} emergency days 紧急停机日")
    out.print(f"Done 完成: {folder / 'redispatch'}", style="green")
