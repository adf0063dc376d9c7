"""Tests of `energy_model.report.workbook`."""
