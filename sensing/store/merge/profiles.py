"""Merge calibrations, with all their versions.

Two profiles are the same if name, text and scope are, whatever their version numbers. Where two
different texts have the same name and version, the versions of that name are renumbered in the
order they were made, so that the newest is the newest in both databases; results keep pointing at
the text they were made with.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlite_utils import Database

from sensing.store.database.connection import rows
from sensing.store.merge.rows import bring, next_id, put

_AWAY = 1_000_000_000
_OURS = "SELECT profile.*, athlete_id AS athlete FROM main.profile ORDER BY id"
_THEIRS = """
SELECT profile.*, ours AS athlete FROM other.profile
LEFT JOIN temp.map_athlete ON theirs = athlete_id ORDER BY profile.id
"""
# The athlete by the id here: the same one may be spelt differently there.
_IDENTITY = ("name", "sha256", "athlete", "exercise", "side", "placement", "sensor")


def merge_profiles(db: Database) -> tuple[int, list[str]]:
    """Merge profiles; returns how many are new, and which versions got another number."""
    here = rows(db, _OURS, [])
    there = rows(db, _THEIRS, [])
    known = _pair(here, there)
    fresh = [row for row in there if row["id"] not in known]
    notes = _make_room(db, here, fresh)
    first = next_id(db, "profile")
    put(db, "profile", ((theirs, ours["id"], False) for theirs, ours in known.items()))
    put(db, "profile", ((row["id"], first + n, True) for n, row in enumerate(fresh)))
    bring(db, "profile", "id", version=f"t.version + {_AWAY}")
    for n, row in enumerate(fresh):
        db.execute("UPDATE main.profile SET version = ? WHERE id = ?", [row["version"], first + n])
    for row in there:
        if row["id"] in known:
            _agree(db, known[row["id"]], row)
    _one_default(db)
    return len(fresh), notes


def _identity(row: Any) -> tuple[object, ...]:
    return tuple(row[name] for name in _IDENTITY)


def _pair(here: list[Any], there: list[Any]) -> dict[int, Any]:
    """Their id to our row, one to one; first where the version is the same too."""
    left = defaultdict(list)
    for row in here:
        left[_identity(row)].append(row)
    known: dict[int, Any] = {}
    for exactly in (True, False):
        for row in there:
            if row["id"] in known:
                continue
            candidates = left[_identity(row)]
            for ours in candidates:
                if not exactly or ours["version"] == row["version"]:
                    known[row["id"]] = ours
                    candidates.remove(ours)
                    break
    return known


def _make_room(db: Database, here: list[Any], fresh: list[Any]) -> list[str]:
    """Renumber the versions of names that clash: ours in the database, theirs in ``fresh``."""
    taken = {(row["name"], row["version"]) for row in here}
    clashing = {row["name"] for row in fresh if (row["name"], row["version"]) in taken}
    notes = []
    for name in sorted(clashing):
        ours = [row for row in here if row["name"] == name]
        new = [row for row in fresh if row["name"] == name]
        last = 0
        for row in sorted(
            ours + new, key=lambda each: (each["created_utc"], each["version"], each["sha256"])
        ):
            before, row["version"] = row["version"], max(last + 1, row["version"])
            last = row["version"]
            if before != last:
                whose = "here" if row in ours else "there"
                notes.append(
                    f"profile {name!r}: version {before} {whose} is version {last} now, for the"
                    " other database has another version of that number"
                )
        for away in (_AWAY, 0):
            db.conn.executemany(
                "UPDATE main.profile SET version = ? WHERE id = ?",
                [(row["version"] + away, row["id"]) for row in ours],
            )
    return notes


def _agree(db: Database, ours: Any, theirs: Any) -> None:
    """Merge a profile that both have: the earlier date; retired or default if either is."""
    retired = [row["retired_utc"] for row in (ours, theirs) if row["retired_utc"] is not None]
    db.execute(
        "UPDATE main.profile SET created_utc = ?, retired_utc = ?, is_default = ? WHERE id = ?",
        [
            min(ours["created_utc"], theirs["created_utc"]),
            min(retired, default=None),
            max(ours["is_default"], theirs["is_default"]),
            ours["id"],
        ],
    )


def _one_default(db: Database) -> None:
    """Of several defaults of one scope keep the newest; a retired profile is no default."""
    db.execute(
        """
        UPDATE main.profile SET is_default = 0
        WHERE is_default AND (retired_utc IS NOT NULL OR id IN (
            SELECT id FROM (
                SELECT id, row_number() OVER (
                    PARTITION BY athlete_id, exercise, side, placement, sensor
                    ORDER BY created_utc DESC, name, version DESC) AS place
                FROM main.profile WHERE is_default AND retired_utc IS NULL)
            WHERE place > 1))
        """
    )
