"""Merge athletes, sensors, logged work and plans."""

from __future__ import annotations

from collections import Counter
from itertools import chain, repeat
from typing import Any

from sqlite_utils import Database

from sensing.core.athlete_names import name_key
from sensing.core.errors import UsageError
from sensing.store.database.connection import rows
from sensing.store.merge.rows import columns, next_id, put
from sensing.store.read.athletes import find_athlete


def merge_athletes(db: Database) -> tuple[int, list[str]]:
    """Merge athletes by name; returns how many are new, and what differs.

    Spelling, body mass and default known here are kept: they have no date, so neither can be called
    the newer.
    """
    here = {row["id"]: row for row in rows(db, "SELECT * FROM main.athlete", [])}
    names = [name for name in columns(db, "athlete") if name != "id"]
    new = 0
    differing = []
    there = rows(db, "SELECT * FROM other.athlete ORDER BY id", [])
    same = _same_athletes(db, [row["name"] for row in there])
    for row in there:
        key = same.get(row["name"])
        fresh = key is None
        if key is None:
            key = next_id(db, "athlete")
            db.table("athlete").insert({name: row[name] for name in names} | _NEW | {"id": key})
            new += 1
        else:
            differing += _agree(db, here[key], row)
        put(db, "athlete", [(row["id"], key, fresh)])
    differing += _merge_spellings(db)
    return new, differing


_NEW = {"is_default": 0}
"""Whom this computer means by default is not brought from another."""


def _same_athletes(db: Database, names: list[str]) -> dict[str, int]:
    """The athlete here of each name there that means one; by the very name first.

    Of two names there that match one here, only the very one is taken for it: they are kept apart
    there, and a merge joins nobody.
    """
    exactly = dict(db.execute("SELECT name, id FROM main.athlete").fetchall())
    same = {name: exactly[name] for name in names if name in exactly}
    alike = Counter(name_key(name) for name in names)
    for name in names:
        if name not in same and alike[name_key(name)] == 1:
            try:
                key = find_athlete(db, name)
            except UsageError:  # several here match: none is more likely than another
                continue
            if key is not None:
                same[name] = key
    return same


def _agree(db: Database, ours: Any, theirs: Any) -> list[str]:
    """Complete an athlete that both have; says what differs."""
    notes = []
    if ours["name"] != theirs["name"]:
        notes.append(f"{theirs['name']} there is {ours['name']} here")
    mass, other = ours["body_mass_kg"], theirs["body_mass_kg"]
    if mass is None and other is not None:
        db.execute("UPDATE main.athlete SET body_mass_kg = ? WHERE id = ?", [other, ours["id"]])
    elif other is not None and other != mass:
        notes.append(
            f"{ours['name']} weighs {mass:g} kg here and {other:g} kg there; {mass:g} stays"
        )
    return notes


def _merge_spellings(db: Database) -> list[str]:
    """Add the other spellings known there, except those that name somebody here."""
    notes = []
    spelt = rows(
        db,
        "SELECT s.name, ours, athlete.name AS whose FROM other.athlete_spelling s"
        " JOIN temp.map_athlete ON theirs = athlete_id JOIN main.athlete ON athlete.id = ours"
        " ORDER BY s.name",
        [],
    )
    for row in spelt:
        known = _same_athletes(db, [row["name"]]).get(row["name"])
        if known is None:
            db.table("athlete_spelling").insert({"name": row["name"], "athlete_id": row["ours"]})
        elif known != row["ours"]:
            notes.append(
                f"{row['name']} is {row['whose']} there, but not here; `anklet athletes merge`"
                " joins them"
            )
    return notes


def merge_logged(db: Database) -> int:
    """Add logged work that is not here; returns how many rows.

    Two rows are the same if all their values are, the second of logging included. What was logged
    twice is kept twice.
    """
    names = [name for name in columns(db, "logged") if name not in ("id", "athlete_id")]
    listed = ", ".join(names)

    def content(schema: str, athlete: str) -> Counter[tuple[object, ...]]:
        found = db.execute(f"SELECT {athlete} AS athlete_id, {listed} FROM {schema}.logged l")  # noqa: S608
        return Counter(tuple(row) for row in found)

    there = content("other", "(SELECT ours FROM temp.map_athlete WHERE theirs = l.athlete_id)")
    missing = there - content("main", "l.athlete_id")
    order = sorted(missing.items(), key=lambda each: (str(each[0][-1]), repr(each[0])))
    db.conn.executemany(
        f"INSERT INTO main.logged (athlete_id, {listed})"  # noqa: S608 - our own names
        f" VALUES ({', '.join('?' * (len(names) + 1))})",
        chain.from_iterable(repeat(row, many) for row, many in order),
    )
    return missing.total()


def merge_plans(db: Database) -> tuple[int, list[str]]:
    """Add plans that are not here; returns how many, and whose plan changed by it.

    Two are the same if all their values are. The one taken last holds, wherever that was.
    """
    before = _newest_plans(db)
    added = db.execute(
        f"INSERT INTO main.plan ({_PLAN_COLUMNS}) {_PLANS_THERE}"  # noqa: S608 - our own names
        f" EXCEPT SELECT {_PLAN_COLUMNS} FROM main.plan ORDER BY taken_utc, from_day, toml"
    ).rowcount
    notes = [
        f"the plan of {whose} is now {name!r}, taken there on {taken[:10]}"
        for whose, (name, taken) in _newest_plans(db).items()
        if whose in before and before[whose] != (name, taken)
    ]
    return int(added), notes


_PLAN_COLUMNS = "athlete_id, name, from_day, toml, taken_utc"
_PLANS_THERE = """
SELECT (SELECT ours FROM temp.map_athlete WHERE theirs = t.athlete_id) AS athlete_id,
       name, from_day, toml, taken_utc
FROM other.plan t"""


def _newest_plans(db: Database) -> dict[str, tuple[str, str]]:
    """Name and time of the plan that was taken last, by whose it is."""
    found = rows(
        db,
        "SELECT coalesce(athlete.name, 'those without their own') AS whose, plan.name, taken_utc"
        " FROM main.plan LEFT JOIN main.athlete ON athlete.id = athlete_id"
        " ORDER BY taken_utc, from_day, toml",
        [],
    )
    return {row["whose"]: (row["name"], row["taken_utc"]) for row in found}


def merge_sensors(db: Database) -> int:
    """Merge sensors by address; returns how many are new. Of two, the one used last is kept."""
    here = {row["address"]: row for row in rows(db, "SELECT * FROM main.sensor", [])}
    names = [name for name in columns(db, "sensor") if name != "id"]
    new = 0
    for row in rows(db, "SELECT * FROM other.sensor ORDER BY id", []):
        known = here.get(row["address"])
        if known is None:
            db.table("sensor").insert({name: row[name] for name in names})
            new += 1
            continue
        both = sorted(
            (known, row), key=lambda each: (each["last_used_utc"], repr([each[n] for n in names]))
        )
        older, newer = both
        values = {name: older[name] if newer[name] is None else newer[name] for name in names}
        if any(values[name] != known[name] for name in names):
            db.table("sensor").update(known["id"], values)
    return new


def merge_deleted(db: Database) -> None:
    """Remember what was deleted there too, except for what is here."""
    db.execute(
        "INSERT OR IGNORE INTO main.deleted SELECT sha256 FROM other.deleted"
        " WHERE sha256 NOT IN (SELECT sha256 FROM main.recording)"
    )
