"""Labels of columns of result tables: unit, heading and codes, in one language."""

from __future__ import annotations

from typing import Literal, NamedTuple

import pandas as pd

from energy_model.labels import LABELS, Label, label
from energy_model.report.words import WITHOUT_PLACE
from energy_model.results import contract
from energy_model.study.horizon import horizon_named
from energy_model.units import (
    CNY_PER_KW_FROM_CNY_PER_MW,
    CNY_PER_KWH_FROM_CNY_PER_MWH,
    WAN_KW_PER_MW,
    WAN_M3_PER_MM3,
    WAN_T_PER_KT,
    YI_CNY_PER_MCNY,
    YI_KWH_PER_GWH,
)

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
WAN_KWH_PER_MWH = 0.1  # 万千瓦时 (10 MWh)


class Unit(NamedTuple):
    """Unit of a column on a sheet: label, factor from the unit of the table, number format."""

    words: str
    factor: float
    format: str


UNITS: dict[str, dict[Language, Unit]] = {
    "CNY/MWh": {"zh": Unit("元/千瓦时", CNY_PER_KWH_FROM_CNY_PER_MWH, "0.0000"), "en": Unit("CNY/MWh", 1.0, "#,##0.0")},
    "CNY/(MW a)": {
        "zh": Unit("元/(千瓦·年)", CNY_PER_KW_FROM_CNY_PER_MW, "#,##0.0"),
        "en": Unit("CNY/(MW a)", 1.0, "#,##0"),
    },
    "CNY/kW": {"zh": Unit("元/千瓦", 1.0, "#,##0"), "en": Unit("CNY/kW", 1.0, "#,##0")},
    "a": {"zh": Unit("年", 1.0, "0.0"), "en": Unit("a", 1.0, "0.0")},
    "CNY/t": {"zh": Unit("元/吨", 1.0, "0.00"), "en": Unit("CNY/t", 1.0, "0.00")},
    "MCNY": {"zh": Unit("亿元", YI_CNY_PER_MCNY, "#,##0.000"), "en": Unit("MCNY", 1.0, "#,##0.0")},
    "MWh": {"zh": Unit("万千瓦时", WAN_KWH_PER_MWH, "#,##0.0"), "en": Unit("MWh", 1.0, "#,##0.0")},
    "GWh": {"zh": Unit("亿千瓦时", YI_KWH_PER_GWH, "#,##0.000"), "en": Unit("GWh", 1.0, "#,##0.0")},
    "MW": {"zh": Unit("万千瓦", WAN_KW_PER_MW, "#,##0.00"), "en": Unit("MW", 1.0, "#,##0.0")},
    "t": {"zh": Unit("吨", 1.0, "#,##0.0"), "en": Unit("t", 1.0, "#,##0.0")},
    "CNY/kg": {"zh": Unit("元/千克", 1.0, "0.00"), "en": Unit("CNY/kg", 1.0, "0.00")},
    "kt": {"zh": Unit("万吨", WAN_T_PER_KT, "#,##0.00"), "en": Unit("kt", 1.0, "#,##0.0")},
    "Mm3": {"zh": Unit("万立方米", WAN_M3_PER_MM3, "#,##0.0"), "en": Unit("Mm3", 1.0, "#,##0.00")},
    "CNY/m3": {"zh": Unit("元/立方米", 1.0, "0.00"), "en": Unit("CNY/m3", 1.0, "0.00")},
    "mg/m3": {"zh": Unit("毫克/立方米", 1.0, "#,##0"), "en": Unit("mg/m3", 1.0, "#,##0")},
    "t/MWh": {"zh": Unit("吨/兆瓦时", 1.0, "0.000"), "en": Unit("t/MWh", 1.0, "0.000")},
    "kV": {"zh": Unit("千伏", 1.0, "0"), "en": Unit("kV", 1.0, "0")},
    "km": {"zh": Unit("公里", 1.0, "#,##0"), "en": Unit("km", 1.0, "#,##0")},
    "deg": {"zh": Unit("度", 1.0, "0.000"), "en": Unit("deg", 1.0, "0.000")},
    "Mvar": {"zh": Unit("兆乏", 1.0, "#,##0.0"), "en": Unit("Mvar", 1.0, "#,##0.0")},
    "MVA": {"zh": Unit("兆伏安", 1.0, "#,##0"), "en": Unit("MVA", 1.0, "#,##0")},
    "h": {"zh": Unit("小时", 1.0, "#,##0.0"), "en": Unit("h", 1.0, "#,##0.0")},
}
"""How units of the contract are shown: in the Chinese workbook, and in the English one, which keeps those of the tables."""
ROW_UNITS: dict[str, Unit] = {
    **{unit: UNITS[unit]["zh"] for unit in ("MW", "GWh", "kt", "Mm3", "MCNY", "CNY/MWh", "CNY/(MW a)", "CNY/t", "CNY/m3")},
    "CNY/(MW_th a)": Unit("元/(千瓦热·年)", CNY_PER_KW_FROM_CNY_PER_MW, "#,##0.0"),
    "CNY/(MWh a)": Unit("元/(千瓦时·年)", CNY_PER_KWH_FROM_CNY_PER_MWH, "#,##0.0"),
    "CNY/GJ": Unit("元/吉焦", 1.0, "#,##0.0"),
    **{
        unit: Unit(words, 1.0, "#,##0.0")
        for unit, words in (
            ("CNY/kW", "元/千瓦"),
            ("CNY/kWh", "元/千瓦时"),
            ("CNY/(kW a)", "元/(千瓦·年)"),
            ("CNY/kg", "元/千克"),
            ("CNY/(t/a)", "元/(吨/年)"),
            ("a", "年"),
            ("1/a", "1/年"),
            ("h", "小时"),
            ("1/h", "1/小时"),
            ("d", "天"),
            ("t", "吨"),
            ("t/d", "吨/天"),
            ("t/t", "吨/吨"),
            ("kWh/t", "千瓦时/吨"),
            ("kWh/kg", "千瓦时/千克"),
            ("m3/MWh", "立方米/兆瓦时"),
            ("10^6 m2", "百万平方米"),
            ("PJ", "拍焦"),
            ("GJ/(m2 a)", "吉焦/(平方米·年)"),
            ("MW/MW", "兆瓦/兆瓦"),
            ("MW or MWh times the weights", "兆瓦或兆瓦时，乘以权重"),
        )
    },
}
"""Units that stand in a row, by those of the tables, as the Chinese workbook and page show them."""
SHARE, RESIDUAL, PLAIN = Unit("%", 1.0, "0.00%"), Unit("", 1.0, "0.0E+00"), Unit("", 1.0, "General")


