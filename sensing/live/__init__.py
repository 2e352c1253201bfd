"""What the screen shows during a set: provisional counts and times, never stored."""
