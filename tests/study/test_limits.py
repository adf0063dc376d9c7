"""Combined limits of a study: what is not there does not count."""

from energy_model.study.build_system import build_system
from energy_model.study.load import load_study

HEAD = '[[add]]\ntable = "limits"\nrow = { limit = "L", name_zh = "限额", name_en = "L", sense = "<=", value = 1000 }\n'


def member(number, corridor):
    own = f'limit = "L", member = {number}, table = "corridors", element = "{corridor}", quantity = "capacity", weight = 1'
    return f'[[add]]\ntable = "limit_members"\nrow = {{ {own} }}\n'


def test_a_line_that_is_not_there_does_not_count(inputs):
    """Proves: D03, of 2024 and without room to grow, is no member of a limit in 2015; C02 beside it is; a ceiling over D03 alone is none.
    Sensitivity: an equation over a corridor that the model does not have.
    """
    inputs.scenario(HEAD + member(1, "C02") + member(2, "D03"))
    y = build_system(load_study(inputs.path, "mine"))
    assert list(y.limit_member.element) == ["C02"]
    assert list(y.limit.index) == ["L"]
    inputs.scenario(HEAD + member(2, "D03"))
    y = build_system(load_study(inputs.path, "mine"))
    assert y.limit_member.empty
    assert y.limit.empty
