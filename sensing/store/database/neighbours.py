"""Other databases in a database's folder, and which recordings are theirs.

They matter where recordings of several databases lie in one folder, as earlier versions kept them:
one that is in none of the databases belongs to somebody, but its file does not say to whom.
"""

from __future__ import annotations

import sqlite3
import urllib.parse
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sensing.store.database.place import home

_MAGIC = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Another Anklet database in the same folder.

    Attributes:
        place: its file.
        known: SHA-256 of the recordings that are in it or were deleted from it.
        keys: keys of its sessions, which the headers of recordings made together share.
    """

    place: Path
    known: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()


def neighbours(place: Path) -> list[Neighbour]:
    """The other databases in the folder of the one at ``place``; none of them is written to.

    One that can't be read just now counts as one of which nothing is known.
    """
    try:
        files = sorted(each for each in home(place).iterdir() if _is_other(each, place))
    except OSError:
        return []
    found = (_read(file) for file in files)
    return [each for each in found if each is not None]


def _is_other(file: Path, place: Path) -> bool:
    try:
        if not file.is_file() or (place.exists() and file.samefile(place)):
            return False
        with file.open("rb") as opened:
            return opened.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


def _read(file: Path) -> Neighbour | None:
    """What is known of it; None if it is not a database of ours."""
    # A database that was closed has no log beside it; read as immutable, it does not get one.
    rest = "mode=ro" if file.with_name(file.name + "-wal").exists() else "mode=ro&immutable=1"
    uri = f"file:{urllib.parse.quote(str(file.absolute()))}?{rest}"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as db:
            tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
            if not {"recording", "exercise_set"} <= tables:
                return None
            known = _texts(db, "SELECT sha256 FROM recording")
            if "deleted" not in tables:  # the first schema, whose sessions have no key either
                return Neighbour(place=file, known=known)
            return Neighbour(
                place=file,
                known=known | _texts(db, "SELECT sha256 FROM deleted"),
                keys=_texts(db, "SELECT session_key FROM session WHERE session_key IS NOT NULL"),
            )
    except sqlite3.Error:
        return Neighbour(place=file)


def _texts(db: sqlite3.Connection, sql: str) -> frozenset[str]:
    return frozenset(text for (text,) in db.execute(sql))
