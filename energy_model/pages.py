"""Documentation pages generated from the code, the table contract and the clauses of the plan."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

INPUTS_HEAD = """# Input tables

Generated from `energy_model/study/contract.csv` by `make docs`. Columns in bold are keys: together they identify a row.
For a cell that may be empty, the table gives the default value.
"""

OUTPUTS_HEAD = """# Result tables and hourly dataset

Generated from `catalogue.csv`, `contract.csv` and `variables.csv` of `energy_model/results/` by `make docs`. Tables are CSV files (UTF-8);
the suffix of a column name is its unit. *On request*: added to a finished result by the command named. *With its option*: only in results
of a study with that option. [results.md](results.md) explains the figures.

## Tables
"""
DATASET_HEAD = """
## results.nc

Every hour solved, on one axis `time` (Beijing time, start of the hour); `weight` is the number of hours of the year that each represents.
The attribute `format_version` is the version of this list; results of another version are refused. Every variable has its unit and its
meaning in `long_name` (English) and `long_name_zh`. `dual_<equation>` is the dual of a row of [equations.md](equations.md); hourly duals
refer to one real hour.
"""


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
    from energy_model.results.contract import contract_markdown as outputs_markdown
    from energy_model.results.variables import variables_markdown
    from energy_model.shipped import shipped
    from energy_model.study.contract import contract_markdown
    from energy_model.study.coverage import coverage_markdown

    for module in pkgutil.iter_modules(formulation.__path__):  # equations register themselves on import
        importlib.import_module(f"{formulation.__name__}.{module.name}")
    return {
        "exchange-attributes.md": attributes_markdown(),
        "equations.md": _markdown(equations_markdown()),
        "inputs.md": f"{INPUTS_HEAD}\n{contract_markdown().strip()}\n",
        "licences.md": notice_markdown(inputs, shipped("weather/climatology")),
        "outputs.md": f"{OUTPUTS_HEAD}\n{outputs_markdown()}\n{DATASET_HEAD}\n{variables_markdown()}\n",
        "seed-coverage.md": f"{coverage_markdown(inputs).strip()}\n",
        "seed-coverage.zh.md": f"{coverage_markdown(inputs, 'zh').strip()}\n",
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
