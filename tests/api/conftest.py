import pytest

from energy_model.api.loading import open as open_plan
from energy_model.api.plan import Plan
from tests.support.example import SPAN, three_nodes


@pytest.fixture(scope="session")
def plan(made_once) -> Plan:
    """The example over two days: solved once a run, only to look at."""
    study = three_nodes()
    folder = made_once("example", lambda folder: study.optimize(SPAN, threads=1).save(folder, pages=False))
    return open_plan(folder, study.inputs, study.weather)
