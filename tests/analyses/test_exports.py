"""Solving a plan again with something changed: the supply curve, increments of contracts, sensitivities."""

import itertools
from dataclasses import replace

import pandas as pd
import pytest
from rich.console import Console

from energy_model import certified, rounds
from energy_model.analyses import exports
from energy_model.analyses.exports import ExportProblem, SweepError, increments
from energy_model.analyses.frontier import Frontier, trace
from energy_model.analyses.frontier_tables import tables_of
from energy_model.analyses.sensitivity import chosen, levers, with_value
from energy_model.analyses.variant_runner import VariantRunner
from energy_model.journal import Journal
from energy_model.results import prices
from energy_model.results.certificate import CertificateError
from energy_model.results.stages import Clock
from energy_model.results.tables import result_tables
from energy_model.solving.highs import solve_lp
from energy_model.study import contract
from energy_model.study.horizon import Horizon
from energy_model.study.load import load_study
from energy_model.study.provenance import source_of
from energy_model.workers import workers
from tests.paths import ROOT
from tests.support.shipped import with_free_trade

DAY = Horizon.parse("hours:24")
QUIET = Console(quiet=True)


@pytest.fixture(scope="module")
def study():
    return with_free_trade(load_study(ROOT / "inputs", "plan-2015"))


@pytest.fixture(scope="module")
def problem(study):
    return ExportProblem(study, DAY, ROOT / "weather", Clock(QUIET))


@pytest.fixture(scope="module")
def plan(problem):
    return problem.solve(problem.volume_gwh, problem.least_gwh, False, 1, QUIET)


@pytest.fixture(scope="module")
def curve(study, tmp_path_factory):
    frontier = Frontier("export", study, DAY, ROOT / "weather", Clock(QUIET))
    with workers(1) as pool:
        runner = VariantRunner(pool, Journal(tmp_path_factory.mktemp("curve") / "j.jsonl", {}), QUIET)
        points = trace(frontier, frontier.shared(False, 1), runner, [10000.0, 20000.0], (1.0, 36000.0), 5, 0.0, QUIET)
    return tables_of(frontier, points)


def cost_at(problem, total, least):
    """Least cost with other export amounts [MCNY]."""
    lp = problem.at(total, least).lp
    solution = solve_lp(lp, "simplex", threads=1)
    assert solution.status == "Optimal"
    return float(lp.cost @ solution.primal) + lp.offset


def between(value, below, above, tolerance=0.02):
    """Whether a dual lies between the slopes on both sides."""
    return below - tolerance <= value <= above + tolerance


@pytest.mark.parametrize("contract", ["LN_TARIFF", "JL_FLAT"])
def test_dual_of_a_contract_is_its_finite_difference(problem, plan, contract):
    """Proves: one more GWh of a contract alone, the others' total unchanged, costs what its dual says, between the slopes to both sides.
    Sensitivity: leaving out the dual of the export clause (over 200 CNY/MWh) fails.
    """
    dual = prices.contract_duals(plan.data)[contract]
    step = 20.0
    slopes = []
    for sign in (-1, 1):
        least = (plan.data.delivered_mw * plan.data.weight).sum("time").to_series() / 1e3
        least[contract] += sign * step
        slopes.append(sign * (cost_at(problem, 0.0, least) - plan.cost) / step * 1e3)
    assert between(dual, *slopes)
    assert dual > 50


def test_marginal_cost_of_the_path_is_its_finite_difference(problem, plan):
    """Proves: when all exports grow together, cost grows as the curve's marginal cost says.
    Sensitivity: the dual of the clause alone, without those of the contracts' shares, is lower.
    """
    step, slopes = 30.0, []
    for sign in (-1, 1):
        volume = problem.volume_gwh + sign * step
        slopes.append(sign * (cost_at(problem, volume, problem.least_gwh * volume / problem.volume_gwh) - plan.cost) / step * 1e3)
    assert between(problem.marginal(plan.data), *slopes)


