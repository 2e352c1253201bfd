"""Days as whole numbers (``date.toordinal()``), and the weeks they are in, Monday to Sunday."""

from __future__ import annotations

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def monday_of(day_n: int) -> int:
    """The Monday of a day's week."""
    return day_n - (day_n - 1) % 7


def weekday_of(day_n: int) -> int:
    """0 for Monday to 6 for Sunday."""
    return (day_n - 1) % 7
