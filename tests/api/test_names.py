"""The Python interface as documented: its names, the time of its import, the base of its errors."""

import ast
import inspect
import re
import subprocess
import sys

import pytest

import energy_model as em
from energy_model.errors import EnergyModelError
from tests.paths import ROOT

PAGE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
SIGNALS = {"Slow", "Stalled", "NoPlan", "NoStructure", "LimitReached", "NoIntegerPlan", "NotFoundError"}
"""Signals between parts of the program, which no caller sees."""
FAULTS = {"ContractError", "UnknownVariableError", "UnknownLabelError", "BundleError"}
"""Faults of the program."""


def test_the_page_lists_all_public_names_and_no_other():
    """Proves: every public name resolves and stands on the page; each ``em.…`` of the page exists, and each attribute of studies, plans,
    statistics and figures that it names. Sensitivity: a name that is renamed, or left out of the page.
    """
    named = set(re.findall(r"\bem\.(\w+)", PAGE))
    assert named == set(em.__all__)
    for name in em.__all__:
        assert getattr(em, name) is not None
    from energy_model.api.plots import Plots
    from energy_model.api.statistics import Statistics

    owners = {"study": em.Study, "plan": em.Plan, "plan.statistics": Statistics, "plan.plot": Plots}
    for owner, kind in owners.items():
        attributes = set(re.findall(rf"`{re.escape(owner)}\.(\w+)", PAGE)) - {"statistics", "plot"}
        assert attributes, owner
        for name in attributes:
            assert hasattr(kind, name) or name in kind.__dataclass_fields__, f"{owner}.{name}"
    public = {n for n, _ in inspect.getmembers(em.Study) if not n.startswith("_")} - {"checked", "scenario_without_weather"}
    assert public <= set(re.findall(r"study\.(\w+)", PAGE))


def test_an_unknown_name_is_an_attribute_error():
    """Proves: tools that look for attributes are told the truth. Sensitivity: a ``__getattr__`` that imports whatever is asked for."""
    with pytest.raises(AttributeError, match="no attribute 'pyomo'"):
        _ = em.pyomo


def test_the_import_brings_nothing_heavy():
    """Proves: ``import energy_model`` imports none of the large packages. Sensitivity: one import at the top of the package."""
    look = "import energy_model, sys; print(*sorted({'numpy', 'pandas', 'pyomo', 'xarray', 'plotly', 'rich', 'numba'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_errors_have_one_base():
    """Proves: every exception class of the package derives from `EnergyModelError`, except signals within the program and its faults.
    Sensitivity: a new exception with another base.
    """
    classes = {}
    for path in (ROOT / "energy_model").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and node.bases:
                classes[node.name] = [ast.unparse(base).rpartition(".")[2] for base in node.bases]

    def is_error(name):
        return name in ("Exception", "ValueError", "RuntimeError", "KeyError") or any(map(is_error, classes.get(name, ())))

    def is_ours(name):
        return name == EnergyModelError.__name__ or any(map(is_ours, classes.get(name, ())))

    others = {name for name in classes if is_error(name) and not is_ours(name)}
    assert others - {EnergyModelError.__name__} == SIGNALS | FAULTS


def test_the_page_lists_all_questions_with_their_arguments():
    """Proves: the page calls every question of `energy_model.questions`, with arguments that it takes. Sensitivity: a question or an
    argument that is renamed.
    """
    calls = [ast.parse(call, mode="eval").body for call in re.findall(r"`(em\.questions\.\w+\([^`]*\))`", PAGE)]
    named = {call.func.attr: call for call in calls}
    assert set(named) == set(em.questions.__all__)
    for name, call in named.items():
        taken = inspect.signature(getattr(em.questions, name))
        taken.bind(*call.args, **{k.arg: k.value for k in call.keywords})
