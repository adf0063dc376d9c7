"""Tests of `energy_model.report.map`."""
