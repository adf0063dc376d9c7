"""What study page and map share: the page around them, its policy, its scripts."""
