"""Laboratory: what the cells do, and what they cost, shown by measuring."""
