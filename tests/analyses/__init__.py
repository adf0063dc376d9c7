"""What is asked past the optimum."""
