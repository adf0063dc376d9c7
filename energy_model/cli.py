"""The ``energy-model`` command: the list of its commands.

Heavy modules are imported inside the commands, so that help answers at once.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from energy_model.commands import (
    adequacy,
    alternatives,
    batch,
    differing,
    ensemble,
    exchanging,
    explaining,
    flexibility,
    fortnight,
    importing,
    operation,
    pathway,
    pictures,
    planning,
    pricing,
    project,
    sharing,
    showing,
    uncertainty,
)
from energy_model.commands.shared import EXIT_DISK, guarded, show_version
from energy_model.ending import ended_well
from energy_model.screen import show_what_can_be_shown


class Edge(TyperGroup):
    """The edge of the program: whatever a command could not read or write ends in one sentence, wherever it happened."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        with guarded():
            return super().invoke(ctx)


app = typer.Typer(
    name="energy-model",
    cls=Edge,
    help="Plan Tongliao's power system hour by hour 通辽电力系统逐时规划：装机、调度、外送、供热与微网。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    rich_markup_mode="rich",
)


@app.callback()
def top(
    version: Annotated[bool, typer.Option("--version", is_eager=True, callback=show_version, help="Print the version 版本")] = False,
) -> None:
    """Options before a command."""


app.command()(planning.optimize)
app.command("run-all")(batch.run_all)
app.command()(ensemble.ensemble)
app.command("cluster-demo")(ensemble.cluster_demo)
app.command()(planning.check)
app.command()(planning.scenarios)
app.command()(explaining.explain)
app.command()(explaining.rerun)
app.command()(flexibility.flexibility)
app.command()(fortnight.commit)
app.command()(planning.bench)
app.command()(pathway.pathway)
app.command("capacity-credit")(adequacy.capacity_credit)
app.command("map")(showing.draw_map)
app.command()(showing.report)
app.command()(showing.tables)
app.command("export-pypsa")(exchanging.export_pypsa)
app.command("import-pypsa")(importing.import_pypsa)
app.command()(operation.island)
app.command()(operation.redispatch)
app.command()(operation.calibrate)
app.command()(sharing.serve)
app.command()(sharing.compare)
app.command()(differing.diff)
app.command()(alternatives.curve)
app.command()(alternatives.frontier)
app.command()(alternatives.alternatives)
app.command("clause-costs")(alternatives.clause_costs)
app.command()(alternatives.bargain)
app.command()(pricing.increment)
app.command()(uncertainty.sensitivity)
app.command()(uncertainty.screen)
app.command("break-even")(uncertainty.break_even)
app.command()(pictures.picture)
app.command()(project.docs)
app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)(project.weather)


def main() -> None:
    """Entry point of the command line; a standard output that takes no more, such as a file on a full disk, is told too."""
    show_what_can_be_shown()
    with ended_well():
        try:
            app()
        except SystemExit as end:
            try:
                sys.stdout.flush()
            except OSError:
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left would fail again when Python ends
                raise SystemExit(end.code or EXIT_DISK) from None
            raise


if __name__ == "__main__":
    main()
