"""Join the years of a pathway into one sparse LP: each year's stamped LP on the diagonal, the linking rows below.

The capacity columns of the pathway are those of the years' masters, so a year adds no column and no row of its own. Costs of a year are
multiplied by its weight; hence a dual of a year's row, divided by that weight, is a price in the money of the year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
import xarray as xr

from energy_model.formulation.pathway import Past, pathway_master
from energy_model.solving.build import Problem, build_problem
from energy_model.solving.compile import Compiled, compile_model
from energy_model.solving.stamp import BlockPlan, StampedLP, joint_blocks, joint_ids
from energy_model.study.capacities import CAPACITIES
from energy_model.study.horizon import Horizon
from energy_model.study.pathway import Pathway
from energy_model.study.system import UNLIMITED_GW, System


@dataclass(frozen=True)
class PathProblem:
    """Investment years prepared for the solver.

    Attributes
    ----------
    pathway : Pathway
    problems : dict of int to Problem
        The years that are decided together; their LPs carry no investment cost and no accounts, their systems the annuities.
    columns, rows : dict of int to slice
        Place of each year in the joint LP.
    links : Compiled
        The linking rows.
    link_columns : ndarray of int
        Joint column of each column of `links`.
    link_rows : slice
    lp : StampedLP
        The joint LP. Accounts are named ``<year>/<category>`` and discounted.
    """

    pathway: Pathway
    problems: dict[int, Problem]
    columns: dict[int, slice]
    rows: dict[int, slice]
    links: Compiled
    link_columns: np.ndarray
    link_rows: slice
    lp: StampedLP

    def linked(self, family: str, primal: np.ndarray) -> dict[tuple, float]:
        """Values of one family of the pathway's columns (``built``, ``standing``, ``capacity``) by index."""
        found = zip(self.links.columns, self.link_columns, strict=True)
        return {index: float(primal[j]) for (name, index), j in found if name == family}

    def decided(self, primal: np.ndarray) -> Past:
        """Decisions of the solution, as the past of the next year."""
        return Past(self.linked("built", primal), self.linked("standing", primal))

    def held(self, year: int, primal: np.ndarray) -> StampedLP:
        """The LP of one year with the capacities of the path fixed and their annuities added: only dispatch is free.

        Parameters
        ----------
        year : int
        primal : ndarray
            Of the joint LP.
        """
        lp = self.problems[year].lp
        families = (c.column for c in CAPACITIES)
        ids = np.concatenate([lp.column_ids[family][1] for family in families if family in lp.column_ids])
        mine = np.array([name.startswith(f"{year}/") for name in self.links.accounts])
        paid = float((self.links.cost @ primal[self.link_columns] + self.links.offset)[mine].sum())
        return replace(lp.holding(ids, primal[self.columns[year]][ids]), offset=lp.offset + paid)

    def yearly_accounts(self, year: int, primal: np.ndarray) -> dict[str, float]:
        """Cost of a year by category, in its own money [MCNY]."""
        weight, prefix = self.pathway.weight[year], f"{year}/"
        return {
            name.removeprefix(prefix): (float(vector @ primal) + offset) / weight
            for name, (vector, offset) in self.lp.accounts.items()
            if name.startswith(prefix)
        }


def build_year(system: System, profiles: xr.Dataset, horizon: Horizon, block_h: int, step_h: int, plan: BlockPlan | None = None) -> Problem:
    """Stamp one year without its investment cost, which the pathway pays as annuities of the vintages."""
    free = {c.over: getattr(system, c.over).assign(capex=0.0) for c in CAPACITIES}
    free["store"] = free["store"].assign(capex_energy=0.0)
    problem = build_problem(replace(system, **free), profiles, horizon, block_h, step_h, plan)
    thin = {name: (sp.csr_array(vector), offset) for name, (vector, offset) in problem.lp.accounts.items()}
    return replace(problem, system=system, lp=replace(problem.lp, accounts=thin))  # dense accounts of all years would fill the memory


