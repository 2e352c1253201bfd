"""Merge recordings and sessions.

A recording is identified by the SHA-256 of its file. Two sessions are the same if they share a
recording, or the key in the headers of their recordings: the left leg recorded on one laptop, the
right on another. A recording whose session was deleted here is not restored.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from sensing.store.database.connection import rows
from sensing.store.merge.rows import bring, next_id, put
from sensing.store.write.athletes import ME

_OURS = """
SELECT session.*, athlete.name AS athlete FROM main.session
JOIN main.athlete ON athlete.id = athlete_id ORDER BY session.started_utc, session.id
"""
_THEIRS = """
SELECT session.*, athlete.name AS athlete FROM other.session
JOIN temp.map_athlete ON theirs = athlete_id JOIN main.athlete ON athlete.id = ours
ORDER BY session.started_utc, session.id
"""
# Names as they are here: the same athlete may be spelt differently there.


@dataclass(slots=True, kw_only=True)
class Recordings:
    """What the merge did to recordings and sessions.

    Attributes:
        shared: (id here, id there) of recordings in both.
        new: how many recordings were added.
        new_sessions: how many sessions were added.
        grown: our sessions to which recordings were added.
        touched: our sessions whose sets need new numbers, or a new title.
        refused: number of recordings deleted here, so not added.
        kept: our sessions that were deleted there.
        notes: what the reader should know, by session.
    """

    shared: list[tuple[int, int]] = field(default_factory=list)
    new: int = 0
    new_sessions: int = 0
    grown: set[int] = field(default_factory=set)
    touched: set[int] = field(default_factory=set)
    refused: int = 0
    kept: list[int] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)


def merge_recordings(db: Database) -> Recordings:
    """Add sessions and recordings that are not here, without their analyses."""
    result = Recordings()
    here = dict(db.execute("SELECT sha256, id FROM main.recording").fetchall())
    home = dict(db.execute("SELECT id, session_id FROM main.recording").fetchall())
    gone = {row[0] for row in db.execute("SELECT sha256 FROM main.deleted")}
    there = rows(
        db, "SELECT id, session_id, sha256 FROM other.recording ORDER BY session_id, id", []
    )
    coming: list[Any] = []
    shares: dict[int, set[int]] = defaultdict(set)  # their session to ours
    short: set[int] = set()  # their sessions of which something stays away
    for row in there:
        if row["sha256"] in here:
            ours = here[row["sha256"]]
            result.shared.append((ours, row["id"]))
            shares[row["session_id"]].add(home[ours])
        elif row["sha256"] in gone:
            result.refused += 1
            short.add(row["session_id"])
        else:
            coming.append(row)
    put(db, "recording", ((theirs, ours, False) for ours, theirs in result.shared))
    in_use = {row["session_id"] for row in coming} | set(shares)
    _place_sessions(db, in_use, shares, result)
    session_of = dict(db.execute("SELECT theirs, ours FROM temp.map_session").fetchall())
    fresh = {row[0] for row in db.execute("SELECT theirs FROM temp.map_session WHERE fresh")}
    for row in coming:
        if row["session_id"] not in fresh:
            result.grown.add(session_of[row["session_id"]])
        elif row["session_id"] in short:
            result.touched.add(session_of[row["session_id"]])
    result.touched |= result.grown
    coming.sort(key=lambda row: (session_of[row["session_id"]], row["id"]))
    first = next_id(db, "recording")
    put(db, "recording", ((row["id"], first + n, True) for n, row in enumerate(coming)))
    result.new = bring(db, "recording", "id")
    result.kept = [
        row[0]
        for row in db.execute(
            "SELECT DISTINCT session_id FROM main.recording"
            " WHERE sha256 IN (SELECT sha256 FROM other.deleted) ORDER BY session_id"
        )
    ]
    return result


def _place_sessions(
    db: Database, in_use: set[int], shares: dict[int, set[int]], result: Recordings
) -> None:
    """Map their sessions to ours where they are the same, and add the others."""
    theirs = [row for row in rows(db, _THEIRS, []) if row["id"] in in_use]
    ours = {row["id"]: row for row in rows(db, _OURS, [])}
    by_key = {row["session_key"]: row["id"] for row in ours.values() if row["session_key"]}
    groups = _Groups()
    alone = []
    for row in theirs:
        linked = shares.get(row["id"], set()) | (
            {by_key[row["session_key"]]} if row["session_key"] in by_key else set()
        )
        if linked:
            groups.join(row["id"], linked)
        else:
            alone.append(row)
    of_theirs = {row["id"]: row for row in theirs}
    for one in groups.found():
        members = sorted(one.ours, key=lambda key: (ours[key]["started_utc"], key))
        target = members[0]
        both = [ours[key] for key in members] + [of_theirs[key] for key in sorted(one.theirs)]
        put(db, "session", ((key, target, False) for key in one.theirs))
        _join(db, target, members[1:], both, result)
    first = next_id(db, "session")
    put(db, "session", ((row["id"], first + n, True) for n, row in enumerate(alone)))
    result.new_sessions = bring(db, "session", "id")


@dataclass(slots=True)
class _Group:
    ours: set[int]
    theirs: set[int]


class _Groups:
    """Sessions that are the same, here and there."""

    def __init__(self) -> None:
        self._of_ours: dict[int, _Group] = {}

    def join(self, theirs: int, ours: set[int]) -> None:
        merged = _Group(set(ours), {theirs})
        for key in ours:
            if known := self._of_ours.get(key):
                merged.ours |= known.ours
                merged.theirs |= known.theirs
        for key in merged.ours:
            self._of_ours[key] = merged

    def found(self) -> list[_Group]:
        return list({id(group): group for group in self._of_ours.values()}.values())


def _join(
    db: Database, target: int, others: list[int], both: list[Any], result: Recordings
) -> None:
    """Join several of our sessions into one, with the details of both databases."""
    for key in others:
        db.execute("UPDATE main.recording SET session_id = ? WHERE session_id = ?", [target, key])
        db.execute("DELETE FROM main.session WHERE id = ?", [key])
        result.notes.append((target, f"session {key} is part of it there, and now here too"))
        result.touched.add(target)
    started, day = min((row["started_utc"], row["day"]) for row in both)
    keys = [row["session_key"] for row in both if row["session_key"] is not None]
    values = {
        "started_utc": started,
        "day": day,
        "session_key": min(keys, default=None),
        "note": joined_notes([row["note"] for row in both]),
        "athlete_id": _athlete(db, target, both, result),
    }
    if any(both[0][name] != value for name, value in values.items()):
        db.table("session").update(target, values)
        result.touched.add(target)


def joined_notes(notes: list[str]) -> str:
    """All notes, each once, in an order that does not depend on which database they are from."""
    parts = {note: set(note.split("; ")) for note in notes if note}

    def is_part(note: str, other: str) -> bool:
        if parts[note] == parts[other]:
            return other < note
        return parts[note] < parts[other]

    kept = [note for note in parts if not any(is_part(note, other) for other in parts)]
    return "; ".join(sorted(kept))


def _athlete(db: Database, target: int, both: list[Any], result: Recordings) -> int:
    """The session's athlete: a name that was given is preferred to the default one."""
    names = sorted({row["athlete"] for row in both})
    if len(names) > 1:
        given = [name for name in names if name != ME]
        whose = given[0]
        if len(given) > 1 or both[0]["athlete"] != whose:
            both_names = " and ".join(names)
            result.notes.append((target, f"it is given as {both_names}'s; now it is {whose}'s"))
    else:
        whose = names[0]
    (key,) = db.execute("SELECT id FROM main.athlete WHERE name = ?", [whose]).fetchone()
    return int(key)
