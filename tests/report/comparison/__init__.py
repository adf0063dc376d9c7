"""Tests of `energy_model.report.comparison`."""
