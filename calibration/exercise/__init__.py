"""An athlete's own reps, heel-rise height and holds."""
