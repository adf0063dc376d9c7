"""Results of many solves, written one by one, so that an interrupted study resumes where it stopped."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any


class Journal:
    """A file of JSON lines: the dependencies of the solves, then one line for each finished solve.

    Parameters
    ----------
    path : Path
    about : dict
        Everything that the results depend on; a journal about something else is started again.

    Attributes
    ----------
    done : dict of str to JSON value
        Results by key.
    renewed : bool
        Whether a journal about something else was thrown away.
    """

    def __init__(self, path: Path, about: dict[str, Any]) -> None:
        self.path = path
        self.digest = hashlib.sha256(json.dumps(about, sort_keys=True, default=str).encode()).hexdigest()
        self.done: dict[str, Any] = {}
        lines = path.read_text(encoding="utf-8").split("\n") if path.is_file() else []
        self.renewed = bool(lines) and lines[0] != self._head()
        if not lines or self.renewed:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self._head() + "\n", encoding="utf-8")
            return
        whole = lines[1:-1]  # what follows the last line end was cut off
        for line in whole:
            entry = json.loads(line)
            self.done[entry["key"]] = entry["value"]
        if lines[-1]:
            path.write_text("\n".join([lines[0], *whole]) + "\n", encoding="utf-8")

    def _head(self) -> str:
        return json.dumps({"about": self.digest})

    def add(self, key: str, value: Any) -> None:
        """Keep one result."""
        self.done[key] = value
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"key": key, "value": value}) + "\n")
