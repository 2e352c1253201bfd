"""Where the files of the recordings that were added are, seen from this database.

A file that is where the other database says stays there, and its path is written anew, relative to
this database's folder or absolute. One that is not keeps the path it had there: if it lay beside
that database, it is found once it is copied to the same place beside this one.
"""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database

from sensing.files.portable_path import is_absolute, portable_path
from sensing.store.database.place import home
from sensing.store.database.recording_files import is_file, recording_file


def place_files(db: Database, other: Path, own: Path) -> None:
    """Write the paths of added recordings anew.

    Args:
        db: with the map of recordings.
        other: the other database's file.
        own: this database's.
    """
    added = "SELECT id, path FROM main.recording JOIN temp.map_recording ON ours = id WHERE fresh"
    for key, path in db.execute(added).fetchall():
        file = recording_file(path, other.absolute())
        if is_file(file):
            seen = portable_path(file, home(own))
        elif is_absolute(path) and file.is_absolute():  # of an older version, which had no others
            seen = portable_path(file, home(other.absolute()))
        else:
            continue
        db.execute("UPDATE main.recording SET path = ? WHERE id = ?", [seen, key])
