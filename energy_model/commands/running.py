"""Shared by commands that make a result or add to one: lock, log, error messages, and the test whether the result is current."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from energy_model.commands.shared import EXIT_CERTIFICATE, EXIT_INPUT, err, out, solver_errors, stop
from energy_model.language import say

if TYPE_CHECKING:
    from energy_model.plans.standing import Standing

Anew = Annotated[bool, typer.Option("--anew")]


@contextmanager
def making(folder: Path) -> Iterator[None]:
    """Around a job that makes the result in `folder`: locks it against other runs, logs its output, reports errors in words."""
    from energy_model.results.folders import exclusive
    from energy_model.runlog import recorded

    with exclusive(folder), recorded(folder, err.print), solver_errors():
        yield


@contextmanager
def adding(folder: Path, name: str) -> Iterator[None]:
    """Around the job `name` that adds to the result in `folder`: appends console output to its log."""
    from energy_model.runlog import recorded

    with recorded(folder, err.print, name):
        yield


def tell_standing(manifest: dict) -> None:
    """Report that a result is current and how to solve it again."""
    out.print(
        say(
            f"The result is current: solved {manifest['created']} from the same inputs, weather, options and "
            "program; --anew solves it again.",
            f"结果有效：{manifest['created']} 算出，输入、气象、选项与程序均未变；重新求解请加 --anew。",
        )
    )


def show_standing(folder: Path, stands: Standing, pages: bool) -> None:
    """Like `tell_standing`; also writes missing, damaged or outdated pages and workbooks of the result again.

    What was kept without pages takes the place of the result in `folder` with them.
    """
    from energy_model.plans.standing import shown
    from energy_model.report.outputs import write_outputs
    from energy_model.results import folders, store
    from energy_model.results.fingerprint import pages_digest

    tell_standing(stands.manifest)
    if stands.folder == folder and shown(folder, stands.manifest, pages):
        return
    out.print(
        say(
            "Pages and workbooks are missing, damaged or of an older program: writing them again …",
            "网页与工作簿缺失、损坏或由旧版程序写出，重新写出 …",
        )
    )
    with folders.amended_folder(folder, stands.folder) as amended:
        written = write_outputs(amended, pages)
        store.write_manifest(stands.manifest | {"pages_sha256": pages_digest()}, amended)
    for path in written:
        out.print(f"  {folder / path.relative_to(amended)}")


@contextmanager
def operation_errors() -> Iterator[None]:
    """Inside `guarded`: report errors of plan operation in plain words."""
    from energy_model.results.read_plan import StaleResultError
    from energy_model.solving.dispatcher import WindowError

    try:
        yield
    except StaleResultError as fault:
        stop(str(fault), EXIT_INPUT)
    except WindowError as fault:
        stop(str(fault), EXIT_CERTIFICATE)
