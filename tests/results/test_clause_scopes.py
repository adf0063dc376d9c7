"""Every quantity of a clause, over the whole study and over a part of it: in the row of the model, in the recount and in the table."""

from functools import cache
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from energy_model.results import dataset
from energy_model.results.clauses import REACHED, Figures
from energy_model.results.quantities import Quantities
from energy_model.results.recount import recount
from energy_model.results.recount_clauses import COUNTS
from energy_model.study.clause_quantities import QUANTITIES
from tests.support.labelled import with_names
from tests.support.tiny import run, tiny_system

# Two counties. A is the microgrid G: 1.75 GW of wind and sun, 0.5 GW of potlines, 0.5 GW of export to M, load 0.25 GW for half a day and
# 1.75 for the other half; so 6 of 42 GWh are curtailed and 12 GWh come from coal. B: 3.75 GW, potlines 1, export 1 to N, load 0.25 and 3:
# 18 of 90 GWh curtailed, 15 GWh from coal. 0.1 kt of coal a GWh; a chemist takes 3 kt of A's mine.
# 0.1 kt of SO2, 0.2 of NOx, 0.05 of dust and 0.5 Mm3 of water a GWh; industry of A takes 1 Mm3.
AMOUNTS = {  # quantity: scope kind, amounts of A, of B, and of both, in the unit of targets.csv
    ("wind_capacity_mw", "node"): (1500.0, 3000.0, 4500.0),
    ("solar_capacity_mw", "node"): (250.0, 750.0, 1000.0),
    ("wind_new_mw", "node"): (500.0, 1000.0, 1500.0),
    ("thermal_capacity_mw", "node"): (1500.0, 3700.0, 5200.0),
    ("igcc_capacity_mw", "node"): (500.0, 700.0, 1200.0),
    ("condensing_gwh", "node"): (12.0, 15.0, 27.0),
    ("curtailment_share", "node"): (6 / 42, 18 / 90, 24 / 132),
    ("renewable_share", "node"): (36 / 36, 72 / 63, 108 / 99),
    ("aluminium_kt", "node"): (12 / 13.5, 24 / 13.5, 36 / 13.5),
    ("aluminium_kt", "smelter"): (12 / 13.5, 24 / 13.5, 36 / 13.5),
    ("export_gwh", "contract"): (12.0, 24.0, 36.0),
    ("export_gwh", "market"): (12.0, 24.0, 36.0),
    ("coal_kt", "mine"): (1.2 + 3.0, 1.5, 5.7),
    ("co2_kt", ""): (np.nan, np.nan, 2.7),
    ("so2_kt", "node"): (1.2, 1.5, 2.7),
    ("nox_kt", "node"): (2.4, 3.0, 5.4),
    ("dust_kt", "node"): (0.6, 0.75, 1.35),
    ("water_mm3", "node"): (7.0, 7.5, 14.5),
} | {
    (quantity, "microgrid"): amounts
    for quantity, amounts in {
        "wind_capacity_mw": (1500.0, np.nan, 4500.0),
        "solar_capacity_mw": (250.0, np.nan, 1000.0),
        "wind_new_mw": (500.0, np.nan, 1500.0),
        "thermal_capacity_mw": (1500.0, np.nan, 5200.0),
        "igcc_capacity_mw": (500.0, np.nan, 1200.0),
        "condensing_gwh": (12.0, np.nan, 27.0),
        "curtailment_share": (6 / 42, np.nan, 24 / 132),
        "renewable_share": (1.0, np.nan, 108 / 99),
        "aluminium_kt": (12 / 13.5, np.nan, 36 / 13.5),
        "so2_kt": (1.2, np.nan, 2.7),
        "nox_kt": (2.4, np.nan, 5.4),
        "dust_kt": (0.6, np.nan, 1.35),
        "water_mm3": (7.0, np.nan, 14.5),
    }.items()
}
MEMBERS = {"node": ("A", "B"), "microgrid": ("G", ""), "smelter": ("kA", "kB"), "contract": ("xA", "xB"), "market": ("M", "N"),
           "mine": ("pA", "pB"), "": ("", "")}  # fmt: skip
