"""Whether one of our recordings is in the database, and if not, why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from sensing.files.recordings.recording_format import PacketRecording
    from sensing.store.store import Store

ImportStatus = Literal["recording", "stored", "deleted", "empty", "raw", "calibration", "missing"]
"""Being recorded right now; in the database; its session was deleted; less than a second of data;
recorded with ``--raw-only``; a calibration trial, which is not a session; none of these, so it
never reached the database."""

_SHORTEST_S = 1.0
"""Less than this can't be analysed: the session ended before it began."""


def import_status_of(path: Path, store: Store) -> tuple[ImportStatus, str, PacketRecording | None]:
    """The status of a recording, its SHA-256, and its content if it had to be read.

    Raises:
        RecordingError: it can't be read, or is not a recording of ours.
        StoreError: the database can't be read.
        OSError: the file can't be read.
    """
    from sensing.files.read_recording import sha256_of
    from sensing.files.recordings.recording_format import parse_recording
    from sensing.files.recordings.recording_lock import is_being_recorded

    if is_being_recorded(path):
        return "recording", "", None
    sha256 = sha256_of(path)
    if store.stored_in(sha256) is not None:
        return "stored", sha256, None
    if store.was_deleted(sha256):
        return "deleted", sha256, None
    recording = parse_recording(path.read_bytes(), path.name)
    if _duration_s(recording) < _SHORTEST_S:
        return "empty", sha256, recording
    if recording.header.target.get("calibrate"):
        return "calibration", sha256, recording
    return "raw" if recording.header.target.get("raw_only") else "missing", sha256, recording


def _duration_s(recording: PacketRecording) -> float:
    """From the first packet to the last, s; infinite for a recording of samples."""
    from sensing.core.packets import Packet
    from sensing.files.recordings.recording_format import SampleRun

    if any(isinstance(each, SampleRun) for each in recording.records):
        return float("inf")
    arrivals = [each.arrival_s for each in recording.records if isinstance(each, Packet)]
    return arrivals[-1] - arrivals[0] if arrivals else 0.0
