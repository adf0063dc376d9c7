"""Console output of commands."""
