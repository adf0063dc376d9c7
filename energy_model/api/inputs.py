"""Inputs of one scenario: read, checked, changed."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import pandas as pd

from energy_model.api.overlays import write_overlay
from energy_model.api.temporary import TemporaryFolder
from energy_model.language import say
from energy_model.study import study as checked
from energy_model.study.horizon import Horizon
from energy_model.study.load import load_study
from energy_model.study.scenario import OVERLAYS
from energy_model.study.settings import Settings


@dataclass(frozen=True)
class Inputs:
    """Inputs of one scenario: read, checked, changed. They never change themselves: the methods ``with_…`` give others.

    Attributes
    ----------
    inputs, weather : Path
        Folders.
    scenario : str
        Name of the scenario with its overlays and weather year.
    """

    inputs: Path
    scenario: str
    weather: Path
    _kept: tuple[TemporaryFolder, ...] = field(default=(), repr=False, compare=False)

    @cached_property
    def checked(self) -> checked.Study:
        """The checked inputs as the model reads them.

        Raises
        ------
        InputErrors
        """
        return load_study(self.inputs, self.scenario)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Copies of the input tables by name, with the changes of scenario and overlays; units are in the column names."""
        return {name: table.copy() for name, table in self.checked.tables.items()}

    @property
    def settings(self) -> Settings:
        """Settings of ``study.toml`` with the changes of scenario and overlays."""
        return self.checked.settings

    def with_overlay(self, overlay: str | Path | Mapping[str, Any], name: str = "python") -> Self:
        """The study with an overlay on top.

        Parameters
        ----------
        overlay : str, Path or Mapping
            Name of an overlay of the inputs; a TOML file; or the content of one, such as
            ``{"scale": [{"table": "mines", "by": {"price_cny_per_t": 1.2}}]}``. Entries of a mapping that name no source are marked as a
            judgement given in Python.
        name : str
            Name of the overlay, where it is given as a mapping.

        Raises
        ------
        InputErrors
        """
        if isinstance(overlay, str) and not overlay.endswith(".toml"):
            return self._named(f"{self.scenario_without_weather}+{overlay}{self._at}")
        kept = TemporaryFolder()
        inputs = kept.path / "inputs"
        shutil.copytree(self.inputs, inputs)
        if isinstance(overlay, Mapping):
            write_overlay(inputs, name, overlay)
        else:
            name = Path(overlay).stem
            (inputs / OVERLAYS).mkdir(exist_ok=True)
            shutil.copyfile(overlay, inputs / OVERLAYS / f"{name}.toml")
        there = replace(self, inputs=inputs, _kept=(*self._kept, kept))
        return there._named(f"{self.scenario_without_weather}+{name}{self._at}")

    def with_weather(self, year: str) -> Self:
        """The study with another weather year, such as ``synthetic-2`` or ``variable-7``.

        Raises
        ------
        InputErrors
        """
        return self._named(f"{self.scenario_without_weather}@{year}")

    @property
    def scenario_without_weather(self) -> str:
        """Name of scenario and overlays."""
        return self.scenario.partition("@")[0]

    @property
    def _at(self) -> str:
        return "".join(self.scenario.partition("@")[1:])

    def _named(self, scenario: str) -> Self:
        other = replace(self, scenario=scenario)
        _ = other.checked
        return other

    def check(self, horizon: str = "year") -> pd.DataFrame:
        """Check the balances of the plan before solving it, without a solver.

        Parameters
        ----------
        horizon : str
            For which size and time of the solve are foreseen.

        Returns
        -------
        DataFrame
            ``severity`` (``error``, ``warning``, ``note``), ``topic``, ``finding`` (a sentence) and ``figures`` (its numbers, by names with
            units), errors first.

        Raises
        ------
        InputErrors, HorizonError, WeatherError
        """
        from energy_model.precheck.precheck import precheck

        found = precheck(self.inputs, self.scenario, Horizon.parse(horizon), self.weather)
        rows = [(f.severity, f.topic, say(f.en, f.zh), f.figures) for f in found]
        return pd.DataFrame(rows, columns=["severity", "topic", "finding", "figures"])
