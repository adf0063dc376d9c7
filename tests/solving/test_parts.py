"""An LP held in parts, such as years that share capacities: the same optimum, whoever holds them."""

from __future__ import annotations

import numpy as np
import pytest

from energy_model.solving.bounds import safe_lower_bound
from energy_model.solving.highs import solve_lp
from energy_model.solving.interior_point import parts
from energy_model.solving.interior_point.holder import Here
from energy_model.solving.interior_point.iterate import Iterate
from energy_model.solving.interior_point.method import solve_blocks
from energy_model.solving.interior_point.parts import find_parts
from energy_model.solving.interior_point.start import Trail
from energy_model.solving.interior_point.threads import Threads
from energy_model.study.horizon import Horizon
from tests.support import every
from tests.support.block_studies import years
from tests.support.tiny import build


def solve(lp, trail=None, threads=1):
    return solve_blocks(lp, 1e-9, 1e-7, threads, lambda at: None, trail=trail)


@pytest.fixture
def always(monkeypatch):
    monkeypatch.setattr(parts, "WORTH_PARTS", 0)


@pytest.mark.parametrize(
    ("name", "horizon"),
    [("reserves", None), ("carrying", Horizon.parse("weeks:2"))],
)
def test_years_in_parts_cost_what_the_simplex_finds(name, horizon, always):
    """Proves: three years, joined and held in three parts, cost what the simplex finds, rows hold, and the duals prove it; also years of
    typical weeks, whose weeks belong together, and from the points of an earlier solve.
    Sensitivity: fails if a sum over shared columns or rows is lost or stands twice, or weeks of one year part.
    """
    joined = years(3, name, horizon)
    lp = joined.lp
    found = find_parts(lp)
    assert found.count == 3
    assert (found.columns < len(joined.once.labels)).all()
    answer, exact = solve(lp), solve_lp(lp, "simplex", threads=1)
    optimum = lp.cost @ exact.primal
    assert lp.cost @ answer.primal == pytest.approx(optimum, rel=1e-7)
    activity = lp.matrix @ answer.primal
    assert np.maximum(lp.row_lower - activity, activity - lp.row_upper).max() < 1e-6
    assert safe_lower_bound(lp, answer.dual)[0] == pytest.approx(optimum + lp.offset, rel=1e-6)
    warm = solve(lp, Trail(lp.column_ids, lp.row_ids, answer.points))
    assert warm.warm
    assert lp.cost @ warm.primal == pytest.approx(optimum, rel=1e-7)


def test_parts_do_not_depend_on_threads(always):
    """Proves: one and two threads give the same digits. Sensitivity: fails if sums over parts are in the order of their ends."""
    lp = years(2).lp
    one, two = solve(lp), solve(lp, threads=2)
    assert (one.primal == two.primal).all()
    assert (one.dual == two.dual).all()


def test_products_in_parts_are_those_of_the_matrix(always):
    """Proves: products of the matrix with columns and duals, put together from those of the parts, are the LP's.
    Sensitivity: fails if an entry of a shared column or row is lost or stands in two parts.
    """
    lp, rng = years(3).lp, np.random.default_rng(2)
    point = Iterate(lp, Threads(1))
    x, y = rng.random(len(lp.lower)), rng.random(len(lp.row_lower))
    everyone = [point.shared, *point.holders.holders]
    for part, columns, rows in zip(everyone, point.columns, point.rows, strict=True):
        part.x[part.column_at], part.y[part.row_at] = x[columns], y[rows]
    point.shared.products(point.holders.each("products", point.shared.of("point")))
    column, dual, money = point.units
    for part, columns, rows in zip(everyone, point.columns, point.rows, strict=True):
        products = lp.matrix[rows] @ (column * x) * dual[rows] / money
        assert part.rows[part.row_at] == pytest.approx(products, abs=1e-9 * (1 + np.abs(products).max()))
        prices = lp.matrix[:, columns].T @ (dual * y) * column[columns] / money
        assert part.right[part.column_at] == pytest.approx(prices, abs=1e-9 * (1 + np.abs(prices).max()))


def test_a_year_of_one_chain_is_one_part(always):
    """Proves: days that hand their states on are not torn apart, and nothing is shared then. Sensitivity: fails if a day is a part."""
    lp = build(every.STUDIES["base"](), step_h=12, **every.every_profile(48)).lp
    found = find_parts(lp)
    assert found.count == 1
    assert not len(found.columns) + len(found.rows)
    assert isinstance(Iterate(lp, Threads(1)).holders, Here)
