"""Analyses of a finished result: each adds tables to it and contains the order of its steps, no equations."""
