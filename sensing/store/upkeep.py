"""Which analysis is the current one, whose session it is, and what it is called.

Every function here runs inside its caller's transaction.
"""

from __future__ import annotations

from sqlite_utils import Database

from sensing.events import Analysis
from sensing.store.reading import rows
from sensing.store.writing import insert, storable


def first(db: Database, sql: str, *values: object) -> dict[str, int] | None:
    """First row of an answer that holds ids, or None."""
    return next(iter(rows(db, sql, values)), None)


def athlete_id(db: Database, name: str) -> int:
    """Id of the athlete of this name, made if there is none yet."""
    named = storable({"name": name})
    row = first(db, "SELECT id FROM athlete WHERE name = ?", named["name"])
    return insert(db, "athlete", named) if row is None else row["id"]


def current(db: Database, recording_id: int) -> int | None:
    """The analysis that summaries use, or None before the first."""
    row = first(db, "SELECT id FROM analysis WHERE recording_id = ? AND current", recording_id)
    return None if row is None else row["id"]


def same_question(db: Database, recording_id: int, analysis: Analysis) -> int | None:
    """The newest analysis that answers the same question, or None."""
    # A placement that was found was not asked for, so it is no part of the question.
    row = first(
        db,
        "SELECT id FROM analysis WHERE recording_id = ? AND exercise = ? AND profile IS ?"
        " AND iif(placement_found, NULL, placement) IS ? ORDER BY id DESC LIMIT 1",
        recording_id,
        analysis.exercise,
        analysis.profile,
        None if analysis.placement_found else analysis.placement,
    )
    return None if row is None else row["id"]


def make_current(db: Database, recording_id: int, analysis_id: int) -> None:
    """Let summaries use this analysis from now on."""
    db.execute("UPDATE analysis SET current = 0 WHERE recording_id = ?", [recording_id])
    db.execute("UPDATE analysis SET current = 1 WHERE id = ?", [analysis_id])


def retitle(db: Database, session_id: int) -> None:
    """Name a session by its day and what was found in it."""
    db.execute(
        """
        UPDATE session SET title = day || ' ' || coalesce(
            (SELECT group_concat(exercise, ', ') FROM (
                SELECT exercise FROM current_set WHERE session_id = session.id
                GROUP BY exercise ORDER BY min(n))),
            (SELECT exercise FROM analysis JOIN recording ON recording.id = recording_id
             WHERE recording.session_id = session.id AND current))
        WHERE id = ?
        """,
        [session_id],
    )
