"""``anklet backup``: copy the database into one file, even while it is in use."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.common.database import Db, stored
from cli.common.output import many, out, size_words
from sensing.core.errors import UsageError

_COUNTED = {
    "session": ("session",),
    "recording": ("recording",),
    "exercise_set": ("set",),
    "correction": ("correction",),
    "logged": ("log entry", "log entries"),
    "plan": ("plan",),
    "profile": ("profile",),
}


def backup(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="File to write the copy to.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="The same, as an option.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
    db: Db = None,
) -> None:
    """Copy the whole database into one checked file.

    The database may be in use meanwhile. Only you can read the copy. It does not contain the
    recordings, which are files of their own in a folder beside the database. To restore it, copy
    it back, or use it with --db; `anklet merge FILE` adds its sessions to another database.

    [bold]Examples[/bold]

      anklet backup anklet-2026-03-01.db
      anklet backup /media/stick/anklet.db --force
    """
    from sensing.store.known_backups import KnownBackups

    target = output or file
    if target is None or (output is not None and file is not None):
        raise UsageError("give one file to write the copy to", remedy="`anklet backup FILE`")
    with stored(db) as store:
        known = KnownBackups.of(store)
        made = known.back_up_and_remember(target, now_utc=datetime.now(UTC), force=force)
    counted = ", ".join(
        many(made.counts[name], *words)
        for name, words in _COUNTED.items()
        if made.counts[name] or name == "session"
    )
    out().print(f"{target}: {counted}; {size_words(made.size_bytes)}, checked.", soft_wrap=True)