SHARES = {"curtailment_share": (42.0, 90.0, 132.0), "renewable_share": (36.0, 63.0, 99.0)}
"""What the shares are of: energy on offer, and load as it is asked for [GWh]."""
CASES = [
    (quantity, scope, amount, whole)
    for (quantity, kind), amounts in AMOUNTS.items()
    for scope, amount, whole in zip((*MEMBERS[kind], ""), amounts, SHARES.get(quantity, (0.0, 0.0, 0.0)), strict=True)
    if not np.isnan(amount)
]
AIR = {"so2_kt_per_tj": 0.1, "nox_kt_per_tj": 0.2, "dust_kt_per_tj": 0.05, "flue_gas_gm3_per_tj": 1.0}
LEAST = 0.1
"""Value of every floor, in the unit of its quantity; curtailment may be a half."""


def _clause(quantity, scope):
    value, sense = (0.5, "<=") if quantity == "curtailment_share" else (LEAST, ">=")
    return {"quantity": quantity, "scope": scope or None, "sense": sense, "value": value}


@cache
def plan():
    half = [0] * 12 + [1] * 12
    s = tiny_system(
        bus={"A": {"microgrid": "G"}, "B": {}, "M": {"market": True}, "N": {"market": True}},
        microgrid={"G": {}},
        resource={
            "wA": {"existing": 1.0, "max_new": 0.5, "min_new": 0.5},
            "wB": {"node": "B", "existing": 2.0, "max_new": 1.0, "min_new": 1.0},
            "sA": {"kind": "solar", "existing": 0.25},
            "sB": {"kind": "solar", "node": "B", "existing": 0.75},
        },
        thermal={
            "cA": {"existing": 1.0, "water": 500.0},
            "iA": {"existing": 0.5, "water": 500.0, "technology": "igcc", "vom": 0.5},
            "cB": {"existing": 3.0, "water": 500.0, "node": "B", "coal_grade": "hard"},
            "iB": {"existing": 0.7, "water": 500.0, "node": "B", "coal_grade": "hard", "technology": "igcc", "vom": 0.5},
        },
        supply={p: {"price": 0.2} | AIR for p in (("pA", "cA"), ("pA", "iA"), ("pB", "cB"), ("pB", "iB"))},
        water_node={"A": {"industry": 1000.0}, "B": {}},
        mine={"pA": {}, "pB": {"grade": "hard"}},
        coal_user={"v": {"demand_kt_per_year": 3.0}},
        smelter={"kA": {"rated": 0.5}, "kB": {"node": "B"}},
        corridor={"m": {"to_bus": "M", "existing": 5.0}, "n": {"from_bus": "B", "to_bus": "N", "existing": 5.0}},
        contract={
            "xA": {"market": "M", "shape": "flat", "max": 0.5, "min_gwh_per_year": 12.0},
            "xB": {"market": "N", "shape": "flat", "max": 1.0, "min_gwh_per_year": 24.0},
        },
        target={f"{q}/{scope}": _clause(q, scope) for q, scope, *_ in CASES},
    )
    return run(s, load={"A": [0.25 + 1.5 * h for h in half], "B": [0.25 + 2.75 * h for h in half]})


@cache
def figures():
    r = plan()
    with_names(r.problem.system)
    facts = {"kind": "county", "adcode": "1", "market": None, "latitude_deg": 43.0, "longitude_deg": 122.0}
    nodes = pd.DataFrame([{"node": n, "name_zh": n, "name_en": n, "microgrid": g, **facts} for n, g in (("A", "G"), ("B", None))])
    study = SimpleNamespace(tables={"nodes": nodes})
    return Figures(dataset.build_dataset(r.problem, study, r.solution.primal, r.solution.dual), study)