def unit_of(name: str, language: Language = "zh") -> Unit:
    """Unit of a column on a sheet, by the suffix of its name; plain numbers have none."""
    if name.endswith("_share"):
        return SHARE
    return RESIDUAL if name.endswith("violation") else UNITS.get(contract.unit_of(name), {}).get(language, PLAIN)


def row_unit(own: str, is_share: bool, language: Language) -> Unit:
    """Unit that stands in a row of a table, as it is shown; shares are percent."""
    if own == "1":
        return Unit("%", 100.0, "0.0") if is_share else PLAIN
    if language == "en":
        return Unit(own, 1.0, "#,##0.0")
    if own not in ROW_UNITS and own.endswith("/a") and (known := ROW_UNITS.get(own.removesuffix("/a"))):
        return known._replace(words=f"{known.words}/年")
    return ROW_UNITS.get(own, Unit(own, 1.0, "#,##0.0"))


def word(words: Label, language: Language) -> str:
    """One language of a label."""
    return words.zh if language == "zh" else words.en


def heading_of(name: str, names: dict[str, Label], language: Language, table: str = contract.EVERYWHERE) -> str:
    """Heading of a column: from the contract, the element or kind it is named after, else its name in the table."""
    stem = contract.stem_of(name)
    for words in (contract.heading(name, table), names.get(stem), *(LABELS[g].get(stem) for g in ("kind", "item", "peak"))):
        if words is not None:
            return word(words, language)
    return name


