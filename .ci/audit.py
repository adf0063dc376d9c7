"""Audit of the packages: what is installed is what is pinned, everything needed is pinned, nothing else is, and under which licences.

Run with the project's own Python: ``python .ci/audit.py``.  Leaves with 1 and a sentence for each fault.  Where ``pip-audit`` is installed
and the network answers, known vulnerabilities count as faults too; it is never required.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
TOGETHER = ("highspy", "highspy-extras")
"""HiPO disappears without a word where these differ."""
BUILD = {"editables": "hatchling"}
"""Installed for the moment of a build only, apart from this environment; by what asks for each."""


def read_pins(text: str) -> dict[str, str]:
    """Version by canonical name."""
    return {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in text.split())}


def declared(pyproject: dict) -> tuple[list[Requirement], list[Requirement]]:
    """Requirements of the package and of its tests; those of its other extras, which are pinned but need not be there."""
    project = pyproject["project"]
    extras = {name: [Requirement(text) for text in texts] for name, texts in project.get("optional-dependencies", {}).items()}
    always = [Requirement(text) for text in project["dependencies"]] + extras.pop("dev", [])
    return always, [requirement for requirements in extras.values() for requirement in requirements]


def requirements_of(name: str) -> list[str]:
    """Requirements that an installed package states, none where it is not installed."""
    try:
        return distribution(name).requires or []
    except PackageNotFoundError:
        return []


def needed(roots: Iterable[Requirement], requires: Callable[[str], list[str]] = requirements_of) -> dict[str, str]:
    """Every package that is needed on this machine, direct and transitive, with the one that asks for it."""
    found: dict[str, str] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [(r, "pyproject.toml") for r in roots]
    while waiting:
        wanted, asked_by = waiting.pop()
        name, extras = canonicalize_name(wanted.name), frozenset(wanted.extras)
        found.setdefault(name, asked_by)
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        for text in requires(name):
            further = Requirement(text)
            if further.marker is None or any(further.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
                waiting.append((further, name))
    return found


def installed_version(name: str) -> str | None:
    """Version of an installed package."""
    try:
        return distribution(name).version
    except PackageNotFoundError:
        return None


def faults(
    pins: dict[str, str],
    roots: list[Requirement],
    requires: Callable[[str], list[str]] = requirements_of,
    version: Callable[[str], str | None] = installed_version,
    optional: Iterable[Requirement] = (),
) -> list[str]:
    """A sentence for each difference between what is pinned, needed and installed; what is optional may be missing."""
    here = needed(roots, requires)
    wanted = BUILD | needed(optional, requires) | here
    out = [f"{name} {version(name)} is installed, but {pin} is pinned." for name, pin in pins.items() if version(name) not in (None, pin)]
    out += [f"{name} is needed by {asked} but has no pin in constraints.txt." for name, asked in wanted.items() if name not in pins]
    out += [f"{name} is pinned but nothing needs it: take it out of constraints.txt." for name in pins if name not in wanted]
    out += [f"{name} is needed by {asked} but is not installed." for name, asked in here.items() if version(name) is None]
    if len({pins.get(name) for name in TOGETHER}) > 1:
        out.append(f"{' and '.join(TOGETHER)} must be of one version.")
    return out


def licence(name: str) -> str:
    """Licence that a package declares."""
    told = distribution(name).metadata
    classes = [c.rpartition(" :: ")[2] for c in told.get_all("Classifier") or [] if c.startswith("License ::")]
    return told.get("License-Expression") or ", ".join(classes) or (told.get("License") or "not declared").strip().splitlines()[0]


def main() -> int:
    """Print licences and faults."""
    pins = read_pins((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    roots, optional = declared(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8")))
    for name in sorted(n for n in needed([*roots, *optional]) if installed_version(n)):
        print(f"{name} {installed_version(name)}: {licence(name)}")
    found = faults(pins, roots, optional=optional)
    if tool := shutil.which("pip-audit"):
        done = subprocess.run([tool, "--requirement", str(ROOT / "constraints.txt"), "--no-deps"], capture_output=True, text=True)
        print(done.stdout + done.stderr)
        if done.returncode and "vulnerabilit" in done.stdout + done.stderr:
            found.append("pip-audit names known vulnerabilities (above).")
    else:
        print("pip-audit is not installed: known vulnerabilities were not looked up.")
    print("\n".join(found) or f"{len(pins)} pins: all needed, and what is installed is of that version.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
