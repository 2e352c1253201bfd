"""Whole-window analyses: pure functions from samples to reps, hops and holds."""