def test_nodal_price_over_delivery_is_the_dual(plan, study):
    """Proves: for contracts of fixed shape below their largest power, the price at the market over the delivery equals the dual of
    their energy, as duality demands. Sensitivity: a plain mean over hours differs for the tariff shape.
    """
    finance = study.tables["finance"].set_index("vintage").loc[2012]
    table = prices.contract_prices(plan.data, study.tables["contracts"], finance).set_index("contract")
    for name in ("LN_TARIFF", "JL_FLAT"):
        assert table.nodal_cny_per_mwh[name] == pytest.approx(table.marginal_cny_per_mwh[name], abs=0.05)
    plain = float(prices.market_price(plan.data)[0].mean())
    assert abs(plain - table.marginal_cny_per_mwh["LN_TARIFF"]) > 1.0


def test_a_contract_that_delivers_nothing_has_no_price(plan, study):
    """Proves: without delivery marginal cost, floor and room are empty and a note says why; the other contracts keep theirs.
    Sensitivity: the dual of a bound at zero, a lower bound on the cost, shown as a price.
    """
    finance = study.tables["finance"].set_index("vintage").loc[2012]
    tariff = prices.plant_tariff(study.tables, 2012)
    idle = plan.data.assign(delivered_mw=plan.data.delivered_mw.where(plan.data.contract != "JL_FLAT", 0.0))
    before, table = (prices.contract_prices(d, study.tables["contracts"], finance, tariff).set_index("contract") for d in (plan.data, idle))
    named = ["marginal_cny_per_mwh", "floor_cny_per_mwh", "room_cny_per_mwh"]
    assert before.loc["JL_FLAT", named].notna().all()
    assert table.loc["JL_FLAT", named].isna().all()
    assert table.price_note.to_dict() == before.price_note.to_dict() | {"JL_FLAT": "no_delivery"}
    assert table.loc["LN_TARIFF", named].tolist() == before.loc["LN_TARIFF", named].tolist()


def test_the_curve_is_convex_and_its_parts_add_up(curve):
    """Proves: marginal cost never falls, the incremental cost of a segment lies between the marginal costs at its ends, parts sum to
    the cost, and the average recovers it. Sensitivity: points solved with other data, or a lost category, fail.
    """
    table = curve["supply_curve"]
    assert table.export_gwh.tolist() == pytest.approx([3.6, 10000, 20000, 30000, 36000])
    assert table.marginal_cny_per_mwh.is_monotonic_increasing
    for k in range(1, len(table)):
        assert between(table.segment_cny_per_mwh[k], table.marginal_cny_per_mwh[k - 1], table.marginal_cny_per_mwh[k])
    parts = table[["energy_mcny", "capacity_mcny", "corridor_mcny", "other_mcny"]].sum(axis=1)
    assert parts.tolist() == pytest.approx(table.cost_mcny.tolist(), rel=1e-9)
    average = curve["average_prices"]
    added = table.set_index("export_gwh").cost_mcny
    assert (average.average_cny_per_mwh * average.energy_gwh).sum() / 1e3 == pytest.approx(added[30000] - added.iloc[0], rel=1e-9)
    energy = curve["supply_curve_contracts"].groupby("export_gwh").energy_gwh.sum()
    assert energy.tolist() == pytest.approx(table.delivered_gwh.tolist(), rel=1e-6)
    assert energy.tolist()[1:] == pytest.approx(energy.index.tolist()[1:], rel=1e-6)
    assert energy.iloc[0] > energy.index[0]  # wind of the day that is sold for want of another use


def test_increment_is_the_cost_without(problem, plan, tmp_path, monkeypatch):
    """Proves: without a contract nothing is delivered under it, the others keep their energy, and its increment lies below its marginal
    cost, as the cost is convex; asked again, the journal answers without a solve. Sensitivity: letting the others fill up would leave the
    total export as it was; a key that does not name the contract.
    """
    table = increments(problem, False, 1, QUIET, Journal(tmp_path / "j.jsonl", {})).set_index("contract")
    monkeypatch.setattr(ExportProblem, "solve", None)
    again = increments(problem, False, 1, QUIET, Journal(tmp_path / "j.jsonl", {})).set_index("contract")
    pd.testing.assert_frame_equal(again, table)
    assert set(table.index) == {"LN_TARIFF", "LN_FREE", "JL_FLAT"}
    duals = prices.contract_duals(plan.data)
    energy = (plan.data.delivered_mw * plan.data.weight).sum("time").to_series() / 1e3
    for name, row in table.iterrows():
        others = energy.where(energy.index != name, 0.0)
        without = problem.at(float(others.sum()), others, without=name).lp
        solution = solve_lp(without, "simplex", threads=1)
        ids = dict(zip([i[0] for i in without.column_ids["total_export"][0]], without.column_ids["total_export"][1], strict=True))
        assert solution.primal[ids[name]] == pytest.approx(0, abs=1e-6)
        assert row.cost_without_mcny == pytest.approx(float(without.cost @ solution.primal) + without.offset, rel=1e-7)
        assert 0 < row.incremental_cny_per_mwh <= duals[name] + 0.05


