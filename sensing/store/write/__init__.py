"""From values to rows: saving, correcting, deleting."""
