"""The athletes that the sessions belong to: added, renamed, merged and deleted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from sensing.core.athlete_names import name_key
from sensing.core.errors import StoreError, UsageError
from sensing.store.database.connection import rows
from sensing.store.database.recording_files import recording_file
from sensing.store.read.athletes import Roster, find_athlete
from sensing.store.write.athlete_rows import counts_of, delete_rows, move_rows
from sensing.store.write.upkeep import athlete_id, checked_name
from sensing.store.write.writing import update

ME = "me"
"""Name of the athlete a session belongs to unless another is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedAthlete:
    """The outcome of merging two athletes.

    Attributes:
        moved: rows by table that belonged to the one who is gone.
        left: those of them left out, because an athlete can have only one.
        other_mass_kg: body mass left out, for the other's stays; None if they do not differ.
    """

    moved: dict[str, int]
    left: dict[str, int]
    other_mass_kg: float | None


class Athletes(Roster):
    """The part of a store that keeps athletes.

    A name means an athlete whatever its case, accents and spaces.
    """

    def add_athlete(self, name: str, *, body_mass_kg: float | None = None) -> None:
        """Add an athlete; one who exists already keeps what is known.

        Raises:
            UsageError: the name is empty, or the body mass is not possible.
        """
        _check_mass(body_mass_kg)
        with self._writing() as db:
            key = athlete_id(db, name)
            if body_mass_kg is not None:
                update(db, "athlete", key, {"body_mass_kg": body_mass_kg})

    def rename_athlete(self, old: str, new: str) -> None:
        """Rename an athlete.

        Raises:
            UsageError: the new name is empty or another athlete's.
            StoreError: there is no athlete of the old name.
        """
        new = checked_name(new)
        with self._writing() as db:
            key = self._athlete(old)
            other = find_athlete(db, new)
            if other not in (None, key):
                raise UsageError(
                    f"there is a {_name(db, other)!r} already",
                    remedy="give another name; `anklet athletes merge` joins two athletes",
                )
            _forget_spellings(db, new)
            update(db, "athlete", key, {"name": new})

    def merge_athletes(self, name: str, into: str) -> MergedAthlete:
        """Make two athletes one: all of the first becomes the second's.

        The first name is remembered as another spelling, so that a recording made under it, or a
        database that still has it, means the same person.

        Raises:
            UsageError: they are the same.
            StoreError: there is no athlete of one of the names.
        """
        with self._writing() as db:
            gone, key = self._athlete(name), self._athlete(into)
            if gone == key:
                raise UsageError(
                    f"{name!r} and {into!r} are the same athlete", remedy="name two athletes"
                )
            was, stays = (
                rows(db, "SELECT * FROM athlete WHERE id = ?", [each])[0] for each in (gone, key)
            )
            moved = counts_of(db, gone)
            left = move_rows(db, gone, key)
            db.execute("DELETE FROM athlete WHERE id = ?", [gone])
            mass, other = stays["body_mass_kg"], was["body_mass_kg"]
            default = max(was["is_default"], stays["is_default"])
            update(
                db,
                "athlete",
                key,
                {"body_mass_kg": other if mass is None else mass, "is_default": default},
            )
            if name_key(was["name"]) != name_key(stays["name"]):
                db.execute(
                    "INSERT OR REPLACE INTO athlete_spelling (name, athlete_id) VALUES (?, ?)",
                    [was["name"], key],
                )
        differs = None not in (mass, other) and mass != other
        return MergedAthlete(moved=moved, left=left, other_mass_kg=other if differs else None)

    def delete_athlete(self, name: str) -> None:
        """Delete an athlete and all that belongs to them; recordings' files are not touched.

        The SHA-256 of their recordings is remembered, so that nothing imports them again unasked.

        Raises:
            StoreError: there is no athlete of this name.
        """
        with self._writing() as db:
            key = self._athlete(name)
            db.execute(
                "INSERT OR IGNORE INTO deleted SELECT sha256 FROM recording"
                " JOIN session ON session.id = session_id WHERE athlete_id = ?",
                [key],
            )
            delete_rows(db, key)

    def athlete_content(self, name: str) -> dict[str, int]:
        """How many rows of each table belong to an athlete.

        Raises:
            StoreError: there is no athlete of this name.
        """
        with self._reading() as db:
            return counts_of(db, self._athlete(name))

    def recordings_of(self, name: str) -> list[tuple[Path, str]]:
        """Files of an athlete's recordings, there or not, and their SHA-256.

        Raises:
            StoreError: there is no athlete of this name.
        """
        with self._reading() as db:
            found = db.execute(
                "SELECT path, sha256 FROM recording JOIN session ON session.id = session_id"
                " WHERE athlete_id = ? ORDER BY recording.id",
                [self._athlete(name)],
            ).fetchall()
        return [(recording_file(path, self.place), sha256) for path, sha256 in found]

    def set_default_athlete(self, name: str | None) -> None:
        """Let an athlete be meant where none is named; None: nobody.

        Raises:
            StoreError: there is no athlete of this name.
        """
        with self._writing() as db:
            key = None if name is None else self._athlete(name)
            db.execute("UPDATE athlete SET is_default = 0 WHERE is_default")
            if key is not None:
                update(db, "athlete", key, {"is_default": 1})

    def set_body_mass(self, name: str, body_mass_kg: float | None) -> None:
        """Set an athlete's body mass, kg; None removes it.

        Raises:
            UsageError: it is not possible.
            StoreError: there is no athlete of this name.
        """
        _check_mass(body_mass_kg)
        with self._writing() as db:
            update(db, "athlete", self._athlete(name), {"body_mass_kg": body_mass_kg})

    def _athlete(self, name: str) -> int:
        key = find_athlete(self._db, name)
        if key is None:
            names = [each.name for each in self.athletes()]
            there = f"there is {', '.join(names)}" if names else "there is nobody yet"
            raise StoreError(f"there is nobody called {name!r}", remedy=there)
        return key


def _name(db: Database, key: int | None) -> str:
    row = db.execute("SELECT name FROM athlete WHERE id = ?", [key]).fetchone()
    return str(row[0])


def _forget_spellings(db: Database, name: str) -> None:
    """A name that is an athlete's own is no longer another spelling."""
    spelt = db.execute("SELECT name FROM athlete_spelling").fetchall()
    for (each,) in spelt:
        if name_key(each) == name_key(name):
            db.execute("DELETE FROM athlete_spelling WHERE name = ?", [each])


def _check_mass(body_mass_kg: float | None) -> None:
    if body_mass_kg is not None and not (math.isfinite(body_mass_kg) and body_mass_kg > 0):
        raise UsageError(f"a body mass of {body_mass_kg:g} kg makes no sense")
