"""The registry of benchmark cases: what is measured, at which size, by which programs."""

from __future__ import annotations

from dataclasses import dataclass

OURS, BARE, PYOMO, LINOPY = "energy_model", "highspy", "pyomo", "pypsa-build"
BLOCKS = ("blocks-1", "blocks-2")
"""The method on blocks alone, with one and with two threads."""
HIGHS = ("hipo", "ipx", "simplex")
"""HiGHS on the same arrays, with that algorithm and two threads."""
PYPSA = ("pypsa-default", "pypsa-ipx", "pypsa-hipo", "pypsa-pdlp")
SHIPPED_NODES = 12


@dataclass(frozen=True)
class Case:
    """One LP and the programs that build or solve it.

    Attributes
    ----------
    horizon : str
        As the commands take it.
    nodes : int
        Nodes without markets: a part of the shipped study, or copies of it (`benchmarks.nodes`).
    option : str
        TOML laid over the scenario.
    common : bool
        The part of the study that PyPSA can carry (`exchange.subset`) instead of the whole study.
    foreign : bool
        A network that is not ours (`benchmarks.foreign`), imported, instead of the study.
    programs : tuple of str
    limit_s : float
        Time limit of each solve [s].
    """

    horizon: str
    nodes: int = SHIPPED_NODES
    option: str = ""
    common: bool = False
    foreign: bool = False
    programs: tuple[str, ...] = (OURS, BARE)
    limit_s: float = 600.0


DC = '[network]\npower_flow = "dc"\n'
TANGENTS = '[network]\nlosses = "tangents"\n'
RESERVES = "[reserves]\nenabled = true\n"
STEP = "[time]\ncommitment_step_h = 4\n[commitment]\nminimum_times = true\n"
RIVALS = (OURS, BARE, LINOPY, *PYPSA)

CASES: dict[str, Case] = {
    "weeks-4": Case("weeks:4", programs=(OURS, *BLOCKS, *HIGHS)),
    "foreign": Case("year", nodes=1, foreign=True, programs=(OURS, *BLOCKS, PYPSA[0]), limit_s=1200),
    "smoke": Case("hours:24", programs=(OURS, BARE, PYOMO), limit_s=120),
    "smoke-peers": Case("hours:24", common=True, programs=(OURS, LINOPY, "pypsa-hipo"), limit_s=120),
    "week": Case("hours:168", programs=(OURS, BARE, PYOMO)),
    "week-peers": Case("hours:168", common=True, programs=RIVALS, limit_s=240),
    "month": Case("hours:720", programs=(OURS, BARE, PYOMO)),
    "month-peers": Case("hours:720", common=True, programs=RIVALS, limit_s=300),
    "quarter": Case("hours:2160"),
    "quarter-peers": Case("hours:2160", common=True, programs=RIVALS),
    "half": Case("hours:4320"),
    "year": Case("year", programs=(OURS, *BLOCKS, BARE), limit_s=3600),
    "year-peers": Case("year", common=True, programs=RIVALS, limit_s=3600),
    **{f"nodes-{n}": Case("hours:168", nodes=n) for n in (4, 8, 24, 40)},
    **{f"nodes-{n}-peers": Case("hours:168", nodes=n, common=True, programs=RIVALS) for n in (4, 40)},
    "dc": Case("hours:168", option=DC),
    "tangents": Case("hours:168", option=TANGENTS),
    "reserves": Case("hours:168", option=RESERVES),
    "commitment": Case("hours:168", option=STEP),
}
SMOKE = ("smoke", "smoke-peers")
USUAL = (
    "weeks-4",
    "foreign",
    "week",
    "week-peers",
    "month",
    "month-peers",
    "nodes-4",
    "nodes-40",
    "nodes-40-peers",
    "dc",
    "reserves",
    "commitment",
)
