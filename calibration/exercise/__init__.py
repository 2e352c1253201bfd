"""A person's own reps, heel-rise height and holds."""
