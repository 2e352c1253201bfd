"""The athletes that the sessions belong to."""

from __future__ import annotations

import math

from sensing.core.errors import StoreError, UsageError
from sensing.store.database.connection import Connection, first, rows
from sensing.store.values.rows import Athlete
from sensing.store.write.upkeep import athlete_id
from sensing.store.write.writing import update

ME = "me"
"""Name of the athlete a session belongs to unless another is given."""


class Athletes(Connection):
    """The part of a store that keeps athletes."""

    def athletes(self) -> list[Athlete]:
        """All athletes, by name."""
        with self._reading() as db:
            found = rows(
                db,
                "SELECT name, body_mass_kg, (SELECT count(*) FROM session"
                " WHERE athlete_id = athlete.id) AS sessions FROM athlete ORDER BY name",
                [],
            )
            return [Athlete(**row) for row in found]

    def add_athlete(self, name: str, *, body_mass_kg: float | None = None) -> None:
        """Add an athlete; one who exists already keeps what is known.

        Raises:
            UsageError: the name is empty, or the body mass is not possible.
        """
        _check_name(name)
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
        _check_name(new)
        with self._writing() as db:
            key = self._athlete(old)
            if new != old and first(db, "SELECT id FROM athlete WHERE name = ?", new):
                raise UsageError(f"there is a {new!r} already", remedy="give another name")
            update(db, "athlete", key, {"name": new})

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
        row = first(self._db, "SELECT id FROM athlete WHERE name = ?", name)
        if row is None:
            names = [each["name"] for each in rows(self._db, "SELECT name FROM athlete", [])]
            there = f"there is {', '.join(sorted(names))}" if names else "there is nobody yet"
            raise StoreError(f"there is nobody called {name!r}", remedy=there)
        return row["id"]


def _check_name(name: str) -> None:
    if not name.strip():
        raise UsageError("an athlete needs a name")


def _check_mass(body_mass_kg: float | None) -> None:
    if body_mass_kg is not None and not (math.isfinite(body_mass_kg) and body_mass_kg > 0):
        raise UsageError(f"a body mass of {body_mass_kg:g} kg makes no sense")
