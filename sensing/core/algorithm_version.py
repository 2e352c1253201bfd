"""Which version of the analysis made a result."""

from __future__ import annotations

ALGORITHM_VERSION = "1"
"""Raised by every change that can change a figure, so that a stored result says what made it."""