@pytest.mark.slow
def test_increments_agree_with_what_is_built(monkeypatch, tmp_path):
    """Proves: under dc power flow every solve of the increments is repeated until flows agree with the lines built, and each repetition
    asks for the same exports. Sensitivity: one LP, or a problem built again with the exports of the plan.
    """
    flows, asked = [], []
    study = with_free_trade(load_study(ROOT / "inputs", "plan-2015-dc"))
    network = study.settings.network.model_copy(update={"flow_iterations": 1})
    study = replace(study, settings=study.settings.model_copy(update={"network": network}))
    contracts = study.tables["contracts"]
    study = replace(study, tables=study.tables | {"contracts": contracts[contracts.contract.isin(["LN_TARIFF", "LN_FREE"])]})

    def recorded(study, problem, *rest, **options):
        agreed, solved, refinements = rounds.solve_study(study, problem, *rest, **options)
        flows.append(refinements[0].summary()["mismatch_mw"])
        labels, ids = agreed.lp.row_ids["clause_at_least"]
        asked.append(agreed.lp.row_lower[ids[labels.index(("EXPORT_VOLUME",))]])
        return agreed, solved, refinements

    monkeypatch.setattr(exports, "solve_study", recorded)
    problem = ExportProblem(study, DAY, ROOT / "weather", Clock(QUIET))
    table = increments(problem, False, 1, QUIET, Journal(tmp_path / "j.jsonl", {}))
    assert len(flows) == 1 + len(table)
    assert max(flows) <= study.settings.network.flow_tolerance_mw
    assert asked[0] == problem.volume_gwh
    assert asked[1:] == pytest.approx((table.energy_gwh.sum() - table.energy_gwh).tolist())


def test_a_scenario_without_export_is_refused_in_words():
    """Proves: no contract or no promised energy is said. Sensitivity: a division by the volume 0."""
    study = load_study(ROOT / "inputs", "no-export")
    with pytest.raises(SweepError, match="exports nothing"):
        ExportProblem(study, DAY, ROOT / "weather", Clock(QUIET))


def test_uncertified_solves_never_count(problem, monkeypatch, tmp_path):
    """Proves: a point whose certificate fails stops the increments. Sensitivity: taking its cost anyway."""
    solved = certified.solve_to_gap
    monkeypatch.setattr(certified, "solve_to_gap", lambda *a: (lambda s, acc, c: (s, acc, replace(c, passed=False)))(*solved(*a)))
    with pytest.raises(CertificateError):
        increments(problem, False, 1, QUIET, Journal(tmp_path / "j.jsonl", {}))


def test_levers_follow_the_sources(study):
    """Proves: every lever names cells in use, takes low and high of sources.csv, leaves cells with a nearer source and zeros alone, and
    changes nothing else. Sensitivity: a pattern that swallowed all corridors would put a wheeling charge on internal ones.
    """
    known = {lever.name: lever for lever in levers(study)}
    wheeling = known["corridors/*/wheeling_cny_per_mwh"]
    changed = with_value(study, wheeling, 15.0).tables["corridors"]
    before = study.tables["corridors"]
    assert ((changed.wheeling_cny_per_mwh == 0) == (before.wheeling_cny_per_mwh == 0)).all()
    assert set(changed.wheeling_cny_per_mwh) == {0.0, 15.0}
    pd.testing.assert_frame_equal(changed.drop(columns="wheeling_cny_per_mwh"), before.drop(columns="wheeling_cny_per_mwh"))
    mines, reject = known["mines/*/price_cny_per_t"], known["mines/*_REJECT/*/price_cny_per_t"]
    assert not set(mines.rows) & set(reject.rows)
    assert not [name for name in known if "/2024/" in name]  # the price level in use is 2012
    for lever in known.values():
        frame, row = study.tables[lever.table], lever.rows[0]
        key = "/".join(str(frame.loc[row, k]) for k in contract.keys(lever.table))
        spec = contract.column(lever.table, lever.column)
        assert all(spec.low is None or spec.low <= v for v in (lever.low, lever.high))
        assert all(spec.high is None or v <= spec.high for v in (lever.low, lever.high))
        assert lever.low == source_of(study.tables["sources"], lever.table, key, lever.column).low
    assert chosen(study, ("nonsense",)) == ([], ["nonsense"])