def price_unit(name: str, language: Language) -> Unit:
    """Unit of a column where energy and power keep those of the tables and prices are as readers of the language quote them."""
    unit = unit_of(name, "en")
    return unit_of(name, language) if unit.words.startswith("CNY") else unit


def in_unit(value: float, unit: Unit) -> str:
    """A figure of a table as text in the unit that it is shown in, with the decimals of its format."""
    return f"{value * unit.factor:z,.{len(unit.format.partition('.')[2])}f}"


def code_words(table: str, name: str, values: pd.Series, names: dict[str, Label], language: Language, with_names: bool) -> list[str] | None:
    """Labels of the codes of a column; None for a column of other text. An unknown code is shown unchanged.

    Parameters
    ----------
    with_names : bool
        Whether its own elements are named; where the table has their names in columns of their own, only others are.
    """
    known = contract.column(name, table)
    codes = known.codes if known else ""
    if not with_names and name == _own(table):
        return None
    if known is not None and known.type == "flag":
        return [word(label(codes, "met" if v else "missed"), language) for v in values] if codes else None
    say = {
        "=nodes": lambda v: named(v, names, language), "=elements": lambda v: named(v, names, language),
        "=places": lambda v: word(WITHOUT_PLACE[v], language) if v in WITHOUT_PLACE else named(v, names, language),
        "=parties": lambda v: _party(v, names, language), "=horizon": lambda v: word(horizon_named(v), language),
        "=technologies": lambda v: word(names[v], language) if v in names else v,
        "=scope": lambda v: word(names.get(v) or LABELS["sector"].get(v) or Label(v, v), language),
        "=clause": lambda v: word(clause_named(v), language),
        "=source": lambda v: source_words(v, language),
    }.get(codes)  # fmt: skip
    if say is not None:
        return [say(str(v)) for v in values]
    return [word(LABELS[codes][v], language) if v in LABELS[codes] else str(v) for v in values] if codes else None


def _own(table: str) -> str:
    """Column of the elements that a table is about: those it gives names of, else the first."""
    known = contract.tables().get(table)
    first = next((c.name for c in contract.columns(table) if c.codes == "=elements"), "")
    return known.names if known and known.names not in ("", "node") else "" if known and known.names else first


def named(code: str, names: dict[str, Label], language: Language) -> str:
    """A code and its name, unless the name contains the code; of a code in parts, ``section/direction`` or ``node.kind``, each part."""
    if code not in names:
        for sign, between in (("/", "/"), (".", " ")):
            if sign in code:
                return between.join(named(part, names, language) for part in code.split(sign))
        return _part(code, language)
    name = word(names[code], language)
    return name if code in name.split() else f"{code} {name}"


def _part(code: str, language: Language) -> str:
    """A kind of plant or a direction, which stand behind a place or section in codes of several parts; others unchanged."""
    words = LABELS["kind"].get(code) or LABELS["flow_direction"].get(code)
    return code if words is None else word(words, language)


def _party(code: str, names: dict[str, Label], language: Language) -> str:
    """Party of a bilateral contract: the grid, or plants, smelters and loads of a node."""
    node, _, role = code.rpartition("/")
    words = LABELS["party"].get(role)
    end = role if words is None else word(words, language)
    return end if not node else f"{word(names[node], language) if node in names else node} {end}"


ROMAN = dict(zip("一二三四五六七八九十", ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"), strict=True))


def clause_named(text: str) -> Label:
    """Number of a clause: the plan numbers its chapters in Chinese, for which English has Roman numerals."""
    return Label(text, "".join(ROMAN.get(sign, sign) for sign in text))


def source_words(text: str, language: Language) -> str:
    """Source of a figure with its fixed phrases in the language of the workbook; titles of works are unchanged."""
    for english, words in LABELS["source"].items():
        text = text.replace(english, word(words, language))
    return text
