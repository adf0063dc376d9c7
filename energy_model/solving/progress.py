"""Progress of a running solver: a short line every few seconds; its own log goes into the log of the run."""

from __future__ import annotations

import re
import time

from rich.console import Console

from energy_model.language import say
from energy_model.runlog import solver_said
from energy_model.solving.interior_point.iterate import Iteration
from energy_model.solving.limits import LimitReached, Limits
from energy_model.solving.magnitude import own_units
from energy_model.solving.stamp import StampedLP
from energy_model.units import YI_CNY_PER_MCNY


class Lines:
    """Lines for the planner, each with the solver's elapsed seconds; lines of iterations at most every few seconds.

    Parameters
    ----------
    console : Console
    """

    EVERY_S = 5.0

    def __init__(self, console: Console) -> None:
        self.console = console
        self.started = self.said = time.monotonic()

    @property
    def due(self) -> bool:
        """Whether it is time for another iteration."""
        return time.monotonic() - self.said >= self.EVERY_S

    def say(self, text: str) -> None:
        """Print a line now."""
        self.said = time.monotonic()
        self.console.print(f"  {self.said - self.started:6.0f} s  {text}", highlight=False)

    def log(self, line: str) -> None:
        """Keep a line in the log of the run, unless this solve is hidden from the planner."""
        if not self.console.quiet:
            solver_said(line)


class Progress(Lines):
    """Reads the solver's lines: presolved size, then iteration, costs, gap and elapsed time, and the remaining work once the gap is small.

    Parameters
    ----------
    console : Console
    lp : StampedLP
    wanted : float
        Below this the solver wants residuals and gap, in its own relative measures.
    """

    PRESOLVED = re.compile(r"Presolve reductions: rows (\d+)\(.*?\); columns (\d+)\(.*?\); nonzeros (\d+)")
    NUMBER = r"(-?\d\.\d+e[+-]\d+)"
    ITERATION = re.compile(rf"^\s*(\d+)\*?\s+{NUMBER}\s+{NUMBER}\s+{NUMBER}\s+{NUMBER}\s")
    SIMPLEX = re.compile(rf"^\s*(\d+)\s+{NUMBER}\s+(?:Ph1: \d+\(\S+\); )?(Pr|Du): (\d+)\(")
    SMALL_GAP = 1e-3

    def __init__(self, console: Console, lp: StampedLP, wanted: float) -> None:
        super().__init__(console)
        self.wanted = wanted
        power, money = own_units(lp)
        self.unit = power * money

    def __call__(self, line: str) -> None:
        """Tell of a line what a planner wants to know."""
        self.log(line)
        if found := self.PRESOLVED.match(line):
            rows, columns, nonzeros = (f"{int(n):,}" for n in found.groups())
            self.say(
                say(
                    f"after presolve: {rows} rows, {columns} columns, {nonzeros} nonzeros",
                    f"预处理后：{rows} 行，{columns} 列，{nonzeros} 个非零元",
                )
            )
        elif line.startswith("Running crossover"):
            self.say(say("optimal; now to a vertex, whose prices are exact …", "已最优，交叉求顶点以得精确电价 …"))
        elif not self.due:
            return
        elif found := self.ITERATION.match(line):
            cost, bound = float(found[2]) * self.unit, float(found[3]) * self.unit
            gap = abs(cost - bound) / (abs(cost) or 1.0)
            told = say(
                f"iteration {found[1]}: cost {cost:,.1f}, bound {bound:,.1f} MCNY, gap {gap:.1e}",
                f"迭代 {found[1]}：费用 {cost * YI_CNY_PER_MCNY:,.3f}，下界 {bound * YI_CNY_PER_MCNY:,.3f} 亿元，相对间隙 {gap:.1e}",
            )
            self.say(told + self._why(gap, float(found[4]), float(found[5])))
        elif found := self.SIMPLEX.match(line):
            of = {"Pr": say("rows not satisfied yet", "行未满足"), "Du": say("prices not final yet", "个价格未定")}[found[3]]
            left = say(", ", "，") + f"{int(found[4]):,} {of}" if int(found[4]) else ""
            self.say(
                say(
                    f"iteration {found[1]}: {float(found[2]) * self.unit:,.1f} MCNY{left}",
                    f"迭代 {found[1]}：{float(found[2]) * self.unit * YI_CNY_PER_MCNY:,.3f} 亿元{left}",
                )
            )

    def _why(self, gap: float, rows: float, prices: float) -> str:
        """What the solver still works on although the gap is small: the gap is valid only once rows and prices are accurate."""
        if gap > self.SMALL_GAP:
            return ""
        return say(
            f"; rows still violated by {rows:.0e}, prices by {prices:.0e}, target {self.wanted:.0e}",
            f"；行残差 {rows:.0e}，价格残差 {prices:.0e}，目标 {self.wanted:.0e}",
        )


class BlockProgress(Lines):
    """The same for the method on blocks, which also checks the limits in every iteration.

    Parameters
    ----------
    console : Console
    limits : Limits
    """

    def __init__(self, console: Console, limits: Limits) -> None:
        super().__init__(console)
        self.limits = limits

    def __call__(self, at: Iteration) -> None:
        """Tell of an iteration.

        Raises
        ------
        LimitReached
            With the duals so far.
        """
        line = say(
            f"iteration {at.number}: cost {at.cost:,.1f}, bound {at.bound:,.1f} MCNY, gap {at.gap:.1e}",
            f"迭代 {at.number}：费用 {at.cost * YI_CNY_PER_MCNY:,.3f}，下界 {at.bound * YI_CNY_PER_MCNY:,.3f} 亿元，相对间隙 {at.gap:.1e}",
        )
        self.log(f"{line}, rows {at.row_residual:.1e}, reduced costs {at.dual_residual:.1e}")
        if reached := self.limits.reached():
            fault = LimitReached(reached)
            fault.dual = at.duals()
            raise fault
        if self.due:
            self.say(line)
