"""An open database, and the one way anything is written to it.

Writing takes the write lock at its beginning (BEGIN IMMEDIATE), because a transaction that reads
first and writes later can find that another program wrote in between, and SQLite then gives up at
once instead of waiting. Whatever stops a write half-way (an error, a kill, the power) leaves the
database as it was before.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlite_utils import Database

from sensing.core.errors import UsageError
from sensing.store.database.failures import explained

MOST_PAIN = 10
"""Of the numeric rating scale from 0, no pain, to 10, the worst imaginable."""


class Connection:
    """An open database. Close it, or use ``with``.

    Every method raises StoreError, in one clear line, when the database is locked, read-only or
    damaged or the disk is full; what was being written is then not there at all.
    """

    def __init__(self, place: Path, db: Database) -> None:
        self.place = place
        self._db = db

    @classmethod
    def of(cls, store: Connection) -> Self:
        """The same open database, with the methods of this class."""
        return cls(store.place, store._db)

    def close(self) -> None:
        """Close it; the store can't be used after."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _writing(self) -> Iterator[Database]:
        with explained(self.place):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.commit()
            except BaseException:
                self._db.rollback()
                raise

    @contextmanager
    def _reading(self) -> Iterator[Database]:
        with explained(self.place):
            yield self._db


def rows(db: Database, sql: str, values: Sequence[object] | dict[str, object]) -> list[Any]:
    """Rows as dictionaries; their types are those that the STRICT tables declare."""
    cursor = db.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def first(db: Database, sql: str, *values: object) -> dict[str, int] | None:
    """First row of an answer that holds ids, or None."""
    return next(iter(rows(db, sql, values)), None)


def check_load_and_pain(*, load_kg: float | None, pain: int | None) -> None:
    """Accept a load and a pain that are possible, or not given.

    Raises:
        UsageError: one of them is not possible.
    """
    if load_kg is not None and not (math.isfinite(load_kg) and load_kg >= 0):
        raise UsageError(f"a load of {load_kg:g} kg makes no sense", remedy="give 0 or more")
    if pain is not None and not 0 <= pain <= MOST_PAIN:
        raise UsageError(f"a pain of {pain} makes no sense", remedy="give 0 (none) to 10 (worst)")
