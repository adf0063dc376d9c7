"""The program as others install it: built, installed without network into an environment of its own, used without a clone."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

from energy_model.version import __version__
from tests.paths import ROOT


def run(*command, cwd, **more):
    """A command in a folder with a plain environment; returns its output."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PIP_", "ENERGY_MODEL", "MAKE"))} | more
    done = subprocess.run([str(part) for part in command], cwd=cwd, env=env, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Folder with sdist, and the wheel that is built from it."""
    place = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", place, cwd=ROOT)
    with tarfile.open(place / f"energy_model-{__version__}.tar.gz") as archive:
        archive.extractall(place, filter="data")
    unpacked = place / f"energy_model-{__version__}"
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", place, cwd=unpacked)
    shutil.rmtree(unpacked)
    return place


@pytest.mark.slow
def test_the_wheel_holds_what_it_needs_and_nothing_else(built):
    """Proves: the wheel has inputs, climate statistics, one weather year and the example, all data beside the modules, and no tests,
    results or caches; its metadata have the version and the needs of pyproject. Sensitivity: a file that is read at run time and left out.
    """
    with zipfile.ZipFile(built / f"energy_model-{__version__}-py3-none-any.whl") as wheel:
        names = set(wheel.namelist())
        metadata = wheel.read(f"energy_model-{__version__}.dist-info/METADATA").decode()
    ours = {p.relative_to(ROOT).as_posix() for p in (ROOT / "energy_model").rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    assert {n for n in names if n.startswith("energy_model/") and not n.startswith("energy_model/files/")} == ours
    inputs = {f"energy_model/files/{p.relative_to(ROOT).as_posix()}" for p in (ROOT / "inputs").rglob("*") if p.is_file()}
    assert inputs <= names
    assert "energy_model/files/weather/years/synthetic-1.nc" in names
    assert "energy_model/files/examples/three-nodes/inputs/nodes.csv" in names
    assert not [n for n in names if n.startswith(("tests", "results")) or n.endswith(".pyc")]
    assert f"Version: {__version__}\n" in metadata
    assert "Requires-Dist: pyomo==" in metadata


@pytest.mark.slow
def test_the_wheel_works_in_an_empty_folder(built, tmp_path):
    """Proves: installed without network into a fresh environment, the program tells its version, makes a study, checks it, and solves a day
    of the example with its pages; the weather generator finds its statistics. Sensitivity: a path that leads out of the package.
    """
    home = tmp_path / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", home, cwd=tmp_path)
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    wheel = next(built.glob("*.whl"))
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-index", "--no-deps", wheel, cwd=tmp_path)
    packages = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path).strip()
    (Path(packages) / "needed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")  # what it needs, as installed here
    program = python.with_name("energy-model")
    (tmp_path / "own").mkdir()
    where = run(python, "-c", "import energy_model; print(energy_model.__file__)", cwd=tmp_path / "own")
    assert where.startswith(packages)
    assert __version__ in run(program, "--version", cwd=tmp_path / "own")
    run(program, "--lang", "en", "new", "study", cwd=tmp_path / "own")
    assert "Inputs are valid" in run(program, "--lang", "en", "check", "--horizon", "hours:24", cwd=tmp_path / "own" / "study")
    run(program, "--lang", "en", "new", "small", "--example", cwd=tmp_path / "own")
    small = tmp_path / "own" / "small"
    told = run(program, "--lang", "en", "optimize", "--scenario", "base", "--horizon", "hours:24", cwd=small)
    assert "Done: results/base-hours24" in told
    assert (small / "results" / "base-hours24" / "report.html").is_file()
    run(program, "--lang", "en", "weather", "make", "--seed", "2", "--folder", "weather", cwd=small)
    assert (small / "weather" / "years" / "synthetic-2.nc").is_file()
