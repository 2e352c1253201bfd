"""Is the database well? Asked without making one, and without changing a row."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sensing.core.errors import StoreError
from sensing.store.database.failures import explained
from sensing.store.database.opening import open_database

_PATIENCE_MS = 1000
"""Somebody who asks how it is doesn't wait long for another program's writing."""

_MOST_TOLD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a database is.

    Attributes:
        there: False if there is none yet.
        sessions: how many are in it.
        newest_utc: when the newest recording in it began, as stored; None if there is none.
        size_bytes: of the file.
    """

    there: bool
    sessions: int
    newest_utc: str | None
    size_bytes: int


def examine(place: Path) -> Health:
    """Check a database: that it can be opened and written, and that SQLite finds nothing broken.

    An older Anklet's database is brought up to date, as by every other opening.

    Raises:
        StoreError: it isn't well; says what is wrong and what to do.
    """
    there = place.exists()
    db = open_database(place, create=False)
    try:
        with explained(place):
            db.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
            broken = [
                str(row[0])
                for row in db.execute(f"PRAGMA quick_check({_MOST_TOLD})").fetchall()
                if row[0] != "ok"
            ]
            if broken or db.execute("PRAGMA foreign_key_check").fetchone():
                raise StoreError(
                    f"the database is damaged ({'; '.join(broken) or 'rows refer to nothing'})",
                    where=str(place),
                    remedy="look for a copy of it; recordings can be imported again with `anklet"
                    " recover` and another place given with --db",
                )
            if there:
                db.execute("BEGIN IMMEDIATE")  # can it be written?
                db.rollback()
            (sessions,) = db.execute("SELECT count(*) FROM session").fetchone()
            (newest,) = db.execute("SELECT max(started_utc) FROM recording").fetchone()
    except sqlite3.Error as error:
        raise StoreError(f"the database fails: {error}", where=str(place)) from error
    finally:
        db.close()
    return Health(
        there=there,
        sessions=int(sessions),
        newest_utc=newest,
        size_bytes=place.stat().st_size if there else 0,
    )
