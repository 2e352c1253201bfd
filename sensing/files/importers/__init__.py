"""Recordings of other programs: one module per program or sensor maker."""
