"""Every name that is not known is answered with the one that was meant."""

import pytest

from energy_model.study.nearest import did_you_mean, nearest

ADDED = "[[add]]\ntable = 'sources'\nrow = { table = 'mine', key = '*', column = '*', source = 'x', confidence = 'judgement' }\n"


def test_names_resemble_whatever_their_case():
    """Proves: the best of several comes first, case does not matter, nothing is proposed where nothing is alike.
    Sensitivity: a guess for every word would mislead.
    """
    assert nearest("plan-2016", ["outlook-2030", "plan-2015"]) == ["plan-2015"]
    assert nearest("kailu", ["KAILU", "KEQ"]) == ["KAILU"]
    assert did_you_mean("horqin", ["HORQIN"]) == ("did you mean HORQIN?", "是否应为 HORQIN？")
    assert did_you_mean("zzz", ["HORQIN"]) == ("", "")


@pytest.mark.parametrize(
    ("name", "text", "meant"),
    [
        ("plan-2051", "", "plan-2015"),
        ("plan-2015+dear-coa", "", "dear-coal"),
        ("mine", "[netwrk]\nlosses = 'linear'\n", "network"),
        ("mine", "[network]\nlosss = 'linear'\n", "losses"),
        ("mine", "[[sets]]\ntable = 'mines'\n", "set"),
        ("mine", "[[set]]\ntable = 'mine'\nwhere = {}\nvalues = { price_cny_per_t = 1 }\n", "mines"),
        ("mine", "[[set]]\ntable = 'mines'\nwhere = {}\nvalues = { price_cny_per_tt = 1 }\n", "price_cny_per_t"),
        ("mine", "[[set]]\ntable = 'mines'\nwhere = { mine = 'HLH_PITS' }\nvalues = { price_cny_per_t = 1 }\n", "HLH_PIT"),
        ("mine", "[[set]]\ntable = 'mines'\nwhere = { mine = 'HLH_PIT' }\nvalues = { grade = 'lignit' }\n", "lignite"),
        ("mine", "[[set]]\ntable = 'corridors'\nwhere = { corridor = 'C02' }\nvalues = { kind = 'hvcd' }\n", "hvdc"),
        ("mine", "[[set]]\ntable = 'targets'\nwhere = { target = 'T12_CORN' }\nvalues = { scope = 'korn' }\n", "corn"),
        ("mine", ADDED, "mines"),
    ],
)
def test_every_unknown_name_is_answered(inputs, name, text, meant):
    """Proves: scenarios, overlays, sections, settings, entries, tables, columns, codes in conditions, references, lists, scopes and sources
    propose the near name in both languages. Sensitivity: an error that only says no.
    """
    inputs.scenario(text)
    assert any(f"did you mean {meant}?" in e.advice and f"是否应为 {meant}？" in e.advice_zh for e in inputs.errors(name))
