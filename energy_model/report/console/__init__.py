"""What commands print of a result."""
