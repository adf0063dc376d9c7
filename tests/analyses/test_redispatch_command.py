"""The command `redispatch` and what it adds to a result."""

import json
from pathlib import Path

import pandas as pd
import pytest
import xarray as xr
from typer.testing import CliRunner

from energy_model import cli
from energy_model.analyses.redispatch_tables import thermal_gw
from energy_model.results.read_plan import read_plan
from tests.paths import ROOT


def redispatch(result: Path, *more: str):
    args = ["redispatch", *more, "--inputs", str(ROOT / "inputs"), "--weather", str(ROOT / "weather"), "--results", str(result.parent)]
    return CliRunner().invoke(cli.app, [*args, "--horizon", "hours:48"], env={"COLUMNS": "200"})


def table(result: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(result / "redispatch" / f"{name}.csv", encoding="utf-8-sig")


def test_perfect_forecasts_give_the_plan_and_errors_cost(result_dir):
    """Proves: from the files, without error and margin-free, operation costs the plan's cost to 1e-6 and its tables agree with each other;
    with errors it costs more, and the tables of the earlier run give way.
    Sensitivity: fails if a month, category or total is counted twice or a weight is missing.
    """
    done = redispatch(result_dir, "--forecast-error", "0", "--step", "48")
    assert done.exit_code == 0, done.output
    costs = table(result_dir, "costs").set_index("category")
    assert costs.cost_mcny["total"] == pytest.approx(costs.plan_cost_mcny["total"], rel=1e-6)
    monthly = table(result_dir, "monthly")
    assert monthly.cost_mcny.sum() + costs.cost_mcny["end_value"] == pytest.approx(costs.cost_mcny["total"], rel=1e-9)
    assert monthly.plan_cost_mcny.sum() == pytest.approx(costs.plan_cost_mcny["total"], rel=1e-9)
    curtailment = pd.read_csv(result_dir / "tables" / "curtailment.csv", encoding="utf-8-sig")
    assert monthly.plan_curtailed_gwh.sum() == pytest.approx(curtailment.curtailed_gwh.sum(), rel=1e-6)
    planned = table(result_dir, "totals")
    exports = planned[planned.ledger == "export_ledger"].planned.sum()
    contracts = pd.read_csv(result_dir / "tables" / "contracts.csv", encoding="utf-8-sig")
    assert exports == pytest.approx(contracts.energy_gwh.sum(), rel=1e-6)

    told = redispatch(result_dir, "--seed", "5")
    assert told.exit_code == 0
    for words in ("curtailment rate", "thermal downward", "deviation of yearly amounts from the plan"):
        assert words in " ".join(told.output.split())
    assert "thermal_down_gwh" not in told.output
    assert "ledger_" not in told.output
    again = table(result_dir, "costs").set_index("category")
    assert again.cost_mcny["total"] > costs.cost_mcny["total"] * (1 + 1e-6)
    told = json.loads((result_dir / "manifest.json").read_text(encoding="utf-8"))["redispatch"]
    assert told["seed"] == 5
    assert told["residual_mw"] < 1e-3
    for name in [*told["tables"], told["dataset"]]:
        assert (result_dir / name).is_file()


def test_the_hours_written_balance(result_dir):
    """Proves: thermal output, wind and sun, stores, flows and shedding of redispatch.nc serve load, smelters, electric boilers and export
    in every hour, summed over all buses: the balance is recomputed from the file to 1 kW.
    Sensitivity: fails if scheduled instead of real hours are written, or one family is left out.
    """
    assert redispatch(result_dir).exit_code == 0
    _, plan, _ = read_plan(result_dir, ROOT / "inputs", ROOT / "weather")
    with xr.open_dataset(result_dir / "redispatch" / "redispatch.nc") as stored:
        d = stored.load()
    from energy_model.results.variables import HOURLY

    dispatch = {
        (family, (str(i),)): d[v.name].sel({v.dim: i}).to_numpy() / 1e3
        for family, v in HOURLY.items() if v.name in d for i in d[v.dim].to_numpy()
    }  # fmt: skip

    def total(family):
        return sum(v for (name, _), v in dispatch.items() if name == family)

    s = plan.system
    power_stores = [i for i in s.store.index if s.store.kind[i] != "heat_store"]
    stores = sum(dispatch["discharge", (i,)] - dispatch["charge", (i,)] for i in power_stores) if power_stores else 0.0
    losses = sum(
        s.corridor.loss_share[c] * (dispatch["flow_forward", (c,)] + dispatch.get(("flow_backward", (c,)), 0.0)) for c in s.corridor.index
    )
    electric = [b for b in s.boiler.index if s.boiler.kind[b] == "electric_boiler"]
    boilers = sum(dispatch["boiler_heat", (b,)] / s.boiler.efficiency_share[b] for b in electric) if electric else 0.0
    supply = thermal_gw(plan, dispatch) + total("renewable_power") + stores + total("shed") + total("potline_shed")
    use = plan.profiles.load_mw.to_numpy()[:, :48].sum(axis=0) / 1e3 + total("smelter_power") + total("delivered") + boilers + losses
    assert supply == pytest.approx(use, abs=1e-6)
    assert d.thermal_mw.sum("cluster").to_numpy() / 1e3 == pytest.approx(thermal_gw(plan, dispatch), abs=1e-9)


@pytest.mark.parametrize("more", [("--step", "36"), ("--look-ahead", "24", "--step", "48"), ("--look-ahead", "12")])
def test_lengths_that_do_not_fit_are_refused(result_dir, more):
    """Proves: exit 2 before any work. Sensitivity: fails on a traceback from the block."""
    assert redispatch(result_dir, *more).exit_code == 2
