"""``anklet recover``: import recordings that never reached the database.

Every recording in the database's folder that it does not know by its SHA-256 is imported as
``replay`` would. So whatever stopped a session half-way (a power cut, a crash, a full disk), what
was recorded until then is not lost. Nothing is moved or deleted, and a second run finds nothing
left to do. Recordings that are still being written, those made with ``--raw-only`` (unless asked
for), those the user deleted and those of another database are skipped.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.common.database import Db
from cli.common.options import DryRun
from cli.common.output import complain, many, out, progress, remark
from cli.common.tables import printable
from cli.recordings.import_status import ImportStatus, Unsaved, folders_beside, recordings_in
from sensing.core.athlete_names import close_names
from sensing.core.errors import AnkletError, RecordingError, StoreError

if TYPE_CHECKING:
    from sensing.files.recordings.recording_format import PacketRecording
    from sensing.store.store import Store


_SKIPPED: dict[ImportStatus, str] = {
    "recording": "still being recorded, skipped",
    "raw": "recorded with --raw-only; import them with --raw",
    "deleted": "deleted earlier, so skipped; `anklet replay FILE` imports one again",
    "empty": "with less than a second of data",
    "other": "of another database in this folder ({others}), skipped",
    "unclear": "of this database or another ({others}), so skipped; `anklet recover {folder}`"
    " imports into this one",
}


@dataclass(slots=True)
class _Found:
    """The recordings of a folder, sorted by what to do with them."""

    to_import: list[tuple[Path, PacketRecording]] = field(default_factory=list)
    others: dict[ImportStatus, list[Path]] = field(default_factory=dict)
    failed: int = 0


def recover(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="FOLDER",
            help="Folder to search; by default the database's own, such as anklet.db.recordings.",
            show_default=False,
        ),
    ] = None,
    raw: Annotated[
        bool, typer.Option("--raw", help="Also import recordings made with --raw-only.")
    ] = False,
    dry_run: DryRun = False,
    db: Db = None,
) -> None:
    """Import recordings that never reached the database.

    After a power cut or a crash, everything recorded until then is still on the disk. It is
    analysed and saved as usual; recordings of one session become one session. Nothing is moved or
    deleted, and sessions that are in the database already are not changed. Folders of recordings
    of other databases are not searched, unless you name one.

    [bold]Examples[/bold]

      anklet recover
      anklet recover --dry-run
      anklet recover --raw
      anklet recover /media/backup/recordings
    """
    from sensing.store.database.place import database_path
    from sensing.store.store import open_store

    if folder is not None and not folder.is_dir():
        raise RecordingError(
            "there is no such folder", where=str(folder), remedy="give a folder with recordings"
        )
    place = database_path(db)
    folders = [folder] if folder is not None else folders_beside(place)
    paths = [path for each in folders for path in recordings_in(each, place)]
    searched = " and ".join(map(str, folders))
    if not paths:
        _print(f"{searched}: no recordings there")
        return
    with open_store(place, create=not dry_run) as store:
        unsaved = Unsaved(store)
        found = _sort(paths, unsaved, raw=raw, claimed=folder is not None)
        imported = 0
        for path, recording in found.to_import:
            if dry_run:
                _print_file(path, _description(recording))
                imported += 1
            else:
                imported += _import(path, recording, store, found)
        _summarise(found, searched, unsaved, imported=imported, dry_run=dry_run)
    if found.failed:
        raise RecordingError(
            f"{found.failed} of {len(paths)} recordings could not be imported",
            remedy="they are left where they are",
        )


def _sort(paths: Sequence[Path], unsaved: Unsaved, *, raw: bool, claimed: bool) -> _Found:
    """Find out what to do with each recording; those to be imported are in order of time."""
    found = _Found()
    seen: set[str] = set()
    with progress(f"checking {len(paths)} recordings") as step:
        for path in paths:
            step(f"checking {path.name}")
            with _errors_counted(path, found):
                status, sha256, recording = unsaved.status(path, claimed=claimed)
                if sha256 and sha256 in seen:
                    status = "stored"
                seen.add(sha256)
                wanted = status == "missing" or (status == "raw" and raw)
                if recording is not None and wanted:
                    # Without its records: all together they may be large.
                    found.to_import.append((path, replace(recording, records=())))
                else:
                    found.others.setdefault(status, []).append(path)
    found.to_import.sort(key=lambda each: each[1].header.started or "")
    return found


@contextmanager
def _errors_counted(path: Path, found: _Found) -> Iterator[None]:
    """Go on after a recording that can't be read, but not after an error of the database."""
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


def _import(path: Path, recording: PacketRecording, store: Store, found: _Found) -> bool:
    from cli.recordings.ingest import import_recording
    from cli.recordings.questions import Metadata

    with _errors_counted(path, found):
        whose = recording.header.athlete or ""
        near = close_names(whose, [each.name for each in store.athletes()])
        is_new = bool(whose.strip()) and store.athlete_named(whose) is None
        result, saved = import_recording(path, Metadata(), store)
        sets = len(result.analysis.sets)
        what = many(sets, "set") if sets else "no sets detected"
        _print_file(path, f"session {saved.session_id}, {what}; {_description(recording)}")
        if is_new and near:
            remark(
                f"{printable(whose)} is a new athlete, but close to {printable(near[0])}; "
                "`anklet athletes merge` joins two"
            )
        return True
    return False


def _print_file(path: Path, what: str) -> None:
    _print(f"{path.name}\n  {what}")


def _print(text: str) -> None:
    out().print(printable(text), soft_wrap=True)


def _description(recording: PacketRecording) -> str:
    header = recording.header
    whose = None if header.athlete == "me" else header.athlete
    parts = [whose, header.exercise or "auto", header.side, header.started and header.started[:16]]
    return "; ".join([", ".join(each for each in parts if each), *recording.notes])


def _summarise(
    found: _Found, searched: str, unsaved: Unsaved, *, imported: int, dry_run: bool
) -> None:
    counts = (
        (imported, "would be imported" if dry_run else "imported"),
        (len(found.others.get("stored", ())), "already in the database"),
        (len(found.others.get("calibration", ())), "from calibration, skipped"),
    )
    summary = ", ".join(f"{count} {what}" for count, what in counts if count)
    _print(f"{searched}: {summary or 'nothing to import'}")
    for status, what in _SKIPPED.items():
        paths = found.others.get(status, ())
        if not paths:
            continue
        named = ", ".join(each.place.name for each in unsaved.others) if "{" in what else ""
        words = what.format(others=named, folder=shlex.quote(str(paths[0].parent)))
        named_too = () if status == "other" else paths  # they are that database's affair
        _print(f"{len(paths)} {words}{':' if named_too else ''}")
        for path in named_too:
            _print(f"  {path.name}")
