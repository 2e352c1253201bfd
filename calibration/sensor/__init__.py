"""A sensor's own errors, calibrated on a table."""
