"""A PyPSA network from its file to the pages of its plan."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

pytest.importorskip("pypsa")
from pypsa_networks import NETWORKS

from energy_model import cli

ROOT = Path(__file__).parents[2]
runner = CliRunner()


def optimized(folder: Path, *options: str) -> Path:
    """Solve an imported study by the command and return its result folder."""
    place = ["--inputs", folder, "--results", folder.parent / "results", "--weather", ROOT / "weather"]
    done = runner.invoke(cli.app, ["optimize", *map(str, place), "--scenario", "network", "--threads", "1", *options])
    assert done.exit_code == 0, done.output
    return folder.parent / "results" / "network"


def test_from_the_file_to_the_pages(tmp_path):
    """Proves: the study that an import wrote is solved and shown by the same command as any other, with map, study page and workbooks; with
    `--no-pages` the same tables and workbooks come without pages, and those of an earlier run do not stay beside a newer plan.
    Sensitivity: a page that looks for something that an imported study has not.
    """
    NETWORKS["single_bus"]().export_to_netcdf(tmp_path / "net.nc")
    done = runner.invoke(cli.app, ["import-pypsa", str(tmp_path / "net.nc"), str(tmp_path / "inputs"), "--weather", str(ROOT / "weather")])
    assert done.exit_code == 0, done.output
    result = optimized(tmp_path / "inputs")
    pages, books = {"map.html", "report.html"}, {"tables.xlsx", "tables-en.xlsx"}
    assert pages | books <= {p.name for p in result.iterdir()}
    tables = {p.name: p.read_bytes() for p in (result / "tables").iterdir()}
    result = optimized(tmp_path / "inputs", "--no-pages")
    found = {p.name for p in result.iterdir()}
    assert books <= found
    assert not pages & found
    assert tables == {p.name: p.read_bytes() for p in (result / "tables").iterdir()}
