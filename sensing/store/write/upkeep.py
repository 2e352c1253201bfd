"""Current analyses, athletes, the numbers of sets and the titles of sessions.

Every function here runs inside its caller's transaction.
"""

from __future__ import annotations

from sqlite_utils import Database

from sensing.core.athlete_names import name_key, tidy_name
from sensing.core.errors import UsageError
from sensing.core.events import Analysis
from sensing.store.database.connection import first, rows
from sensing.store.read.athletes import find_athlete
from sensing.store.write.writing import insert, storable

_AWAY = 1_000_000_000


def athlete_id(db: Database, name: str) -> int:
    """Id of the athlete of this name, made if there is none yet.

    Raises:
        UsageError: it is no name, or can mean several athletes.
    """
    name = checked_name(name)
    key = find_athlete(db, name)
    return insert(db, "athlete", {"name": name}) if key is None else key


def checked_name(name: str) -> str:
    """A name as it is stored.

    Raises:
        UsageError: there is nothing to be seen of it.
    """
    tidy = tidy_name(str(storable({"name": name})["name"]))
    if not name_key(tidy):
        raise UsageError("an athlete needs a name")
    return tidy


def current(db: Database, recording_id: int) -> int | None:
    """The analysis that summaries use, or None before the first."""
    row = first(db, "SELECT id FROM analysis WHERE recording_id = ? AND current", recording_id)
    return None if row is None else row["id"]


def same_question(
    db: Database, recording_id: int, analysis: Analysis, profile_id: int | None
) -> int | None:
    """The newest analysis that answers the same question, or None."""
    # A detected placement was not asked for, so it is not part of the question.
    row = first(
        db,
        "SELECT id FROM analysis WHERE recording_id = ? AND exercise = ? AND profile IS ?"
        " AND profile_id IS ? AND iif(placement_found, NULL, placement) IS ?"
        " ORDER BY id DESC LIMIT 1",
        recording_id,
        analysis.exercise,
        analysis.profile,
        profile_id,
        None if analysis.placement_found else analysis.placement,
    )
    return None if row is None else row["id"]


def make_current(db: Database, recording_id: int, analysis_id: int) -> None:
    """Make this the analysis that summaries use."""
    db.execute("UPDATE analysis SET current = 0 WHERE recording_id = ?", [recording_id])
    db.execute("UPDATE analysis SET current = 1 WHERE id = ?", [analysis_id])


def renumber(db: Database, session_id: int) -> None:
    """Number a session's sets from 1 through all its recordings, in order of their start.

    Left comes before right where both started together. Sets added by hand come last, so that
    adding one does not change the numbers of others.
    """
    numbers = rows(
        db,
        """
        SELECT set_id AS id, row_number() OVER (
            ORDER BY s.added, recording.started_utc, recording.side, recording.id, s.n) AS n
        FROM current_set s JOIN recording ON recording.id = s.recording_id
        WHERE s.session_id = ?
        """,
        [session_id],
    )
    # Out of the way first: within an analysis no two sets may have one number, not even in passing.
    with db.atomic():
        for away in (_AWAY, 0):
            db.conn.executemany(
                "UPDATE exercise_set SET n = ? WHERE id = ?",
                [(row["n"] + away, row["id"]) for row in numbers],
            )


def retitle(db: Database, session_id: int) -> None:
    """Title a session by its day and exercises."""
    db.execute(
        """
        UPDATE session SET title = day || ' ' || coalesce(
            (SELECT group_concat(exercise, ', ') FROM (
                SELECT exercise FROM current_set WHERE session_id = session.id
                GROUP BY exercise ORDER BY min(n))),
            (SELECT group_concat(DISTINCT exercise) FROM analysis
             JOIN recording ON recording.id = recording_id
             WHERE recording.session_id = session.id AND current))
        WHERE id = ?
        """,
        [session_id],
    )
