"""Runs that make a result folder: investment years, weather years, whole units, potline flexibility, batches."""
