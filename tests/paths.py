"""Where the project lies: the one place from which tests find its files."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
INPUTS = ROOT / "inputs"
