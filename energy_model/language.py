"""The language of console, help and messages: Chinese on Chinese systems, English on all others, one at a time.

Pages, workbooks and the annex contain both languages and choose for themselves.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
CHOSEN = "ENERGY_MODEL_LANG"
"""Variable that keeps the choice of ``--lang``, so that worker processes use it too."""
VARIABLES = (CHOSEN, "LC_ALL", "LC_MESSAGES", "LANG")
"""Variables that name a language; the first that is set decides."""


def language() -> Language:
    """Language in use: that of ``--lang``, else of the environment, else, on Windows, of its user interface."""
    named = next(filter(None, map(os.environ.get, VARIABLES)), None)
    return "zh" if (named or _user_interface()).lower().startswith("zh") else "en"


def say(en: str, zh: str) -> str:
    """One of two wordings of the same message, by the language in use."""
    return zh if language() == "zh" else en


@contextmanager
def speaking(chosen: Language | None) -> Iterator[None]:
    """Use a language; None leaves the choice to the environment."""
    before = os.environ.get(CHOSEN)
    if chosen:
        os.environ[CHOSEN] = chosen
    try:
        yield
    finally:
        os.environ.pop(CHOSEN, None)
        if before is not None:
            os.environ[CHOSEN] = before


def _user_interface() -> str:
    if sys.platform != "win32":
        return ""
    import ctypes
    import locale

    return locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
