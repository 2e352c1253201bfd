"""Writes a recording as it happens, so that nothing recorded is ever lost.

Every frame is passed to the operating system before the call returns, and synced to disk at least
once a second: a crash of the program loses nothing, a power cut at most that second. A file being
written is locked (:mod:`sensing.files.recordings.recording_lock`), so that it is not mistaken for a
finished one.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from sensing.core.errors import RecordingError
from sensing.core.packets import Event, Packet
from sensing.files.recordings.recording_format import (
    END,
    EVENT,
    HEADER,
    LONGEST,
    PACKET,
    SAMPLES,
    SIGNATURE,
    Header,
    SampleRun,
    event_payload,
    frame,
    header_payload,
    packet_payload,
    samples_payload,
)
from sensing.files.recordings.recording_lock import lock, unlock

SYNC_S = 1.0
"""Longest time between two calls of fsync: the most that a power cut can lose."""

Sync = Callable[[int], None]
"""Syncs a file, given by its descriptor, to disk. It may return before that is done, and raise
OSError for an earlier call (:class:`sensing.capture.background_sync.BackgroundSync`)."""


class Recorder:
    """Writes a recording; every call passes its frame to the operating system before it returns.

    :data:`SYNC_S` after the last sync the next call syncs the file to disk; call
    :meth:`sync_if_due` from a timer if no call may follow. After a failed write everything up to
    the last complete frame is kept, and further frames are refused.

    Args:
        path: must not exist yet.
        header: its header.
        now_s: clock that decides when a sync is due, s.
        sync: ``os.fsync`` if None; :meth:`close` always waits for a sync.

    Raises:
        RecordingError: the file exists or cannot be created, or (any method) the disk is full.
    """

    def __init__(
        self,
        path: Path,
        header: Header,
        *,
        now_s: Callable[[], float] = time.monotonic,
        sync: Sync | None = None,
    ) -> None:
        self._where = path.name
        self._streams = header.streams
        self._sync_file = sync or os.fsync
        self._now_s = now_s
        self._counts = {PACKET: 0, SAMPLES: 0, EVENT: 0}
        self._failed: RecordingError | None = None
        try:
            self._file = path.open("xb", buffering=0)
        except FileExistsError:
            raise RecordingError(
                "already exists", where=path.name, remedy="choose another name"
            ) from None
        except (OSError, ValueError) as error:
            raise RecordingError(
                f"cannot be created ({getattr(error, 'strerror', None) or error})",
                where=str(path),
                remedy="check the folder and its permissions",
            ) from None
        lock(self._file.fileno())
        self._good = 0
        self._synced_s = now_s()
        twice = frame(HEADER, header_payload(header)) * 2
        try:
            self._append(SIGNATURE + twice)
            self._sync()
        except RecordingError:
            self._file.close()
            raise

    def packet(self, packet: Packet) -> None:
        """Append a packet from one of the streams that the header names."""
        self._record(PACKET, packet_payload(packet, self._streams))

    def samples(self, run: SampleRun, *, double: bool = False) -> None:
        """Append samples, as 32-bit floats unless ``double``."""
        self._record(SAMPLES, samples_payload(run, double=double))

    def event(self, event: Event) -> None:
        """Append an event."""
        self._record(EVENT, event_payload(event))

    def sync_if_due(self) -> None:
        """Sync the file if the last sync is longer than :data:`SYNC_S` ago."""
        if self._failed is None and self._now_s() - self._synced_s >= SYNC_S:
            self._sync()

    def close(self) -> None:
        """Write the end and close the file; may be called twice."""
        if self._file.closed:
            return
        try:
            if self._failed is None:
                counts = {"packets": PACKET, "samples": SAMPLES, "events": EVENT}
                said = {name: self._counts[kind] for name, kind in counts.items()}
                self._append(frame(END, json.dumps(said).encode()))
                self._sync_file = os.fsync  # wait for the last sync
                self._sync()
        finally:
            unlock(self._file.fileno())  # a copy of the descriptor may outlive this one
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _record(self, kind: int, payload: bytes) -> None:
        if len(payload) > LONGEST:
            raise ValueError(f"{len(payload)} bytes in one record")
        self._append(frame(kind, payload))
        self._counts[kind] += 1
        self.sync_if_due()

    def _append(self, data: bytes) -> None:
        if self._failed is not None:
            raise self._failed
        left = memoryview(data)
        try:
            while left:
                left = left[self._file.write(left) :]
        except OSError as error:
            self._fail(error)
        self._good += len(data)

    def _sync(self) -> None:
        try:
            self._sync_file(self._file.fileno())
        except OSError as error:
            self._fail(error)
        self._synced_s = self._now_s()

    def _fail(self, error: OSError) -> None:
        """Cut off a half-written frame and refuse further ones."""
        self._failed = RecordingError(
            f"cannot be written any further ({error.strerror or error})",
            where=self._where,
            remedy="free some disk space; what was recorded so far is kept",
        )
        with contextlib.suppress(OSError):  # the reader drops an incomplete last frame
            self._file.truncate(self._good)
        raise self._failed from None
