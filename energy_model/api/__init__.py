"""The Python interface: studies, plans, their statistics and figures."""
