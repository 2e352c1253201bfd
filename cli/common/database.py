"""What the verbs that look at stored sessions share: where the database is, and which session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sensing.store.store import Store

LARGEST = 1_000_000_000
"""Of any number that names something; a larger one is a slip, and SQLite holds none so large."""

Db = Annotated[
    Path | None,
    typer.Option(
        "--db",
        metavar="FILE",
        help="The database; else the one ANKLET_DB names, else your own.",
        show_default=False,
    ),
]
SessionId = Annotated[
    int,
    typer.Argument(
        metavar="ID", min=1, max=LARGEST, help="The session, as `anklet sessions` lists it."
    ),
]


@contextmanager
def stored(db: Path | None) -> Iterator[Store]:
    """The store, for looking at what is in it; a database that isn't there is read as empty.

    Raises:
        StoreError: it can't be opened.
    """
    from sensing.store.store import open_store

    with open_store(db, create=False) as store:
        yield store
