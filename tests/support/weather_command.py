"""The command line of the weather layer, as tests call it."""

from typer.testing import CliRunner

from energy_model.commands.weather import weather_app


def run(*words):
    return CliRunner().invoke(weather_app, [str(word) for word in words])


def complaint(result):
    """Give the error output as one line: the console breaks it at its width."""
    return " ".join(result.stderr.split())
