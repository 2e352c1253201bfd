"""The files that hold an athlete's samples: found, told and removed before the athlete is deleted.

Files go first and the database last. Whatever stops it half-way, the athlete is then still listed,
and deleting again finishes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cli.recordings.import_status import Unsaved, folders_beside, recordings_in
from sensing.core.athlete_names import name_key
from sensing.core.errors import AnkletError, StoreError, UsageError
from sensing.files.labels import labels_path

if TYPE_CHECKING:
    from cli.recordings.import_status import ImportStatus
    from sensing.store.store import Store

_UNSAVED: tuple[ImportStatus, ...] = ("missing", "raw", "calibration", "empty", "recording")


@dataclass(slots=True)
class AthleteFiles:
    """The files of an athlete's recordings.

    Attributes:
        own: in the database's own folder, where `record` keeps them, unsaved ones included.
        imported: elsewhere, as they were given to `replay`.
        changed: no longer what was imported, so not theirs to remove.
    """

    own: list[Path] = field(default_factory=list)
    imported: list[Path] = field(default_factory=list)
    changed: list[Path] = field(default_factory=list)

    @property
    def size_bytes(self) -> int:
        """Of all that go."""
        total = 0
        for path in (*self.own, *self.imported):
            with suppress(OSError):
                total += path.stat().st_size
        return total


def files_of(store: Store, name: str) -> AthleteFiles:
    """The files of an athlete's recordings, as far as they exist.

    Raises:
        StoreError: there is no such athlete.
        UsageError: one of them is being recorded.
    """
    from sensing.files.read_recording import sha256_of
    from sensing.files.recordings.recording_lock import is_being_recorded

    folders = folders_beside(store.place)
    found = AthleteFiles()
    for path, sha256 in store.recordings_of(name):
        own = any(_is_in(path, folder) for folder in folders)
        if _is_file(path) and sha256_of(path) != sha256:
            found.changed.append(path)
        elif own:
            found.own += _with_companions(path)
        elif _is_file(path):
            found.imported += [*_labels(path), path]
    for path in _unsaved(store, name):
        found.own += _with_companions(path)
    for path in found.own:
        if is_being_recorded(path):
            raise UsageError(f"{path.name} is being recorded", remedy="wait until it is finished")
    return found


def remove(paths: Sequence[Path]) -> None:
    """Remove files; those that are gone already do not matter.

    Raises:
        StoreError: some can't be removed; all others are.
    """
    failed = []
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            failed.append(f"{path} ({error.strerror})")
    if failed:
        raise StoreError(
            f"{len(failed)} of {len(paths)} files can't be removed: {', '.join(failed)}",
            remedy="the athlete is kept; remove them, or change their permissions, and try again",
        )


def _unsaved(store: Store, name: str) -> list[Path]:
    """Recordings that name the athlete but never reached the database, and calibration trials."""
    from sensing.files.read_recording import read_header

    athlete = next(each for each in store.athletes() if each.name == name)
    keys = {name_key(each) for each in (athlete.name, *athlete.spellings)}
    unsaved = Unsaved(store)
    found = []
    for folder in folders_beside(store.place):
        for path in recordings_in(folder, store.place):
            with suppress(AnkletError, OSError):
                status, _, recording = unsaved.status(path)
                header = read_header(path) if recording is None else recording.header
                if status in _UNSAVED and header and name_key(header.athlete or "") in keys:
                    found.append(path)
    return found


def _with_companions(path: Path) -> list[Path]:
    """One of our recordings, after the files that are named after it, such as labels.

    They go first: without the recording nothing would lead to them.
    """
    try:
        beside = [each for each in path.parent.iterdir() if each.name.startswith(f"{path.stem}.")]
    except OSError:
        return []
    return sorted((each for each in beside if _is_file(each)), key=lambda each: each == path)


def _labels(path: Path) -> list[Path]:
    """Labels beside a recording that was imported."""
    labels = labels_path(path)
    return [labels] if labels != path and _is_file(labels) else []


def _is_file(path: Path) -> bool:
    with suppress(OSError, ValueError):
        return path.is_file()
    return False


def _is_in(path: Path, folder: Path) -> bool:
    with suppress(OSError):
        return path.resolve().is_relative_to(folder.resolve())
    return False
