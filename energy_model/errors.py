"""The base of all errors that a caller can act on."""

from __future__ import annotations


class EnergyModelError(Exception):
    """What was asked for cannot be done: the message says why and what to do, in the language in use.

    Any other exception out of the package is a fault of the program.
    """
