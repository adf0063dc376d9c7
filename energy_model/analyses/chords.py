"""A convex curve known at some points: its possible distance below the chords, and the next point to solve."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd


def curve_of(found: dict[float, dict]) -> pd.DataFrame:
    """Points in order, each with the error of the chord to the previous point and the place of that error, ``widest_at``."""
    table = pd.DataFrame([found[v] for v in sorted(found)])
    for name in ("cost_mcny", "bound", "slope", "gap", "violation"):
        table[name] = table[name].astype(float) if name in table else np.nan
    table = table.rename(columns={"bound": "bound_mcny"})
    table["error_mcny"] = table["widest_at"] = np.nan
    good = table.index[table.impossible == ""]
    for before, after in pairwise(good):
        table.loc[after, ["widest_at", "error_mcny"]] = chord_error(table.loc[before], table.loc[after])
    return table


def chord_error(a: pd.Series, b: pd.Series) -> tuple[float, float]:
    """Largest possible distance of the curve from the chord between two points, and its place.

    The bound of each point and its slope make a line that no plan lies below: only the bounds of the axis change from point to point, so
    the same duals prove it everywhere.
    """
    width = b["at"] - a["at"]
    bend = b.slope - a.slope
    cross = (a.bound_mcny - b.bound_mcny + b.slope * b["at"] - a.slope * a["at"]) / bend if bend > 0 else a["at"] + width / 2
    cross = float(np.clip(cross, a["at"], b["at"]))
    chord = a.cost_mcny + (b.cost_mcny - a.cost_mcny) * (cross - a["at"]) / width
    tangents = max(a.bound_mcny + a.slope * (cross - a["at"]), b.bound_mcny + b.slope * (cross - b["at"]))
    return float(np.clip(cross, a["at"] + 0.01 * width, b["at"] - 0.01 * width)), max(0.0, float(chord - tangents))


def next_value(found: dict[float, dict], busy: Collection[float], error_share: float, left: int) -> float | None:
    """Next value to solve; None if the curve is known well enough, or no point is left.

    A point halfway in a chord is far from both its ends, and far ways take long.  So a worker goes on from the value it solved last, in
    steps that make as many points of the open chords as are left: a convex curve that bends evenly leaves a chord in proportion to the
    square of its length.  Where one step is half a chord, or another chord is much wider open, the point is where that chord may be
    furthest from the curve.

    Parameters
    ----------
    found : dict
        Answers by value, the last one last.
    busy : collection of float
        Values that are being solved.
    error_share : float
        As in `trace`.
    left : int
        Points that may still be solved.
    """
    pieces = _open_pieces(found, busy, error_share)
    if left < 1 or not pieces:
        return None
    last, good_enough = next(reversed(found)), (sum(p.error_mcny**0.5 for p in pieces) / left) ** 2
    piece = max(pieces, key=lambda p: (last in (p.low, p.high) and p.error_mcny > good_enough, p.error_mcny))
    step = (good_enough / piece.error_mcny) ** 0.5
    if step < 0.5 and last in (piece.low, piece.high):
        step *= piece.high - piece.low
        return round(piece.low + step if last == piece.low else piece.high - step, 6)
    return round(piece.furthest, 6)


@dataclass(frozen=True)
class _Piece:
    """Part of a chord without a value in progress or without an answer: the largest possible distance of the curve, and its place."""

    low: float
    high: float
    furthest: float
    error_mcny: float


def _open_pieces(found: dict[float, dict], busy: Collection[float], error_share: float) -> list[_Piece]:
    """Pieces of the curve that are not yet known well enough."""
    if not found:
        return []
    good = curve_of(found).query("impossible == ''")
    least = max(error_share * float(good.cost_mcny.max() - good.cost_mcny.min()), 1e-9 * abs(good.cost_mcny.max()))
    pieces, unknown = [], {*busy, *(v for v, point in found.items() if point["impossible"])}
    for (_, a), (_, b) in pairwise(good.iterrows()):
        if b.error_mcny > least:
            ends = sorted({a["at"], b["at"], *(v for v in unknown if a["at"] < v < b["at"])})
            for low, high in pairwise(ends):
                share = (high - low) / (b["at"] - a["at"])
                furthest = float(b.widest_at) if share == 1 else (low + high) / 2
                pieces.append(_Piece(float(low), float(high), furthest, float(b.error_mcny) * share**2))
    return [p for p in pieces if p.error_mcny > least and round(p.furthest, 6) not in found]