def test_one_marginal_cost_stands_everywhere(curve, plan, study):
    """Proves: the contracts' marginal costs, weighted by their energy, are the marginal cost of the curve until one is at its largest
    energy, and never above it; and the table of
    contracts, the table of prices and the plan's point of the curve tell the same marginal cost and the same price of the node.
    Sensitivity: the price of the node over the delivery, which a free contract at its largest power keeps below its marginal cost.
    """
    parts = curve["supply_curve_contracts"].assign(paid=lambda t: t.marginal_cny_per_mwh * t.energy_gwh).groupby("export_gwh")
    weighted = parts.paid.sum() / parts.energy_gwh.sum()
    along = curve["supply_curve"].marginal_cny_per_mwh.to_numpy()
    free = curve["supply_curve_contracts"].query("contract == 'LN_FREE'").energy_gwh.to_numpy()
    within = (free < 8000 - 1e-3) & (parts.energy_gwh.sum().to_numpy() < curve["supply_curve"].export_gwh * (1 + 1e-6))
    assert within.tolist() == [False, True, False, False, False]  # the first point sells wind of the day that is not asked for
    assert weighted.to_numpy()[within] == pytest.approx(along[within], rel=1e-6)
    assert (weighted.to_numpy() <= along + 1e-6).all()
    tables = result_tables(plan.data, study, plan.accounts)
    listed, priced = (tables[name].set_index("contract") for name in ("contracts", "contract_prices"))
    for column in ("marginal_cny_per_mwh", "nodal_cny_per_mwh"):
        assert listed[column].equals(priced[column])
    floor = priced[["marginal_cny_per_mwh", "seller_cny_per_mwh"]].max(axis=1)
    assert (priced.room_cny_per_mwh - priced.ceiling_cny_per_mwh + floor).abs().max() < 1e-9
    without = prices.contract_prices(plan.data, study.tables["contracts"], study.tables["finance"].set_index("vintage").loc[2012])
    assert (without.room_cny_per_mwh - without.ceiling_cny_per_mwh + without.marginal_cny_per_mwh).abs().max() < 1e-9
    assert priced.marginal_cny_per_mwh["LN_FREE"] > priced.nodal_cny_per_mwh["LN_FREE"] + 1.0


def test_averages_of_the_curve_are_of_what_is_delivered_and_jumps_are_explained(curve):
    """Proves: the average cost divides the cost that is added by the energy that is delivered beyond the first point, also where that
    delivers more than it is asked for, the incremental cost by the energy asked for, as the dual does; every limit that a point names binds
    there, holds none back at the point before, and the first point names none. Sensitivity: energy asked for in place of energy delivered,
    or the reverse; every binding limit named at every point.
    """
    table = curve["supply_curve"]
    added, more = (table.cost_mcny - table.cost_mcny[0]) * 1e3, table.delivered_gwh - table.delivered_gwh[0]
    assert (table.average_cny_per_mwh * more)[1:].tolist() == pytest.approx(added[1:].tolist())
    assert (table.segment_cny_per_mwh * table.export_gwh.diff())[1:].tolist() == pytest.approx((table.cost_mcny.diff() * 1e3)[1:].tolist())
    assert table.changed[0] == ""
    named = [set(filter(None, text.split("; "))) for text in table.changed]
    assert any(named)
    for before, after in itertools.pairwise(named):
        assert not before & after
    assert not any("EXPORT_VOLUME" in text for text in table.changed)
