"""Atomic writing of files, so that a reader never sees a partial one."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import xarray as xr


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Provide a temporary file beside `path`; on success it replaces `path`, otherwise it is deleted."""
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)  # mkstemp makes it private
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_netcdf(data: xr.Dataset, path: Path, encoding: dict) -> None:
    """Save a dataset; a full disk raises an `OSError`, which the NetCDF library does not do."""
    try:
        data.to_netcdf(path, engine="netcdf4", encoding=encoding)
    except RuntimeError as fault:
        raise OSError(0, str(fault), str(path)) from fault
