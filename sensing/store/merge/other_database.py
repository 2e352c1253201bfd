"""A private copy of another database, in its newest state and with this version's schema.

The file itself is never written to, not even by SQLite. If no program has it open, its bytes are
copied, together with a write-ahead log that a crash may have left beside it; otherwise SQLite's
online backup reads it. Only the copy is opened as an Anklet database: checked for damage and
migrated.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import urllib.parse
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sensing.core.errors import StoreError, UsageError
from sensing.store.database import place as places
from sensing.store.database.failures import explained
from sensing.store.database.opening import open_database
from sensing.store.schema.dictionary import TABLES

_LEFT_BESIDE = ("-wal", "-journal")
_LOOK = "give the anklet.db of another machine, or a backup of it"


@contextmanager
def copied(other: Path, own: Path) -> Iterator[Path]:
    """A copy of another database, migrated to our schema; deleted after the block.

    Args:
        other: its file.
        own: the database it is merged into.

    Raises:
        UsageError: there is no such file, or it is ``own``.
        StoreError: it is not an Anklet database, or of a newer version, or damaged, or unreadable.
    """
    _refuse(other, own)
    with tempfile.TemporaryDirectory(prefix="anklet-") as folder:
        copy = Path(folder) / "other.db"
        try:
            with explained(other):
                _copy(other, copy)
            _examine(copy)
        except StoreError as error:
            raise StoreError(error.what, where=str(other), remedy=_LOOK) from error
        except OSError as error:
            what = error.strerror or str(error)
            raise StoreError(f"can't be copied to be read: {what}", where=str(other)) from error
        yield copy


def _refuse(other: Path, own: Path) -> None:
    if not other.exists():
        raise UsageError("there is no such file", where=str(other), remedy=_LOOK)
    places.refuse_other_than_file(other)
    if own.exists() and other.samefile(own):
        raise UsageError("this is the database itself", where=str(other), remedy=_LOOK)


def _copy(other: Path, copy: Path) -> None:
    if other.with_name(other.name + "-shm").exists():  # somebody has it open, or died with it open
        uri = f"file:{urllib.parse.quote(str(other.absolute()))}?mode=ro"
        with (
            closing(sqlite3.connect(uri, uri=True)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
        return
    shutil.copyfile(other, copy)
    for ending in _LEFT_BESIDE:
        beside = other.with_name(other.name + ending)
        if beside.exists():
            shutil.copyfile(beside, copy.with_name(copy.name + ending))


def _examine(copy: Path) -> None:
    if copy.stat().st_size == 0:
        raise StoreError("the file is empty")
    with explained(copy):
        db = open_database(copy, create=False)
        try:
            (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
            if found != "ok" or db.execute("PRAGMA foreign_key_check").fetchone():
                raise StoreError("the database is damaged")
            for table in TABLES.values():
                there = {row[1] for row in db.execute(f"PRAGMA table_xinfo({table.name})")}
                if missing := set(table.columns) - there:
                    raise StoreError(f"its table {table.name} lacks {min(missing)}")
        finally:
            db.close()
