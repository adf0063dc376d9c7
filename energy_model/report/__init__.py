"""Outputs for readers: map, study page, workbook, console."""
