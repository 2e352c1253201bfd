"""Writes an observer's taps beside a recording, each as soon as it is tapped.

The file is in the format of :mod:`sensing.files.labels`. A row is handed to the operating system
whole before the call returns, so a kill loses at most the tap under way. The file is made with the
first tap: who taps nothing leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import csv
import io
import os
from pathlib import Path
from typing import BinaryIO

from sensing.core.errors import RecordingError
from sensing.files.labels import EVENT_COLUMNS, bare_name, labels_path
from sensing.validation.labels import EventKind


class LabelWriter:
    """Writes taps of one kind for one recording; of a hold the first tap begins, the next ends it.

    Args:
        recording: the recording that is observed; need not exist yet.
        event: what is tapped.

    Raises:
        RecordingError: there are labels already, or (any method) they cannot be written.
    """

    def __init__(self, recording: Path, event: EventKind) -> None:
        self.path = labels_path(recording)
        self.count = 0
        self.begun_s: float | None = None
        self._name = bare_name(recording.name)
        self._event = event
        self._file: BinaryIO | None = None
        self._last_s: float | None = None
        if self.path.exists() or self.path.is_symlink():
            raise RecordingError(
                "exists already", where=str(self.path), remedy="rename it, or delete it first"
            )

    @property
    def holding(self) -> bool:
        """A hold was begun and not ended."""
        return self.begun_s is not None

    def tap(self, at_s: float) -> None:
        """Store a tap at this time on the recording's clock."""
        at_s = round(at_s, 3)
        if self._last_s is not None and at_s <= self._last_s:
            return  # a key that was pressed twice at once
        self._last_s = at_s
        if self._event != "hold":
            self.count += 1
            self._write(at_s, None)
        elif self.begun_s is None:
            self.begun_s = at_s
        else:
            self.count += 1
            begun_s, self.begun_s = self.begun_s, None
            self._write(begun_s, at_s)

    def close(self) -> None:
        """Close the file; a hold that was not ended is stored without an end."""
        if self.begun_s is not None:
            begun_s, self.begun_s = self.begun_s, None
            self.count += 1
            with contextlib.suppress(RecordingError):
                self._write(begun_s, None)
        if self._file is not None:
            with contextlib.suppress(OSError):
                os.fsync(self._file.fileno())
            self._file.close()
            self._file = None

    def discard(self) -> None:
        """Close and delete the file, as its recording was."""
        made = self._file is not None
        self.close()
        if made:
            self.path.unlink(missing_ok=True)

    def _write(self, time_s: float, end_s: float | None) -> None:
        end = "" if end_s is None else f"{end_s:.3f}"
        row = _row(self._name, self._event, f"{time_s:.3f}", end)
        try:
            if self._file is None:
                self._file = self.path.open("xb", buffering=0)
                with contextlib.suppress(OSError):
                    self.path.chmod(0o600)
                row = _row(*EVENT_COLUMNS) + row
            self._file.write(row.encode())
        except OSError as error:
            raise RecordingError(
                f"the labels cannot be written ({error.strerror or error})", where=self.path.name
            ) from None


def _row(*cells: str) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
