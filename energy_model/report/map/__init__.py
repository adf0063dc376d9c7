"""The map of one or several results."""
