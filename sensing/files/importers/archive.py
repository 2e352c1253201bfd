"""Zips exported by phyphox and Sensor Logger: the recording in them, and the files beside it.

A zip is treated as a folder. The table whose header has acceleration is the recording, and the
others are the files beside it. Sensor Logger's tables all have the same header, so the best of them
by name is used.
"""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from sensing.core.errors import RecordingError
from sensing.files.importers.recognise import layout_of
from sensing.files.importers.sensor_logger import BEST_FIRST, SENSOR_LOGGER
from sensing.files.tables.number_columns import open_table
from sensing.files.tables.plain_csv import is_plain
from sensing.files.tables.text_lines import Lines

SIGNATURE = b"PK\x03\x04"
_TABLES = (".csv", ".txt", ".tsv")
_MOST_MEMBERS = 500
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, struct.error, ValueError),
    *(NotImplementedError, RuntimeError, KeyError),  # a compression or password we don't have
)


class Archive:
    """The tables of one zip.

    Args:
        stream: the file, opened for reading bytes.
        where: its name, for messages.

    Raises:
        RecordingError: the zip can't be read.
    """

    def __init__(self, stream: BinaryIO, where: str) -> None:
        self.where = where
        try:
            self._zip = zipfile.ZipFile(stream)
            names = [info.filename for info in self._zip.infolist() if not info.is_dir()]
        except _DAMAGE as error:
            raise self._damaged(error) from None
        paths = [PurePosixPath(name) for name in names[:_MOST_MEMBERS]]
        self.tables = [
            path
            for path in paths
            if path.suffix.lower() in _TABLES
            and not {"__MACOSX", "meta"} & set(path.parts[:-1])
            and not path.name.startswith(".")
        ]

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Turns damage found while reading members into a clear error."""
        try:
            yield
        except _DAMAGE as error:
            raise self._damaged(error) from None

    def open(self, path: PurePosixPath) -> BinaryIO:
        """One member as a stream of bytes, to be used inside :meth:`reading`."""
        return cast(BinaryIO, self._zip.open(str(path)))

    def beside(self, recording: PurePosixPath, name: str) -> BinaryIO | None:
        """The member of this name in the recording's folder; None if there is none."""
        path = recording.with_name(name)
        return self.open(path) if path in self.tables else None

    def recording(self) -> PurePosixPath:
        """The member that has acceleration.

        Raises:
            RecordingError: none has, or several have.
        """
        found: list[PurePosixPath] = []
        phone: list[PurePosixPath] = []
        for path in self.tables:
            with self.reading(), self.open(path) as stream:
                header = self._header(stream, path)
            if is_plain(header):
                found.append(path)
                continue
            layout = layout_of(header)
            if layout is SENSOR_LOGGER:
                phone += [path] if path.name in BEST_FIRST else []
            elif layout is not None:
                found.append(path)
        folders = {path.parent for path in phone}
        found += [min(phone, key=lambda path: BEST_FIRST.index(path.name))] if phone else []
        if len(found) == 1 and len(folders) <= 1:
            return found[0]
        if found:
            several = ", ".join(str(path) for path in (phone if len(folders) > 1 else found)[:4])
            raise RecordingError(
                f"contains several recordings: {several}",
                where=self.where,
                remedy="unzip it and give one of them",
            )
        raise RecordingError(
            "no table in this zip has acceleration with gravity",
            where=self.where,
            remedy="export acceleration with gravity as CSV",
        )

    def _header(self, stream: BinaryIO, path: PurePosixPath) -> list[str]:
        try:
            table = open_table(
                Lines(stream, path.name),
                is_header=lambda names: is_plain(names) or layout_of(names) is not None,
            )
        except RecordingError:
            return []
        return table.header

    def _damaged(self, error: Exception) -> RecordingError:
        reason = " ".join(str(error).split()) or type(error).__name__
        return RecordingError(
            f"the zip can't be read ({reason})", where=self.where, remedy="export or copy it again"
        )
