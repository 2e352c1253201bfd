"""A sensor's own errors, learnt on a table."""
