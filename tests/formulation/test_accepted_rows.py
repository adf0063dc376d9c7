"""The rows of every family as text, compared with what is stored in accepted_rows; ``pytest --accept-rows`` writes them again.

Coefficients are shown as compiled, affine in the hourly data, so a baseline changes only when the algebra does.
"""

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from energy_model.formulation.block import dispatch_block
from energy_model.formulation.components import DATA
from energy_model.formulation.equation import REGISTRY
from energy_model.formulation.master import investment_master
from energy_model.formulation.pathway import pathway_master
from energy_model.solving.build import yearly_data
from energy_model.solving.compile import compile_model
from tests.support.every import STUDIES, every_pathway, every_profile
from tests.support.tiny import build

FOLDER = Path(__file__).parent / "accepted_rows"
SENSE = {-1: ">=", 0: "=", 1: "<="}
STEP_H = 12
SHOWN_H = (1, 2, 23, 24)
"""Hours shown of hourly families: the first looks back into another block, the last ends the day."""


def named(label: tuple) -> str:
    family, index = label
    return f"{family}[{','.join(map(str, index))}]"


def number(constant: float, entries: list[tuple[float, str]]) -> str:
    """An affine value, such as ``-1`` or ``0.5 + -1*availability[w,3]``."""
    terms = [f"{constant:.10g}"] if constant or not entries else []
    return " + ".join(terms + [f"{factor:.10g}*{name}" for factor, name in sorted(entries, key=lambda e: e[1])])


def affine_texts(affine, data_names: list[str]) -> list[str]:
    linear = affine.map.tocsr()
    ends = linear.indptr
    return [
        number(c, [(f, data_names[j]) for f, j in zip(linear.data[a:b], linear.indices[a:b], strict=True)])
        for c, a, b in zip(affine.constant, ends[:-1], ends[1:], strict=True)
    ]


def texts(model, data: tuple[str, ...] = ()) -> dict[str, str]:
    """Sorted rows by family."""
    compiled = compile_model(model, data)
    data_names = [v.name.replace(" ", "") for name in data for v in getattr(model, name).values()]
    coefficients = affine_texts(compiled.coefficient, data_names)
    rhs = affine_texts(compiled.rhs, data_names)
    terms = defaultdict(list)
    for row, column, text in zip(compiled.row_of, compiled.column_of, coefficients, strict=True):
        terms[row].append(f"  {named(compiled.columns[column])}: {text}")
    found = defaultdict(list)
    for i, (family, index) in enumerate(compiled.rows):
        hourly = REGISTRY[family].over[-1] == "hour"
        if hourly and index[-1] not in SHOWN_H:
            continue
        found[family].append("\n".join([named((family, index)), *sorted(terms[i]), f"  {SENSE[compiled.sense[i]]} {rhs[i]}"]))
    return {family: "\n".join(sorted(rows)) + "\n" for family, rows in found.items()}


@pytest.fixture(scope="module")
def rows() -> dict[str, str]:
    found = texts(pathway_master(*every_pathway()))
    for study in STUDIES.values():
        system = study()
        problem = build(system, step_h=STEP_H, **every_profile(24))
        typical = np.array([0, 1, 0])[: 3 * system.store.long_duration.any()]  # three days that two stand for
        block = dispatch_block(system, 24, STEP_H, len(typical) > 0)
        yearly = replace(yearly_data(system, problem.profiles, problem.plan, problem.adequacy), typical=typical, block_h=24)
        master = investment_master(system, yearly)
        found = texts(block, DATA) | texts(master) | found
    return found


@pytest.mark.parametrize("family", sorted(REGISTRY))
def test_rows_are_as_accepted(family, rows, request):
    """Proves: the family has rows in the study that uses everything, and they are, term by term, those that were read and accepted.
    Sensitivity: fails on any change of sign, coefficient, index, sense or right-hand side.
    """
    file = FOLDER / f"{family}.txt"
    if request.config.getoption("--accept-rows"):
        file.write_text(rows[family], encoding="utf-8")
    assert file.exists(), f"{family} has no baseline: read its rows and accept them with --accept-rows"
    assert rows[family] == file.read_text(encoding="utf-8")


def test_no_baseline_outlives_its_family():
    """Proves: files of accepted_rows and families of the model are the same set. Sensitivity: fails if a family is renamed or removed."""
    assert {f.stem for f in FOLDER.glob("*.txt")} == set(REGISTRY)


@pytest.mark.parametrize("entry", REGISTRY.values(), ids=list(REGISTRY))
def test_every_family_is_documented(entry):
    """Proves: each family says in words and in LaTeX what it does, in which unit, and what its dual means and in which unit.
    Sensitivity: fails if a new family comes without documentation.
    """
    summary = entry.text.splitlines()[0]
    assert summary.endswith((".", ";", ":"))
    assert len(summary.split()) > 4
    assert any(relation in entry.latex for relation in ("=", r"\le", r"\ge")), entry.latex
    assert entry.unit in {"GW", "GWh", "GW_th", "TJ", "kt", "1000 m3", "MCNY", "as the clause"}
    assert "MCNY" in entry.dual
