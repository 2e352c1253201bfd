"""The SQL of the ninth schema: recordings by a path relative to the database, and their sizes.

A database whose folder is moved then still finds them. A path that is not below the folder stays as
it is; so does every path of a copy that lies elsewhere, such as one that is about to be merged.
"""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database

from sensing.files.portable_path import is_absolute, portable_path

TABLES = """
ALTER TABLE recording ADD COLUMN size_bytes INTEGER CHECK (size_bytes >= 0); -- NULL: not known
"""


def make_paths_relative(db: Database) -> None:
    """Make the path of every recording below the database's folder relative to that."""
    folder = _folder(db)
    if folder is None:
        return
    for key, path in db.execute("SELECT id, path FROM recording").fetchall():
        if not Path(path).is_absolute():
            continue  # of another system
        relative = portable_path(Path(path), folder)
        if not is_absolute(relative):
            db.execute("UPDATE recording SET path = ? WHERE id = ?", [relative, key])


def _folder(db: Database) -> Path | None:
    """Where the database's file is; None if it has none."""
    for _, name, file in db.execute("PRAGMA database_list").fetchall():
        if name == "main" and file:
            return Path(file).parent
    return None
