"""Folders that live as long as the object that uses them."""

from __future__ import annotations

import tempfile
from pathlib import Path


class TemporaryFolder:
    """A folder that is removed when nothing refers to it any more, at the latest at the end of the program.

    Attributes
    ----------
    path : Path
    """

    def __init__(self) -> None:
        self._held = tempfile.TemporaryDirectory(prefix="energy-model-", ignore_cleanup_errors=True)
        self.path = Path(self._held.name)
