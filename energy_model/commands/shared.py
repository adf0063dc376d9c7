"""What all commands share: options, exit codes, errors in plain words.

Heavy modules are imported inside functions, so that help answers at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.table import Table

from energy_model.ending import Stopped, stopped
from energy_model.invocation import command
from energy_model.language import say
from energy_model.results import contract
from energy_model.screen import plain_console

if TYPE_CHECKING:
    from energy_model.study.errors import InputErrors
    from energy_model.study.horizon import Horizon

EXIT_INPUT, EXIT_SOLVE, EXIT_CERTIFICATE, EXIT_DISK = 2, 3, 4, 5

out, err = plain_console(), plain_console(stderr=True)

Inputs = Annotated[Path, typer.Option("--inputs", show_default=True)]
Scenario = Annotated[str, typer.Option("--scenario")]
PlainScenario = Annotated[str, typer.Option("--scenario", help="scenario without horizon")]
Results = Annotated[Path, typer.Option("--results")]
Weather = Annotated[Path, typer.Option("--weather")]
HorizonText = Annotated[str | None, typer.Option("--horizon", show_default="year")]
Exact = Annotated[bool, typer.Option("--exact/--fast")]
Scheduler = Annotated[str | None, typer.Option("--scheduler")]
NoPages = Annotated[bool, typer.Option("--no-pages")]
CertifiedGap = Annotated[float, typer.Option("--certified-gap", min=1e-4, max=0.5)]
Threads = Annotated[int, typer.Option("--threads", min=0)]
SolverName = Annotated[str, typer.Option("--solver")]

DEFAULT_INPUTS, DEFAULT_RESULTS, DEFAULT_WEATHER = Path("inputs"), Path("results"), Path("weather")
DEFAULT_SCENARIO = "plan-2015"
YEARS = re.compile(r"(.*?)(\d+)\.\.(\d+)")


def known_scenarios(inputs: Path) -> list[str]:
    """Names of the scenario files under `inputs`; stops if there are none."""
    names = sorted(path.stem for path in (inputs / "scenarios").glob("*.toml"))
    if not names:
        folder = inputs / "scenarios"
        made = command("new", "my-study")
        stop(
            say(
                f"There are no scenarios in {folder}. Is --inputs right? A study of your own: {made}",
                f"{folder} 中没有方案。--inputs 是否正确？新建自己的研究：{made}",
            ),
            EXIT_INPUT,
        )
    return names


def require_scenario(inputs: Path, scenario: str) -> None:
    """Stop with the list of known scenarios and overlays if a part of `scenario` is unknown."""
    known = known_scenarios(inputs)
    if ":" in scenario:
        stop(say(f"'{scenario}' names a horizon: give it as --horizon.", f"'{scenario}' 含时段：请以 --horizon 给出。"), EXIT_INPUT)
    from energy_model.study.combination import read_combination
    from energy_model.study.errors import InputErrors
    from energy_model.study.horizon import meant_name
    from energy_model.study.scenario import OVERLAYS, names_in

    overlays = names_in(inputs, OVERLAYS)
    chain, _, _ = scenario.partition("@")
    first, *rest = chain.split("+")
    meant = meant_name(scenario)
    if not set(chain.split("+")) <= {*known, *overlays} and meant:
        stop(_there_is_no("scenario", "方案", scenario) + choices(":".join(meant), [*known, ":".join(meant)]), EXIT_INPUT)
    if first not in known and first not in overlays:
        stop(unknown_choice("scenario", "方案", first, known), EXIT_INPUT)
    for part in rest:
        if part not in known and part not in overlays:
            also = say(f". Scenarios: {', '.join(known)}", f"。方案：{', '.join(known)}")
            stop(_there_is_no("overlay", "叠加", part) + _likely(part, [*overlays, *known]) + _listed(overlays) + also, EXIT_INPUT)
    try:
        read_combination(inputs, scenario)
    except InputErrors as fault:
        if all(e.rule in ("combination", "scenario_name") for e in fault.errors):
            stop("\n".join(say(e.en, e.zh) for e in fault.errors), EXIT_INPUT)
        raise


def unknown_choice(what: str, what_zh: str, name: str, known: Iterable[str]) -> str:
    """Message on an unknown name: its kind in English and Chinese, the likely name, all names."""
    return _there_is_no(what, what_zh, name) + choices(name, list(known))


def _there_is_no(what: str, what_zh: str, name: str) -> str:
    return say(f"There is no {what} '{name}'. ", f"没有名为 '{name}' 的{what_zh}。")


def choices(name: str, known: list[str]) -> str:
    """The likely name, then all names."""
    return _likely(name, known) + _listed(known)


def _likely(name: str, known: list[str]) -> str:
    from energy_model.study.nearest import likely

    return likely(name, known)


def _listed(known: list[str]) -> str:
    return say("Known: ", "可选：") + (", ".join(known) or say("none", "无"))


def done(*paths: Path) -> None:
    """Print the location of a command's result."""
    out.print(say("Done: ", "完成：") + ", ".join(map(str, paths)), style="green")


