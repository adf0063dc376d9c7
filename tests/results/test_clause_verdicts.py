"""What may be said of a clause, and when penalties are told."""

import pandas as pd
import pytest

from energy_model.report.penalties import penalty_words
from energy_model.results.clauses import verdict
from energy_model.results.indicators import penalties
from energy_model.results.store import read_result


@pytest.mark.parametrize(
    ("quantity", "mode", "sense", "target", "held", "said"),
    [
        ("export_gwh", "hard", ">=", 30000.0, True, "met"),
        ("curtailment_share", "soft", "<=", 0.05, False, "missed"),
        ("wind_new_mw", "report", ">=", 1500.0, True, "reached"),
        ("aluminium_kt", "report", ">=", 3000.0, False, "not_reached"),
        ("sector_load_gwh", "report", ">=", 150.0, True, "input"),
        ("microgrid_count", "report", ">=", 2.0, True, "input"),
        ("sector_load_gwh", "report", ">=", 1440.0, False, "missed"),
        ("heat_pj", "hard", ">=", 13.2, False, "missed"),
        ("igcc_capacity_mw", "report", ">=", 0.0, True, "no_amount"),
        ("curtailment_share", "hard", "<=", 0.0, False, "missed"),
    ],
)
def test_only_rows_of_the_model_are_met_or_missed(quantity, mode, sense, target, held, said):
    """Proves: a clause of the model is met or missed, a reported figure reached or not, a load that the study is given is an input, or
    missed where the tables contradict the plan, and a floor of nothing has no amount; a ceiling of nothing is a clause like another.
    Sensitivity: 'met' for whatever is not below its target, '(input)' for whatever the tables hold.
    """
    assert verdict({"quantity": quantity, "mode": mode, "sense": sense}, target, held) == said


def test_inputs_miss_no_clause_before_its_year():
    """Proves: the load of an early year of a pathway that is below a later amount is not reached yet, and missed from that year on.
    Sensitivity: fourteen clauses of 2015 missed in 2011.
    """
    clause = {"quantity": "sector_load_gwh", "mode": "report", "sense": ">="}
    assert [verdict(clause, 150.0, False, 2015, plan_year) for plan_year in (2011, 2015, 2020)] == ["not_reached", "missed", "missed"]
    assert verdict(clause, 150.0, True, 2015, 2011) == "input"


def test_an_amount_of_one_year_is_judged_in_its_year_alone():
    """Proves: wind started in 2011 is reached or not in the plan of 2011, and neither in that of 2015, which knows only the sum of all
    years; a row of the model is met in either. Sensitivity: all new wind of four years counted as that of the first.
    """
    clause = {"quantity": "wind_new_mw", "mode": "report", "sense": ">="}
    assert [verdict(clause, 1500.0, held, 2011, 2011) for held in (True, False)] == ["reached", "not_reached"]
    assert [verdict(clause, 1500.0, held, 2011, 2015) for held in (True, False)] == ["see_pathway"] * 2
    assert verdict(clause | {"mode": "hard"}, 1500.0, True, 2011, 2015) == "met"


def test_what_is_judged_along_the_path_has_no_figure_here(shipped_day):
    """Proves: in the plan of 2015 the clauses on wind of 2011 have neither a figure nor a distance to it, all others have both.
    Sensitivity: all new wind until 2015 in the row of the first year.
    """
    table = read_result(shipped_day)[2]["clauses"]
    of_path = table.verdict == "see_pathway"
    assert set(table.target[of_path]) == {"T06_WIND_START", "T06_WIND_GRID"}
    for column in ("reached", "slack"):
        assert (table[column].isna() == of_path).all()


def test_penalties_are_told_from_a_thousandth_of_the_cost():
    """Proves: 0.9 and 0.9 MCNY of 1,000 are told together, 0.9 alone is not, and 0 where there are none; the largest is
    named with its own amount. Sensitivity: a limit per category; the sum given as the largest part.
    """

    def costs(**more):
        return pd.DataFrame([*more.items(), ("total", 1000.0)], columns=["category", "cost_mcny"])

    assert penalties(costs(coal=998.2, load_shedding=0.9, reserve_shortfall=0.9)) == pytest.approx(1.8)
    assert penalties(costs(coal=999.1, potline_shedding=0.9)) == 0.0
    assert penalties(costs(coal=1000.0)) == 0.0
    told = penalty_words(costs(coal=970.0, load_shedding=6.0, reserve_shortfall=24.0, missed_clauses=0.0))
    assert told == ("0.30 亿元（最大一项：备用缺额 0.24 亿元）", "30 MCNY (largest: reserve shortfall, 24 MCNY)")
    assert penalty_words(costs(coal=1000.0)) is None
