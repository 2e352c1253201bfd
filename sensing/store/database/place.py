"""Where the database is, and who may read it: training data is private.

The file is made with mode 0600 before SQLite sees it, and SQLite gives its ``-wal`` and ``-shm``
the mode of the file they belong to. A directory made here gets 0700. A database found with wider
permissions (copied from elsewhere, say) is narrowed again each time it is opened by its owner.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

import platformdirs

from sensing.core.errors import StoreError

ENVIRONMENT = "ANKLET_DB"
_RECORDINGS = ".recordings"
_BESIDE = ("", "-wal", "-shm", "-journal")


def database_path(asked: Path | None = None) -> Path:
    """Where the database is: as asked for, else as ``ANKLET_DB`` says, else the person's own.

    Args:
        asked: the path given by ``--db``, if any.
    """
    if asked is not None:
        return asked.absolute()
    named = os.environ.get(ENVIRONMENT)
    return Path(named).absolute() if named else _own()


def home(place: Path) -> Path:
    """The folder of a database: where its file really is, if ``place`` is a link to it."""
    return _file(place).parent


def recordings_path(place: Path) -> Path:
    """The folder that a database's live recordings are kept in: beside it, and of its name."""
    return _file(place).with_name(_file(place).name + _RECORDINGS)


def database_of(folder: Path) -> Path | None:
    """The database whose folder of recordings this is, by its name; None if it is none's."""
    if folder.name.endswith(_RECORDINGS):
        place = folder.with_name(folder.name.removesuffix(_RECORDINGS))
        if place.is_file():
            return place
    return None


def shared_recordings_path(place: Path) -> Path:
    """Where earlier versions kept the recordings of every database in the folder."""
    return home(place) / "recordings"


def _file(place: Path) -> Path:
    return place.resolve() if place.is_symlink() else place


def _own() -> Path:
    return platformdirs.user_data_path("anklet", appauthor=False) / "anklet.db"


def prepare(place: Path) -> None:
    """See to it that there is a file of one's own at ``place``, empty if new.

    Raises:
        StoreError: it is no file, its directory is missing, or there is no permission.
    """
    try:
        if not place.parent.is_dir():
            if place != _own():
                raise StoreError(
                    f"there is no directory {place.parent}",
                    where=str(place),
                    remedy="make it, or choose another place with --db",
                )
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        refuse_other_than_file(place)
        if not place.exists():
            with suppress(FileExistsError):  # another Anklet was quicker
                os.close(os.open(place, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise StoreError(
            f"the database can't be made: {error.strerror}",
            where=str(place),
            remedy="choose another place with --db",
        ) from error


def refuse_other_than_file(place: Path) -> None:
    """Let pass what is a file or doesn't exist.

    Raises:
        StoreError: it is a directory or a device.
    """
    if place.exists() and not place.is_file():
        what = "a directory" if place.is_dir() else "no file"
        raise StoreError(
            f"this is {what}, not a database",
            where=str(place),
            remedy="give a database file, such as anklet.db",
        )


def narrow(place: Path) -> None:
    """Take the database and what lies beside it from everyone but the owner, if that is us."""
    if os.name != "posix":
        return
    for ending in _BESIDE:
        beside = place.with_name(place.name + ending)
        with suppress(OSError):  # not there, or not ours: then it isn't ours to narrow
            if stat.S_IMODE(beside.stat().st_mode) & 0o077:
                beside.chmod(0o600)
