"""Recordings and other files: reading every format there is, and writing whole or not at all."""
