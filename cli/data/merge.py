"""``anklet merge``: another machine's sessions, each once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.common.database import Db
from cli.common.output import out, progress, remark

if TYPE_CHECKING:
    from sensing.store.merge.merging import Merged

_WORDS = {
    "sessions": ("session", "sessions"),
    "recordings": ("recording", "recordings"),
    "analyses": ("analysis", "analyses"),
    "sets": ("set", "sets"),
    "corrections": ("correction", "corrections"),
    "logged": ("note of other work", "notes of other work"),
    "profiles": ("profile", "profiles"),
    "athletes": ("athlete", "athletes"),
    "sensors": ("sensor", "sensors"),
}
_TOLD = 20
"""Most lines of what was told differently; whoever merges years wants no thousand."""


def merge(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The other database, or a backup of it.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would come of it, and do nothing.")
    ] = False,
    db: Db = None,
) -> None:
    """Bring another machine's sessions in.

    What is in both databases is known again and stands once: recordings by their content, sessions
    by the recordings and the key they share, corrections by what they are about. Where two people
    said different things of the same, the newer word holds, and you are told. What you deleted here
    does not come back; nothing that is here is deleted. The other file is left as it is, and all of
    it happens or nothing. The recordings' own files are not copied.

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
    for note in merged.notes[:_TOLD]:
        remark(note)
    if len(merged.notes) > _TOLD:
        remark(f"and {len(merged.notes) - _TOLD} more like these")


def _lines(merged: Merged, *, dry_run: bool) -> list[str]:
    brought = [_many(many, name) for name, many in merged.brought.items() if many]
    would = "Would come in" if dry_run else "Brought in"
    lines = [f"{would}: {', '.join(brought)}." if brought else "Nothing new in it."]
    if merged.grown:
        lines.append(f"Recordings added to {_sessions(merged.grown)}.")
    if merged.changed:
        lines.append(f"Something changed in {_sessions(merged.changed)}.")
    if merged.known:
        lines.append(f"Known already: {_many(merged.known, 'recordings')}.")
    if merged.refused:
        lines.append(
            f"Deleted here, so left out: {_many(merged.refused, 'recordings')};"
            " `anklet replay FILE` brings one back."
        )
    if merged.kept:
        lines.append(
            f"Deleted there, but kept here: {_sessions(merged.kept)}; `anklet delete ID` deletes."
        )
    if dry_run:
        lines.append("Nothing was done.")
    return lines


def _many(many: int, name: str) -> str:
    return f"{many} {_WORDS[name][many != 1]}"


def _sessions(ids: tuple[int, ...]) -> str:
    shown = ", ".join(map(str, ids[:10]))
    more = f" and {len(ids) - 10} more" if len(ids) > 10 else ""
    return f"session{'s' if len(ids) != 1 else ''} {shown}{more}"
