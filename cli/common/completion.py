"""What a shell may complete from the database: athletes and sessions.

A shell asks at every press of the key, so this reads the file directly: at once, without changing
or migrating it. Whatever is wrong with it, there is nothing to complete; no error is of use there.
"""

from __future__ import annotations

import os
import re
import sqlite3
import urllib.parse
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import typer

_PATIENCE_S = 0.2
_MOST_SESSIONS = 50
"""The newest sessions are the ones that are asked for."""

_COMPLETING = "_ANKLET_COMPLETE"
_SPECIAL = re.compile(r"([^\w@%+=:,./-])")
"""What bash would take apart or interpret."""

Completion = tuple[str, str]
"""What is completed, and what it is."""


class _Offered(str):
    """A completion that is offered although it does not begin with the very text.

    Typer drops all others; these match in another case, or are quoted for the shell.
    """

    __slots__ = ()

    def startswith(self, *_: object) -> bool:
        """Always."""
        return True


def complete_athlete(ctx: typer.Context, incomplete: str) -> list[str]:
    """Athletes whose name begins with what was typed, whatever its case and accents."""
    from sensing.core.athlete_names import name_key, natural_key

    typed = name_key(incomplete)
    names = [str(name) for (name,) in _rows(ctx, "SELECT name FROM athlete")]
    return [
        _Offered(_in_shell(name))
        for name in sorted(names, key=natural_key)
        if name_key(name).startswith(typed)
    ]


def complete_session(ctx: typer.Context, incomplete: str) -> list[Completion]:
    """IDs of the newest sessions that begin with what was typed, each with whose it is."""
    *before, last = incomplete.split(",")  # IDs may be given as 3,5
    head = "".join(f"{each}," for each in before)
    found = _rows(
        ctx,
        "SELECT session.id, title, name FROM session JOIN athlete ON athlete.id = athlete_id"
        " WHERE session.id LIKE ? || '%' ORDER BY started_utc DESC, session.id DESC LIMIT ?",
        [last, _MOST_SESSIONS],
    )
    alone = len({name for _, _, name in found}) == 1
    return [(f"{head}{key}", title if alone else f"{name}: {title}") for key, title, name in found]


def _rows(ctx: typer.Context, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    from sensing.store.database.place import database_path

    try:
        given = ctx.params.get("db")
        place = database_path(None if given is None else Path(given))
        used = place.with_name(place.name + "-wal").exists()
        quoted = urllib.parse.quote(str(place))
        uri = f"file:{quoted}?mode=ro{'' if used else '&immutable=1'}"
        with closing(sqlite3.connect(uri, uri=True, timeout=_PATIENCE_S)) as db:
            return db.execute(sql, values).fetchall()
    except (sqlite3.Error, OSError, ValueError):
        return []


def _in_shell(name: str) -> str:
    """The name as this shell must have it in the line; only bash inserts it as it is."""
    if os.environ.get(_COMPLETING, "").endswith("bash"):
        return _SPECIAL.sub(r"\\\1", name)
    return name
