"""The one error of the weather layer."""

from energy_model.errors import EnergyModelError
from energy_model.language import say


class WeatherError(EnergyModelError):
    """Weather data that cannot be used; the message names the file or label and what to do."""


def weather_error(en: str, zh: str) -> WeatherError:
    """The error, worded in the language in use."""
    return WeatherError(say(en, zh))
