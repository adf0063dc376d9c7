"""An analysis of a finished result: what is asked, of which result, and how it is solved."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from energy_model.commands.shared import EXIT_INPUT, stop
from energy_model.language import say

Count = Annotated[int, typer.Option("--workers", min=1)]
Solves = Annotated[str | None, typer.Option("--solve-horizon")]
Yes = Annotated[bool, typer.Option("--yes")]


def require_error_share(error: float) -> None:
    """Stop if the error between points, at which refinement ends, is not a share."""
    if not 0 <= error <= 1:
        stop(say("--error is a share between 0 and 1.", "--error 须为 0 至 1 之间的份额。"), EXIT_INPUT)


@dataclass(frozen=True)
class Question:
    """An analysis of a finished result and its solve options, shared by these commands.

    Attributes
    ----------
    name : str
        Of the question: of its journal, and in the log of the result.
    inputs, results, weather : Path
    scenario : str
        Name or folder of the result, as `finished_result`.
    horizon : str or None
        Of the result.
    solve : str or None
        Horizon of each solve; that of the result without it.
    exact : bool
    threads : int
    workers : int
        Solves at once.
    scheduler : str or None
        Of a Dask cluster, whose workers are taken instead.
    yes : bool
        Whether solves of more than an hour need no question.
    """

    name: str
    inputs: Path
    scenario: str
    horizon: str | None
    solve: str | None
    results: Path
    weather: Path
    exact: bool
    threads: int
    workers: int = 1
    scheduler: str | None = None
    yes: bool = False
