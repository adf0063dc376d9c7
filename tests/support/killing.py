"""The command in a process of its own that is killed midway. Its modules are imported once, by a server that forks for every run."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from tests.paths import ROOT

FRESH = multiprocessing.get_context("forkserver")
FRESH.set_forkserver_preload(["energy_model.cli", "energy_model.run", "energy_model.analyses.frontier", "energy_model.report.map.map_page"])


def run_command(spoil: Callable[[], None], arguments: list[str], log: Path) -> None:
    """The command in this process, after `spoil`; what it says goes into `log`."""
    told = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(told, 1)
    os.dup2(told, 2)
    os.chdir(ROOT)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # deaf where the tests run in the background of a script
    spoil()
    sys.argv = ["energy-model", *arguments]
    from energy_model.__main__ import main

    main()


def run_spoilt(spoil: Callable[[], None], arguments: list[str], log: Path) -> int:
    """Exit code of the command after `spoil`, a function of a module, has put its trap; minus the signal where one killed it.

    What it printed is in `log`.
    """
    process = FRESH.Process(target=run_command, args=(spoil, arguments, log))
    process.start()
    process.join(300)
    assert process.exitcode is not None
    return process.exitcode
