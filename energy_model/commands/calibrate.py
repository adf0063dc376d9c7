"""Compare a result with reported figures of a microgrid: calibrate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from energy_model.commands.naming import HorizonOfResult, Which, finished_result
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_WEATHER,
    EXIT_INPUT,
    Inputs,
    Results,
    Weather,
    guarded,
    out,
    stop,
)
from energy_model.invocation import command
from energy_model.labels import label
from energy_model.units import HOURS_PER_YEAR

if TYPE_CHECKING:
    pass
from energy_model.commands.running import operation_errors


def calibrate(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = "huolinhe-2023",
    horizon: HorizonOfResult = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
) -> None:
    """Compare a finished result with what was reported of the microgrid."""
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
