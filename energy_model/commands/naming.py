"""Names of studies and results on the command line: SCENARIO[+OVERLAY…][@WEATHER-YEAR][:HORIZON], of a result its folder too."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, NoReturn

import typer

from energy_model.commands.shared import DEFAULT_RESULTS, EXIT_INPUT, choices, err, read_horizon, require_scenario, stop
from energy_model.invocation import command

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
    """Scenario and horizon of a study to be solved, named as SCENARIO[:HORIZON] and ``--horizon``; stops when there is none such."""
    scenario, span = _parts(text, horizon)
    shown = read_horizon(default) if span is None else span
    require_scenario(inputs, scenario)
    return scenario, shown


def _parts(text: str, horizon: str | None) -> tuple[str, Horizon | None]:
    """Scenario and horizon of a name; the horizon may stand in it or in ``--horizon``, not two in both."""
    asked = None if horizon is None else read_horizon(horizon)
    scenario, colon, own = text.partition(":")
    named = read_horizon(own, f"{scenario}:") if colon else None
    if named and asked and named != asked:
        stop(f"'{text}' and --horizon {horizon} name two horizons; leave one out 时段重复且不一致，请去掉一个", EXIT_INPUT)
    return scenario, named or asked


def finished_result(
    results: Path, text: str, horizon: str | None, inputs: Path | None = None, hourly: bool = True, like: Found | None = None
) -> Found:
    """A finished result by its name or folder; stops and says how to make it where there is none.

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
        stop(f"There is no finished result in {folder} 该目录没有已完成的结果.", EXIT_INPUT)
    found = _described(folder)
    if _is_path(text) and horizon is not None and read_horizon(horizon) != found.horizon:
        stop(f"{folder} is a result of {found.horizon}, not of {horizon} 结果时段与 --horizon 不符.", EXIT_INPUT)
    if hourly and not (folder / "results.nc").is_file():
        years = sorted(str(p.parent) for p in folder.glob("*/results.nc"))
        advice = f"name one of its years 请指定其中一年: {', '.join(years)}" if years else "name a result of `optimize` 请指定优化结果"
        stop(f"{folder} holds no single plan with its hours 该结果不含单一方案的逐时数据; {advice}", EXIT_INPUT)
    if inputs is not None:
        require_scenario(inputs, found.scenario)
    if span is None and not _is_path(text):  # which one that is, the planner did not say
        err.print(f"Result 结果: {folder} ({found.horizon})", highlight=False)
    return found


def names_horizon(text: str) -> bool:
    """Whether the name of a result leaves no horizon open."""
    return _is_path(text) or ":" in text


def _is_path(text: str) -> bool:
    return "/" in text.partition(":")[0] or "\\" in text or text in (".", "..")


def _described(folder: Path) -> Found:
    from energy_model.results.store import StoreError, read_manifest
    from energy_model.study.horizon import Horizon

    manifest = read_manifest(folder)
    if "scenario" not in manifest or "horizon" not in manifest:
        raise StoreError(f"{folder} is no result of a scenario 该目录不是方案结果.")
    return Found(folder, manifest["scenario"], Horizon.parse(manifest["horizon"]))


def _in_results(results: Path, scenario: str, span: Horizon | None, inputs: Path | None, like: Found | None) -> Path:
    from energy_model.study.combination import FORM, is_plain
    from energy_model.study.horizon import Horizon, meant_name

    meant = meant_name(scenario)
    if not is_plain(scenario):
        near = [":".join(meant)] if meant else []
        stop(f"'{scenario}' is no name of a scenario; write {FORM} 方案名不合法，应写成 {FORM}. {choices(scenario, near)}", EXIT_INPUT)
    wanted = [span] if span else [*([like.horizon] if like else []), Horizon("year")]
    folders = [results / one.folder(scenario) for one in wanted]
    for folder in folders:
        if not folder.exists() and results.is_dir():
            from energy_model.results.store import exclusive

            with exclusive(folder):  # brings back what a killed run had set aside
                pass
        if (folder / "manifest.json").is_file():
            return folder
    known = results_of(results)
    others = [found for found in known.values() if found.scenario == scenario]
    if span is None and not others:
        _refuse_damaged(results, scenario)
    if span is None and meant and any(found.scenario == meant[0] for found in known.values()):
        scenario, span = meant[0], Horizon.parse(meant[1])
        _stop_without(results, results / span.folder(scenario), scenario, span, known)
    if span is None and others:
        return max(others, key=lambda found: (found.folder / "manifest.json").stat().st_mtime).folder
    if inputs is not None and not others:
        require_scenario(inputs, scenario)
    _stop_without(results, folders[-1], scenario, span, known)


def _refuse_damaged(results: Path, scenario: str) -> None:
    """Raise what is wrong with a damaged result of a scenario, which else would look as if there were none."""
    for path in sorted(results.glob(f"{scenario}-*/manifest.json")):
        if re.fullmatch(r"(weeks|hours)\d.*", path.parent.name.removeprefix(f"{scenario}-")):
            _described(path.parent)


def _stop_without(results: Path, folder: Path, scenario: str, span: Horizon | None, known: dict[str, Found]) -> NoReturn:
    """Say that there is no such result: what was meant, what there is, how to make it."""
    named = scenario if span is None else f"{scenario}:{span}"
    again = command(
        "optimize",
        scenario=scenario,
        horizon=None if span is None or span.kind == "year" else span,
        results=None if results == DEFAULT_RESULTS else results,
    )
    stop(f"There is no finished result in {folder} 没有结果. {choices(named, list(known))}. Make it first 请先求解: {again}", EXIT_INPUT)


def results_of(results: Path) -> dict[str, Found]:
    """Finished results of scenarios by the name that finds them: SCENARIO, or SCENARIO:HORIZON where it is less than the year."""
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
