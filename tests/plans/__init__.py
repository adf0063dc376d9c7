"""Plans that make a result folder: many weather years, pathways, batches, a fortnight of whole units."""
