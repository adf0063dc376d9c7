"""A PyPSA network from its file to the pages of its plan."""

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

pytest.importorskip("pypsa")
from energy_model import cli
from energy_model.study.load import load_study
from energy_model.study.unread import unread
from tests.paths import ROOT
from tests.support.pypsa_networks import NETWORKS, network

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
    result = optimized(tmp_path / "inputs", "--no-pages", "--anew")
    found = {p.name for p in result.iterdir()}
    assert books <= found
    assert not pages & found
    assert tables == {p.name: p.read_bytes() for p in (result / "tables").iterdir()}


def test_a_network_without_plants_that_burn_coal(tmp_path):
    """Proves: one bus with wind, a dear battery and a load of 100 MW is planned and shown. Wind blows at half and at full power by turns:
    100 / 0.5 = 200 MW stand, at 90,000 CNY/MW 18 MCNY, no battery, and in the windy half day 12 h x 100 MW = 1.2 GWh are curtailed. The
    record of the import is no file that the study fails to read.
    Sensitivity: coal columns without rows were text, and families without columns a KeyError.
    """
    n = network()
    n.add("Bus", "north")
    n.add("Load", "load", bus="north", p_set=100.0)
    wind = pd.Series([0.5, 1.0] * 12, n.snapshots)
    n.add("Generator", "wind", bus="north", carrier="wind", p_nom_extendable=True, capital_cost=90000.0, p_max_pu=wind)
    n.add("StorageUnit", "battery", bus="north", p_nom_extendable=True, capital_cost=1e6, max_hours=6.0, cyclic_state_of_charge=True)
    n.export_to_netcdf(tmp_path / "net.nc")
    done = runner.invoke(cli.app, ["import-pypsa", str(tmp_path / "net.nc"), str(tmp_path / "inputs"), "--weather", str(ROOT / "weather")])
    assert done.exit_code == 0, done.output
    result = optimized(tmp_path / "inputs")
    assert {"map.html", "report.html", "tables.xlsx", "tables-en.xlsx"} <= {p.name for p in result.iterdir()}
    tables = {name: pd.read_csv(result / "tables" / f"{name}.csv") for name in ("costs", "curtailment", "coal")}
    cost = tables["costs"].set_index("category").cost_mcny
    assert cost["total"] == pytest.approx(18.0)
    (cut,) = tables["curtailment"].to_dict("records")
    assert (cut["used_gwh"], cut["curtailed_gwh"]) == pytest.approx((2.4, 1.2))
    assert not len(tables["coal"])
    place = ["--inputs", str(tmp_path / "inputs"), "--weather", str(ROOT / "weather"), "--scenario", "network"]
    done = runner.invoke(cli.app, ["check", *place])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "inputs" / "import.json").is_file()
    assert "import.json" not in [note.file for note in unread(load_study(tmp_path / "inputs", "network"))]
