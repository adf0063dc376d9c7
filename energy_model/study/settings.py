"""Settings of a study: the sections of study.toml, each a checked and frozen record."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from energy_model.units import HOURS_PER_DAY, MCNY_PER_GWH_FROM_CNY_PER_MWH


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class StudySettings(_Section):
    """Titles, years and load level."""

    title_zh: str
    title_en: str
    purpose: str
    plan_year: int = Field(ge=2000, le=2060)
    fleet_year: int = Field(ge=1990, le=2060, description="last year whose plants and lines stand already")
    cost_vintage: int = Field(ge=2000, le=2060, description="price level year of technologies and finance")
    case: str = Field(min_length=1, description="level of loads, smelters, mines, heat")


WEATHER_NAME = "[A-Za-z0-9][A-Za-z0-9_-]*"
"""What a weather year may be called, here, behind the @ of a scenario and when one is imported."""
WEATHER_RULE = (
    "a weather year has letters, digits, - and _, the first a letter or digit",
    "气象年名称只用字母、数字、- 和 _，并以字母或数字开头",
)


class WeatherSettings(_Section):
    """Weather year."""

    year: str = Field(pattern=f"^{WEATHER_NAME}$")


class TimeSettings(_Section):
    """Blocks of the year and the step of commitment."""

    block_hours: int = Field(ge=1, le=8760, description="hours whose equations are compiled once; whole days or an equal part of one")
    commitment_step_h: int = Field(ge=1, le=24)
    hours: int = Field(default=8760, ge=1, le=8760, description="hours of the study, from 1 January 0:00; fewer than 8760 need series.csv")
    row_hours: float = Field(
        default=1.0, gt=0, le=8760, description="hours that pass for stores between two rows; above 1 in imported networks of longer steps"
    )
    closed: bool = Field(default=True, description="the last hour meets the first; false: ramps and starts are free in the first hour")
    period_h: int = Field(
        default=0, ge=0, le=8760, description="hours of a representative period, each closed in itself; 0: the hours follow one another"
    )

    @field_validator("block_hours")
    @classmethod
    def _of_days(cls, hours: int) -> int:
        if hours % HOURS_PER_DAY and HOURS_PER_DAY % hours:
            raise ValueError("must be a multiple of 24, or divide it", "须为 24 的倍数或约数")
        return hours

    @field_validator("commitment_step_h")
    @classmethod
    def _of_block(cls, step: int, others: ValidationInfo) -> int:
        if others.data.get("block_hours", HOURS_PER_DAY) % step or HOURS_PER_DAY % step:
            raise ValueError("must divide 24 and block_hours", "须能整除 24 与 block_hours")
        return step


class ExpansionSettings(_Section):
    """Whether anything may be built."""

    enabled: bool


class NetworkSettings(_Section):
    """Model of the corridors."""

    power_flow: Literal["transport", "dc"] = Field(
        default="transport", description="transport: flows go where they are cheapest; dc: they obey Kirchhoff's voltage law"
    )
    parts: Literal["one", "several"] = Field(default="one", description="one: whatever is used hangs on one grid; several: on any number")
    flow_tolerance_mw: float = Field(
        default=1.0, gt=0, le=100, description="dc: flows agree with the built network when none of them is further off than this"
    )
    flow_iterations: int = Field(
        default=10, ge=1, le=50, description="dc: solves with free corridor capacities; when flows still disagree, capacities are held"
    )
    losses: Literal["linear", "tangents"] = Field(
        default="linear", description="linear: a share of the power sent; tangents: quadratic in the flow, by tangents from below"
    )
    loss_tangents: int = Field(default=3, ge=1, le=20, description="tangents: how many")
    security: Literal["margin", "n-1"] = Field(
        default="margin", description="margin: the security_share of each corridor; n-1: flows hold after the trip of any one circuit"
    )
    security_rounds: int = Field(
        default=10, ge=1, le=50, description="n-1: solves with free corridor capacities; when more are needed, capacities are held"
    )
    short_circuit: bool = Field(
        default=False, description="HVDC links with a least short-circuit ratio carry no more than machines on-line allow"
    )
    circuits: Literal["continuous", "integer", "rounded"] = Field(
        default="continuous",
        description="integer: new corridor capacity is a whole number of circuits of new_circuit_mw, by branch and bound; "
        "rounded: by rounding up the plan with fractions, which proves what that costs",
    )
    accepted_gap: float = Field(
        default=1e-4,
        ge=1e-4,
        le=0.1,
        description="integer: a plan that branch and bound had to leave unproven when its time was up is kept with this relative gap; "
        "rounded: the most that rounding may cost",
    )
    reactance: Literal["as built", "fixed"] = Field(
        default="as built",
        description="dc: new circuits lower the reactance of a corridor; or fixed: it keeps that of circuits, whatever is built",
    )


class CommitmentSettings(_Section):
    """Commitment options beyond minimum load, ramps and a single start cost."""

    minimum_times: bool = Field(default=False, description="units stay on and off for their least hours, min_up_h and min_down_h")
    start_classes: bool = Field(default=False, description="a start costs by the hours off-line before it: hot, warm or cold")
    start_ramps: bool = Field(default=False, description="ramp rates also hold for capacity that starts or stops, from and to standstill")
    deep_shaving: bool = Field(
        default=False, description="output may fall below minimum load, at deep_cost_cny_per_mwh and, with oil, oil_cost_cny_per_mwh"
    )


class SmelterSettings(_Section):
    """Potline options beyond the bounds on the cumulative deviation."""

    hours_in_a_row: bool = Field(default=False, description="no more than modulation_hours_h hours in a row at full modulation, exactly")
    restarts: bool = Field(default=False, description="bringing back shed potline power costs restart_cost_cny_per_mw")


class PathwaySettings(_Section):
    """Investment years: what is built, kept and retired in which year."""

    years: list[int] = Field(default=[], description="investment years, ascending; empty: the study has one year")
    cases: dict[str, str] = Field(
        default={}, description="level of loads, smelters, mines, heat by year; between two of them: interpolated"
    )
    foresight: Literal["perfect", "myopic"] = Field(
        default="perfect", description="perfect: all years are decided together; myopic: one after the other, the past fixed"
    )
    base_year: int | None = Field(
        default=None, ge=1990, le=2060, description="costs are discounted to the start of this year; default: the first"
    )
    last_years: int | None = Field(
        default=None, ge=1, le=50, description="years that the last investment year stands for; default: as many as the one before it"
    )
    prices: Literal["interpolated", "fixed"] = Field(
        default="interpolated",
        description="investment costs: interpolated between the vintages of technologies.csv, or fixed: those of cost_vintage",
    )
    life_extension_years: int = Field(
        default=0, ge=0, le=40, description="how long plants that stand already outlive their economic lifetime"
    )
    early_retirement: bool = Field(default=False, description="existing plants may be retired early, which saves their fixed cost")


class IslandingSettings(_Section):
    """Behaviour of a microgrid when its border opens."""

    response_minutes: float = Field(default=10.0, gt=0, le=60, description="time in which spinning units must pick up the lost import")
    start_hours: int = Field(default=8, ge=0, le=48, description="a thermal unit that stands still needs so long to start")
    freezing_share: float = Field(default=0.5, ge=0, le=1, description="a potline below this share of rated power cools")
    freezing_hours: float = Field(default=1.5, ge=0, le=6, description="a potline that cools longer than this freezes")


class RedispatchSettings(_Section):
    """Day-by-day operation of a plan."""

    issue_lead_h: int = Field(default=12, ge=0, le=48, description="hours between the day-ahead forecast and midnight")
    margin_sigma: float = Field(
        default=1.0, ge=0, le=4, description="standard deviations of the shared forecast error that the commitment keeps"
    )


class ReserveSettings(_Section):
    """Reserve held by region for forecast errors and outages."""

    enabled: bool = False
    sharing: bool = Field(default=True, description="regions may hold reserve for each other on unused corridor capacity")
    renewable_up: bool = Field(default=False, description="curtailed wind and solar output counts as upward reserve")
    largest_unit: Literal["online", "standing"] = Field(
        default="online",
        description="online: the largest unit counts in proportion to what of its cluster is on-line; "
        "standing: in full, as soon as a unit of the cluster stands, on-line or not",
    )


class MaintenanceSettings(_Section):
    """Planned outages of thermal plants."""

    scheduled: bool = Field(default=False, description="the model decides when plants are overhauled; else an even derating all year")
    by_month: bool = Field(
        default=False, description="overhauls begin and end with a month; else with any day (typical weeks: each by itself)"
    )
    max_share: float = Field(default=0.25, gt=0, le=1, description="largest share of a cluster under maintenance at once")


class NeighbourSettings(_Section):
    """The provinces around Tongliao."""

    enabled: bool = Field(default=False, description="true: nodes of kind neighbour are read, with all that stands there")
    equal_curtailment_cny_per_mwh: float = Field(
        default=0.0,
        ge=0,
        le=5,
        description="charge on unequal curtailed shares of the city and its neighbours, where cost leaves them open",
    )

    @property
    def equal_curtailment(self) -> float:
        """The charge in model units [MCNY/GWh]."""
        return self.equal_curtailment_cny_per_mwh * MCNY_PER_GWH_FROM_CNY_PER_MWH


class CoalSettings(_Section):
    """Delivery of coal within the year."""

    by_month: bool = Field(
        default=False, description="coal is dug, carried, stocked and burnt month by month; else only the sums of the year agree"
    )


class AdequacySettings(_Section):
    """Computation of the capacity credit of wind, solar and storage."""

    unserved_share: float = Field(default=1e-4, gt=0, le=0.01, description="unserved energy at which fleets are compared, share of load")
    critical_periods: int = Field(default=4, ge=1, le=366, description="least number of tight spans of days that are dispatched")
    store_hours_h: float = Field(default=4.0, gt=0, le=12, description="duration at which stores sized apart from power are credited")


class CapacityBalanceSettings(_Section):
    """Reserve shares and confidence level of the capacity balance of the workbook; the model itself does not use them."""

    load_reserve_share: float = Field(default=0.03, ge=0, le=0.5, description="spinning reserve for load, share of peak demand")
    contingency_reserve_share: float = Field(default=0.08, ge=0, le=0.5, description="reserve for forced outages, share of peak demand")
    maintenance_reserve_share: float = Field(default=0.08, ge=0, le=0.5, description="reserve for maintenance, share of peak demand")
    confidence_share: float = Field(
        default=0.95, ge=0.5, lt=1, description="share of peak hours in which wind and solar give at least their credit"
    )


SEVERAL_SOLVES = (
    ("network", "power_flow", "dc"),
    ("network", "security", "n-1"),
    ("network", "circuits", "integer"),
    ("network", "circuits", "rounded"),
    ("reserves", "largest_unit", "standing"),
)
"""Sections, settings and values that need several solves of one year."""


class Options(_Section):
    """Sections with model options; each of them, and each of their settings, may be absent from the file."""

    network: NetworkSettings = NetworkSettings()
    commitment: CommitmentSettings = CommitmentSettings()
    smelters: SmelterSettings = SmelterSettings()
    pathway: PathwaySettings = PathwaySettings()
    islanding: IslandingSettings = IslandingSettings()
    redispatch: RedispatchSettings = RedispatchSettings()
    reserves: ReserveSettings = ReserveSettings()
    maintenance: MaintenanceSettings = MaintenanceSettings()
    neighbours: NeighbourSettings = NeighbourSettings()
    coal: CoalSettings = CoalSettings()
    adequacy: AdequacySettings = AdequacySettings()
    capacity_balance: CapacityBalanceSettings = CapacityBalanceSettings()

    def without_history(self) -> Options:
        """The same without rules that look back further than one state, as required by windows of operation."""
        own = self.commitment
        kept = CommitmentSettings(deep_shaving=own.deep_shaving, start_ramps=own.start_ramps)
        planned = self.maintenance.model_copy(update={"by_month": False})  # operation keeps the overhauls of the plan
        return self.model_copy(update={"commitment": kept, "smelters": SmelterSettings(), "maintenance": planned})


class Settings(Options):
    """All settings of a study."""

    study: StudySettings
    weather: WeatherSettings
    time: TimeSettings
    expansion: ExpansionSettings

    @property
    def options(self) -> Options:
        """The sections with model options."""
        return Options(**{name: getattr(self, name) for name in Options.model_fields})
