"""Commands from end to end, as a planner meets them."""
