"""The example study that comes with the program."""

from functools import cache

from energy_model.api.new_study import new
from energy_model.api.study import Study
from energy_model.api.temporary import TemporaryFolder

HELD = TemporaryFolder()
SPAN = "hours:48"


@cache
def three_nodes() -> Study:
    """Three nodes with wind, sun, coal, a battery and two corridors."""
    return new(HELD.path / "three-nodes", example=True)
