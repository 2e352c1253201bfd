"""Walking and running: their rhythm, and the steps of walking drills."""
