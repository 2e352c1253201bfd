"""Exercise names completed by the shell."""

from __future__ import annotations

from sensing.core.exercises import CATALOGUE


def complete_exercise(incomplete: str) -> list[tuple[str, str]]:
    """Names beginning with what was typed, each with what is counted, for the shell."""
    return [(row.name, row.counts) for row in CATALOGUE if row.name.startswith(incomplete)]
