"""Pass arrays to HiGHS and return the solution, with the name of the algorithm that ran."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from importlib.metadata import version

import highspy
import numpy as np

from energy_model.ending import solver_left
from energy_model.errors import EnergyModelError
from energy_model.labels import LABELS
from energy_model.language import say
from energy_model.solving.limits import NO_LIMITS, LimitReached, Limits, run_within
from energy_model.solving.magnitude import counted
from energy_model.solving.stamp import StampedLP

ORDERING = "amd"
"""How HiPO orders its factors: less time for it than "metis" takes, and a tenth fewer nonzeros (docs/convergence.md)."""


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
    without_room : ndarray of int
        Rows whose limits leave one value only (`solving.pinched`).
    """

    status: str
    algorithm: str
    primal: np.ndarray
    dual: np.ndarray
    iterations: int
    seconds: float
    basic: bool
    without_room: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))


def status_words(status: str) -> str:
    """How a solve ended, in the language of the console; unknown words of a solver unchanged."""
    words = LABELS["solver_status"].get(status)
    return status if words is None else words.shown


class SolverSetupError(EnergyModelError):
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
    algorithm : {"hipo", "ipx", "simplex"}
        Methods other than simplex get yearly amounts in larger units (`StampedLP.column_scale`), all get studies of unusual size in their
        own (`magnitude.own_units`).
    tolerance : float, optional
        Optimality tolerance of the interior point method (relative).
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
    as_counted = counted(lp, scaled=algorithm != "simplex")
    h = load_arrays(as_counted.lp)
    for key, value in (_options(algorithm, tolerance, crossover, threads, time_limit_s) | (options or {})).items():
        set_option(h, key, value)
    try:
        with solver_lines(h, log) if log else nullcontext():
            run_interruptibly(h, limits)
    except LimitReached as fault:
        if not solver_left() and (partial := h.getSolution()).dual_valid:
            fault.dual = np.array(partial.row_dual) * as_counted.dual
        raise
    info, found = h.getInfo(), h.getSolution()
    valid = found.value_valid and found.dual_valid
    counts = {"pdlp": info.pdlp_iteration_count, "ipm": info.ipm_iteration_count, "simplex": info.simplex_iteration_count}
    kind = "simplex" if algorithm == "simplex" else "ipm"
    ran = algorithm if counts[kind] > 0 else next((name for name, n in counts.items() if n > 0), algorithm)
    if ran == "pdlp":
        raise SolverSetupError(say(f"{algorithm} was asked for but HiGHS ran {ran}", f"要求用 {algorithm}，HiGHS 却运行了 {ran}"))
    return Solution(
        status=h.modelStatusToString(h.getModelStatus()),
        algorithm=ran,
        primal=np.array(found.col_value) * as_counted.column if valid else np.empty(0),
        dual=np.array(found.row_dual) * as_counted.dual if valid else np.empty(0),
        iterations=int(max(counts.values())),
        seconds=h.getRunTime(),
        basic=bool(info.basis_validity),
    )


def _options(algorithm: str, tolerance: float | None, crossover: bool, threads: int, time_limit_s: float | None) -> dict:
    """Options of HiGHS."""
    asked: dict = {"solver": algorithm, "threads": threads, "run_crossover": "on" if crossover else "off"}
    if algorithm == "hipo":
        asked["hipo_ordering"] = ORDERING
    if time_limit_s is not None:
        asked["time_limit"] = time_limit_s
    if tolerance is not None:
        asked["ipm_optimality_tolerance"] = tolerance
    return asked


def solver_version() -> str:
    """Version of HiGHS as ``highspy x.y.z``."""
    return f"highspy {version('highspy')}"


def load_arrays(lp: StampedLP, *, integer: bool = False) -> highspy.Highs:
    """Load the arrays into HiGHS without solving (the hand-over phase of the benchmarks); `integer` makes whole columns integer."""
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
        raise SolverSetupError(say("HiGHS refused the arrays of the model", "HiGHS 拒绝了模型数组"))
    return h


def set_option(h: highspy.Highs, key: str, value) -> None:
    """Set an option of HiGHS; a refused one is an error."""
    if h.setOptionValue(key, value) != highspy.HighsStatus.kOk:
        raise SolverSetupError(
            say(
                f"HiGHS refused {key} = {value}: highspy and highspy-extras must both be installed in the same version",
                f"HiGHS 拒绝 {key} = {value}：highspy 与 highspy-extras 须同时安装且版本一致",
            )
        )


def run_interruptibly(h: highspy.Highs, limits: Limits = NO_LIMITS) -> None:
    """Run HiGHS, which does not always respect its own time limit, with `run_within`.

    Raises
    ------
    LimitReached
    """
    if not h.HandleUserInterrupt:
        h.HandleUserInterrupt = True  # without it `cancelSolve` is not heard
    run_within(h.run, h.cancelSolve, limits)


@contextmanager
def solver_lines(h: highspy.Highs, log: Callable[[str], None]) -> Iterator[None]:
    """Pass the solver's output to `log` line by line.

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
