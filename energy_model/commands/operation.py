"""Commands that operate a finished plan: island, redispatch, calibrate."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from energy_model.commands.naming import HorizonOfResult, Which, finished_result
from energy_model.commands.running import adding
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_SCENARIO,
    DEFAULT_WEATHER,
    EXIT_CERTIFICATE,
    EXIT_INPUT,
    Inputs,
    Results,
    Weather,
    guarded,
    out,
    stop,
)
from energy_model.invocation import command
from energy_model.labels import LABELS, label
from energy_model.units import HOURS_PER_YEAR, MW_PER_GW

if TYPE_CHECKING:
    from energy_model.solving.redispatch import Plan


@contextmanager
def operation_errors() -> Iterator[None]:
    """Inside `guarded`: put the errors of operating a plan into plain words."""
    from energy_model.results.read_plan import StaleResultError
    from energy_model.solving.dispatcher import WindowError

    try:
        yield
    except StaleResultError as fault:
        stop(str(fault), EXIT_INPUT)
    except WindowError as fault:
        stop(str(fault), EXIT_CERTIFICATE)


def island(
    microgrid: Annotated[str, typer.Argument(help="Microgrid 微网, such as huolinhe or zhaqi")],
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    hours: Annotated[str, typer.Option("--hours", help="worst, all, a day (2015-01-31) or an hour (2015-01-31T18) 试验时刻")] = "worst",
    duration: Annotated[int, typer.Option("--duration", min=1, max=24, help="Length of each test in hours 孤网时长")] = 4,
    allow_starts: Annotated[bool, typer.Option("--allow-starts", help="Units may start at once 允许立即启动机组")] = False,
) -> None:
    """Open the border of a microgrid and see whether it lives 微网孤网试验."""
    with guarded():
        folder = finished_result(results, scenario, horizon, inputs).folder
        from energy_model.questions.island import make_island, open_border, worst_hours
        from energy_model.questions.island_tables import add_to_result, verdict
        from energy_model.report.columns import unit_of
        from energy_model.report.outputs import require_shown
        from energy_model.report.page.study_page import write_study_page
        from energy_model.results import contract
        from energy_model.results.read_plan import read_plan

        require_shown(folder)
        with adding(folder, "island"), operation_errors():
            _, plan, _ = read_plan(folder, inputs, weather)
            names = {str(name).lower(): name for name in plan.system.microgrid.index}
            if microgrid.lower() not in names:
                stop(f"There is no microgrid '{microgrid}'. Known 可选微网: {', '.join(sorted(names))}", EXIT_INPUT)
            started = time.perf_counter()
            made = make_island(plan, names[microgrid.lower()], duration, plan.system.options.islanding, allow_starts=allow_starts)
            tests = worst_hours(made) if hours == "worst" else open_border(made, _positions(plan, hours))
            seconds = time.perf_counter() - started
            row = add_to_result(folder, made, tests, hours, seconds, write_study_page)  # its section on microgrids shows the test
    table = Table(show_header=False, title=f"{row['name_zh']} {row['name_en']}: {len(tests)} tests of {duration} h in {seconds:z.1f} s")
    for name, value in row.items():
        if name in ("microgrid", "name_zh", "name_en"):
            continue
        words = LABELS["study"].get(name) or contract.heading(name, "island_summary") or name
        share, unit = name.endswith("_share"), unit_of(name, "en").words
        shown = f"{value:z.1%}" if share else f"{value:z,.1f} {unit}".rstrip() if isinstance(value, float) else f"{value} {unit}".rstrip()
        if isinstance(value, bool):
            shown = str(label("verdict", "met" if value else "missed"))
        if name == "hours" and value in LABELS["island_hours"]:
            shown = str(LABELS["island_hours"][value])
        table.add_row(str(words), shown)
    out.print(table)
    said = verdict(row)
    out.print(f"{said.zh}\n{said.en}", style="green" if row["holds_share"] >= 1 else "bold red", highlight=False)
    out.print(f"Done 完成: {folder / 'islanding'}, {folder / 'report.html'}", style="green")


def redispatch(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    look_ahead: Annotated[int, typer.Option("--look-ahead", min=24, max=240, help="Hours that each day looks ahead 前瞻小时数")] = 48,
    step: Annotated[int, typer.Option("--step", min=24, max=240, help="Hours carried out before looking again 滚动步长")] = 24,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the forecast errors 随机种子")] = 1,
    error: Annotated[
        float, typer.Option("--forecast-error", min=0.0, max=5.0, help="Factor on forecast.csv; 0 = perfect 预测误差倍数")
    ] = 1.0,
) -> None:
    """Operate a finished plan day by day on forecasts 滚动再调度."""
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


def calibrate(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = "huolinhe-2023",
    horizon: HorizonOfResult = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
) -> None:
    """Compare a finished result with what was reported of the microgrid 与公开数据对照校准."""
    with guarded():
        folder, scenario, span = finished_result(results, scenario, horizon, inputs)
        from energy_model.questions.calibration import add_to_result
        from energy_model.results.read_plan import check_inputs
        from energy_model.results.store import read_result
        from energy_model.study.load import load_study

        with operation_errors():
            data, manifest, _ = read_result(folder)
            check_inputs(inputs, manifest)
            facts = load_study(inputs, scenario).tables["calibration"]
            if scenario not in set(facts.scenario):
                stop(f"calibration.csv names no figures of '{scenario}'. Known 可选算例: {', '.join(sorted(set(facts.scenario)))}",
                     EXIT_INPUT)  # fmt: skip
            if span.kind == "hours" and manifest["hours"] < HOURS_PER_YEAR:
                again = command("optimize", scenario=scenario, horizon="weeks:4")
                stop(f"Reports are of whole years; the first {manifest['hours']} h cannot be compared with them. Solve the year or typical "
                     f"weeks 报告为全年数据，不能与样本对照，请求解全年或典型周: {again}", EXIT_INPUT)  # fmt: skip
            found = add_to_result(folder, facts[facts.scenario == scenario], data)
    table = Table("figure 量", "unit 单位", "reported 公开", "model 模型", "deviation 偏差", "band 允许", "verdict 结论",
                  title=f"{scenario} {span}")  # fmt: skip
    for row in found.itertuples():
        verdict, colour = ("within 相符", "green") if row.within else ("outside 偏离", "red")
        share = row.unit == "1"
        shown = (f"{100 * v:z,.1f}" if share else f"{v:z,.0f}" for v in (row.value, row.model))
        table.add_row(str(label("calibration", row.item)), "%" if share else row.unit, *shown, f"{row.deviation_share:+z.1%}",
                      f"±{row.band_share:z.0%}", Text(f"{verdict} {'(input) 输入' if row.given else ''}".rstrip(), colour))  # fmt: skip
    out.print(table)
    proof = found[~found.given]
    out.print(f"{int(proof.within.sum())} of {len(proof)} outcomes within their band 项结果相符; "
              f"{len(found) - len(proof)} inputs do not count 项输入不计; {folder / 'calibration'}", highlight=False)  # fmt: skip
    if span.kind == "weeks":
        out.print("Typical weeks are an estimate of the year 典型周只是全年的估计", style="yellow")


def _positions(plan: Plan, hours: str) -> list[int]:
    """Positions in the horizon of all hours, of a day or of one hour; stops when the text or the day is not understood."""
    import pandas as pd

    count = plan.hours.hour_index.size
    if hours == "all":
        return list(range(count))
    times = pd.DatetimeIndex(plan.profiles.time.to_numpy()[plan.hours.hour_index.ravel()])
    try:
        wanted = pd.Timestamp(hours)
    except ValueError:
        stop(f"--hours '{hours}' is not understood; write worst, all, a day such as {times[0]:%Y-%m-%d} or an hour such as "
             f"{times[0]:%Y-%m-%dT%H}", EXIT_INPUT)  # fmt: skip
    same = times.normalize() == wanted if "T" not in hours else times == wanted
    found = [int(i) for i in same.nonzero()[0]]
    if not found:
        days = pd.DatetimeIndex(times.normalize().unique())
        stop(f"{hours} is not among the hours of this result: {len(days)} days from {days[0]:%Y-%m-%d} to {days[-1]:%Y-%m-%d} "
             "该时刻不在本结果的时段内", EXIT_INPUT)  # fmt: skip
    return found
