"""The goals of this program's speed, judged on the records of one case."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.cases import BARE, LINOPY, OURS, PYOMO, PYPSA

STOPPED = "Time limit reached"
SOLVED = ("Optimal", "Unknown")
"""Statuses with an answer; HiGHS may call the answer of a first-order method "Unknown"."""


@dataclass(frozen=True)
class Goal:
    """A ratio of ours to a peer's that should not be above a limit."""

    name: str
    case: str
    measured: float
    limit: float

    @property
    def met(self) -> bool:
        """Whether the ratio is within its limit."""
        return self.measured <= self.limit


def seconds(record: dict, *names: str) -> float:
    """Seconds of phases, zero for those that were not run [s]."""
    return sum(record["phases"][name]["seconds"] for name in names if name in record["phases"])


def total(record: dict) -> float:
    """From the study (or network) in memory to the answer [s]: our solve checks the certificate, PyPSA's builds its model."""
    return seconds(record, "build", "solve") if "phases" in record else 0.0


def proven(record: dict) -> bool:
    """Whether an answer reached the gap that ours had to prove."""
    return record.get("status") in SOLVED and record.get("gap") is not None and record["gap"] <= record["gap_limit"]


def goals(case: str, found: dict[str, dict]) -> list[Goal]:
    """Goals that the programs of a case allow to be judged.

    Parameters
    ----------
    case : str
    found : dict
        Records by program.
    """
    good = {program: record for program, record in found.items() if "error" not in record}
    told: list[Goal] = []
    if (ours := good.get(OURS)) is None:
        return told
    build = seconds(ours, "build", "hand-over")
    if peer := good.get(LINOPY):
        told.append(Goal("build time, of linopy's", case, build / seconds(peer, "build", "hand-over"), 1.0))
    if peer := good.get(PYOMO):
        told.append(Goal("build time, of plain Pyomo's", case, build / seconds(peer, "build", "hand-over"), 1.0))
        memory = [max(r["phases"][k].get("above_gb", float("nan")) for k in ("build", "hand-over")) for r in (ours, peer)]
        if memory[1] > 0:
            told.append(Goal("build memory, of plain Pyomo's", case, memory[0] / memory[1], 0.25))
    own = total(ours)
    # One that was stopped would have taken longer still: with its time the ratio is an upper limit.
    best = [total(good[p]) for p in PYPSA[1:] if p in good and (proven(good[p]) or good[p].get("status") == STOPPED)]
    if best and proven(ours):
        told.append(Goal("end to end, of PyPSA's best", case, own / min(best), 0.5))
    default = good.get(PYPSA[0])
    if default and proven(ours):  # one that hit its time limit would have taken longer still: the ratio is then an upper limit
        told.append(Goal("end to end, of PyPSA's default", case, own / total(default), 0.1))
    if proven(ours):
        told.append(Goal("all but the solver, of the solver", case, seconds(ours, *ours["phases"]) / ours["solver_s"] - 1, 0.05))
    if BARE in good and proven(good[BARE]) and proven(ours):
        told.append(Goal("end to end, of bare highspy's", case, own / seconds(good[BARE], "hand-over", "solve"), 1.05))
    return told
