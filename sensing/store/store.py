"""The store: all its parts together, and how to open it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from sensing.core.errors import StoreError
from sensing.store.database.opening import open_database
from sensing.store.database.place import database_path
from sensing.store.read.completed import Doing
from sensing.store.read.figures import Figures
from sensing.store.write.athletes import Athletes
from sensing.store.write.correcting import Correcting
from sensing.store.write.logged import Logbook
from sensing.store.write.plans import Plans
from sensing.store.write.profiles import Profiles
from sensing.store.write.saving import Saving
from sensing.store.write.sensors import Sensors
from sensing.store.write.set_sds import is_due, settle


class Store(
    Saving,
    Correcting,
    Athletes,
    Profiles,
    Logbook,
    Plans,
    Sensors,
    Figures,
    Doing,
):
    """An open database of sessions. Use :func:`open_store`, and close it (or use ``with``).

    Every method raises StoreError, in one clear line, when the database is locked, read-only or
    damaged or the disk is full; what was being written is then not there at all.
    """

    def settle_uncertainties(self) -> None:
        """Write the uncertainties that a migration, or a correction by another program, left."""
        with self._reading() as db:
            due = is_due(db)
        if due:
            with self._writing() as db:
                settle(db)


def open_store(path: Path | None = None, *, create: bool = True) -> Store:
    """Open the database; create it if there is none, migrate it if it is an older one.

    Args:
        path: where it is; None: as ``ANKLET_DB`` says, else in the user's own data directory.
        create: False to read a missing database as an empty one, without making it.

    Raises:
        StoreError: it can't be opened, is damaged, is not ours or is of a newer Anklet.
    """
    place = database_path(path)
    store = Store(place, open_database(place, create=create))
    with suppress(StoreError):  # a database that can only be read stays as it is
        store.settle_uncertainties()
    return store
