"""An HVDC line that others use too: what is left of it, and its least power."""

import pytest

from energy_model.study.build_system import build_system
from energy_model.study.load import load_study


def line(inputs, corridor="C04", **values):
    text = ", ".join(f"{k} = {v}" for k, v in values.items())
    inputs.scenario(
        f'[study]\nfleet_year = 2024\n[[set]]\ntable = "corridors"\nwhere = {{ corridor = "{corridor}" }}\nvalues = {{ {text} }}\n'
    )
    return "mine"


@pytest.mark.parametrize(("others", "least"), [(0.0, 0.1), (0.04, 0.0625), (0.1, 0.0), (0.6, 0.0)])
def test_the_least_power_is_that_of_the_whole_line(inputs, others, least):
    """Proves: of 10 GW, others use a share in every hour; the rest stands and may be built. Of the minimum power of the line, 1 GW,
    the study owes what others do not send: with 4 % of them 0.6 of its own 9.6 GW, with a tenth nothing.
    Sensitivity: a minimum power of its own part, or one below zero.
    """
    y = build_system(load_study(inputs.path, line(inputs, others_share=others, max_new_mw=1000, min_new_mw=500)))
    own = y.corridor.loc["C04"]
    assert (own.existing, own.max_new, own.min_new) == pytest.approx((10 * (1 - others), 1 - others, 0.5 * (1 - others)))
    assert own.min_power_share == pytest.approx(least)
    assert own.usable == pytest.approx(0.96)


def test_only_hvdc_is_shared(inputs):
    """Proves: a share of others on an AC line, whose flow nobody schedules, is refused at its cell. Sensitivity: half a line in silence."""
    found = [(e.column, e.rule, e.value) for e in inputs.errors(line(inputs, "C02", others_share=0.5))]
    assert found == [("others_share", "corridor", "0.5")]
