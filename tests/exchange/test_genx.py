"""Cases of GenX: the three zones of its example have the optimum of its equations, and nothing of a case is dropped in silence."""

import csv
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from energy_model import cli
from energy_model.certified import solve_certified
from energy_model.exchange.genx_case import read_case, rule_of, rules
from energy_model.exchange.genx_import import import_case
from energy_model.exchange.refusals import NetworkFileError, NetworkRefused
from energy_model.exchange.written import write_genx_study
from energy_model.results.recount import recount
from energy_model.results.stages import Clock
from energy_model.run import prepare
from energy_model.screen import plain_console
from energy_model.study.horizon import Horizon
from energy_model.units import CNY_PER_MCNY
from tests.paths import ROOT
from tests.support.genx_case import SETTINGS, three_zones
from tests.support.genx_optimum import genx_optimum

QUIET = plain_console(quiet=True)
OTHER = {"fuel": "ME_NG", "resource": "elsewhere", "zone": "3", "network_zones": "z9", "model": "2", "new_build": "0", "eff_up": "0.5"}
OTHER |= {"eff_down": "0.5", "num_vre_bins": "2", "co_2_cap_zone_1": "0", "network_lines": "", "demand_segment": ""}
"""A value off the default where a number one higher or lower is none."""


def read(folder: Path) -> tuple:
    """What the import makes of a case: tables, series, settings and notes; or the refusals."""
    case = read_case(folder)
    tables, settings = import_case(case)
    series = {name: tuple(values) for name, values in tables.series.items()}
    return tables.rows, series, settings, case.notes


@pytest.fixture
def case(tmp_path):
    return three_zones(tmp_path / "case")


def change(folder: Path, file: str, row: int, column: str, value: str) -> str:
    """Write a cell, in a new column if need be; returns what was there."""
    with (folder / file).open(encoding="utf-8", newline="") as text:
        lines = list(csv.reader(text))
    if column not in lines[0]:
        lines = [[*line, column if i == 0 else ""] for i, line in enumerate(lines)]
    at = lines[0].index(column)
    old, lines[row][at] = lines[row][at], value
    with (folder / file).open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows(lines)
    return old


@pytest.mark.parametrize("stiff", [False, True])
def test_three_zones_have_the_optimum_of_genx(tmp_path, stiff):
    """Proves: equipment, network, caps and requirements of GenX's example over two representative days cost here what GenX's equations,
    written apart and solved by another way, cost: with commitment and its ramps, start fuel, fuel by the hour, stores, losses at both ends,
    caps per served demand and least capacities. The recount agrees.
    Sensitivity: any of them left out. In the stiff case ramps of starts move the cost by 9e-4, minimum times by 2e-3, fuel of starts by
    8e-4, least durations by 5e-3, losses at the receiving end alone by 3e-4; in the other, periods that follow one another by 4e-4, losses
    of stores in the caps by 2e-4.
    """
    case = three_zones(tmp_path / "case", stiff)
    write_genx_study(case, tmp_path / "study")
    _, problem = prepare(tmp_path / "study", "network", Horizon("year"), ROOT / "weather", Clock(QUIET))
    solution, accounts, certificate, _ = solve_certified(problem, True, 1, QUIET)
    assert certificate.objective_mcny * CNY_PER_MCNY == pytest.approx(genx_optimum(case), rel=1e-9)
    recount(problem, solution.primal, accounts).require()


def off(cell: str, column: str) -> str:
    """A value other than that of a cell."""
    if column.lower() in OTHER:
        return OTHER[column.lower()]
    try:
        return f"{float(cell or 0) * 0.9 + (0.05 if column.endswith(('Percentage', 'Min_Power')) else 7):g}"
    except ValueError:
        return "other"


def test_every_column_off_its_default_is_carried_refused_or_named(case):
    """Proves: every column of every table, those of the list of columns that the case has not included, changed in a row, changes what is
    written, or is refused by file and column, or stands among those that do not touch the optimum.
    Sensitivity: a column that is read nowhere.
    """
    base = read(case)
    seen = {"carried": 0, "refused": 0, "named": 0}
    files = {f"resources/{kind}.csv": kind for kind in ("Thermal", "Vre", "Storage")}
    files |= {"system/Network.csv": "Network", "TDR_results/Demand_data.csv": "Demand_data", "policies/CO2_cap.csv": "CO2_cap"}
    files |= {"TDR_results/Fuels_data.csv": "", "TDR_results/Generators_variability.csv": ""}
    for file, kind in files.items():
        header = next(csv.reader((case / file).read_text(encoding="utf-8").splitlines()))
        listed = [c for k, c in rules() if k in (kind, "resource" if file.startswith("resources") else kind) and "*" not in c and kind]
        for column in [c for c in header if c] + [c for c in listed if c and c not in {h.lower() for h in header}] + ["Unheard_Of"]:
            text = (case / file).read_text(encoding="utf-8")
            row = 2 if column in ("Fuel",) or file.endswith("Fuels_data.csv") else 1
            cell = change(case, file, row, column, "")
            change(case, file, row, column, off(cell, column))
            try:
                found = read(case)
                named = any(column.lower() in en.lower() for _, en in found[3])
                outcome = "carried" if found[:3] != base[:3] else "named" if named else "silent"
            except NetworkRefused as fault:
                told = {r.attribute.lower() for r in fault.refusals} | {r.component for r in fault.refusals}
                rule = rule_of(kind, column)  # what is carried may be missed elsewhere, as capacity that a requirement counts
                here = {column.lower(), file} & told or (rule and rule.treatment == "carried")
                outcome = "refused" if here else f"refused elsewhere: {fault}"
            (case / file).write_text(text, encoding="utf-8")
            assert outcome in seen, (file, column, outcome)
            seen[outcome] += 1
    assert min(seen.values()) > 10, seen


