"""Names of codes: no two of a study are equal."""

import pytest

from energy_model.results.names import element_names
from energy_model.study.build_system import build_system
from energy_model.study.load import load_study
from tests.paths import INPUTS


@pytest.mark.parametrize("scenario", ["plan-2015+dried-lignite", "hindcast-2015", "outlook-2030+hydrogen"])
def test_no_two_codes_have_one_name(scenario):
    """Proves: in each language all names of a shipped study differ; plants of two grades at a node are told apart by grade, also where
    tables have the name of the technology alone, those that stand from those that may be built by words, and none by its code;
    reserve regions have names.
    Sensitivity: two rows of a table that a reader cannot tell apart.
    """
    study = load_study(INPUTS, scenario)
    system = build_system(study)
    names = element_names(study, system)
    for language in zip(*names.values(), strict=True):
        assert len(set(language)) == len(language)
    assert not [code for code, words in names.items() if f"({code})" in words.en]
    assert {*study.tables["nodes"].reserve_region.dropna()} <= {*names}
    if scenario.startswith("plan"):
        new, dried = "coal_chp350@HORQIN", "coal_chp350_dried@HORQIN"
        assert names[dried].zh == names[new].zh.replace("霍林河褐煤", "提质褐煤")
        assert system.thermal.name_en[dried].endswith(", dried lignite")
    if scenario.startswith("outlook"):
        assert names["HORQIN.coal_chp350"].zh.removesuffix("（既有）") == names["coal_chp350@HORQIN"].zh.removesuffix("（新建）")
        assert names["HLH.coal_sub300.lignite_low"].en.endswith(", low-grade lignite")
