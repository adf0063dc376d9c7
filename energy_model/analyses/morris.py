"""Morris screening of many uncertain inputs: elementary effects along random trajectories.

Method: Morris (1991), Technometrics 33, 161-174, with the absolute means of Campolongo et al. (2007); sampled and analysed by SALib.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.analyses.changed_inputs import Changes, Outcome
from energy_model.analyses.sensitivity import Lever
from energy_model.errors import EnergyModelError
from energy_model.language import say
from energy_model.results.contract import column_names

OUTPUTS = ("cost_mcny", "export_cny_per_mwh", "capacity_mw/wind", "capacity_mw/solar", "capacity_mw/thermal", "curtailed_share")
"""Quantities that are screened."""


class ScreeningError(EnergyModelError):
    """The screening is not possible in this form; the message gives the reason."""


@dataclass(frozen=True)
class Design:
    """Points of a screening.

    Attributes
    ----------
    levers : tuple of Lever
    trajectories, levels, seed : int
    points : ndarray, shape (trajectories * (levers + 1), levers)
        Values in the unit of each column; one lever changes from a point to the next of its trajectory.
    """

    levers: tuple[Lever, ...]
    trajectories: int
    levels: int
    seed: int
    points: np.ndarray

    @property
    def problem(self) -> dict:
        """The problem in the form of SALib."""
        return {
            "num_vars": len(self.levers),
            "names": [v.name for v in self.levers],
            "bounds": [[v.low, v.high] for v in self.levers],
        }

    def changes(self) -> dict[str, Changes]:
        """Changes of every point by its number."""
        return {str(k): tuple(v.at(float(x)) for v, x in zip(self.levers, row, strict=True)) for k, row in enumerate(self.points)}

    def about(self) -> dict:
        """Dependencies of the points, for the journal."""
        return {"problem": self.problem, "trajectories": self.trajectories, "levels": self.levels, "seed": self.seed}


def design(levers: list[Lever], trajectories: int, levels: int, seed: int) -> Design:
    """Draw trajectories; the same seed gives the same points.

    Raises
    ------
    ScreeningError
        With fewer than two levers or trajectories, or an odd number of levels.
    """
    if len(levers) < 2:
        raise ScreeningError(
            say("A screening needs at least two inputs; for one, use sensitivity.", "筛选至少需要两个输入；单个输入请用 sensitivity。")
        )
    if trajectories < 2 or levels < 4 or levels % 2:
        raise ScreeningError(
            say("Use two trajectories or more, and an even number of levels from 4.", "轨迹数至少为 2，水平数为不小于 4 的偶数。")
        )
    from SALib.sample import morris  # half a second to import

    empty = Design(tuple(levers), trajectories, levels, seed, np.empty((0, len(levers))))
    points = morris.sample(empty.problem, N=trajectories, num_levels=levels, seed=seed)
    return Design(tuple(levers), trajectories, levels, seed, points)


def analyse(plan: Design, outcomes: dict[str, Outcome]) -> pd.DataFrame:
    """Elementary effects of every lever on every output.

    Parameters
    ----------
    plan : Design
    outcomes : dict of str to Outcome
        By the number of the point; trajectories with an impossible point are left out.

    Returns
    -------
    DataFrame
        ``output``, ``input`` and its words, range, ``mu`` mean effect of going from low to high, ``mu_star`` mean absolute effect,
        ``mu_star_conf`` half width of its 95 % interval (bootstrap), ``sigma`` standard deviation of the effects (curvature and
        interaction), in the unit of the output; ``trajectories`` counted, ``gap_share`` the widest. The largest ``mu_star`` first.

    Raises
    ------
    ScreeningError
        When fewer than two trajectories have a plan at all points.
    """
    from SALib.analyze import morris

    size = len(plan.levers) + 1
    whole = [t for t in range(plan.trajectories) if not any(outcomes[str(t * size + k)].impossible for k in range(size))]
    if len(whole) < 2:
        raise ScreeningError(
            say(
                f"Only {len(whole)} of {plan.trajectories} trajectories have a plan at every point: narrow the ranges.",
                f"{plan.trajectories} 条轨迹中只有 {len(whole)} 条处处可行：请缩小范围。",
            )
        )
    kept = [t * size + k for t in whole for k in range(size)]
    gap = max(outcomes[str(k)].gap for k in kept)
    rows = []
    for output in OUTPUTS:
        values = np.array([outcomes[str(k)].get(output) for k in kept])
        if np.isnan(values).any():  # such as the price of exports of a plan without any
            continue
        found = morris.analyze(plan.problem, plan.points[kept], values, num_levels=plan.levels, seed=plan.seed, print_to_console=False)
        for k, lever in enumerate(plan.levers):
            row: dict[str, object] = {"output": output, "input": lever.name, **lever.words()}
            row |= {"confidence": lever.confidence, "low": lever.low, "high": lever.high, "trajectories": len(whole), "gap_share": gap}
            rows.append(row | {name: float(found[name][k]) for name in ("mu", "mu_star", "mu_star_conf", "sigma")})
    table = pd.DataFrame(rows)
    order = table.assign(_output=table.output.map({o: k for k, o in enumerate(OUTPUTS)})).sort_values(
        ["_output", "mu_star"], ascending=[True, False], kind="stable"
    )
    return table.loc[order.index, [c for c in column_names("screening") if c in table]].reset_index(drop=True)
