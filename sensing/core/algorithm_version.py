"""The version of the analysis algorithm, stored with every result."""

from __future__ import annotations

ALGORITHM_VERSION = "3"
"""Raised by every change that can change a figure."""
