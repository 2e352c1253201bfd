"""``anklet recover``: recordings that never reached the database, taken in.

A recording on the disk is the truth and the database what was made of it, so whatever stopped a
session half-way (a power cut, a kill, a full disk) can be made up for: every file in the folder
that the database doesn't know by its SHA-256 goes the way of ``replay``. Nothing is moved or
deleted, and a second run finds nothing left to do. Left alone are recordings that are being written
just now, those kept raw on purpose unless they are asked for, and those a person deleted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.common.database import Db
from cli.common.output import complain, out, progress
from cli.common.tables import printable
from cli.recordings.import_status import standing_of
from sensing.core.errors import AnkletError, RecordingError, StoreError

if TYPE_CHECKING:
    from sensing.files.recordings.recording_format import PacketRecording
    from sensing.store.store import Store

ENDING = ".anklet"


@dataclass(slots=True)
class _Found:
    """The recordings of a folder, by what is to become of them."""

    lost: list[tuple[Path, PacketRecording]] = field(default_factory=list)
    kept: list[Path] = field(default_factory=list)
    running: list[Path] = field(default_factory=list)
    raw: list[Path] = field(default_factory=list)
    deleted: list[Path] = field(default_factory=list)
    empty: list[Path] = field(default_factory=list)
    calibration: list[Path] = field(default_factory=list)
    failed: int = 0


def recover(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="FOLDER",
            help="Where to look; else the folder `recordings` beside the database.",
            show_default=False,
        ),
    ] = None,
    raw: Annotated[
        bool, typer.Option("--raw", help="Take in what was recorded with --raw-only too.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be taken in.")
    ] = False,
    db: Db = None,
) -> None:
    """Import recordings that never reached the database.

    After a power cut or a crash, what was recorded until then is still on the disk. It is analysed
    and kept as it would have been; recordings of one session come into one session. Nothing is
    moved or deleted, and what is in the database already is left as it is.

    [bold]Examples[/bold]

      anklet recover

      anklet recover --dry-run

      anklet recover --raw

      anklet recover /media/backup/recordings
    """
    from sensing.store.database.place import database_path, recordings_path
    from sensing.store.store import open_store

    place = folder or recordings_path(database_path(db))
    paths = _recordings(place, must_exist=folder is not None)
    if not paths:
        _line(f"{place}: no recordings there")
        return
    with open_store(db, create=not dry_run) as store:
        found = _sorted_out(paths, store, raw=raw)
        taken = 0
        for path, recording in found.lost:
            if dry_run:
                _say(path, _of(recording))
            else:
                taken += _take_in(path, recording, store, found)
    _summarise(found, place, taken=len(found.lost) if dry_run else taken, dry_run=dry_run)
    if found.failed:
        raise RecordingError(
            f"{found.failed} of {len(paths)} recordings could not be taken in",
            remedy="they are left where they are",
        )


def _recordings(place: Path, *, must_exist: bool) -> list[Path]:
    try:
        if place.is_dir():
            return sorted(path for path in place.rglob(f"*{ENDING}") if path.is_file())
    except OSError as error:
        raise RecordingError(
            f"can't be looked through ({error.strerror})", where=str(place)
        ) from None
    if must_exist:
        raise RecordingError(
            "there is no such folder", where=str(place), remedy="name one that holds recordings"
        )
    return []


def _sorted_out(paths: Sequence[Path], store: Store, *, raw: bool) -> _Found:
    """Say of each recording what is to become of it; those to be taken in by their start."""
    found = _Found()
    lists = {
        "running": found.running,
        "kept": found.kept,
        "deleted": found.deleted,
        "empty": found.empty,
        "raw": found.raw,
        "calibration": found.calibration,
    }
    seen: set[str] = set()
    with progress(f"looking at {len(paths)} recordings") as step:
        for path in paths:
            step(f"looking at {path.name}")
            with _one(path, found):
                standing, sha256, recording = standing_of(path, store)
                if sha256 and sha256 in seen:
                    standing = "kept"
                seen.add(sha256)
                if recording is not None and (standing == "lost" or (standing == "raw" and raw)):
                    found.lost.append((path, replace(recording, records=())))  # may be large
                else:
                    lists[standing].append(path)
    found.lost.sort(key=lambda each: each[1].header.started or "")
    return found


@contextmanager
def _one(path: Path, found: _Found) -> Iterator[None]:
    """Let one bad recording keep no other out; a database that fails keeps out all."""
    try:
        yield
    except StoreError:
        raise
    except AnkletError as error:
        complain(str(error))
        found.failed += 1
    except OSError as error:
        complain(f"{path.name}: can't be read ({error.strerror or error})")
        found.failed += 1


def _take_in(path: Path, recording: PacketRecording, store: Store, found: _Found) -> bool:
    from cli.recordings.ingest import take_in
    from cli.recordings.questions import Details

    with _one(path, found):
        taken = take_in(path, Details(), store)
        sets = len(taken.analysis.sets)
        what = f"{sets} set{'' if sets == 1 else 's'}" if sets else "no set found in it"
        _say(path, f"session {taken.saved.session_id}, {what}; {_of(recording)}")
        return True
    return False


def _say(path: Path, what: str) -> None:
    _line(f"{path.name}\n  {what}")


def _line(text: str) -> None:
    out().print(printable(text), soft_wrap=True)


def _of(recording: PacketRecording) -> str:
    header = recording.header
    said = [header.exercise or "auto", header.side, header.started and header.started[:16]]
    words = [", ".join(each for each in said if each), *recording.notes]
    return "; ".join(words)


def _summarise(found: _Found, place: Path, *, taken: int, dry_run: bool) -> None:
    lines: list[tuple[int, str]] = [
        (taken, "would be taken in" if dry_run else "taken in"),
        (len(found.kept), "in the database already"),
        (len(found.calibration), "of calibrations, left alone"),
    ]
    counted = ", ".join(f"{many} {what}" for many, what in lines if many)
    _line(f"{place}: {counted or 'nothing to take in'}")
    for paths, what in (
        (found.running, "being recorded just now, left alone"),
        (found.raw, "kept raw; --raw takes them in"),
        (
            found.deleted,
            "left alone, because you deleted them; `anklet replay FILE` keeps one again",
        ),
        (found.empty, "without a second of data"),
    ):
        if paths:
            _line(f"{len(paths)} {what}:")
        for path in paths:
            _line(f"  {path.name}")