def test_every_setting_is_carried_refused_or_of_no_effect(case):
    """Proves: every setting of the list off its value, and one that is not in it, changes what is written or is refused by line and name;
    settings of output and solver do neither. Sensitivity: a policy that is switched on and ignored.
    """
    base, file = read(case), case / "settings/genx_settings.yml"
    names = {name for kind, name in rules() if kind == "settings"} | {"DC_OPF", "LongDurationStorage"}
    proper = {name.lower(): name for name in SETTINGS}
    for name in sorted(names):
        rule = rules().get(("settings", name))
        own = SETTINGS.get(proper.get(name, ""), rule.values[0] if rule else "0")
        changed = {k: v for k, v in SETTINGS.items() if k.lower() != name} | {name: "0" if own == "1" else "1"}
        file.write_text("".join(f"{k}: {v}\n" for k, v in changed.items()), encoding="utf-8")
        try:
            outcome = "carried" if read(case)[:3] != base[:3] else "same"
        except (NetworkRefused, NetworkFileError) as fault:
            outcome = "refused" if any(told in str(fault).lower() for told in (name.lower(), "capacity", "demand")) else str(fault)
        expected = {"same"} if rule and rule.treatment == "without effect" else {"carried", "refused"}
        assert outcome in (expected if name in names else ()), (name, outcome)


WRONG = [
    ("resources/Thermal.csv", 2, "Heat_Rate_MMBTU_per_MWh", "seven", "3 CT_natural_gas_combined_cycle"),
    ("resources/Thermal.csv", 1, "Fuel", "coal", "2 MA_natural_gas_combined_cycle"),
    ("resources/Thermal.csv", 1, "Ramp_Dn_Percentage", "0.5", "2 MA_natural_gas_combined_cycle"),
    ("resources/Storage.csv", 3, "Zone", "4", "4 ME_battery"),
    ("resources/Vre.csv", 1, "Production_Tax_Credit_per_MWh", "26", "2 MA_solar_pv"),
    ("TDR_results/Demand_data.csv", 5, "Time_Index", "9", "6"),
]


@pytest.mark.parametrize(("file", "row", "column", "value", "name"), WRONG)
def test_a_wrong_cell_is_refused_where_it_stands(case, file, row, column, value, name):
    """Proves: the refusal names file, row as a spreadsheet counts it with the resource, column and value.
    Sensitivity: a row that is off by the heading.
    """
    change(case, file, row, column, value)
    with pytest.raises(NetworkRefused) as fault:
        read(case)
    assert (file, name, column, value) in {(r.component, r.name, r.attribute, r.value) for r in fault.value.refusals}


def test_the_command_writes_a_folder_or_refuses_all_at_once(case, tmp_path):
    """Proves: `import-genx` writes the study with its notes and tells how to solve it; a case with hydropower and several stages is refused
    by file and setting, and nothing is written; so is one without its representative periods.
    Sensitivity: a half-written folder, or the first fault alone.
    """
    runner, folder = CliRunner(), tmp_path / "study"
    done = runner.invoke(cli.app, ["--lang", "en", "import-genx", str(case), str(folder)])
    assert done.exit_code == 0, done.output
    assert "optimize" in done.output
    assert any("distance_mile" in note for note in json.loads((folder / "import.json").read_text(encoding="utf-8"))["notes"])
    (case / "resources/Hydro.csv").write_text("Resource,Zone\ndam,1\n", encoding="utf-8")
    with (case / "settings/genx_settings.yml").open("a", encoding="utf-8") as file:
        file.write("MultiStage: 1\n")
    refused = runner.invoke(cli.app, ["--lang", "en", "import-genx", str(case), str(tmp_path / "none")])
    assert refused.exit_code == 2
    assert not (tmp_path / "none").exists()
    assert {"Hydro.csv", "MultiStage"} <= set(re.findall(r"Hydro\.csv|MultiStage", refused.output))
    (case / "TDR_results/Demand_data.csv").unlink()
    lost = runner.invoke(cli.app, ["--lang", "en", "import-genx", str(case), str(tmp_path / "none")])
    assert lost.exit_code == 2
    assert "TimeDomainReduction: 0" in " ".join(lost.output.split())
