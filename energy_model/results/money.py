"""Tables of cost by place and project: what the objective consists of, project by project, and what each project earns."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results.contract import column_names
from energy_model.results.element_costs import element_costs
from energy_model.results.investments import Terms, built, investments
from energy_model.results.node_costs import node_costs
from energy_model.results.parties import energy_accounts, parties, party_of
from energy_model.results.projects import costs_by_part, of_projects, projects
from energy_model.results.subsidies import subsidies
from energy_model.results.transfers import Payers, transfers
from energy_model.results.unit_costs import technology_costs, unit_costs
from energy_model.solving.build import Problem
from energy_model.study.neighbours import city_of
from energy_model.study.study import Study


def money_tables(
    problem: Problem, primal: np.ndarray, data: xr.Dataset, study: Study, accounts: Mapping[str, float], tables: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """Tables of costs by place and project, of investment, and of what parties pay and receive.

    Parameters
    ----------
    problem : Problem
    primal : ndarray, shape (columns,)
    data : Dataset
        Of `dataset.build_dataset`.
    study : Study
    accounts : mapping of str to float
        Cost by category as the cost table has it [MCNY].
    tables : mapping of str to DataFrame
        Of `tables.result_tables`, of which the microgrids and the settlement of bilateral contracts count here.
    """
    system = problem.system
    by_element = element_costs(problem.lp, primal, system, accounts)
    known = projects(data, system)
    parts = of_projects(costs_by_part(by_element, data), known)
    terms = Terms.of(study.tables, study.settings.study.cost_vintage)
    captive = set(system.bus.index[system.bus.microgrid.notna()])
    by_project = unit_costs(known, parts)
    party = party_of(system)
    owned = known.assign(party=known.index.map(party))
    finance = study.tables["finance"].set_index("vintage").loc[study.settings.study.cost_vintage]
    paid = subsidies(data, city_of(study))
    moved = transfers(Payers(data, system, owned, terms, finance, tables["microgrids"], tables["settlement"], paid))
    return {
        "node_costs": node_costs(by_element, system),
        "investments": investments(built(problem.lp, primal, system), known, parts, terms, captive),
        "unit_costs": by_project,
        "technology_costs": technology_costs(by_project),
        "parties": parties(by_element, energy_accounts(data, system, owned), moved, party),
        "transfers": moved,
    } | ({"subsidies": paid[column_names("subsidies")]} if len(paid) else {})
