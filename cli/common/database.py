"""Where the database is, and which sessions of it are meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.common.completion import complete_session
from sensing.core.errors import UsageError

if TYPE_CHECKING:
    from sensing.store.store import Store

LARGEST = 1_000_000_000
"""Largest number accepted as an ID, a set or a rep; SQLite's integers end soon after."""

Db = Annotated[
    Path | None,
    typer.Option(
        "--db",
        metavar="FILE",
        help="Database file; by default ANKLET_DB, or else your own.",
        show_default=False,
    ),
]


def positive(text: str) -> int:
    """A number that names something, such as a set or a rep; counted from 1."""
    if not text.isdecimal() or not 1 <= int(text) <= LARGEST:
        raise typer.BadParameter(f"{text!r} is not a whole number from 1")
    return int(text)


def ids_of(texts: Sequence[str], *, listed_by: str = "anklet sessions") -> list[int]:
    """IDs as typed, ``3 5`` or ``3,5``, each once and in the order given.

    Raises:
        UsageError: one is not an ID.
    """
    found: dict[int, None] = {}
    for text in ",".join(texts).split(","):
        if not text.strip().isdecimal() or not 1 <= int(text) <= LARGEST:
            raise UsageError(
                f"{text.strip()!r} is not an ID", remedy=f"give numbers that `{listed_by}` lists"
            )
        found[int(text)] = None
    return list(found)


def _one_id(text: str) -> int:
    found = ids_of([text])
    if len(found) > 1:
        raise UsageError(f"{text!r} names several sessions", remedy="give one ID")
    return found[0]


SessionId = Annotated[
    int,
    typer.Argument(
        metavar="ID",
        parser=_one_id,
        help="ID of the session, listed by `anklet sessions`.",
        autocompletion=complete_session,
    ),
]
SessionIds = Annotated[
    list[str],
    typer.Argument(
        metavar="ID",
        help="IDs of sessions, such as 3 5 or 3,5.",
        autocompletion=complete_session,
    ),
]


@contextmanager
def stored(db: Path | None) -> Iterator[Store]:
    """The store, for reading; a database that does not exist is read as empty.

    Raises:
        StoreError: it can't be opened.
    """
    from sensing.store.store import open_store

    with open_store(db, create=False) as store:
        yield store
