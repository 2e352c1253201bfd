"""Open a database safely: the right file, the right schema, the right settings.

The order matters. The file is made by us first, so that its mode is ours; then its schema is looked
at, before anything is written, so that neither another program's database nor one of a newer Anklet
is touched; only then is it brought up to date, all steps in one transaction that holds the write
lock from its beginning, so that two Anklets started at once don't both build the tables.
"""

from __future__ import annotations

import sqlite3
import urllib.parse
from contextlib import suppress
from pathlib import Path

from sqlite_utils import Database

from sensing.core.errors import StoreError
from sensing.store.database import place as places
from sensing.store.database.failures import explained, primary_code
from sensing.store.schema.migrations import MIGRATIONS, STEPS

BUSY_TIMEOUT_S = 5.0
"""How long to wait for another program to finish writing; Anklet itself takes milliseconds."""

_OLDEST_SQLITE = (3, 37, 0)  # STRICT tables


def open_database(place: Path, *, create: bool) -> Database:
    """Open, check and bring up to date the database at ``place``.

    Args:
        create: make it if there is none; without, what is missing is read as empty.

    Raises:
        StoreError: it can't be opened, is damaged, is not ours or is of a newer Anklet.
    """
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        oldest = ".".join(map(str, _OLDEST_SQLITE))
        raise StoreError(
            f"this Python's SQLite is {sqlite3.sqlite_version}, and {oldest} or newer is needed",
            remedy="use a newer Python",
        )
    if not create and not _is_there(place):
        empty = _wrap(sqlite3.connect(":memory:"))
        MIGRATIONS.apply(empty)
        return empty
    places.prepare(place)
    with explained(place):
        db = _connect(place)
        try:
            _bring_up_to_date(db, place)
        except BaseException:
            db.close()
            raise
    places.narrow(place)
    return db


def _is_there(place: Path) -> bool:
    try:
        return place.exists() or not place.parent.is_dir()  # a missing directory is complained of
    except OSError as error:
        raise StoreError(f"can't be looked at: {error.strerror}", where=str(place)) from error


def _connect(place: Path) -> Database:
    try:
        return _wrap(sqlite3.connect(place, timeout=BUSY_TIMEOUT_S))
    except sqlite3.Error as error:
        left = place.with_name(place.name + "-wal")
        no_room = primary_code(error) in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
        if not no_room or left.exists():
            raise
    # In WAL mode even reading needs room for a -shm file; in a directory that can't be written
    # to there is none, but then nobody is writing to the database either.
    uri = f"file:{urllib.parse.quote(str(place))}?immutable=1"
    return _wrap(sqlite3.connect(uri, uri=True))


def _wrap(connection: sqlite3.Connection) -> Database:
    try:
        db = Database(connection, recursive_triggers=False, execute_plugins=False)
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA trusted_schema = OFF")  # the file may come from anywhere
        db.execute("PRAGMA secure_delete = ON")  # what the user deletes must be gone
        db.execute("SELECT count(*) FROM sqlite_master")  # SQLite opens no file before it must
    except BaseException:
        connection.close()
        raise
    return db


def _bring_up_to_date(db: Database, place: Path) -> None:
    _refuse_strangers(db, place)
    if MIGRATIONS.pending(db):
        db.execute("BEGIN IMMEDIATE")
        try:
            MIGRATIONS.apply(db)  # its own atomic() blocks nest as savepoints
        except BaseException:
            db.rollback()
            raise
        db.commit()
    if db.journal_mode != "wal":
        # Readers then don't wait for writers. A convenience: if another program has the database
        # open just now, or it can only be read, the next opening sees to it.
        with suppress(sqlite3.OperationalError):
            db.enable_wal()


def _refuse_strangers(db: Database, place: Path) -> None:
    applied = {migration.name for migration in MIGRATIONS.applied(db)}
    if not applied and db.table_names():
        raise StoreError(
            "this is a database of another program",
            where=str(place),
            remedy="give Anklet a file of its own with --db",
        )
    newer = sorted(applied - {step.__name__ for step in STEPS})
    if newer:
        raise StoreError(
            f"the database was written by a newer Anklet (it has {newer[0]!r})",
            where=str(place),
            remedy="install the newest Anklet, or choose another database with --db",
        )
