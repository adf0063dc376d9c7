"""Studies that lack one kind of component: from the inputs to the pages, or refused in words before the solve."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from energy_model import cli
from energy_model.study import contract
from energy_model.study.provenance import number_columns
from tests.paths import ROOT

pytestmark = pytest.mark.slow

PLACES = ("HORQIN", "HLGL", "HLH", "KEQ", "LN_SHALING")
CASE = "plan-2015"
Tables = dict[str, pd.DataFrame]


def some_places() -> Tables:
    """The shipped inputs of a few connected places, with one microgrid, one smelter and one outlet; what names another place is gone."""
    text = {"dtype": str, "keep_default_na": False, "encoding": "utf-8-sig"}
    t = {name: pd.read_csv(ROOT / "inputs" / f"{name}.csv", **text) for name in contract.tables()}
    for name in contract.CASE_TABLES:
        t[name] = t[name][t[name].case == CASE]
    clauses = t["targets"]
    t["targets"] = clauses[(clauses.quantity != "") & (clauses.scope == "")].assign(mode="report", penalty_cny_per_unit="", modelled_by="")
    t["contracts"]["min_gwh_per_year"] = ""
    t["nodes"] = t["nodes"][t["nodes"].node.isin(PLACES)]
    t["microgrids"] = t["microgrids"][t["microgrids"].microgrid.isin(t["nodes"].microgrid)]
    empty(t, "pathway", "reserves", "reserve_products")
    return t


def empty(t: Tables, *names: str) -> None:
    for name in names:
        t[name] = t[name][:0]


def without(t: Tables, *kinds: str) -> None:
    """No plant and no candidate of these kinds."""
    made = t["technologies"].technology[t["technologies"].kind.isin(kinds)]
    for name in ("plants", "candidates"):
        t[name] = t[name][~t[name].technology.isin(made)]


def without_microgrids(t: Tables) -> None:
    empty(t, "microgrids")
    t["nodes"]["microgrid"] = ""
    t["corridors"]["tie_of"] = ""


def without_boilers(t: Tables) -> None:
    without(t, "coal_boiler", "electric_boiler", "geothermal")
    t["heat_areas"]["existing_boiler_mw"] = ""


def without_heat(t: Tables) -> None:
    without(t, "chp", "coal_boiler", "electric_boiler", "geothermal", "heat_store")
    empty(t, "heat_areas")


def without_coal(t: Tables) -> None:
    without(t, "thermal", "chp")
    without_heat(t)
    empty(t, "coal_grades", "mines", "coal_routes", "coal_users")


def without_corridors(t: Tables) -> None:
    without_microgrids(t)
    empty(t, "corridors", "contracts", "tariffs")
    t["nodes"] = t["nodes"][t["nodes"].node == "HORQIN"]
    without_coal(t)


def without_profiles(t: Tables) -> None:
    without(t, "wind", "solar")
    empty(t, "profiles")


def without_duties(t: Tables) -> None:
    without_microgrids(t)
    empty(t, "contracts", "tariffs", "smelters", "targets")


STUDIES = {
    "thermal plants": lambda t: without(t, "thermal", "chp"),
    "wind or solar": without_profiles,
    "stores": lambda t: without(t, "battery", "pumped_hydro", "heat_store"),
    "boilers": without_boilers,
    "coal or heat": without_coal,
    "corridors": without_corridors,
    "markets, smelters, clauses or microgrids": without_duties,
    "plants or candidates": lambda t: empty(t, "plants", "candidates"),
}
"""What is taken away -> how."""
REFUSED = {
    "mines": (lambda t: empty(t, "mines", "coal_routes"), "no mine delivers this coal grade here"),
    "coal routes": (lambda t: empty(t, "coal_routes"), "no mine delivers this coal grade here"),
    "loads": (lambda t: empty(t, "loads"), "the file has no rows"),
    "shapes": (lambda t: empty(t, "shapes"), "see column shape of shapes.csv"),
}


def closed(t: Tables) -> None:
    """Take away what names something that is gone, row by row, until nothing does."""
    before = -1
    while before != (before := sum(map(len, t.values()))):
        for name in t:
            for c in contract.columns(name):
                if c.ref and c.name in t[name]:
                    cells = t[name][c.name]
                    t[name] = t[name][(cells == "") | cells.isin(t[c.ref[0]][c.ref[1]])]
        t["water_uses"] = t["water_uses"][t["water_uses"].water_use.isin({*t["loads"].load, "smelters"})]


def optimized(folder: Path, t: Tables):
    """Write the tables with one source for all and run `optimize` on a day of them."""
    inputs, source = folder / "inputs", t["sources"].iloc[0].to_dict() | {"key": "*", "column": "*"}
    filled = [n for n in t if n != "sources" and (t[n].reindex(columns=number_columns(n), fill_value="") != "").any(axis=None)]
    t["sources"] = pd.DataFrame([source | {"table": n} for n in filled])
    (inputs / "scenarios").mkdir(parents=True)
    shutil.copy(ROOT / "inputs" / "study.toml", inputs)
    shutil.copy(ROOT / "inputs" / "scenarios" / f"{CASE}.toml", inputs / "scenarios")
    for name, frame in t.items():
        frame.to_csv(inputs / f"{name}.csv", index=False, encoding="utf-8-sig", lineterminator="\n")
    place = ["--inputs", inputs, "--results", folder / "results", "--weather", ROOT / "weather"]
    options = ["--scenario", CASE, "--horizon", "hours:24", "--threads", "1"]
    return CliRunner().invoke(cli.app, ["optimize", *map(str, place), *options], env={"COLUMNS": "200"})


@pytest.mark.parametrize("absent", STUDIES)
def test_a_study_without_a_kind_reaches_its_pages(absent, tmp_path):
    """Proves: inputs without any {absent} are solved and shown, with tables, workbooks, map and study page; at every node what is made,
    received and lost to the consumers adds up to what is used.
    Sensitivity: an empty column read as text stopped the study before the solve, a family without columns or rows after it.
    """
    t = some_places()
    STUDIES[absent](t)
    closed(t)
    done = optimized(tmp_path, t)
    assert done.exit_code == 0, done.output
    folder = tmp_path / "results" / f"{CASE}-hours24"
    assert {"map.html", "report.html", "tables.xlsx", "tables-en.xlsx"} <= {p.name for p in folder.iterdir()}
    b = pd.read_csv(folder / "tables" / "energy_balance.csv").fillna(0.0)
    made = b.thermal_gwh + b.wind_gwh + b.solar_gwh + b.storage_net_gwh + b.received_gwh + b.unserved_gwh
    used = b.load_gwh + b.smelter_gwh + b.electric_boiler_gwh + b.sent_gwh
    np.testing.assert_allclose(made, used, atol=1e-6 * max(1.0, used.max()))
    if absent in ("thermal plants", "coal or heat", "plants or candidates"):
        assert (b.thermal_gwh == 0).all()


@pytest.mark.parametrize("absent", REFUSED)
def test_a_study_without_what_others_need_is_refused(absent, tmp_path):
    """Proves: without {absent}, which plants and consumers need, the study is refused in words before anything is solved.
    Sensitivity: a check that only looks at the rows that are there.
    """
    t = some_places()
    closed(t)
    strip, told = REFUSED[absent]
    strip(t)
    done = optimized(tmp_path, t)
    assert done.exit_code == 2
    assert told in " ".join(done.output.split()), done.output
    assert not (tmp_path / "results" / f"{CASE}-hours24").exists()
