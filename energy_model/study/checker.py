"""Shared state of checks across tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from energy_model.study.errors import InputError, input_error
from energy_model.study.read import RawTable
from energy_model.study.settings import Settings

SETTING_FILES = "study.toml / scenarios"
"""Where a setting may stand."""


@dataclass(frozen=True)
class Checker:
    """Tables, raw text and settings of the study under check."""

    t: Mapping[str, pd.DataFrame]
    raw: Mapping[str, RawTable]
    settings: Settings

    def error(self, rule: str, table: str, position: int | None, column: str, hint: str, hint_zh: str) -> InputError:
        """Make an error at one cell, or at the whole table if ``position`` is None."""
        if position is None:
            return input_error(rule, f"{table}.csv", None, column, hint=hint, hint_zh=hint_zh)
        raw = self.raw[table]
        return input_error(rule, *raw.place(position, column), column, raw.cells[column].iloc[position], hint, hint_zh)

    def case(self, table: str) -> pd.DataFrame:
        """Select the rows of the load level of the study; the index keeps the row position."""
        frame = self.t[table]
        return frame[frame.case == self.settings.study.case]
