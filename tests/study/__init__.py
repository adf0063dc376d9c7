"""Inputs, checks, scenarios."""
