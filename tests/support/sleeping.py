"""Two workers that sleep for a minute each; a file tells when one is at work."""

import signal
import sys
import time
from pathlib import Path

from energy_model.ending import ended_well
from energy_model.workers import workers


def sleep(place: str, _: int) -> None:
    Path(place).touch()
    time.sleep(60)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # deaf where the tests run in the background of a script
    with ended_well(), workers(2) as pool:
        list(pool.map_unordered(sleep, sys.argv[1], [1, 2]))
