"""What is too small to be told, in one place for all tables."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from energy_model.report.workbook.style import coloured
from energy_model.results.dust import LEAST_GWH, LEAST_MW, ratio, smallest, without_dust
from energy_model.results.store import write_table


def test_a_ratio_of_next_to_nothing_is_blank():
    """Proves: floats, tables and arrays alike: 1 of 4 GWh is .25, of .05 GWh or 0 blank; limits belong to what is something.
    Sensitivity: a division without guard gives 2e3, inf, or 56 % of a billionth.
    """
    assert ratio(1.0, 4.0, LEAST_GWH) == 0.25
    assert np.isnan(ratio(5.6e-10, 1e-9, LEAST_GWH))
    assert ratio(0.05, LEAST_GWH, LEAST_GWH) == 0.5
    assert np.isnan(ratio(0.0, 0.0, 0.0))
    wholes = [4.0, 0.001, 0.0]
    for made in (pd.Series, np.array, lambda v: xr.DataArray(v, dims="x")):
        assert list(np.asarray(ratio(made([1.0, 1.0, 0.0]), made(wholes), LEAST_MW))) == pytest.approx([0.25, np.nan, np.nan], nan_ok=True)


def test_dust_is_zero_in_every_written_table(tmp_path):
    """Proves: amounts below a thousandth of their unit, prices, shares and figures with their unit in the row are written as 0, of both
    signs; the same numbers of other columns, larger amounts and blanks stay. Sensitivity: 9.8e-06 MW of new lines, or -0.000 in red.
    """
    table = pd.DataFrame(
        {
            "new_mw": [9.8e-6, -1e-9, 0.002], "price_cny_per_mwh": [-2e-8, 5.0, np.nan], "curtailed_share": [1e-9, 0.5, -0.1],
            "cost_mcny": [1e-4, 1e-7, -3.0], "gap": [1e-9, 1e-5, 0.0], "reached": [1e-7, 2e-5, 1e-9], "unit": ["MW", "1", "1"],
            "hours": [1, 0, 0],
        }
    )  # fmt: skip
    write_table(table, tmp_path / "t.csv")
    found = pd.read_csv(tmp_path / "t.csv", encoding="utf-8-sig")
    assert found.new_mw.tolist() == [0, 0, 0.002]
    assert found.price_cny_per_mwh.tolist() == pytest.approx([0, 5, np.nan], nan_ok=True)
    assert found.curtailed_share.tolist() == [0, 0.5, -0.1]
    assert found.cost_mcny.tolist() == [1e-4, 0, -3]
    assert found.gap.tolist() == [1e-9, 1e-5, 0]
    assert found.reached.tolist() == [0, 2e-5, 0]
    pd.testing.assert_frame_equal(without_dust(found), found)
    assert smallest("hours_h") == 0


@pytest.mark.parametrize(
    ("form", "zero"), [("#,##0.000", "0.0005"), ("#,##0", "0.5"), ("0.00%", "0.00005"), ("#,##0.0", "0.05"), ("0.0000", "0.00005")]
)
def test_only_what_shows_as_negative_is_red(form, zero):
    """Proves: the red section of a format begins at half of the last place that is shown. Sensitivity: -0.000 in red."""
    assert coloured(form).startswith(f"[>={zero}]{form};[Red][<=-{zero}]-{form};")
    assert coloured("General") == "General"
    assert coloured("0.0E+00") == "0.0E+00"
