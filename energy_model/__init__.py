"""Hourly dispatch and expansion planning of Tongliao's power system.

The names below are the Python interface, documented in ``docs/python.md``; they are imported when first used.
"""

from importlib import import_module
from typing import Any

PUBLIC = {
    "load": "api.loading",
    "Study": "api.study",
    "scenarios": "api.loading",
    "open": "api.loading",
    "Plan": "api.plan",
    "from_pypsa": "api.loading",
    "Room": "api.answers",
    "Turn": "api.answers",
    "new": "api.new_study",
    "import_weather": "api.weather_years",
    "EnergyModelError": "errors",
    "InputErrors": "study.errors",
    "HorizonError": "study.horizon",
    "WeatherError": "weather.errors",
    "SolveError": "solving.ladder",
    "InfeasibleError": "solving.ladder",
    "CertificateError": "results.certificate",
    "StoreError": "results.store",
    "NetworkRefused": "exchange.refusals",
}
"""Public names and the modules that hold them."""

__all__ = ["__version__", "questions", *PUBLIC]


def __getattr__(name: str) -> Any:
    """A public name, imported when it is asked for."""
    if name == "__version__":
        return import_module(f"{__name__}.version").__version__
    if name == "questions":
        return import_module(f"{__name__}.questions")
    if name not in PUBLIC:
        raise AttributeError(f"module 'energy_model' has no attribute '{name}'")
    return getattr(import_module(f"{__name__}.{PUBLIC[name]}"), name)


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
