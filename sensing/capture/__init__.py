"""Packets onto the disk as they arrive, before anything looks at them."""
