"""``anklet relink``: find recordings that were moved or renamed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.common.database import Db, stored
from cli.common.options import DryRun
from cli.common.output import many, out, progress
from cli.common.tables import printable
from sensing.core.errors import UsageError

if TYPE_CHECKING:
    from sensing.store.write.relinking import Astray

_STILL_MISSING = 1


def relink(
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="Folder to search, with the folders in it."),
    ],
    dry_run: DryRun = False,
    db: Db = None,
) -> None:
    """Find recordings that were moved or renamed.

    They are recognised by their content, whatever they are called now. Files are only read, never
    moved. Recordings that are where they should be stay as they are. The exit status is 1 if some
    are still missing.

    A folder that was moved as a whole, database and recordings together, needs no relinking.

    [bold]Examples[/bold]

      anklet relink ~/Documents --dry-run
      anklet relink /media/stick/recordings
    """
    from sensing.store.store import open_store
    from sensing.store.write.relinking import Relinking, files_below, find_files

    if not folder.is_dir():
        raise UsageError(
            "there is no such folder", where=str(folder), remedy="give a folder with recordings"
        )
    with stored(db) as store:
        astray, in_place = Relinking.of(store).astray()
    if not astray:
        _print(f"{_missing_none(in_place)}; nothing to do")
        return
    with progress("searching") as step:
        found = find_files(astray, files_below(folder), lambda file: step(f"reading {file.name}"))
    if found and not dry_run:
        with open_store(db) as store:
            Relinking.of(store).relink(found)
    _report(astray, found, in_place, dry_run=dry_run)
    if len(found) < len(astray):
        raise typer.Exit(_STILL_MISSING)


def _missing_none(in_place: int) -> str:
    if not in_place:
        return "no recordings in the database"
    if in_place == 1:
        return "the recording is where it should be"
    return f"all {in_place} recordings are where they should be"


def _report(
    astray: Sequence[Astray], found: Mapping[int, Path], in_place: int, *, dry_run: bool
) -> None:
    for each in astray:
        if each.id in found:
            _print(f"session {each.session_id}, {each.file.name}\n  {found[each.id].absolute()}")
    counts = [f"{many(len(found), 'recording')} {'would be relinked' if dry_run else 'relinked'}"]
    missing = [each for each in astray if each.id not in found]
    if missing:
        counts.append(f"{len(missing)} still missing")
    if in_place:
        counts.append(f"{in_place} where {'it' if in_place == 1 else 'they'} should be")
    _print(", ".join(counts) + (":" if missing else "."))
    for each in missing:
        _print(f"  session {each.session_id}: {each.file}")


def _print(text: str) -> None:
    out().print(printable(text), soft_wrap=True)
