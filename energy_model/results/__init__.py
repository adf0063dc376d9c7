"""From solver arrays to a labelled, certified dataset and the figures that outputs share."""
