"""Figures for a negotiation: for every contract and corridor our price floor, the receiver's ceiling, and the division of the room.

Our cost is the incremental cost of the delivery: the least cost with it minus the least cost without it, the other contracts keeping their
energy. The price floor is the higher of that and what a plant gets at home (`results.prices.seller_prices`). The receiver's price is the
most it can pay: its avoided cost (`avoided_cost_cny_per_mwh` of contracts.csv, by tariff period where given), else its benchmark,
`results.prices.ceiling`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.analyses.deals import basis, deal_row, most_paid
from energy_model.analyses.exports import CLAUSE, ExportProblem
from energy_model.analyses.variant_runner import VariantRunner
from energy_model.analyses.variants import Answer, Shared, VariantError, without_plan
from energy_model.language import say
from energy_model.results import prices
from energy_model.results.dataset import build_dataset
from energy_model.results.delivery import contract_periods
from energy_model.results.dust import LEAST_GWH
from energy_model.results.points import outlet_rows
from energy_model.results.stages import Clock
from energy_model.solving.variants import Change, Variant, applied, hold
from energy_model.study.horizon import Horizon
from energy_model.study.study import Study
from energy_model.units import MWH_PER_GWH

PEAKED = {"peak_share": 1.0, "flat_share": 0.6, "valley_share": 0.3}
"""A shape that favours peak hours more than those in use, to see what a receiver's wish for it costs."""
SHAPES = ("flat", "peaked", "free")
CASES = {"late": 0.0, "half_built": 0.5}
"""Share of the new capacity of the outlets that exists in the case."""


def read_deal(shared: Shared, answer: Answer) -> dict[str, Any]:
    """Energy of contracts and corridors [GWh], shares of the energy by tariff period, capacity of corridors [GW]."""
    lp = shared.problem.lp
    data = build_dataset(shared.problem, shared.study, answer.primal, answer.dual)
    labels, ids = lp.columns("total_export")
    built, places = lp.columns("capacity_corridor")
    return {
        "energy": {x: float(answer.primal[i]) for (x,), i in zip(labels, ids, strict=True)},
        "periods": period_shares(data, shared.study.tables["tariffs"]),
        "corridors": outlet_rows(data).to_dict("records"),
        "capacity": {c: float(answer.primal[i]) for (c,), i in zip(built, places, strict=True)},
        "seller": seller_of(shared.study, data),
    }


def seller_of(study: Study, data: xr.Dataset) -> dict[str, float]:
    """What a plant gets at home, at the receiving end of each contract [CNY/MWh]; NaN without a tariff."""
    vintage = study.settings.study.cost_vintage
    vat = float(study.tables["finance"].set_index("vintage").vat_share[vintage])
    return prices.seller_prices(data, prices.plant_tariff(study.tables, vintage), vat).seller_cny_per_mwh.to_dict()


