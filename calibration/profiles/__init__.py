"""Profiles as files, and which one fits a recording."""
