"""Weather of the climate sites and the hourly series derived from it."""
