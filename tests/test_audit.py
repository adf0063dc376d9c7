"""The audit of packages, on doctored pins."""

import importlib.util
import tomllib

import pytest
from packaging.requirements import Requirement

from tests.paths import ROOT

PLACE = ROOT / ".ci" / "audit.py"
SPEC = importlib.util.spec_from_file_location("audit", PLACE)
audit = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(audit)

INSTALLED = {"pyomo": "6.1", "ply": "3.0", "highspy": "1.15.1", "highspy-extras": "1.15.1", "colour": "2.0"}
REQUIRES = {"pyomo": ["ply>=3", "colour; extra == 'docs'", "old; python_version < '3.0'"]}
PINS = INSTALLED | dict.fromkeys(audit.BUILD, "1.0")
ROOTS = [Requirement(text) for text in ("Pyomo[docs]>=6", "highspy", "highspy-extras")]


def told(**changed) -> list[str]:
    pins = {name: version for name, version in (PINS | changed).items() if version}
    return audit.faults(pins, ROOTS, lambda name: REQUIRES.get(name, []), INSTALLED.get)


def test_pins_that_agree_are_no_fault():
    """Proves: sound pins, an extra and a marker that does not hold here give no sentence. Sensitivity: an audit that always complains."""
    assert told() == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"ply": "3.1"}, "ply 3.0 is installed, but 3.1 is pinned"),
        ({"ply": None}, "ply is needed by pyomo but has no pin"),
        ({"colour": None}, "colour is needed by pyomo"),
        ({"left-over": "1.0"}, "left-over is pinned but nothing needs it"),
        ({"highspy-extras": "1.15.0"}, "must be of one version"),
    ],
)
def test_each_fault_has_its_sentence(changed, words):
    """Proves: a doctored constraints.txt is told by what is wrong in it. Sensitivity: a check that looks at direct packages only."""
    assert any(words in sentence for sentence in told(**changed))


def test_what_is_not_installed_is_a_fault():
    """Proves: a needed package that is missing here is named. Sensitivity: an audit of an empty environment would pass."""
    found = audit.faults(PINS, ROOTS, lambda name: REQUIRES.get(name, []), (INSTALLED | {"ply": None}).get)
    assert found == ["ply is needed by pyomo but is not installed."]


def test_an_extra_may_be_missing_but_not_its_pin():
    """Proves: a solver that an extra names is no fault where it is not installed, and one where it has no pin.
    Sensitivity: an audit that asks for every extra fails on every machine.
    """
    extra = [Requirement("solver>=1")]
    look = (lambda name: REQUIRES.get(name, []), INSTALLED.get)
    assert audit.faults(PINS | {"solver": "1.0"}, ROOTS, *look, extra) == []
    assert audit.faults(PINS, ROOTS, *look, extra) == ["solver is needed by pyproject.toml but has no pin in constraints.txt."]


def test_the_projects_own_pins_are_all_needed_and_all_there():
    """Proves: constraints.txt as it stands passes, and every package is told with a licence. Sensitivity: a pin of a package taken out."""
    pins = audit.read_pins((PLACE.parents[1] / "constraints.txt").read_text(encoding="utf-8"))
    roots, optional = audit.declared(tomllib.loads((PLACE.parents[1] / "pyproject.toml").read_text(encoding="utf-8")))
    assert audit.faults(pins, roots, optional=optional) == []
    assert all(audit.licence(name) for name in audit.needed(roots) if audit.installed_version(name))