def join_years(problems: dict[int, Problem], systems: Mapping[int, System], pathway: Pathway, past: Past | None = None) -> PathProblem:
    """Join stamped years.

    Parameters
    ----------
    problems : dict of int to Problem
        Of `build_year`, for the years that are decided together.
    systems : mapping of int to System
        Of these and all earlier years.
    pathway : Pathway
    past : Past, optional
        Decisions of the years without a problem.
    """
    links = compile_model(pathway_master(systems, pathway, past))
    columns, rows = {}, {}
    width = height = 0
    for y, p in problems.items():
        rows[y], columns[y] = slice(height, height + p.lp.matrix.shape[0]), slice(width, width + p.lp.matrix.shape[1])
        height, width = rows[y].stop, columns[y].stop
    place, width = _places(links, problems, columns, width)
    link_rows = slice(height, height + len(links.rows))
    lps = [p.lp for p in problems.values()]
    own = place >= (max(c.stop for c in columns.values()))
    fresh = np.flatnonzero(own)
    lower, upper = (np.concatenate([*(getattr(lp, side) for lp in lps), getattr(links, side)[fresh]]) for side in ("lower", "upper"))
    lower[place], upper[place] = links.lower, links.upper  # capacities: the pathway's bounds let the fleet retire
    unlimited = place[links.upper >= UNLIMITED_GW]
    right = links.rhs.constant
    accounts = _accounts(problems, columns, links, place, pathway, width)
    cost = np.zeros(width)
    for vector, _ in accounts.values():
        np.add.at(cost, vector.indices, vector.data)
    lp = StampedLP(
        matrix=_matrix(lps, links, place, link_rows.stop, width),
        cost=cost,
        offset=sum(offset for _, offset in accounts.values()),
        lower=lower,
        upper=upper,
        row_lower=np.concatenate([*(lp.row_lower for lp in lps), np.where(links.sense == 1, -np.inf, right)]),
        row_upper=np.concatenate([*(lp.row_upper for lp in lps), np.where(links.sense == -1, np.inf, right)]),
        integer=np.concatenate([*(lp.integer for lp in lps), links.integer[fresh]]),
        accounts=accounts,
        column_scale=np.concatenate([*(lp.column_scale for lp in lps), np.ones(len(fresh))]),
        column_ids=joint_ids("column_ids", lps, problems, _numbers(columns)) | _link_ids(links.columns, place, own),
        row_ids=joint_ids("row_ids", lps, problems, _numbers(rows)) | _link_ids(links.rows, height + np.arange(len(links.rows))),
        column_block=joint_blocks("column_block", lps, _numbers(columns), width),
        row_block=joint_blocks("row_block", lps, _numbers(rows), link_rows.stop),
        assumed=np.unique(np.concatenate([*(columns[y].start + p.lp.assumed for y, p in problems.items()), unlimited])),
    )
    thin = {y: replace(p, lp=replace(p.lp, accounts={})) for y, p in problems.items()}
    return PathProblem(pathway, thin, columns, rows, links, place, link_rows, lp)


def _places(links: Compiled, problems: dict[int, Problem], columns: dict[int, slice], width: int) -> tuple[np.ndarray, int]:
    """Joint column of every column of the linking rows: a master's capacity, or a new one at the end."""
    known = {
        (y, family, label[0]): columns[y].start + j
        for y, p in problems.items()
        for family, (labels, ids) in p.lp.column_ids.items()
        if family.startswith("capacity_")
        for label, j in zip(labels, ids, strict=True)
    }
    place = np.empty(len(links.columns), np.int64)
    for n, (name, index) in enumerate(links.columns):
        if name == "capacity":
            k, i, y = index
            place[n] = known[y, f"capacity_{k}", i]
        else:
            place[n], width = width, width + 1
    return place, width


def _matrix(lps: list[StampedLP], links: Compiled, place: np.ndarray, height: int, width: int) -> sp.csc_array:
    """Years on the diagonal plus linking rows; assembled from the arrays, since scipy's method needs two more copies."""
    first = np.cumsum([0, *(lp.matrix.shape[0] for lp in lps)])
    starts = np.cumsum([0, *(lp.matrix.nnz for lp in lps)])
    indptr = np.concatenate([*(lp.matrix.indptr[:-1] + n for lp, n in zip(lps, starts[:-1], strict=True)), [starts[-1]]])
    extra = width - (len(indptr) - 1)
    years = sp.csc_array(
        (
            np.concatenate([lp.matrix.data for lp in lps]),
            np.concatenate([lp.matrix.indices + n for lp, n in zip(lps, first[:-1], strict=True)]).astype(np.int32),
            np.concatenate([indptr, np.full(extra, indptr[-1])]).astype(np.int32),
        ),
        shape=(height, width),
    )
    entries = (links.coefficient.constant, (first[-1] + links.row_of, place[links.column_of]))
    return sp.csc_array(years + sp.csc_array(entries, shape=(height, width)))


def _accounts(
    problems: dict[int, Problem], columns: dict[int, slice], links: Compiled, place: np.ndarray, pathway: Pathway, width: int
) -> dict[str, tuple[sp.csr_array, float]]:
    """Discounted cost by year and category, as sparse vectors over the joint columns."""
    accounts = {}
    for y, p in problems.items():
        weight = pathway.weight[y]
        for name, (vector, offset) in p.lp.accounts.items():
            entry = sp.coo_array(vector)
            accounts[f"{y}/{name}"] = _vector(entry.data * weight, entry.coords[0] + columns[y].start, width), offset * weight
    for n, name in enumerate(links.accounts):
        entry = links.cost[[n]].tocoo()
        weight = pathway.weight[int(name.split("/")[0])]
        own, offset = accounts.get(name, (_vector(np.empty(0), np.empty(0, np.int64), width), 0.0))
        accounts[name] = own + _vector(entry.data * weight, place[entry.coords[1]], width), offset + links.offset[n] * weight
    return accounts


def _vector(values: np.ndarray, at: np.ndarray, width: int) -> sp.csr_array:
    """A sparse vector."""
    return sp.coo_array((values, (at,)), shape=(width,)).tocsr()


def _numbers(places: dict[int, slice]) -> list[np.ndarray]:
    return [np.arange(place.start, place.stop) for place in places.values()]


def _link_ids(labels: list[tuple[str, tuple]], ids: np.ndarray, pick: np.ndarray | None = None) -> dict:
    found: dict[str, tuple[list[tuple], list[int]]] = {}
    for n, (family, index) in enumerate(labels):
        if pick is None or pick[n]:
            own, members = found.setdefault(family, ([], []))
            own.append(index)
            members.append(int(ids[n]))
    return {family: (own, np.array(members, np.int64)) for family, (own, members) in found.items()}
