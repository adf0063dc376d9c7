"""A result can be made again, and what differs is named."""

import shutil
from pathlib import Path

from typer.testing import CliRunner

from energy_model import cli
from tests.paths import ROOT

runner = CliRunner()


def run(*args):
    return runner.invoke(cli.app, [str(a) for a in args], env={"COLUMNS": "200"})


def test_the_same_inputs_make_the_same_tables(shipped_day, tmp_path):
    """Proves: solving again from the manifest gives every table again; a supply curve and increments that were added to the result, which
    no run makes, are not told as differing. Sensitivity: an unordered set in the build or an unseeded draw; 'supply_curve absent' and exit
    code 4 after any question that was asked of the plan.
    """
    folder = Path(shutil.copytree(shipped_day, tmp_path / shipped_day.name))
    for name in ("supply_curve", "increments"):
        (folder / "tables" / f"{name}.csv").write_text("contract,energy_gwh\nX,1\n", encoding="utf-8-sig")
    done = run("rerun", folder)
    assert done.exit_code == 0, done.output
    assert "No differences" in done.output


def test_a_changed_figure_and_a_changed_input_are_named(shipped_day, tmp_path):
    """Proves: a retouched table and an edited input are both named, with exit code 4.
    Sensitivity: comparing the objective alone would let a retouched table pass.
    """
    folder = tmp_path / shipped_day.name
    shutil.copytree(shipped_day, folder)
    table = folder / "tables" / "coal.csv"
    text = table.read_text(encoding="utf-8-sig").splitlines()
    cells = text[1].split(",")
    cells[4] = str(float(cells[4]) + 1000)
    table.write_text("\n".join([text[0], ",".join(cells), *text[2:]]) + "\n", encoding="utf-8-sig")
    inputs = tmp_path / "inputs"
    shutil.copytree(ROOT / "inputs", inputs)
    with (inputs / "mines.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    done = run("rerun", folder, "--inputs", inputs)
    assert done.exit_code == 4
    assert "mines.csv" in done.output
    assert "coal.power_kt" in done.output


def test_a_folder_without_result_is_a_sentence(tmp_path):
    """Proves: a folder that holds no result is told as such. Sensitivity: a traceback."""
    done = run("rerun", tmp_path)
    assert done.exit_code == 2
    assert "no finished result" in done.output
