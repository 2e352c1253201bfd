"""What is asked of a store now and then: exporting, backing up, merging.

Each is loaded when it is asked for, so that the commands of every day begin as quickly as before.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from sensing.store.database.connection import Connection

if TYPE_CHECKING:
    from sensing.store.backup import Backup
    from sensing.store.export.choosing import Selection
    from sensing.store.export.exporting import Exporting
    from sensing.store.export.forms import Form
    from sensing.store.export.package import Written
    from sensing.store.merge.merging import Merged


class Seldom(Connection):
    """The part of a store that gives it away, copies it, and takes another one in."""

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
        """See :meth:`sensing.store.export.exporting.Exporting.export_folder`."""
        return self._exporting().export_folder(
            folder,
            form=form,
            now_utc=now_utc,
            version=version,
            selection=selection,
            force=force,
            step=step,
        )

    def export_file(
        self,
        name: str,
        file: Path,
        *,
        form: Form,
        selection: Selection | None = None,
        force: bool = False,
    ) -> Written:
        """See :meth:`sensing.store.export.exporting.Exporting.export_file`."""
        return self._exporting().export_file(
            name, file, form=form, selection=selection, force=force
        )

    def export_stream(
        self, name: str, stream: BinaryIO, *, form: Form, selection: Selection | None = None
    ) -> int:
        """See :meth:`sensing.store.export.exporting.Exporting.export_stream`."""
        return self._exporting().export_stream(name, stream, form=form, selection=selection)

    def back_up(self, target: Path, *, force: bool = False) -> Backup:
        """See :meth:`sensing.store.backup.BackingUp.back_up`."""
        from sensing.store.backup import BackingUp

        return BackingUp(self.place, self._db).back_up(target, force=force)

    def merge(self, other: Path, *, dry_run: bool = False) -> Merged:
        """See :meth:`sensing.store.merge.merging.Merging.merge`."""
        from sensing.store.merge.merging import Merging

        return Merging(self.place, self._db).merge(other, dry_run=dry_run)

    def _exporting(self) -> Exporting:
        from sensing.store.export.exporting import Exporting

        return Exporting(self.place, self._db)
