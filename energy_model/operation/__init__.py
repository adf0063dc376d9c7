"""What becomes of a plan in operation: microgrids on their own, days ahead and real weather."""
