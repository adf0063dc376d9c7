"""The algebra: every equation of the model stands here once, in Pyomo, as a documented function."""
