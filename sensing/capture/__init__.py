"""Writes packets to disk as they arrive, before anything else is done with them."""
