"""The commands, by what they are for; `energy_model.cli` lists them."""
