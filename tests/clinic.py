"""Thirty athletes in one database, and a terminal to answer at."""

from __future__ import annotations

import io

from sensing.store.store import Store
from tests.stored import save

ROSTER = [f"patient {n}" for n in range(1, 31)]


class Typed(io.StringIO):
    """What is typed at a terminal."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def fill_clinic(store: Store) -> None:
    """Thirty athletes, two of whom have trained."""
    for name in ROSTER:
        store.add_athlete(name)
    save(store, athlete="patient 3")
    save(store, letter="b", athlete="patient 12", side="left")
