"""The numbers of the model: clusters, resources, corridors in GW, GWh, TJ, MCNY."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property

import numpy as np
import pandas as pd

from energy_model.study.clause_quantities import MODELLED, clause_quantity
from energy_model.study.cycles import NO_CYCLE
from energy_model.study.settings import Options
from energy_model.units import (
    MCNY_PER_CNY,
    MCNY_PER_GWH_FROM_CNY_PER_MWH,
    MCNY_PER_KT_FROM_CNY_PER_T,
)

THERMAL = ("thermal", "chp")
BOILERS = ("coal_boiler", "electric_boiler", "geothermal")
"""What gives heat alone; a geothermal well needs no fuel."""
BILATERAL = ("seller_node", "buyer_node", "buyer", "kind", "energy_gwh_per_year")
DEEP_TIERS = ("dry", "oil")
"""Tiers of deep peak shaving from the top: without oil, with oil support."""
STORES = ("battery", "pumped_hydro", "heat_store")


def by_month(table: pd.DataFrame, time: pd.DatetimeIndex) -> np.ndarray:
    """Values of every hour from columns of the twelve months, shape (rows, hours)."""
    return table.to_numpy(float).reshape(len(table), 12)[:, time.month - 1]


def no_contingency() -> pd.DataFrame:
    """The table of contingencies before screening: rise of flow per tripped flow, rating [GW/GW], lost rating [GW]."""
    index = pd.MultiIndex.from_arrays([[], [], [], []], names=("monitored", "outaged", "direction", "topology"))
    return pd.DataFrame({"factor": [], "rating": [], "lost": []}, index=index, dtype=float)


MONTHS = tuple(f"month_{i:02d}" for i in range(1, 13))
"""Columns of what holds by month."""
BUILT = ("node", "existing", "max_new", "min_new", "capex", "fom", "lifetime_years", "kind")
ELECTROLYSER = (*BUILT, "intensity", "min_load_share")
HYDROGEN_STORE = (*BUILT, "loss_share_per_h")
HYDROGEN_CONTRACT = ("node", "min_kt_per_year", "max_kt_per_year", "most_kt_per_h", "price")
CONVERTER = (
    *BUILT, "most", "least", "reverse_most", "reverse_least", "ramp_up", "ramp_down", "cost", "most_series", "least_series",
    "reverse_most_series", "reverse_least_series", "ramp_up_series", "ramp_down_series", "cost_series",
)  # fmt: skip
CONVERTER_PORT = ("converter", "node", "output", "output_series")
RESERVOIR = (
    *BUILT, "duration_h", "most_level", "least_level", "charge_most", "discharge_most", "charge_yield", "discharge_draw", "kept", "inflow",
    "spill_most", "spill_draw", "charge_cost", "discharge_cost", "level_cost", "spill_cost", "most_level_series", "least_level_series",
    "charge_most_series", "discharge_most_series", "charge_yield_series", "discharge_draw_series", "kept_series", "inflow_series",
    "spill_most_series", "spill_draw_series", "charge_cost_series", "discharge_cost_series", "level_cost_series", "spill_cost_series",
)  # fmt: skip
LIMIT = ("name_zh", "name_en", "sense", "value")
LIMIT_MEMBER = ("limit", "table", "element", "quantity", "weight", "weight_series")
CONDENSER = (*BUILT, "technology", "short_circuit")
MINIMUM_COMMITMENT = ("region", "kind", "least_gw", "least_share", "least_output_share", "planned_gwh")
WHOLE_YEAR = 0
"""In the place of a month: the year."""
RESERVE_PRODUCT = ("direction", "spinning", "response_h", "duration_h", "basis", "price")
RESERVE = ("load_share", "wind_share", "solar_share", "largest_unit_share", "fixed", "most")
AIR = ("so2_kt_per_tj", "nox_kt_per_tj", "dust_kt_per_tj", "flue_gas_gm3_per_tj")
"""Columns of `System.supply` on emissions to the air beside CO2, and the flue gas that they are in."""
WATER_NODE = ("industry", "right")
COAL_DRYER = ("raw_mine", "node", "raw_per_product", "power", "most", "cost", "raw_price")
COAL_YARD = ("node", "grade", "least_h", "most_h", "mj_per_kg")


def _by(names: tuple[str, ...], columns: tuple[str, ...]) -> pd.DataFrame:
    """A table of numbers without rows, whose index has several names."""
    return pd.DataFrame(columns=list(columns), index=pd.MultiIndex.from_arrays([[] for _ in names], names=names), dtype=float)


UNLIMITED_GW = 1e4
"""A capacity that may be built up to 10 TW has no limit: more than the world has."""


@dataclass(frozen=True)
class System:
    """Index tables of the model; each row is one element, columns carry model units.

    Attributes
    ----------
    bus : DataFrame
        Nodes inside Tongliao, one bus per receiving market, and neighbours (``outside``), each in the place of its market.
    thermal, resource, store, boiler : DataFrame
        Generating clusters, wind and solar resources, stores, boilers; ``existing`` and ``max_new`` [GW].
    feed : DataFrame
        Wind or solar of one node: resources of equal running cost are dispatched together.
    corridor, contract, smelter, microgrid, heat_area : DataFrame
        Corridors have ``impedance_per_gw`` of one circuit where Kirchhoff's voltage law holds, ``resistance_per_gw`` where losses are
        quadratic [1/GW]; circuits are ``circuits`` + ``circuits_per_gw`` x new capacity; `cycle` is made with ``assumed_circuits``.
    fuel_user : DataFrame
        Thermal clusters and coal boilers with their coal grade and node.
    supply : DataFrame
        (mine, fuel user) pairs that a route and the grade allow; cost [MCNY/TJ].
    mine, coal_user, target : DataFrame
    potential : Series
        Land for wind and solar by (node, carrier) [GW].
    finance : Series
    contingency : DataFrame
        What the trip of a circuit asks of another corridor, by (monitored, outaged, direction, topology): see `solving.contingencies`.
    contract_month : Series
        Share of a contract's yearly energy by (contract, month); the twelve of a contract add up to 1.
    holiday : Series
        ``holiday`` or ``workday`` by day ``mm-dd``, beside the public holidays that demand knows.
    section : DataFrame
        Limits of sections by (section, direction), ``forward`` or ``reverse``: names and ``month_01`` to ``month_12`` [GW].
    section_member, section_unit : DataFrame
        ``weight`` of corridors by (section, corridor); rise of the limits, ``forward`` and ``reverse``, per capacity of units on-line
        by (section, node) [GW/GW].
    agreement : DataFrame
        ``least`` and ``most`` energy of agreements by (agreement, month) [GWh], and names; `WHOLE_YEAR` stands for the year.
    agreement_member : DataFrame
        ``weight`` of corridors by (agreement, corridor).
    condenser : DataFrame
        Synchronous condensers, ``existing`` and ``max_new`` [Gvar], ``short_circuit`` [GVA/Gvar].
    short_circuit : DataFrame
        ``share`` of the short-circuit power of machines that reaches the converter of a link, by (corridor, node).
    expansion : bool
        Whether anything may be built.
    period_h : int
        Hours of a representative period, which closes in itself; 0: the hours follow one another.
    bilateral : DataFrame
        Contracts between plants and consumers inside Tongliao.
    options : Options
        How the model works: power flow, reserves and the like.
    cycle : DataFrame
        Independent cycles of corridors with their signed relative impedance (`cycle_table`); empty when flows go as they like.
    reference_flow : DataFrame
        Net flow of reinforced corridors (rows) in every hour of the horizon in an earlier solution [GW]; empty before there is one.
    electrolyser, hydrogen_store, hydrogen_contract : DataFrame
        Electrolysers [GW, GWh/kt], stores [kt] and contracts [kt, MCNY/kt] of hydrogen.
    converter, converter_port : DataFrame
        Converters [GW, MCNY/GWh], and by ``<converter>/<port>`` the power that each delivers to a node; ``<figure>_series`` names what
        multiplies a figure by the hour.
    reservoir : DataFrame
        Stores with inflow, limits and costs by the hour; the volume is ``duration_h`` times the capacity.
    limit, limit_member : DataFrame
        Limits on weighted sums of capacities [GW] and yearly sums [GWh], and what each sums.
    minimum_commitment : DataFrame
        Groups of plants by region and kind: by month the capacity that they keep on-line, ``least_gw`` [GW] and ``least_share``, and the
        minimum output per online capacity, ``least_output_share``, and the net output that is planned, ``planned_gwh`` [GWh].
    water_node : DataFrame
        Nodes whose use of water is counted: water of industry and water right in the year [1000 m3].
    rail_line : DataFrame
        Railway lines with the coal that they carry in a year.
    coal_dryer : DataFrame
        Dryers by their product in `mine`: raw coal [kt/kt] and power [GW per kt/a] for it, most output [kt/a], yearly cost of capacity
        and price of the raw coal [MCNY/kt].
    coal_yard : DataFrame
        Stocks of coal by node and grade, in hours of the mean consumption; used where coal is balanced by month, else empty.
    reserve_product, reserve : DataFrame
        Reserve products in the order of speed, spinning ones first; requirements by (product, region). Used where reserves are enabled.
    """

    bus: pd.DataFrame
    thermal: pd.DataFrame
    resource: pd.DataFrame
    feed: pd.DataFrame
    store: pd.DataFrame
    boiler: pd.DataFrame
    corridor: pd.DataFrame
    contract: pd.DataFrame
    smelter: pd.DataFrame
    microgrid: pd.DataFrame
    heat_area: pd.DataFrame
    fuel_user: pd.DataFrame
    supply: pd.DataFrame
    mine: pd.DataFrame
    coal_user: pd.DataFrame
    target: pd.DataFrame
    potential: pd.Series
    finance: pd.Series
    expansion: bool
    period_h: int = 0
    bilateral: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(BILATERAL)))
    options: Options = field(default_factory=Options)
    cycle: pd.DataFrame = field(default_factory=NO_CYCLE.copy)
    reference_flow: pd.DataFrame = field(default_factory=pd.DataFrame)
    contingency: pd.DataFrame = field(default_factory=no_contingency)
    electrolyser: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(ELECTROLYSER)))
    hydrogen_store: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(HYDROGEN_STORE)))
    hydrogen_contract: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(HYDROGEN_CONTRACT)))
    converter: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(CONVERTER)))
    converter_port: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(CONVERTER_PORT)))
    reservoir: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(RESERVOIR)))
    limit: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(LIMIT)))
    limit_member: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(LIMIT_MEMBER)))
    minimum_commitment: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(MINIMUM_COMMITMENT)))
    water_node: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(WATER_NODE)))
    rail_line: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["name_zh", "name_en", "capacity_kt_per_year"]))
    coal_dryer: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COAL_DRYER)))
    coal_yard: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COAL_YARD)))
    reserve_product: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(RESERVE_PRODUCT)))
    reserve: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(RESERVE)))
    contract_month: pd.Series = field(default_factory=lambda: _by(("contract", "month"), ("share",)).share)
    holiday: pd.Series = field(default_factory=lambda: pd.Series(dtype=object))
    section: pd.DataFrame = field(default_factory=lambda: _by(("section", "direction"), ("name_zh", "name_en", *MONTHS)))
    section_member: pd.DataFrame = field(default_factory=lambda: _by(("section", "corridor"), ("weight",)))
    section_unit: pd.DataFrame = field(default_factory=lambda: _by(("section", "node"), ("forward", "reverse")))
    agreement: pd.DataFrame = field(default_factory=lambda: _by(("agreement", "month"), ("name_zh", "name_en", "least", "most")))
    agreement_member: pd.DataFrame = field(default_factory=lambda: _by(("agreement", "corridor"), ("weight",)))
    condenser: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(CONDENSER)))
    short_circuit: pd.DataFrame = field(default_factory=lambda: _by(("corridor", "node"), ("share",)))

    @property
    def series(self) -> list[str]:
        """Hourly series that rows of the model multiply with: availabilities, and those of converters, reservoirs and limits."""
        found = set(self.resource.series)
        for table in (self.thermal, self.corridor, self.converter, self.converter_port, self.reservoir, self.limit_member):
            for column in table.columns[table.columns.str.endswith("_series")]:
                found |= set(table[column].dropna())
        return sorted(found)

    @property
    def price(self) -> pd.Series:
        """Prices of `finance`: lost load and heat, reserve shortfall and curtailment [MCNY/GWh], carbon dioxide [MCNY/kt]."""
        f, energy = self.finance, MCNY_PER_GWH_FROM_CNY_PER_MWH
        return pd.Series(
            {
                "lost_load": f.value_of_lost_load_cny_per_mwh * energy,
                "lost_heat": f.value_of_lost_heat_cny_per_mwh * energy,
                "reserve_shortfall": f.reserve_shortfall_cny_per_mwh * energy,
                "curtailment": f.curtailment_cost_cny_per_mwh * energy,
                "co2": f.co2_price_cny_per_t * MCNY_PER_KT_FROM_CNY_PER_T,
            },
            dtype=float,
        )

    @property
    def has_allowances(self) -> bool:
        """Whether CO2 has a price and something a benchmark, up to which it is free."""
        own = [self.thermal.get("co2_benchmark"), self.thermal.get("co2_benchmark_heat"), self.boiler.get("co2_benchmark_heat")]
        return self.finance.co2_price_cny_per_t > 0 and any(bool((column > 0).any()) for column in own if column is not None)

    @cached_property
    def clause(self) -> pd.DataFrame:
        """Clauses of `target` that are rows of the model, ``limit`` and ``penalty`` of each in model units.

        A share is multiplied out in its row: its limit is 0, and it is missed, and penalised, in energy or power.
        """
        t = self.target
        # A quantity that no clause can speak of is an error, not left out.
        is_row = [mode in ("hard", "soft") and not clause_quantity(q).is_input for mode, q in zip(t["mode"], t.quantity, strict=True)]
        c = t[np.array(is_row, dtype=bool)].copy()
        c["scope"] = c.scope.astype(object).where(c.scope.notna(), None)
        share = c.quantity.str.endswith("_share")
        per_unit = c.quantity.map(MODELLED).astype(float)
        c["limit"] = (c.value * per_unit).where(~share, 0.0)
        c["penalty"] = c.penalty_cny_per_unit.fillna(0) * (MCNY_PER_CNY / per_unit).where(~share, MCNY_PER_GWH_FROM_CNY_PER_MWH)
        return c

    @property
    def weak_converter(self) -> pd.Index:
        """HVDC links whose power is limited by short-circuit power."""
        return self.short_circuit.index.get_level_values(0).unique()

    @property
    def deep_tier(self) -> pd.DataFrame:
        """Tiers of deep peak shaving by (cluster, tier): depth [share of online capacity] and cost [MCNY/GWh]; empty while it is off."""
        if not self.options.commitment.deep_shaving or not len(self.thermal):
            return _by(("cluster", "tier"), ("depth", "cost"))
        g = self.thermal
        tiers = pd.concat({t: g[[f"{t}_depth", f"{t}_cost"]].set_axis(["depth", "cost"], axis=1) for t in DEEP_TIERS}).swaplevel()
        return tiers[tiers.depth > 1e-9].astype(float)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Index tables by name."""
        return {f.name: table for f in fields(self) if isinstance(table := getattr(self, f.name), pd.DataFrame)}

    @property
    def monthly_contract(self) -> pd.Index:
        """Contracts whose yearly energy has shares by month."""
        return self.contract.index[self.contract.index.isin(self.contract_month.index.get_level_values(0))]

    @property
    def scheduled_contract(self) -> pd.Index:
        """Contracts whose shape differs between days: by calendar, or agreed and with monthly shares."""
        x = self.contract
        rigid = (x["shape"] != "free") & x.index.isin(self.monthly_contract)
        return x.index[(x.calendar.notna() | rigid).to_numpy(dtype=bool)]

    @property
    def is_open(self) -> bool:
        """Whether the first hour is independent of earlier states, or a store has a given initial level."""
        return bool(self.store.start_level.notna().any() or self.thermal.open_start.any())

    @property
    def counts_by_day(self) -> bool:
        """Whether some rule refers to days, so that blocks are whole days or part of one."""
        return any(len(table) for table in (self.smelter, self.contract))

    @property
    def asks_for_aluminium(self) -> bool:
        """Whether a clause needs the energy of the potlines."""
        return "aluminium_kt" in set(self.clause.quantity)
