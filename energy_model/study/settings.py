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


class IslandingSettings(_Section):
    """What happens in a microgrid when its border opens."""

    response_minutes: float = Field(default=10.0, gt=0, le=60, description="time in which spinning units must pick up the lost import")
    start_hours: int = Field(default=8, ge=0, le=48, description="a thermal unit that stands still needs so long to start")
    freezing_share: float = Field(default=0.5, ge=0, le=1, description="a potline below this share of rated power cools")
    freezing_hours: float = Field(default=1.5, ge=0, le=6, description="a potline that cools longer than this freezes")


class RedispatchSettings(_Section):
    """How a plan is operated from day to day."""

    issue_lead_h: int = Field(default=12, ge=0, le=48, description="hours between the day-ahead forecast and midnight")
    margin_sigma: float = Field(
        default=1.0, ge=0, le=4, description="standard deviations of the shared forecast error that the commitment keeps"
    )


class Options(_Section):
    """Sections that choose how the model works; each of them, and each of their settings, may be absent from the file."""

    network: NetworkSettings = NetworkSettings()
    islanding: IslandingSettings = IslandingSettings()
    redispatch: RedispatchSettings = RedispatchSettings()


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
