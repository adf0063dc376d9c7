"""Studies for and from other programs, so that a result can be checked by software that others wrote."""
