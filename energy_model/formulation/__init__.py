"""The algebra: every equation of the model, once, in Pyomo, as a documented function."""
