"""Hand arrays to HiGHS and bring the solution back; the algorithm that really ran is named."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version

import highspy
import numpy as np

from energy_model.ending import leave, solver_left
from energy_model.solving.limits import GRACE_S, NO_LIMITS, STOP_GRACE_S, LimitReached, Limits
from energy_model.solving.magnitude import in_own_units, own_units
from energy_model.solving.stamp import StampedLP

ALGORITHMS = ("hipo", "ipx", "simplex", "pdlp", "hipdlp")
ORDERING = "amd"
"""How HiPO orders its factors: less time for it than "metis" takes, and a tenth fewer nonzeros (docs/convergence.md)."""
FIRST_ORDER = ("pdlp", "hipdlp")
"""Their answers are near a solution; HiGHS may call one that reached its tolerance "Unknown"."""


@dataclass(frozen=True)
class Solution:
    """Answer of one solver run.

    Attributes
    ----------
    status : str
        HiGHS model status in words, ``"Optimal"`` when solved.
    algorithm : str
        Algorithm that ran, read from the iteration counts.
    primal, dual : ndarray
        Column values and row duals (cost of one more unit of the right-hand side); empty without a solution.
    iterations : int
    seconds : float
    basic : bool
        Whether the solution is a vertex with a basis (simplex or crossover), whose duals are exact.
    """

    status: str
    algorithm: str
    primal: np.ndarray
    dual: np.ndarray
    iterations: int
    seconds: float
    basic: bool


class SolverSetupError(Exception):
    """An algorithm is not available in this installation."""


def solve_lp(
    lp: StampedLP,
    algorithm: str,
    *,
    tolerance: float | None = None,
    crossover: bool = False,
    threads: int = 2,
    time_limit_s: float | None = None,
    options: dict | None = None,
    log: Callable[[str], None] | None = None,
    limits: Limits = NO_LIMITS,
) -> Solution:
    """Solve with one named algorithm.

    Parameters
    ----------
    lp : StampedLP
    algorithm : {"hipo", "ipx", "simplex", "pdlp", "hipdlp"}
        Methods other than simplex get yearly amounts in larger units (`StampedLP.column_scale`), all get studies of unusual size in their
        own (`magnitude.own_units`).
    tolerance : float, optional
        Optimality tolerance of the interior point or first-order method (relative).
    crossover : bool
        Go on to a vertex after an interior point method.
    threads : int
    time_limit_s : float, optional
    options : dict, optional
        Further HiGHS options.
    log : callable, optional
        Receives the lines of the solver's log.
    limits : Limits
        Held by a watch outside HiGHS.

    Raises
    ------
    LimitReached
        When a limit came first.
    SolverSetupError
        When HiGHS refuses the algorithm: HiPO needs highspy-extras of the same version as highspy.
    """
    row_scale = np.ones(len(lp.row_lower))
    column_scale = np.ones(len(lp.lower))
    if algorithm != "simplex":
        column_scale = lp.column_scale
        row_scale = 1 / lp.row_scale
    power, money = own_units(lp)
    h = load_arrays(in_own_units(in_units(lp, row_scale, column_scale), power, money))
    set_option(h, "solver", algorithm)
    if algorithm == "hipo":
        set_option(h, "hipo_ordering", ORDERING)
    set_option(h, "threads", threads)
    set_option(h, "run_crossover", "on" if crossover else "off")
    if time_limit_s is not None:
        set_option(h, "time_limit", time_limit_s)
    if tolerance is not None:
        set_option(h, "pdlp_optimality_tolerance" if algorithm in FIRST_ORDER else "ipm_optimality_tolerance", tolerance)
    for key, value in (options or {}).items():
        set_option(h, key, value)
    try:
        if log:
            with solver_lines(h, log):
                run_interruptibly(h, limits)
        else:
            run_interruptibly(h, limits)
    except LimitReached as fault:
        if not solver_left() and (partial := h.getSolution()).dual_valid:
            fault.dual = np.array(partial.row_dual) * row_scale * money
        raise
    info, solution = h.getInfo(), h.getSolution()
    counts = {"pdlp": info.pdlp_iteration_count, "ipm": info.ipm_iteration_count, "simplex": info.simplex_iteration_count}
    kind = "pdlp" if algorithm in FIRST_ORDER else "simplex" if algorithm == "simplex" else "ipm"
    ran = algorithm if counts[kind] > 0 else next((name for name, n in counts.items() if n > 0), algorithm)
    if kind == "ipm" and ran == "pdlp":
        raise SolverSetupError(f"{algorithm} was asked for but HiGHS ran {ran}")
    valid = solution.value_valid and solution.dual_valid
    return Solution(
        status=h.modelStatusToString(h.getModelStatus()),
        algorithm=ran,
        primal=np.array(solution.col_value) * column_scale * power if valid else np.empty(0),
        dual=np.array(solution.row_dual) * row_scale * money if valid else np.empty(0),
        iterations=int(max(counts.values())),
        seconds=h.getRunTime(),
        basic=bool(info.basis_validity),
    )


def solver_version() -> str:
    """Version of HiGHS as ``highspy x.y.z``."""
    return f"highspy {version('highspy')}"


def load_arrays(lp: StampedLP, *, integer: bool = False) -> highspy.Highs:
    """Put the arrays into HiGHS without solving (the hand-over phase of the benchmarks); `integer` holds whole columns to whole numbers."""
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = lp.matrix.shape
    model.col_cost_, model.col_lower_, model.col_upper_ = lp.cost, lp.lower, lp.upper
    model.row_lower_, model.row_upper_ = lp.row_lower, lp.row_upper
    model.offset_ = lp.offset
    if integer:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[i] for i in lp.integer.astype(int)]
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = (
        lp.matrix.indptr,
        lp.matrix.indices,
        lp.matrix.data,
    )
    if h.passModel(model) == highspy.HighsStatus.kError:
        raise SolverSetupError("HiGHS refused the arrays of the model")
    return h


def in_units(lp: StampedLP, row_scale: np.ndarray, column_scale: np.ndarray) -> StampedLP:
    """The same problem with its rows multiplied and its columns counted in other units."""
    matrix = lp.matrix.copy()
    matrix.data = matrix.data * row_scale[matrix.indices] * np.repeat(column_scale, np.diff(matrix.indptr))
    return replace(
        lp,
        matrix=matrix,
        cost=lp.cost * column_scale,
        lower=lp.lower / column_scale,
        upper=lp.upper / column_scale,
        row_lower=lp.row_lower * row_scale,
        row_upper=lp.row_upper * row_scale,
    )


def set_option(h: highspy.Highs, key: str, value) -> None:
    """Set an option of HiGHS; one that it refuses is an error."""
    if h.setOptionValue(key, value) != highspy.HighsStatus.kOk:
        raise SolverSetupError(f"HiGHS refused {key} = {value}: highspy and highspy-extras must both be installed in the same version")


def run_interruptibly(h: highspy.Highs, limits: Limits = NO_LIMITS) -> None:
    """Run in a thread, so that Ctrl-C and limits reach Python at once and the solver is asked to stop.

    Raises
    ------
    LimitReached
        When a limit came first.  HiGHS does not always heed its own time limit, and HiPDLP no request to stop; after `GRACE_S` nobody waits
        for it.
    """
    if not h.HandleUserInterrupt:
        h.HandleUserInterrupt = True  # without it `cancelSolve` is not heard
    failure: list[BaseException] = []

    def run() -> None:
        try:
            h.run()
        except BaseException as error:
            failure.append(error)

    worker = threading.Thread(target=run, daemon=True)
    try:
        worker.start()
        while worker.is_alive():
            worker.join(0.2)
            if what := limits.reached():
                raise LimitReached(what)
    except BaseException as reason:
        h.cancelSolve()
        worker.join(GRACE_S if isinstance(reason, LimitReached) else STOP_GRACE_S)
        if worker.is_alive():
            leave(worker)
        raise
    if failure:
        raise failure[0]


@contextmanager
def solver_lines(h: highspy.Highs, log: Callable[[str], None]) -> Iterator[None]:
    """Give what the solver prints to `log` line by line.

    HiPO writes its iterations to the C-level standard output only, past HiGHS's logging callback; so the file descriptor is led through a
    pipe while the solver runs, and Python's own output goes to the true one.
    """
    set_option(h, "output_flag", True)
    set_option(h, "log_to_console", True)
    sys.stdout.flush()
    true, (read_end, write_end) = os.dup(1), os.pipe()
    python_stdout = sys.stdout
    mine = python_stdout
    try:
        if python_stdout.fileno() == 1:
            mine = os.fdopen(os.dup(true), "w", buffering=1, encoding=python_stdout.encoding, errors="replace")
    except (OSError, ValueError):
        pass  # a notebook or a test harness holds standard output elsewhere

    def pump() -> None:
        with os.fdopen(read_end, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                log(line.rstrip("\n"))

    reader = threading.Thread(target=pump, daemon=True)
    os.dup2(write_end, 1)
    os.close(write_end)
    sys.stdout = mine
    reader.start()
    try:
        yield
    finally:
        left = solver_left()
        os.dup2(os.open(os.devnull, os.O_WRONLY) if left else true, 1)  # closes the pipe's last writer, which ends the reader
        os.close(true)
        reader.join(5)
        if not left:
            sys.stdout = python_stdout
            if mine is not python_stdout:
                mine.close()
