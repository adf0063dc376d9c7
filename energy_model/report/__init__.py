"""What planners look at: capacity map and tables."""
