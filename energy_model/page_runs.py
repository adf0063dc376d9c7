"""Tables of the documentation that come from runs: a page names the commands and the table, and holds what they gave last.

A block starts with a comment and ends with ``<!-- end -->``; what stands between them is written by ``energy_model docs --runs``::

    <!-- run: optimize --scenario huolinhe-2023 --horizon weeks:4; calibrate --scenario huolinhe-2023 --horizon weeks:4
         | table: huolinhe-2023-weeks4/calibration | columns: item, value, model | rows: not given | most: 10 -->

``table`` is a result folder and a table of its catalogue; ``rows`` (a pandas expression) and ``most`` are optional.
A page ``name.zh.md`` has the blocks of ``name.md``: each command runs once, and each gets its table, in its words and units.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from energy_model.errors import EnergyModelError
from energy_model.language import Language, say
from energy_model.report.result_folder import Result
from energy_model.report.words import fingerprint
from energy_model.report.workbook.style import Column, columns_of
from energy_model.results import contract
from energy_model.results.store import read_manifest, read_table

BLOCK = re.compile(r"(<!-- run:(.*?)-->\n)(.*?)(<!-- end -->)", re.DOTALL)
START = "<!-- run:"
KEYS = ("run", "table", "columns", "rows", "most")
CHINESE, ENGLISH = ".zh.md", ".md"


class PageRunError(EnergyModelError):
    """A block that cannot be read or filled: page, what is wrong, and what to do."""


@dataclass(frozen=True)
class Block:
    """A table of a page.

    Attributes
    ----------
    commands : tuple of str
        Run in order, without ``--results``.
    folder, table : str
        Result folder, and table by its name in the catalogue.
    columns : tuple of str
    rows : str
        Condition on rows; empty for all.
    most : int or None
        Rows shown at most.
    """

    commands: tuple[str, ...]
    folder: str
    table: str
    columns: tuple[str, ...]
    rows: str = ""
    most: int | None = None


def blocks(page: Path) -> list[Block]:
    """The blocks of a page, in order.

    Raises
    ------
    PageRunError
    """
    text = page.read_text(encoding="utf-8")
    found = [_block(page, words) for _, words, _, _ in BLOCK.findall(text)]
    if len(found) != text.count(START):
        raise PageRunError(say(f"{page}: a block has no '<!-- end -->'", f"{page}：有的块缺少 '<!-- end -->'"))
    return found


def _block(page: Path, words: str) -> Block:
    parts = dict(part.split(":", 1) for part in re.split(r"\s\|\s", f"run:{words}") if ":" in part)
    found = {key.strip(): " ".join(value.split()) for key, value in parts.items()}
    if not {"run", "table", "columns"} <= found.keys() or not found.keys() <= set(KEYS):
        known = ", ".join(KEYS)
        raise PageRunError(say(f"{page}: '{words.strip()}' needs run, table, columns; known: {known}", f"{page}：块的项目应为 {known}"))
    folder, _, table = found["table"].rpartition("/")
    commands = tuple(c.strip() for c in found["run"].split(";"))
    columns = tuple(c.strip() for c in found["columns"].split(","))
    absent = sorted(set(columns) - {c.name for c in contract.columns(table)}) if table in contract.tables() else [table]
    if not folder or absent:
        raise PageRunError(
            say(f"{page}: no table or columns {', '.join(absent)} of '{found['table']}'", f"{page}：没有表或列 {', '.join(absent)}")
        )
    return Block(commands, folder, table, columns, found.get("rows", ""), int(found["most"]) if "most" in found else None)


def pages_with_blocks(folder: Path) -> dict[Path, list[Block]]:
    """The pages of a folder that have blocks, with these.

    Raises
    ------
    PageRunError
        Also where the page of one language lacks a block of the other.
    """
    found = {page: blocks(page) for page in sorted(folder.glob(f"*{ENGLISH}"))}
    for page in (p for p in found if p.name.endswith(CHINESE)):
        twin = page.with_name(page.name.removesuffix(CHINESE) + ENGLISH)
        if found[page] != found.get(twin):
            raise PageRunError(say(f"{page}: its blocks are not those of {twin.name}", f"{page}：各块与 {twin.name} 不同"))
    return {page: of_page for page, of_page in found.items() if of_page}


def write_runs(folder: Path, results: Path, tell: Callable[[str], None]) -> list[Path]:
    """Run the commands of all pages of a folder, each once, and write their tables into the pages.

    Parameters
    ----------
    folder : Path
        With the pages.
    results : Path
        Folder of the results.
    tell : callable
        Receives each command before it runs.

    Returns
    -------
    list of Path
        Pages with blocks.

    Raises
    ------
    PageRunError
        When a command fails; pages written before stay.
    """
    pages = pages_with_blocks(folder)
    done: set[str] = set()
    for page, found in pages.items():
        for command in (c for block in found for c in block.commands if c not in done):
            tell(command)
            _run(page, command, results)
            done.add(command)
        language: Language = "zh" if page.name.endswith(CHINESE) else "en"
        filled: Iterator[str] = iter([filled_table(block, results, language) for block in found])
        text = BLOCK.sub(lambda m, filled=filled: f"{m[1]}{next(filled)}{m[4]}", page.read_text(encoding="utf-8"))  # type: ignore[misc]
        page.write_text(text, encoding="utf-8")
    return list(pages)


def _run(page: Path, command: str, results: Path) -> None:
    called = [sys.executable, "-m", "energy_model", "--lang", "en", *shlex.split(command), "--results", str(results)]
    done = subprocess.run(called, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise PageRunError(say(f"{page}: '{command}' failed: {' '.join(last)}", f"{page}：'{command}' 失败：{' '.join(last)}"))


def filled_table(block: Block, results: Path, language: Language) -> str:
    """The table of a block as Markdown, in the words and units of a language, with the inputs it was made from."""
    folder = results / block.folder
    frame = read_table(folder / contract.tables()[block.table].file)
    frame = frame.query(block.rows, engine="python") if block.rows else frame
    frame = frame.reset_index(drop=True).head(block.most or len(frame))
    names = Result.read(folder).element_names() if (folder / "tables" / "names.csv").is_file() else {}
    made_from = read_manifest(
        folder if (folder / "manifest.json").is_file() else results / str(frame.run[0])
    )  # the table of a batch has none
    known = {c.name: c for c in columns_of(block.table, frame, names, language)}
    shown = [known[name] for name in block.columns]
    lines = [[_heading(c, language) for c in shown], ["---:" if c.is_number else "---" for c in shown]]
    lines += [list(row) for row in zip(*(map(_text(c), c.values) for c in shown), strict=True)]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    origin = f"`{fingerprint(made_from)}`"
    return f"\n{table}\n\n{f'输入 {origin}。' if language == 'zh' else f'Inputs {origin}.'}\n\n"


def _heading(column: Column, language: Language) -> str:
    """Heading on one line; cells of shares carry their percent sign."""
    return column.heading.replace("\n", "" if language == "zh" else " ").removesuffix("（%）").removesuffix(" (%)")


def _text(column: Column) -> Callable[[object], str]:
    """Cells of a column as text, with the decimals that the workbook shows."""
    decimals = len(column.format.partition(".")[2].rstrip("%"))

    def text(value: object) -> str:
        if not column.is_number:
            return str(value).replace("|", "/")
        if pd.isna(value):
            return ""
        number = float(value)  # type: ignore[arg-type]
        return f"{number:z.{decimals}%}" if column.format.endswith("%") else f"{number:z,.{decimals}f}"

    return text
