"""Everything that a finished result gets beside its dataset and tables: map, study page, workbooks."""

from __future__ import annotations

from pathlib import Path

from energy_model.report.map import write_map
from energy_model.report.study import write_report
from energy_model.report.tables import write_tables


def write_outputs(folder: Path, pages: bool = True) -> list[Path]:
    """Write pages and workbooks of a result of one year.

    Parameters
    ----------
    folder : Path
        Result folder.
    pages : bool
        False: workbooks only.

    Returns
    -------
    list of Path
        What was written.
    """
    shown = [write_map(folder), *write_report(folder)] if pages else []
    return [*shown, *write_tables(folder)]
