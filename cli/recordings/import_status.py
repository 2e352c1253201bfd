"""Which recordings may not have reached the database, and whether they have; if not, why.

A database's recordings lie in a folder of its own. Earlier versions kept those of all databases in
a directory together, in ``recordings``. A recording there that none of them knows is of the one
that has its session, or that has no other database beside it; else only the user can tell.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sensing.core.errors import RecordingError
from sensing.store.database.place import (
    database_of,
    home,
    recordings_path,
    shared_recordings_path,
)

if TYPE_CHECKING:
    from sensing.files.recordings.recording_format import Header, PacketRecording
    from sensing.store.database.neighbours import Neighbour
    from sensing.store.store import Store

ImportStatus = Literal[
    "recording",
    "stored",
    "deleted",
    "other",
    "empty",
    "calibration",
    "raw",
    "missing",
    "unclear",
]
"""Being recorded right now; in the database; its session was deleted; in another database, or of a
session there; less than a second of data; a calibration trial, which is not a session; recorded
with ``--raw-only``; none of these, so it never reached the database; never reached this or another
database, nobody knows which."""

_SHORTEST_S = 1.0
"""Less than this can't be analysed: the session ended before it began."""

RECORDINGS = "*.anklet"


class Unsaved:
    """Tells which recordings have not reached a database."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._shared = shared_recordings_path(store.place)

    @cached_property
    def others(self) -> list[Neighbour]:
        """The other databases that a recording in the shared folder may belong to.

        Not a copy of this one, such as a backup: one of whose recordings this one knows them all.
        """
        from sensing.store.database.neighbours import neighbours

        return [
            each
            for each in neighbours(self._store.place)
            if not each.known or not all(map(self._knows, each.known))
        ]

    def status(
        self, path: Path, *, claimed: bool = False
    ) -> tuple[ImportStatus, str, PacketRecording | None]:
        """The status of a recording, its SHA-256, and its content if it had to be read.

        Args:
            path: its file, in any folder.
            claimed: the user says that it belongs to this database, if it is in no other.

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
        if self._store.stored_in(sha256) is not None:
            return "stored", sha256, None
        if self._store.was_deleted(sha256):
            return "deleted", sha256, None
        if self._is_beside(path) and any(sha256 in each.known for each in self.others):
            return "other", sha256, None
        recording = parse_recording(path.read_bytes(), path.name)
        if _duration_s(recording) < _SHORTEST_S:
            return "empty", sha256, recording
        if recording.header.target.get("calibrate"):
            return "calibration", sha256, recording
        status: ImportStatus = "missing"
        if not claimed and _is_below(path, self._shared):
            status = self._whose(recording.header)
        if status == "missing" and recording.header.target.get("raw_only"):
            status = "raw"
        return status, sha256, recording

    def _is_beside(self, path: Path) -> bool:
        """It lies where other databases have theirs too."""
        place = self._store.place
        return _is_below(path, home(place)) and not _is_below(path, recordings_path(place))

    def _whose(self, header: Header) -> ImportStatus:
        if not self.others:
            return "missing"
        key = header.session
        theirs = key is not None and any(key in each.keys for each in self.others)
        ours = key is not None and self._store.session_of_key(key) is not None
        if ours != theirs:
            return "missing" if ours else "other"
        return "unclear"

    def _knows(self, sha256: str) -> bool:
        return self._store.stored_in(sha256) is not None or self._store.was_deleted(sha256)


def folders_beside(place: Path) -> list[Path]:
    """Where unsaved recordings of a database may lie: its own folder, and a shared one.

    Those that exist; its own if neither does.
    """
    own = recordings_path(place)
    return [each for each in (own, shared_recordings_path(place)) if each.is_dir()] or [own]


def recordings_in(folder: Path, place: Path) -> list[Path]:
    """Recordings in a folder and below it, but not in folders of databases other than this one.

    None if there is no such folder.

    Raises:
        RecordingError: it can't be searched.
    """
    try:
        if folder.is_dir():
            found = sorted(path for path in folder.rglob(RECORDINGS) if path.is_file())
            theirs = {
                each
                for each in {above for path in found for above in path.parents}
                if each != folder and each.is_relative_to(folder) and _is_of_another(each, place)
            }
            return [path for path in found if theirs.isdisjoint(path.parents)]
    except OSError as error:
        raise RecordingError(f"can't be searched ({error.strerror})", where=str(folder)) from None
    return []


def _is_of_another(folder: Path, place: Path) -> bool:
    owner = database_of(folder)
    return owner is not None and not (place.exists() and owner.samefile(place))


def _is_below(path: Path, folder: Path) -> bool:
    with suppress(OSError):
        return path.resolve().is_relative_to(folder.resolve())
    return False


def _duration_s(recording: PacketRecording) -> float:
    """From the first packet to the last, s; infinite for a recording of samples."""
    from sensing.core.packets import Packet
    from sensing.files.recordings.recording_format import SampleRun

    if any(isinstance(each, SampleRun) for each in recording.records):
        return float("inf")
    arrivals = [each.arrival_s for each in recording.records if isinstance(each, Packet)]
    return arrivals[-1] - arrivals[0] if arrivals else 0.0
