"""The kinds of calibration, and the choice of the profile that fits a recording."""
