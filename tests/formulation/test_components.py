"""What a component must have elsewhere: the places that `docs/architecture.md` names, each found missing before anything is solved."""

import importlib
import pkgutil

import pytest
import xarray as xr

import energy_model.formulation
from energy_model.formulation.components import COMPONENTS, HISTORY, LEDGERS, STATES
from energy_model.formulation.equation import REGISTRY
from energy_model.labels import LABELS
from energy_model.results import contract, node_balance, series
from energy_model.results.components import TABLES, USES
from energy_model.results.recount import recount
from energy_model.results.variables import CAPACITY, HOURLY, STATIC, dimension_of, variables
from energy_model.study import contract as inputs
from energy_model.study.build_system import build_system
from energy_model.study.capacities import CAPACITIES
from energy_model.study.load import load_study
from energy_model.study.scenario import OVERLAYS, list_scenarios
from tests.paths import ROOT
from tests.support.every import STUDIES, every_profile
from tests.support.labelled import of_nodes, with_names
from tests.support.tiny import build, run

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
    assert {f"{ledger}_ledger" for ledger in LEDGERS} <= set(LABELS["ledger"])
    assert {c.column for c in CAPACITIES} <= set(CAPACITY)
    timed = {"hour", "step"}
    assert {dimension_of(e.over[0]) for e in REGISTRY.values() if e.part != "pathway" and e.over[0] not in timed} <= set(variables())
    assert STATES.keys() <= HOURLY.keys()
    assert {f"value_of_{HOURLY[s].name}" for s in STATES} <= set(variables())


OWN = [c for c in CAPACITIES if not c.is_candidate]
"""What is built from tables of its own."""


def test_what_is_built_from_a_table_of_its_own_has_one():
    """Proves: such a table is in the contract of inputs, with one key, names, a node or ends, and what stands and may be built; the page
    and the workbook have words for it. Sensitivity: a capacity whose table is called otherwise, or has no limit.
    """
    for c in OWN:
        columns = [column.name for column in inputs.columns(c.table)]
        amounts = {name.rpartition("_")[0] for name in columns}
        assert {"existing", "max_new", "min_new"} <= amounts, c.table
        assert {"name_zh", "name_en"} <= set(columns)
        assert len(inputs.keys(c.table)) == 1
        assert c.table in LABELS["table"]
        assert c.is_volume or c.always or c.family in LABELS["kind"]
    assert {u.name for u in USES} <= set(LABELS["item"]) & set(LABELS["map"])
    assert {f"{u.name}_{unit}" for u in USES for unit in ("mw", "gwh")} <= {column for table, column in contract._columns() if table == "*"}


def test_rows_of_such_a_table_reach_the_model():
    """Proves: over the plan with each of the shipped overlays, which have a row for each such component, its rows are in some system, with
    what may be built and what it costs. Sensitivity: a table that is checked, and left out where the system is built.
    """
    overlays = [o.name for o in list_scenarios(ROOT / "inputs", OVERLAYS)]
    systems = [build_system(load_study(ROOT / "inputs", f"plan-2015+{name}")) for name in overlays]
    for c in OWN:
        assets = max((c.assets(system) for system in systems), key=len)
        assert len(assets), c.table
        assert {"existing", "min_new", "max_new", "capex", "fom", "lifetime_years"} <= set(assets)


@pytest.fixture(scope="module")
def solved():
    """Results of the studies with what not every study has."""
    found = {}
    for name, study in STUDIES.items():
        system = study()
        if any(len(c.assets(system)) for c in CAPACITIES if not c.always):
            found[name] = run(with_names(system), **every_profile(48), step_h=4)
    return {name: (r, of_nodes(r)) for name, r in found.items()}


def test_every_component_that_not_all_studies_have_is_in_some_study(solved):
    """Proves: each capacity of that kind stands or is built in a study of `every.py`, and each of its tables is made there.
    Sensitivity: a component that no test solves, or a table that no result gets.
    """
    there = {c.name for c in CAPACITIES if not c.always for r, _ in solved.values() if len(c.assets(r.problem.system))}
    assert there == {c.name for c in CAPACITIES if not c.always}
    assert TABLES.keys() == {name for name, (needs, _) in TABLES.items() for _, data in solved.values() if needs in data}


def test_such_a_component_is_counted_again_and_shown(solved):
    """Proves: in these studies the recount agrees with its own formulas for all accounts; what an element draws is in the balance of every
    hour, of the city and of every node, and in that of the year; its tables are as the contract of outputs says, and each axis of its
    elements has the names that tables show. Sensitivity: a component without its part in `results/components.py`: power that is used and
    shown nowhere, an account that nobody counts, a table without a row in the catalogue.
    """
    for r, data in solved.values():
        found = recount(r.problem, r.solution.primal, r.lp.costs(r.solution.primal))
        found.require()
        assert set(found.accounts) == set(r.lp.accounts)
        for place, hours in series.places(data).items():
            assert abs(series.residual(hours)).max() < 1e-4, place
        assert node_balance.energy_balance(data).residual_gwh.abs().max() < 1e-6
        for name, table in ((name, table) for name, table in TABLES.items() if table[0] in data):
            _, faults = contract.checked(f"tables/{name}.csv", table[1](data))
            assert faults == []
            assert contract.tables()[name].sheet in LABELS["sheet"]
        for c in (c for c in CAPACITIES if not c.always and len(c.assets(r.problem.system))):
            dim = dimension_of(c.over)
            assert {f"{dim}_{column}" for column in ("name_zh", "name_en", "node", "existing_mw", "existing_t")} & set(data.coords)
            assert {v.of for v in STATIC.values() if v.dim == dim} <= {f"{c.over}.{column}" for column in getattr(r.problem.system, c.over)}
        assert isinstance(data, xr.Dataset)
