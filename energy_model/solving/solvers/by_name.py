"""List of solvers, their availability, and calling one by name."""

from __future__ import annotations

import shutil
import subprocess
import time
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from rich.console import Console

from energy_model.errors import EnergyModelError
from energy_model.invocation import installation
from energy_model.language import say
from energy_model.solving.highs import Solution, SolverSetupError, solver_version, status_words
from energy_model.solving.limits import HIGHS, OWN, Limits, run_within
from energy_model.solving.magnitude import counted
from energy_model.solving.solvers.session import Asked
from energy_model.solving.stamp import StampedLP
from energy_model.study.nearest import likely

TIGHTEST = 1e-9


@dataclass(frozen=True)
class Named:
    """A solver.

    Attributes
    ----------
    title : str
        As its makers write it.
    imported, package : str
        What is imported, and the distribution that pip installs.
    device : bool
        Whether it needs an NVIDIA device.
    """

    title: str
    imported: str
    package: str
    device: bool = False


SOLVERS = {
    "gurobi": Named("Gurobi", "gurobipy", "gurobipy"),
    "copt": Named("COPT", "coptpy", "coptpy"),
    "xpress": Named("Xpress", "xpress", "xpress"),
    "mosek": Named("MOSEK", "mosek", "Mosek"),
    "cuopt": Named("cuOpt", "cuopt", "cuopt-cu12", device=True),
    "cupdlpx": Named("cuPDLPx", "cupdlpx", "cupdlpx", device=True),
}
KNOWN = (OWN, HIGHS, *SOLVERS)


class UnknownSolver(EnergyModelError):
    """No solver has this name; the message lists the solvers."""


def require_solver(name: str) -> None:
    """Refuse a solver that is unknown or not available on this machine.

    Raises
    ------
    UnknownSolver
    SolverSetupError
        When its package or its device is missing.
    """
    if name not in KNOWN:
        meant, known = likely(name, KNOWN), ", ".join(KNOWN)
        raise UnknownSolver(say(f"There is no solver '{name}'. {meant}Known: {known}", f"没有名为 '{name}' 的求解器。{meant}可选：{known}"))
    if (named := SOLVERS.get(name)) is None:
        return
    if named.device and not _device():
        raise SolverSetupError(
            say(f"{named.title} needs an NVIDIA device, and none was found.", f"{named.title} 需要 NVIDIA 显卡，未发现。")
        )
    if find_spec(named.imported) is None:
        how = installation(f"energy-model[{name}]")
        raise SolverSetupError(
            say(
                f"{named.title} needs the package {named.package}, which is not installed: {how}",
                f"{named.title} 需要软件包 {named.package}，尚未安装：{how}",
            )
        )


def _device() -> bool:
    """Whether the driver reports an NVIDIA device."""
    if (tool := shutil.which("nvidia-smi")) is None:
        return False
    told = subprocess.run([tool, "-L"], capture_output=True, text=True)
    return told.returncode == 0 and bool(told.stdout.strip())


def solve_by_name(
    lp: StampedLP, name: str, gap: float, threads: int, console: Console, *, vertex: bool = False, limits: Limits
) -> Solution:
    """Solve with a solver by name.

    Parameters
    ----------
    lp : StampedLP
    name : str
        One of `SOLVERS`.
    gap : float
        Relative gap that the certificate will ask for.
    threads : int
    console : Console
    vertex : bool
        Go on to a vertex, whose duals are exact.
    limits : Limits

    Returns
    -------
    Solution
        Without columns where the solver ended otherwise than at an optimum; the status says how.

    Raises
    ------
    SolverSetupError
        When the solver refuses: no licence, or one for smaller studies.
    LimitReached
        When a limit came first.
    """
    require_solver(name)
    title, started = SOLVERS[name].title, time.monotonic()
    console.print(f"  {title} …", highlight=False)
    try:
        module = import_module(f"energy_model.solving.solvers.{name}")
    except ImportError as fault:
        raise SolverSetupError(say(f"{title} cannot be loaded: {fault}", f"{title} 无法加载：{fault}")) from fault
    as_counted = counted(lp)
    asked = Asked(max(TIGHTEST, gap / 10), vertex, threads, limits.left_s)
    try:
        session = module.Session(as_counted.lp, asked)
        run_within(session.run, session.stop, limits)
        answer = session.answer()
    except module.REFUSALS as fault:
        raise SolverSetupError(say(f"{title} refused the study: {fault}", f"{title} 拒绝该研究：{fault}")) from fault
    seconds = time.monotonic() - started
    console.print(
        say(
            f"  {title}: {status_words(answer.status)}, {answer.iterations} iterations, {seconds:.1f} s",
            f"  {title}：{status_words(answer.status)}，{answer.iterations} 次迭代，{seconds:.1f} 秒",
        )
    )
    primal, dual = answer.primal, answer.dual
    if len(primal):
        primal, dual = primal * as_counted.column, dual * as_counted.dual
    return Solution(answer.status, name, primal, dual, answer.iterations, seconds, answer.basic)


def made_by(algorithm: str) -> tuple[str, str]:
    """Solver and version behind the algorithm of a solution, as named in the manifest."""
    if algorithm == OWN:
        return "energy-model", f"numba {version('numba')}"
    if named := SOLVERS.get(algorithm):
        try:
            return named.title, f"{named.package} {version(named.package)}"
        except PackageNotFoundError:
            return named.title, named.package
    return "HiGHS", solver_version()