def test_every_quantity_and_kind_of_scope_is_tried():
    """Proves: the table above holds each modelled quantity with each kind of scope it allows; the margin has scopes of its own, see
    formulation/test_reserves, and so have shares of contracts, see formulation/test_exports.
    Sensitivity: a quantity or scope that is added and not proven.
    """
    allowed = {(q.name, kind) for q in QUANTITIES.values() if not q.is_input for kind in q.scopes or ("",)}
    elsewhere = {("reserve_margin_share", kind) for kind in ("region", "microgrid")}
    elsewhere |= {("export_renewable_share", kind) for kind in ("contract", "market")}
    assert allowed - elsewhere == set(AMOUNTS)
    assert COUNTS.keys() == REACHED.keys() == {q for q, _ in AMOUNTS} | {"export_renewable_share"}


@pytest.mark.parametrize(("quantity", "scope", "amount", "whole"), CASES)
def test_a_scope_counts_its_own_members(quantity, scope, amount, whole):
    """Proves: of two counties, mines, contracts, markets, potlines, one of them a microgrid, the row of the LP, the recount and the table
    count the members of the scope and no others, all in one amount worked out by hand. Sensitivity: a scope that is ignored counts
    both, one that is compared with nodes alone counts nothing in a microgrid or market.
    """
    r = plan()
    sense, value = ("<=", 0.5) if quantity == "curtailment_share" else (">=", LEAST)
    family = "clause_at_most" if sense == "<=" else "clause_at_least"
    (row,) = r.ids(family, f"{quantity}/{scope}", rows=True)
    left = float((r.lp.matrix @ r.solution.primal)[row])
    limit = r.lp.row_upper[row] if sense == "<=" else r.lp.row_lower[row]
    per_unit = QUANTITIES[quantity].per_unit
    slack = (amount - value) * (whole or per_unit)  # constants stand on the right of a row: what is left of the limit is the same
    assert left - limit == pytest.approx(slack, abs=1e-6)
    reached, asked = COUNTS[quantity](Quantities(r.problem, r.solution.primal), scope or None, value)
    assert reached - asked == pytest.approx(slack, abs=1e-6)
    assert figures().reached(quantity, scope) == pytest.approx(amount)


def test_the_recount_of_all_of_them_agrees():
    """Proves: the plan with all these clauses agrees with its tables. Sensitivity: one counted otherwise than it is stamped."""
    r = plan()
    accounts = {name: r.account(name) for name in r.lp.accounts}
    recount(r.problem, r.solution.primal, accounts).require()


def test_a_renewable_share_is_of_the_load_that_is_asked_for():
    """Proves: 24 GWh of wind, 24 GWh of load and potlines of 1 GW that stand still for lack of power are a share of a half in the row, the
    recount and the table: potlines count at rated power. Sensitivity: of the power in use the share is 1, and shedding meets the clause.
    """
    clause = {"c": {"quantity": "renewable_share", "value": 0.5}}
    r = run(tiny_system(resource={"w": {"existing": 1.0}}, thermal={"none": {}}, smelter={"k": {}}, target=clause), load=1.0)
    assert r.value("potline_shed", "k").sum() == pytest.approx(24.0)
    reached, asked = COUNTS["renewable_share"](Quantities(r.problem, r.solution.primal), None, 0.5)
    assert (reached, asked) == (pytest.approx(24.0), pytest.approx(24.0))
    with_names(r.problem.system)
    nodes = {"node": ["A"], "name_zh": "甲", "name_en": "A", "kind": "county", "adcode": 1, "market": None, "microgrid": None}
    study = SimpleNamespace(tables={"nodes": pd.DataFrame(nodes | {"latitude_deg": 43.0, "longitude_deg": 122.0})})
    data = dataset.build_dataset(r.problem, study, r.solution.primal, r.solution.dual)
    assert Figures(data, study).reached("renewable_share", "") == pytest.approx(0.5)
