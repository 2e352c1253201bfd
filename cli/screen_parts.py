"""What the live screens share: digits to be read from two metres away, clocks, contact times."""

from __future__ import annotations

from collections.abc import Sequence

_DIGITS = {
    "0": ("███", "█ █", "█ █", "█ █", "███"),
    "1": (" █ ", "██ ", " █ ", " █ ", "███"),
    "2": ("███", "  █", "███", "█  ", "███"),
    "3": ("███", "  █", "███", "  █", "███"),
    "4": ("█ █", "█ █", "███", "  █", "  █"),
    "5": ("███", "█  ", "███", "  █", "███"),
    "6": ("███", "█  ", "███", "█ █", "███"),
    "7": ("███", "  █", "  █", "  █", "  █"),
    "8": ("███", "█ █", "███", "█ █", "███"),
    "9": ("███", "█ █", "███", "  █", "███"),
    "?": ("██ ", "  █", " █ ", "   ", " █ "),
    ":": (" ", "█", " ", "█", " "),
    "-": ("   ", "   ", "███", "   ", "   "),
    " ": ("   ", "   ", "   ", "   ", "   "),
}
BIG_ROWS = 5


def big(text: str) -> list[str]:
    """Digits, ``?``, ``:``, ``-`` and blanks five lines tall.

    Raises:
        KeyError: another letter.
    """
    return ["  ".join(_DIGITS[char][row] for char in text) for row in range(BIG_ROWS)]


def clock(t_s: float) -> str:
    """Minutes and full seconds."""
    minutes, seconds = divmod(int(t_s), 60)
    return f"{minutes}:{seconds:02d}"


def milliseconds(times_s: Sequence[float]) -> str:
    """Times in full milliseconds, oldest first."""
    return " ".join(f"{1000 * each:.0f}" for each in times_s) + " ms"
