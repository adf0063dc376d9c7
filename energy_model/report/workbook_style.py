"""How the workbook looks: sheets, units and formats of columns, what is summed, cell styles."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pandas as pd

from energy_model.labels import Label, label
from energy_model.units import CNY_PER_KWH_FROM_CNY_PER_MWH, WAN_KW_PER_MW, WAN_T_PER_KT, YI_CNY_PER_MCNY, YI_KWH_PER_GWH

WAN_KWH_PER_MWH = 0.1  # 万千瓦时 (10 MWh)

SHEETS = (
    "clauses",
    "capacity",
    "energy_balance",
    "corridors",
    "contracts",
    "curtailment",
    "coal",
    "costs",
    "microgrids",
    "prices",
    "monthly",
    "places",
    "sites",
)
OPTION_SHEETS: tuple[str, ...] = ("node_costs",)
"""Further tables, which a result has only where an option made them."""

# Ending of a column: (unit as shown, factor from the unit of the table, number format). The longest ending wins.
UNITS: dict[str, tuple[str, float, str]] = {
    "_cny_per_mwh": ("元/千瓦时 CNY/kWh", CNY_PER_KWH_FROM_CNY_PER_MWH, "0.0000"),
    "_cny_per_mw": ("元/(兆瓦·年) CNY/(MW a)", 1.0, "#,##0"),
    "_cny_per_t": ("元/吨 CNY/t", 1.0, "0.00"),
    "_mcny": ("亿元 100 MCNY", YI_CNY_PER_MCNY, "#,##0.000"),
    "_mwh": ("万千瓦时 10 MWh", WAN_KWH_PER_MWH, "#,##0.0"),
    "_gwh": ("亿千瓦时 100 GWh", YI_KWH_PER_GWH, "#,##0.000"),
    "_mw": ("万千瓦 10 MW", WAN_KW_PER_MW, "#,##0.00"),
    "_kt": ("万吨 10 kt", WAN_T_PER_KT, "#,##0.00"),
    "_share": ("%", 1.0, "0.00%"),
    "_kv": ("千伏 kV", 1.0, "0"),
    "_km": ("公里 km", 1.0, "#,##0"),
    "_deg": ("度 deg", 1.0, "0.000"),
    "_h": ("小时 h", 1.0, "#,##0.0"),
}
FORMULA_MEANING = Label("合计行为公式，可在表内重算", "Sums are formulas and follow changes made in the sheet")

# Columns that hold codes with words of their own, by table: column -> label group.
CODES: dict[str, dict[str, str]] = {
    "capacity": {"kind": "kind"},
    "corridors": {"kind": "current"},
    "contracts": {"shape": "delivery"},
    "curtailment": {"carrier": "kind"},
    "costs": {"category": "account"},
    "places": {"kind": "node"},
    "sites": {"kind": "kind"},
    "node_costs": {"category": "account"},
    "clauses": {"sense": "sense", "mode": "mode", "quantity": "quantity"},
}
PLACE_COLUMNS = ("node", "bus", "from_node", "to_node", "market")


@dataclass(frozen=True)
class Total:
    """Sums of a sheet.

    Attributes
    ----------
    columns : tuple of str
        Columns that are summed.
    by : str, optional
        Column whose values are summed apart; megawatts of heat and of electricity must not be added.
    ratios : dict of str to (str, str)
        Column: sums to divide.
    replaces : (str, str), optional
        Column and value of a line of the table that the sum takes the place of.
    """

    columns: tuple[str, ...]
    by: str | None = None
    ratios: dict[str, tuple[str, str]] = field(default_factory=dict)
    replaces: tuple[str, str] | None = None


SUMS = {
    "capacity": Total(("existing_mw", "new_mw", "capacity_mw", "energy_gwh", "storage_mwh"), by="kind"),
    "energy_balance": Total(
        (
            "thermal_gwh",
            "wind_gwh",
            "solar_gwh",
            "storage_net_gwh",
            "received_gwh",
            "sent_gwh",
            "load_gwh",
            "smelter_gwh",
            "electric_boiler_gwh",
            "unserved_gwh",
            "residual_gwh",
        )
    ),
    "corridors": Total(("loss_gwh",)),
    "contracts": Total(("energy_gwh",)),
    "curtailment": Total(("available_gwh", "used_gwh", "curtailed_gwh"), ratios={"curtailed_share": ("curtailed_gwh", "available_gwh")}),
    "coal": Total(("power_kt", "other_kt", "capacity_kt")),
    "costs": Total(("cost_mcny",), replaces=("category", "total")),
    "monthly": Total(("load_gwh", "thermal_gwh", "wind_gwh", "solar_gwh", "available_gwh", "export_gwh", "unserved_gwh")),
}


@dataclass(frozen=True)
class Column:
    """One column as it is written."""

    name: str
    heading: str
    values: list[Any]
    is_number: bool
    format: str
    width: float


def unit_of(name: str) -> tuple[str, float, str]:
    """Unit shown, factor and number format of a column by its ending; plain numbers have no unit."""
    for ending in sorted(UNITS, key=len, reverse=True):
        if name.endswith(ending):
            return UNITS[ending]
    return "", 1.0, "General"


def columns_of(table: str, frame: pd.DataFrame, names: dict[str, Label]) -> list[Column]:
    """Columns of a sheet: codes in words, numbers in the units of the workbook; an unknown code or column is an error."""
    codes = CODES.get(table, {})
    columns = []
    for name in frame.columns:
        series, heading = frame[name], label("column", name)
        unit, factor, form = unit_of(name)
        if name in codes:
            values, number = [str(label(codes[name], v)) for v in series], False
        elif name in PLACE_COLUMNS and table != "places":
            values, number = [f"{v} {names[v].zh}" for v in series], False
        elif name == "met":
            values, number = [str(label("verdict", "met" if v else "missed")) for v in series], False
        elif pd.api.types.is_bool_dtype(series) or not pd.api.types.is_numeric_dtype(series):
            values, number = series.astype(str).tolist(), False
        else:
            values, number = (series * factor if factor != 1.0 else series).tolist(), True
            if name in ("value", "reached", "slack", "price"):
                form = "#,##0.00"
        text = "\n".join(part for part in (heading.zh, heading.en, unit and f"（{unit}）") if part)
        width = max([_width(line) for line in text.split("\n")] + ([] if number else [_width(v) for v in values]))
        columns.append(Column(name, text, values, number, form, min(max(width + 2, 9), 44)))
    return columns


def _width(text: str) -> float:
    """Width of a text in characters of a Latin font."""
    return sum(1.9 if unicodedata.east_asian_width(c) in "WF" else 1.0 for c in text)


class Style:
    """Cell formats and page set-up of one workbook."""

    FONT: ClassVar[dict[str, Any]] = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}

    def __init__(self, book) -> None:
        self.book = book
        edge = {"border": 1, "border_color": "#D0D4DA"}
        head = {"bold": True, "text_wrap": True, "bg_color": "#DCE6F1", "align": "center"}
        self.edge = edge
        self._numbers: dict[tuple[str, ...], Any] = {}
        self.title = book.add_format(self.FONT | {"bold": True, "font_size": 13})
        self.note = book.add_format(self.FONT | {"font_color": "#5B6270"})
        self.text = book.add_format(self.FONT | edge)
        self.link = book.add_format(self.FONT | edge | {"font_color": "#1F4E79", "underline": 1})
        self.head = book.add_format(self.FONT | edge | head | {"font_size": 9})
        self.head_left = book.add_format(self.FONT | edge | head | {"align": "left"})
        self.sum_text = book.add_format(self.FONT | edge | {"bold": True, "top": 2})

    def number(self, form: str, **extra: Any):
        """Format of a number, negative ones in red."""
        key = (form, *extra)
        if key not in self._numbers:
            coloured = form if form == "General" else f"{form};[Red]-{form}"
            self._numbers[key] = self.book.add_format(self.FONT | self.edge | {"num_format": coloured} | extra)
        return self._numbers[key]

    def sum_number(self, form: str):
        """Format of a sum."""
        return self.number(form, bold=True, top=2)

    def page(self, sheet, landscape: bool) -> None:
        """A4, one page wide, with the sheet name and page numbers in the footer."""
        sheet.set_paper(9)
        if landscape:
            sheet.set_landscape()
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&R&P / &N")
        sheet.hide_gridlines(2)
