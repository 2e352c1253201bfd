"""Parts of the live screen: digits readable from two metres away, clocks, a set in words."""

from __future__ import annotations

from cli.sets.set_figures import many
from sensing.core.events import Set
from sensing.results.set_summary import summarise

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


def set_words(each: Set) -> str:
    """The result of a set, in a few words."""
    summary = summarise(each)
    words = []
    if summary.reps is not None:
        words.append(many(summary.reps.count, "rep"))
    if summary.hops is not None:
        words.append(many(summary.hops.count, "contact"))
        if summary.hops.contact_time_s is not None:
            words.append(f"{1000 * summary.hops.contact_time_s:.0f} ms each")
    if summary.holds is not None:
        words.append(f"held {summary.holds.total_s:.1f} s")
    if each.steps is not None:
        words.append(many(each.steps, "step"))
    return ", ".join(words) or "nothing counted"
