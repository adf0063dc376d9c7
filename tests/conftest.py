"""Options and profiles of the whole suite."""

import pytest
from hypothesis import settings

# No deadline: the first example pays for imports. Derandomized: a red run must be red again.
settings.register_profile("project", deadline=None, derandomize=True, max_examples=12, database=None)
settings.load_profile("project")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept-lp", action="store_true", help="write the LP text baselines of tests/lp again")
