"""Profiles as files, and the choice of the one that fits a recording."""
