"""Names of studies and results on the command line: SCENARIO[+OVERLAY…][@WEATHER-YEAR][:HORIZON], of a result its folder too."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, NoReturn

import typer

from energy_model.commands.shared import DEFAULT_RESULTS, EXIT_INPUT, choices, err, read_horizon, require_scenario, stop
from energy_model.invocation import command
from energy_model.language import say

if TYPE_CHECKING:
    from energy_model.study.horizon import Horizon

Which = Annotated[str, typer.Option("--scenario", help="a result")]
HorizonOfResult = Annotated[str | None, typer.Option("--horizon", help="horizon of a result")]


class Found(NamedTuple):
    """A finished result.

    Attributes
    ----------
    folder : Path
    scenario : str
        As its manifest names it.
    horizon : Horizon
    """

    folder: Path
    scenario: str
    horizon: Horizon


def read_case(inputs: Path, text: str, horizon: str | None, default: str) -> tuple[str, Horizon]:
    """Scenario and horizon of a study to solve, given as SCENARIO[:HORIZON] and ``--horizon``; stops if it does not exist."""
    scenario, span = _parts(text, horizon)
    shown = read_horizon(default) if span is None else span
    require_scenario(inputs, scenario)
    return scenario, shown


def _parts(text: str, horizon: str | None) -> tuple[str, Horizon | None]:
    """Scenario and horizon of a name; the horizon may be in the name or in ``--horizon``, not differently in both."""
    asked = None if horizon is None else read_horizon(horizon)
    scenario, colon, own = text.partition(":")
    named = read_horizon(own, f"{scenario}:") if colon else None
    if named and asked and named != asked:
        stop(
            say(
                f"'{text}' and --horizon {horizon} name two horizons; leave one out",
                f"'{text}' 与 --horizon {horizon} 的时段不一致，请去掉一个",
            ),
            EXIT_INPUT,
        )
    return scenario, named or asked


def finished_result(
    results: Path, text: str, horizon: str | None, inputs: Path | None = None, hourly: bool = True, like: Found | None = None
) -> Found:
    """A finished result by its name or folder; stops and says how to make it if there is none.

    Without a horizon it is that of the year (of `like`), else the newest of the scenario; which one is said then.

    Parameters
    ----------
    results : Path
        Folder of results.
    text : str
        ``SCENARIO``, ``SCENARIO:HORIZON``, a folder, or the name of one in `results`.
    horizon : str, optional
        Of ``--horizon``.
    inputs : Path, optional
        Where its scenario must still stand, for commands that read the inputs again.
    hourly : bool
        Whether the hourly dataset of one plan is needed, which a pathway or an ensemble has not.
    like : Found, optional
        Result that this one is set beside.
    """
    scenario, span = ("", None) if _is_path(text) else _parts(text, horizon)
    folder = Path(text) if _is_path(text) else _in_results(results, scenario, span, inputs, like)
    if not (folder / "manifest.json").is_file():
        stop(say(f"There is no finished result in {folder}.", f"{folder} 中没有已完成的结果。"), EXIT_INPUT)
    found = _described(folder)
    if _is_path(text) and horizon is not None and read_horizon(horizon) != found.horizon:
        stop(
            say(f"{folder} is a result of {found.horizon}, not of {horizon}.", f"{folder} 是 {found.horizon} 的结果，而非 {horizon}。"),
            EXIT_INPUT,
        )
    if hourly and not (folder / "results.nc").is_file():
        years = sorted(str(p.parent) for p in folder.glob("*/results.nc"))
        listed = ", ".join(years)
        advice, advice_zh = (
            (f"name one of its years: {listed}", f"请指定其中一年：{listed}")
            if years
            else ("name a result of `optimize`", "请指定 optimize 的结果")
        )
        stop(say(f"{folder} has no hourly data of a single plan; {advice}", f"{folder} 不含单一方案的逐时数据；{advice_zh}"), EXIT_INPUT)
    if inputs is not None:
        require_scenario(inputs, found.scenario)
    if span is None and not _is_path(text):  # which one that is, the planner did not say
        err.print(say(f"Result: {folder} ({found.horizon})", f"结果：{folder}（{found.horizon}）"), highlight=False)
    return found


def names_horizon(text: str) -> bool:
    """Whether the name of a result determines its horizon."""
    return _is_path(text) or ":" in text


def _is_path(text: str) -> bool:
    return "/" in text.partition(":")[0] or "\\" in text or text in (".", "..")


def _described(folder: Path) -> Found:
    from energy_model.results.store import StoreError, read_manifest
    from energy_model.study.horizon import Horizon

    manifest = read_manifest(folder)
    if "scenario" not in manifest or "horizon" not in manifest:
        raise StoreError(say(f"{folder} is not the result of a scenario.", f"{folder} 不是方案的结果。"))
    return Found(folder, manifest["scenario"], Horizon.parse(manifest["horizon"]))


def _in_results(results: Path, scenario: str, span: Horizon | None, inputs: Path | None, like: Found | None) -> Path:
    from energy_model.study.combination import FORM, is_plain
    from energy_model.study.horizon import Horizon, meant_name

    meant = meant_name(scenario)
    if not is_plain(scenario):
        near = [":".join(meant)] if meant else []
        said = say(f"'{scenario}' is not the name of a scenario; write {FORM}. ", f"'{scenario}' 不是合法的方案名，应写成 {FORM}。")
        stop(said + choices(scenario, near), EXIT_INPUT)
    wanted = [span] if span else [*([like.horizon] if like else []), Horizon("year")]
    folders = [results / one.folder(scenario) for one in wanted]
    for folder in folders:
        if not folder.exists() and results.is_dir():
            from energy_model.results.folders import exclusive

            with exclusive(folder):  # brings back what a killed run had set aside
                pass
        if (folder / "manifest.json").is_file():
            return folder
    known = results_of(results)
    others = [found for found in known.values() if found.scenario == scenario]
    if span is None and not others:
        _refuse_damaged(results, scenario)
    if span is None and meant and not others and (inputs is None or any(found.scenario == meant[0] for found in known.values())):
        scenario, span = meant[0], Horizon.parse(meant[1])
        _stop_without(results, results / span.folder(scenario), scenario, span, known)
    if span is None and others:
        return max(others, key=lambda found: (found.folder / "manifest.json").stat().st_mtime).folder
    if inputs is not None and not others:
        require_scenario(inputs, scenario)
    _stop_without(results, folders[-1], scenario, span, known)


def _refuse_damaged(results: Path, scenario: str) -> None:
    """Raise the error of a damaged result of a scenario, which would otherwise look missing."""
    for path in sorted(results.glob(f"{scenario}-*/manifest.json")):
        if re.fullmatch(r"(weeks|hours)\d.*", path.parent.name.removeprefix(f"{scenario}-")):
            _described(path.parent)


def _stop_without(results: Path, folder: Path, scenario: str, span: Horizon | None, known: dict[str, Found]) -> NoReturn:
    """Report that there is no such result: the likely name, the available results, how to make it."""
    named = scenario if span is None else f"{scenario}:{span}"
    again = command(
        "optimize",
        scenario=scenario,
        horizon=None if span is None or span.kind == "year" else span,
        results=None if results == DEFAULT_RESULTS else results,
    )
    known_ones = choices(named, list(known))
    stop(
        say(
            f"There is no finished result in {folder}. {known_ones}. Solve it first: ",
            f"{folder} 中没有已完成的结果。{known_ones}。请先求解：",
        )
        + again,
        EXIT_INPUT,
    )


def results_of(results: Path) -> dict[str, Found]:
    """Finished results of scenarios by name: SCENARIO, or SCENARIO:HORIZON if it is less than the year."""
    from energy_model.results.store import StoreError

    found = {}
    for path in sorted(results.glob("*/manifest.json")):
        try:
            one = _described(path.parent)
        except StoreError:
            continue
        if path.parent.name == one.horizon.folder(one.scenario):  # what other commands make of it stands in folders of other names
            found[one.scenario if one.horizon.kind == "year" else f"{one.scenario}:{one.horizon}"] = one
    return found
