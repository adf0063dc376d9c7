"""Shared by commands that solve a finished plan again and add tables to its result."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from energy_model.commands.effort import foreseen
from energy_model.commands.naming import finished_result
from energy_model.commands.question import Question
from energy_model.commands.running import adding
from energy_model.commands.shared import guarded, out, read_horizon, solver_errors

if TYPE_CHECKING:
    import pandas as pd

    from energy_model.api.asking import Asked


@contextmanager
def asking(question: Question) -> Iterator[Asked]:
    """Open the result of a question, with its time and memory told before they are spent; reports errors in plain words."""
    with guarded():
        if question.solve:
            read_horizon(question.solve)
        folder = finished_result(question.results, question.scenario, question.horizon, question.inputs).folder
        from energy_model.api.asking import Solving, asked
        from energy_model.report.outputs import require_shown

        require_shown(folder)
        options = Solving(
            horizon=question.solve,
            exact=question.exact,
            threads=question.threads,
            workers=question.workers,
            scheduler=question.scheduler,
        )
        with (
            adding(folder, question.name),
            solver_errors(),
            asked(question.name, folder, (question.inputs, question.weather), options, out, partial(foreseen, question)) as under_way,
        ):
            yield under_way


def publish(asked: Asked, tables: dict[str, pd.DataFrame]) -> None:
    """Add the tables of an answer to its result, and print them."""
    publish_tables(asked.folder, tables)


def publish_tables(folder: Path, tables: dict[str, pd.DataFrame]) -> None:
    """Add tables to a result and write its workbooks and study page again, all together or not at all; print the tables."""
    from energy_model.api.asking import add_tables
    from energy_model.report.console.tables import console_table
    from energy_model.results import contract

    written = add_tables(folder, tables)
    for name, table in tables.items():
        if contract.console_columns(name):
            out.print(console_table(name, table))
    for path in written:
        out.print(f"  {path}")
