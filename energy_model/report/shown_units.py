"""The one rule for units that readers see, by language: page, map, workbook, console and plain pages all take theirs from here.

English keeps the units of the tables: MW, GWh, kt, MCNY (million CNY), CNY/MWh. Chinese has those of the trade: 万千瓦, 亿千瓦时, 万吨,
亿元, 元/千瓦时. Files for machines keep the units that the names of their columns tell.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from energy_model.labels import Label
from energy_model.language import LANGUAGES, Language
from energy_model.results import contract
from energy_model.units import (
    CNY_PER_KW_FROM_CNY_PER_MW,
    CNY_PER_KWH_FROM_CNY_PER_MWH,
    WAN_KW_PER_MW,
    WAN_KWH_PER_MWH,
    WAN_M3_PER_MM3,
    WAN_T_PER_KT,
    YI_CNY_PER_MCNY,
    YI_KWH_PER_GWH,
)

if TYPE_CHECKING:
    import pandas as pd


class Unit(NamedTuple):
    """A unit as it is shown: label, factor from the unit of the table, number format."""

    words: str
    factor: float
    format: str

    @property
    def decimals(self) -> int:
        """Decimals of the format."""
        return len(self.format.removesuffix("%").partition(".")[2])


CHINESE: dict[str, Unit] = {
    "MW": Unit("万千瓦", WAN_KW_PER_MW, "#,##0.00"),
    "MWh": Unit("万千瓦时", WAN_KWH_PER_MWH, "#,##0.0"),
    "GWh": Unit("亿千瓦时", YI_KWH_PER_GWH, "#,##0.000"),
    "MW/h": Unit("万千瓦/小时", WAN_KW_PER_MW, "#,##0.00"),
    "MW or MWh": Unit("万千瓦或万千瓦时", WAN_KW_PER_MW, "#,##0.00"),
    "MW, MWh or GJ times the weights": Unit("万千瓦、万千瓦时或万吉焦，乘以权重", WAN_KW_PER_MW, "#,##0.0"),
    "MW/MW": Unit("千瓦/千瓦", 1.0, "#,##0.0"),
    "kt": Unit("万吨", WAN_T_PER_KT, "#,##0.00"),
    "t": Unit("吨", 1.0, "#,##0.0"),
    "t/d": Unit("吨/天", 1.0, "#,##0.0"),
    "t/t": Unit("吨/吨", 1.0, "#,##0.0"),
    "t/MWh": Unit("千克/千瓦时", 1.0, "0.000"),
    "Mm3": Unit("万立方米", WAN_M3_PER_MM3, "#,##0.0"),
    "m3/MWh": Unit("千克/千瓦时", 1.0, "#,##0.0"),
    "mg/m3": Unit("毫克/立方米", 1.0, "#,##0"),
    "MCNY": Unit("亿元", YI_CNY_PER_MCNY, "#,##0.000"),
    "CNY/MWh": Unit("元/千瓦时", CNY_PER_KWH_FROM_CNY_PER_MWH, "0.0000"),
    "CNY/kWh": Unit("元/千瓦时", 1.0, "0.0000"),
    "CNY/(MW a)": Unit("元/(千瓦·年)", CNY_PER_KW_FROM_CNY_PER_MW, "#,##0.0"),
    "CNY/(MW_th a)": Unit("元/(千瓦热·年)", CNY_PER_KW_FROM_CNY_PER_MW, "#,##0.0"),
    "CNY/(MWh a)": Unit("元/(千瓦时·年)", CNY_PER_KWH_FROM_CNY_PER_MWH, "#,##0.0"),
    "CNY/(kW a)": Unit("元/(千瓦·年)", 1.0, "#,##0.0"),
    "CNY/kW": Unit("元/千瓦", 1.0, "#,##0"),
    "CNY/kW or CNY/kWh": Unit("元/千瓦或元/千瓦时", 1.0, "#,##0.00"),
    "CNY/t": Unit("元/吨", 1.0, "0.00"),
    "CNY/kg": Unit("元/千克", 1.0, "0.00"),
    "CNY/m3": Unit("元/立方米", 1.0, "0.00"),
    "CNY/GJ": Unit("元/吉焦", 1.0, "#,##0.0"),
    "CNY/(t/a)": Unit("元/(吨/年)", 1.0, "#,##0.0"),
    "kWh/t": Unit("千瓦时/吨", 1.0, "#,##0.0"),
    "kWh/kg": Unit("千瓦时/千克", 1.0, "#,##0.0"),
    "PJ": Unit("拍焦", 1.0, "#,##0.0"),
    "GJ/(m2 a)": Unit("吉焦/(平方米·年)", 1.0, "#,##0.0"),
    "10^6 m2": Unit("百万平方米", 1.0, "#,##0.0"),
    "kV": Unit("千伏", 1.0, "0"),
    "km": Unit("公里", 1.0, "#,##0"),
    "deg": Unit("度", 1.0, "0.000"),
    "Mvar": Unit("兆乏", 1.0, "#,##0.0"),
    "MVA": Unit("兆伏安", 1.0, "#,##0"),
    "h": Unit("小时", 1.0, "#,##0.0"),
    "1/h": Unit("1/小时", 1.0, "#,##0.0"),
    "d": Unit("天", 1.0, "#,##0.0"),
    "a": Unit("年", 1.0, "0.0"),
    "1/a": Unit("1/年", 1.0, "#,##0.0"),
}
"""Units of the tables as Chinese readers see them; ``<unit>/a`` follows from the unit."""
ENGLISH_FORMATS = {
    "CNY/(MW a)": "#,##0", "CNY/kW": "#,##0", "a": "0.0", "CNY/t": "0.00", "CNY/kg": "0.00", "Mm3": "#,##0.00", "CNY/m3": "0.00",
    "mg/m3": "#,##0", "t/MWh": "0.000", "kV": "0", "km": "#,##0", "deg": "0.000", "MVA": "#,##0",
}  # fmt: skip
"""Number formats of units that are not shown with one decimal in English."""
AS_THE_OUTPUT = "as the output"
"""Unit of figures whose row names a quantity in column ``output``, which its label tells."""
SHARE, RESIDUAL, PLAIN = Unit("%", 1.0, "0.00%"), Unit("", 1.0, "0.0E+00"), Unit("", 1.0, "General")


def shown_unit(own: str, language: Language) -> Unit:
    """How a unit of the tables is shown; one that the rule does not know is shown as it is."""
    if language == "en":
        return Unit(own, 1.0, ENGLISH_FORMATS.get(own, "#,##0.0"))
    if own not in CHINESE and own.endswith("/a") and (known := CHINESE.get(own.removesuffix("/a"))):
        return known._replace(words=f"{known.words}/年")
    return CHINESE.get(own, Unit(own, 1.0, "#,##0.0"))


def unit_of(name: str, language: Language = "zh") -> Unit:
    """Unit of a column, by the suffix of its name or else its contract; shares are percent, plain numbers have none."""
    if name.endswith("_share"):
        return SHARE
    if name.endswith("violation"):
        return RESIDUAL
    known = contract.column(name, contract.EVERYWHERE)
    own = contract.unit_of(name) or (known.unit if known else "")
    return shown_unit(own, language) if own in CHINESE else PLAIN


def row_unit(own: str, is_share: bool, language: Language) -> Unit:
    """Unit that stands in a row of a table, as it is shown; shares are percent."""
    if own == "1":
        return Unit("%", 100.0, "0.0") if is_share else PLAIN
    return shown_unit(own, language)


def in_unit(value: float, unit: Unit) -> str:
    """A figure of a table as text in the unit that it is shown in, with the decimals of its format."""
    return f"{value * unit.factor:z,.{unit.decimals}f}"


def figure(value: float, own: str, language: Language, digits: int) -> str:
    """A figure of a table without its unit.

    Parameters
    ----------
    value : float
    own : str
        Its unit in the table.
    language : str
    digits : int
        Decimals in the unit of the table; a larger unit is shown with as many more as it needs to tell the same.
    """
    factor = shown_unit(own, language).factor
    return f"{value * factor:z,.{max(0, digits - round(math.log10(factor)))}f}"


def amount(value: float, own: str, digits: int = 0) -> Label:
    """A figure of a table with its unit, in both languages; `digits` as for `figure`."""
    return Label(*(f"{figure(value, own, language, digits)} {shown_unit(own, language).words}" for language in LANGUAGES))


def residual(value: float, own: str) -> Label:
    """A residual as a power of ten with its unit, in both languages."""
    shown = (shown_unit(own, language) for language in LANGUAGES)
    return Label(*(f"{value * unit.factor:.1e} {unit.words}" for unit in shown))


def in_row_units(table: str, frame: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Figures whose unit is in the row, in the units that are shown; shares are percent."""
    figures: dict[str, list[str]] = {}
    for c in contract.columns(table):
        if c.unit_column in frame and c.name in frame:
            figures.setdefault(c.unit_column, []).append(c.name)
        if c.unit == AS_THE_OUTPUT and "output" in frame and c.name in frame:
            own = [shown_unit(contract.unit_of(str(output).partition("/")[0]), language) for output in frame["output"]]
            frame = frame.assign(**{c.name: frame[c.name] * [unit.factor for unit in own]})
    for unit, columns in figures.items():
        share = frame["quantity"].astype(str).str.endswith("_share") if "quantity" in frame else [False] * len(frame)
        units = [row_unit(str(own), is_share, language) for own, is_share in zip(frame[unit], share, strict=True)]
        factors = [u.factor for u in units]
        frame = frame.assign(**{c: frame[c] * factors for c in columns}, **{unit: [u.words for u in units]})
    return frame


def for_scripts() -> dict[str, dict[str, dict]]:
    """The rule as the scripts of the pages read it: words and factor by unit of the tables and language."""
    own = {u for known in CHINESE for u in (known, f"{known}/a")}
    rule = {u: {language: shown_unit(u, language) for language in LANGUAGES} for u in sorted(own)}
    return {u: {lang: {"words": unit.words, "factor": unit.factor} for lang, unit in by.items()} for u, by in rule.items()}
