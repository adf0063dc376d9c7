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
    done,
    guarded,
    out,
    stop,
)
from energy_model.language import say
from energy_model.report.shown_units import residual
from energy_model.units import MW_PER_GW

if TYPE_CHECKING:
    import pandas as pd

    from energy_model.analyses.redispatch import Rolled

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
            stop(
                say(
                    "--step and --look-ahead are whole days (24, 48, ...), the step no longer than the look-ahead",
                    "--step 与 --look-ahead 须为 24 的倍数，且步长不大于前瞻",
                ),
                EXIT_INPUT,
            )
        from energy_model.analyses.forecast import Forecaster, carriers_without_errors
        from energy_model.analyses.redispatch import roll
        from energy_model.analyses.redispatch_tables import add_to_result
        from energy_model.results.read_plan import read_plan

        with adding(folder, "redispatch"), operation_errors():
            study, plan, _ = read_plan(folder, inputs, weather)
            rules = plan.system.options.redispatch
            errors = study.tables["forecast"].set_index("carrier")
            if missing := carriers_without_errors(errors):
                lacking = ", ".join(missing)
                stop(
                    say(
                        f"forecast.csv has no row for {lacking}: give each its errors, 0 for a perfect forecast",
                        f"forecast.csv 缺少 {lacking} 的行：请填其预测误差，准确预测填 0",
                    ),
                    EXIT_INPUT,
                )
            made = Forecaster(plan, errors, rules.issue_lead_h, seed, error)
            started, days = time.perf_counter(), plan.hours.hour_index.size // 24

            def tell(hours: int) -> None:
                if hours // 24 % 30 == 0:
                    seconds = time.perf_counter() - started
                    said = say(f"  {hours // 24} of {days} days, {seconds:z.0f} s", f"  {hours // 24} / {days} 天，{seconds:z.0f} 秒")
                    out.print(said, highlight=False)

            found = roll(plan, made, look_ahead, step, rules.margin_sigma, tell)
            choice = {"look_ahead_h": look_ahead, "step_h": step, "margin_sigma": rules.margin_sigma}
            tables = add_to_result(folder, plan, made, found, choice, time.perf_counter() - started)
    _show(tables, found)
    done(folder / "redispatch")


def _show(tables: dict[str, pd.DataFrame], found: Rolled) -> None:
    """Print months, costs and deviations from the plan."""
    from energy_model.analyses.redispatch_tables import drifts
    from energy_model.report.console.tables import console_table

    moved = drifts(tables["totals"])
    out.print(console_table("redispatch_monthly", tables["monthly"]))
    named = tables["costs"].assign(category=tables["costs"].category.str.replace("ledger_", "priced_"))
    out.print(console_table("redispatch_costs", named))
    out.print(console_table("redispatch_totals", moved))
    if len(moved):
        said = say(
            "These yearly amounts differ from the plan, so the extra cost is not due to forecast errors alone",
            "以上年度量与规划不同，多出的费用不全由预测误差引起",
        )
        out.print(said, style="yellow", highlight=False)
    left, emergencies = residual(found.residual * MW_PER_GW, "MW"), len(found.emergencies)
    out.print(
        say(
            f"{found.windows} windows, residual {left.en}, {emergencies} days with emergency shutdowns",
            f"{found.windows} 个滚动窗口，平衡残差 {left.zh}，紧急停机 {emergencies} 天",
        )
    )
