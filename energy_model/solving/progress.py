"""What is told while a solver runs: a short line every few seconds; its own log goes into the log of the run."""

from __future__ import annotations

import re
import time

from rich.console import Console

from energy_model.runlog import solver_said
from energy_model.solving.interior_point.iterate import Iteration
from energy_model.solving.limits import LimitReached, Limits
from energy_model.solving.magnitude import own_units
from energy_model.solving.stamp import StampedLP


class Progress:
    """Takes the solver's lines: presolved size, then iteration, costs, gap and elapsed time, and why it goes on where the gap is small.

    Parameters
    ----------
    console : Console
    lp : StampedLP
    wanted : float
        Below this the solver wants residuals and gap, in its own relative measures.
    """

    NUMBER = r"(-?\d\.\d+e[+-]\d+)"
    ITERATION = re.compile(rf"^\s*(\d+)\*?\s+{NUMBER}\s+{NUMBER}\s+{NUMBER}\s+{NUMBER}\s")
    SIMPLEX = re.compile(rf"^\s*(\d+)\s+{NUMBER}\s+(?:Ph1: \d+\(\S+\); )?(Pr|Du): (\d+)\(")
    EVERY_S = 5.0
    SMALL_GAP = 1e-3

    def __init__(self, console: Console, lp: StampedLP, wanted: float) -> None:
        self.console, self.wanted = console, wanted
        self.started, self.said = time.monotonic(), 0.0
        power, money = own_units(lp)
        self.unit = power * money

    def __call__(self, line: str) -> None:
        """Tell of a line what a planner wants to know."""
        if not self.console.quiet:
            solver_said(line)
        now = time.monotonic()
        if line.startswith("Presolve reductions"):
            self._say(now, line.strip())
        elif line.startswith("Running crossover"):
            self._say(now, "optimal; now on to a vertex, whose prices are exact 已最优，交叉求顶点以得精确价格 …")
        elif now - self.said < self.EVERY_S:
            return
        elif found := self.ITERATION.match(line):
            cost, bound = float(found[2]) * self.unit, float(found[3]) * self.unit
            gap = abs(cost - bound) / (abs(cost) or 1.0)
            told = f"iteration 迭代 {found[1]}: cost 费用 {cost:,.1f}, bound 下界 {bound:,.1f} MCNY, gap 间隙 {gap:.1e}"
            self._say(now, told + self._why(gap, float(found[4]), float(found[5])))
        elif found := self.SIMPLEX.match(line):
            of = {"Pr": "rows not held yet 行未满足", "Du": "prices not settled yet 价格未定"}[found[3]]
            left = f", {int(found[4]):,} {of}" if int(found[4]) else ""
            self._say(now, f"iteration 迭代 {found[1]}: {float(found[2]) * self.unit:,.1f} MCNY{left}")

    def _why(self, gap: float, rows: float, prices: float) -> str:
        """Why the solver goes on although the gap is small: the figure holds only once rows and prices are right."""
        if gap > self.SMALL_GAP:
            return ""
        return f"; rows still off by 行残差 {rows:.0e}, prices by 价格残差 {prices:.0e}, to come to 目标 {self.wanted:.0e}"

    def _say(self, now: float, text: str) -> None:
        self.said = now
        self.console.print(f"  {now - self.started:6.0f} s  {text}", highlight=False)


class BlockProgress:
    """The same of the method on blocks, which also looks at the limits in every iteration.

    Parameters
    ----------
    console : Console
    limits : Limits
    """

    def __init__(self, console: Console, limits: Limits) -> None:
        self.console, self.limits = console, limits
        self.started = self.said = time.monotonic()

    def __call__(self, at: Iteration) -> None:
        """Tell of an iteration.

        Raises
        ------
        LimitReached
            With the duals so far.
        """
        line = f"iteration 迭代 {at.number}: cost 费用 {at.cost:,.1f}, bound 下界 {at.bound:,.1f} MCNY, gap 间隙 {at.gap:.1e}"
        if not self.console.quiet:
            solver_said(f"{line}, rows {at.row_residual:.1e}, reduced costs {at.dual_residual:.1e}")
        if reached := self.limits.reached():
            fault = LimitReached(reached)
            fault.dual = at.duals()
            raise fault
        now = time.monotonic()
        if now - self.said >= Progress.EVERY_S:
            self.said = now
            self.console.print(f"  {now - self.started:6.0f} s  {line}", highlight=False)
