"""Says in one line what SQLite met: locked, read-only, damaged, not a database, disk full.

SQLite's result codes are the interface here, not its English messages: the low byte of
``sqlite_errorcode`` is the primary code (sqlite.org/rescode.html). What isn't in the table is no
fault of a person or a disk but a bug in Anklet, and goes through as it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sensing.core.errors import StoreError

_COPY = "look for a copy of it, or give another place with --db"

_LINES: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_BUSY: (
        "another program is writing to the database",
        "close it, or try again in a moment",
    ),
    sqlite3.SQLITE_LOCKED: (
        "another program is writing to the database",
        "close it, or try again in a moment",
    ),
    sqlite3.SQLITE_READONLY: (
        "the database can only be read, not written",
        "give yourself the right to write to it and its directory, or choose another with --db",
    ),
    sqlite3.SQLITE_PERM: (
        "no permission to use the database",
        "give yourself the right to read and write it, or choose another with --db",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "the database can't be opened",
        "check the permissions of the file and its directory, or choose another with --db",
    ),
    sqlite3.SQLITE_CORRUPT: ("the database is damaged", _COPY),
    sqlite3.SQLITE_NOTADB: ("this is no SQLite database", "give the right file with --db"),
    sqlite3.SQLITE_FULL: (
        "the disk is full; nothing of this was stored",
        "make room and do it again",
    ),
    sqlite3.SQLITE_IOERR: (
        "the disk reports an error or is full; nothing of this was stored",
        "check the disk and do it again",
    ),
}


@contextmanager
def explained(place: Path) -> Iterator[None]:
    """Turn SQLite's errors inside the block into one clear line.

    Raises:
        StoreError: the database at ``place`` is locked, read-only, damaged, …
    """
    try:
        yield
    except sqlite3.Error as error:
        line = _LINES.get(primary_code(error))
        if line is None:
            raise
        raise StoreError(line[0], where=str(place), remedy=line[1]) from error


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's primary result code, or 0 for an error that Python itself raised."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
