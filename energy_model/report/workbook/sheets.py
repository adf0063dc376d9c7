"""What the workbook holds, in its order: which tables stand on which sheet, what is summed, what is a formula, what is drawn.

Formulas name columns in braces; ``{energy_gwh}`` is the cell of that column in the same row. A term in brackets, such as
``[+{electrolyser_gwh}]``, is left out where the table has no such column or row.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from energy_model.labels import LABELS, Label, label
from energy_model.language import Language
from energy_model.report.shown_units import unit_of
from energy_model.results import contract
from energy_model.results.components import USES
from energy_model.results.curtailment_causes import CAUSES
from energy_model.results.dust import LEAST_GWH, LEAST_MW
from energy_model.results.projects import COST_PARTS
from energy_model.units import MCNY_PER_GWH_FROM_CNY_PER_MWH, MWH_PER_GWH


@dataclass(frozen=True)
class Ratio:
    """A column that is one column over another, blank if the denominator is negligible.

    Attributes
    ----------
    part, whole : str
        Columns; the lines of sums have the ratio of their sums.
    """

    part: str
    whole: str

    def least(self, language: Language) -> float:
        """Least value of the whole, in the unit of the sheet."""
        amount = LEAST_GWH if self.whole.endswith("_gwh") else LEAST_MW if self.whole.endswith("_mw") else 0.0
        return amount * unit_of(self.whole, language).factor

    def factor(self, language: Language) -> float:
        """Energy per power in hours, energy per hours in power, in the units of the sheet; of like units 1."""
        alike = unit_of(self.part).words == unit_of(self.whole).words
        return 1.0 if alike else hours_factor(language)

    def formula(self, part: str, whole: str, language: Language) -> str:
        """Formula of two cells."""
        factor = self.factor(language)
        return f'=IF({whole}<={self.least(language):g},"",{part}/{whole}{f"*{factor:g}" if factor != 1.0 else ""})'


@dataclass(frozen=True)
class Total:
    """Sums of a block.

    Attributes
    ----------
    columns : tuple of str
        Columns that are summed.
    by : str, optional
        Column whose values are summed apart; megawatts of heat and of electricity must not be added.
    joined : dict of str to tuple of str
        Further lines that add groups of `by`: label in the group ``item``, codes of the groups.
    replaces : (str, str), optional
        Column and value of a line of the table that the sum takes the place of.
    """

    columns: tuple[str, ...]
    by: str | None = None
    joined: dict[str, tuple[str, ...]] = field(default_factory=dict)
    replaces: tuple[str, str] | None = None


@dataclass(frozen=True)
class Chart:
    """A native chart of a block: kind, category column (two adjacent ones, separated by a space, for two levels), value columns."""

    kind: str
    categories: str
    values: tuple[str, ...]
    stacked: bool = False
    split: str | None = None
    """Column whose values become one series each; the rows of one value must stand together."""


@dataclass(frozen=True)
class Block:
    """A table on a sheet.

    Attributes
    ----------
    table : str
        Name of the result table.
    total : Total, optional
    formulas : dict of str to str
        Columns that are formulas of other columns of the row.
    ratios : dict of str to Ratio
        Columns that are ratios of two others, in rows and in sums.
    rows : dict of str to str
        Rows (values of ``item``) that are formulas of other rows in each number column.
    inputs : tuple of str
        Columns whose filled cells are blue: the reader may change them.
    chart : Chart, optional
    by_month : bool
        Months exist for whole years only: otherwise the table has no rows.
    """

    table: str
    total: Total | None = None
    formulas: dict[str, str] = field(default_factory=dict)
    ratios: dict[str, Ratio] = field(default_factory=dict)
    rows: dict[str, str] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    chart: Chart | None = None
    by_month: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet of tables.

    Those `on_request` are made by solves of their own, which a result may not have yet; `optional` ones with what not every study has.
    """

    code: str
    blocks: tuple[Block, ...]
    on_request: bool = False
    optional: bool = False


