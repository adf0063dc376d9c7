"""Scripts of a page: its modules joined into one, since a page opened from disk cannot load modules.

The modules are plain ES modules in a subset of the language that permits joining: each exports declarations by name, imports names
unchanged, and has no circular imports. What a module does not export stays private.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"(\.[^"\n]+)";\n', re.M)
EXPORT = re.compile(r"^export (?:(?:async )?function|const|class) (?:(\w+)|\{([^}]*)\})", re.M)
OTHER = re.compile(r"^(?:import|export)\b.*", re.M)


class BundleError(ValueError):
    """Modules cannot be joined; the message says which and why."""


def bundle(entry: Path, further: Sequence[Path] = ()) -> str:
    """Join modules into one classic script.

    Parameters
    ----------
    entry : Path
        Module that is run last.
    further : sequence of Path
        Modules that add themselves and that none imports, such as the charts of a page.

    Returns
    -------
    str
        All modules that these import, each after what it imports and in a scope of its own.

    Raises
    ------
    BundleError
        When an import leads nowhere, in a circle or to a name that is not exported, when two modules export one name, or when a module
        uses another form of import or export.
    """
    done: dict[Path, str] = {}
    owner: dict[str, Path] = {}
    for module in (*further, entry):
        _join(module.resolve(), done, owner, ())
    return '"use strict";\n' + "\n".join(done.values())


def _join(path: Path, done: dict[Path, str], owner: dict[str, Path], importers: tuple[Path, ...]) -> None:
    """Add a module to `done`, after those that it imports, and its names to `owner`."""
    if path in done:
        return
    if path in importers:
        raise BundleError(f"{' → '.join(p.name for p in (*importers, path))}: modules import each other in a circle.")
    text = path.read_text(encoding="utf-8")
    for names, address in IMPORT.findall(text):
        other = (path.parent / address).resolve()
        if not other.is_file():
            raise BundleError(f"{path.name} imports {address}, which is no file.")
        _join(other, done, owner, (*importers, path))
        if missing := [name for name in _names(names) if owner.get(name) != other]:
            raise BundleError(f"{path.name} imports {', '.join(missing)} from {other.name}, which does not export it.")
    names = [name for one, many in EXPORT.findall(text) for name in _names(one or many)]
    for name in names:
        if name in owner:
            raise BundleError(f"{path.name} exports '{name}', as {owner[name].name} does; give one of them another name.")
        owner[name] = path
    body = EXPORT.sub(lambda match: match[0].removeprefix("export "), IMPORT.sub("", text))
    if other_form := OTHER.search(body):
        raise BundleError(f"{path.name}: '{other_form[0]}' is a form of import or export that cannot be joined.")
    kept = f"const {{ {', '.join(names)} }} = " if names else ""
    done[path] = f"// {path.parent.name}/{path.name}\n{kept}(() => {{\n{body}return {{ {', '.join(names)} }};\n}})();"


def _names(listed: str) -> list[str]:
    return [name.strip() for name in listed.split(",") if name.strip()]
