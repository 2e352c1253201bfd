"""Emulated sensors: what real ones would put on the air, byte for byte."""
