"""Networks of PyPSA, read and written."""
