"""From a Pyomo model to arrays that are affine in its hourly data.

A block is compiled once: each coefficient and right-hand side is ``constant + map @ data``, so that a whole year is stamped by one
sparse product instead of building the equations 8,760 times.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pyomo.environ as pyo
import scipy.sparse as sp
from pyomo.repn.linear import LinearRepnVisitor
from pyomo.repn.plugins.parameterized_standard_form import ParameterizedLinearStandardFormCompiler


@dataclass(frozen=True)
class Affine:
    """Values ``constant + map @ data`` for any data vector.

    Attributes
    ----------
    constant : ndarray, shape (values,)
    map : csr_array, shape (values, data)
    """

    constant: np.ndarray
    map: sp.csr_array

    def at(self, data: np.ndarray) -> np.ndarray:
        """Values for data of shape (data, blocks): shape (values, blocks)."""
        return self.constant[:, None] + self.map @ data


@dataclass(frozen=True)
class Compiled:
    """Arrays of a model.

    Attributes
    ----------
    columns, rows : list of (family, index)
        ``index`` is a tuple of the Pyomo index.
    row_of, column_of : ndarray, shape (nonzeros,)
        Place of each matrix coefficient.
    coefficient, rhs : Affine
        Matrix coefficients and right-hand sides.
    sense : ndarray, shape (rows,)
        -1 for >=, 0 for ==, 1 for <=.
    lower, upper : ndarray, shape (columns,)
    integer : ndarray of bool, shape (columns,)
        Columns that take whole numbers.
    accounts : list of str
        Cost categories.
    cost : csr_array, shape (accounts, columns); offset : ndarray, shape (accounts,)
    """

    columns: list[tuple[str, tuple]]
    rows: list[tuple[str, tuple]]
    row_of: np.ndarray
    column_of: np.ndarray
    coefficient: Affine
    rhs: Affine
    sense: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    integer: np.ndarray
    accounts: list[str]
    cost: sp.csr_array
    offset: np.ndarray


def compile_model(model: pyo.ConcreteModel, data: Collection[str] = ()) -> Compiled:
    """Compile a model whose components named in `data` are hourly data.

    Parameters
    ----------
    model : ConcreteModel
        Its objectives, one per cost category, are indexed objective ``account_cost``.
    data : collection of str
        Names of indexed Var components that represent data.

    Returns
    -------
    Compiled
        Columns in declaration order, data left out.
    """
    parameters = [v for name in data for v in getattr(model, name).values()]
    form = ParameterizedLinearStandardFormCompiler().write(model, mixed_form=True, set_sense=None, wrt=parameters)
    names = set(data)
    variables = [v for c in model.component_objects(pyo.Var) if c.local_name not in names for v in c.values()]
    position = {id(v): i for i, v in enumerate(variables)}
    to_position = np.array([position[id(v)] for v in form.columns], dtype=np.int64)

    matrix = form.A  # a scipy CSC array, or Pyomo's own CSC holder when coefficients carry data
    counts = np.diff(matrix.indptr)
    column_of = to_position[np.repeat(np.arange(len(counts)), counts)]
    place = {id(v): i for i, v in enumerate(parameters)}
    cost_columns = to_position[np.repeat(np.arange(len(counts)), np.diff(form.c.indptr))]
    lower = np.array([-np.inf if v.lb is None else v.lb for v in variables], dtype=float)
    upper = np.array([np.inf if v.ub is None else v.ub for v in variables], dtype=float)
    return Compiled(
        columns=[_label(v) for v in variables],
        rows=[_label(r.constraint) for r in form.rows],
        row_of=np.asarray(matrix.indices, dtype=np.int64),
        column_of=column_of,
        coefficient=_affine(matrix.data, place),
        rhs=_affine(np.asarray(form.rhs), place),
        sense=np.array([r.bound_type for r in form.rows], dtype=np.int8),
        lower=lower,
        upper=upper,
        integer=np.array([not v.is_continuous() for v in variables], dtype=bool),
        accounts=[str(o.index()) for o in form.objectives],
        cost=sp.csr_array(
            (np.asarray(form.c.data, float), (form.c.indices, cost_columns)),
            shape=(len(form.objectives), len(variables)),
        ),
        offset=np.asarray(form.c_offset, dtype=float),
    )


def _label(component) -> tuple[str, tuple]:
    index = component.index()
    return component.parent_component().local_name, () if index is None else index if isinstance(index, tuple) else (index,)


def _affine(values: np.ndarray, place: dict[int, int]) -> Affine:
    """Split values into numbers and expressions that are linear in the data."""
    values = np.asarray(values)
    if values.dtype != object:
        return Affine(values.astype(float), sp.csr_array((len(values), len(place))))
    constant = np.zeros(len(values))
    rows: list[int] = []
    cols: list[int] = []
    factors: list[float] = []
    visitor = LinearRepnVisitor({})
    for i, value in enumerate(values):
        if isinstance(value, (int, float)):
            constant[i] = value
            continue
        repn = visitor.walk_expression(value)
        if repn.nonlinear is not None:
            raise ValueError(f"coefficient {value} is not linear in the hourly data")
        constant[i] = repn.constant * repn.multiplier
        for var, factor in repn.linear.items():
            rows.append(i)
            cols.append(place[var])
            factors.append(factor * repn.multiplier)
    return Affine(constant, sp.csr_array((factors, (rows, cols)), shape=(len(values), len(place))))
