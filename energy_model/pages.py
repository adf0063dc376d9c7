"""Documentation pages generated from the code, the table contract and the clauses of the plan."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

from energy_model.language import Language

ENDS: dict[Language, str] = {"en": "", "zh": ".zh"}
"""What stands between name and suffix of a page in each language."""
INPUTS_HEAD: dict[Language, str] = {
    "en": """# Input tables

中文：[inputs.zh.md](inputs.zh.md)

Generated from `energy_model/study/contract.csv` by `make docs`. Columns in bold are keys: together they identify a row.
For a cell that may be empty, the table gives the default value.
""",
    "zh": """# 输入表

English: [inputs.md](inputs.md)

由 `make docs` 从 `energy_model/study/contract.csv` 生成。粗体列为主键，合起来唯一确定一行。可空的列注明空格按什么计。
""",
}


def generated_pages(inputs: Path = Path("inputs")) -> dict[str, str]:
    """Text of every generated page.

    Parameters
    ----------
    inputs : Path
        Folder of the input tables, for the page on the plan's clauses.

    Returns
    -------
    dict
        File name inside ``docs/`` to its Markdown text.
    """
    from energy_model import formulation
    from energy_model.exchange.attributes_page import attributes_markdown
    from energy_model.formulation.equation import equations_markdown
    from energy_model.notice import notice_markdown
    from energy_model.results.outputs_page import outputs_markdown
    from energy_model.shipped import shipped
    from energy_model.study.contract import contract_markdown
    from energy_model.study.coverage import coverage_markdown

    for module in pkgutil.iter_modules(formulation.__path__):  # equations register themselves on import
        importlib.import_module(f"{formulation.__name__}.{module.name}")
    return {
        "exchange-attributes.md": attributes_markdown(),
        "equations.md": _markdown(equations_markdown()),
        **{f"inputs{end}.md": f"{INPUTS_HEAD[language]}\n{contract_markdown(language).strip()}\n" for language, end in ENDS.items()},
        "licences.md": notice_markdown(inputs, shipped("weather/climatology")),
        **{f"outputs{end}.md": outputs_markdown(language) for language, end in ENDS.items()},
        **{f"seed-coverage{end}.md": f"{coverage_markdown(inputs, language).strip()}\n" for language, end in ENDS.items()},
    }


def _markdown(text: str) -> str:
    """Text of docstrings with its inline mathematics and code as Markdown writes them."""
    text = re.sub(r":math:`([^`]+)`", r"$\1$", text)
    return re.sub(r"``([^`]+)``", r"`\1`", text).strip() + "\n"


def write_pages(folder: Path, inputs: Path = Path("inputs")) -> list[Path]:
    """Write every generated page into `folder` and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = [(folder / name, text) for name, text in generated_pages(inputs).items()]
    for path, text in pages:
        path.write_text(text, encoding="utf-8")
    return [path for path, _ in pages]
