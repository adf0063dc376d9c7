"""A study with adjustable exports, and the incremental cost of each contract.

The solves differ in right-hand sides and bounds only. Every solve is certified like a plan and, like a plan, repeated until flows and
trips agree with what is built.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pandas as pd
import xarray as xr
from rich.console import Console

from energy_model.errors import EnergyModelError
from energy_model.journal import Journal
from energy_model.language import say
from energy_model.results.dataset import build_dataset
from energy_model.results.dust import LEAST_GWH
from energy_model.results.indicators import energy_gwh, yearly_price
from energy_model.results.stages import Clock
from energy_model.rounds import solve_study
from energy_model.run import prepare_study
from energy_model.solving.build import Problem
from energy_model.solving.interior_point.start import Neighbour
from energy_model.study.horizon import Horizon
from energy_model.study.load import load_study
from energy_model.study.study import Study
from energy_model.units import CNY_PER_MWH_FROM_MCNY_PER_GWH

CLAUSE = "EXPORT_VOLUME"
"""Name of the clause that holds the volume of a point."""


class SweepError(EnergyModelError):
    """The study has nothing to vary, or there is no result to add to; the message says which."""


@dataclass(frozen=True)
class Solved:
    """One certified solve.

    Attributes
    ----------
    cost : float
        Objective [MCNY].
    gap : float
        Proven relative gap.
    accounts : dict of str to float
        Cost by category [MCNY].
    data : Dataset
    """

    cost: float
    gap: float
    accounts: dict[str, float]
    data: xr.Dataset


class ExportProblem:
    """A study with adjustable exports: the total and each contract's minimum energy.

    Parameters
    ----------
    study : Study
    horizon, weather, clock
        As in `run.prepare_study`.

    Attributes
    ----------
    volume_gwh : float
        What the plan exports at the least: its export clause, else the minimum energy of all contracts.
    least_gwh : Series
        Least energy by contract.

    Raises
    ------
    SweepError
        When the study has no contract or promises no energy.
    """

    def __init__(self, study: Study, horizon: Horizon, weather: Path, clock: Clock) -> None:
        targets = study.tables["targets"]
        export = (targets.quantity == "export_gwh") & (targets["mode"] != "off")
        # Where the city's total is not asked for, the parts that contracts ask for make it.
        total = targets[export & targets.scope.isna() & targets["mode"].isin(("hard", "soft")) & (targets.sense == ">=")]
        contracts = study.tables["contracts"].query("max_mw > 0").set_index("contract")
        self.volume_gwh = max(float(total.value.max()) if len(total) else 0.0, float(contracts.min_gwh_per_year.sum()))
        if contracts.empty or self.volume_gwh <= 0:
            raise SweepError(
                say(
                    f"Scenario {study.name} exports nothing: there is no contract, or neither a contract nor a clause requires energy.",
                    f"方案 {study.name} 没有外送：没有合同，或合同与条款均未要求电量。",
                )
            )
        row = {
            "target": CLAUSE,
            "quantity": "export_gwh",
            "sense": ">=",
            "mode": "hard",
            "value": self.volume_gwh,
            "name_zh": "外送总量",
            "name_en": "export",
            "clause": "",
            "year": study.settings.study.plan_year,
        }
        kept = pd.concat([targets[~export], pd.DataFrame([row])], ignore_index=True)
        self.study = replace(study, tables={**study.tables, "targets": kept.astype(targets.dtypes.to_dict())})
        self.problem = prepare_study(self.study, horizon, weather, clock)
        self.least_gwh = self.problem.system.contract.min_gwh_per_year
        self.neighbour = Neighbour()

    def at(self, total_gwh: float, least_gwh: pd.Series, without: str | None = None) -> Problem:
        """The problem with other export amounts [GWh]; `without` removes a contract."""
        return _with_exports(self.problem, total_gwh, least_gwh, without)

    def solve(
        self, total_gwh: float, least_gwh: pd.Series, exact: bool, threads: int, console: Console, without: str | None = None
    ) -> Solved:
        """Solve and certify with other export amounts [GWh].

        Raises
        ------
        SolveError, CertificateError
        """
        adapted = partial(_with_exports, total_gwh=total_gwh, least_gwh=least_gwh, without=without)
        problem, (solution, accounts, certificate, _), _ = solve_study(
            self.study, self.problem, exact, threads, console, adapted=adapted, neighbour=self.neighbour
        )
        data = build_dataset(problem, self.study, solution.primal, solution.dual)
        return Solved(certificate.objective_mcny, certificate.gap, accounts, data)

    def marginal(self, data: xr.Dataset) -> float:
        """Cost of one more unit of total export when all contracts grow in proportion [CNY/MWh]."""
        clause = float(data.dual_clause_at_least.sel(floor_clause=CLAUSE))
        least = yearly_price(data, "contract_minimum")
        return clause + float((least * (self.least_gwh / self.volume_gwh).reindex(least.index)).sum())


def _with_exports(problem: Problem, total_gwh: float, least_gwh: pd.Series, without: str | None) -> Problem:
    lp = problem.lp
    low, upper = lp.row_lower.copy(), lp.upper.copy()
    labels, ids = lp.row_ids["clause_at_least"]
    low[ids[labels.index((CLAUSE,))]] = total_gwh
    labels, ids = lp.rows("contract_minimum")
    for (contract,), row in zip(labels, ids, strict=True):
        low[row] = least_gwh[contract]
    if without is not None:
        labels, ids = lp.columns("capacity_contract")
        upper[ids[labels.index((without,))]] = 0.0
    return replace(problem, lp=replace(lp, row_lower=low, upper=upper))


def increments(problem: ExportProblem, exact: bool, threads: int, console: Console, journal: Journal) -> pd.DataFrame:
    """Incremental cost of each contract: solved with it, and without it while the others keep their energy.

    Solves that the journal has are not repeated.

    Returns
    -------
    DataFrame
        ``contract``, ``energy_gwh``, ``cost_with_mcny``, ``cost_without_mcny``, ``incremental_cny_per_mwh``, ``gap_share``; contracts
        without energy have no row.
    """

    def solved(heading: str, key: str, total_gwh: float, least_gwh: pd.Series, without: str | None = None) -> dict:
        if key not in journal.done:
            console.rule(heading)
            found = problem.solve(total_gwh, least_gwh, exact, threads, console, without=without)
            energy = {str(x): float(v) for x, v in energy_gwh(found.data, "delivered_mw").to_series().items()}
            journal.add(key, {"cost": found.cost, "gap": found.gap, "energy": energy})
        return journal.done[key]

    base = solved(say("all contracts", "全部合同"), "all", problem.volume_gwh, problem.least_gwh)
    energy = pd.Series(base["energy"])
    rows = []
    for contract, own in energy[energy > LEAST_GWH].items():
        others = energy.where(energy.index != contract, 0.0)
        heading = say(f"without {contract}", f"取消 {contract}")
        apart = solved(heading, f"without {contract}", float(others.sum()), others, without=str(contract))
        rows.append(
            {
                "contract": contract,
                "energy_gwh": own,
                "cost_with_mcny": base["cost"],
                "cost_without_mcny": apart["cost"],
                "incremental_cny_per_mwh": (base["cost"] - apart["cost"]) / own * CNY_PER_MWH_FROM_MCNY_PER_GWH,
                "gap_share": max(base["gap"], apart["gap"]),
            }
        )
    return pd.DataFrame(rows)


def study_of(inputs: Path, scenario: str, manifest: dict, folder: Path) -> Study:
    """The study behind a result.

    Raises
    ------
    SweepError
        When an input has changed since the result was made: tables of two studies must not stand in one folder.
    """
    study = load_study(inputs, scenario)
    changed = sorted(f for f, digest in study.sha256.items() if manifest["sha256"].get(f) != digest)
    if changed:
        raise SweepError(
            say(
                f"The inputs have changed since {folder} was made: {', '.join(changed)}. Solve the plan again first.",
                f"{folder} 之后输入已变：{', '.join(changed)}。请先重新求解。",
            )
        )
    return study
