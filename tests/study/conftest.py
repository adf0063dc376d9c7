"""A private copy of the shipped inputs, and a hand to break it with."""

import csv
import io
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from energy_model.study.errors import InputError, InputErrors
from energy_model.study.load import load_study
from tests.paths import INPUTS


@dataclass
class Inputs:
    """A copy of the inputs that a test may damage."""

    path: Path

    def rows(self, table: str) -> list[list[str]]:
        text = (self.path / f"{table}.csv").read_text(encoding="utf-8-sig")
        return list(csv.reader(io.StringIO(text)))

    def write(self, table: str, rows: list[list[str]], encoding: str = "utf-8-sig") -> None:
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(rows)
        (self.path / f"{table}.csv").write_text(out.getvalue(), encoding=encoding)

    def find(self, table: str, /, **where: str) -> int:
        """Sheet row of the first row that matches."""
        header, *body = self.rows(table)
        for number, row in enumerate(body, start=2):
            if all(row[header.index(c)] == v for c, v in where.items()):
                return number
        raise LookupError(f"{table}: {where}")

    def put(self, table: str, row: int, column: str, value: str) -> None:
        """Write one cell; ``row`` counts as the sheet does."""
        rows = self.rows(table)
        rows[row - 1][rows[0].index(column)] = value
        self.write(table, rows)

    def drop(self, table: str, /, **where: str) -> None:
        """Delete every row that matches."""
        header, *body = self.rows(table)
        kept = [r for r in body if any(r[header.index(c)] != v for c, v in where.items())]
        assert len(kept) < len(body)
        self.write(table, [header, *kept])

    def scenario(self, text: str, name: str = "mine") -> None:
        head = 'purpose_en = "test"\npurpose_zh = "测试"\n'
        (self.path / "scenarios" / f"{name}.toml").write_text(head + text, encoding="utf-8")

    def errors(self, scenario: str = "plan-2015") -> tuple[InputError, ...]:
        with pytest.raises(InputErrors) as caught:
            load_study(self.path, scenario)
        return caught.value.errors

    def places(self, scenario: str = "plan-2015") -> list[tuple]:
        """(file, row, column, value, rule) of every error."""
        return [(e.file, e.row, e.column, e.value, e.rule) for e in self.errors(scenario)]


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    shutil.copytree(INPUTS, tmp_path / "inputs")
    return Inputs(tmp_path / "inputs")


@pytest.fixture(scope="session")
def shipped() -> Path:
    """Folder of the shipped inputs."""
    return INPUTS


@pytest.fixture(scope="session")
def load() -> Callable:
    """Load a shipped scenario once per session."""
    known = {}

    def loaded(name: str):
        if name not in known:
            known[name] = load_study(INPUTS, name)
        return known[name]

    return loaded
