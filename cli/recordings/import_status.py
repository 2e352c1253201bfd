"""Where a recording of ours stands: in the database, lost on its way, or left out on purpose."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from sensing.files.recordings.recording_format import PacketRecording
    from sensing.store.store import Store

Standing = Literal["running", "kept", "deleted", "empty", "raw", "calibration", "lost"]
"""Being written just now; in the database; deleted by a person; without a second of data; kept raw
on purpose; what a calibration was learnt from, which is no session; none of these, so it never
reached the database."""

_SHORTEST_S = 1.0
"""Less than this can't be analysed: a session that ended before it began."""


def standing_of(path: Path, store: Store) -> tuple[Standing, str, PacketRecording | None]:
    """Where it stands, its SHA-256, and what was read of it if it had to be read.

    Raises:
        RecordingError: it can't be read, or is something else.
        StoreError: the database can't be asked.
        OSError: the file can't be read.
    """
    from sensing.files.read_recording import sha256_of
    from sensing.files.recordings.recording_format import parse_recording
    from sensing.files.recordings.recording_lock import is_being_recorded

    if is_being_recorded(path):
        return "running", "", None
    sha256 = sha256_of(path)
    if store.stored_in(sha256) is not None:
        return "kept", sha256, None
    if store.was_deleted(sha256):
        return "deleted", sha256, None
    recording = parse_recording(path.read_bytes(), path.name)
    if _lasts_s(recording) < _SHORTEST_S:
        return "empty", sha256, recording
    if recording.header.target.get("calibrate"):
        return "calibration", sha256, recording
    return "raw" if recording.header.target.get("raw_only") else "lost", sha256, recording


def _lasts_s(recording: PacketRecording) -> float:
    """From the first packet to the last, s; of samples it is not asked."""
    from sensing.files.recordings.recording_format import Packet, SampleRun

    if any(isinstance(each, SampleRun) for each in recording.records):
        return float("inf")
    arrivals = [each.arrival_s for each in recording.records if isinstance(each, Packet)]
    return arrivals[-1] - arrivals[0] if arrivals else 0.0
