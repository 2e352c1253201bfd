"""Recordings whose files were moved or renamed: found again by their SHA-256."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sensing.core.errors import RecordingError
from sensing.files.portable_path import path_of
from sensing.files.read_recording import sha256_of
from sensing.store.database.connection import Connection, rows
from sensing.store.database.place import home
from sensing.store.database.recording_files import is_file, recording_file
from sensing.store.write.writing import file_row, update


@dataclass(frozen=True, slots=True, kw_only=True)
class Astray:
    """A recording whose file is not where the database says.

    Attributes:
        id: of its row.
        session_id: the session it is in.
        file: where it should be.
        perhaps: where it may be if the database was moved or renamed, else ``file``.
        sha256: of the file.
        size_bytes: of the file; None if not known.
    """

    id: int
    session_id: int
    file: Path
    perhaps: Path
    sha256: str
    size_bytes: int | None


class Relinking(Connection):
    """A store that looks for the files of its recordings."""

    def astray(self) -> tuple[list[Astray], int]:
        """Recordings whose file is gone, or of another size; and how many are in place."""
        sql = "SELECT id, session_id, path, sha256, size_bytes FROM recording ORDER BY id"
        with self._reading() as db:
            found = rows(db, sql, [])
        every = [
            Astray(
                file=path_of(row["path"], home(self.place)),
                perhaps=recording_file(row.pop("path"), self.place),
                **row,
            )
            for row in found
        ]
        astray = [each for each in every if not _is_in_place(each)]
        return astray, len(every) - len(astray)

    def relink(self, found: Mapping[int, Path]) -> None:
        """Store where recordings are: their ids and files. All of them, or none.

        Raises:
            StoreError: the database can't be written.
        """
        with self._writing() as db:
            for key, file in found.items():
                size = {"size_bytes": _size_bytes(file)}
                update(db, "recording", key, file_row(file, home(self.place)) | size)


def files_below(folder: Path) -> list[Path]:
    """Every file in a folder and below it; what can't be read is left out, links not followed."""
    return sorted(Path(where) / name for where, _, names in os.walk(folder) for name in names)


def find_files(
    astray: Sequence[Astray], files: Sequence[Path], look: Callable[[Path], None]
) -> dict[int, Path]:
    """Which of these files are recordings that went astray, by their ids.

    Only what may be one is read: files of its size, or, if that is not known, of its kind.

    Args:
        astray: the recordings.
        files: to look among, after those that have their names.
        look: called with each file that is read.
    """
    missing = {each.sha256: each for each in astray}
    found: dict[int, Path] = {}
    for file in _likely_first(astray, files):
        if not any(_may_be(file, each) for each in missing.values()):
            continue
        look(file)
        with suppress(OSError, RecordingError):  # what can't be read is not found
            if one := missing.pop(sha256_of(file), None):
                found[one.id] = file
    return found


def _likely_first(astray: Sequence[Astray], files: Sequence[Path]) -> Iterator[Path]:
    names = {each.file.name for each in astray}
    yield from dict.fromkeys(each.perhaps for each in astray)
    yield from (each for each in files if each.name in names)
    yield from (each for each in files if each.name not in names)


def _may_be(file: Path, one: Astray) -> bool:
    if one.size_bytes is None:
        return file.suffix.lower() == one.file.suffix.lower() and is_file(file)
    return is_file(file) and _size_bytes(file) == one.size_bytes


def _is_in_place(one: Astray) -> bool:
    return is_file(one.file) and one.size_bytes in (None, _size_bytes(one.file))


def _size_bytes(file: Path) -> int | None:
    with suppress(OSError):
        return file.stat().st_size
    return None
