"""Athletes, sensors and logged work of another database, brought into this one."""

from __future__ import annotations

from collections import Counter
from itertools import chain, repeat

from sqlite_utils import Database

from sensing.store.database.connection import rows
from sensing.store.merge.rows import columns, next_id, put


def merge_athletes(db: Database) -> tuple[int, list[str]]:
    """Bring in people, by name; gives how many are new, and whose body mass is told differently.

    A body mass known here stays. No time is kept with it, so neither can be called the newer.
    """
    here = {row["name"]: row for row in rows(db, "SELECT * FROM main.athlete", [])}
    names = [name for name in columns(db, "athlete") if name != "id"]
    new = 0
    differing = []
    for row in rows(db, "SELECT * FROM other.athlete ORDER BY id", []):
        known = here.get(row["name"])
        if known is None:
            key = next_id(db, "athlete")
            values = {"id": key, **{name: row[name] for name in names}}
            db.table("athlete").insert(values)
            new += 1
        else:
            key = known["id"]
            mass, other = known["body_mass_kg"], row["body_mass_kg"]
            if mass is None and other is not None:
                db.execute("UPDATE main.athlete SET body_mass_kg = ? WHERE id = ?", [other, key])
            elif other is not None and other != mass:
                differing.append(
                    f"{row['name']} weighs {mass:g} kg here and {other:g} kg there; {mass:g} stays"
                )
        put(db, "athlete", [(row["id"], key, known is None)])
    return new, differing


def merge_logged(db: Database) -> int:
    """Bring in work logged by hand that isn't here; gives how much.

    Two entries are the same if all their values are, and the second in which they were logged. What
    was logged twice is there twice.
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


def merge_sensors(db: Database) -> int:
    """Bring in sensors, by address; gives how many are new. Of one in both, the newer entry."""
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
    """Remember what was deleted there too, but for what is here."""
    db.execute(
        "INSERT OR IGNORE INTO main.deleted SELECT sha256 FROM other.deleted"
        " WHERE sha256 NOT IN (SELECT sha256 FROM main.recording)"
    )
