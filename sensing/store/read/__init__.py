"""From rows to values."""
