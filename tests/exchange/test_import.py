"""PyPSA networks, read into our tables, have the optimum that PyPSA finds."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

pytest.importorskip("pypsa")
from energy_model import cli
from energy_model.commands.import_pypsa import comparison
from energy_model.exchange.pypsa_import import import_network
from energy_model.exchange.pypsa_read import read_network
from energy_model.exchange.written import write_study
from tests.paths import ROOT
from tests.support.pypsa_kinds import KINDS
from tests.support.pypsa_networks import NETWORKS, network, random_network, solve

RELATIVE = 1e-6
runner = CliRunner()


def brought_in(path: Path, folder: Path) -> dict:
    """Import a network, solve the study, and compare."""
    found = read_network(path)
    imported = import_network(found)
    write_study(found, imported, folder)
    return comparison(found, imported, folder, ROOT / "weather", 1)


ANY_DAY = ("meshed", "storage", "committed", "weighted")
"""Networks tried in `make test`; the others in `make test-all`."""


@pytest.mark.parametrize("name", [pytest.param(n, marks=() if n in ANY_DAY else pytest.mark.slow) for n in NETWORKS])
def test_the_optimum_is_that_of_pypsa(name, tmp_path):
    """Proves: buses, loads, plants with limits, ramps and relaxed commitment, wind, stores and units (rings and given levels), lines that
    obey Kirchhoff's law, links of any efficiency, a CO2 cap, yearly energies and weights cost here what PyPSA finds, to 1e-6.
    Sensitivity: any capacity, cost, efficiency, level, weight or limit that is read differently moves the cost by more.
    """
    n = NETWORKS[name]()
    cost = solve(n, linearized_unit_commitment=name == "committed")
    n.export_to_netcdf(tmp_path / "net.nc")
    found = brought_in(tmp_path / "net.nc", tmp_path / "study")
    assert found["not_comparable"] == []
    assert found["relative_difference"] <= RELATIVE
    assert found["objective"] == pytest.approx(cost, rel=RELATIVE)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_random_networks_agree(seed, tmp_path):
    """Proves: ten random meshed networks with expansion, losses, stores and caps cost the same in both programs, to 1e-6.
    Sensitivity: a rule that holds by luck in the networks made by hand fails in some of these.
    """
    n = random_network(seed)
    cost = solve(n)
    n.export_to_netcdf(tmp_path / "net.nc")
    found = brought_in(tmp_path / "net.nc", tmp_path / "study")
    assert found["not_comparable"] == []
    assert found["objective"] == pytest.approx(cost, rel=RELATIVE)


@pytest.mark.slow
def test_a_csv_folder_reads_as_the_file_does(tmp_path):
    """Proves: the same network as NetCDF and as CSV folder gives the same tables, cell by cell, and PyPSA's cost.
    Sensitivity: fails if a default, a truth value or a name such as NA is lost in the text of CSV.
    """
    n = NETWORKS["storage"]()
    n.add("Bus", "NA")
    n.add("Link", "to NA", bus0="a", bus1="NA", p_nom=5.0)
    n.add("Load", "null", bus="NA", p_set=1.0)
    solve(n)
    n.export_to_netcdf(tmp_path / "net.nc")
    n.export_to_csv_folder(tmp_path / "net")
    found = brought_in(tmp_path / "net", tmp_path / "from csv")
    assert found["relative_difference"] <= RELATIVE
    file = read_network(tmp_path / "net.nc")
    write_study(file, import_network(file), tmp_path / "from file")
    tables = sorted((tmp_path / "from file").glob("*.csv"))
    assert len(tables) > 25
    for table in tables:
        assert table.read_text(encoding="utf-8") == (tmp_path / "from csv" / table.name).read_text(encoding="utf-8"), table.name


@pytest.mark.slow
@pytest.mark.parametrize(("size", "hours"), [(1, 1), (570, 24)])
def test_the_length_of_blocks_changes_nothing(size, hours, tmp_path, monkeypatch):
    """Proves: a network that is large for a block gets blocks of a day or of a part of one, and they give the optimum of PyPSA, stores with
    given levels and ramps included.
    Sensitivity: a level or ramp that is free, or held, at the border of a block.
    """
    monkeypatch.setattr("energy_model.exchange.pypsa_import.LARGEST_BLOCK", size)
    n = NETWORKS["storage"]()
    n.add("Generator", "slow", bus="a", p_nom=30.0, marginal_cost=25.0, ramp_limit_up=0.05, ramp_limit_down=0.05)
    cost = solve(n)
    n.export_to_netcdf(tmp_path / "net.nc")
    found = read_network(tmp_path / "net.nc")
    imported = import_network(found)
    assert f"block_hours = {hours}\n" in imported.settings
    write_study(found, imported, tmp_path / "study")
    assert comparison(found, imported, tmp_path / "study", ROOT / "weather", 1)["objective"] == pytest.approx(cost, rel=RELATIVE)


@pytest.mark.slow
def test_commands_import_and_optimize(tmp_path):
    """Proves: import-pypsa with --solve prints both numbers and their difference and leaves a complete inputs folder with a note, and
    optimize on it writes a certified result of the same cost, pages and workbook included; a used folder is refused.
    Sensitivity: an input folder that only this program's own comparison can read.
    """
    n = NETWORKS["single_bus"]()
    cost = solve(n)
    n.export_to_netcdf(tmp_path / "net.nc")
    folder, results = tmp_path / "study", tmp_path / "results"
    arguments = ["--weather", str(ROOT / "weather")]
    done = runner.invoke(cli.app, ["import-pypsa", str(tmp_path / "net.nc"), str(folder), "--solve", *arguments])
    assert done.exit_code == 0, done.output
    note = json.loads((folder / "import.json").read_text(encoding="utf-8"))
    assert note["relative_difference"] <= RELATIVE
    assert note["capital_cost_of_what_cannot_be_extended"] == pytest.approx(999.0 * 60.0)
    assert f"{n.objective:,.6f}" in done.output
    assert runner.invoke(cli.app, ["import-pypsa", str(tmp_path / "net.nc"), str(folder)]).exit_code == 2
    done = runner.invoke(cli.app, ["optimize", "--inputs", str(folder), "--scenario", "network", "--results", str(results), *arguments])
    assert done.exit_code == 0, done.output
    manifest = json.loads((results / "network" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["objective_mcny"] * 1e6 == pytest.approx(cost, rel=RELATIVE)
    assert manifest["hours"] == 30
    assert (results / "network" / "map.html").is_file()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["level_given", "chp", "scenarios", "transformers"])
def test_an_imported_kind_is_a_study_like_any(tmp_path, kind):
    """Proves: optimize writes a whole, certified result of networks with reservoirs that are no ring, converters, scenarios and
    transformers, of PyPSA's cost. Sensitivity: fails if tables or prices of such a component end in a fault, as state values did.
    """
    n = KINDS[kind]()
    cost = solve(n)
    n.export_to_netcdf(tmp_path / "net.nc")
    folder, results = tmp_path / "study", tmp_path / "results"
    arguments = ["--weather", str(ROOT / "weather")]
    done = runner.invoke(cli.app, ["import-pypsa", str(tmp_path / "net.nc"), str(folder), *arguments])
    assert done.exit_code == 0, done.output
    done = runner.invoke(cli.app, ["optimize", "--inputs", str(folder), "--scenario", "network", "--results", str(results), *arguments])
    assert done.exit_code == 0, done.output
    manifest = json.loads((results / "network" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["objective_mcny"] * 1e6 == pytest.approx(cost, rel=RELATIVE)


@pytest.mark.slow
def test_unlike_optima_are_told(tmp_path):
    """Proves: when the objective in the file is not the optimum, the command says so and ends with the code of a failed certificate;
    and where PyPSA committed whole units, nothing is compared. Sensitivity: a comparison that cannot fail.
    """
    n = NETWORKS["single_bus"]()
    solve(n)
    n._objective *= 1.001
    n.export_to_netcdf(tmp_path / "net.nc")
    done = runner.invoke(
        cli.app, ["import-pypsa", str(tmp_path / "net.nc"), str(tmp_path / "a"), "--solve", "--weather", str(ROOT / "weather")]
    )
    assert done.exit_code == 4, done.output
    n = NETWORKS["committed"]()
    solve(n)
    n.export_to_netcdf(tmp_path / "whole.nc")
    found = brought_in(tmp_path / "whole.nc", tmp_path / "b")
    assert "whole units" in found["not_comparable"][0]
    assert "relative_difference" not in found


def test_what_pypsa_finds_infeasible_is_told(tmp_path):
    """Proves: a network without enough plants sheds load here, and the comparison says that PyPSA would find no plan.
    Sensitivity: a cost with lost load that looks like an optimum.
    """
    n = network(4)
    n.add("Bus", "a")
    n.add("Load", "l", bus="a", p_set=10.0)
    n.add("Generator", "g", bus="a", p_nom=5.0, marginal_cost=1.0)
    n.export_to_netcdf(tmp_path / "net.nc")
    assert "Load is shed" in brought_in(tmp_path / "net.nc", tmp_path / "study")["not_comparable"][0]


def test_numbers_pass_without_loss(tmp_path):
    """Proves: cells and series are written with all their digits. Sensitivity: rounding to six digits moves the optimum by 1e-6."""
    n = network(3)
    values = np.array([1 / 3, 2 / 7, 1e-9]) * 100
    n.add("Bus", "a")
    n.add("Load", "l", bus="a", p_set=values)
    n.add("Generator", "g", bus="a", p_nom=100 / 3, marginal_cost=1 / 7)
    n.export_to_netcdf(tmp_path / "net.nc")
    found = read_network(tmp_path / "net.nc")
    write_study(found, import_network(found), tmp_path / "study")
    series = pd.read_csv(tmp_path / "study" / "series.csv", encoding="utf-8-sig")
    assert series.iloc[:, 1].to_numpy() == pytest.approx(values, rel=0, abs=0)
    plants = pd.read_csv(tmp_path / "study" / "plants.csv", encoding="utf-8-sig")
    assert plants.capacity_mw[0] == 100 / 3
