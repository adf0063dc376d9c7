"""Tests of `energy_model.report.console`."""
