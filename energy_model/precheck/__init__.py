"""What can be said of a plan before it is solved."""
