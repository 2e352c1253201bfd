"""Exporting: what is stored, as tables that other programs read.

Everything is read in one transaction, row by row, so that the tables agree with each other while
another program goes on storing, and ten thousand sessions need no more memory than one. The files
are written beside their place and appear there whole (:mod:`~sensing.files.atomic_write`).
The parts are in :mod:`sensing.store.export`.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlite_utils import Database

from sensing.core.errors import UsageError
from sensing.files.atomic_write import new_file, new_folder
from sensing.store.database.connection import Connection
from sensing.store.export.choosing import EVERYTHING, Selection, choose, forget
from sensing.store.export.forms import FORMS, Form, need_library, write
from sensing.store.export.package import PACKAGE_FILES, Written, package_files
from sensing.store.export.tables import EXPORTED, ExportTable

_OURS = frozenset([*PACKAGE_FILES, *(f"{name}.{form}" for name in EXPORTED for form in FORMS)])


class Exporting(Connection):
    """A store that exports everything."""

    def export_folder(
        self,
        folder: Path,
        *,
        form: Form,
        now_utc: datetime,
        version: str,
        selection: Selection | None = None,
        force: bool = False,
        step: Callable[[str], None] = lambda _: None,
    ) -> tuple[Written, ...]:
        """Write every table into a new folder, with a data dictionary; gives what was written.

        Args:
            folder: where; it is there whole afterwards, or as it was.
            form: of the tables' files.
            now_utc: when, for the description.
            version: of Anklet, for the description.
            selection: which rows; None: all.
            force: replace an earlier export.
            step: told what is being written.

        Raises:
            UsageError: the folder may not be written, or a library is missing.
        """
        need_library(form)
        with new_folder(folder, force=force, ours=_OURS) as made, self._chosen(selection) as db:
            written = []
            for table in EXPORTED.values():
                step(f"writing {table.name}")
                written.append(_write_file(db, table, form, made / f"{table.name}.{form}"))
            texts = package_files(
                written,
                form=form,
                selection=str(selection or EVERYTHING),
                version=version,
                now_utc=now_utc,
            )
            for name, text in texts.items():
                (made / name).write_text(text, encoding="utf-8", newline="\n")
        return tuple(written)

    def export_file(
        self,
        name: str,
        file: Path,
        *,
        form: Form,
        selection: Selection | None = None,
        force: bool = False,
    ) -> Written:
        """Write one table into a new file.

        Raises:
            UsageError: there is no such table, or the file may not be written.
        """
        table = find_table(name)
        need_library(form)
        with new_file(file, force=force) as made, self._chosen(selection) as db:
            return _write_file(db, table, form, made)

    def export_stream(
        self, name: str, stream: BinaryIO, *, form: Form, selection: Selection | None = None
    ) -> int:
        """Write one table to a stream; gives how many rows it has.

        Raises:
            UsageError: there is no such table.
        """
        table = find_table(name)
        need_library(form)
        with self._chosen(selection) as db:
            return write(form, table, _rows(db, table), stream)

    @contextmanager
    def _chosen(self, selection: Selection | None) -> Iterator[Database]:
        with self._reading() as db:
            db.execute("BEGIN")
            try:
                choose(db, selection or EVERYTHING)
                yield db
                forget(db)
            finally:
                db.rollback()


def find_table(name: str) -> ExportTable:
    """The exported table of this name.

    Raises:
        UsageError: there is none; says which there are.
    """
    if name not in EXPORTED:
        close = difflib.get_close_matches(name, EXPORTED, n=1)
        raise UsageError(
            f"there is no table {name!r}",
            remedy=f"did you mean {close[0]}?" if close else f"there is {', '.join(EXPORTED)}",
        )
    return EXPORTED[name]


def _rows(db: Database, table: ExportTable) -> Iterator[tuple[object, ...]]:
    columns = ", ".join(each.sql for each in table.columns)
    return db.execute(f"SELECT {columns} {table.source}")


def _write_file(db: Database, table: ExportTable, form: Form, file: Path) -> Written:
    with file.open("wb") as stream:
        rows = write(form, table, _rows(db, table), stream)
    with file.open("rb") as again:
        digest = hashlib.file_digest(again, "sha256").hexdigest()
    return Written(table=table, rows=rows, size_bytes=file.stat().st_size, sha256=digest)