def require_solver(name: str) -> None:
    """Stop if no solver has this name, or if it is not available here."""
    from energy_model.solving.highs import SolverSetupError
    from energy_model.solving.solvers.by_name import UnknownSolver
    from energy_model.solving.solvers.by_name import require_solver as require

    try:
        require(name)
    except (UnknownSolver, SolverSetupError) as fault:
        stop(str(fault), EXIT_INPUT)


def require_own_solver(start: Path | None, solver: str) -> None:
    """Stop if a start is given to another solver."""
    from energy_model.solving.limits import OWN

    if start is not None and solver != OWN:
        stop(
            say(
                f"--start is for the method on blocks: leave --solver {solver} or --start out.",
                f"--start 只用于分块内点法：请去掉 --solver {solver} 或 --start。",
            ),
            EXIT_INPUT,
        )


def show_version(asked: bool) -> None:
    """Print name and version, and exit."""
    if asked:
        from energy_model.version import __version__

        with guarded():
            out.print(f"energy-model {__version__}", highlight=False)
        raise typer.Exit


def stop(sentence: str, code: int) -> NoReturn:
    """Print one message and exit with an exit code."""
    err.print(sentence, style="red", highlight=False)
    raise typer.Exit(code)


def read_horizon(text: str, before: str = "") -> Horizon:
    """Parse a horizon, or stop with the valid forms and the likely one; `before` is the scenario and colon in front of it."""
    from energy_model.study.horizon import Horizon, HorizonError, meant_horizon

    try:
        return Horizon.parse(text)
    except HorizonError as fault:
        meant = meant_horizon(text)
        likely = say(f". Did you mean {before}{meant}?", f"。是否应为 {before}{meant}？") if meant else ""
        stop(f"{fault}{likely}", EXIT_INPUT)


def read_years(text: str) -> list[str]:
    """Names in a text such as ``synthetic-1,variable-1..3``."""
    found = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        span = YEARS.fullmatch(part)
        if span is None:
            found.append(part)
            continue
        stem, first, last = span[1], int(span[2]), int(span[3])
        if last < first:
            forward = f"{stem}{last}..{first}"
            stop(
                say(f"The weather years '{part}' run backwards; write {forward}", f"气象年范围 '{part}' 颠倒，应写成 {forward}"), EXIT_INPUT
            )
        found += [f"{stem}{k}" for k in range(first, last + 1)]
    return found


def show_input_errors(fault: InputErrors) -> None:
    """Print every input error: place, rule, remedy."""
    from energy_model.study.errors import RULES

    headings = (contract.words(c).shown for c in ("file", "row", "column", "value", "rule", "advice"))
    count = len(fault.errors)
    title = say(f"{count} {'error' if count == 1 else 'errors'} in the inputs", f"输入有 {count} 处错误")
    table = Table(*headings, show_lines=True, title=title)
    for e in fault.errors:
        rule_zh, rule_en, *_ = RULES[e.rule]
        row = "" if e.row is None else str(e.row)
        table.add_row(e.file, row, e.column, e.value, say(rule_en, rule_zh), say(e.advice, e.advice_zh or e.advice))
    err.print(table)


@contextmanager
def guarded() -> Iterator[None]:
    """Report errors that a planner can act on in plain words.

    Any other error is a fault of the program and shows itself.
    """
    try:
        yield
    except typer.Exit:
        raise
    except (KeyboardInterrupt, typer.Abort):
        err.print(stopped(), style="red", highlight=False)
        raise Stopped from None
    except Exception as fault:
        from energy_model.errors import EnergyModelError
        from energy_model.study.errors import InputErrors

        if isinstance(fault, InputErrors):
            show_input_errors(fault)
            raise typer.Exit(EXIT_INPUT) from None
        from energy_model.results.store import StoreError

        if isinstance(fault, EnergyModelError):
            stop(str(fault), EXIT_DISK if isinstance(fault, StoreError) else EXIT_INPUT)
        if isinstance(fault, OSError) and not isinstance(fault, BrokenPipeError):
            what = ": ".join(str(part) for part in (fault.filename, fault.strerror or fault) if part)
            stop(
                say(
                    f"A file could not be read or written: {what}. Earlier results are unchanged.",
                    f"文件无法读写：{what}。原有结果未改动。",
                ),
                EXIT_DISK,
            )
        raise


@contextmanager
def solver_errors() -> Iterator[None]:
    """Inside `guarded`: report errors of solving and certifying in plain words."""
    from energy_model.results.certificate import CertificateError
    from energy_model.solving.highs import SolverSetupError
    from energy_model.solving.ladder import SolveError

    try:
        yield
    except (SolveError, SolverSetupError) as fault:
        stop(str(fault), EXIT_SOLVE)
    except CertificateError as fault:
        stop(str(fault), EXIT_CERTIFICATE)
