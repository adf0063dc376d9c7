"""Scenarios and overlays: small TOML files that change settings and single cells of the tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from energy_model.study.errors import InputError, InputErrors, input_error
from energy_model.study.nearest import listed, or_else
from energy_model.study.settings import Settings
from energy_model.study.toml_file import load_toml

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
SECTIONS = tuple(Settings.model_fields)
SCENARIOS, OVERLAYS = "scenarios", "overlays"
"""Folders inside the inputs: whole scenarios, and changes to be laid over one."""
ENTRIES: dict[str, dict[str, type]] = {
    "set": {"table": str, "where": dict, "values": dict},
    "scale": {"table": str, "where": dict, "by": dict},
    "add": {"table": str, "row": dict},
}
"""Entries of a file and their parts."""
ORIGIN = ("source", "confidence")
"""Where the figures of an entry are from; needed in overlays, allowed in scenarios."""
CONFIDENCE = ("sourced", "derived", "own knowledge", "judgement")


@dataclass(frozen=True)
class Scenario:
    """One scenario or overlay file.

    Attributes
    ----------
    name, purpose_en, purpose_zh : str
    file : str
        File inside the inputs folder.
    settings : Mapping
        Sections of the settings it overrides.
    sets, scales, adds : tuple of Mapping
        ``[[set]]`` entries (table, where, values), ``[[scale]]`` entries (table, where, by) and ``[[add]]`` entries (table, row).
    exclusive : bool
        Whether no other overlay may change the cells that this one changes.
    """

    name: str
    purpose_en: str
    purpose_zh: str
    file: str
    settings: Mapping[str, Mapping]
    sets: tuple[Mapping, ...]
    adds: tuple[Mapping, ...]
    scales: tuple[Mapping, ...] = ()
    exclusive: bool = False

    def source(self, kind: str, number: int) -> str:
        """Source and confidence of the figures of an entry; the file if not stated."""
        entry = {"set": self.sets, "scale": self.scales, "add": self.adds}[kind][number - 1]
        return f"{entry['source']} [{entry['confidence']}]" if "source" in entry else self.file


def names_in(inputs_dir: Path, folder: str) -> list[str]:
    """Names of the scenarios or overlays of an inputs folder, in order."""
    return sorted(p.stem for p in (inputs_dir / folder).glob("*.toml"))


def list_scenarios(inputs_dir: Path, folder: str = SCENARIOS) -> list[Scenario]:
    """All scenarios (or overlays) of an inputs folder, by name.

    Raises
    ------
    InputErrors
        If a file cannot be read.
    """
    return [read_scenario(inputs_dir, name, folder) for name in names_in(inputs_dir, folder)]


def read_scenario(inputs_dir: Path, name: str, folder: str = SCENARIOS) -> Scenario:
    """Read one scenario or overlay file.

    Raises
    ------
    InputErrors
        If the name is not a plain file name, the file is missing or malformed.
    """
    if not NAME.fullmatch(name) or ".." in name:
        raise InputErrors([input_error("scenario_name", folder, value=name)])
    file = f"{folder}/{name}.toml"
    path = inputs_dir / folder / f"{name}.toml"
    if not path.is_file():
        rule = "unknown_scenario" if folder == SCENARIOS else "unknown_overlay"
        none = f"none in {inputs_dir / folder}; is the folder of inputs right?", f"{inputs_dir / folder} 中没有；输入目录是否正确？"
        names = names_in(inputs_dir, folder)
        raise InputErrors([input_error(rule, file, None, "", name, *(listed(name, names) if names else none))])
    data = load_toml(path, file)
    own = ("exclusive",) if folder == OVERLAYS else ()
    known = (*SECTIONS, *ENTRIES, *own, "purpose_en", "purpose_zh")
    told = f"remove it; known: {', '.join(known)}", f"请删除；可用：{'、'.join(known)}"
    errors = [input_error("setting", file, None, key, "", *or_else(key, known, *told)) for key in data if key not in known]
    if not isinstance(data.get("exclusive", False), bool):
        errors.append(input_error("setting", file, column="exclusive", value=data["exclusive"], hint="true or false"))
    for key in ("purpose_en", "purpose_zh"):
        if not isinstance(data.get(key), str) or not data[key].strip():
            errors.append(
                input_error(
                    "setting",
                    file,
                    column=key,
                    hint="write one line on what the scenario is for",
                    hint_zh="请写一句情景目的",
                )
            )
    settings = {}
    for key in SECTIONS:
        if not isinstance(data.get(key, {}), dict):
            errors.append(
                input_error(
                    "setting",
                    file,
                    column=key,
                    hint=f"write a section [{key}]",
                    hint_zh=f"应写成 [{key}] 一节",
                )
            )
        elif key in data:
            settings[key] = data[key]
    for kind in ENTRIES:
        errors += _malformed(file, kind, data.get(kind, []), folder == OVERLAYS)
    if errors:
        raise InputErrors(errors)
    return Scenario(
        name,
        data["purpose_en"],
        data["purpose_zh"],
        file,
        settings,
        tuple(data.get("set", ())),
        tuple(data.get("add", ())),
        tuple(data.get("scale", ())),
        data.get("exclusive", False),
    )


def _malformed(file: str, kind: str, entries: object, with_origin: bool) -> list[InputError]:
    parts = ENTRIES[kind]
    if not isinstance(entries, list):
        return [input_error("overlay_entry", file, column=kind, hint=f"write [[{kind}]]", hint_zh=f"应写成 [[{kind}]]")]
    hint = f"[[{kind}]]: " + ", ".join(parts)
    errors = []
    for i, e in enumerate(entries, start=1):
        if not isinstance(e, dict) or set(e) - set(ORIGIN) != set(parts) or any(not isinstance(e[k], t) for k, t in parts.items()):
            errors.append(input_error("overlay_entry", file, i, kind, hint=hint))
        elif (with_origin or set(e) & set(ORIGIN)) and not (
            isinstance(e.get("source"), str) and e["source"].strip() and e.get("confidence") in CONFIDENCE
        ):
            errors.append(input_error("overlay_source", file, i, kind, hint=", ".join(CONFIDENCE)))
        else:
            errors += _bad_values(file, kind, i, e)
    return errors


def _bad_values(file: str, kind: str, number: int, entry: Mapping) -> list[InputError]:
    """Values of one entry that cannot be applied to a table."""
    scalar = (str, int, float)
    for name, value in entry[{"set": "values", "scale": "by", "add": "row"}[kind]].items():
        if kind == "scale" and (isinstance(value, bool) or not _positive(value)):
            return [input_error("overlay_entry", file, number, name, value, "write a factor above 0", "请写大于 0 的系数")]
        if not isinstance(value, scalar):
            words = "write one number, text in quotes, true or false", "请写一个数、加引号的文字、true 或 false"
            return [input_error("overlay_entry", file, number, name, value, *words)]
    for name, value in entry.get("where", {}).items():
        if not all(isinstance(option, scalar) for option in (value if isinstance(value, list) else [value])):
            words = "write a number, text in quotes, true, false, or a list of them", "请写数、加引号的文字、true、false，或其列表"
            return [input_error("overlay_entry", file, number, name, value, *words)]
    return []


def _positive(value: object) -> bool:
    return isinstance(value, (int, float)) and 0 < value < float("inf")
