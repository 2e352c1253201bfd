"""Parts of the live screen: digits readable from two metres away, clocks."""

from __future__ import annotations

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
    """Digits, ``?``, ``:``, ``-`` and blanks, five lines tall.

    Raises:
        KeyError: any other character.
    """
    return ["  ".join(_DIGITS[char][row] for char in text) for row in range(BIG_ROWS)]


def clock(t_s: float) -> str:
    """Minutes and full seconds."""
    minutes, seconds = divmod(int(t_s), 60)
    return f"{minutes}:{seconds:02d}"
