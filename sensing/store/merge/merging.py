"""Merge the database of another machine into this one, without duplicates.

A private copy of the other database is attached. Rows that both have are recognised by content,
never by id: recordings by SHA-256, athletes and exercises by name, profiles by their text. All
other rows are copied, table by table.

Three rules hold and are tested: merging twice adds nothing; A into B and B into A give the same but
for ids and paths; and the merge is one transaction, so whatever stops it leaves the database as it
was.

A merge deletes nothing. Recordings deleted here are not restored; those deleted there but not here
are kept, and reported.
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
from sensing.store.merge.details import merge_details
from sensing.store.merge.files import place_files
from sensing.store.merge.other_database import copied
from sensing.store.merge.people import (
    merge_athletes,
    merge_deleted,
    merge_logged,
    merge_plans,
    merge_sensors,
)
from sensing.store.merge.profiles import merge_profiles
from sensing.store.merge.rows import bring, drop_maps, make_maps
from sensing.store.merge.sessions import Recordings, merge_recordings
from sensing.store.write.set_sds import settle
from sensing.store.write.upkeep import renumber, retitle

MERGED = (
    *("athlete", "session", "recording", "analysis", "bout", "exercise_set", "rep", "hop", "hold"),
    *("stand", "set_figure", "set_sd", "correction", "profile", "logged", "plan", "sensor"),
    "deleted",
    "athlete_spelling",
)
"""Every table that a merge handles."""

LEFT_ALONE = ("backup",)
"""Tables about files of one computer, which are not merged."""

_CURRENT = (
    """iif((SELECT fresh FROM temp.map_recording WHERE theirs = t.recording_id), t.current, 0)"""
)
# Of a recording that both have, the current analysis is chosen once all rows are copied.


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The outcome of a merge.

    Attributes:
        brought: how many were added: ``sessions``, ``recordings``, ``analyses``, ``sets``,
            ``corrections``, ``logged``, ``plans``, ``profiles``, ``athletes``, ``sensors``.
        grown: our sessions to which recordings were added.
        changed: our sessions in which something else changed.
        known: recordings we already had.
        refused: recordings deleted here, so not added again.
        kept: our sessions that were deleted there.
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
    """Rolls back a trial merge."""


class Merging(Connection):
    """A store that merges another database into itself."""

    def merge(self, other: Path, *, dry_run: bool = False) -> Merged:
        """Add what another database has and this one does not.

        Args:
            other: its file, which is not changed.
            dry_run: only report what would happen.

        Raises:
            UsageError: there is no such file, or it is this database.
            StoreError: it is no database of Anklet's, of a newer one, or damaged; or this one can't
                be written.
        """
        with copied(other, self.place) as copy:
            self._detach()
            with explained(self.place):
                self._db.execute("ATTACH DATABASE ? AS other", [str(copy)])
            try:
                with suppress(_UndoneError), self._writing() as db:
                    merged = _merge(db, other, self.place)
                    if dry_run:
                        raise _UndoneError
            finally:
                self._detach()
        return merged

    def _detach(self) -> None:
        # It is usually not attached; and a query that failed may still be reading from it while
        # its error is handled.
        with suppress(sqlite3.OperationalError):
            self._db.execute("DETACH DATABASE other")


def _merge(db: Database, other: Path, own: Path) -> Merged:
    make_maps(db)
    athletes, notes = merge_athletes(db)
    profiles, clashes = merge_profiles(db)
    recordings = merge_recordings(db)
    place_files(db, other, own)
    detailed, detail_notes = merge_details(db)
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
    for table in ("rep", "hop", "hold", "stand", "set_figure", "set_sd"):
        bring(db, table, "set_id")
    brought["corrections"] = bring(db, "correction", "set_id")
    pairing.settle()
    settle(db)
    merge_deleted(db)
    brought["corrections"] += pairing.result.corrections
    brought["logged"] = merge_logged(db)
    brought["plans"], plan_notes = merge_plans(db)
    brought["sensors"] = merge_sensors(db)
    changed = _sessions_of(db, pairing.result.changed | detailed)
    for session in sorted(recordings.touched | changed):
        renumber(db, session)
        retitle(db, session)
    notes += clashes + plan_notes + _located(db, recordings, pairing.result, detail_notes)
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
    details: list[tuple[int, str]],
) -> list[str]:
    """Notes, each beginning with the number of its session."""
    notes = [(session, "", text) for session, text in recordings.notes]
    for recording, text in [*details, *analyses.recording_notes]:
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
