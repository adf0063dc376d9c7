"""Comparison of several results: two results, weather years of an ensemble, a batch of runs."""
