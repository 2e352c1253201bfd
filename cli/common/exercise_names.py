"""Exercise names completed by the shell."""

from __future__ import annotations

from sensing.core.exercises import CATALOGUE


def complete_exercise(incomplete: str) -> list[tuple[str, str]]:
    """Exercises whose name begins with what was typed, each with what is counted."""
    return [(row.name, row.counts) for row in CATALOGUE if row.name.startswith(incomplete)]
