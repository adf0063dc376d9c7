"""Commands in the form in which a reader can paste them where the program was started."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

TARGETS = ("optimize", "check")
"""Commands that have a target of the Makefile."""
VARIABLES = {"scenario": "SCENARIO", "horizon": "HORIZON", "results": "RESULTS"}
"""Options that the targets of the Makefile take as variables."""


def program() -> str:
    """The program as a shell finds it: its name if it is on the path, else the file beside this Python."""
    python = Path(sys.executable)
    script = python.with_name("energy-model")
    if not script.is_file():
        return f"{_from_here(python)} -m energy_model"
    found = shutil.which(script.name)
    return script.name if found and Path(found).samefile(script) else _from_here(script)


def installation(package: str) -> str:
    """Command that installs a package where this program runs."""
    python = Path(sys.executable)
    pip = python.with_name("pip")
    return f"{_from_here(pip) if pip.is_file() else f'{_from_here(python)} -m pip'} install {shlex.quote(package)}"


def command(name: str, *arguments: str, **options: object) -> str:
    """A command to paste: a make target if make is running and has the command, else the program itself.

    Parameters
    ----------
    name : str
        Of the command.
    arguments : str
    options : object
        Values of options by their names without dashes; empty ones are left out.
    """
    given = {option: str(value) for option, value in options.items() if value not in (None, "")}
    if os.environ.get("MAKELEVEL") and name in TARGETS and not arguments and set(given) <= set(VARIABLES):
        return " ".join(["make", name, *(f"{VARIABLES[option]}={shlex.quote(value)}" for option, value in given.items())])
    words = [word for option, value in given.items() for word in (f"--{option.replace('_', '-')}", shlex.quote(value))]
    return " ".join([program(), name, *map(shlex.quote, arguments), *words])


def _from_here(path: Path) -> str:
    here = Path.cwd()
    return shlex.quote(str(path.relative_to(here) if path.is_relative_to(here) else path))
