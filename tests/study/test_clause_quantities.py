"""Quantities of clauses: one record each, known everywhere before anything is solved."""

import pytest

from energy_model.formulation.clauses import LEFT_SIDE
from energy_model.labels import label
from energy_model.report.shown_units import CHINESE
from energy_model.results.clauses import REACHED, verdict
from energy_model.results.recount_clauses import COUNTS
from energy_model.study import contract
from energy_model.study.clause_quantities import MODELLED, QUANTITIES, clause_quantity, require_all
from energy_model.study.given import GIVEN, given, given_clauses
from energy_model.study.load import load_study
from energy_model.study.reach import CAPACITY_CLAUSES
from tests.support.tiny import tiny_system

MARGIN = {"reserve_margin_share"}


def test_every_quantity_of_the_contract_is_known_everywhere():
    """Proves: the contract, the records, the rows of the model, the recount, the figures of a plan and what a study is given name the same
    quantities; each has a unit, a verdict with words, and where it has a price its unit has words too.
    Sensitivity: a quantity that is added in one place and falls through to another's formula elsewhere.
    """
    names = set(contract.column("targets", "quantity").values)
    assert names == set(QUANTITIES)
    inputs = {q for q in names if QUANTITIES[q].is_input}
    assert inputs == set(GIVEN)
    assert names - inputs == set(MODELLED) == set(LEFT_SIDE) == set(COUNTS) | MARGIN == set(REACHED) | MARGIN
    assert set(CAPACITY_CLAUSES) == {q for q in names if q.endswith("_mw")}
    for q in QUANTITIES.values():
        assert q.unit in ("MW", "GWh", "kt", "Mm3", "PJ", "1")
        assert not q.price_unit or q.price_unit in CHINESE
        for mode in ("hard", "soft", "report"):
            for held in (True, False):
                assert label("verdict", verdict({"quantity": q.name, "sense": ">=", "mode": mode}, 1.0, held))


def test_what_is_not_known_is_refused():
    """Proves: a clause on an unknown quantity stops the model, the table and the check before any solve; a formula too many or too few is
    named. Sensitivity: counted as a renewable share, or left out of the model in silence.
    """
    system = tiny_system(target={"T1": {"quantity": "hydrogen_kt"}})
    with pytest.raises(LookupError, match="hydrogen_kt"):
        system.clause  # noqa: B018
    with pytest.raises(LookupError, match="known: wind_capacity_mw"):
        clause_quantity("hydrogen_kt")
    with pytest.raises(LookupError, match="co2_kt"):
        require_all({"coal_kt": 1}, ["coal_kt", "co2_kt"], "the count of a clause")


def test_a_sense_that_says_nothing_is_refused(inputs):
    """Proves: a largest share of wind and sun in contracts, which a plan may leave uncounted, is refused in its row; a least one is not.
    Sensitivity: a clause that every plan meets.
    """
    row = inputs.find("targets", target="T07_EXPORT")
    for column, value in (("quantity", "export_renewable_share"), ("value", "0.3"), ("sense", "<=")):
        inputs.put("targets", row, column, value)
    assert ("targets.csv", row, "sense", "<=", "not_allowed") in inputs.places()
    inputs.put("targets", row, "sense", ">=")
    assert load_study(inputs.path)


def test_what_the_study_is_given_counts_its_scope(load):
    """Proves: heat of one county, of its heat area, of the other and of all (33 x 0.4 and 5 x 0.54 PJ); loads of one name at every node;
    microgrids; one mine and all of this level. Sensitivity: 15.9 PJ for the city, which has 13.2.
    """
    study = load("plan-2015")
    heat = {scope: given(study, "heat_pj", scope) for scope in ("HORQIN", "TONGLIAO_CITY", "HLGL", "")}
    assert heat == pytest.approx({"HORQIN": 13.2, "TONGLIAO_CITY": 13.2, "HLGL": 2.7, "": 15.9})
    assert given(study, "sector_load_gwh", "cement") == pytest.approx(352 + 264 + 264)
    assert given(study, "sector_load_gwh", "aniline") == pytest.approx(240 + 160)
    assert given(study, "microgrid_count", "") == 2
    assert [given(study, "mine_capacity_kt", scope) for scope in ("HLH_PIT", "")] == [48000, 100000]


def test_clauses_on_inputs_are_compared(inputs, load):
    """Proves: the shipped plan gives what its clauses ask; ethylene glycol of 14.4 instead of 1,440 GWh misses its clause; a soft one on an
    input is refused. Sensitivity: 'input' whatever the tables hold.
    """
    assert all(c.holds for c in given_clauses(load("plan-2015")))
    assert len(given_clauses(load("plan-2015"))) > 10
    inputs.put("loads", inputs.find("loads", load="ethylene_glycol", case="plan-2015"), "energy_gwh_per_year", "14.4")
    (missed,) = [c for c in given_clauses(load_study(inputs.path)) if not c.holds]
    assert (missed.target, missed.value, missed.reached) == ("T09_EG", 1440.0, 14.4)
    row = inputs.find("targets", target="T09_EG")
    inputs.put("targets", row, "mode", "soft")
    inputs.put("targets", row, "penalty_cny_per_unit", "1")
    assert ("targets.csv", row, "mode", "soft", "clause") in inputs.places()
