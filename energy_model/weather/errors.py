"""The one error of the weather layer."""


class WeatherError(Exception):
    """Weather data that cannot be used; the message names the file or label and what to do."""
