"""Read a PyPSA network into input tables and compare the two optima: import-pypsa."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from energy_model.commands.importing import new_inputs, tell_notes, tell_written
from energy_model.commands.shared import (
    DEFAULT_WEATHER,
    EXIT_CERTIFICATE,
    Threads,
    Weather,
    guarded,
    out,
    solver_errors,
    stop,
)
from energy_model.labels import Label
from energy_model.language import say
from energy_model.units import CNY_PER_MCNY

if TYPE_CHECKING:
    from energy_model.exchange.pypsa_import import Imported
    from energy_model.exchange.pypsa_read import PypsaNetwork

AGREEMENT = 1e-6
"""Relative difference up to which two optima are the same."""


def import_pypsa(
    network: Annotated[Path, typer.Argument()],
    folder: Annotated[Path, typer.Argument()],
    solve: Annotated[bool, typer.Option("--solve")] = False,
    weather: Weather = DEFAULT_WEATHER,
    threads: Threads = 0,
) -> None:
    """Read a PyPSA network into a complete inputs folder; components that cannot be represented are refused by name."""
    with guarded(), solver_errors() if solve else nullcontext():  # whose modules hold the equations and load slowly
        from energy_model.exchange.written import write_network_study, write_note

        with new_inputs(folder, Label("网络", "network")) as new:
            found, imported, note = write_network_study(network, new)
            if solve:
                note |= comparison(found, imported, new, weather, threads)
                write_note(note, new)
    _told(note, folder)


def comparison(found: PypsaNetwork, imported: Imported, folder: Path, weather: Path, threads: int) -> dict:
    """Solve the study of an imported network and compare its cost with PyPSA's.

    Returns
    -------
    dict
        ``objective`` [the network's money], ``gap``, ``not_comparable`` (sentences), and ``relative_difference`` where PyPSA's objective is
        known and is one of the same problem.

    Raises
    ------
    SolveError, CertificateError
    """
    from energy_model.certified import solve_certified
    from energy_model.exchange.study_tables import SCENARIO
    from energy_model.results.stages import Clock
    from energy_model.run import prepare
    from energy_model.study.horizon import Horizon

    _, problem = prepare(folder, SCENARIO, Horizon("year"), weather, Clock(out))
    _, accounts, certificate, _ = solve_certified(problem, True, threads, out)
    ours = certificate.objective_mcny * CNY_PER_MCNY - imported.elastic_cny
    against = []
    if accounts.get("load_shedding", 0.0) > AGREEMENT * certificate.size_mcny:
        against.append(
            say(
                "Load is shed here: PyPSA, which cannot shed load, finds no plan, or prices above our value of lost load.",
                "本模型存在电力不足：PyPSA 不能切负荷，故无解，或其电价高于本模型的失负荷价值。",
            )
        )
    whole = found.table("generators")
    if len(whole) and whole.committable.astype(bool).any() and not found.linearized:
        against.append(
            say(
                "PyPSA committed whole units, which are relaxed here: solve it with linearized_unit_commitment.",
                "PyPSA 按整台机组求解，本模型为松弛解：请以 linearized_unit_commitment 求解后再比。",
            )
        )
    note = {"objective": ours, "gap": certificate.gap, "not_comparable": against}
    if found.objective is not None and not against:
        theirs = found.objective + (found.constant or 0.0)
        note["relative_difference"] = abs(ours - theirs) / max(abs(theirs), certificate.size_mcny * CNY_PER_MCNY)
    return note


def _told(note: dict, folder: Path) -> None:
    tell_notes(note)
    if note["pypsa_objective"] is not None:
        constant = note["pypsa_objective_constant"] or 0.0
        out.print(f"PyPSA: objective {note['pypsa_objective']:z,.6f} + objective_constant {constant:z,.6f}")
    if "objective" in note:
        out.print(say("This model: ", "本模型：") + f"{note['objective']:z,.6f}")
    out.print(say(note["convention"], note["convention_zh"]), highlight=False)
    for sentence in note.get("not_comparable", []):
        out.print(sentence, style="yellow")
    tell_written(folder)
    difference = note.get("relative_difference")
    if difference is not None:
        out.print(say("Relative difference: ", "相对偏差：") + f"{difference:.2e}")
        if difference > AGREEMENT:
            stop(say(f"The optima differ by more than {AGREEMENT:g}.", f"两个最优值相差超过 {AGREEMENT:g}。"), EXIT_CERTIFICATE)
