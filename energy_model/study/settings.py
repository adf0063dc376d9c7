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


class CapacityBalanceSettings(_Section):
    """Reserve shares and confidence level of the capacity balance of the workbook; the model itself does not read them."""

    load_reserve_share: float = Field(default=0.03, ge=0, le=0.5, description="spinning reserve for load, share of peak demand")
    contingency_reserve_share: float = Field(default=0.08, ge=0, le=0.5, description="reserve for forced outages, share of peak demand")
    maintenance_reserve_share: float = Field(default=0.08, ge=0, le=0.5, description="reserve for maintenance, share of peak demand")
    confidence_share: float = Field(
        default=0.95, ge=0.5, lt=1, description="share of peak hours in which wind and solar give at least their credit"
    )


class Options(_Section):
    """Sections that choose how the model works; each of them, and each of their settings, may be absent from the file."""

    network: NetworkSettings = NetworkSettings()
    capacity_balance: CapacityBalanceSettings = CapacityBalanceSettings()


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
