"""Lines of text from a file that may be compressed, cut off, or not text at all.

The file is streamed: an hour of samples is never in memory as text. Gzip is recognised by its first
bytes, not by the name. A file that ends too early (a crash, a full disk, an incomplete download) is
read up to there, with a note; one whose checksum is wrong is refused, because any of its numbers
may be wrong.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from sensing.core.errors import RecordingError

_CHUNK = 1 << 21
_LONGEST_LINE = 1 << 17
"""A longer line is not a row of numbers."""

_GZIP = b"\x1f\x8b"


class Lines:
    """The lines of one text file, in lists of some ten thousand.

    Attributes:
        where: the file's name, for messages.
        torn: set at the end: the compressed stream ended too early.
        unended: set before the last line, if that has no line end; it is a list of its own.
    """

    def __init__(self, stream: BinaryIO, where: str) -> None:
        self.where = where
        self.torn = False
        self.unended = False
        self._stream = stream
        self._encoding: str | None = None

    def __iter__(self) -> Iterator[list[str]]:
        rest = b""
        for data in self._plain():
            whole = rest + data
            cut = whole.rfind(b"\n") + 1
            if cut == 0 and b"\r" in whole:
                cut = whole.rfind(b"\r", 0, len(whole) - 1) + 1
            rest = whole[cut:]
            if len(rest) > _LONGEST_LINE:
                raise RecordingError(
                    f"a line of more than {_LONGEST_LINE} characters",
                    where=self.where,
                    remedy="this is not a table of numbers; give a recording",
                )
            if cut:
                yield self._decoded(whole[:cut])
        if rest and not self.torn:
            self.unended = True
            yield self._decoded(rest)

    def _decoded(self, data: bytes) -> list[str]:
        if self._encoding is None:
            self._encoding = "utf-8-sig"
            if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
                raise RecordingError(
                    "is text in UTF-16", where=self.where, remedy="save it as UTF-8 or plain CSV"
                )
        try:
            text = data.decode(self._encoding)
        except UnicodeDecodeError:
            text = data.decode("latin-1")
        if "\0" in text:
            raise RecordingError("is not text", where=self.where, remedy="give a CSV file")
        self._encoding = "utf-8"
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        lines = text.split("\n")
        if lines[-1] == "":
            lines.pop()
        return lines

    def _plain(self) -> Iterator[bytes]:
        first = self._stream.read(_CHUNK)
        if not first.startswith(_GZIP):
            if not first:
                raise RecordingError(
                    "the file is empty", where=self.where, remedy="record again, or copy it again"
                )
            while first:
                yield first
                first = self._stream.read(_CHUNK)
            return
        yield from self._gunzipped(first)

    def _gunzipped(self, data: bytes) -> Iterator[bytes]:
        member = zlib.decompressobj(wbits=31)
        while data:
            try:
                out = member.decompress(data, _CHUNK)
            except zlib.error as error:
                raise RecordingError(
                    f"the compressed file is damaged ({error})",
                    where=self.where,
                    remedy="copy it again from where it was recorded",
                ) from None
            if out:
                yield out
            if member.eof:
                data = member.unused_data.lstrip(b"\0") or self._stream.read(_CHUNK).lstrip(b"\0")
                if data:
                    member = zlib.decompressobj(wbits=31)
            else:
                data = member.unconsumed_tail or self._stream.read(_CHUNK)
        self.torn = not member.eof


def open_recording(path: Path) -> BinaryIO:
    """Open a file for reading bytes.

    Raises:
        RecordingError: it is missing, a directory, or not allowed to be read.
    """
    where = path.name or str(path)
    try:
        if path.is_dir():
            raise RecordingError("is a directory", where=where, remedy="give a file in it")
        if path.exists() and not path.is_file():
            raise RecordingError("is not a regular file", where=where, remedy="give a file")
        return path.open("rb")
    except FileNotFoundError:
        raise RecordingError("no such file", where=str(path), remedy="check the name") from None
    except PermissionError:
        raise RecordingError(
            "permission denied", where=where, remedy="change its mode or owner"
        ) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise RecordingError(f"can't be opened ({reason})", where=where) from None
