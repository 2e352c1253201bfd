"""Days as users type and read them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sensing.core.errors import UsageError


def today() -> date:
    """Today, in local time."""
    return datetime.now().astimezone().date()


def day_of(text: str | None) -> date:
    """A day as typed: ``2026-03-01``, ``today``, ``yesterday``; None is today.

    Raises:
        UsageError: it is not a day, or is in the future.
    """
    now = today()
    match (text or "today").strip().lower():
        case "today":
            return now
        case "yesterday":
            return now - timedelta(days=1)
        case typed:
            try:
                day = date.fromisoformat(typed)
            except ValueError:
                raise UsageError(
                    f"{text!r} is not a day", remedy="give YYYY-MM-DD, today or yesterday"
                ) from None
    if day > now:
        raise UsageError(f"{day} is in the future", remedy="give today or an earlier day")
    return day


def ago(day: date, now: date) -> str:
    """How long ago a day was, in words."""
    days = (now - day).days
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago" if days > 0 else str(day))
