"""Files that come with the program: inputs, weather and example. A clone has them at its top, an installed package inside."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent
INSIDE = PACKAGE / "files"
"""Where a wheel puts them (`pyproject.toml`)."""


def shipped(name: str) -> Path:
    """A file or folder that comes with the program, such as ``inputs`` or ``weather/climatology``; not to be written to."""
    return INSIDE / name if INSIDE.is_dir() else PACKAGE.parent / name
