"""The study page of a result."""
