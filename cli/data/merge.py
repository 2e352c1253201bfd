"""``anklet merge``: add the sessions of another database, each once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.common.database import Db
from cli.common.options import DryRun
from cli.common.output import many, out, progress, remark

if TYPE_CHECKING:
    from sensing.store.merge.merging import Merged

_IRREGULAR = {"analyses": ("analysis", "analyses"), "logged": ("log entry", "log entries")}
_MOST_LISTED = 20
"""Conflicts listed at most: a merge of years could have a thousand."""


def merge(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The other database, or a backup of it.")
    ],
    dry_run: DryRun = False,
    db: Db = None,
) -> None:
    """Merge the sessions of another database into yours.

    Use it if you record on two computers. What is in both databases is recognised and stored once.
    If the two differ, the newer entry is used and the difference is listed. Sessions that you
    deleted here are not brought back, and nothing is deleted here. Either everything is merged or
    nothing. The other database is not changed, and recordings are not copied.

    [bold]Examples[/bold]

      anklet merge laptop.db --dry-run
      anklet merge laptop.db
    """
    from sensing.store.merge.merging import Merging
    from sensing.store.store import open_store

    with open_store(db, create=not dry_run) as store, progress(f"merging {file.name}"):
        merged = Merging.of(store).merge(file, dry_run=dry_run)
    for line in _lines(merged, dry_run=dry_run):
        out().print(line, soft_wrap=True)
    for note in merged.notes[:_MOST_LISTED]:
        remark(note)
    if len(merged.notes) > _MOST_LISTED:
        remark(f"and {len(merged.notes) - _MOST_LISTED} more like these")


def _lines(merged: Merged, *, dry_run: bool) -> list[str]:
    brought = [_brought(count, name) for name, count in merged.brought.items() if count]
    what = "Would be added" if dry_run else "Added"
    lines = [f"{what}: {', '.join(brought)}." if brought else "Nothing new to add."]
    if merged.grown:
        lines.append(f"Recordings added to {_sessions(merged.grown)}.")
    if merged.changed:
        lines.append(f"Changed: {_sessions(merged.changed)}.")
    if merged.known:
        lines.append(f"Already in your database: {many(merged.known, 'recording')}.")
    if merged.refused:
        lines.append(
            f"Skipped, because you deleted them: {many(merged.refused, 'recording')};"
            " `anklet replay FILE` imports one again."
        )
    if merged.kept:
        lines.append(
            f"Deleted there, not here: {_sessions(merged.kept)}; `anklet delete ID` deletes one."
        )
    if dry_run:
        lines.append("Nothing was changed.")
    return lines


def _brought(count: int, name: str) -> str:
    return many(count, *_IRREGULAR.get(name, (name.removesuffix("s"),)))


def _sessions(ids: tuple[int, ...]) -> str:
    shown = ", ".join(map(str, ids[:10]))
    more = f" and {len(ids) - 10} more" if len(ids) > 10 else ""
    return f"session{'s' if len(ids) != 1 else ''} {shown}{more}"
