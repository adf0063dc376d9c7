"""From solver arrays to a labelled, certified dataset and the figures shared by all outputs."""