def period_shares(data: xr.Dataset, tariffs: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Shares of the energy of each contract by tariff period; a contract without a calendar uses that of the first that has one."""
    named = [str(t) for t in data.contract_tariff.to_numpy() if t]
    known = data.assign_coords(contract_tariff=("contract", [str(t) or (named or [""])[0] for t in data.contract_tariff.to_numpy()]))
    energy = (data.delivered_mw * data.weight).transpose("contract", "time").to_numpy()
    found = {}
    for k, (contract, period) in enumerate(contract_periods(known, tariffs).items()):
        if (total := energy[k].sum()) > LEAST_GWH * MWH_PER_GWH:
            found[contract] = {str(p): float(energy[k][period == p].sum() / total) for p in np.unique(period)}
    return found


class Bargain:
    """A study whose deliveries can be removed, reshaped, delayed and half built.

    Parameters
    ----------
    study : Study
    horizon, weather, clock
        As in `run.prepare_study`.

    Raises
    ------
    SweepError
        When the study exports nothing.
    """

    def __init__(self, study: Study, horizon: Horizon, weather: Path, clock: Clock) -> None:
        contracts = study.tables["contracts"]
        open_ = contracts[contracts.max_mw > 0]
        copies = [reshaped(open_, shape) for shape in SHAPES]
        table = pd.concat([contracts, *copies], ignore_index=True).astype(contracts.dtypes.to_dict())
        exports = ExportProblem(replace(study, tables={**study.tables, "contracts": table}), horizon, weather, clock)
        self.study, lp = exports.study, exports.problem.lp
        self.own = self.study.tables["contracts"].set_index("contract")
        self.contracts = [str(c) for c in exports.problem.system.contract.index if "~" not in c]
        self.market = exports.problem.system.contract.market
        self.minimum = {x: int(i) for (x,), i in zip(*lp.rows("contract_minimum"), strict=True)}
        self.power = {x: int(i) for (x,), i in zip(*lp.columns("capacity_contract"), strict=True)}
        self.total = {x: int(i) for (x,), i in zip(*lp.columns("total_export"), strict=True)}
        self.corridor = {c: int(i) for (c,), i in zip(*lp.columns("capacity_corridor"), strict=True)}
        self.flow = {label[0]: ids[ids >= 0] for label, ids in zip(*lp.column_ids["flow_forward"], strict=True)}
        self.most = {x: float(lp.upper[i]) for x, i in self.power.items()}
        self.clause = int(lp.row_ids["clause_at_least"][1][lp.row_ids["clause_at_least"][0].index((CLAUSE,))])
        off = tuple(hold("upper", [i], 0.0) for x, i in self.power.items() if "~" in x)
        self.problem = replace(exports.problem, lp=applied(lp, Variant(off)))

    def keeping(self, energy: dict[str, float], *more: Change) -> Variant:
        """Every contract at its energy [GWh], whatever the total."""
        kept = [hold("row_lower", [self.minimum[x]], e * (1 - 1e-7)) for x, e in energy.items()]
        return Variant((hold("row_lower", [self.clause], -np.inf), *kept, *more))

    def without(self, energy: dict[str, float], contract: str) -> Variant:
        """The other contracts at their energy, without one contract."""
        return self.keeping(energy | {contract: 0.0}, hold("upper", [self.power[contract]], 0.0))

    def shaped(self, energy: dict[str, float], contract: str, shape: str) -> Variant:
        """The same energy of a contract with another profile."""
        copy = f"{contract}~{shape}"
        moved = energy | {contract: 0.0, copy: energy[contract]}
        return self.keeping(moved, hold("upper", [self.power[contract]], 0.0), hold("upper", [self.power[copy]], self.most[copy]))

    def outlets(self, market: str) -> list[str]:
        """Corridors to a market."""
        return [str(c) for c in self.problem.system.corridor.query("to_bus == @market").index]

    def shut(self, energy: dict[str, float], corridor: str, received: float) -> Variant:
        """Without a corridor and its delivery, which is subtracted from the contracts of its market in proportion."""
        market = self.problem.system.corridor.to_bus[corridor]
        there = sum(e for x, e in energy.items() if self.market[x] == market)
        left = max(0.0, 1 - received / there) if there > 0 else 0.0
        scaled = {x: e * left if self.market[x] == market else e for x, e in energy.items()}
        stands = float(self.problem.lp.lower[self.corridor[corridor]])
        return self.keeping(scaled, hold("upper", self.flow[corridor], 0.0), hold("upper", [self.corridor[corridor]], stands))

    def built(self, plan: dict, market: str, share: float) -> list[Change]:
        """At most a share of the plan's new capacity towards a market; empty if it has none."""
        changes = []
        for c in self.outlets(market):
            column = self.corridor[c]
            stands = float(self.problem.lp.lower[column])
            new = plan["capacity"][c] - stands
            changes.append(hold("upper", [column], stands + share * max(0.0, new)))
            if new > 1e-3:
                changes.append(hold("lower", [column], stands))
        return changes if len(changes) > len(self.outlets(market)) else []

    def table(self, runner: VariantRunner, exact: bool, threads: int) -> pd.DataFrame:
        """Solve all cases.

        Returns
        -------
        DataFrame
            One row for each ``item`` (a contract with its shapes and cases, then each corridor that delivers): ``basis`` of the
            receiver's price, ``case``, ``energy_gwh`` at the receiving end, ``short_gwh`` (what the case leaves undelivered), costs
            [MCNY], ``ours``, ``seller``, ``floor``, ``theirs``, ``room``, ``equal_split`` and ``cost_share`` [CNY/MWh, without VAT],
            ``gain_mcny`` (gain of each side at the equal split), ``penalty_mcny`` for what is short, certificate, ``impossible``.

        Raises
        ------
        VariantError
            When the plan itself is impossible, or nothing is delivered.
        """
        shared = Shared(self.problem, self.study, read_deal, exact, threads)
        plan = runner.solve(shared, {"plan": Variant()})["plan"]
        if plan["impossible"]:
            raise without_plan(plan, "the study itself", "研究本身")
        energy = {x: plan["energy"][x] for x in self.contracts}
        sold = [x for x in self.contracts if energy[x] > LEAST_GWH]
        if not sold:
            raise VariantError(say("No contract delivers anything.", "没有合同送电。"))
        received = {r["corridor"]: r["received_gwh"] for r in plan["corridors"] if r["received_gwh"] > LEAST_GWH}
        cases = {(x, case): self.built(plan, self.market[x], share) for x in sold for case, share in CASES.items()}
        cases = {key: changes for key, changes in cases.items() if changes}
        asked = {"with": self.keeping(energy)} | {f"without {x}": self.without(energy, x) for x in sold}
        asked |= {f"{x} {shape}": self.shaped(energy, x, shape) for x in sold for shape in SHAPES}
        asked |= {f"without {c}": self.shut(energy, c, e) for c, e in received.items()}
        asked |= {f"{x} {case} reach": self._reach(energy, x, changes) for (x, case), changes in cases.items()}
        answers = runner.solve(shared, asked)
        later = {}
        for (x, case), changes in cases.items():
            if not answers[f"{x} {case} reach"]["impossible"]:
                reached = min(energy[x], -answers[f"{x} {case} reach"]["objective"]) * (1 - 1e-6)
                later[f"{x} {case}"] = self.keeping(energy | {x: reached}, *changes)
        answers |= runner.solve(shared, later)
        agreed = {x: self._paid(x, answers["with"].get("periods", {}).get(x, {})) for x in sold}
        rows = [row for x in sold for row in self._contract_rows(x, energy[x], answers, agreed[x], [c for y, c in cases if y == x])]
        return pd.DataFrame(rows + [self._corridor_row(c, e, energy, answers, agreed) for c, e in received.items()])

    @property
    def most_solves(self) -> int:
        """What `table` takes where every contract delivers over every corridor and has every case."""
        return 2 + len(self.contracts) * (1 + len(SHAPES) + 2 * len(CASES)) + len(self.corridor)

    def _reach(self, energy: dict[str, float], x: str, changes: list[Change]) -> Variant:
        """Maximum delivery under a contract, the others unchanged, with some changes."""
        limited = hold("upper", [self.total[x]], energy[x])
        return replace(self.keeping(energy | {x: 0.0}, limited, *changes), objective=((self.total[x], -1.0),))

    def _paid(self, x: str, shares: dict[str, float]) -> float:
        """Highest price that the receiver of a contract can pay, by period [CNY/MWh]."""
        finance = self.study.tables["finance"].set_index("vintage").loc[self.study.settings.study.cost_vintage]
        return most_paid(self.own.loc[x], finance, shares)

    def _contract_rows(self, x: str, energy: float, answers: dict[str, dict], agreed: float, cases: list[str]) -> list[dict]:
        """Rows of a contract: as agreed, with other profiles, and in each case."""
        own, base = self.own.loc[x], answers[f"without {x}"]
        words = {"item": x, "item_zh": own.name_zh, "item_en": own.name_en, "market": self.market[x], "basis": basis(own)}

        def paid(answer: dict, delivered: str) -> float:
            shares = answer.get("periods", {}).get(delivered)
            return self._paid(x, shares) if shares else agreed

        def seller(answer: dict, delivered: str) -> float:
            return answer.get("seller", {}).get(delivered, np.nan)

        with_ = answers["with"]
        rows = [words | deal_row("agreed", energy, energy, with_, base, agreed, 0.0, seller(with_, x))]
        for shape in SHAPES:
            answer = answers[f"{x} {shape}"]
            rows.append(words | deal_row(shape, energy, energy, answer, base, paid(answer, f"{x}~{shape}"), 0.0, seller(answer, x)))
        for case in cases:
            answer = answers.get(f"{x} {case}", answers[f"{x} {case} reach"])
            reached = answer["energy"][x] if not answer["impossible"] else 0.0
            penalty = float(own.shortfall_penalty_cny_per_mwh)
            rows.append(words | deal_row(case, reached, energy, answer, base, paid(answer, x), penalty, seller(answer, x)))
        return rows

    def _corridor_row(
        self, c: str, received: float, energy: dict[str, float], answers: dict[str, dict], agreed: dict[str, float]
    ) -> dict[str, Any]:
        """Row of a corridor in use: the price of its receivers, weighted by the energy of their contracts."""
        line, market = self.study.tables["corridors"].set_index("corridor").loc[c], self.problem.system.corridor.to_bus[c]
        there = {x: energy[x] for x in agreed if self.market[x] == market}
        theirs = sum(agreed[x] * w for x, w in there.items()) / sum(there.values())
        home = answers["with"].get("seller", {})
        seller = sum(home.get(x, np.nan) * w for x, w in there.items()) / sum(there.values())
        kinds = {basis(self.own.loc[x]) for x in there}
        words = {"item": c, "item_zh": line.name_zh, "item_en": line.name_en, "market": market}
        words["basis"] = kinds.pop() if len(kinds) == 1 else "mixed"
        return words | deal_row("corridor", received, received, answers["with"], answers[f"without {c}"], theirs, 0.0, seller)


def reshaped(contracts: pd.DataFrame, shape: str) -> pd.DataFrame:
    """The contracts with another profile, without energy of their own; a peaked one without a calendar uses that of the first with one."""
    table = contracts.assign(contract=contracts.contract + "~" + shape, min_gwh_per_year=0.0, max_gwh_per_year=np.nan)
    if shape != "peaked":
        return table.assign(shape=shape)
    calendar = contracts.tariff.dropna().iloc[0] if contracts.tariff.notna().any() else None
    if calendar is None:
        return table.assign(shape="flat")
    return table.assign(shape="tariff", tariff=table.tariff.fillna(calendar), **PEAKED)
