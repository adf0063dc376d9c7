"""Unit factors against figures worked out by hand, and that they stand nowhere else."""

import ast
import re
from functools import cache

import numpy as np
import pandas as pd
import pytest

from energy_model import units as u
from energy_model.report.shell.page import FACTORS as FACTORS_OF_PAGES
from tests.paths import ROOT

PACKAGE = ROOT / "energy_model"
FACTORS = {1e3, 1e-3, 1e6, 1e-6, 1e9, 168, 8760, 8.76, 3.6, 3.6e-3, 3600}
NO_FACTOR = {
    "commands.import_pypsa.AGREEMENT": "relative tolerance",
    "report.comparison.two_results.SMALLEST": "relative tolerance",
    "results.certificate.TOLERANCE": "relative tolerance",
    "results.indicators.NOTABLE": "share of the cost",
    "solving.joined_years.LARGEST_COST": "bound on a variable",
    "solving.diagnosis.NOTHING": "tolerance",
    "solving.yearly_dispatch.MISSING_GW": "tolerance",
    "solving.fixed_capacity.TOLERANCE": "relative tolerance",
    "solving.stamp.YEARLY": "size of yearly amounts against hourly power",
    "weather.grid_time.EQUAL": "relative tolerance",
    "weather.solar.STANDARD_IRRADIANCE_W_PER_M2": "condition of a measurement",
}
"""Names of such a number that is no factor between units."""


