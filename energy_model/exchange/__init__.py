"""Exchange of studies with other programs, so that independent software can check a result."""
