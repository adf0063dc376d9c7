"""Networks of the kinds that PyPSA's documentation shows are carried at PyPSA's optimum, or refused by name."""

import pytest

pytest.importorskip("pypsa")
from tests.support.pypsa_kinds import KINDS, REFUSED, outcome

ANY_DAY = ("european", "hourly_efficiency_of_ports", "scenarios", "periods")
"""Kinds tried in `make test`; the others in `make test-all`."""
RELAXED = ("whole_units",)
"""Kinds whose whole units are relaxed here, which the comparison says."""


@pytest.mark.parametrize("name", [pytest.param(n, marks=() if n in ANY_DAY else pytest.mark.slow) for n in KINDS])
def test_a_kind_of_network_costs_what_it_costs_in_pypsa(name, tmp_path):
    """Proves: each kind is carried and has PyPSA's optimum to 1e-6, or is refused with the reason accepted here.
    Sensitivity: an attribute that is read wrongly, or a kind that is no longer carried.
    """
    found = outcome(name, tmp_path)
    assert ("refused" in found) == (name in REFUSED), found
    if name in REFUSED:
        assert REFUSED[name] in found["refused"]
    elif name in RELAXED:
        assert "whole units" in found["why"][0]
    else:
        assert found["why"] == []
        assert found["ours"] == pytest.approx(found["pypsa"], rel=1e-6)
