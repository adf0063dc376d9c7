"""Overlays given in Python: written as a file into a copy of the inputs, so that they are checked and recorded like any other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from energy_model.exchange.study_tables import quoted
from energy_model.study.scenario import ENTRIES, OVERLAYS

ORIGIN = {"source": "given in Python", "confidence": "judgement"}
"""Origin of figures that come without one."""


def write_overlay(inputs: Path, name: str, changes: Mapping[str, Any]) -> Path:
    """Write changes as an overlay file.

    Parameters
    ----------
    inputs : Path
        Folder of inputs, one that may be changed.
    name : str
    changes : Mapping
        Content of an overlay file: lists of entries ``set``, ``scale``, ``add``, and sections of settings.
    """
    purpose = {"purpose_en": f"Changes '{name}' made in Python.", "purpose_zh": f"在 Python 中所作的改动 '{name}'。"}
    path = inputs / OVERLAYS / f"{name}.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(_document(purpose | dict(changes)), encoding="utf-8")
    return path


def _document(content: Mapping[str, Any]) -> str:
    """A TOML text: plain values first, then sections, then entries."""
    plain = [f"{key} = {_value(v)}" for key, v in content.items() if key not in ENTRIES and not isinstance(v, Mapping)]
    sections = [
        "\n".join([f"\n[{key}]", *(f"{name} = {_value(v)}" for name, v in values.items())])
        for key, values in content.items()
        if isinstance(values, Mapping)
    ]
    entries = [
        "\n".join([f"\n[[{kind}]]", *(f"{name} = {_value(v)}" for name, v in (ORIGIN | entry).items())])
        for kind in ENTRIES
        for entry in ({"where": {}} | dict(e) if "where" in ENTRIES[kind] else dict(e) for e in content.get(kind, ()))
    ]
    return "\n".join([*plain, *sections, *entries]) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{quoted(str(key))} = {_value(v)}" for key, v in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_value, value)) + "]"
    value = value.item() if hasattr(value, "item") else value  # numbers of numpy as Python writes them
    return repr(int(value) if isinstance(value, float) and value.is_integer() else value)  # a row of pandas has no whole numbers
