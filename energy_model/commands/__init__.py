"""The commands, grouped by purpose; `energy_model.cli` lists them."""
