"""The local server of results."""
