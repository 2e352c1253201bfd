"""Holds: from reaching a position to leaving it, and the steadiness between."""
