"""Where the file of a stored recording is, also after it or the database has been moved.

The path in the database is relative to the database's folder (:mod:`sensing.files.portable_path`).
If no file is there, it is looked for where it would be if

- the folder of recordings had been renamed together with the database, or copied from another
  machine: by its name in this database's own folders of recordings;
- the database had been moved before its paths were relative: in the database's folder, by the last
  parts of its path.

Whether a file found is the one that was recorded, only its SHA-256 can tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from sensing.files.portable_path import is_absolute, parts_of, path_of
from sensing.store.database.place import home, recordings_path, shared_recordings_path


def recording_file(written: str, place: Path) -> Path:
    """The file of a recording; where it should be, if it is nowhere.

    Args:
        written: its path in the database.
        place: of the database.
    """
    told = path_of(written, home(place))
    return next((each for each in _candidates(written, told, place) if is_file(each)), told)


def is_file(path: Path) -> bool:
    """Whether there is a file; False too where nobody can tell, such as on a drive that is gone."""
    with suppress(OSError, ValueError):
        return path.is_file()
    return False


def _candidates(written: str, told: Path, place: Path) -> Iterator[Path]:
    yield told
    parts = parts_of(written) or (told.name,)
    yield recordings_path(place) / parts[-1]
    yield shared_recordings_path(place) / parts[-1]
    if is_absolute(written):
        for n in range(1, len(parts)):
            yield home(place).joinpath(*parts[n:])
