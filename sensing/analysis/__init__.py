"""From samples to sets of reps, hops and holds: pure functions of a closed window."""
