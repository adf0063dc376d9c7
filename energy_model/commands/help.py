"""Help of the command line in the language in use: panels of commands, texts from ``labels.csv``, and what the parser refuses.

Group ``help`` of the labels holds the texts: ``optimize`` for a command, ``optimize --certify`` for its option, ``--inputs`` for an option
that means the same everywhere; an option may name another text as its ``help``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.columns import Columns
from rich.text import Text
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from energy_model.labels import LABELS, label
from energy_model.language import LANGUAGES, Language, language, speaking

PROGRAM = "energy-model"
PANELS = {
    "plan": ("new", "optimize", "check", "scenarios", "pathway", "ensemble", "run-all", "cluster-demo"),
    "explain": (
        "explain", "frontier", "curve", "increment", "clause-costs", "bargain", "alternatives", "sensitivity", "screen", "break-even",
    ),
    "operate": ("island", "redispatch", "commit", "flexibility", "capacity-credit", "calibrate"),
    "weather": ("weather",),
    "show": ("map", "report", "tables", "picture", "serve", "compare", "diff"),
    "exchange": ("inputs", "export-pypsa", "import-pypsa", "import-genx"),
    "project": ("rerun", "bench", "docs"),
}  # fmt: skip
"""Commands by what they are for: the panels of ``--help``, in their order."""

GROUPS = ("weather", "inputs")
"""Those that are groups of commands."""

FRAME = {
    "ARGUMENTS_PANEL_TITLE": "arguments",
    "OPTIONS_PANEL_TITLE": "options",
    "COMMANDS_PANEL_TITLE": "commands",
    "ERRORS_PANEL_TITLE": "error",
    "DEFAULT_STRING": "default",
    "REQUIRED_LONG_STRING": "required",
    "ABORTED_TEXT": "aborted",
    "RICH_HELP": "try_help",
}
"""Words that typer puts around help and errors, and their keys in group ``frame`` of the labels."""

REFUSALS = (
    (r"No such command '(.*)'\. Did you mean (.*)\?", r"没有命令 '\1'；是否应为 \2？"),
    (r"No such command '(.*)'\.", r"没有命令 '\1'。"),
    (r"No such option: (\S+) \(Possible options: (.*)\)", r"没有选项 \1；相近选项：\2"),
    (r"No such option: (\S+)", r"没有选项 \1"),
    (r"Missing command\.", "缺少命令。"),
    (r"Missing (?:argument|option|parameter) ('[^']*'(?: / '[^']*')*)\.", r"缺少 \1。"),
    (r"Option (\S+) requires an argument\.", r"选项 \1 需要一个值。"),
    (r"Option (\S+) does not take a value\.", r"选项 \1 不带值。"),
    (r"Got unexpected extra argument\(s\) \((.*)\)", r"多余的参数：\1"),
    (r"Invalid value for (.*?): ", r"\1 的值不合要求："),
    (r"Input should be greater than or equal to (\S+)", r"不得小于 \1"),
    (r"Input should be less than or equal to (\S+)", r"不得大于 \1"),
    (r"Input should be a valid (?:integer|number).*", "应为数字"),
    (r"(?:Value error, )?('\S*') is not one of (.*)\.", r"\1 不在可选值之列：\2"),
)
"""What the parser of the command line says, as patterns, and the same in Chinese."""


MAKE_TEXT = rich_utils._make_rich_text


def _folding(**given: Any) -> Any:
    """A text of the help that is folded where it is too long for its column: Chinese has no spaces to break it at, and would be cut."""
    return _folded(MAKE_TEXT(**given))


def _side_by_side(texts: Sequence[Any]) -> Columns:
    """Help of an option and its default, folded too."""
    return Columns([_folded(text) for text in texts])


def _folded(text: Any) -> Any:
    if isinstance(text, Text):
        text.overflow = "fold"
    return text


class _InWords:
    """Usage line and ``--help`` in the language in use."""

    def format_usage(self: Any, ctx: Any, formatter: Any) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=label("frame", "usage").shown)

    def get_help_option(self: Any, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        option.help = label("help", "--help").shown
        return option


class Command(_InWords, TyperCommand):
    """A command whose help is in the language in use."""


class Group(_InWords, TyperGroup):
    """Commands whose help, usage and parsing errors are in the language in use."""

    def main(self, args: Sequence[str] | None = None, *more: Any, **options: Any) -> Any:
        """Run in the language asked for by ``--lang``."""
        given = list(sys.argv[1:] if args is None else args)
        with speaking(asked_language(given)):
            for name, key in FRAME.items():
                setattr(rich_utils, name, label("frame", key).shown)
            rich_utils._make_rich_text, rich_utils.Columns = _folding, _side_by_side  # type: ignore[misc,assignment]
            return super().main(given, *more, **options)

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Read the options of the group itself."""
        _put_in_words(self, self.name or "")
        with _refused_in_words():
            return super().make_context(info_name, args, parent, **extra)

    def list_commands(self, ctx: Any) -> list[str]:
        """Names of the commands, in the order of the panels."""
        order = [name for names in PANELS.values() for name in names]
        return sorted(self.commands, key=order.index) if self.name == PROGRAM else list(self.commands)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command with its help in the language in use."""
        command = super().get_command(ctx, cmd_name)
        if command:
            _put_in_words(command, cmd_name if self.name == PROGRAM else f"{self.name} {cmd_name}")
        return command

    def invoke(self, ctx: Any) -> Any:
        """Read the options of a command and run it."""
        with _refused_in_words():
            return super().invoke(ctx)


def asked_language(arguments: Sequence[str]) -> Language | None:
    """Language asked for by ``--lang`` before the command, determined before parsing, so that errors are in it too."""
    for place, word in enumerate(arguments):
        value = (
            word.partition("=")[2] if word.startswith("--lang=") else "".join(arguments[place + 1 : place + 2]) if word == "--lang" else ""
        )
        if value in LANGUAGES:
            return value
        if not word.startswith("-"):
            break
    return None


def _put_in_words(command: Any, name: str) -> None:
    """Set the help of a command and its options from their labels."""
    command.help = label("help", name).shown
    command.options_metavar = label("frame", "options_metavar").shown
    if isinstance(command, TyperGroup):
        command.subcommand_metavar = label("frame", "subcommand_metavar").shown
    panel = next((panel for panel, names in PANELS.items() if name in names), None)
    command.rich_help_panel = label("panel", panel).shown if panel else None
    for param in command.params:
        if not hasattr(param, "text"):
            param.text = param.help or max(param.opts, key=len)
        own = f"{name} {max(param.opts, key=len)}"
        param.help = label("help", own if own in LABELS["help"] else param.text).shown


@contextmanager
def _refused_in_words() -> Iterator[None]:
    """Inside, parser errors are in the language in use."""
    try:
        yield
    except TyperException as fault:
        if language() == "zh" and hasattr(fault, "format_message"):
            words = fault.format_message()
            for pattern, chinese in REFUSALS:
                words = re.sub(pattern, chinese, words)
            fault.format_message = lambda: words  # type: ignore[method-assign]
        raise
