"""What makes a result folder: investment years, weather years, whole units, with and without modulation, a batch of runs."""
