"""A clause that the inputs themselves miss is missed everywhere it is shown."""

import io
import shutil

import openpyxl
import pytest
import xarray as xr
from rich.console import Console

from energy_model.labels import label
from energy_model.precheck.findings import of_inputs
from energy_model.report.console import summary
from energy_model.report.page.tables import clause_rows
from energy_model.report.workbook.result_workbook import write_workbooks
from energy_model.results.clauses import clauses
from energy_model.study.load import load_study
from tests.paths import INPUTS

SET = '[[set]]\ntable = "loads"\nwhere = {{ load = "ethylene_glycol", case = "plan-2015" }}\nvalues = {{ energy_gwh_per_year = {} }}\n'


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    """The plan with ethylene glycol at 1 % of its clause, and at a hundred times of it."""
    folder = tmp_path_factory.mktemp("glycol") / "inputs"
    shutil.copytree(INPUTS, folder)
    for name, value in (("little", 14.4), ("much", 144000)):
        text = f'purpose_en = "x"\npurpose_zh = "x"\n{SET.format(value)}'
        (folder / "scenarios" / f"{name}.toml").write_text(text, encoding="utf-8")
    return {name: load_study(folder, name) for name in ("little", "much")}


def test_check_warns_of_a_clause_that_the_inputs_miss(studies):
    """Proves: 14.4 of 1,440 GWh is a warning with clause, both amounts and both languages, and so is a hundred times as much; the amount
    itself is named at its cell too. Sensitivity: 0 warnings, as the clause is 'an input'.
    """
    for name, given in (("little", "14.4 GWh"), ("much", "144,000 GWh")):
        (found,) = [f for f in of_inputs(studies[name]) if f.topic == "clauses"]
        assert found.severity == "warning"
        assert f"T09_EG: the clause asks sector_load_gwh (ethylene_glycol) ≥ 1,440 GWh, the tables give {given}" in found.en
        assert "请核对输入表或条款" in found.zh
    odd = [f.figures["column"] for f in of_inputs(studies["much"]) if f.topic == "plausibility"]
    assert odd == ["energy_gwh_per_year"]


def test_the_clause_is_missed_in_red(studies, shipped_day, tmp_path):
    """Proves: the row is missed with 14.4 reached, red on the console, first and missed on the page, red in the workbook, and the others
    stay inputs. Sensitivity: '≥ 1,440 ... 14.4 ... (input)' in grey.
    """
    with xr.open_dataset(shipped_day / "results.nc") as data:
        table = clauses(data, studies["little"])
    verdicts = table.set_index("target").verdict
    assert verdicts["T09_EG"] == "missed"
    assert verdicts["T10_CEMENT"] == "input"
    assert table.set_index("target").reached["T17_CITY_HEAT"] == pytest.approx(13.2)
    screen = Console(width=220, file=io.StringIO(), force_terminal=True, color_system="standard")
    screen.print(summary._clauses(table))
    assert f"\x1b[31m{label('verdict', 'missed').shown}" in screen.file.getvalue()
    assert "T09_EG" in table[table.verdict == "missed"].target.tolist()
    assert {r["name"]["en"]: r["verdict"] for r in clause_rows(table)}["ethylene glycol load"] == "missed"
    folder = tmp_path / "day"
    shutil.copytree(shipped_day, folder)
    table.to_csv(folder / "tables" / "clauses.csv", index=False, encoding="utf-8-sig")
    book = openpyxl.load_workbook(next(p for p in write_workbooks(folder) if p.name == "tables-en.xlsx"))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value == label("verdict", "missed").en]
    assert cells
    assert all(c.font.color.rgb == "FFC00000" for c in cells)
