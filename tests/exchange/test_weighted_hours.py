"""Hours of unlike weight, from a PyPSA network to the workbook of its plan."""

import json

import numpy as np
import openpyxl
import pandas as pd
import pytest
import xarray as xr
from typer.testing import CliRunner

pytest.importorskip("pypsa")
from energy_model import cli
from tests.paths import ROOT
from tests.support.pypsa_networks import network

runner = CliRunner()


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    """An imported network of two days, 100 MW at weight 300 and 200 MW at 65, one plant of 20 per MWh."""
    folder = tmp_path_factory.mktemp("weighted")
    n = network(48)
    weight = np.repeat([300.0, 65.0], 24)
    n.snapshot_weightings = n.snapshot_weightings.assign(objective=weight, generators=weight)
    n.add("Bus", "town")
    n.add("Load", "load", bus="town", p_set=np.repeat([100.0, 200.0], 24))
    n.add("Generator", "plant", bus="town", carrier="gas", p_nom=300.0, marginal_cost=20.0)
    n.export_to_netcdf(folder / "net.nc")
    done = runner.invoke(cli.app, ["import-pypsa", str(folder / "net.nc"), str(folder / "inputs"), "--weather", str(ROOT / "weather")])
    assert done.exit_code == 0, done.output
    return folder / "inputs"


def optimized(inputs, *options):
    place = ["--inputs", inputs, "--results", inputs.parent / "results", "--weather", ROOT / "weather"]
    done = runner.invoke(cli.app, ["optimize", *map(str, place), "--scenario", "network", "--threads", "1", "--no-pages", *options])
    assert done.exit_code == 0, done.output
    return inputs.parent / "results" / ("network" if not options else f"network-{options[-1].replace(':', '')}")


def tables_of(folder, name):
    return pd.read_csv(folder / "tables" / f"{name}.csv", encoding="utf-8-sig")


def test_dataset_tables_and_workbook_tell_the_energy_of_the_weights(inputs):
    """Proves: 1,032 GWh (24 h * 300 * 100 MW + 24 h * 65 * 200 MW), 20.64 MCNY at 20 per MWh, full-load hours 1,032,000/300 = 3,440, and
    the mean price 20 in dataset, cost table, energy table and workbook alike; the recount agrees.
    Sensitivity: one that counts rows instead of weights says 1,314 GWh.
    """
    folder = optimized(inputs)
    with xr.open_dataset(folder / "results.nc") as data:
        assert float(data.weight.sum()) == pytest.approx(8760)
        assert float((data.load_mw.sum("node") * data.weight).sum()) == pytest.approx(1032e3)
    costs = tables_of(folder, "costs").set_index("category").cost_mcny
    assert costs["total"] == pytest.approx(20.64)
    plants = tables_of(folder, "full_load_hours")
    assert plants.gross_gwh.sum() == pytest.approx(1032.0)
    assert plants.full_load_h.max() == pytest.approx(3440.0)
    assert tables_of(folder, "prices").mean_cny_per_mwh.tolist() == pytest.approx([20.0])
    book = openpyxl.load_workbook(folder / "tables-en.xlsx", data_only=True)
    shown = [cell for row in book["Energy balance"].iter_rows(values_only=True) for cell in row if isinstance(cell, (int, float))]
    assert any(value == pytest.approx(1032.0, rel=1e-6) for value in shown), shown
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["certificate"]["passed"]


def test_the_first_hours_stand_for_all_of_them(inputs):
    """Proves: the first day alone, 100 MW, stands for 8,760 h: 876 GWh, 17.52 MCNY. Sensitivity: for 14,400 h it is 1,440 GWh."""
    folder = optimized(inputs, "--horizon", "hours:24")
    assert tables_of(folder, "costs").set_index("category").cost_mcny["total"] == pytest.approx(17.52)
    with xr.open_dataset(folder / "results.nc") as data:
        assert float(data.weight.sum()) == pytest.approx(8760)
