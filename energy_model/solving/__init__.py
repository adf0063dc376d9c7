"""Compile the block once, stamp it over the horizon, solve the arrays."""
