"""Compiler, stamp, solvers, decomposition."""
