"""The notebooks of examples/, run from top to bottom as plain Python in an empty folder."""

import json

import pytest

from tests.paths import ROOT
from tests.support.quiet import quiet

NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))


def test_notebooks_are_stored_without_outputs_and_listed():
    """Proves: no figures of an earlier version stand in a notebook, and the page lists every one. Sensitivity: a notebook saved after it
    was run.
    """
    page = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    assert len(NOTEBOOKS) >= 3
    for path in NOTEBOOKS:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert all(c["outputs"] == [] and c["execution_count"] is None for c in cells if c["cell_type"] == "code"), path.name
        assert f"]({path.name})" in page


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_run(path, tmp_path, monkeypatch):
    """Proves: every cell runs, and the last of each shows something. Sensitivity: a name of the interface that is changed."""
    if path.stem == "pypsa":
        pytest.importorskip("pypsa")
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    with quiet():
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                exec(compile("".join(cell["source"]), path.name, "exec"), names)
    assert names["plan"].certificate.passed
