"""The command `island` and what it adds to a result."""

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from energy_model import cli
from energy_model.results import folders
from tests.paths import ROOT


def island(result: Path, *more: str):
    args = ["island", *more, "--inputs", str(ROOT / "inputs"), "--weather", str(ROOT / "weather"), "--results", str(result.parent)]
    return CliRunner().invoke(cli.app, [*args, "--horizon", "hours:48"], env={"COLUMNS": "200"})


def table(result: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(result / "islanding" / f"{name}.csv", encoding="utf-8-sig")


def test_both_microgrids_are_tested_and_told(result_dir):
    """Proves: names in any case; all 48 hours and the worst ones are written, the summary keeps the other microgrid's row, the manifest
    lists tables and rules, residuals are below 1 W, and the result is otherwise as before.
    Sensitivity: fails if one microgrid overwrites the other, or the amended folder lacks a file of the result.
    """
    before = {p.name for p in result_dir.rglob("*") if p.is_file()}
    done = island(result_dir, "Huolinhe", "--hours", "all")
    assert done.exit_code == 0, done.output
    row = table(result_dir, "island_summary").iloc[0]
    tests = table(result_dir, "island_huolinhe")
    good = (tests.survived & (tests.step_short_mw <= 0)).mean()
    assert row.holds_share == pytest.approx(good)
    assert f"fit for islanding in {good:.1%} of the hours tested" in " ".join(done.output.split())
    assert "Tested 48 / 48 h (all hours)" in " ".join(done.output.split())
    assert "reserve_mw" not in done.output
    assert island(result_dir, "zhaqi", "--duration", "2").exit_code == 0
    assert before <= {p.name for p in result_dir.rglob("*") if p.is_file()}
    assert list(table(result_dir, "island_summary").microgrid) == ["HUOLINHE", "ZHAQI"]
    assert len(table(result_dir, "island_huolinhe")) == 48
    assert table(result_dir, "island_summary").largest_residual_mw.max() < 1e-6 * 1e3
    curve = table(result_dir, "island_duration")
    own = curve[curve.microgrid == "HUOLINHE"]
    assert own.step_short_mw.is_monotonic_decreasing
    assert own.step_short_mw.iloc[0] == table(result_dir, "island_huolinhe").step_short_mw.max()
    told = json.loads((result_dir / "manifest.json").read_text(encoding="utf-8"))["islanding"]
    assert told["ZHAQI"]["duration_h"] == 2
    for name in told["ZHAQI"]["tables"] + told["HUOLINHE"]["tables"]:
        assert (result_dir / name).is_file()


@pytest.mark.parametrize("writer", ["energy_model.results.store.write_manifest", "energy_model.report.page.study_page.write_page"])
def test_a_failure_while_writing_leaves_the_result_as_it_was(writer, result_dir, monkeypatch):
    """Proves: an error before the end of writing, that of the study page included, leaves every file of the result unchanged and nothing
    beside it but its log. Sensitivity: fails if tables are written into the result directly, or the page after they were moved into place.
    """

    def fails(*_args):
        raise OSError("disk full")

    before = {p: p.read_bytes() for p in result_dir.rglob("*") if p.is_file()}
    monkeypatch.setattr(writer, fails)
    assert island(result_dir, "huolinhe").exit_code != 0
    assert {p: p.read_bytes() for p in result_dir.rglob("*") if p.is_file()} == before
    assert {p.name for p in result_dir.parent.iterdir() if p.name.startswith(".") and p.suffix != ".lock"} <= {".logs"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["hulunbuir"], "huolinhe, zhaqi"),
        (["huolinhe", "--hours", "2015-07-01"], "2015-01-01 to 2015-01-02"),
        (["huolinhe", "--hours", "soon"], "worst, all, a day"),
        (["huolinhe", "--duration", "25"], "--duration"),
    ],
)
def test_wrong_wishes_are_answered_with_what_there_is(result_dir, more, said):
    """Proves: an unknown microgrid, a day outside the horizon, a text that is no hour, too long a test: exit 2 and what is understood.
    Sensitivity: fails on a traceback.
    """
    done = island(result_dir, *more)
    assert done.exit_code == 2
    assert said in done.output


def test_the_amended_dataset_is_the_same_file(result_dir):
    """Proves: the dataset is linked, not copied, and reads as before. Sensitivity: fails if a table is linked too and changed in place."""
    inode = (result_dir / "results.nc").stat().st_ino
    with folders.amended_folder(result_dir) as folder:
        assert (folder / "results.nc").stat().st_ino == inode
        assert (folder / "manifest.json").stat().st_ino != (result_dir / "manifest.json").stat().st_ino
    assert (result_dir / "results.nc").stat().st_ino == inode
