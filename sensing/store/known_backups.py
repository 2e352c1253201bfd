"""Backups of a database that are known of, and who is still in them.

Known are those that Anklet wrote, and every database of Anklet's in the folder of this one. A copy
made by other means and kept elsewhere is not.
"""

from __future__ import annotations

import sqlite3
import urllib.parse
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sensing.core.athlete_names import name_key
from sensing.core.errors import StoreError
from sensing.store.backup import BackingUp, Backup
from sensing.store.database.connection import Connection
from sensing.store.read.athletes import find_athlete
from sensing.store.write.writing import utc_text

_SQLITE = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBackup:
    """A backup that holds an athlete, or may do so because it can't be read now."""

    path: Path
    readable: bool


class KnownBackups(Connection):
    """A store as far as it knows its backups."""

    def back_up_and_remember(
        self, target: Path, *, now_utc: datetime, force: bool = False
    ) -> Backup:
        """Make a backup, and remember where it is.

        Raises:
            UsageError, StoreError: as :meth:`BackingUp.back_up`.
        """
        made = BackingUp.of(self).back_up(target, force=force)
        with suppress(StoreError), self._writing() as db:  # a database may be read-only
            db.execute(
                "INSERT OR REPLACE INTO backup (path, made_utc) VALUES (?, ?)",
                [_text(target.absolute()), utc_text(now_utc)],
            )
        return made

    def backups_with(self, name: str) -> list[KnownBackup]:
        """Backups that hold this athlete, under whatever name, or that can't be read.

        They are recognised by their names, by their recordings and by what was logged.

        Raises:
            StoreError: there is no athlete of this name.
        """
        with self._reading() as db:
            wanted = _Traces.of(db.conn, find_athlete(db, name))
            remembered = [Path(path) for (path,) in db.execute("SELECT path FROM backup")]
        beside = [each for each in _files(self.place.parent) if each not in remembered]
        found = []
        for path in sorted([*remembered, *beside]):
            if _is_same(path, self.place):
                continue
            there = _traces_in(path)
            if there is None and path in remembered:
                found.append(KnownBackup(path=path, readable=False))
            elif there is not None and wanted.meets(there):
                found.append(KnownBackup(path=path, readable=True))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Traces:
    """By what athletes are recognised: keys of their names, recordings, logged work."""

    keys: frozenset[str]
    recordings: frozenset[str]
    logged: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, db: sqlite3.Connection, athlete: int | None) -> _Traces:
        """Those of one athlete; None: of all."""

        def asked(sql: str) -> list[Any]:
            try:
                return db.execute(sql, {"athlete": athlete}).fetchall()
            except sqlite3.OperationalError:
                return []  # an older database has no such table

        own = "WHERE :athlete IS NULL OR"
        names = [
            *asked(f"SELECT name FROM athlete {own} id = :athlete"),  # noqa: S608 - our own
            *asked(f"SELECT name FROM athlete_spelling {own} athlete_id = :athlete"),  # noqa: S608
        ]
        recordings = asked(
            "SELECT sha256 FROM recording JOIN session ON session.id = session_id"  # noqa: S608
            f" {own} athlete_id = :athlete"
        )
        logged = asked(f"SELECT made_utc, exercise FROM logged {own} athlete_id = :athlete")  # noqa: S608
        return cls(
            keys=frozenset(name_key(each) for (each,) in names),
            recordings=frozenset(each for (each,) in recordings),
            logged=frozenset(logged),
        )

    def meets(self, other: _Traces) -> bool:
        """Whether anything is in both."""
        return bool(
            self.keys & other.keys
            or self.recordings & other.recordings
            or self.logged & other.logged
        )


def _text(path: Path) -> str:
    return str(path).encode("utf-8", "backslashreplace").decode()


def _files(folder: Path) -> list[Path]:
    try:
        return [each for each in folder.iterdir() if _is_sqlite(each)]
    except OSError:
        return []


def _is_sqlite(path: Path) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False


def _is_same(path: Path, place: Path) -> bool:
    with suppress(OSError):
        return path.samefile(place)
    return False


def _traces_in(path: Path) -> _Traces | None:
    """Who is in another database, which is not changed; None if it can't be read."""
    if not _is_sqlite(path):
        return None
    used = path.with_name(path.name + "-wal").exists()
    uri = f"file:{urllib.parse.quote(str(path))}?mode=ro{'' if used else '&immutable=1'}"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as db:
            db.execute("SELECT name FROM athlete LIMIT 1")
            return _Traces.of(db, None)
    except sqlite3.Error:
        return None
