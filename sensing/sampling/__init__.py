"""From columns of numbers to samples on an even grid, with what was lost or clipped flagged."""
