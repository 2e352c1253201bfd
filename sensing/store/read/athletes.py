"""Who is in the database: all athletes, and the one whom a name means."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlite_utils import Database

from sensing.core.athlete_names import name_key, natural_key
from sensing.core.errors import UsageError
from sensing.store.database.connection import Connection, first, rows
from sensing.store.values.rows import Athlete

_ATHLETES = """
SELECT athlete.id, name, body_mass_kg, is_default,
       (SELECT count(*) FROM session WHERE athlete_id = athlete.id) AS sessions,
       (SELECT count(*) FROM logged WHERE athlete_id = athlete.id) AS logged,
       nullif(max(coalesce((SELECT max(day) FROM session WHERE athlete_id = athlete.id), ''),
                  coalesce((SELECT max(day) FROM logged WHERE athlete_id = athlete.id), '')), '')
       AS last_day
FROM athlete
"""


def find_athlete(db: Database, name: str) -> int | None:
    """Id of the athlete of this name; None if there is none.

    The very name wins. Otherwise case, accents and spaces don't matter, and a spelling that was
    kept when two athletes were merged means the one that is left.

    Raises:
        UsageError: several names match, and none is the very one.
    """
    exact = first(db, "SELECT id FROM athlete WHERE name = ?", name)
    if exact is not None:
        return exact["id"]
    key = name_key(name)
    named = "SELECT id, name FROM athlete ORDER BY id"
    matching = {each: other for each, other in db.execute(named) if name_key(other) == key}
    if not matching:
        spelt = "SELECT athlete_id, name FROM athlete_spelling"
        matching = {each: other for each, other in db.execute(spelt) if name_key(other) == key}
    if len(matching) > 1:
        there = " and ".join(repr(each) for each in matching.values())
        raise UsageError(
            f"{name!r} can mean {there}",
            remedy="give the name exactly, or join them with `anklet athletes merge`",
        )
    return next(iter(matching), None)


class Roster(Connection):
    """A store as far as it says who is in it."""

    def athletes(self) -> list[Athlete]:
        """All athletes, by name; numbers in names are sorted as numbers."""
        with self._reading() as db:
            spellings = defaultdict(list)
            for name, key in db.execute("SELECT name, athlete_id FROM athlete_spelling"):
                spellings[key].append(name)
            found = [
                Athlete(
                    name=row["name"],
                    body_mass_kg=row["body_mass_kg"],
                    sessions=row["sessions"],
                    logged=row["logged"],
                    last_day=row["last_day"] and date.fromisoformat(row["last_day"]),
                    is_default=bool(row["is_default"]),
                    spellings=tuple(sorted(spellings[row["id"]])),
                )
                for row in rows(db, _ATHLETES, [])
            ]
        return sorted(found, key=lambda each: natural_key(each.name))

    def athlete_named(self, name: str) -> str | None:
        """The stored name of the athlete whom a name means; None if there is none.

        Raises:
            UsageError: it can mean several.
        """
        with self._reading() as db:
            key = find_athlete(db, name)
            row = key and db.execute("SELECT name FROM athlete WHERE id = ?", [key]).fetchone()
        return str(row[0]) if row else None
