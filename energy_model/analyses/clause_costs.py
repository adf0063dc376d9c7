"""Cost of each clause of the plan: solved without it, with it moved, or with a reported clause imposed.

The rows of moved clauses are made by the formulation itself, beside those of the plan, and are free until their variant is solved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from energy_model.analyses.sensitivity import levers
from energy_model.analyses.variant_runner import VariantRunner
from energy_model.analyses.variants import Answer, Shared, without_plan
from energy_model.results.points import capacities
from energy_model.results.stages import Clock
from energy_model.run import prepare_study
from energy_model.solving.variants import Change, Variant, applied, hold
from energy_model.study.clause_quantities import MODELLED, clause_quantity
from energy_model.study.horizon import Horizon
from energy_model.study.study import Study


@dataclass(frozen=True)
class Move:
    """A change of one clause.

    Attributes
    ----------
    target : str
    change : str
        ``drop``, ``low``, ``high`` or ``hold``.
    value : float
        What the clause then asks for; NaN when dropped.
    """

    target: str
    change: str
    value: float

    @property
    def row(self) -> str:
        """Name of its row."""
        return f"{self.target}~{self.change}"


def moves_of(study: Study, share: float) -> list[Move]:
    """All changes of all clauses that can be a row: low and high of sources.csv; without these, `share` to both sides."""
    targets = study.tables["targets"]
    own = [lever for lever in levers(study) if (lever.table, lever.column) == ("targets", "value")]
    known = {row: (lever.low, lever.high) for lever in own for row in lever.rows}
    found = []
    for t in targets[targets.quantity.isin(MODELLED)].itertuples():
        if t.mode in ("hard", "soft"):
            low, high = known.get(t.Index, (t.value * (1 - share), t.value * (1 + share)))
            found += [Move(t.target, "drop", np.nan), Move(t.target, "low", low), Move(t.target, "high", high)]
        elif t.mode == "report" and t.value > 0:
            found.append(Move(t.target, "hold", float(t.value)))
    return found


class ClauseCosts:
    """A study whose clauses can be dropped and moved.

    Parameters
    ----------
    study : Study
    moves : list of Move
    horizon, weather, clock
        As in `run.prepare_study`.

    Attributes
    ----------
    alike : dict
        Row of the clause by the name of a moved copy from which it differs in the amount alone.
    """

    def __init__(self, study: Study, moves: list[Move], horizon: Horizon, weather: Path, clock: Clock) -> None:
        targets = study.tables["targets"]
        self.targets, self.moves = targets.set_index("target"), moves
        copies = []
        for move in moves:
            if move.change != "drop":
                row = targets[targets.target == move.target].copy()
                mode = "hard" if move.change == "hold" else row["mode"].iloc[0]
                copies.append(row.assign(target=move.row, value=move.value, mode=mode))
        self.study = replace(study, tables={**study.tables, "targets": pd.concat([targets, *copies], ignore_index=True)})
        problem = prepare_study(self.study, horizon, weather, clock)
        self.rows = {
            label[0]: int(row)
            for family in ("clause_at_least", "clause_at_most")
            if family in problem.lp.row_ids
            for label, row in zip(*problem.lp.row_ids[family], strict=True)
        }
        self.on = {name: (float(problem.lp.row_lower[r]), float(problem.lp.row_upper[r])) for name, r in self.rows.items()}
        by_row = sp.csr_array(problem.lp.matrix)
        self.alike = {
            move.row: self.rows[move.target]
            for move in moves
            if {move.row, move.target} <= self.rows.keys() and not (by_row[[self.rows[move.row]]] != by_row[[self.rows[move.target]]]).nnz
        }
        off = [change for move in moves if move.row in self.rows for change in self._open(move.row)]
        self.problem = replace(problem, lp=applied(problem.lp, Variant(tuple(off))))

    def _open(self, name: str) -> list[Change]:
        return [hold("row_lower", [self.rows[name]], -np.inf), hold("row_upper", [self.rows[name]], np.inf)]

    def variant(self, move: Move) -> Variant:
        """The plan with one clause changed: if only the amount differs, its own row is moved."""
        changes = self._open(move.target) if move.target in self.rows else []
        if move.change != "drop":
            low, high = self.on[move.row]
            row = self.alike.get(move.row, self.rows[move.row])
            changes += [hold("row_lower", [row], low), hold("row_upper", [row], high)]
        return Variant(tuple(changes))

    def table(self, runner: VariantRunner, exact: bool, threads: int) -> pd.DataFrame:
        """Solve all changes.

        Returns
        -------
        DataFrame
            One row for each change: the clause and its words, ``change``, ``value`` and ``new_value`` (in ``unit``),
            ``cost_mcny``, ``change_mcny``, ``by_dual_mcny`` (dual of the plan times the change: the cost cannot fall by more, nor rise by
            less; NaN for shares and for clauses without row), change of capacity by kind [MW], ``gap_share``, ``violation``,
            ``impossible``.

        Raises
        ------
        VariantError
            When the plan itself is impossible.
        """
        shared = Shared(self.problem, self.study, read_clauses, exact, threads)
        answers = runner.solve(shared, {"plan": Variant(), **{m.row: self.variant(m) for m in self.moves}})
        plan = answers["plan"]
        if plan["impossible"]:
            raise without_plan(plan, "the study itself", "研究本身")
        rows = []
        for move in self.moves:
            t, answer = self.targets.loc[move.target], answers[move.row]
            row: dict[str, Any] = {c: t[c] for c in ("clause", "quantity", "sense", "mode", "name_zh", "name_en")}
            row = {"target": move.target, **row, "change": move.change, "value": float(t.value), "new_value": move.value}
            row["unit"] = clause_quantity(t.quantity).unit
            dual = plan["duals"].get(move.target)
            shift = (0.0 if np.isnan(move.value) else move.value) - float(t.value)
            plain = dual is not None and not t.quantity.endswith("_share") and not (move.change == "drop" and t.sense == "<=")
            row["by_dual_mcny"] = dual * shift * MODELLED[t.quantity] + 0.0 if plain else np.nan
            if answer["impossible"]:
                rows.append(row | {"impossible": answer["impossible"]})
                continue
            moved = {f"{kind}_mw": round(v - plan["kinds"][kind], 6) + 0.0 for kind, v in answer["kinds"].items()}
            rows.append(
                row
                | {"cost_mcny": answer["cost_mcny"], "change_mcny": round(answer["cost_mcny"] - plan["cost_mcny"], 6) + 0.0, **moved}
                | {"gap_share": max(plan["gap"], answer["gap"]), "violation": answer["violation"], "impossible": ""}
            )
        return pd.DataFrame(rows)


def read_clauses(shared: Shared, answer: Answer) -> dict[str, Any]:
    """Duals of the clauses [MCNY per model unit] and capacity by kind [MW]."""
    lp = shared.problem.lp
    duals = {
        label[0]: float(answer.dual[row])
        for family in ("clause_at_least", "clause_at_most")
        if family in lp.row_ids
        for label, row in zip(*lp.row_ids[family], strict=True)
    }
    return {"duals": duals, "kinds": capacities(shared.problem.system, lp, answer.primal)}
