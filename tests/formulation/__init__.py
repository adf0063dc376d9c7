"""Equations, each solved by hand."""
