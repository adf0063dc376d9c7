"""The version of the program: read by the build, told by ``--version`` and by ``energy_model.__version__``."""

__version__ = "0.2.0"
