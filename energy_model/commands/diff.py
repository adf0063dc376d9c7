"""Input cells that differ: diff."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from energy_model.commands.naming import finished_result, names_horizon
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_SCENARIO,
    EXIT_INPUT,
    Inputs,
    Results,
    guarded,
    out,
    require_scenario,
    stop,
)
from energy_model.language import say
from energy_model.results import contract

if TYPE_CHECKING:
    import pandas as pd

Side = Annotated[str, typer.Argument()]
SHOWN = ("table", "key", "column", "value_a", "value_b", "source_a", "source_b")
MOST_ROWS = 200
"""Rows on the console; the files hold all."""


def diff(
    first: Side,
    second: Side,
    inputs: Inputs = DEFAULT_INPUTS,
    results: Results = DEFAULT_RESULTS,
    output: Annotated[Path | None, typer.Option("--output")] = None,
    used: Annotated[bool, typer.Option("--used")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List the input cells that differ between two scenarios, two inputs folders or two results."""
    import json

    if output is not None and output.suffix not in (".csv", ".json"):
        stop(say(f"{output} must end in .csv or .json", f"{output} 须以 .csv 或 .json 结尾"), EXIT_INPUT)
    with guarded():
        from energy_model.study.cells import differing_cells, read_by

        (a, sources_a), (b, sources_b) = _side(first, inputs, results), _side(second, inputs, results)
        found = differing_cells(a, b, sources_b if sources_a is None else sources_a)
        found = read_by(found, a, b) if used else found
        if output is not None:
            _write(found, output)
    if as_json:
        print(json.dumps(found.to_dict("records"), ensure_ascii=False, indent=2))
        return
    _show(found, first, second)
    if output is not None:
        out.print(f"  {output}")


def _show(found: pd.DataFrame, first: str, second: str) -> None:
    heads = {c: contract.words(c).shown for c in ("table", "key", "column")}
    heads |= {"value_a": first, "value_b": second}
    heads |= {f"source_{s}": f"{contract.words('source').shown} {n}" for s, n in (("a", first), ("b", second))}
    table = Table(*(heads[c] for c in SHOWN))
    for row in found.head(MOST_ROWS).itertuples():
        where_a, where_b = (getattr(row, f"source_{s}") or getattr(row, f"file_{s}") for s in "ab")
        table.add_row(*(str(v) for v in (row.table, row.key, row.column, row.value_a, row.value_b, where_a, where_b)))
    if len(found):
        out.print(table)
    more = say(f" (first {MOST_ROWS} shown)", f"（列出前 {MOST_ROWS} 个）") if len(found) > MOST_ROWS else ""
    out.print(say(f"{len(found)} input cells differ{more}: {first} / {second}", f"{len(found)} 个输入单元格不同{more}：{first} / {second}"))


def _write(found: pd.DataFrame, path: Path) -> None:
    from energy_model.results.store import write_table
    from energy_model.weather.files import replacing

    with replacing(path) as temporary:
        if path.suffix == ".csv":
            write_table(found, temporary)
        else:
            temporary.write_text(found.to_json(orient="records", force_ascii=False, indent=2) + "\n", encoding="utf-8")


def _side(text: str, inputs: Path, results: Path) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Cells of one side, and the table of sources if the inputs are available."""
    from energy_model.study.cells import cells
    from energy_model.study.load import load_study
    from energy_model.study.study import BASE_FILE

    folder, colon, scenario = text.partition(":")
    if (Path(folder) / BASE_FILE).is_file():
        inputs, text = Path(folder), scenario if colon else DEFAULT_SCENARIO
    elif names_horizon(text):
        return _result_cells(finished_result(results, text, None, hourly=False).folder, inputs), None
    require_scenario(inputs, text)
    study = load_study(inputs, text)
    return cells(study), study.tables["sources"]


def _result_cells(folder: Path, inputs: Path) -> pd.DataFrame:
    """Input cells of a result: stored with it, else from the present inputs if they are unchanged."""
    from energy_model.results.read_plan import StaleResultError, check_inputs
    from energy_model.results.store import read_manifest
    from energy_model.study.cells import CELLS_FILE, cells, read_cells
    from energy_model.study.load import load_study

    if (folder / CELLS_FILE).is_file():
        return read_cells(folder / CELLS_FILE)
    manifest = read_manifest(folder)
    try:
        check_inputs(inputs, manifest)
    except StaleResultError as fault:
        stop(
            say(
                f"{folder} did not keep its inputs, and they have changed since: {fault}", f"{folder} 未保存其输入，而输入此后已变：{fault}"
            ),
            EXIT_INPUT,
        )
    return cells(load_study(inputs, manifest["scenario"]))
