"""Equal curtailment of the city and its neighbours, solved by hand."""

import pytest

from energy_model.results.recount import recount
from tests.support.tiny import run, tiny_system

PRICE = 2.0


def two_regions(price: float = PRICE, tie: float = 1.0, load_cost: float = 0.0, **options):
    """A city with 1 GW of wind and a neighbour with 3 GW, joined by a line; 2 GW of load lie beyond it."""
    return tiny_system(
        bus={"A": {}, "N": {"outside": True}},
        resource={"w": {"existing": 1.0, "vom": load_cost}, "v": {"node": "N", "existing": 3.0}},
        corridor={"tie": {"to_bus": "N", "existing": tie}},
        options={"neighbours": {"equal_curtailment_cny_per_mwh": price}},
    )


def test_both_curtail_the_same_share():
    """Proves: of 4 GW on offer 24/11 are used, each side curtails 5/11 of its own, where two tangents meet: a larger share of one
    costs more than a smaller one of the other saves; the tangent at 4/11 charges 2 x 4/11 x 20/11 - (4/11)^2 x 4 GW, less than the energy
    curtailed. Sensitivity: a share of the whole, an amount instead of a share, or a region without its own row.
    """
    r = run(two_regions(), load={"N": 24 / 11})
    assert r.value("renewable_power", "A.wind") == pytest.approx(6 / 11)
    assert r.value("renewable_power", "N.wind") == pytest.approx(18 / 11)
    assert r.cost == pytest.approx(24 * PRICE * 1e-3 * (2 * 4 / 11 * 20 / 11 - (4 / 11) ** 2 * 4))
    assert r.cost < 24 * PRICE * 1e-3 * 20 / 11


def test_a_full_line_leaves_the_rest_to_the_city():
    """Proves: over a line of 0.2 GW the city curtails four fifths, and the neighbour 1.2 of 3 GW, two fifths: the charge moves nothing that
    the network decides. Sensitivity: a charge that is a cost of the line, or shares that are forced to be equal.
    """
    r = run(two_regions(tie=0.2), load={"N": 2.0})
    assert r.value("renewable_power", "A.wind") == pytest.approx(0.2)
    assert r.value("renewable_power", "N.wind") == pytest.approx(1.8)


def test_a_true_cost_is_stronger():
    """Proves: where the city's wind costs 10 CNY/MWh more to run, all of it is curtailed: a charge of at most 2 x 2 CNY/MWh at the margin
    does not turn a difference of cost. Sensitivity: a charge that outweighs a cost of the study.
    """
    r = run(two_regions(load_cost=0.01), load={"N": 2.0})
    assert r.value("renewable_power", "A.wind") == pytest.approx(0.0)


def test_without_a_price_there_is_no_row():
    """Proves: at a price of 0, and in a study without neighbours, there is neither a column nor a row of it. Sensitivity: an option that
    costs columns where it is off.
    """
    off = run(two_regions(price=0.0), load={"N": 2.0})
    alone = tiny_system(resource={"w": {"existing": 1.0}}, options={"neighbours": {"equal_curtailment_cny_per_mwh": PRICE}})
    for r in (off, run(alone, load=0.5)):
        assert not len(r.lp.row_ids.get("equal_curtailment", ((), ()))[1])
        assert "equal_curtailment" not in r.lp.accounts


def test_it_is_counted_again():
    """Proves: the recount finds the charge of the account and no share below its tangents. Sensitivity: an account without recount."""
    r = run(two_regions(), load={"N": 2.0})
    found = recount(r.problem, r.solution.primal, r.lp.costs(r.solution.primal))
    assert found.largest < 1e-9
    assert found.balances["equal_curtailment_gw"] < 1e-9
