"""Reps: raises found, counted, timed and named."""
