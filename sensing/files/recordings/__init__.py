"""Anklet's own recordings: the append-only format of packets, and its decoding."""
