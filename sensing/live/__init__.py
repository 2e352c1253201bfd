"""Provisional counts and times, shown during a set and never stored."""
