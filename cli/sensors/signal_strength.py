"""How strong a Bluetooth signal is, in a word."""

from __future__ import annotations

SIGNALS = ((-60, "strong"), (-75, "good"), (-85, "weak"))


def signal_words(rssi_dbm: int | None) -> str:
    """How strong a signal is."""
    if rssi_dbm is None:
        return ""
    return next((word for floor, word in SIGNALS if rssi_dbm >= floor), "very weak")
