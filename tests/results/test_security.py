"""Security in the results: the table of contingencies, its independent check, and the shipped study from end to end."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from rich.console import Console

from energy_model import run
from energy_model.case import Case
from energy_model.report.workbook.result_workbook import write_workbooks
from energy_model.results.certificate import CertificateError
from energy_model.results.security import contingencies, summary
from energy_model.study.horizon import Horizon
from tests.paths import ROOT


def dataset(flow_ab: float, flow_bc: float) -> xr.Dataset:
    """Two hours of A-B (two circuits of 100 MW) and B-C (one circuit of 100 MW); in the second hour nothing flows."""
    corridor = {
        "name_zh": ["甲", "乙"], "name_en": ["ab", "bc"], "from_bus": ["A", "B"], "to_bus": ["B", "C"], "existing_mw": [200.0, 100.0],
        "circuits": [2.0, 1.0], "circuits_per_gw": [0.0, 0.0], "reactance": [1.0, 1.0], "emergency": [1.0, 1.0], "reversible": [1.0, 1.0],
        "contingency": [1.0, 1.0],
    }  # fmt: skip
    flow = np.array([[flow_ab, 0.0], [flow_bc, 0.0]])
    return xr.Dataset(
        {
            "corridor_capacity_mw": ("corridor", [200.0, 100.0]),
            "flow_forward_mw": (("corridor", "time"), np.maximum(flow, 0)),
            "flow_backward_mw": (("corridor", "time"), np.maximum(-flow, 0)),
        },
        coords={"corridor": ["ab", "bc"], "time": [0, 1], "weight": ("time", [3.0, 5.0])}
        | {f"corridor_{k}": ("corridor", v) for k, v in corridor.items()},
    )


@pytest.mark.parametrize("sign", [1, -1])
def test_the_table_names_what_binds_and_what_splits(sign):
    """Proves: 100 MW over two circuits of 100 bind (one is left) for the 3 h that the hour stands for; 60 MW over a lone link are lost with
    it, in either direction; the summary counts them.
    Sensitivity: fails if the rest of a corridor keeps the whole rating, a lone link is left out, or hours are not weighted.
    """
    table = contingencies(dataset(sign * 100.0, sign * 60.0)).set_index("kind")
    assert table.loc["overload", ["monitored", "outaged", "binding_h"]].tolist() == ["ab", "ab", 3.0]
    assert table.loc["overload", ["post_trip_mw", "emergency_mw", "excess_mw"]].tolist() == pytest.approx([100, 100, 0])
    assert table.loc["radial", ["monitored", "binding_h", "post_trip_mw"]].tolist() == ["bc", 3.0, 60.0]
    assert summary(table.reset_index()) == {"binding": 1, "largest_excess_mw": 0.0, "radial": ["bc"], "radial_largest_mw": 60.0}


def test_an_insecure_result_is_refused():
    """Proves: 120 MW on what carries 100 after the trip raise, whatever the optimisation said. Sensitivity: fails if nobody looks again."""
    with pytest.raises(CertificateError, match="ab"):
        summary(contingencies(dataset(120.0, 0.0)))


@pytest.mark.slow
def test_the_shipped_plan_withstands_every_trip(tmp_path):
    """Proves: plan-2015-n1 over a day, with a circuit of C01 in maintenance, ends with rounds, a table without excess, a workbook with both
    sheets, the outage hour by hour in the dataset, and a cost not below the one before any contingency.
    Sensitivity: fails if a step between option and workbook is missing.
    """
    inputs = Path(shutil.copytree(ROOT / "inputs", tmp_path / "inputs"))
    scenario = (inputs / "scenarios" / "plan-2015-n1.toml").read_text(encoding="utf-8")
    planned = 'where = { corridor = "C01" }\nvalues = { outage_start = "12-30", outage_days = 5, outage_circuits = 1 }\n'
    (inputs / "scenarios" / "mine.toml").write_text(f'{scenario}\n[[set]]\ntable = "corridors"\n{planned}', encoding="utf-8")
    header, *lines = (inputs / "corridors.csv").read_text(encoding="utf-8-sig").splitlines()
    wider = [f"{header},outage_start,outage_days,outage_circuits", *(f"{line},,," for line in lines)]
    (inputs / "corridors.csv").write_text("\n".join(wider) + "\n", encoding="utf-8-sig")
    folder = run.optimize(Case(inputs, "mine", Horizon.parse("hours:24"), tmp_path, ROOT / "weather", threads=1), Console(quiet=True))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    table = pd.read_csv(folder / "tables" / "contingencies.csv")
    assert manifest["security"]["rounds"] >= 2
    assert manifest["security"]["violated"] == 0 or manifest["security"]["largest_excess_mw"] < 1
    assert manifest["security"]["binding"] == (table.kind != "radial").sum() > 0
    assert table.excess_mw.max() < 1
    assert manifest["objective_mcny"] > manifest["security"]["cost_before_mcny"]
    assert len(pd.read_csv(folder / "tables" / "security.csv")) == manifest["security"]["rounds"]
    with xr.open_dataset(folder / "results.nc") as data:
        assert data.corridor_outage_mw.sel(outaged="C01").to_numpy() == pytest.approx(1000)
        used = data.flow_forward_mw.sel(corridor="C01") + data.flow_backward_mw.sel(corridor="C01")
        assert float(used.max()) <= 1000 + float(data.corridor_capacity_mw.sel(corridor="C01")) - 2000 + 1e-3
        assert "dual_contingency_limit" in data
    write_workbooks(folder)
