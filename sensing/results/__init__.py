"""What the sets of a recording amount to: summaries, strength indices, the JSON document."""
