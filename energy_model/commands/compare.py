"""Differences of two results: compare."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from energy_model.commands.naming import finished_result, names_horizon
from energy_model.commands.shared import DEFAULT_RESULTS, EXIT_INPUT, Results, guarded, out, stop
from energy_model.language import say

LONGEST_NAME = 200
"""Characters of a folder name, so that its temporary folders fit into the 255 of a file system."""


def compare(
    first: Annotated[str, typer.Argument()],
    second: Annotated[str, typer.Argument()],
    horizon: Annotated[str | None, typer.Option("--horizon")] = None,
    results: Results = DEFAULT_RESULTS,
    output: Annotated[Path | None, typer.Option("--output")] = None,
) -> None:
    """Write page and table of the differences of two results: inputs, capacity, energy, cost, clauses, prices."""
    with guarded():
        one = finished_result(results, first, None if names_horizon(first) else horizon, hourly=False)
        two = finished_result(results, second, None if names_horizon(second) else horizon, hourly=False, like=one)
        folders = [one.folder, two.folder]
        from energy_model.report.comparison.two_results import compare as write_comparison
        from energy_model.results.difference import CannotCompareError

        try:
            target = output or results / _comparison_name(*(f.name for f in folders))
            if target.exists() and not (target / "difference.csv").is_file():
                stop(
                    say(
                        f"{target} exists and is not a comparison; choose another --output.",
                        f"{target} 已存在且不是对比结果；请另选 --output。",
                    ),
                    EXIT_INPUT,
                )
            for path in write_comparison(folders[0], folders[1], target):
                out.print(f"  {path}")
        except CannotCompareError as fault:
            stop(str(fault), EXIT_INPUT)


def _comparison_name(first: str, second: str) -> str:
    """Name of the folder of a comparison; two long names are cut and distinguished by a few digits."""
    name = f"compare-{first}-{second}"
    if len(name) <= LONGEST_NAME:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"compare-{first[:80]}-{second[:80]}-{digest}"
