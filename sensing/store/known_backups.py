"""Backups of a database that are known of, and who is still in them.

Known are those that Anklet wrote, and every database of Anklet's in the folder of this one. A copy
made by other means and kept elsewhere is not.
"""

from __future__ import annotations

import sqlite3
import urllib.parse
from collections.abc import Collection
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sensing.core.athlete_names import name_key
from sensing.core.errors import StoreError
from sensing.store.backup import BackingUp, Backup
from sensing.store.database.connection import Connection
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

    def backups_with(self, names: Collection[str]) -> list[KnownBackup]:
        """Backups that hold an athlete of one of these names, or that can't be read."""
        with self._reading() as db:
            remembered = [Path(path) for (path,) in db.execute("SELECT path FROM backup")]
        beside = [each for each in _files(self.place.parent) if each not in remembered]
        keys = {name_key(each) for each in names}
        found = []
        for path in sorted([*remembered, *beside]):
            if _is_same(path, self.place):
                continue
            there = _names_in(path)
            if there is None and path in remembered:
                found.append(KnownBackup(path=path, readable=False))
            elif there is not None and keys & {name_key(each) for each in there}:
                found.append(KnownBackup(path=path, readable=True))
        return found


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


def _names_in(path: Path) -> list[str] | None:
    """Names of the athletes of a database, which is not changed; None if it can't be read."""
    if not _is_sqlite(path):
        return None
    used = path.with_name(path.name + "-wal").exists()
    uri = f"file:{urllib.parse.quote(str(path))}?mode=ro{'' if used else '&immutable=1'}"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as db:
            names = [str(name) for (name,) in db.execute("SELECT name FROM athlete")]
            with suppress(sqlite3.OperationalError):  # older ones have no such table
                names += [str(name) for (name,) in db.execute("SELECT name FROM athlete_spelling")]
            return names
    except sqlite3.Error:
        return None
