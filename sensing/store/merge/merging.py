"""Merging: another machine's sessions brought into this database, each once.

The other database is visited in a private copy and attached. What is the same here and there is
found by what it says, never by its number: recordings by SHA-256, people and exercises by name,
profiles by their text. The rest is copied in whole tables. The parts are in
:mod:`sensing.store.merge`.

Three laws hold, and are tested: merging twice adds nothing; A into B and B into A end alike but for
ids and the files' places; and it is one transaction, so that whatever stops it leaves the database
as it was.

Nothing that is here is deleted by a merge. What was deleted here is not brought back; what was
deleted there and is here stays, and is said.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from sensing.store.database.connection import Connection, rows
from sensing.store.database.failures import explained
from sensing.store.merge.analyses import Analyses, Pairing
from sensing.store.merge.details import merge_told
from sensing.store.merge.other_database import visited
from sensing.store.merge.people import merge_athletes, merge_deleted, merge_logged, merge_sensors
from sensing.store.merge.profiles import merge_profiles
from sensing.store.merge.rows import bring, drop_maps, make_maps
from sensing.store.merge.sessions import Recordings, merge_recordings
from sensing.store.write.upkeep import renumber, retitle

MERGED = (
    *("athlete", "session", "recording", "analysis", "bout", "exercise_set", "rep", "hop", "hold"),
    *("set_figure", "correction", "profile", "logged", "sensor", "deleted"),
)
"""Every table a merge knows what to do with."""

_CURRENT = (
    """iif((SELECT fresh FROM temp.map_recording WHERE theirs = t.recording_id), t.current, 0)"""
)
# Which analysis of a recording in both is current is settled once all of them are here.


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What a merge came to.

    Attributes:
        brought: how many came in: ``sessions``, ``recordings``, ``analyses``, ``sets``,
            ``corrections``, ``logged``, ``profiles``, ``athletes``, ``sensors``.
        grown: sessions here that got recordings.
        changed: sessions here in which something else changed.
        known: recordings that were here already.
        refused: recordings deleted here, which stay away.
        kept: sessions here that were deleted there.
        notes: what differed between the two databases and how it was resolved, a line each.
    """

    brought: dict[str, int]
    grown: tuple[int, ...]
    changed: tuple[int, ...]
    known: int
    refused: int
    kept: tuple[int, ...]
    notes: tuple[str, ...]


class _UndoneError(Exception):
    """Ends a transaction that was only tried."""


class Merging(Connection):
    """A store that merges another database into its own."""

    def merge(self, other: Path, *, dry_run: bool = False) -> Merged:
        """Bring in what another database has and this one hasn't.

        Args:
            other: its file, which is left as it is.
            dry_run: only say what would come of it.

        Raises:
            UsageError: there is no such file, or it is this database.
            StoreError: it is no database of Anklet's, of a newer one, or damaged; or this one can't
                be written.
        """
        with visited(other, self.place) as copy:
            self._detach()
            with explained(self.place):
                self._db.execute("ATTACH DATABASE ? AS other", [str(copy)])
            try:
                with suppress(_UndoneError), self._writing() as db:
                    merged = _merge(db)
                    if dry_run:
                        raise _UndoneError
            finally:
                self._detach()
        return merged

    def _detach(self) -> None:
        # What was stopped half-way may still be reading from it, as long as its error is being
        # told; and most often it isn't attached.
        with suppress(sqlite3.OperationalError):
            self._db.execute("DETACH DATABASE other")


def _merge(db: Database) -> Merged:
    make_maps(db)
    athletes, notes = merge_athletes(db)
    profiles, clashes = merge_profiles(db)
    recordings = merge_recordings(db)
    told, told_notes = merge_told(db)
    pairing = Pairing(db, recordings.shared)
    pairing.place()
    brought = {
        "athletes": athletes,
        "profiles": profiles,
        "sessions": recordings.new_sessions,
        "recordings": recordings.new,
        "analyses": bring(db, "analysis", "id", current=_CURRENT),
        "sets": 0,
        "corrections": 0,
    }
    bring(db, "bout", "analysis_id")
    brought["sets"] = bring(db, "exercise_set", "id")
    for table in ("rep", "hop", "hold", "set_figure"):
        bring(db, table, "set_id")
    brought["corrections"] = bring(db, "correction", "set_id")
    pairing.settle()
    merge_deleted(db)
    brought["corrections"] += pairing.result.corrections
    brought["logged"] = merge_logged(db)
    brought["sensors"] = merge_sensors(db)
    changed = _sessions_of(db, pairing.result.changed | told)
    for session in sorted(recordings.touched | changed):
        renumber(db, session)
        retitle(db, session)
    notes += clashes + _located(db, recordings, pairing.result, told_notes)
    drop_maps(db)
    return Merged(
        brought=brought,
        grown=tuple(sorted(recordings.grown)),
        changed=tuple(sorted(changed)),
        known=len(recordings.shared),
        refused=recordings.refused,
        kept=tuple(recordings.kept),
        notes=tuple(notes),
    )


def _sessions_of(db: Database, recordings: set[int]) -> set[int]:
    found = dict(db.execute("SELECT id, session_id FROM main.recording").fetchall())
    return {found[key] for key in recordings}


def _located(
    db: Database,
    recordings: Recordings,
    analyses: Analyses,
    told: list[tuple[int, str]],
) -> list[str]:
    """Notes with the session they are about, by its number."""
    notes = [(session, "", text) for session, text in recordings.notes]
    for recording, text in [*told, *analyses.recording_notes]:
        (row,) = rows(db, "SELECT session_id, name FROM main.recording WHERE id = ?", [recording])
        notes.append((row["session_id"], f", {row['name']}", text))
    for set_id, text in analyses.set_notes:
        (row,) = rows(
            db,
            "SELECT session_id, n FROM main.exercise_set e JOIN main.analysis a ON a.id ="
            " analysis_id JOIN main.recording r ON r.id = recording_id WHERE e.id = ?",
            [set_id],
        )
        notes.append((row["session_id"], f", set {row['n']}", text))
    return [f"session {session}{where}: {text}" for session, where, text in sorted(notes)]
