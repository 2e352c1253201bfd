"""``anklet backup``: the whole database in one file, made while it is in use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.common.database import Db, stored
from cli.common.output import out
from cli.data.export import size_words

_COUNTED = {
    "session": ("session", "sessions"),
    "recording": ("recording", "recordings"),
    "exercise_set": ("set", "sets"),
    "correction": ("correction", "corrections"),
    "logged": ("note of other work", "notes of other work"),
    "profile": ("profile", "profiles"),
}


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file for the copy.")],
    force: Annotated[bool, typer.Option("--force", help="Replace FILE if it is there.")] = False,
    db: Db = None,
) -> None:
    """Copy the database into a file, whole and checked.

    It may be in use meanwhile: the copy is of one moment. Only you may read it. The recordings
    themselves are files of their own and not in it. To go back to it, name it with --db, or put it
    where the database was; `anklet merge FILE` brings what it holds into another database.

    [bold]Examples[/bold]

      anklet backup anklet-2026-03-01.db

      anklet backup /media/stick/anklet.db --force
    """
    from sensing.store.backup import BackingUp

    with stored(db) as store:
        made = BackingUp.of(store).back_up(file, force=force)
    counted = ", ".join(
        f"{made.counts[name]} {words[made.counts[name] != 1]}"
        for name, words in _COUNTED.items()
        if made.counts[name] or name == "session"
    )
    out().print(f"{file}: {counted}; {size_words(made.size_bytes)}, checked.", soft_wrap=True)
