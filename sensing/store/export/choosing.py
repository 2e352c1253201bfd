"""What of the database is exported: by day, athlete, exercise and side.

The choice is written down in temporary tables before the first row is read, in the one transaction
that everything is read in. All tables of an export therefore agree, whatever another program stores
meanwhile, and none of them names a row that another one lacks.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from sqlite_utils import Database

from sensing.core.samples import Side
from sensing.store.schema.dictionary import VIEWS

_OF_SET = ", ".join(VIEWS["current_set"].columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What to export; None: whatever it is.

    Attributes:
        since: done on this day or later.
        until: done on this day or earlier.
        athlete: by this person.
        exercise: sets of this exercise (as corrected), and recordings it was looked for in.
        side: sets of this leg, and recordings of it.
    """

    since: date | None = None
    until: date | None = None
    athlete: str | None = None
    exercise: str | None = None
    side: Side | None = None

    def __str__(self) -> str:
        told = {name: value for name, value in asdict(self).items() if value is not None}
        return ", ".join(f"{name} {value}" for name, value in told.items()) or "everything"


EVERYTHING = Selection()

_DAYS = """(:since IS NULL OR day >= :since) AND (:until IS NULL OR day <= :until)
    AND (:athlete IS NULL OR athlete_id = (SELECT id FROM athlete WHERE name = :athlete))"""

_CHOSEN = (
    f"CREATE TEMP TABLE chosen_set (place INTEGER PRIMARY KEY, {_OF_SET})",
    "CREATE TEMP TABLE chosen_session (session_id INTEGER PRIMARY KEY)",
    "CREATE TEMP TABLE chosen_recording (recording_id INTEGER PRIMARY KEY, session_id INTEGER)",
    "CREATE TEMP TABLE chosen_logged (logged_id INTEGER PRIMARY KEY, athlete_id INTEGER)",
)
_FILLED = (
    f"INSERT INTO chosen_session SELECT id FROM session WHERE {_DAYS}",  # noqa: S608 - our own
    f"""
INSERT INTO chosen_set
SELECT row_number() OVER (ORDER BY session_id, n) AS place, {_OF_SET}
FROM current_set
WHERE session_id IN chosen_session
  AND (:exercise IS NULL OR exercise = :exercise) AND (:side IS NULL OR side = :side)
ORDER BY session_id, n""",  # noqa: S608 - our own
    """
INSERT INTO chosen_recording SELECT recording.id, recording.session_id FROM recording
JOIN analysis ON analysis.recording_id = recording.id AND current
WHERE recording.session_id IN chosen_session
  AND ((:exercise IS NULL OR analysis.exercise = :exercise)
       AND (:side IS NULL OR recording.side = :side)
       OR recording.id IN (SELECT recording_id FROM chosen_set))""",
    """
DELETE FROM chosen_session WHERE (:exercise IS NOT NULL OR :side IS NOT NULL)
  AND session_id NOT IN (SELECT session_id FROM chosen_recording)""",
    f"""
INSERT INTO chosen_logged SELECT id, athlete_id FROM logged WHERE {_DAYS}
  AND (:exercise IS NULL OR exercise = :exercise) AND (:side IS NULL OR side = :side)""",  # noqa: S608 - our own
)
_TABLES = ("chosen_set", "chosen_session", "chosen_recording", "chosen_logged")


def choose(db: Database, selection: Selection) -> None:
    """Write down what is chosen, in temporary tables. Runs inside its caller's transaction."""
    forget(db)
    for sql in _CHOSEN:
        db.execute(sql)
    asked = asdict(selection)
    for name in ("since", "until"):
        asked[name] = asked[name] and asked[name].isoformat()
    for sql in _FILLED:
        db.execute(sql, asked)


def forget(db: Database) -> None:
    """Drop the temporary tables, if there are any."""
    for name in _TABLES:
        db.execute(f"DROP TABLE IF EXISTS temp.{name}")
