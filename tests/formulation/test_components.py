"""What a component must have elsewhere: the places that `docs/architecture.md` names, each found missing before anything is solved."""

import importlib
import pkgutil

import pytest

import energy_model.formulation
from energy_model.formulation.components import COMPONENTS, HISTORY, LEDGERS, STATES
from energy_model.formulation.equation import REGISTRY
from energy_model.labels import LABELS
from energy_model.results.variables import CAPACITY, dimension_of, variables
from energy_model.study.capacities import CAPACITIES
from tests.support.every import STUDIES, every_profile
from tests.support.tiny import build

MODULES = [f"energy_model.formulation.{m.name}" for m in pkgutil.iter_modules(energy_model.formulation.__path__)]
PATHWAY = {"vintage_sum", "no_return", "build_rate"}


@pytest.fixture(scope="module")
def problems():
    return {name: build(study(), **every_profile(24), step_h=12) for name, study in STUDIES.items()}


@pytest.mark.parametrize("module", MODULES)
def test_every_file_with_equations_is_a_component(module):
    """Proves: a file that registers an equation of block or master is in the list of components, so none is written and never stamped.
    Sensitivity: a file that is not in `components.py`.
    """
    importlib.import_module(module)
    own = {e.name for e in REGISTRY.values() if e.rule.__module__ == module and e.part != "pathway"}
    assert not own or module in {c.name for c in COMPONENTS}


def test_every_equation_belongs_to_one_component():
    """Proves: block and master are built of all equations, each once. Sensitivity: a row of a file that is listed twice or not at all."""
    rows = [rule.__name__ for c in COMPONENTS for part in ("block", "master") for rule in c.rows(part)]
    assert sorted(rows) == sorted(set(REGISTRY) - PATHWAY)


def test_names_are_given_once():
    """Proves: no two components give the same data, state or ledger, of which the later one would take the place of the other.
    Sensitivity: the same name in two files.
    """
    for kind in ("data", "ledgers", "states", "history"):
        names = [name for c in COMPONENTS for name in getattr(c, kind)]
        assert len(names) == len(set(names)), kind
    assert not STATES.keys() & HISTORY.keys()


def test_what_a_block_hands_on_exists(problems):
    """Proves: each state, ledger and capacity that a component names is a column of the block or of the master in some study.
    Sensitivity: a name with a slip in it.
    """
    families = {family for p in problems.values() for family in (*dict(p.block.columns), *p.lp.column_ids)}
    assert set(STATES) | set(HISTORY) <= families
    assert {f"ledger_{ledger}" for ledger in LEDGERS} | {f"total_{ledger}" for ledger in LEDGERS} <= families
    assert {c.column for c in CAPACITIES} <= families


@pytest.mark.parametrize("name", STUDIES)
def test_every_account_capacity_and_dual_has_words(problems, name):
    """Proves: each account has words, so each priced ledger, each capacity has a variable, each equation a dimension for its dual.
    Sensitivity: an account, capacity or index set that no label or table of variables knows.
    """
    assert set(problems[name].lp.accounts) <= set(LABELS["account"])
    assert {f"priced_{ledger}" for ledger in LEDGERS} <= set(LABELS["account"])
    assert {c.column for c in CAPACITIES} <= set(CAPACITY)
    timed = {"hour", "step"}
    assert {dimension_of(e.over[0]) for e in REGISTRY.values() if e.part != "pathway" and e.over[0] not in timed} <= set(variables())