@cache
def modules() -> dict[str, ast.Module]:
    """Syntax trees of the package by module, the package's own name left out."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def is_factor(node: ast.AST | None) -> bool:
    """Whether an expression is a number that is a factor between units, or one by a condition or from a dictionary."""
    if isinstance(node, ast.IfExp):
        return is_factor(node.body) or is_factor(node.orelse)
    if isinstance(node, ast.Dict):
        return any(map(is_factor, node.values))
    return isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value in FACTORS


def name_of(node: ast.AST) -> str:
    """Name that an operand is read from: itself, or the dictionary it is looked up in."""
    while isinstance(node, (ast.Subscript, ast.Attribute, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


@cache
def named_factors(tree: ast.Module) -> set[str]:
    """Names that a module binds to such a number."""
    found = set()
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        for target in targets:
            many = isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
            pairs = zip(target.elts, node.value.elts, strict=False) if many else [(target, node.value)]
            found |= {t.id for t, value in pairs if isinstance(t, ast.Name) and is_factor(value)}
    return found


def raw_factors(name: str, trees: dict[str, ast.Module]) -> list[str]:
    """Places of a module where a number that is a factor multiplies or divides, bare or under a name of this or another module."""
    tree = trees[name]
    known = {n: f"{name}.{n}" for n in named_factors(tree)}
    for node in ast.walk(tree):
        origin = (node.module or "").removeprefix("energy_model.") if isinstance(node, ast.ImportFrom) else ""
        if origin in trees and origin != "units":
            theirs = named_factors(trees[origin])
            known |= {a.asname or a.name: f"{origin}.{a.name}" for a in node.names if a.name in theirs}
    found = []
    for node in ast.walk(tree):
        operands = []
        if isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, (ast.Mult, ast.Div, ast.FloorDiv, ast.Mod)):
            operands = [node.left, node.right] if isinstance(node, ast.BinOp) else [node.value]
        for operand in operands:
            full = known.get(name_of(operand))
            if is_factor(operand) or (full and full not in NO_FACTOR):
                found.append(f"{name}, line {operand.lineno}: {ast.unparse(node)}")
    return found


def units_used(tree: ast.Module) -> set[str]:
    """Names that a module uses, as `getattr` too."""
    nodes = list(ast.walk(tree))
    texts = {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    return texts | {n.id for n in nodes if isinstance(n, ast.Name)} | {n.attr for n in nodes if isinstance(n, ast.Attribute)}


def test_factors_stand_in_one_module():
    """Proves: no module but `units` multiplies or divides by a number such as 1e3, 8760 or 3.6, bare or under a name of its own.
    Sensitivity: `energy / 1e3`, or `MW = 1e3` in one module and 1e-3 in another.
    """
    trees = modules()
    assert [place for name in trees if name != "units" for place in raw_factors(name, trees)] == []
    assert all(full.rpartition(".")[2] in named_factors(trees[full.rpartition(".")[0]]) for full in NO_FACTOR)  # none is left over
    in_function, in_table = "def f():\n    h = 8760\n    return x / h", "f = {'a': 1e-6}\nx = y * f['a']"
    for text in ("x / 1000", "MW, y = 1e3, 2\nx = z * MW", "x *= 3.6", in_function, in_table):
        assert len(raw_factors("wrong", {"wrong": ast.parse(text)})) == 1


def test_scripts_of_pages_convert_with_the_same_factors():
    """Proves: no script of a page multiplies or divides by such a number; each factor that the scripts name reaches them.
    Sensitivity: `gwh / 1e3`.
    """
    number = r"(?:1e-?[36]|1000|0\.001|8760|168|3\.6)"
    raw = re.compile(rf"[*/] *{number}\b|\b{number} *[*/]")
    assert raw.search("gwh / 1e3")
    assert raw.search("(1000 * scale)")
    for path in sorted((PACKAGE / "report").rglob("*.js")):
        text = path.read_text(encoding="utf-8")
        assert [line for line in text.splitlines() if raw.search(line) and "://" not in line] == [], path.name
        named = set(re.findall(r"\b[A-Z0-9_]+_PER_[A-Z0-9_]+\b", text))
        assert named <= set(FACTORS_OF_PAGES), path.name


def test_every_constant_of_units_is_used():
    """Proves: production code uses every constant. Sensitivity: one that only tests use, or that nobody removed."""
    constants = {t.id for node in modules()["units"].body if isinstance(node, ast.Assign) for t in node.targets} - {"Number"}
    assert constants - set().union(*(units_used(tree) for name, tree in modules().items() if name != "units")) == set()


def test_the_formulation_converts_nothing():
    """Proves: equations get model units, as `System` is built in them. Sensitivity: a price in CNY/MWh times a factor in a cost."""
    for name, tree in modules().items():
        if name.startswith("formulation."):
            imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
            names = {a.name for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom)) for a in node.names}
            assert not {"energy_model.units", "units"} & (imported | names), name


def test_power_and_energy_factors():
    """Proves: 3425 MW for 8760 h is 30,003 GWh, 30.003 TWh, 300.03 亿千瓦时; 10,000 MW is 1000 万千瓦.
    Sensitivity: a factor of ten or a thousand anywhere in the chain breaks it.
    """
    energy_gwh = 3425 * u.GW_PER_MW * u.HOURS_PER_YEAR
    assert energy_gwh == pytest.approx(30_003)
    assert energy_gwh * u.YI_KWH_PER_GWH == pytest.approx(300.03)
    assert energy_gwh / u.GWH_PER_TWH == pytest.approx(30.003)
    assert 10_000 * u.WAN_KW_PER_MW == pytest.approx(1000)


def test_money_factors():
    """Proves: 1000 GWh at 300 CNY/MWh is 300 MCNY = 3 亿元; 0.6 GW started at 450 CNY/MW costs 0.27 MCNY; 48,000 kt of coal at 150 CNY/t
    cost 7200 MCNY; 4,000,000 CNY/MW is 4000 CNY/kW.
    Sensitivity: MCNY/GWh taken equal to CNY/MWh would give 300,000 MCNY.
    """
    cost = 1000 * 300 * u.MCNY_PER_GWH_FROM_CNY_PER_MWH
    assert cost == pytest.approx(300)
    assert cost * u.YI_CNY_PER_MCNY == pytest.approx(3)
    assert 0.6 * 450 * u.MCNY_PER_GW_FROM_CNY_PER_MW == pytest.approx(0.27)
    assert 48_000 * 150 * u.MCNY_PER_KT_FROM_CNY_PER_T == pytest.approx(7200)
    assert 4e6 * u.CNY_PER_KW_FROM_CNY_PER_MW == pytest.approx(4000)


def test_fuel_heat_and_aluminium_factors():
    """Proves: 1 GWh at 9.9 GJ/MWh emits, at 100 kg/GJ, 0.99 kt; 33 Mm2 at 0.40 GJ/m2 need 3,666,667 MWh; 1000 kt of aluminium at
    13,500 kWh/t take 13,500 GWh.
    Sensitivity: any wrong power of ten moves one of the figures.
    """
    assert 1 * 9.9 * 100 * u.KT_PER_TJ_FROM_KG_PER_GJ == pytest.approx(0.99)
    assert 33 * u.M2_PER_MM2 * 0.40 / u.GJ_PER_MWH == pytest.approx(3_666_667, abs=1)
    assert 1000 * 13_500 * u.GWH_PER_KT_FROM_KWH_PER_T == pytest.approx(13_500)


@pytest.mark.parametrize(
    ("there", "back"),
    [
        ("GW_PER_MW", "MW_PER_GW"),
        ("GWH_PER_MWH", "MWH_PER_GWH"),
        ("MCNY_PER_CNY", "CNY_PER_MCNY"),
        ("MCNY_PER_GWH_FROM_CNY_PER_MWH", "CNY_PER_MWH_FROM_MCNY_PER_GWH"),
        ("MCNY_PER_GW_FROM_CNY_PER_MW", "CNY_PER_MW_FROM_MCNY_PER_GW"),
    ],
)
def test_factors_undo_each_other(there, back):
    """Proves: there and back is one. Sensitivity: changing one factor of a pair alone fails."""
    assert getattr(u, there) * getattr(u, back) == pytest.approx(1)


def test_annuity_by_hand():
    """Proves: 10 % over 2 years is 0.1/(1-1/1.21) = 0.576190; 8 % over 20 years is 0.101852; no interest
    over 25 years is 1/25;
    the repayments discounted back make the investment again.
    Sensitivity: straight repayment (0.5) or simple interest (0.6) would fail.
    """
    assert u.annuity(0.10, 2) == pytest.approx(0.1 * 1.21 / 0.21)
    assert u.annuity(0.08, 20) == pytest.approx(0.101852, abs=1e-6)
    assert u.annuity(0.0, 25) == pytest.approx(0.04)
    years = np.array([5, 20, 40])
    for n, a in zip(years, u.annuity(0.07, years), strict=True):
        assert sum(a / 1.07**k for k in range(1, n + 1)) == pytest.approx(1)


def test_annuity_keeps_the_labels_of_a_series():
    """Proves: a Series of lifetimes comes back with its labels. Sensitivity: an array would lose them."""
    lifetime = pd.Series({"wind": 20, "line": 40})
    factor = u.annuity(0.08, lifetime)
    assert factor.index.equals(lifetime.index)
    assert factor["wind"] > factor["line"]


@pytest.mark.parametrize(("rate", "years"), [(-0.01, 20), (0.08, 0), (0.08, np.array([20, -1]))])
def test_annuity_refuses_nonsense(rate, years):
    """Proves: negative rates and lifetimes raise.
    Sensitivity: they would give infinite or negative costs in silence.
    """
    with pytest.raises(ValueError, match="annuity needs"):
        u.annuity(rate, years)
