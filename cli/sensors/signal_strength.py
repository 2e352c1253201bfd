"""The strength of a Bluetooth signal in words."""

from __future__ import annotations

SIGNALS = ((-60, "strong"), (-75, "good"), (-85, "weak"))
"""Weakest signal (dBm) of each word. A sensor on the ankle of someone beside the computer has −55
to −75 dBm; below −85 packets begin to be lost."""


def signal_words(rssi_dbm: int | None) -> str:
    """The strength of a signal; empty if it is not known."""
    if rssi_dbm is None:
        return ""
    return next((word for floor, word in SIGNALS if rssi_dbm >= floor), "very weak")