HOURS = {"full_load_h": Ratio("gross_gwh", "capacity_mw")}
CURTAILED = {"curtailed_gwh": "{available_gwh}-{used_gwh}"}
CURTAILED_SHARE = {"curtailed_share": Ratio("curtailed_gwh", "available_gwh")}
CURTAILED_SUM = Total(("available_gwh", "used_gwh", "curtailed_gwh"))
GENERATION = {"all_thermal": ("thermal", "chp"), "all_generation": ("thermal", "chp", "wind", "solar")}
INSTALLED = ("thermal", "chp", "wind", "solar", "battery", "pumped_hydro")
BALANCE_ROWS = {
    "demand": f"{{{USES[0].name}}}" + "".join(f"[+{{{u.name}}}]" for u in USES[1:]) + "+{loss}+{export}",
    "load_reserve": "{demand}*{share}",
    "contingency_reserve": "{demand}*{share}",
    "maintenance_reserve": "{demand}*{share}",
    "required": "{demand}+{load_reserve}+{contingency_reserve}+{maintenance_reserve}",
    "installed": "+".join(f"{{installed_{k}}}" for k in INSTALLED),
    "available": "{installed}-" + "-".join(f"{{limited_{k}}}" for k in ("thermal", "chp", "wind", "solar")),
    "surplus": "{available}-{required}",
}
TROUGH_ROWS = {
    "trough_demand": BALANCE_ROWS["demand"],
    "room_for_renewables": "{trough_demand}+{charging_battery}+{charging_pumped_hydro}-{minimum_thermal}-{minimum_chp}",
    "trough_surplus": "{room_for_renewables}-{offered_wind}-{offered_solar}",
}
CAUSE_COLUMNS = tuple(f"{cause}_gwh" for cause in CAUSES)
ENERGY = (
    "thermal_gwh", "wind_gwh", "solar_gwh", "storage_net_gwh", "received_gwh", "sent_gwh", *(f"{u.name}_gwh" for u in USES),
    "unserved_gwh", "residual_gwh",
)  # fmt: skip
RESIDUAL = "{thermal_gwh}+{wind_gwh}+{solar_gwh}+{storage_net_gwh}+{received_gwh}+{unserved_gwh}-{sent_gwh}" + "".join(
    f"[-{{{u.name}_gwh}}]" for u in USES
)
PARTS = ("energy_cny_per_mwh", "capacity_cny_per_mwh", "corridor_cny_per_mwh", "losses_cny_per_mwh", "other_cny_per_mwh")
INVESTED = (
    "static_mcny", "interest_mcny", "dynamic_mcny", "annuity_mcny", "interest_annuity_mcny", "revenue_mcny", "operating_mcny",
    "net_revenue_mcny", "npv_mcny",
)  # fmt: skip
COST_COLUMNS = (*(f"{p}_mcny" for p in COST_PARTS), "cost_mcny")
COST_SUM = {"cost_mcny": "+".join(f"{{{p}_mcny}}" for p in COST_PARTS)}

