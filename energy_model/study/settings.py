"""Settings of a study: the sections of study.toml, each a checked and frozen record."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class StudySettings(_Section):
    """Titles, years and the load level."""

    title_zh: str
    title_en: str
    purpose: str
    plan_year: int = Field(ge=2000, le=2060)
    fleet_year: int = Field(ge=1990, le=2060, description="last year whose plants and lines stand already")
    cost_vintage: int = Field(ge=2000, le=2060, description="price level year of technologies and finance")
    case: str = Field(min_length=1, description="level of loads, smelters, mines, heat")


class WeatherSettings(_Section):
    """Weather year."""

    year: str = Field(pattern=r"^[A-Za-z0-9_-]+$")


class TimeSettings(_Section):
    """Blocks of the year and the step of commitment."""

    block_hours: int = Field(ge=24, le=8760, multiple_of=24)
    commitment_step_h: int = Field(ge=1, le=24)


class ExpansionSettings(_Section):
    """Whether anything may be built."""

    enabled: bool


class NetworkSettings(_Section):
    """How corridors are modelled."""

    power_flow: Literal["transport", "dc"] = Field(
        default="transport", description="transport: flows go where they are cheapest; dc: they obey Kirchhoff's voltage law"
    )


class ReserveSettings(_Section):
    """Reserve held by region for forecast errors and outages."""

    enabled: bool = False
    sharing: bool = Field(default=True, description="regions may hold reserve for each other on unused corridor capacity")
    renewable_up: bool = Field(default=False, description="curtailed wind and solar output counts as upward reserve")


class MaintenanceSettings(_Section):
    """Planned outages of thermal plants."""

    scheduled: bool = Field(default=False, description="the model decides when plants are overhauled; else an even derating all year")
    max_share: float = Field(default=0.25, gt=0, le=1, description="largest share of a cluster under maintenance at once")


class AdequacySettings(_Section):
    """How the capacity credit of wind, solar and storage is found."""

    unserved_share: float = Field(default=1e-4, gt=0, le=0.01, description="unserved energy at which fleets are compared, share of load")
    critical_periods: int = Field(default=8, ge=1, le=366, description="spans of days with the tightest residual load, dispatched first")
    store_hours_h: float = Field(default=4.0, gt=0, le=12, description="duration at which stores sized apart from power are credited")


class Options(_Section):
    """Sections that choose how the model works; each of them, and each of their settings, may be absent from the file."""

    network: NetworkSettings = NetworkSettings()
    reserves: ReserveSettings = ReserveSettings()
    maintenance: MaintenanceSettings = MaintenanceSettings()
    adequacy: AdequacySettings = AdequacySettings()


class Settings(Options):
    """All settings of a study."""

    study: StudySettings
    weather: WeatherSettings
    time: TimeSettings
    expansion: ExpansionSettings

    @property
    def options(self) -> Options:
        """The sections that choose how the model works."""
        return Options(**{name: getattr(self, name) for name in Options.model_fields})
