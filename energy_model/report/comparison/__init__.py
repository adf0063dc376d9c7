"""Several results side by side: two compared, weather years of an ensemble, a batch of runs."""
