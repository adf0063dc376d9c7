"""Weather of the climate sites and the hourly series made of it."""
