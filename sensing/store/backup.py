"""A copy of the whole database, made while others go on writing, and checked before it counts.

SQLite's online backup (sqlite.org/backup.html) copies the pages of one moment: the copy is made in
the same read transaction that the rows are counted in, so the copy must hold just as many. It is
then checked from end to end. The copy is one file, without the write-ahead log that a database in
use has beside it, so it can be carried about.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sensing.core.errors import StoreError, UsageError
from sensing.files.atomic_write import new_file
from sensing.store.database.connection import Connection
from sensing.store.database.failures import explained

_COUNTED = ("session", "recording", "exercise_set", "correction", "logged", "plan", "profile")
_BESIDE = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A backup that was made and found to be good.

    Attributes:
        counts: rows by table, of those a person thinks in.
        size_bytes: of the file.
    """

    counts: dict[str, int]
    size_bytes: int


class BackingUp(Connection):
    """A store as far as it makes copies of itself."""

    def back_up(self, target: Path, *, force: bool = False) -> Backup:
        """Copy the database into a file of its own.

        Args:
            target: the file; it is there whole and checked afterwards, or as it was.
            force: let it take the place of an older file.

        Raises:
            UsageError: the target is the database itself, or may not be written.
            StoreError: there is no database yet, or the copy isn't good.
        """
        if not self.place.exists():
            raise StoreError(
                "there is no database yet, so there is nothing to back up", where=str(self.place)
            )
        _refuse(self.place, target)
        with new_file(target, force=force) as made:
            with self._reading() as db:
                db.execute("BEGIN")
                try:
                    counts = _counts(db.conn)
                    _copy(db.conn, made, target)
                finally:
                    db.rollback()
            _check(made, target, counts)
            size_bytes = made.stat().st_size
        return Backup(counts=counts, size_bytes=size_bytes)


def _refuse(place: Path, target: Path) -> None:
    own = [place, *(place.with_name(place.name + ending) for ending in _BESIDE)]
    if target.absolute() in own or (target.exists() and target.samefile(place)):
        raise UsageError(
            "this is the database itself", where=str(target), remedy="name another file"
        )
    for ending in _BESIDE:
        # SQLite would take what lies there for a part of the new file, and spoil it.
        beside = target.with_name(target.name + ending)
        if beside.exists():
            raise UsageError(
                f"{beside.name} lies beside it: a database of this name is in use",
                where=str(target),
                remedy="name another file",
            )


def _copy(source: sqlite3.Connection, made: Path, target: Path) -> None:
    with explained(target), closing(sqlite3.connect(made)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


def _check(made: Path, target: Path, counts: dict[str, int]) -> None:
    with explained(target), closing(sqlite3.connect(made)) as copy:
        (found,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
        loose = copy.execute("PRAGMA foreign_key_check").fetchone()
        if found != "ok" or loose or _counts(copy) != counts:
            raise StoreError(
                f"the copy is not good ({found if found != 'ok' else 'rows are missing'}), so it"
                " was thrown away",
                where=str(target),
                remedy="`anklet doctor` looks at the database; check the disk",
            )


def _counts(db: sqlite3.Connection) -> dict[str, int]:
    return {
        name: int(db.execute(f"SELECT count(*) FROM {name}").fetchone()[0])  # noqa: S608
        for name in _COUNTED
    }
