"""Stamping copies of a day is the same as building the whole horizon at once."""

import numpy as np
import pytest
import scipy.sparse as sp

from energy_model.formulation.equation import REGISTRY
from tests.support.every import STUDIES, every_profile
from tests.support.tiny import TIMED, build, solved

STEP_H = 4
STEPPED = (
    {n for n, time in TIMED.items() if time == "step"}
    | {"synchronous_short", "class_start"}
    | {n for n, e in REGISTRY.items() if e.over[-1] == "step"}
)


def places(ids: dict, count: int, block_h: int, rows: bool) -> list[tuple]:
    """(family, label, absolute time) of every row or column; ledgers of all blocks share one place."""
    found: list = [None] * count
    for family, (labels, numbers) in ids.items():
        for label, own in zip(labels, numbers, strict=True):
            if np.ndim(own) == 0:
                found[own] = (family, label, 0)
                continue
            ledger = "ledger" in family
            period = block_h // STEP_H if family in STEPPED else block_h
            first = period - own.shape[1] + 1 if family in TIMED and not rows else 1
            for block, time in np.ndindex(own.shape):
                if own[block, time] >= 0 and time + first > 0:  # time 0 is the end of the block before
                    found[own[block, time]] = (family, label, 0 if ledger else block * period + time + first)
    assert None not in found
    return found


def ordered(lp, block_h: int):
    """Matrix and vectors in the order of sorted places; ledger rows of one label are added, their columns are one."""
    rows = places(lp.row_ids, lp.matrix.shape[0], block_h, rows=True)
    columns = places(lp.column_ids, lp.matrix.shape[1], block_h, rows=False)

    def gather(keys):
        names = sorted(set(keys), key=str)
        place = {k: i for i, k in enumerate(names)}
        at = np.array([place[k] for k in keys])
        return names, sp.csr_array((np.ones(len(keys)), (at, np.arange(len(keys)))))

    row_names, add = gather(rows)
    column_names, group = gather(columns)
    mean = sp.diags_array(1 / group.sum(axis=1)) @ group
    bounds = [np.where(np.isfinite(b), b, np.sign(b) * 1e9) for b in (lp.lower, lp.upper)]
    return {
        "rows": row_names,
        "columns": column_names,
        "matrix": add @ lp.matrix @ mean.T,
        "cost": mean @ lp.cost,
        "row_lower": add @ np.maximum(lp.row_lower, -1e9),
        "row_upper": add @ np.minimum(lp.row_upper, 1e9),
        "lower": mean @ bounds[0],
        "upper": mean @ bounds[1],
    }


@pytest.fixture(scope="module", params=["base", "commitment", "smelters"])
def problems(request):
    """The study as blocks of three lengths; of those with options, rows look back further than the shortest block is long."""
    return {h: build(STUDIES[request.param](), block_h=h, step_h=STEP_H, **every_profile(96)) for h in (24, 48, 96)}


@pytest.mark.parametrize("block_h", [24, 48])
def test_stamped_days_give_the_matrix_of_the_whole(problems, block_h):
    """Proves: 4 copies of one day (2 of two days), joined at their ends, give row by row and column by column the matrix, costs, bounds
    and right-hand sides of the 96 h built at once; only the ledgers, one per block, are added up before the comparison.
    Sensitivity: fails if a state is handed to the wrong block, an hour takes another hour's data, or a weight is wrong.
    """
    whole, copies = ordered(problems[96].lp, 96), ordered(problems[block_h].lp, block_h)
    assert copies["rows"] == whole["rows"]
    assert copies["columns"] == whole["columns"]
    assert abs(copies["matrix"] - whole["matrix"]).max() < 1e-12
    for name in ("cost", "row_lower", "row_upper", "lower", "upper"):
        assert copies[name] == pytest.approx(whole[name], abs=1e-12), name
    assert problems[block_h].lp.offset == pytest.approx(problems[96].lp.offset, abs=1e-12)


def test_block_length_does_not_change_the_optimum(problems):
    """Proves: blocks of 24, 48 and 96 h have the same optimal cost to 1e-9.
    Sensitivity: fails if a store, ramp or commitment forgets its state between blocks, or the ring of the horizon is open.
    """
    costs = {h: solved(p).cost for h, p in problems.items()}
    assert costs[24] == pytest.approx(costs[96], rel=1e-9)
    assert costs[48] == pytest.approx(costs[96], rel=1e-9)
    assert costs[96] > 1.0


def test_every_block_begins_where_the_one_before_ends(problems):
    """Proves: time 0 of every state is the same column as the last time of the block before; the first block follows the last.
    Sensitivity: fails if a block starts from a free state.
    """
    lp = problems[24].lp
    for family in set(TIMED) & set(lp.column_ids):
        ids = lp.column_ids[family][1]
        period = 24 // STEP_H if TIMED[family] == "step" else 24
        before = ids.shape[2] - period
        if before == 0:
            continue  # nobody looks back at it in this study
        there = ids[:, :, before - 1] >= 0
        assert (ids[:, :, before - 1] == np.roll(ids[:, :, -1], 1, axis=1))[there].all()
        assert there.any()
