"""A study of two places whose near-optimal plans are worked out by hand."""

from types import SimpleNamespace

import pandas as pd

from energy_model.results.names import NAMED
from energy_model.study import contract
from tests.support.tiny import build, tiny_system

ROWS = {
    "nodes": {"node": ["A", "B"], "name_zh": ["甲", "乙"], "name_en": ["first", "second"]},
    "corridors": {"corridor": ["line"], "name_zh": ["线"], "name_en": ["the line"]},
}
STUDY = SimpleNamespace(
    name="town",
    tables={t: pd.DataFrame(ROWS.get(t, {}), columns=[c.name for c in contract.columns(t)]) for t in NAMED},
    settings=SimpleNamespace(study=SimpleNamespace(cost_vintage=2012, case="town")),
)


def two_places():
    """A load of 1 GW in A; coal there costs 0.4 MCNY/GWh, wind in A 12 and wind in B 13 MCNY/GW at full output, the line from B 1 MCNY/GW.

    The plan burns coal alone for 9.6 MCNY. A GW of wind in A costs 12 and saves 9.6: 2.4 more; one in B with its line 13 + 1 - 9.6 = 4.4.
    """
    system = tiny_system(
        bus={"A": {}, "B": {}},
        thermal={"coal": {"existing": 1.0, "fuel": 0.4}},
        resource={"near": {"max_new": 2.0, "capex": 12.0}, "far": {"node": "B", "max_new": 2.0, "capex": 13.0}},
        corridor={"line": {"from_bus": "B", "to_bus": "A", "max_new": 2.0, "capex": 1.0}},
    )
    return build(system, load={"A": 1.0})
