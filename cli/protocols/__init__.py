"""Guided tests: what they are, and their results."""
