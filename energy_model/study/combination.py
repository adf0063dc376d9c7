"""Names such as ``outlook-2030+late-outlet+dry-coal@synthetic-2``: scenario, overlays in order of application, weather year."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from energy_model.study.apply import Applied, Overlap, apply_scenario
from energy_model.study.errors import InputError, InputErrors, input_error
from energy_model.study.read import RawTable
from energy_model.study.scenario import NAME, OVERLAYS, SCENARIOS, Scenario, names_in, read_scenario
from energy_model.study.settings import WEATHER_NAME, WEATHER_RULE

PLUS, AT = "+", "@"
WEATHER = re.compile(WEATHER_NAME, re.ASCII)
LONGEST = 220
"""Characters of a name: the result folder, its lock and its temporary folders must fit into the 255 of a file system."""
FORM = "SCENARIO[+OVERLAY…][@WEATHER-YEAR]"


@dataclass(frozen=True)
class Combination:
    """A scenario with its overlays.

    Attributes
    ----------
    name : str
        As given on the command line; the name of the result folder.
    parts : tuple of Scenario
        The scenario, then its overlays: a later one wins.
    weather : str
        Weather year that takes the place of the one in the settings; empty for none.
    """

    name: str
    parts: tuple[Scenario, ...]
    weather: str = ""

    @property
    def file(self) -> str:
        """File of the scenario itself."""
        return self.parts[0].file

    @property
    def files(self) -> tuple[str, ...]:
        """Files of all parts."""
        return tuple(p.file for p in self.parts)

    @property
    def purpose_en(self) -> str:
        """Purposes of the scenario and each overlay, in English."""
        return " + ".join(p.purpose_en.rstrip(". ") for p in self.parts)

    @property
    def purpose_zh(self) -> str:
        """Purposes of the scenario and each overlay, in Chinese."""
        return " + ".join(p.purpose_zh.rstrip("。 ") for p in self.parts)

    def settings(self, base: Mapping[str, Mapping]) -> dict[str, dict]:
        """Settings of the study with the changes of all parts applied."""
        merged = {section: dict(values) for section, values in base.items()}
        for part in self.parts:
            for section, values in part.settings.items():
                merged[section] = {**merged.get(section, {}), **values}
        if self.weather:
            merged["weather"] = {**merged.get("weather", {}), "year": self.weather}
        return merged

    def apply(self, raw: dict[str, RawTable]) -> Applied:
        """Change the raw tables in place; returns errors, conflicting values of overlays, and entries without effect."""
        applied = Applied(*self._settings_overlaps())
        for number, part in enumerate(self.parts):
            found = apply_scenario(raw, part, {p.file: p for p in self.parts[1:number]})
            applied.errors += found.errors
            applied.overlaps += found.overlaps
            applied.notes += found.notes
        return applied

    def _settings_overlaps(self) -> tuple[list[InputError], list[Overlap]]:
        errors: list[InputError] = []
        overlaps: list[Overlap] = []
        last: dict[tuple[str, str], tuple[Scenario, object]] = {}
        for part in self.parts[1:]:
            for section, values in part.settings.items():
                for field, value in values.items():
                    other, before = last.get((section, field), (part, value))
                    if before != value:
                        overlaps.append(Overlap("settings", section, field, other.file, part.file, str(before), str(value)))
                        if part.exclusive or other.exclusive:
                            hint = f"{other.file} changes it too, and one of them is exclusive: take one of the two"
                            hint_zh = f"{other.file} 也改动此项，且其中之一为排他叠加，只能取其一"
                            errors.append(input_error("overlay_conflict", part.file, None, f"{section}.{field}", value, hint, hint_zh))
                    last[section, field] = part, value
        return errors, overlaps


def read_combination(inputs_dir: Path, name: str) -> Combination:
    """Read a scenario and the overlays named after it.

    A part after the first is an overlay; if no overlay has the name, a scenario is applied like one.

    Raises
    ------
    InputErrors
        If the name is not understood, or a file is missing or malformed; with every error of every part.
    """
    chain, at, weather = name.partition(AT)
    first, *rest = chain.split(PLUS)
    wrong = _name_fault(inputs_dir, name, first, rest, at, weather)
    if wrong:
        raise InputErrors([wrong])
    errors: list[InputError] = []
    parts: list[Scenario] = []
    only_scenarios = set(names_in(inputs_dir, SCENARIOS)) - set(names_in(inputs_dir, OVERLAYS))
    for number, part in enumerate((first, *rest)):
        folder = OVERLAYS if number and part not in only_scenarios else SCENARIOS
        try:
            parts.append(read_scenario(inputs_dir, part, folder))
        except InputErrors as fault:
            errors += fault.errors
    if errors:
        raise InputErrors(errors)
    return Combination(name, tuple(parts), weather)


def is_plain(name: str) -> bool:
    """Whether a name is valid for a result folder: plain file names, without a path out of the results folder."""
    chain, at, weather = name.partition(AT)
    plain = all(NAME.fullmatch(part) and ".." not in part for part in chain.split(PLUS))
    return plain and len(name) <= LONGEST and (not at or bool(WEATHER.fullmatch(weather)))


def _name_fault(inputs_dir: Path, name: str, first: str, rest: list[str], at: str, weather: str) -> InputError | None:
    def fault(value: str, en: str, zh: str) -> InputError:
        return input_error("combination", SCENARIOS, None, "", value, en, zh)

    for part in (first, *rest):
        if not NAME.fullmatch(part) or ".." in part:
            return input_error("scenario_name", SCENARIOS, value=name)
    if at and not WEATHER.fullmatch(weather):
        rule, rule_zh = WEATHER_RULE
        return fault(name, f"write {FORM}; {rule}", f"应写成 {FORM}；{rule_zh}")
    if len(name) > LONGEST:
        hint = f"longer than {LONGEST} characters; make one overlay of several"
        return fault(name, hint, f"超过 {LONGEST} 个字符，请把几个叠加合并为一个")
    twice = sorted({p for p in rest if rest.count(p) > 1 or p == first})
    if twice:
        return fault(twice[0], "it appears twice in the combination; name it once", "在组合中出现两次，只写一次")
    if first not in names_in(inputs_dir, SCENARIOS) and first in names_in(inputs_dir, OVERLAYS):
        hint = f"it is an overlay and needs a scenario before it, such as plan-2015+{first}"
        return fault(first, hint, f"它是叠加方案，前面须有情景，如 plan-2015+{first}")
    return None
