"""Give rows of another database ids of this one, and copy them.

The other database is attached as ``other``. For each kind of row a temporary table ``map_…`` maps
its id there (``theirs``) to its id here (``ours``); ``fresh`` means that the row is not here yet.
:func:`bring` copies all fresh rows of a table in one statement, with every column of the schema and
with each reference mapped. A column that a later schema adds is therefore copied too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlite_utils import Database

REFERENCES: Mapping[str, Mapping[str, str]] = {
    "session": {"id": "session", "athlete_id": "athlete"},
    "recording": {"id": "recording", "session_id": "session"},
    "analysis": {"id": "analysis", "recording_id": "recording", "profile_id": "profile"},
    "bout": {"analysis_id": "analysis"},
    "exercise_set": {"id": "exercise_set", "analysis_id": "analysis"},
    "rep": {"set_id": "exercise_set"},
    "hop": {"set_id": "exercise_set"},
    "hold": {"set_id": "exercise_set"},
    "stand": {"set_id": "exercise_set"},
    "set_figure": {"set_id": "exercise_set"},
    "set_sd": {"set_id": "exercise_set"},
    "correction": {"id": "", "set_id": "exercise_set"},
    "profile": {"id": "profile", "athlete_id": "athlete"},
}
"""Columns that hold ids, and of which table; an id that nothing refers to is new."""

MAPS = ("athlete", "profile", "session", "recording", "analysis", "exercise_set")

Pair = tuple[int, int, bool]
"""Id there, id here, and whether it is fresh."""


def make_maps(db: Database) -> None:
    """Make the maps, empty."""
    drop_maps(db)
    for name in MAPS:
        db.execute(
            f"CREATE TEMP TABLE map_{name}"
            " (theirs INTEGER PRIMARY KEY, ours INTEGER NOT NULL, fresh INTEGER NOT NULL)"
        )


def drop_maps(db: Database) -> None:
    """Drop the maps, if there are any."""
    for name in MAPS:
        db.execute(f"DROP TABLE IF EXISTS temp.map_{name}")


def put(db: Database, name: str, pairs: Iterable[Pair]) -> None:
    """Put pairs of ids into a map."""
    db.conn.executemany(f"INSERT INTO temp.map_{name} VALUES (?, ?, ?)", pairs)  # noqa: S608


def next_id(db: Database, table: str) -> int:
    """The first id that no row has, or has ever had in a table that never reuses ids."""
    (last,) = db.execute(f"SELECT coalesce(max(id), 0) FROM main.{table}").fetchone()  # noqa: S608
    kept = db.execute("SELECT seq FROM main.sqlite_sequence WHERE name = ?", [table]).fetchone()
    return 1 + max(int(last), int(kept[0]) if kept else 0)


def columns(db: Database, table: str) -> list[str]:
    """Columns that are stored, not generated."""
    return [row[1] for row in db.execute(f"PRAGMA main.table_xinfo({table})") if row[6] == 0]


def bring(db: Database, table: str, by: str, **instead: str) -> int:
    """Copy the rows of a table whose column ``by`` is the id of something fresh; returns how many.

    ``instead`` is SQL for columns that are not copied as they are; ``t`` is the row there.
    """
    refers = REFERENCES[table]
    names = columns(db, table)

    def value(name: str) -> str:
        if name == by:
            return "m.ours"
        if name in instead:
            return instead[name]
        if name not in refers:
            return f"t.{name}"
        if not refers[name]:
            return "NULL"
        return f"(SELECT ours FROM temp.map_{refers[name]} WHERE theirs = t.{name})"  # noqa: S608

    sql = f"""
        INSERT INTO main.{table} ({", ".join(names)})
        SELECT {", ".join(map(value, names))}
        FROM temp.map_{refers[by]} m CROSS JOIN other.{table} t ON t.{by} = m.theirs
        WHERE m.fresh ORDER BY m.ours
    """  # noqa: S608 - our own names
    return int(db.execute(sql).rowcount)