BLOCKS = (
    Block("pathway_cost", Total(("discounted_mcny",))),
    Block(
        "capacity_plan",
        Total(("existing_mw", "new_mw", "capacity_mw", "storage_mwh")),
        formulas={"capacity_mw": "{existing_mw}+{new_mw}"},
        chart=Chart("column", "kind", ("existing_mw", "new_mw"), stacked=True),
    ),
    Block(
        "capacity_places",
        Total((*(f"{k}_mw" for k in INSTALLED), "capacity_mw")),
        formulas={"capacity_mw": "+".join(f"{{{k}_mw}}" for k in INSTALLED)},
    ),
    Block("power_balance", rows=BALANCE_ROWS, inputs=("reserve_share",)),
    Block("peak_dispatch", Total(("summer_peak_mw", "winter_peak_mw", "year_peak_mw"), by="side")),
    Block("trough_balance", rows=TROUGH_ROWS),
    Block(
        "generation",
        Total(("capacity_mw", "gross_gwh", "own_use_gwh", "sent_out_gwh")),
        formulas={"own_use_gwh": "{gross_gwh}-{sent_out_gwh}"},
        ratios=HOURS | {"own_use_share": Ratio("own_use_gwh", "gross_gwh")},
    ),
    Block(
        "curtailment_causes",
        Total((*CAUSE_COLUMNS, "curtailed_gwh")),
        formulas={"curtailed_gwh": "+".join(f"{{{c}}}" for c in CAUSE_COLUMNS)},
    ),
    Block("energy_account", Total(("energy_gwh",), by="side")),
    Block("energy_balance", Total(ENERGY), formulas={"residual_gwh": RESIDUAL}),
    Block(
        "full_load_hours",
        Total(("capacity_mw", "gross_gwh", "sent_out_gwh"), by="kind", joined=GENERATION),
        ratios=HOURS,
        chart=Chart("bar", "name", ("full_load_h",)),
    ),
    Block(
        "curtailment_months",
        CURTAILED_SUM,
        formulas=CURTAILED,
        ratios=CURTAILED_SHARE,
        chart=Chart("column", "month", ("curtailed_share",), split="carrier"),
        by_month=True,
    ),
    Block("curtailment", CURTAILED_SUM, formulas=CURTAILED, ratios=CURTAILED_SHARE),
    Block(
        "tariff_energy",
        Total(("energy_gwh",)),
        ratios={"mean_mw": Ratio("energy_gwh", "hours_h")},
        chart=Chart("column", "contract period", ("energy_gwh",)),
    ),
    Block("sections", Total(("existing_mw", "capacity_mw", "usable_mw", "sent_gwh", "loss_gwh"))),
    Block(
        "corridors",
        Total(("loss_gwh",)),
        formulas={"capacity_mw": "{existing_mw}+{new_mw}"},
        chart=Chart("bar", "name", ("utilisation_share",)),
    ),
    Block("smelters", Total(("rated_mw", "energy_gwh", "shifted_gwh", "unserved_gwh", "aluminium_kt"))),
    Block("supply_curve", chart=Chart("line", "export_gwh", ("marginal_cny_per_mwh", "segment_cny_per_mwh", "average_cny_per_mwh"))),
    Block("average_prices", formulas={"average_cny_per_mwh": "+".join(f"{{{p}}}" for p in PARTS)}),
    Block(
        "sensitivity",
        formulas={"low_change_mcny": "{low_cost_mcny}-{base_cost_mcny}", "high_change_mcny": "{high_cost_mcny}-{base_cost_mcny}"},
        chart=Chart("bar", "item", ("low_change_mcny", "high_change_mcny"), stacked=True),
    ),
    Block("frontier_co2", chart=Chart("line", "co2_kt", ("cost_mcny",))),
    Block("frontier_curtailment", chart=Chart("line", "curtailed_gwh", ("cost_mcny",))),
    Block("frontier_renewable_share", chart=Chart("line", "renewable_share", ("cost_mcny",))),
    Block("clause_costs", chart=Chart("bar", "name change", ("change_mcny",))),
    Block("deliveries", by_month=True),
    Block("costs", Total(("cost_mcny",), replaces=("category", "total"))),
    Block(
        "investments",
        Total(INVESTED),
        formulas={"dynamic_mcny": "{static_mcny}+{interest_mcny}", "net_revenue_mcny": "{revenue_mcny}-{operating_mcny}"},
    ),
    Block("technology_costs", Total(COST_COLUMNS), formulas=COST_SUM),
    Block("unit_costs", Total(COST_COLUMNS), formulas=COST_SUM),
    Block("parties", Total(tuple(c for c in contract.column_names("parties") if c.endswith("_mcny")))),
    Block("transfers"),
    Block("coal", Total(("power_kt", "other_kt", "raw_kt", "capacity_kt"))),
    Block("coal_months", by_month=True),
    Block("contract_curves", Total(("energy_gwh",)), by_month=True),
    Block("contracts", Total(("energy_gwh",)), ratios={"utilisation_h": Ratio("energy_gwh", "power_mw")}),
    Block(
        "capacity",
        Total(("existing_mw", "new_mw", "capacity_mw", "gross_gwh", "sent_out_gwh", "storage_mwh"), by="kind", joined=GENERATION),
        ratios=HOURS,
    ),
    Block(
        "monthly",
        Total(("load_gwh", "thermal_gwh", "wind_gwh", "solar_gwh", "available_gwh", "curtailed_gwh", "export_gwh", "unserved_gwh")),
        formulas={"curtailed_gwh": "{available_gwh}-{wind_gwh}-{solar_gwh}"},
        ratios=CURTAILED_SHARE,
        chart=Chart("column", "month", ("thermal_gwh", "wind_gwh", "solar_gwh"), stacked=True),
        by_month=True,
    ),
)
"""Tables that are more than their rows: sums, formulas, charts."""


def sheets_of(made_by: str = "") -> tuple[Sheet, ...]:
    """Sheets in the order of the catalogue: those of a result, or of a command such as ``pathway``."""
    own = {block.table: block for block in BLOCKS}
    asked, optional = contract.on_request(), {t.name for t in contract.tables().values() if t.presence == "option"}
    return tuple(
        Sheet(code, tuple(own.get(table, Block(table)) for table in tables), set(tables) <= asked, set(tables) <= optional)
        for code, tables in contract.sheets(made_by).items()
    )


SHEETS = sheets_of()
REQUIRED = tuple(t.name for t in contract.tables().values() if t.sheet and t.presence == "always" and t.made_by == "optimize")


def words_of(code: str) -> tuple[Label, Label]:
    """Title and note of a sheet, by its code or the name of its only table; a foreign table has its own name."""
    if code in LABELS["sheet"]:
        return label("sheet", code), label("sheet_note", code)
    return Label(code, code), label("sheet_note", "other")


def hours_factor(language: Language) -> float:
    """Factor from energy over power to hours, in the units of a sheet (and from energy over hours to power)."""
    return MWH_PER_GWH * unit_of("x_mw", language).factor / unit_of("x_gwh", language).factor


def money_factor(language: Language) -> float:
    """Factor from price times energy to money, in the units of a sheet."""
    money, price, energy = (unit_of(name, language).factor for name in ("x_mcny", "x_cny_per_mwh", "x_gwh"))
    return MCNY_PER_GWH_FROM_CNY_PER_MWH * money / (price * energy)
