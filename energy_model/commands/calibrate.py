"""Compare a result with reported figures of a microgrid: calibrate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from energy_model.commands.naming import HorizonOfResult, Which, finished_result
from energy_model.commands.running import operation_errors
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
from energy_model.language import say
from energy_model.units import HOURS_PER_YEAR

if TYPE_CHECKING:
    import pandas as pd


def calibrate(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = "huolinhe-2023",
    horizon: HorizonOfResult = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
) -> None:
    """Compare a finished result with reported figures of a microgrid."""
    with guarded():
        folder, scenario, span = finished_result(results, scenario, horizon, inputs)
        from energy_model.analyses.calibration import add_to_result
        from energy_model.results.read_plan import check_inputs
        from energy_model.results.store import read_result
        from energy_model.study.load import load_study

        with operation_errors():
            data, manifest, _ = read_result(folder)
            check_inputs(inputs, manifest)
            facts = load_study(inputs, scenario).tables["calibration"]
            if scenario not in set(facts.scenario):
                known = ", ".join(sorted(set(facts.scenario)))
                stop(
                    say(
                        f"calibration.csv has no figures of '{scenario}'. Known: {known}",
                        f"calibration.csv 没有 '{scenario}' 的数据。可选：{known}",
                    ),
                    EXIT_INPUT,
                )
            if span.kind == "hours" and manifest["hours"] < HOURS_PER_YEAR:
                again = command("optimize", scenario=scenario, horizon="weeks:4")
                hours = manifest["hours"]
                stop(
                    say(
                        f"Reported figures are for whole years; the first {hours} h cannot be compared. Solve the year or typical weeks: ",
                        f"公开数据为全年数据，不能与起始 {hours} 小时对照。请求解全年或典型周：",
                    )
                    + again,
                    EXIT_INPUT,
                )
            found = add_to_result(folder, facts[facts.scenario == scenario], data)
    out.print(_words(found, f"{scenario} {span}"))
    proof = found[~found.given]
    within, given = int(proof.within.sum()), len(found) - len(proof)
    said = say(
        f"{within} of {len(proof)} results within their band; {given} inputs do not count; ",
        f"{len(proof)} 项结果中 {within} 项相符；{given} 项输入不计；",
    )
    out.print(said + str(folder / "calibration"), highlight=False)
    if span.kind == "weeks":
        out.print(say("Typical weeks are an estimate of the year", "典型周只是全年的估计"), style="yellow")


def _words(found: pd.DataFrame, title: str) -> Table:
    """Outcomes, then inputs, with their deviations."""
    table = Table(
        say("part", "部分"),
        say("figure", "指标"),
        say("unit", "单位"),
        say("reported", "公开数据"),
        say("model", "模型"),
        say("deviation", "偏差"),
        say("band", "允许偏差"),
        say("verdict", "结论"),
        title=title,
    )
    before = None
    for row in found.itertuples():
        if before not in (None, row.given):
            table.add_section()
        before = row.given
        verdict, colour = (say("within", "相符"), "green") if row.within else (say("outside", "偏离"), "red")
        share = row.unit == "1"
        shown = (f"{100 * v:z,.1f}" if share else f"{v:z,.0f}" for v in (row.value, row.model))
        deviation, band = f"{row.deviation_share:+z.1%}", f"±{row.band_share:z.0%}"
        part = say("input", "输入") if row.given else say("outcome", "结果")
        name, unit = label("calibration", row.item).shown, "%" if share else row.unit
        table.add_row(part, name, unit, *shown, deviation, band, Text(verdict, "" if row.given else colour))
    return table
