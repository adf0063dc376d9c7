"""Jobs around one run: what it will need, several at once, several years, again."""
