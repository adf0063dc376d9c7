"""End of a command's process: on request, after a fault of the program, or while a solver is still running and does not respond.

Ctrl-C, SIGTERM and a closed terminal are the same request. It is handled once; work that must stay consistent is finished first, and
nothing is printed after the last message. If HiGHS is still running, the process ends without the usual Python cleanup, which would free
memory in use by the solver.
"""

from __future__ import annotations

import _thread
import logging
import multiprocessing.util
import os
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from energy_model.language import say

EXIT_FAULT, EXIT_STOPPED = 1, 130
PATIENCE_S = 20.0
"""How long clearing away may take after a request to stop."""
REQUESTS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""Names of the requests to stop; no system has all of them."""


def stopped() -> str:
    """Last message of a stopped command."""
    return say("Stopped; earlier results are unchanged.", "已中止；原有结果未改动。")


def _faulty(fault: str, file: str) -> str:
    """Last message of a command with a fault of the program."""
    return say(
        f"This is a fault of the program, not of your inputs: {fault}. Earlier results are unchanged. "
        f"Please report it with this file: {file}",
        f"程序故障，并非输入有误：{fault}。原有结果未改动。请附此文件报告：{file}",
    )


class Stopped(SystemExit):
    """The end of a stopped command, after its message was printed."""

    def __init__(self) -> None:
        super().__init__(EXIT_STOPPED)


@dataclass
class _Process:
    """State of this process concerning its own end."""

    asked: bool = False
    pending: bool = False
    held: int = 0
    watched: bool = False
    left: list[threading.Thread] = field(default_factory=list)


_process = _Process()


@contextmanager
def ended_well() -> Iterator[None]:
    """Around a whole command: a request to stop raises `KeyboardInterrupt` once, faults end in a message, and the exit code is correct."""
    for number in (getattr(signal, name) for name in REQUESTS if hasattr(signal, name)):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup sets it, or a script for what runs in the background
            signal.signal(number, _request)
    sys.unraisablehook, threading.excepthook = _unraisable, _in_thread
    _mute_tracker()
    try:
        yield
    except KeyboardInterrupt:
        _end(EXIT_STOPPED, stopped())
    except Exception as fault:
        _end(EXIT_FAULT, _faulty(f"{type(fault).__name__}: {fault}", _write_traceback(fault)))
    except SystemExit as end:
        if end.code == EXIT_STOPPED:
            _end(EXIT_STOPPED, "" if isinstance(end, Stopped) else stopped())
        if solver_left():
            _end(end.code if isinstance(end.code, int) else 0)
        _process.asked = True  # it ends anyway
        raise


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Around steps of milliseconds that must be atomic: a request to stop waits until they are done."""
    _process.held += 1
    try:
        yield
    finally:
        _process.held -= 1
        if _process.pending and not _process.held:
            _process.pending = False
            _stop()


def _mute_tracker() -> None:
    """Silence the process that cleans up the shared memory of killed workers: its output would follow the last message."""
    silent = "ignore:resource_tracker:UserWarning"
    told = os.environ.get("PYTHONWARNINGS", "")
    if silent not in told:
        os.environ["PYTHONWARNINGS"] = f"{told},{silent}".lstrip(",")


def leave(solver: threading.Thread) -> None:
    """Stop waiting for a thread that does not respond; the process will end without it."""
    _process.left.append(solver)


def solver_left() -> bool:
    """Whether an abandoned solver is still running in this process."""
    return any(thread.is_alive() for thread in _process.left)


def _request(*_: object) -> None:
    if _process.asked:
        return
    if _process.held:
        _process.pending = True
        return
    _stop()


def _stop() -> NoReturn:
    _process.asked = True
    logging.disable()  # Pyomo logs whatever passes through a rule
    if not _process.watched:
        _process.watched = True
        _thread.start_new_thread(_watch, ())  # takes no lock, which the interrupted code might hold
    raise KeyboardInterrupt


def _watch() -> None:
    """End the process if cleanup takes too long, or third-party code has swallowed the request."""
    time.sleep(PATIENCE_S)
    with suppress(OSError):
        os.write(2, f"{stopped()}\n".encode(sys.stderr.encoding or "utf-8", "backslashreplace"))  # its own lock may be held
    _exit(EXIT_STOPPED)


def _unraisable(fault: sys.UnraisableHookArgs) -> None:
    """Repeat a request that arrived where nothing can be raised, during Python's cleanup."""
    if isinstance(fault.exc_value, KeyboardInterrupt):
        _thread.start_new_thread(_ask_again, ())
    elif not _process.watched:
        sys.__unraisablehook__(fault)


def _in_thread(fault: threading.ExceptHookArgs) -> None:
    """Report a fault in a thread, unless the command has been asked to stop: packages of a cluster fail in many ways when that ends."""
    if not _process.watched:
        threading.__excepthook__(fault)


def _ask_again() -> None:
    time.sleep(0.02)  # what the request came into is over
    _process.asked = False
    _thread.interrupt_main()


def _write_traceback(fault: Exception) -> str:
    try:
        with tempfile.NamedTemporaryFile("w", prefix="energy-model-fault-", suffix=".txt", delete=False, encoding="utf-8") as file:
            file.write(f"{' '.join(sys.argv)}\n\n{''.join(traceback.format_exception(fault))}")
    except OSError:
        traceback.print_exception(fault)
        return "-"
    return str(Path(file.name))


def _end(code: int, said: str = "") -> NoReturn:
    """Print the last message and exit at once, without Python's cleanup."""
    _process.asked = True
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    with suppress(OSError, ValueError):
        if said:
            print(said, file=sys.stderr)
        sys.stderr.flush()
    _exit(code)


def _exit(code: int) -> NoReturn:
    for child in multiprocessing.active_children():
        child.kill()
    with suppress(Exception):
        # Gives semaphores back, of which the standard library would complain after the last sentence.
        multiprocessing.util._run_finalizers(0)  # type: ignore[attr-defined]
    os._exit(code)
