"""Costs of clauses and the figures of a negotiation, on the shipped plan over one day; proposals by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from energy_model.analyses.bargain import SHAPES, Bargain
from energy_model.analyses.clause_costs import ClauseCosts, Move, moves_of
from energy_model.analyses.deals import Deal, basis, deal_row, most_paid
from energy_model.analyses.variant_runner import VariantRunner
from energy_model.journal import Journal
from energy_model.labels import label
from energy_model.results.stages import Clock
from energy_model.run import prepare_study
from energy_model.solving.highs import solve_lp
from energy_model.study.horizon import Horizon
from energy_model.study.load import load_study
from energy_model.workers import workers
from tests.paths import ROOT
from tests.support.shipped import with_coal_cap, with_free_trade

DAY, QUIET = Horizon.parse("hours:24"), Console(quiet=True)


@pytest.fixture(scope="module")
def study():
    return with_free_trade(with_coal_cap(load_study(ROOT / "inputs", "plan-2015")))


def answered(thing, tmp):
    with workers(1) as pool:
        return thing.table(VariantRunner(pool, Journal(tmp / "j.jsonl", {}), QUIET), False, 1)


def cost_of(study):
    """Least cost of a study built anew [MCNY]."""
    lp = prepare_study(study, DAY, ROOT / "weather", Clock(QUIET)).lp
    solution = solve_lp(lp, "simplex", threads=1)
    return float(lp.cost @ solution.primal) + lp.offset


def with_targets(study, change):
    from dataclasses import replace

    return replace(study, tables={**study.tables, "targets": change(study.tables["targets"].copy())})


def test_every_clause_with_a_row_is_dropped_and_moved(study):
    """Proves: hard and soft clauses are dropped and moved to both sides, reported ones with a figure are held, the others left alone.
    Sensitivity: a quantity without row would have no variant.
    """
    moves = moves_of(study, 0.2)
    changes = {}
    for m in moves:
        changes.setdefault(m.target, []).append(m.change)
    assert changes["T07_EXPORT"] == ["drop", "low", "high"]
    assert changes["T08_ALUMINIUM"] == ["hold"]
    assert "T06_SOLAR" not in changes
    assert "T02_RAIL" not in changes
    assert [m.value for m in moves if m.target == "T07_EXPORT"][1:] == pytest.approx([24000, 36000])


def test_costs_of_clauses_are_those_of_studies_built_anew(study, tmp_path):
    """Proves: dropping the wind clause, tightening the curtailment clause (whose value stands in the matrix) and a coal limit that no plan
    holds come to what the altered study costs, built from its tables, where the clause asks for 16 GW of wind, so that some is curtailed on
    the one day; duals bound the change from the side that convexity says; the impossible one is reported.
    Sensitivity: a copy that stays open, or two rows of one clause at once.
    """
    study = with_targets(study, lambda t: t.assign(value=t.value.where(t.target != "T06_WIND", 16000.0)))
    moves = [Move("T06_WIND", "drop", np.nan), Move("T06_WIND", "high", 18000.0), Move("T06_BALANCE", "low", 0.001),
             Move("T07_COAL", "low", 1000.0)]  # fmt: skip
    costs = ClauseCosts(study, moves, DAY, ROOT / "weather", Clock(QUIET))
    assert set(costs.alike) == {"T06_WIND~high", "T07_COAL~low"}  # of these the amount moves, of the share the matrix
    table = answered(costs, tmp_path).set_index(["target", "change"])
    base = cost_of(study)
    without = cost_of(with_targets(study, lambda t: t[t.target != "T06_WIND"]))
    tight = cost_of(with_targets(study, lambda t: t.assign(value=t.value.where(t.target != "T06_BALANCE", 0.001))))
    assert table.cost_mcny["T06_WIND", "drop"] == pytest.approx(without, rel=1e-7)
    assert table.cost_mcny["T06_BALANCE", "low"] == pytest.approx(tight, rel=1e-7)
    assert tight > base + 0.1
    for change in ("drop", "high"):
        row = table.loc["T06_WIND", change]
        assert row.change_mcny >= row.by_dual_mcny - 1e-3
    assert table.wind_mw["T06_WIND", "high"] == pytest.approx(2000, abs=1)
    assert table.impossible["T07_COAL", "low"]
    assert np.isnan(table.cost_mcny["T07_COAL", "low"])


def test_proposals_by_hand():
    """Proves: between 200 and 300 the equal split is 250; the cost share is 240, at which both gain a fifth of what they put in; without
    room there is no proposal. Sensitivity: shares of the room instead of the costs.
    """
    deal = Deal(200.0, 300.0)
    assert (deal.room, deal.equal_split, deal.cost_share) == (100, 250, 240)
    assert (deal.cost_share - 200) / 200 == pytest.approx((300 - deal.cost_share) / 300)
    assert np.isnan(Deal(300.0, 200.0).equal_split)
    assert np.isnan(Deal(300.0, 200.0).cost_share)


def test_figures_of_a_delivery_by_hand():
    """Proves: 1,000 GWh that add 250 MCNY cost 250 CNY/MWh; at 350 the room is 100 and each side gains 50 MCNY; 200 GWh short at 30 CNY/MWh
    are 6 MCNY; nothing delivered is said, and costs 36 MCNY of penalty. Sensitivity: units of thousands.
    """
    plan = {"impossible": "", "gap": 0.0, "violation": 0.0}
    row = deal_row("late", 1000.0, 1200.0, plan | {"cost_mcny": 1250.0}, plan | {"cost_mcny": 1000.0}, 350.0, 30.0)
    assert row["ours_cny_per_mwh"] == pytest.approx(250)
    assert row["room_cny_per_mwh"] == pytest.approx(100)
    assert row["gain_mcny"] == pytest.approx(50)
    assert row["penalty_mcny"] == pytest.approx(6)
    nothing = deal_row("late", 0.0, 1200.0, plan | {"cost_mcny": 1.0}, plan, 350.0, 30.0)
    assert nothing["impossible"] == "no_delivery"
    assert label("impossible", nothing["impossible"]) == ("无法送出", "nothing can be delivered")
    assert nothing["penalty_mcny"] == pytest.approx(36)


def test_the_room_lies_above_what_a_plant_gets_at_home():
    """Proves: a delivery that costs 250 and is sold by a plant that gets 280 at home leaves 70 of 350 and 35 MCNY for each side of 1,000
    GWh; at 200 at home its own cost is the floor. The cost stays as it is in both. Sensitivity: the cost raised to the tariff, or the
    lower of the two.
    """
    plan = {"impossible": "", "gap": 0.0, "violation": 0.0}
    with_, without = plan | {"cost_mcny": 1250.0}, plan | {"cost_mcny": 1000.0}
    for seller, floor, room in ((280.0, 280.0, 70.0), (200.0, 250.0, 100.0), (np.nan, 250.0, 100.0)):
        row = deal_row("agreed", 1000.0, 1000.0, with_, without, 350.0, 0.0, seller)
        assert row["ours_cny_per_mwh"] == pytest.approx(250)
        assert (row["floor_cny_per_mwh"], row["room_cny_per_mwh"]) == pytest.approx((floor, room))
        assert row["gain_mcny"] == pytest.approx(room / 2)


def test_what_a_receiver_pays_by_hand():
    """Proves: with a benchmark of 410 it is 410/1.17 less 20 of funds, whatever the hours; with avoided costs of 400, 600 in peak hours and
    none named for valleys, a delivery with half of its energy in peak and a tenth in valley hours saves 0.5*600 + 0.5*400 = 500 (no VAT to
    take off), less the funds. Sensitivity: VAT taken off twice, or a flat mean of the periods.
    """
    finance = pd.Series({"government_funds_cny_per_mwh": 20.0, "vat_share": 0.17})
    contract = pd.Series({"funds_borne_share": 1.0, "benchmark_cny_per_mwh": 410.0, "avoided_cost_cny_per_mwh": np.nan,
                          "avoided_peak_cny_per_mwh": np.nan, "avoided_valley_cny_per_mwh": np.nan})  # fmt: skip
    shares = {"peak": 0.5, "flat": 0.4, "valley": 0.1}
    assert most_paid(contract, finance, shares) == pytest.approx(410 / 1.17 - 20)
    assert basis(contract) == "benchmark"
    contract["avoided_cost_cny_per_mwh"], contract["avoided_peak_cny_per_mwh"] = 400.0, 600.0
    assert most_paid(contract, finance, shares) == pytest.approx(500 - 20)
    assert basis(contract) == "avoided"


@pytest.fixture(scope="module")
def deals(study, tmp_path_factory):
    """The table of deals where Jilin saves 350 CNY/MWh, 500 in peak and 200 in valley hours, and free trade with Liaoning 340."""
    contracts = study.tables["contracts"].copy()
    for column, value in (("avoided_cost", 350.0), ("avoided_peak", 500.0), ("avoided_valley", 200.0)):
        contracts.loc[contracts.contract == "JL_FLAT", f"{column}_cny_per_mwh"] = value
    contracts.loc[contracts.contract == "LN_FREE", "avoided_cost_cny_per_mwh"] = 340.0
    changed = replace(study, tables={**study.tables, "contracts": contracts})
    return answered(Bargain(changed, DAY, ROOT / "weather", Clock(QUIET)), tmp_path_factory.mktemp("deals"))


@pytest.mark.slow
def test_avoided_costs_by_period_move_the_receivers_price_with_the_shape(study, deals):
    """Proves: the peaked case of the Jilin contract is worth more to its receiver than the flat one, by what hours of the day and shape
    say; contracts without avoided costs stay at their benchmark; a corridor to a market of both has a mixed basis. Sensitivity: periods of
    the plan used for all shapes.
    """
    theirs = deals.set_index(["item", "case"]).theirs_cny_per_mwh
    hours = study.tables["tariffs"].set_index("tariff").loc["NE_PRE2021"].filter(like="hour_").value_counts()
    flat = (500 * hours.peak + 350 * hours.flat + 200 * hours.valley) / 24
    peaked = (500 * hours.peak + 350 * 0.6 * hours.flat + 200 * 0.3 * hours.valley) / (hours.peak + 0.6 * hours.flat + 0.3 * hours.valley)
    assert theirs["JL_FLAT", "agreed"] == pytest.approx(flat, abs=0.05)
    assert theirs["JL_FLAT", "peaked"] == pytest.approx(peaked, abs=0.05)
    assert theirs["LN_TARIFF", "agreed"] == theirs["LN_TARIFF", "peaked"] == pytest.approx(410 / 1.17)
    assert set(deals.basis[deals["item"] == "JL_FLAT"]) == {"avoided"}
    assert set(deals.basis[(deals.case == "corridor") & (deals.market == "LN")]) == {"mixed"}


@pytest.mark.slow
def test_deals_of_the_plan(study, deals, tmp_path):
    """Proves: increments are those of `sweep.increments`; a free shape is never dearer and a contract's own shape costs as much as agreed;
    less building never delivers more nor costs less at equal energy; corridors that deliver have a row. Sensitivity: a copy that delivers
    beside its original, or a case without limit.
    """
    from energy_model.analyses.exports import ExportProblem, increments

    table = deals
    ours = table.set_index(["item", "case"]).ours_cny_per_mwh
    problem = ExportProblem(study, DAY, ROOT / "weather", Clock(QUIET))
    known = increments(problem, False, 1, QUIET, Journal(tmp_path / "j.jsonl", {})).set_index("contract")
    for x, row in known.iterrows():
        assert ours[x, "agreed"] == pytest.approx(row.incremental_cny_per_mwh, rel=2e-3)
        assert ours[x, "free"] <= min(ours[x, shape] for shape in (*SHAPES, "agreed")) + 0.01
    assert ours["JL_FLAT", "flat"] == pytest.approx(ours["JL_FLAT", "agreed"], abs=0.01)
    late = table[table.case.isin(("late", "half_built"))]
    assert (late.short_gwh >= 0).all()
    same = late[(late.short_gwh == 0) & (late.impossible == "")]
    assert all(r.ours_cny_per_mwh >= ours[r.item, "agreed"] - 0.01 for r in same.itertuples())
    assert set(table[table.case == "corridor"].market) == {"LN", "JL"}
    assert (table.gap_share.dropna() < 1e-6).all()
