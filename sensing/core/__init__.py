"""Shared by all rooms: units, samples, events, the exercises, filters, errors."""
