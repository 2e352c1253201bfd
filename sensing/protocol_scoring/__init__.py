"""Scores of guided tests by published rules, one test in each file. Pure arithmetic."""
